"""What befell rounds and cleaning jobs is in the log, in words."""

from hub.core.event import Event
from hub.core.rounds.events import (
    CleaningNotProven,
    CleaningProven,
    RoundAnswered,
    RoundCancelled,
    RoundCaughtUp,
    RoundDone,
    RoundDue,
    RoundFaultFound,
    RoundHandedIn,
    RoundJoined,
    RoundMeasured,
    RoundMissed,
    RoundReturned,
    RoundsLoaded,
    RoundStarted,
)
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    RoundsLoaded: N_("What is looked at on rounds was read anew, kinds of rounds: {kinds}"),
    RoundDue: N_("Round {round} is due: {title}"),
    RoundDone: N_("Round {round} made"),
    RoundMissed: N_("Round {round} was not made in time"),
    RoundStarted: N_("Round {round} begun, to look at: {targets}"),
    RoundJoined: N_("Round {round}: somebody else makes it, too"),
    RoundMeasured: N_("Round {round}: filled in by the hub, items: {readings}"),
    RoundAnswered: N_("Round {round}: answered, items: {answers}"),
    RoundFaultFound: N_("Round {round}: {asset}: {title}, on ticket {ticket}"),
    RoundHandedIn: N_("Round {round} made and handed in to the leader"),
    RoundReturned: N_("Round {round} given back: {reason}"),
    RoundCancelled: N_("Round {round} is not made: {reason}"),
    RoundCaughtUp: N_("Round {round} is no longer missed ({how})"),
    CleaningProven: N_("Round {round}: {camera} is seen clean again"),
    CleaningNotProven: N_("Round {round}: {camera} is not seen clean after the job"),
}
