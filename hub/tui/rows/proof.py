"""The proof of recordings, as a part of the hub's health."""

from typing import NamedTuple

from hub.client.views import ProofHealth
from hub.locale import _
from hub.tui import moments
from hub.tui.situation import Situation
from hub.tui.words import clauses


class Part(NamedTuple):
    """One line: its name, whether all is well, its state, and the rest in words."""

    key: str
    name: str
    well: bool
    state: str
    text: str


def parts(proof: ProofHealth, situation: Situation) -> list[Part]:
    """How far the recordings are proven; what is not as it was sealed."""
    if proof.completed_at is not None:
        age = moments.since(proof.completed_at, situation.now)
        said = _("all of them, {age} ago").format(age=age)
    else:
        said = _("not all of them yet")
    if proof.until:
        said = clauses((said, _("come to {until}").format(until=proof.until)))
    if proof.late:
        said = clauses((said, _("it takes longer than `verify_days`: raise `verify_mb_s`")))
    well = not (proof.damaged or proof.late)
    found = [Part("proof", _("Proof of recordings"), well, _said(proof), said)]
    if proof.lists:
        text = _("lists that prove recordings, or the journal, are missing or were changed: hub verify --recordings")
        found.append(Part("seals", _("Lists of recordings"), False, _("damaged"), text))
    return found


def _said(proof: ProofHealth) -> str:
    if proof.damaged:
        return _("{n} damaged").format(n=proof.damaged)
    return _("late") if proof.late else _("nothing found")
