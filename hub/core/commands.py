"""What may be asked of the hub, by people and by rules.

A command is an intention; `hub.core.decisions.decide` says what follows from it. Commands of people are checked
against their rights first (`hub.core.people.check`).
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.core.catalogue import Priority
from hub.core.findings import Evidence
from hub.core.rules import VariableValue
from hub.core.text import Text

Moment = Annotated[datetime, Meta(tz=True)]
"""An instant with its zone: 08:30 alone is somebody else's 08:30."""


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """An intention. Subclasses are what people may ask; `Order`s are what rules ask."""


class AcknowledgeAlarm(Command, tag="alarm.acknowledge", frozen=True, kw_only=True):
    """Take note of an alarm."""

    alarm: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class ShelveAlarm(Command, tag="alarm.shelve", frozen=True, kw_only=True):
    """Silence an alarm until a given time, for a stated reason."""

    alarm: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    until_at: Moment


class UnshelveAlarm(Command, tag="alarm.unshelve", frozen=True, kw_only=True):
    """End a shelving early."""

    alarm: str


class AssignTicket(Command, tag="ticket.assign", frozen=True, kw_only=True):
    """Name who repairs a fault, and when it should be done."""

    ticket: str
    repairer: Annotated[str, Meta(min_length=1, max_length=200)]
    cause: Annotated[str, Meta(max_length=2000)] = ""
    estimate_at: Moment | None = None


class CloseTicket(Command, tag="ticket.close", frozen=True, kw_only=True):
    """Close a repaired fault; refused while the watch still sees it."""

    ticket: str
    cause: Annotated[str, Meta(min_length=1, max_length=2000)]
    note: Annotated[str, Meta(max_length=2000)] = ""


class CompleteRound(Command, tag="round.complete", frozen=True, kw_only=True):
    """Report a round as made."""

    round: str
    note: Annotated[str, Meta(max_length=2000)] = ""


class RetryCamera(Command, tag="camera.retry", frozen=True, kw_only=True):
    """Try a camera again that refused the credentials."""

    camera: str


class RelearnCamera(Command, tag="camera.relearn", frozen=True, kw_only=True):
    """Learn a camera's reference view anew."""

    camera: str
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class ApproveReference(Command, tag="reference.approve", frozen=True, kw_only=True):
    """Approve a reference view: what the camera shows in it is right."""

    camera: str
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    beside: bool = False
    """Keep the approved views of the same light in use as well: the same place under another sun or lamp."""


class RejectReference(Command, tag="reference.reject", frozen=True, kw_only=True):
    """Refuse or withdraw a reference view; the watch forgets it and learns anew where it has no other."""

    camera: str
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class CreateAccount(Command, tag="account.create", frozen=True, kw_only=True):
    """Make an account. Carried out by the server, which alone touches passwords."""

    account: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    role: Literal["watch_officer", "repairer", "leader", "administrator"]
    domains: list[Literal["production", "security"]]
    password: Annotated[str, Meta(min_length=8, max_length=200)]

    def __repr__(self) -> str:
        return f"CreateAccount({self.account!r}, ***)"


class PauseRule(Command, tag="rule.pause", frozen=True, kw_only=True):
    """Turn a rule off, until a given time or until somebody turns it on; what stands because of it stands on."""

    rule: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    until_at: Moment | None = None


class ResumeRule(Command, tag="rule.resume", frozen=True, kw_only=True):
    """Turn a rule on again."""

    rule: Annotated[str, Meta(min_length=1, max_length=100)]


class ChangeVariable(Command, tag="variable.change", frozen=True, kw_only=True):
    """Give a variable of the rules another value."""

    variable: Annotated[str, Meta(min_length=1, max_length=100)]
    value: bool | float | Annotated[str, Meta(max_length=2000)]


class StopHub(Command, tag="hub.stop", frozen=True, kw_only=True):
    """Stop the hub; every interruption has a reason on record."""

    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What a rule asks of the core. Carried out at once and exactly once, as events."""


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


class OpenTicket(Order, tag="open_ticket", frozen=True, kw_only=True):
    rule: str
    subject: str
    camera: str | None
    title: Text
    clause: str


class MakeRoundDue(Order, tag="make_round_due", frozen=True, kw_only=True):
    rule: str
    kind: str
    title: Text
    team: str
    due_in_s: float | None
    clause: str


class SetVariable(Order, tag="set_variable", frozen=True, kw_only=True):
    rule: str
    variable: str
    value: VariableValue


class StartRule(Order, tag="start_rule", frozen=True, kw_only=True):
    """Let the rule `start` act, as if an event about `camera` had come that it is on."""

    rule: str
    start: str
    camera: str | None


class ProtectRecording(Order, tag="protect_recording", frozen=True, kw_only=True):
    """Keep what `camera` recorded from `from_at` to `to_at` from deletion."""

    rule: str
    camera: str
    from_at: datetime
    to_at: datetime
    reason: str


class ReportLoop(Order, tag="report_loop", frozen=True, kw_only=True):
    """A chain of rules that lead to one another was cut after `records`."""

    rule: str
    records: int


PersonCommand = (
    AcknowledgeAlarm
    | ShelveAlarm
    | UnshelveAlarm
    | AssignTicket
    | CloseTicket
    | CompleteRound
    | RetryCamera
    | RelearnCamera
    | ApproveReference
    | RejectReference
    | CreateAccount
    | PauseRule
    | ResumeRule
    | ChangeVariable
    | StopHub
)
AnyOrder = (
    RaiseAlarm | ReturnAlarm | OpenTicket | MakeRoundDue | SetVariable | StartRule | ProtectRecording | ReportLoop
)
