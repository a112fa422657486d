"""The sealed package of one release: how far it is, where it lies, and saving it in a folder of this machine."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client import HubClient
from hub.client.release_packages import PackageProgress, fetch_package, package_progress
from hub.core.releases.model import Release
from hub.locale import _
from hub.tui.drafts import Drafts
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.refusals import translated
from hub.tui.rows import packages as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView

ASK_EVERY = timedelta(seconds=1)
"""How often the hub is asked how far a package is that is being made."""
LONGEST_S = 12 * 3600.0
"""A package may be on its way for so long."""
_DRAWN_EVERY_S = 0.25
_FOLDER = "package-folder"
_LONGEST_PATH = 1000


class PackageScreen(Shown, ModalScreen[None]):
    """Enter saves the package. While it comes, Esc once more stops it."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("enter", "save", show=False),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
    ]

    def __init__(self, release: Release, situation: Situation) -> None:
        super().__init__()
        self._release = release
        self._situation = situation
        self._progress: PackageProgress | None = None
        self._asked_at: datetime | None = None
        self._coming: tuple[int, int] | None = None
        self._stopping = False
        self._saved = ""
        self._said = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup package"):
            yield Static(classes="title", markup=False)
            yield FactsView("package-facts")
            yield Static(classes="label", markup=False)
            yield Input(self._kept_folder(), id="package-folder", max_length=_LONGEST_PATH)
            yield Static(classes="answer -fault", markup=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.set_interval(_DRAWN_EVERY_S, self._draw)
        self.relabel()

    def relabel(self) -> None:
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        """Called when something happened, and once a second."""
        self._situation = situation
        self._release = self._standing()
        due = self._asked_at is None or situation.now - self._asked_at >= ASK_EVERY
        if self._release.state == "preparing" and situation.link.up and due:
            self._asked_at = situation.now
            number = self._release.id
            self.app.post_message(Ask(self, "progress", lambda client: package_progress(client, number)))
        if self.is_mounted:
            self._draw()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Fetch the package; that it was fetched goes on record at the hub."""
        package = self._release.package
        if package is None or self._release.state != "prepared" or self._coming is not None:
            return
        typed = self.query_one(Input).value.strip()
        folder = Path(typed).expanduser() if typed else Path.cwd()
        if not folder.is_dir():
            self._said = _("There is no folder {folder} on this machine.").format(folder=folder)
            self._draw()
            return
        self._drafts.keep(_FOLDER, {"folder": typed})
        number, into = self._release.id, folder / package.name
        self._coming, self._stopping, self._said, self._saved = (0, package.bytes), False, "", ""

        async def fetched(client: HubClient) -> Path:
            await fetch_package(client, number, into, on_bytes=self._came)
            return into

        self.app.post_message(Ask(self, "package", fetched, LONGEST_S))
        self._draw()

    def action_leave(self) -> None:
        if self._coming is not None and not self._stopping:
            self._stopping = True
            self._said = _("It is not all here yet. Esc once more stops it.")
            self._draw()
            return
        if self._coming is not None:
            # The newer question takes the place of the one that fetches, which deletes what has come.
            self.app.post_message(Ask(self, "package", _nothing))
            self.app.post_message(Notice(_("The package was not saved."), "fault"))
        self.dismiss()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if message.about == "progress":
            known = message.answer
            self._progress = known if isinstance(known, PackageProgress) else None
        elif isinstance(message.answer, Path):
            self._coming, self._saved, self._said = None, str(message.answer), ""
        elif message.problem:
            self._coming, self._said = None, message.problem
        if self.is_mounted:
            self._draw()

    def _came(self, done: int, total: int) -> None:
        self._coming = done, total

    def _standing(self) -> Release:
        """The release as it is now; as it was, when it is over meanwhile."""
        site = self._situation.site
        known = site.releases if site is not None else ()
        return next((one for one in known if one.id == self._release.id), self._release)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        release = self._release
        here = release.state == "prepared"
        self.query_one(".title", Static).update(_("Package of {release}").format(release=release.id))
        self.query_one(FactsView).show(self._facts())
        box, label = self.query_one(Input), self.query_one(".label", Static)
        asked = here and self._coming is None
        box.display = label.display = asked
        if asked and self.focused is not box:
            box.focus()
        label.update(_("Folder of this machine to save it in"))
        self.query_one(".answer", Static).update(f"! {self._said}" if self._said else "")
        keys = [_("Enter: save")] if asked else []
        self.query_one(".foot", Static).update("   ".join([*keys, _("Esc: back")]))

    def _facts(self) -> list[Fact]:
        release = self._release
        if release.state == "preparing":
            return rows.making(self._progress)
        if release.failure:
            return [Fact(_("Not packed"), translated(release.failure), "fault")]
        found = rows.ready(release)
        if self._coming is not None:
            found += [Fact("", ""), Fact(_("Saving"), rows.amount(*self._coming))]
        if self._saved:
            found += [Fact("", ""), Fact(_("Saved"), self._saved, "good")]
        return found

    def _kept_folder(self) -> str:
        downloads = Path.home() / "Downloads"
        usual = downloads if downloads.is_dir() else Path.home()
        return self._drafts.of(_FOLDER).get("folder", str(usual))

    @property
    def _drafts(self) -> Drafts:
        drafts: Drafts = self.app.drafts  # type: ignore[attr-defined]
        return drafts


async def _nothing(_client: HubClient) -> None:
    return None
