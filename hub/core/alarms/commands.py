"""What may be asked about alarms."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.alarms.events import Priority, Verdict
from hub.core.command import Command, Id, Moment, Note, Order, Reason, Right
from hub.core.findings import Evidence
from hub.core.text import Text


class AcknowledgeAlarm(Command, tag="alarm.acknowledge", frozen=True, kw_only=True):
    """Take note of an alarm."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class ConfirmResponse(Command, tag="alarm.confirm_response", frozen=True, kw_only=True):
    """Say that what the alarm asks for was done."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: Id
    note: Note = ""


class PrioritiseAlarm(Command, tag="alarm.prioritise", frozen=True, kw_only=True):
    """Change how urgent a standing alarm is; one that becomes more urgent is to be acknowledged again."""

    NEEDS: ClassVar[Right] = "lead"
    alarm: Id
    priority: Priority
    reason: Reason


class ShelveAlarm(Command, tag="alarm.shelve", frozen=True, kw_only=True):
    """Silence an alarm for a stated reason until a given time, or (`once`) until it returns to normal."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    until_at: Moment | None = None
    """None: only with `once`; then for as long as a shelving may last."""
    once: bool = False


class UnshelveAlarm(Command, tag="alarm.unshelve", frozen=True, kw_only=True):
    """End a shelving early."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: str


class TakeOutOfService(Command, tag="alarm.take_out_of_service", frozen=True, kw_only=True):
    """Take an alarm out of service until a given time, such as that of a camera that is being rebuilt."""

    NEEDS: ClassVar[Right] = "lead"
    alarm: Id
    reason: Reason
    until_at: Moment


class ReturnToService(Command, tag="alarm.return_to_service", frozen=True, kw_only=True):
    """Put an alarm back in service early."""

    NEEDS: ClassVar[Right] = "lead"
    alarm: Id


class JudgeAlarm(Command, tag="alarm.judge", frozen=True, kw_only=True):
    """Say whether an alarm was right, while it stands or after it was cleared. Saying it anew corrects it."""

    NEEDS: ClassVar[Right] = "watch"
    alarm: Id
    verdict: Verdict
    cause: Note = ""


class RaiseAlarm(Order, tag="raise_alarm", frozen=True, kw_only=True):
    """Raise an alarm. Where the rule's alarm about the subject stands already, a higher priority raises its own."""

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
    likely_cause: Text = Text(en="")
    consequence: Text = Text(en="")


class ReturnAlarm(Order, tag="return_alarm", frozen=True, kw_only=True):
    """The rule's condition about the subject is over: its alarm returns to normal, its ticket is restored."""

    rule: str
    subject: str


AlarmCommand = (
    AcknowledgeAlarm
    | ConfirmResponse
    | PrioritiseAlarm
    | ShelveAlarm
    | UnshelveAlarm
    | TakeOutOfService
    | ReturnToService
    | JudgeAlarm
)
AlarmOrder = RaiseAlarm | ReturnAlarm
