"""Facts about rounds."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.event import CameraId, Event, RoundId, TicketId
from hub.core.rounds.answers import Answer, Reading
from hub.core.rounds.kinds import AssetKind, RoundKind
from hub.core.text import Text

_About = Annotated[CameraId | None, Meta(description="The only camera that the round is about.")]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is looked at on a round."""

    of: Annotated[AssetKind, Meta(description="The sort of asset.")]
    asset: Annotated[str, Meta(description="Camera id, asset id, or `room`.")]
    name: Annotated[Text, Meta(description="Name that staff use.")] = Text(en="")
    items: Annotated[tuple[str, ...], Meta(description="Ids of what is looked at on it.")] = ()


class RoundDue(Event, tag="round.due", frozen=True, kw_only=True):
    """A round is to be made."""

    round: RoundId
    kind: Annotated[str, Meta(description="Which round, as the rule names it.")]
    title: Text
    team: Annotated[str, Meta(description="Who makes it.")] = ""
    due_at: Annotated[datetime | None, Meta(description="By when.")] = None
    rule: Annotated[str | None, Meta(description="The rule that asked for it.")] = None
    clause: str = ""
    camera: _About = None
    finding: Annotated[
        str, Meta(description="The finding that it is to end, such as `lens.soiled`: the watch proves that it did.")
    ] = ""
    forecast_at: Annotated[
        datetime | None, Meta(description="When the picture will be unusable if nobody sees to it.")
    ] = None
    before: Annotated[
        dict[str, float], Meta(description="The measures of the finding, to compare with those of afterwards.")
    ] = {}
    again_after: Annotated[str, Meta(description="The round that did not help; empty for the first one.")] = ""


class RoundStarted(Event, tag="round.started", frozen=True, kw_only=True):
    """Somebody began to make a round: from now on it is fixed what is looked at."""

    round: RoundId
    camera: _About = None
    targets: Annotated[list[Target], Meta(description="What is looked at, in this order.")] = []


class RoundJoined(Event, tag="round.joined", frozen=True, kw_only=True):
    """Somebody else makes the round, too."""

    round: RoundId
    camera: _About = None


class RoundMeasured(Event, tag="round.measured", frozen=True, kw_only=True):
    """The hub filled in what it can measure by itself."""

    round: RoundId
    camera: _About = None
    readings: list[Reading]


class RoundAnswered(Event, tag="round.answered", frozen=True, kw_only=True):
    """Items were answered, or answered anew."""

    round: RoundId
    camera: _About = None
    answers: list[Answer]


class RoundFaultFound(Event, tag="round.fault_found", frozen=True, kw_only=True):
    """An answer was bad, and the fault stands on a ticket."""

    round: RoundId
    camera: _About = None
    asset: Annotated[str, Meta(description="What is faulty.")]
    item: Annotated[str, Meta(description="The item that was answered.")]
    title: Annotated[Text, Meta(description="The fault.")]
    ticket: TicketId


class RoundHandedIn(Event, tag="round.handed_in", frozen=True, kw_only=True):
    """The makers signed; a leader signs next."""

    round: RoundId
    camera: _About = None
    note: Annotated[str, Meta(description="What was found.")] = ""


class RoundReturned(Event, tag="round.returned", frozen=True, kw_only=True):
    """A leader did not sign and gave the round back."""

    round: RoundId
    camera: _About = None
    reason: Annotated[str, Meta(description="What is to be done better.")]


class RoundDone(Event, tag="round.done", frozen=True, kw_only=True):
    """A round was signed off, or reported as made where nothing is to be answered."""

    CLEARS: ClassVar[type[Event] | None] = RoundDue
    round: RoundId
    camera: _About = None
    note: Annotated[str, Meta(description="What was found.")] = ""
    late: Annotated[bool, Meta(description="It was made after its time.")] = False
    makers: Annotated[list[str], Meta(description="Who made it: actors, as on the records.")] = []
    answered: Annotated[int, Meta(description="Items with an answer.")] = 0
    not_possible: Annotated[int, Meta(description="Items that could not be answered.")] = 0
    bad: Annotated[int, Meta(description="Items with a bad answer.")] = 0


class RoundMissed(Event, tag="round.missed", frozen=True, kw_only=True):
    """A round was not made by its due time."""

    round: RoundId
    camera: _About = None
    title: Annotated[Text, Meta(description="What the round is called; empty in older records.")] = Text(en="")


class RoundCancelled(Event, tag="round.cancelled", frozen=True, kw_only=True):
    """A leader decided that a round is not made."""

    CLEARS: ClassVar[type[Event] | None] = RoundDue
    round: RoundId
    camera: _About = None
    reason: Annotated[str, Meta(description="Why.")]


class RoundCaughtUp(Event, tag="round.caught_up", frozen=True, kw_only=True):
    """A round that was missed is made after all and signed, or a leader decided that it is not made."""

    CLEARS: ClassVar[type[Event] | None] = RoundMissed
    round: RoundId
    camera: _About = None
    how: Annotated[Literal["made", "cancelled"], Meta(description="Whether it was made or cancelled.")]


class CleaningProven(Event, tag="cleaning.proven", frozen=True, kw_only=True):
    """After a cleaning job the watch sees the picture good again."""

    round: RoundId
    camera: CameraId
    finding: Annotated[str, Meta(description="The finding that it ended.")]
    before: Annotated[dict[str, float], Meta(description="The measures before.")] = {}
    after: Annotated[dict[str, float], Meta(description="The same measures after.")] = {}


class CleaningNotProven(Event, tag="cleaning.not_proven", frozen=True, kw_only=True):
    """A cleaning job was reported as done, and the watch does not see that it helped."""

    round: RoundId
    camera: CameraId
    finding: Annotated[str, Meta(description="The finding that still holds.")]
    why: Annotated[
        Literal["still", "not_judged"],
        Meta(description="`still`: the finding holds. `not_judged`: the watch could not tell in all that time."),
    ]
    before: Annotated[dict[str, float], Meta(description="The measures before.")] = {}
    after: Annotated[dict[str, float], Meta(description="The same measures after.")] = {}


class RoundsLoaded(Event, tag="rounds.loaded", frozen=True, kw_only=True):
    """rules/rounds.toml was read: these kinds of rounds are in force."""

    kinds: Annotated[list[RoundKind], Meta(description="The kinds of rounds, with their checklists.")]
