"""What befell alarms is in the log, in words."""

from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmCalmed,
    AlarmChattering,
    AlarmFloodBegan,
    AlarmFloodEnded,
    AlarmJudged,
    AlarmPrioritised,
    AlarmRaised,
    AlarmRemovedFromService,
    AlarmResponded,
    AlarmReturned,
    AlarmReturnedToService,
    AlarmServiceEndsSoon,
    AlarmShelved,
    AlarmStale,
    AlarmStaleEnded,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
)
from hub.core.event import Event
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    AlarmRaised: N_("Alarm {alarm} raised, {priority}: {title} {camera}"),
    AlarmAcknowledged: N_("Alarm {alarm} acknowledged"),
    AlarmReturned: N_("Alarm {alarm} returned to normal"),
    AlarmShelved: N_("Alarm {alarm} shelved until {until_at}: {reason}"),
    AlarmUnshelved: N_("Alarm {alarm} is back from the shelf"),
    AlarmSuppressed: N_("Alarm {alarm} suppressed by {by}"),
    AlarmUnsuppressed: N_("Alarm {alarm} is no longer suppressed"),
    AlarmPrioritised: N_("Alarm {alarm}: priority {priority} instead of {before} {reason}"),
    AlarmResponded: N_("Alarm {alarm}: what it asks for was done"),
    AlarmRemovedFromService: N_("Alarm {alarm} out of service until {until_at}: {reason}"),
    AlarmServiceEndsSoon: N_("Alarm {alarm} is back in service soon, at {until_at}"),
    AlarmReturnedToService: N_("Alarm {alarm} is in service again"),
    AlarmChattering: N_("Alarm {alarm} chatters, raised {times} times within {within_s} s: it disturbs nobody now"),
    AlarmCalmed: N_("Alarm {alarm} chatters no more"),
    AlarmStale: N_("Alarm {alarm} has stood since {since_at}"),
    AlarmStaleEnded: N_("Alarm {alarm} is over after a long time"),
    AlarmFloodBegan: N_("Flood of alarms, {desk}: {alarms} within {within_s} s"),
    AlarmFloodEnded: N_("The flood of alarms is over, {desk}: {alarms} in all, {peak} at most within ten minutes"),
    AlarmJudged: N_("Alarm {alarm} judged: {verdict} {cause}"),
}
