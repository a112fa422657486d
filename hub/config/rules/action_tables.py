"""What an item of `do` may say, action by action. The JSON Schema is made from these models."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from hub.config.mistakes import mistake
from hub.config.rules.values import Duration
from hub.config.tables import Id, Table, Words
from hub.core.alarms.events import Priority
from hub.core.reports.period import Kind
from hub.core.rules.events import VariableValue
from hub.core.saying import saying

VARIABLE_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"

Variable = Annotated[str, Field(pattern=VARIABLE_PATTERN)]
_Camera = Annotated[
    Id | None,
    Field(title="Camera", description="Id of the camera; without it the one that the event is about."),
]


class ActionTable(Table):
    """What all actions have in common."""

    after: Duration | None = Field(
        default=None,
        title="After",
        description="How long after the rule fired it is done, such as `5m`; not at all if the condition ends before.",
    )


class AlarmTable(ActionTable):
    """Raise an alarm; it returns to normal when the event's condition ends."""

    alarm: Id = Field(title="Alarm", description="Kind of alarm, such as `obstruction`.")
    priority: Priority = Field(title="Priority", description="`low`, `medium`, `high` or `critical`.")
    title: Words | None = Field(default=None, title="Title", description="What staff read; else the rule's title.")
    response: Words | None = Field(default=None, title="Response", description="What staff should do about it.")
    cause: Words | None = Field(default=None, title="Cause", description="What usually causes it.")
    consequence: Words | None = Field(
        default=None, title="Consequence", description="What comes of it when nobody does anything."
    )


class TicketTable(ActionTable):
    """Open a fault ticket with the technical department."""

    ticket: Words = Field(title="Ticket", description="Title of the ticket.")


class RoundTable(ActionTable):
    """Make a round due."""

    round: Id = Field(title="Round", description="Kind of round, such as `technical`.")
    title: Words | None = Field(default=None, title="Title", description="What staff read; else the rule's title.")
    due: Duration | None = Field(default=None, title="Due", description="How long there is time for it, such as `3d`.")
    team: str = Field(default="", title="Team", description="Who makes it.", max_length=100)


class NotifyTable(ActionTable):
    """Send a message along a route of hub.toml, or to people."""

    notify: str = Field(
        title="To",
        description="Id of a route, or `person:ACCOUNT`, `role:ROLE`, `post:POST` (whoever is rostered there) or "
        "`department-leader` (of the camera's department).",
        min_length=1,
        max_length=100,
        examples=["duty", "person:wang", "role:leader", "post:gate", "department-leader"],
    )
    text: Words | None = Field(
        default=None, title="Text", description="What the message says; else the rule's title and what happened."
    )


class ReportTable(ActionTable):
    """Send the report of the newest period that is over: yesterday, last week, last month."""

    report: Kind = Field(
        title="Report", description="`daily`, `weekly`, `monthly`, or `clause`: last month by the clauses."
    )
    notify: str = Field(
        title="To",
        description="Whom it is sent to, as for `notify`: along a route or to people.",
        min_length=1,
        max_length=100,
        examples=["office", "role:leader"],
    )
    clause: str = Field(
        default="", title="Clause", description="With `clause`: only this one, such as `4.1`.", max_length=20
    )
    text: Words | None = Field(default=None, title="Text", description="What the message says above the figures.")


def _true_or_name(value: Any) -> Any:
    if value is True or isinstance(value, str):
        return value
    raise mistake(saying("expected true, or the id of a camera in quotes"))


class SnapshotTable(ActionTable):
    """Keep a picture of what a camera shows at that moment."""

    snapshot: Annotated[Literal[True] | Id, BeforeValidator(_true_or_name)] = Field(
        title="Snapshot", description="Id of the camera, or `true` for the one that the event is about."
    )


class ProtectTable(ActionTable):
    """Keep the recording of a camera from deletion."""

    protect: Duration = Field(title="Protect", description="How much from the firing on, such as `5m`.")
    before: Duration | None = Field(
        default=None, title="Before", description="How much of the time before the event; else a minute."
    )
    keep: Duration | None = Field(
        default=None, title="Keep", description="How long it is kept, such as `365d`; else 180 days."
    )
    camera: _Camera = None


class PresetTable(ActionTable):
    """Turn a steered camera to one of its presets."""

    preset: str = Field(title="Preset", description="Name of the preset.", min_length=1, max_length=100)
    camera: _Camera = None


_Payload = dict[Annotated[str, Field(min_length=1, max_length=100)], Annotated[str, Field(max_length=2000)]]


class WebhookTable(ActionTable):
    """Hand data to a program over HTTP."""

    webhook: Id = Field(title="Route", description="Id of a route of hub.toml that goes through `webhook`.")
    payload: _Payload = Field(
        default={},
        title="Payload",
        description='What is handed over, such as `{ camera = "$camera" }`; without it the message as it is.',
        max_length=50,
    )


class MqttTable(ActionTable):
    """Publish data through an MQTT broker."""

    mqtt: Id = Field(title="Route", description="Id of a route of hub.toml that goes through `mqtt`.")
    topic: str = Field(
        default="",
        title="Topic",
        description="Where it is published, such as `alarms/$camera`; without it the route's own topic.",
        max_length=500,
    )
    payload: _Payload = Field(
        default={},
        title="Payload",
        description='What is published, such as `{ camera = "$camera" }`; without it the message as it is.',
        max_length=50,
    )
    retain: bool = Field(default=False, title="Retain", description="Let the broker keep it for those who come later.")


class SetTable(ActionTable):
    """Give a variable of the rules a value."""

    set: Variable = Field(title="Variable", description="Its name, as declared in a table `[variables]`.")
    value: VariableValue = Field(title="Value", description="`true` or `false`, a number or a text, as declared.")


class StartTable(ActionTable):
    """Let another rule act."""

    start: Id = Field(title="Rule", description="Id of the rule.")


ACTIONS: dict[str, type[ActionTable]] = {
    "alarm": AlarmTable,
    "ticket": TicketTable,
    "round": RoundTable,
    "notify": NotifyTable,
    "report": ReportTable,
    "snapshot": SnapshotTable,
    "protect": ProtectTable,
    "preset": PresetTable,
    "webhook": WebhookTable,
    "mqtt": MqttTable,
    "set": SetTable,
    "start": StartTable,
}
"""By the key that says which action it is."""


def kinds_of(item: dict[str, Any]) -> list[str]:
    """The keys of `item` that say which action it is: one, in what is well written. A report names with `notify` whom
    it is for."""
    found = [key for key in item if key in ACTIONS]
    return [key for key in found if key != "notify"] if "report" in found else found
