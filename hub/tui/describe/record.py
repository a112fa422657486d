"""Journal records in plain words, in both languages. Pure, and complete over the catalogue (a test keeps it so)."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import reduce
from typing import Any

import msgspec

from hub.client import EventView
from hub.core.alarms.events import (
    AlarmJudged,
    AlarmPrioritised,
)
from hub.core.attachments.events import AttachmentAdded
from hub.core.catalogue import (
    CATALOGUE,
    ClockStepped,
    ConfigAccepted,
    ConfigRejected,
    HubStarted,
    HubStopped,
    JournalBlockedFor,
    PluginFailed,
    PluginReady,
    PluginRetired,
    RulesLoaded,
    ScheduleDue,
    ScheduleMissed,
    SiteConfigured,
    WorkerDied,
    WorkerRetired,
    WorkerStarted,
)
from hub.core.delivery import (
    EffectDone,
    EffectFailed,
    MessageHeld,
    MessageRedirected,
    MessagesListed,
    NotifierFailing,
    NotifierRetired,
    NotifierWorking,
)
from hub.core.discovery.events import AddressApproved, CamerasAdded
from hub.core.duty.shifts import (
    DutyEvent,
    RosterFilled,
)
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event
from hub.core.findings import (
    CameraNotJudged,
)
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.people.events import SignInRefused
from hub.core.posts.events import (
    PresenceEvent,
)
from hub.core.recordings import (
    RecordingGap,
)
from hub.core.rounds.events import (
    RoundCaughtUp,
)
from hub.core.rules.events import CalendarLoaded, RulePaused, RuleResumed, RulesLooped, RuleStarted, VariableSet
from hub.core.site import Site
from hub.core.text import Text
from hub.locale import N_, _
from hub.tui import moments, words
from hub.tui.describe import (
    alarms,
    assets,
    devices,
    duty,
    fetched,
    people,
    posts,
    proof,
    releases,
    reports,
    reviews,
    rounds,
    settings,
    storage,
    tickets,
    viewings,
    watch,
)
from hub.tui.names import Names
from hub.tui.refusals import said

_PARTS = (
    alarms,
    assets,
    devices,
    duty,
    fetched,
    people,
    posts,
    proof,
    releases,
    reports,
    reviews,
    rounds,
    settings,
    storage,
    tickets,
    viewings,
    watch,
)
_FIELDS: tuple[Callable[[Event, str, object, Names], str | None], ...] = (
    assets.field,
    devices.field,
    people.field,
    posts.field,
    fetched.field,
    proof.field,
    releases.field,
    reviews.field,
    storage.field,
    tickets.field,
)
"""Asked in turn; the first that has words for a field says it."""

SENTENCES: dict[type[Event], str] = {
    **{event: sentence for part in _PARTS for event, sentence in part.SENTENCES.items()},
    HubStarted: N_("The hub started {last_stop} (version {version})"),
    HubStopped: N_("The hub was stopped: {reason}"),
    ClockStepped: N_("The machine's clock jumped by {by_s} s"),
    SiteConfigured: N_("hub.toml is in force: {site}"),
    ConfigRejected: N_("{file} is broken, the last good version goes on: {problems}"),
    ConfigAccepted: N_("{file} is good again"),
    RulesLoaded: N_("{file}: rules in force: {rules}"),
    JournalBlockedFor: N_("For {seconds} s nothing could be written to the journal: {reason}"),
    PluginFailed: N_("Plugin {plugin} failed: {reason}"),
    PluginReady: N_("Plugin {plugin} {version} is ready"),
    PluginRetired: N_("Plugin {plugin} is no longer used"),
    WorkerDied: N_("Watch worker {worker} died ({reason}); not judged meanwhile: {cameras}"),
    WorkerStarted: N_("Watch worker {worker} started: {cameras}"),
    WorkerRetired: N_("Watch worker {worker} has no successor"),
    WatchOverloaded: N_(
        "Watch worker {worker} looks at pictures every {picture_every_s} s instead of {asked_every_s} s: "
        "the machine is busy"
    ),
    WatchRelieved: N_("Watch worker {worker} looks at pictures as often as it should again"),
    ScheduleDue: N_("Rule {rule} came due, planned for {due_at}"),
    CalendarLoaded: N_("The calendar of holidays and make-up days is another one now"),
    RulePaused: N_("Rule {rule} turned off: {reason}"),
    RuleResumed: N_("Rule {rule} is on again"),
    RuleStarted: N_("Rule {rule} started by rule {started_by}"),
    RulesLooped: N_("Rules lead to one another in a circle: {rule} was stopped"),
    VariableSet: N_("{variable} is now {value}"),
    ScheduleMissed: N_("Rule {rule} was missed, planned for {due_at}"),
    EffectDone: N_("Sent: {kind} to {target}, attempts: {attempts}"),
    MessageHeld: N_("A message to {target} waits until {until_at}: {why}"),
    MessagesListed: N_("{keys} messages to {target} went out as one list"),
    MessageRedirected: N_("A message for {recipient} went to {route}: {reason}"),
    NotifierFailing: N_("Messages do not get out through {notifier}, they wait: {reason}"),
    NotifierWorking: N_("Messages get out through {notifier} again"),
    NotifierRetired: N_("No route uses {notifier} any more"),
    EffectFailed: N_("Not sent, given up: {kind} to {target}, attempts: {attempts}: {reason}"),
    AttachmentAdded: N_("File handed over: {name}"),
    AddressApproved: N_("The device at {address} was approved for {driver}"),
    CamerasAdded: N_("Added to hub.toml from {address}: {cameras}"),
}
"""One sentence for every event; braces name the event's fields, said in words by `_field`."""

