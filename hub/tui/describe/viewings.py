"""What is on record about who looked at cameras through the hub, in sentences."""

from hub.core.event import Event
from hub.core.viewings.events import LiveViewed, ViewingEnded
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    LiveViewed: N_("{camera}: somebody looks at it live: {reason}"),
    ViewingEnded: N_("{camera}: the viewing that began at {began_at} is over"),
}
