"""Making a round: the sheet, answered line by line with as few keys as can be."""

from typing import ClassVar, Literal

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hub.client.rounds import Line, RoundSheet, round_sheet
from hub.clock import Clock
from hub.core.rounds.answers import Answer as Given
from hub.core.rounds.commands import AnswerRound, StartRound
from hub.core.rounds.model import Round
from hub.core.rounds.sheet_csv import parse_rows
from hub.locale import _, say
from hub.tui.forms.rounds import sign_round
from hub.tui.messages import Answer, Ask, FormSubmitted, Give, Upload
from hub.tui.rows import round_sheet as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.round_unsent import Unsent
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.table import RowTable

Asked = Literal["", "value", "not_possible", "remark", "photo"]
"""What the line of entry asks for."""


class RoundScreen(Shown, ModalScreen[None]):
    """The list of what is looked at, the line under the cursor in full, and a line of entry for what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
        Binding("y,Y", "say(True)", show=False),
        Binding("n,N", "say(False)", show=False),
        Binding("x,X", "enter('not_possible')", show=False),
        Binding("r,R", "enter('remark')", show=False),
        Binding("p,P", "enter('photo')", show=False),
        Binding("space", "next_open", show=False),
        Binding("o,O", "only_open", show=False),
        Binding("b,B", "begin", show=False),
        Binding("s,S", "sign", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation, round_id: str) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._round_id = round_id
        self._sheet: RoundSheet | None = None
        self._problem = ""
        self._said = ""
        self._only_open = False
        self._asking: Asked = ""
        self._asking_for = ""
        self._photo_for: Given | None = None
        """A bad answer that needs a photo before it can be given."""
        self._seen: Round | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup round"):
            yield Static(classes="title", markup=False)
            yield Static(classes="about", markup=False)
            yield RowTable(self._clock, "sheet-table")
            yield FactsView("sheet-facts")
            yield Static(classes="answer -fault", markup=False)
            yield Input(id="round-entry", compact=True, select_on_focus=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self._unsent = Unsent(self.app.drafts, self._round_id, self._clock)  # type: ignore[attr-defined]
        self.query_one(Input).display = False
        self.relabel()
        self.query_one(RowTable).focus()
        self._ask()

    def relabel(self) -> None:
        self.query_one(RowTable).plan(rows.columns())
        self._draw()

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        known = self._known()
        if situation.link.up and (known != self._seen or (self._sheet is None and self._problem)):
            self._seen, self._problem = known, ""
            self._ask()
        self._send_next()
        self._draw()

    # --- answers ------------------------------------------------------------------------------------------------

    def line(self) -> Line | None:
        """The line under the cursor."""
        key = self.query_one(RowTable).chosen
        return next((line for line in self._lines() if rows.key_of(line) == key), None)

    def action_say(self, yes: bool) -> None:
        line = self._answerable()
        if line is None:
            return
        if line.answer != "yes-no":
            self._tell(_("This is not answered with yes or no: Enter opens the line of entry."))
            return
        before = self._answer_on(line)
        self._give(line, Given(asset=line.asset, item=line.item, value=yes, remark=before.remark, photos=before.photos))

    def on_key(self, event: events.Key) -> None:
        """A digit on a line with a number begins to answer it."""
        line = self.line()
        if self._asking or line is None or line.answer != "number" or event.character is None:
            return
        if event.character.isdigit() or event.character == "-":
            event.stop()
            self._open_entry("value", event.character)

    @on(RowTable.Opened)
    def _opened(self) -> None:
        line = self.line()
        if line is not None and line.answer in ("number", "text"):
            self._open_entry("value")
        elif line is not None and line.answer == "photo":
            self._open_entry("photo")
        else:
            self._tell(_("Y answers yes, N no."))

    def action_enter(self, what: Asked) -> None:
        line = self.line()
        if what == "remark" and line is not None and rows.is_open(line, self._unsent.pending):
            self._tell(_("Answer it first; then write the remark."))
            return
        self._open_entry(what)

    @on(Input.Submitted, "#round-entry")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        line = next((each for each in self._lines() if rows.key_of(each) == self._asking_for), None)
        text, asked = event.value.strip(), self._asking
        if line is None or not text:
            self._close_entry()
            return
        before = self._answer_on(line)
        match asked:
            case "remark":
                self._give(line, replace(before, remark=text[:500]))
            case "not_possible":
                self._give(line, replace(before, value=None, not_possible=text[:500]))
            case "photo":
                self._upload(line, text)
                return
            case _:
                sheet = self._sheet
                row = {"asset": line.asset, "item": line.item, "answer": text, "remark": before.remark}
                filled = parse_rows([row], sheet) if sheet is not None else None
                if filled is None or filled.problems:
                    self._tell(filled.problems[0].message if filled is not None else "")
                    return
                self._give(line, replace(filled.answers[0], photos=before.photos))
        self._close_entry()

    def _give(self, line: Line, answer: Given) -> None:
        """Take an answer down, to be sent; a bad one that needs a photo asks for it first."""
        if line.photo_of_fault and rows.is_bad(line, answer.value) and not answer.photos:
            self._photo_for = answer
            self._open_entry("photo")
            self._tell(_("A bad answer here needs a photo: name its file, or press Esc and X when none is possible."))
            return
        self._photo_for = None
        self._unsent.give(answer)
        self._said = ""
        self._send_next()
        self._draw()
        self._move_on(answer.key)

    def _upload(self, line: Line, path: str) -> None:
        answer = self._photo_for or self._answer_on(line)

        def handed_over(attachment: str, problem: str) -> None:
            if not self.is_attached:
                return
            if problem:
                self._tell(problem)
                return
            self._close_entry()
            self._give(line, replace(answer, photos=[*answer.photos, attachment][-10:]))

        self._tell(_("Sending the photo."))
        self.app.post_message(Upload(path, handed_over))

    def _answer_on(self, line: Line) -> Given:
        """What was answered on a line so far, to be changed."""
        known = self._unsent.pending.get(rows.key_of(line))
        if known is not None:
            return known
        value = line.value if line.read_at is None else None
        return Given(
            asset=line.asset,
            item=line.item,
            value=value,
            not_possible=line.not_possible if value is None else "",
            remark=line.remark,
            photos=line.photos,
        )

    def _answerable(self) -> Line | None:
        line = self.line()
        if line is None or self._sheet is None:
            return None
        if not self._begun():
            self._tell(_("B begins the round; then it can be answered."))
            return None
        if line.read_at is not None:
            self._tell(_("The hub measured this; what you see goes into the note when you sign."))
            return None
        return line

    # --- sending ------------------------------------------------------------------------------------------------

    def _send_next(self) -> None:
        """Send what waits, if the hub is there."""
        answer = self._unsent.to_send() if self._situation.link.up else None
        if answer is None:
            return
        done = _("{round}: answers are with the hub.").format(round=self._round_id)

        def answered(refusal: str) -> None:
            self._answered(answer, refusal)

        self.app.post_message(FormSubmitted(AnswerRound(round=self._round_id, answers=[answer]), done, answered))

    def _answered(self, answer: Given, refusal: str) -> None:
        self._unsent.answered(answer, refusal, hub_there=self._situation.link.up)
        if not self.is_attached:
            return
        if not refusal:
            self._ask()
            self._send_next()
        else:
            self._tell(refusal)
        self._draw()

    # --- the rest -----------------------------------------------------------------------------------------------

    def action_begin(self) -> None:
        done = _("Round {round} is begun.").format(round=self._round_id)
        self.app.post_message(Give((StartRound(round=self._round_id),), done))

    def action_sign(self) -> None:
        known = self._known()
        if known is None:
            self._tell(_("This round is over."))
        elif self._unsent.pending:
            self._tell(_("Not everything is with the hub yet."))
        else:
            self.app.push_screen(FormScreen(lambda: sign_round(known), self._situation))

    def action_only_open(self) -> None:
        self._only_open = not self._only_open
        self._draw()

    def action_next_open(self) -> None:
        self._move_on(self.query_one(RowTable).chosen)

    def action_leave(self) -> None:
        if self._asking:
            self._photo_for = None
            self._close_entry()
        else:
            self.dismiss()

    def on_answer(self, message: Answer) -> None:
        message.stop()
        if isinstance(message.answer, RoundSheet):
            self._sheet = message.answer
        self._problem = message.problem
        if self.is_mounted:
            self._draw()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self._details()

    def _ask(self) -> None:
        round_id = self._round_id
        self.app.post_message(Ask(self, "sheet", lambda client: round_sheet(client, round_id)))

    def _known(self) -> Round | None:
        site = self._situation.site
        return next((each for each in site.rounds if each.id == self._round_id), None) if site is not None else None

    def _begun(self) -> bool:
        known = self._known()
        return known is not None and known.started_at is not None

    def _lines(self) -> list[Line]:
        if self._sheet is None:
            return []
        return rows.shown(self._sheet, self._unsent.pending, open_only=self._only_open)

    def _move_on(self, key: str) -> None:
        """The cursor to the next line that is open, from the one with `key` on and round."""
        lines = self._lines()
        keys = [rows.key_of(line) for line in lines]
        at = keys.index(key) if key in keys else -1
        for line in [*lines[at + 1 :], *lines[: at + 1]]:
            if rows.is_open(line, self._unsent.pending):
                self.query_one(RowTable).choose(rows.key_of(line))
                break
        self._details()

    def _open_entry(self, what: Asked, begin: str = "") -> None:
        line = self._answerable()
        if line is None:
            return
        self._asking, self._asking_for = what, rows.key_of(line)
        field = self.query_one(Input)
        field.placeholder = _asks(what, line)
        field.value = begin
        field.display = True
        field.focus()
        field.cursor_position = len(begin)
        self._tell("")

    def _close_entry(self) -> None:
        self._asking, self._asking_for = "", ""
        field = self.query_one(Input)
        field.value = ""
        field.display = False
        self.query_one(RowTable).focus()
        self._draw()

    def _tell(self, text: str) -> None:
        self._said = text
        self.query_one(".answer", Static).update(text)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        sheet, known = self._sheet, self._known()
        title = say(known.title) if known is not None else say(sheet.round.title) if sheet is not None else ""
        self.query_one(".title", Static).update(f"{self._round_id} {title}".strip())
        self.query_one(".about", Static).update(self._about(sheet, known))
        shown = self._lines()
        self.query_one(RowTable).show(rows.rows(shown, self._unsent.pending, self._unsent.refused))
        self.query_one(".answer", Static).update(self._said)
        self.query_one(".foot", Static).update(self._foot())
        self._details()

    def _about(self, sheet: RoundSheet | None, known: Round | None) -> str:
        if sheet is None:
            told, waiting = self._problem or _("Waiting for the hub."), len(self._unsent.pending)
            return f"{told}   " + _("not sent yet: {n}").format(n=waiting) if waiting else told
        if known is None:
            return _("This round is over.")
        text = rows.progress(sheet, self._unsent.pending)
        if self._situation.stale:
            return _("The hub does not answer; what you answer is kept here.") + "   " + text
        return text if self._begun() else _("Not begun: B begins it.")

    def _details(self) -> None:
        line = self.line()
        key = rows.key_of(line) if line is not None else ""
        refusal = self._unsent.refused.get(key, "")
        found = rows.facts(line, self._situation, self._unsent.pending.get(key), refusal) if line is not None else []
        self.query_one(FactsView).show(found)

    def _foot(self) -> str:
        if self._asking:
            return "   ".join([_("Enter: take it"), _("Esc: back")])
        if not self._begun():
            return "   ".join([_("B: begin"), _("Esc: back")])
        keys = [_("Y N: yes, no"), _("Enter: type"), _("X: not possible"), _("R: remark"), _("P: photo")]
        keys += [_("Space: next open"), _("O: all or open"), _("S: sign"), _("Esc: back")]
        return "   ".join(keys)


def _asks(what: Asked, line: Line) -> str:
    match what:
        case "photo":
            return _("file of the photo on this machine")
        case "not_possible":
            return _("why it cannot be answered")
        case "remark":
            return _("remark")
        case _:
            return f"{say(line.ask)} {line.unit}".strip()