_BEFORE_MORE = " :：,，;；"
"""What no sentence ends with: what should follow it says nothing."""

_REMARKS = ("detail", "note")
"""Fields that people or the watch fill in freely; they follow the sentence when they say anything."""


def describe(event: Event, names: Names) -> str:
    """One sentence, in the language in force, that says what happened."""
    fields = {name: _field(event, name, getattr(event, name), names) for name in event.__struct_fields__}
    template = reduce(_closed, (name for name, text in fields.items() if not text), _(SENTENCES[type(event)]))
    sentence = " ".join(template.format_map(fields).split()).rstrip(_BEFORE_MORE)
    remarks = [fields[name] for name in _REMARKS if fields.get(name)]
    return reduce(words.about, remarks, sentence)


def describe_view(view: EventView, names: Names) -> str:
    """A record that came over the wire; a kind unknown here (newer software) is told field by field."""
    cls = CATALOGUE.get(view.type)
    if cls is not None:
        body = {key: value for key, value in view.event.items() if key != "type"}
        try:
            return describe(msgspec.convert({**body, "type": view.type}, type=cls, strict=False), names)
        except msgspec.ValidationError:
            return _unknown(view.type, body)
    return _unknown(view.type, view.event)


def actor(name: str, names: Names) -> str:
    """Who did it, in words: `Zhang Wei`, `rule signal-lost`, `the watch`, `the hub`."""
    kind, _colon, who = name.partition(":")
    match kind:
        case "person":
            return names.person(who)
        case "rule":
            return _("rule {name}").format(name=who)
        case "watch":
            return _("the watch")
        case "plugin":
            return _("plugin {name}").format(name=who)
        case "hub":
            return _("the hub")
        case _:
            return name


def _closed(template: str, name: str) -> str:
    """The sentence without the gap that a field leaves which says nothing."""
    field = f"{{{name}}}"
    return template.replace(f" {field}", "") if f" {field}" in template else template.replace(f"{field} ", "")


def _unknown(wire: str, body: Mapping[str, Any]) -> str:
    said = ", ".join(f"{key} {value}" for key, value in body.items() if isinstance(value, str | int | float))
    return f"{wire}: {said}" if said else wire


