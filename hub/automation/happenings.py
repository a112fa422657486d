"""What rules brought about, in the words in which rule files order it: `alarm`, `ticket`, `notify` …"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from hub.automation.model import ReportWanted, SendMessage, TakeSnapshot, TurnToPreset
from hub.automation.trials.simulation import Done, Simulation
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.event import Event, Record, wire_name
from hub.core.recordings import RecordingProtected
from hub.core.rounds.events import RoundDue
from hub.core.rules.events import RuleStarted, VariableSet
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened

KINDS: dict[str, str] = {
    "alarm": "An alarm of this kind was raised.",
    "returned": "An alarm of this kind returned to normal.",
    "ticket": "A fault ticket with this title was opened.",
    "round": "A round of this kind became due.",
    "notify": "A message was sent to this recipient.",
    "webhook": "Data were handed over along this route.",
    "mqtt": "Data were published along this route.",
    "report": "A report of this kind was sent.",
    "snapshot": "A picture of this camera was kept.",
    "protect": "The recording of this camera was protected.",
    "preset": "A camera was turned to this position.",
    "set": "This variable got a value.",
    "start": "This rule was started by another one.",
    "fired": "This rule fired.",
    "event": "This event went on record.",
}
"""What a case may expect, and what it means."""

FIELDS: dict[str, frozenset[str]] = {
    "alarm": frozenset({"camera", "priority", "title", "response", "clause", "subject", "id"}),
    "returned": frozenset({"camera", "priority", "title", "clause", "subject", "id"}),
    "ticket": frozenset({"camera", "clause", "subject", "id"}),
    "round": frozenset({"camera", "team", "title", "clause", "id"}),
    "notify": frozenset({"camera", "priority", "title", "text", "clause", "topic"}),
    "webhook": frozenset({"camera", "priority", "title", "text", "clause", "payload"}),
    "mqtt": frozenset({"camera", "priority", "title", "text", "clause", "payload", "topic"}),
    "report": frozenset({"to", "day", "text", "clause"}),
    "snapshot": frozenset(),
    "protect": frozenset(),
    "preset": frozenset({"camera"}),
    "set": frozenset({"value"}),
    "start": frozenset({"camera"}),
    "fired": frozenset({"camera", "subject"}),
}
"""What else may be said of each, beside `rule`; of an `event`, its own fields."""


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `kinds` are the words for it; `deed` says that a rule did it for somebody."""

    at: datetime
    kinds: tuple[str, ...]
    name: str | Text = ""
    fields: dict[str, Any] = {}
    event: str = ""
    """Wire name, when it is an event."""
    deed: bool = False

    @property
    def told(self) -> str:
        """In a few words: `alarm obstruction, priority high, camera gate-1`."""
        word = self.kinds[0] if self.kinds else self.event
        name = self.name.en if isinstance(self.name, Text) else self.name
        fields = [f"{key} {_written(self.fields[key])}" for key in _TOLD if self.fields.get(key) is not None]
        return ", ".join([f"{word} {name}".strip(), *fields])


def _written(value: Any) -> str:
    """As a rules author would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_TOLD = ("priority", "camera", "team", "value", "topic", "rule")


def happenings_of(simulation: Simulation) -> list[Happening]:
    """Everything that rules and time brought about, in order; what was given is not among it."""
    found = [
        *_events(simulation),
        *(_deed(done) for done in simulation.done),
        *_firings(simulation),
    ]
    return sorted(found, key=lambda happening: happening.at)


def _events(simulation: Simulation) -> Iterator[Happening]:
    alarms: dict[str, AlarmRaised] = {}
    for record in simulation.records:
        if isinstance(record.event, AlarmRaised):
            alarms[record.event.alarm] = record.event
        if record.seq not in simulation.given:
            yield _event(record, alarms)


def _event(record: Record, alarms: dict[str, AlarmRaised]) -> Happening:
    event = record.event
    rule = record.actor.removeprefix("rule:") if record.actor.startswith("rule:") else getattr(event, "rule", None)
    kind, name, more = _in_words(event, alarms)
    fields = {**msgspec.structs.asdict(event), "rule": rule, **more}
    return Happening(
        at=record.seen_at,
        kinds=(kind,) if kind else (),
        name=name,
        fields=fields,
        event=wire_name(event),
        deed=bool(kind) and kind != "returned",
    )


def _in_words(event: Event, alarms: dict[str, AlarmRaised]) -> tuple[str, str | Text, dict[str, Any]]:
    match event:
        case AlarmRaised():
            return "alarm", event.kind, {"id": event.alarm}
        case AlarmReturned():
            raised = alarms.get(event.alarm)
            more = {"id": event.alarm}
            if raised is not None:
                more |= {name: getattr(raised, name) for name in ("camera", "priority", "title", "clause", "subject")}
            return "returned", raised.kind if raised is not None else "", more
        case TicketOpened():
            return "ticket", event.title, {"id": event.ticket}
        case RoundDue():
            return "round", event.kind, {"id": event.round}
        case VariableSet():
            return "set", event.variable, {}
        case RuleStarted():
            return "start", event.rule, {"rule": event.started_by}
        case RecordingProtected():
            return "protect", event.camera, {}
        case _:
            return "", "", {}


def _deed(done: Done) -> Happening:
    deed, rule = done.effect.do, done.effect.rule
    match deed:
        case SendMessage(report=ReportWanted() as report):
            sent = {"rule": rule, "to": deed.to, "day": f"{report.day}", "text": deed.body, "clause": report.clause}
            return Happening(at=done.at, kinds=("report",), name=report.kind, fields=sent, deed=True)
        case SendMessage():
            fields: dict[str, Any] = {
                "rule": rule,
                "camera": deed.camera,
                "priority": deed.priority,
                "title": deed.title,
                "text": deed.body,
                "clause": deed.clause,
                "topic": deed.topic or None,
                "payload": list(deed.payload.values()),
            }
            return Happening(at=done.at, kinds=("notify", "webhook", "mqtt"), name=deed.to, fields=fields, deed=True)
        case TakeSnapshot():
            return Happening(at=done.at, kinds=("snapshot",), name=deed.camera, fields={"rule": rule}, deed=True)
        case TurnToPreset():
            fields = {"rule": rule, "camera": deed.camera}
            return Happening(at=done.at, kinds=("preset",), name=deed.preset, fields=fields, deed=True)
        case _:
            return Happening(at=done.at, kinds=(), name=type(deed).__name__, fields={"rule": rule}, deed=True)


def _firings(simulation: Simulation) -> Iterator[Happening]:
    by_seq = {record.seq: record for record in simulation.records}
    for trace in simulation.trace:
        if trace.outcome == "fired" and trace.step == "do":
            record = by_seq.get(trace.seq)
            camera = getattr(record.event, "camera", None) if record is not None else None
            fields = {"rule": trace.rule, "camera": camera}
            yield Happening(at=trace.at, kinds=("fired",), name=trace.rule, fields=fields)
