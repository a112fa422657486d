"""The control room: heading, tabs, the chosen panel, what was last said, and the keys that work here."""

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Static

from hub.clock import Clock
from hub.core.people.account import Account
from hub.locale import _
from hub.tui.action import Action, Where
from hub.tui.actions import PANELS, actions_of, allowed, key_name
from hub.tui.panels.alarms import AlarmsPanel
from hub.tui.panels.assets import AssetsPanel
from hub.tui.panels.devices import DevicesPanel
from hub.tui.panels.duty import DutyPanel
from hub.tui.panels.health import HealthPanel
from hub.tui.panels.home import HomePanel
from hub.tui.panels.log import LogPanel
from hub.tui.panels.panel import Panel
from hub.tui.panels.people import PeoplePanel
from hub.tui.panels.permits import PermitsPanel
from hub.tui.panels.releases import ReleasesPanel
from hub.tui.panels.reviews import ReviewsPanel
from hub.tui.panels.rounds import RoundsPanel
from hub.tui.panels.rules import RulesPanel
from hub.tui.panels.tickets import TicketsPanel
from hub.tui.panels.wall import WallPanel
from hub.tui.rows import alarms, heading, health, permits, releases
from hub.tui.rows import duty as duty_rows
from hub.tui.rows.row import fit
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.bars import Bar, Link, LinkBar
from hub.tui.words import beside

FLASH_S = 10.0
"""How long the heading flashes after a critical alarm."""

NOTICE_S = {"good": 6.0, "fault": 12.0, "lost": 20.0}
"""How long a notice stays, by its tone."""


class RoomScreen(Shown, Screen[None]):
    """The screen that is always there once somebody is signed in."""

    PANEL_TYPES: ClassVar[tuple[type[Panel], ...]] = (
        HomePanel,
        WallPanel,
        AlarmsPanel,
        TicketsPanel,
        LogPanel,
        DutyPanel,
        PermitsPanel,
        RoundsPanel,
        AssetsPanel,
        HealthPanel,
        PeoplePanel,
        ReviewsPanel,
        RulesPanel,
        DevicesPanel,
        ReleasesPanel,
    )

    def __init__(self, clock: Clock, situation: Situation, panel: Where) -> None:
        super().__init__()
        self._first = panel
        self._clock = clock
        self._situation = situation
        self._flash_until_s = float("-inf")
        self._notice_until_s = float("-inf")

    def compose(self) -> ComposeResult:
        yield Bar("identity")
        yield Bar("counts")
        yield LinkBar("tabs")
        yield Static(id="banner", markup=False)
        with ContentSwitcher(initial=self._first, id="panels"):
            for panel in self.PANEL_TYPES:
                yield panel(self._clock, self._situation)
        yield Static(id="notice", markup=False)
        yield LinkBar("keys")

    def on_mount(self) -> None:
        self.query_one("#banner").display = False
        self.query_one("#notice").display = False
        self.show(self._situation)
        self.panel.focus_here()

    @property
    def where(self) -> Where:
        """The panel that is shown."""
        return cast(Where, self.query_one(ContentSwitcher).current)

    @property
    def panel(self) -> Panel:
        return self.query_one(f"#{self.where}", Panel)

    @property
    def log_panel(self) -> LogPanel:
        return self.query_one(LogPanel)

    @property
    def me(self) -> Account | None:
        return self._situation.site.me if self._situation.site is not None else None

    def go(self, where: str, item: str = "") -> None:
        """Show a panel, with the thing chosen in it that `item` names."""
        self.query_one(ContentSwitcher).current = where
        panel = self.panel
        self._reword(panel)
        panel.show(self._situation)
        if item:
            panel.choose(item)
        panel.focus_here()
        self._bars()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        banner = heading.banner(situation)
        held = self.query_one("#banner", Static)
        held.display = bool(banner)
        held.update(banner)
        self._bars()
        self.panel.show(situation)

    def relabel(self) -> None:
        for panel in self.query(Panel):
            panel.reworded = True
        self._reword(self.panel)
        self.show(self._situation)

    def _reword(self, panel: Panel) -> None:
        """In the language in force, where it was switched since: those out of sight wait until they are seen."""
        if panel.reworded:
            panel.reworded = False
            panel.situation = self._situation
            panel.relabel()

    def notice(self, text: str, tone: str) -> None:
        """Say something in the line above the keys; it goes away by itself."""
        notice = self.query_one("#notice", Static)
        shape = {"good": "✓", "fault": "!", "lost": "✗"}.get(tone, "")
        notice.update(f"{shape} {text}".strip())
        notice.set_classes(f"-{tone}")
        notice.display = True
        self._notice_until_s = self._clock.monotonic() + NOTICE_S.get(tone, 6.0)

    def flash(self) -> None:
        self._flash_until_s = self._clock.monotonic() + FLASH_S

    def tick(self) -> None:
        """Once a second: end what has its time."""
        now_s = self._clock.monotonic()
        flashing = now_s < self._flash_until_s
        for bar in (self.query_one("#identity"), self.query_one("#counts")):
            bar.set_class(flashing and not bar.has_class("-flash"), "-flash")
        if now_s >= self._notice_until_s:
            self.query_one("#notice").display = False

    def _bars(self) -> None:
        situation = self._situation
        self.query_one("#identity", Bar).show(heading.identity(situation), [heading.time(situation)])
        self.query_one("#counts", Bar).show(heading.counts(situation), [heading.link(situation)])
        self.query_one("#tabs", LinkBar).show([self._tab(*panel) for panel in PANELS])
        keys = [self._key(action) for action in self._in_bar(self.where)]
        self.query_one("#keys", LinkBar).show(keys, [self._key(action) for action in self._in_bar("everywhere")])

    def _in_bar(self, where: Where) -> list[Action]:
        return [action for action in actions_of(where) if action.in_bar and allowed(action, self.me)]

    def _key(self, action: Action) -> Link:
        return Link(key_name(action.primary), _(action.label), f"app.do('{action.name}')")

    def _tab(self, where: Where, name: str, key: str) -> Link:
        count = self._count(where)
        counted = f" {count}" if count else ""
        chosen = where == self.where
        full = f"{_(name)}{counted}"
        if chosen and (remark := self.panel.remark()):
            full = beside(full, remark)
        shorter = tuple(fit(_(name), cells).rstrip("~") + counted for cells in (5, 4, 3))
        spare = key.startswith("f")
        return Link(key_name(key), full, f"app.show('{where}')", chosen, shorter, spare)

    def _count(self, where: Where) -> int:
        site = self._situation.site
        if site is None:
            return 0
        match where:
            case "alarms":
                return sum(alarms.counts(site.alarms).values())
            case "duty":
                return duty_rows.count(self._situation)
            case "permits":
                return permits.counts(site.permits)
            case "releases":
                return releases.count(site)
            case "tickets":
                return len(site.tickets)
            case "rounds":
                return len(site.rounds)
            case "reviews":
                return sum(line.waiting for line in site.reviews) if "lead" in site.me.rights else 0
            case "health":
                return health.wrong(self._situation)
            case _:
                return 0
