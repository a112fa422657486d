"""Draws any form: checks while one types, keeps a draft of every key, sends, and says why when it is refused."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, SelectionList, Static, TextArea

from hub.core.command import Command
from hub.locale import _
from hub.tui.colours import tone
from hub.tui.drafts import Drafts
from hub.tui.forms.form import Form
from hub.tui.messages import FormSubmitted, Notice, Upload
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.entry import entry, translated, value_of

Changed = Input.Changed | TextArea.Changed | Select.Changed | SelectionList.SelectedChanged[str]


class FormScreen(Shown, ModalScreen[None]):
    """Asks for what a command needs. Typed text is never lost: not by Esc, not by a lost hub, not by a refusal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("ctrl+s", "send", show=False, priority=True),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
    ]

    def __init__(self, make: Callable[[], Form], situation: Situation) -> None:
        super().__init__()
        self._make = make
        self._form = make()
        self._situation = situation
        self._touched: set[str] = set()
        self._confirming = False
        self._sending = False

    def compose(self) -> ComposeResult:
        draft = self._drafts.of(self._form.key)
        with Vertical(classes="form"):
            yield Static(classes="title", markup=False)
            with VerticalScroll(classes="fields", can_focus=False):
                yield Static(classes="about", markup=False)
                for field in self._form.fields:
                    yield Label(id=f"label-{field.name}", markup=False)
                    yield entry(field, draft.get(field.name, field.initial))
                    yield Static(id=f"problem-{field.name}", classes="problem", markup=False)
            yield Static(classes="answer", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(id="submit", variant="error" if self._form.dangerous else "primary", compact=True)
                yield Button(id="cancel", compact=True)

    def on_mount(self) -> None:
        self.relabel()
        first = self._form.fields[0].name if self._form.fields else "submit"
        self.query_one(f"#{first}").focus()
        # A long form has been scrolled before its parts had their places: its first field is what it begins with.
        self.call_after_refresh(self.query_one(".fields", VerticalScroll).scroll_home, animate=False)

    def relabel(self) -> None:
        self._form = self._make()
        self.query_one(".title", Static).update(self._form.title)
        self.query_one(".about", Static).update("\n".join(line for line in self._form.about if line))
        for field in self._form.fields:
            hint = (f"  {field.hint}", tone("muted"))
            translated(field, self.query_one(f"#{field.name}"))
            self.query_one(f"#label-{field.name}", Label).update(Text.assemble((field.label, tone("strong")), hint))
        self.query_one("#cancel", Button).label = _("Back (Esc)")
        self._label_submit()
        self._check()

    def show(self, situation: Situation) -> None:
        self._situation = situation

    @property
    def _drafts(self) -> Drafts:
        drafts: Drafts = self.app.drafts  # type: ignore[attr-defined]
        return drafts

    def _values(self) -> dict[str, str]:
        return {field.name: value_of(self.query_one(f"#{field.name}")) for field in self._form.fields}

    def _check(self) -> Command | None:
        """What is wrong goes under the fields that were touched; the command when nothing is."""
        read = self._form.read(self._values(), self._situation.now)
        problems = read if isinstance(read, dict) else {}
        for field in self._form.fields:
            wrong = problems.get(field.name, "") if field.name in self._touched else ""
            self.query_one(f"#problem-{field.name}", Static).update(f"✗ {wrong}" if wrong else "")
            self.query_one(f"#{field.name}").set_class(bool(wrong), "-wrong")
        return None if isinstance(read, dict) else read

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    @on(SelectionList.SelectedChanged)
    def _typed(
        self, event: Input.Changed | TextArea.Changed | Select.Changed | SelectionList.SelectedChanged[str]
    ) -> None:
        field = next((field for field in self._form.fields if field.name == (event.control.id or "")), None)
        if field is None:
            return
        if value_of(event.control) != self._drafts.of(self._form.key).get(field.name, field.initial):
            self._touched.add(field.name)
            # A secret is not kept anywhere.
            shown = {f.name for f in self._form.fields if f.kind != "secret"}
            self._drafts.keep(self._form.key, {name: value for name, value in self._values().items() if name in shown})
            self._confirm(False)
        self._check()

    @on(Input.Submitted)
    def _next_or_send(self, event: Input.Submitted) -> None:
        fields = [field.name for field in self._form.fields]
        at = fields.index(event.input.id or fields[-1])
        if at + 1 < len(fields):
            self._touched.add(fields[at])
            self._check()
            self.query_one(f"#{fields[at + 1]}").focus()
        else:
            self._send()

    def action_send(self) -> None:
        """As the button does, from wherever the cursor is."""
        self._send()

    @on(Button.Pressed, "#submit")
    def _send(self) -> None:
        if self._sending:
            return
        self._touched = {field.name for field in self._form.fields}
        command = self._check()
        if command is None:
            bad = next(field for field in self._form.fields if self.query_one(f"#{field.name}").has_class("-wrong"))
            self.query_one(f"#{bad.name}").focus()
            return
        if self._form.dangerous and not self._confirming:
            self._confirm(True)
            self._answer(_("Are you sure? Press the button once more to confirm."), "fault")
            self.query_one("#submit", Button).focus()
            return
        self._sending = True
        self._answer(_("Sending"), "muted")
        self._send_files(self._values(), [field.name for field in self._form.fields if field.kind == "file"])

    def _send_files(self, values: dict[str, str], left: list[str]) -> None:
        """Hand over the files one by one, each replaced by the id of its attachment; then give the command."""
        while left and not values[left[0]].strip():
            left = left[1:]
        if left:

            def handed_over(attachment: str, problem: str) -> None:
                if problem:
                    self._answered(problem)
                else:
                    self._send_files({**values, left[0]: attachment}, left[1:])

            self.app.post_message(Upload(values[left[0]].strip(), handed_over))
            return
        command = self._form.read(values, self._situation.now)
        if isinstance(command, dict):
            self._answered("; ".join(command.values()))
        else:
            self.app.post_message(FormSubmitted(command, self._form.done, self._answered))

    @on(Button.Pressed, "#cancel")
    def _back(self) -> None:
        self.dismiss()

    def _answered(self, refusal: str) -> None:
        self._sending = False
        if not self.is_attached:
            if refusal:
                self.app.post_message(Notice(refusal, "lost"))
            else:
                self._drafts.drop(self._form.key)
            return
        if refusal:
            self._confirm(False)
            self._answer(f"✗ {refusal}", "lost")
            return
        self._drafts.drop(self._form.key)
        if self.is_current:
            self.dismiss()

    def _answer(self, text: str, tone: str) -> None:
        answer = self.query_one(".answer", Static)
        answer.set_classes(f"answer -{tone}")
        answer.update(text)

    def _confirm(self, confirming: bool) -> None:
        if confirming != self._confirming:
            self._confirming = confirming
            self._answer("", "muted")
            self._label_submit()

    def _label_submit(self) -> None:
        label = self._form.submit
        button = self.query_one("#submit", Button)
        button.label = _("Yes: {what}").format(what=label) if self._confirming else label
        button.refresh(layout=True)
