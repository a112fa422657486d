"""Forms about rounds."""

from collections.abc import Callable
from datetime import datetime

from hub.core.command import Command
from hub.core.rounds.commands import CancelRound, CompleteRound, CountersignRound, ReturnRound, SignRound
from hub.core.rounds.model import Round
from hub.locale import _, say
from hub.tui.forms.form import Field, Form, Problems, Values, missing


def complete_round(due: Round) -> Form:
    """Report as made what has no checklist."""
    return _noted(
        due,
        "round",
        _("Report round {round} as made").format(round=due.id),
        _("Report"),
        _("Round {round} is reported.").format(round=due.id),
        lambda note: CompleteRound(round=due.id, note=note),
    )


def sign_round(due: Round) -> Form:
    """Sign what one made."""
    return _noted(
        due,
        "sign-round",
        _("Sign round {round}").format(round=due.id),
        _("Sign"),
        _("Round {round} is signed.").format(round=due.id),
        lambda note: SignRound(round=due.id, note=note),
    )


def countersign_round(due: Round) -> Form:
    """Sign as a leader what others made."""
    return _noted(
        due,
        "countersign-round",
        _("Sign round {round} as a leader").format(round=due.id),
        _("Sign"),
        _("Round {round} is signed.").format(round=due.id),
        lambda note: CountersignRound(round=due.id, note=note),
    )


def return_round(due: Round) -> Form:
    """Give back what was handed in."""
    return _reasoned(
        due,
        "return-round",
        _("Give round {round} back to its makers").format(round=due.id),
        _("Give back"),
        _("Round {round} is given back.").format(round=due.id),
        lambda reason: ReturnRound(round=due.id, reason=reason),
    )


def cancel_round(due: Round) -> Form:
    """Decide that a round is not made."""
    form = _reasoned(
        due,
        "cancel-round",
        _("Cancel round {round}").format(round=due.id),
        _("Cancel the round"),
        _("Round {round} is cancelled.").format(round=due.id),
        lambda reason: CancelRound(round=due.id, reason=reason),
    )
    return Form(
        key=form.key,
        title=form.title,
        about=form.about,
        fields=form.fields,
        submit=form.submit,
        done=form.done,
        read=form.read,
        dangerous=True,
    )


def _about(due: Round) -> list[str]:
    found = [say(due.title)]
    if due.cells:
        answered = _("answered: {done} of {all}, bad: {bad}")
        found.append(answered.format(done=due.answered, all=due.cells, bad=due.bad))
    return [*found, due.note] if due.note else found


def _noted(due: Round, key: str, title: str, submit: str, done: str, make: Callable[[str], Command]) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return make(values.get("note", "").strip())

    return Form(
        key=f"{key}:{due.id}",
        title=title,
        about=_about(due),
        fields=[Field("note", _("What was found"), _("may be left empty"))],
        submit=submit,
        done=done,
        read=read,
    )


def _reasoned(due: Round, key: str, title: str, submit: str, done: str, make: Callable[[str], Command]) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("A reason is needed: it goes on record."))
        return problems or make(values["reason"].strip())

    return Form(
        key=f"{key}:{due.id}",
        title=title,
        about=_about(due),
        fields=[Field("reason", _("Reason"))],
        submit=submit,
        done=done,
        read=read,
    )