def _field(event: Event, name: str, value: object, names: Names) -> str:
    for field in _FIELDS:
        if (said_there := field(event, name, value, names)) is not None:
            return said_there
    match name, value:
        case (_, None):
            return ""
        case ("camera", str()):
            return names.camera(value)
        case ("asset" | "by_asset" | "replaced_by", str()):
            return names.camera(value)
        case ("account" | "person" | "successor" | "repairer", str()):
            return names.person(value)
        case ("post", str()):
            return names.post(value)
        case ("team", str()):
            return names.team(value)
        case ("cameras" | "covered", list()):
            return words.listed(names.camera(str(camera)) for camera in value) or "-"
        case ("reason" | "cause", str()) if isinstance(event, AlarmPrioritised | AlarmJudged):
            return f"({value})" if value else ""
        case ("reason", str()):
            return words.word({**words.NOT_JUDGED, **words.SIGN_IN_REFUSALS}, value) if _is_coded(event) else value
        case ("cause", str()) if isinstance(event, RecordingGap):
            return words.word(words.GAP_CAUSES, value)
        case ("kind", str()) if isinstance(event, EffectDone | EffectFailed):
            return words.word(words.EFFECTS, value)
        case ("kind", str()) if isinstance(event, LogEntered):
            return _(words.LOG_KINDS["left" if event.leaving else value][1])
        case ("last_stop", str()):
            return words.word(words.LAST_STOPS, value)
        case ("verdict", str()) if isinstance(event, AlarmJudged):
            return _(words.ALARM_VERDICTS[value][1])
        case ("desk", str()):
            return words.domains([value])
        case ("before", str()) if isinstance(event, AlarmPrioritised):
            return _(words.PRIORITIES.get(value, ("", value))[1])
        case ("priority", str()):
            return _(words.PRIORITIES.get(value, ("", value))[1])
        case ("role", str()):
            return words.word(words.ROLES, value)
        case ("domains", list()):
            return words.domains([str(domain) for domain in value])
        case ("share", float() | int()):
            return f"{value:.0%}"
        case ("rules" | "kinds" | "targets" | "readings" | "answers", list()):
            return str(len(value))
        case ("keys", tuple()):
            return str(len(value))
        case ("why", str()) if isinstance(event, MessageHeld):
            return words.word(words.HELD, value)
        case ("how" | "verdict", str()) if isinstance(event, PresenceEvent):
            return words.word({**words.SIGNINGS, **words.VERDICTS}, value)
        case ("how", str()) if isinstance(event, RoundCaughtUp):
            return words.word(words.CAUGHT_UP, value)
        case ("how", str()) if isinstance(event, RosterFilled):
            return words.word(words.GAP_ENDS, value)
        case ("from_at" | "to_at", datetime()) if isinstance(event, DutyEvent):
            return moments.stamp(value, names.zone)[:16]
        case ("to_at", datetime()) if isinstance(begin := getattr(event, "from_at", None), datetime):
            return _end_of(begin, value, names.zone)
        case ("from_at", datetime()):
            return moments.stamp(value, names.zone)
        case (_, datetime()):
            return moments.stamp(value, names.zone)[:16]
        case (_, Text()):
            return said(value)
        case (_, Site()):
            return words.cameras(len(value.cameras))
        case (_, float()):
            return f"{value:g}"
        case (_, list()):
            return words.clauses(said(item) if isinstance(item, Text) else str(item) for item in value)
        case _:
            return str(value)


def _end_of(begin: datetime, end: datetime, zone: tzinfo) -> str:
    """The end of a period to the second, and its day when it is another one."""
    said = moments.stamp(end, zone)
    return said[11:] if said[:10] == moments.stamp(begin, zone)[:10] else said


def _is_coded(event: Event) -> bool:
    return isinstance(event, CameraNotJudged | SignInRefused)
