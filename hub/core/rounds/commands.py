"""What may be asked about rounds."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Order, Right
from hub.core.text import Text


class CompleteRound(Command, tag="round.complete", frozen=True, kw_only=True):
    """Report a round as made."""

    NEEDS: ClassVar[Right] = "round"
    round: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class MakeRoundDue(Order, tag="make_round_due", frozen=True, kw_only=True):
    rule: str
    kind: str
    title: Text
    team: str
    due_in_s: float | None
    clause: str


RoundCommand = CompleteRound
RoundOrder = MakeRoundDue
