"""What may be asked about rounds."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Id, Note, Order, Reason, Right
from hub.core.rounds.answers import Answer, Reading
from hub.core.text import Text

MOST_ANSWERS = 200
"""Answers that one command may hold; a longer sheet is answered in pieces."""


class StartRound(Command, tag="round.start", frozen=True, kw_only=True):
    """Begin to make a round, or join those who make it."""

    NEEDS: ClassVar[Right] = "round"
    round: Id


class AnswerRound(Command, tag="round.answer", frozen=True, kw_only=True):
    """Answer items of a round that was started. The same answer again changes nothing; another one takes its place."""

    NEEDS: ClassVar[Right] = "round"
    round: Id
    answers: Annotated[list[Answer], Meta(min_length=1, max_length=MOST_ANSWERS)]


class SignRound(Command, tag="round.sign", frozen=True, kw_only=True):
    """Sign a round that one made: it is done, or waits for a leader's signature where its kind asks for one."""

    NEEDS: ClassVar[Right] = "round"
    round: Id
    note: Note = ""


class CountersignRound(Command, tag="round.countersign", frozen=True, kw_only=True):
    """Sign as a leader a round that others made and handed in."""

    NEEDS: ClassVar[Right] = "lead"
    round: Id
    note: Note = ""


class ReturnRound(Command, tag="round.return", frozen=True, kw_only=True):
    """Give a round that was handed in back to its makers."""

    NEEDS: ClassVar[Right] = "lead"
    round: Id
    reason: Reason


class CompleteRound(Command, tag="round.complete", frozen=True, kw_only=True):
    """Report a round as made on which nothing has to be answered."""

    NEEDS: ClassVar[Right] = "round"
    round: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class CancelRound(Command, tag="round.cancel", frozen=True, kw_only=True):
    """Decide that a round is not made."""

    NEEDS: ClassVar[Right] = "lead"
    round: Id
    reason: Reason


class MakeRoundDue(Order, tag="make_round_due", frozen=True, kw_only=True):
    rule: str
    kind: str
    title: Text
    team: str
    due_in_s: float | None
    clause: str
    camera: str | None = None
    """The camera that the rule's event is about: the round is about this one only."""
    finding: str = ""
    """The finding that made the rule fire; the watch proves afterwards that it is over."""


class FillReadings(Order, tag="fill_readings", frozen=True, kw_only=True):
    """Put on a sheet what is read outside of the core: shares of the last week, pictures, the hub's own machine."""

    round: str
    readings: list[Reading]


class ScoreCleaning(Order, tag="score_cleaning", frozen=True, kw_only=True):
    """What the watch measures on a camera after a cleaning job, at `at`."""

    round: str
    after: dict[str, float]
    at: datetime


RoundCommand = StartRound | AnswerRound | SignRound | CountersignRound | ReturnRound | CompleteRound | CancelRound
RoundOrder = MakeRoundDue | FillReadings | ScoreCleaning
