"""Facts about rounds."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.event import Event, RoundId
from hub.core.rounds.kinds import RoundKind
from hub.core.text import Text


class RoundDue(Event, tag="round.due", frozen=True, kw_only=True):
    """A round is to be made."""

    round: RoundId
    kind: Annotated[str, Meta(description="Which round, as the rule names it.")]
    title: Text
    team: Annotated[str, Meta(description="Who makes it.")] = ""
    due_at: Annotated[datetime | None, Meta(description="By when.")] = None
    rule: Annotated[str | None, Meta(description="The rule that asked for it.")] = None
    clause: str = ""


class RoundDone(Event, tag="round.done", frozen=True, kw_only=True):
    """A person reported the round as made."""

    CLEARS: ClassVar[type[Event] | None] = RoundDue
    round: RoundId
    note: Annotated[str, Meta(description="What was found.")] = ""


class RoundMissed(Event, tag="round.missed", frozen=True, kw_only=True):
    """A round was not made by its due time."""

    round: RoundId


class RoundsLoaded(Event, tag="rounds.loaded", frozen=True, kw_only=True):
    """rules/rounds.toml was read: these kinds of rounds are in force."""

    kinds: Annotated[list[RoundKind], Meta(description="The kinds of rounds, with their checklists.")]
