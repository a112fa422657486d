"""What may be asked about alarms."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.alarms.events import Priority
from hub.core.command import Command, Moment, Order, Right
from hub.core.findings import Evidence
from hub.core.text import Text


class AcknowledgeAlarm(Command, tag="alarm.acknowledge", frozen=True, kw_only=True):
    """Take note of an alarm."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class ShelveAlarm(Command, tag="alarm.shelve", frozen=True, kw_only=True):
    """Silence an alarm until a given time, for a stated reason."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    until_at: Moment


class UnshelveAlarm(Command, tag="alarm.unshelve", frozen=True, kw_only=True):
    """End a shelving early."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str


class RaiseAlarm(Order, tag="raise_alarm", frozen=True, kw_only=True):
    rule: str
    kind: str
    subject: str
    camera: str | None
    priority: Priority
    title: Text
    response: Text
    clause: str
    evidence: Evidence | None
    lasting: bool


class ReturnAlarm(Order, tag="return_alarm", frozen=True, kw_only=True):
    """The rule's condition about the subject is over: its alarm returns to normal, its ticket is restored."""

    rule: str
    subject: str


AlarmCommand = AcknowledgeAlarm | ShelveAlarm | UnshelveAlarm
AlarmOrder = RaiseAlarm | ReturnAlarm
