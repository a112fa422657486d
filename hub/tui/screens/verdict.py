"""Was the alarm right? One key answers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.core.alarms.commands import JudgeAlarm
from hub.core.alarms.events import VERDICTS, Verdict
from hub.locale import _
from hub.tui import words
from hub.tui.forms.alarms import judge
from hub.tui.messages import Give
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation

_KEYS: dict[Verdict, str] = {"real": "r", "false": "f", "nuisance": "n"}


class VerdictScreen(Shown, ModalScreen[None]):
    """Asks about one alarm or several; with a capital letter, for the cause as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        *(Binding(key, f"judge('{verdict}')", show=False) for verdict, key in _KEYS.items()),
        *(Binding(key.upper(), f"judge_with_cause('{verdict}')", show=False) for verdict, key in _KEYS.items()),
    ]

    def __init__(self, alarms: Sequence[str], title: str, situation: Situation) -> None:
        super().__init__()
        self._alarms = list(alarms)
        self._title = title
        self._situation = situation

    def compose(self) -> ComposeResult:
        with Vertical(classes="form"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            yield Static(classes="keys", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def show(self, situation: Situation) -> None:
        self._situation = situation

    def relabel(self) -> None:
        self.query_one(".title", Static).update(_("Was it as the alarm said?"))
        named = self._alarms[0] if len(self._alarms) == 1 else _("{n} alarms").format(n=len(self._alarms))
        self.query_one(".about", Static).update(words.about(named, self._title))
        meanings = {
            "real": _("it was"),
            "false": _("it was not"),
            "nuisance": _("it was, and nobody needed to be told"),
        }
        lines = [
            f"{_KEYS[verdict]}   {words.named(words.ALARM_VERDICTS, verdict)}: {meanings[verdict]}"
            for verdict in VERDICTS
        ]
        lines += ["", _("R F N: the same, with a cause   Esc: back")]
        self.query_one(".keys", Static).update("\n".join(lines))

    def action_judge(self, verdict: Verdict) -> None:
        said = words.named(words.ALARM_VERDICTS, verdict)
        if len(self._alarms) == 1:
            done = _("{alarm} is judged: {verdict}").format(alarm=self._alarms[0], verdict=said)
        else:
            done = _("{n} alarms are judged: {verdict}").format(n=len(self._alarms), verdict=said)
        commands = tuple(JudgeAlarm(alarm=alarm, verdict=verdict) for alarm in self._alarms)
        self.app.post_message(Give(commands, done))
        self.dismiss()

    def action_judge_with_cause(self, verdict: Verdict) -> None:
        app, situation, alarm, title = self.app, self._situation, self._alarms[0], self._title
        self.dismiss()
        app.push_screen(FormScreen(lambda: judge(alarm, title, verdict), situation))
