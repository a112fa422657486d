"""Journal records in plain words, in both languages. Pure, and complete over the catalogue (a test keeps it so)."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import reduce
from typing import Any

import msgspec

from hub.client import EventView
from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmRaised,
    AlarmReturned,
    AlarmShelved,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
)
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
from hub.core.deeds import CameraTurned, SnapshotTaken
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
from hub.core.duty.shifts import DutyEvent, RosterFilled, RosterGap, ShiftBegun, ShiftEnded, ShiftEndsSoon
from hub.core.event import Event
from hub.core.findings import (
    AccessGranted,
    AccessRefused,
    CameraJudged,
    CameraNotJudged,
    CameraRelearned,
    CameraRetried,
    LensCleaned,
    LensSoiled,
    NightUnusable,
    NightUsable,
    PictureBlack,
    PictureBlurred,
    PictureBright,
    PictureContrasted,
    PictureDamaged,
    PictureDark,
    PictureDimmed,
    PictureFlat,
    PictureFrozen,
    PictureIntact,
    PictureLit,
    PictureNoisy,
    PictureQuiet,
    PictureSharp,
    PictureStriped,
    PictureTinted,
    PictureUnfrozen,
    PictureUnstriped,
    PictureUntinted,
    PictureVisible,
    RecordingMissing,
    RecordingResumed,
    ReferenceApproved,
    ReferenceLearned,
    ReferenceRejected,
    SignalFlowing,
    SignalLost,
    SignalRestored,
    SignalStalled,
    ViewClear,
    ViewCutBack,
    ViewMoved,
    ViewObstructed,
    ViewOvergrown,
    ViewReturned,
    ViewShaking,
    ViewSteady,
)
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.people.events import AccountCreated, SignedIn, SignedOut, SignInRefused
from hub.core.recordings import (
    RecordingGap,
    RecordingPlanned,
    RecordingProtected,
    RecordingRecovered,
    RecordingsRemoved,
    RecordingsSealed,
    RecordingUnplanned,
    RecordingViewed,
)
from hub.core.rounds.events import RoundDone, RoundDue, RoundMissed, RoundsLoaded
from hub.core.rules.events import CalendarLoaded, RulePaused, RuleResumed, RulesLooped, RuleStarted, VariableSet
from hub.core.site import Site
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.text import Text
from hub.core.tickets.events import (
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketRestored,
)
from hub.locale import N_, _, say
from hub.tui import moments, words
from hub.tui.refusals import said

SENTENCES: dict[type[Event], str] = {
    HubStarted: N_("The hub started {last_stop} (version {version})"),
    HubStopped: N_("The hub was stopped: {reason}"),
    ClockStepped: N_("The machine's clock jumped by {by_s} s"),
    SiteConfigured: N_("hub.toml is in force: {site}"),
    ConfigRejected: N_("{file} is broken, the last good version goes on: {problems}"),
    ConfigAccepted: N_("{file} is good again"),
    RulesLoaded: N_("{file}: {rules} rules are in force"),
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
    SignalLost: N_("{camera}: signal lost"),
    SignalRestored: N_("{camera}: signal restored"),
    AccessRefused: N_("{camera}: the camera refuses the credentials"),
    AccessGranted: N_("{camera}: the camera accepts the credentials again"),
    PictureFrozen: N_("{camera}: picture frozen"),
    PictureUnfrozen: N_("{camera}: the picture changes again"),
    PictureBlack: N_("{camera}: picture black"),
    PictureVisible: N_("{camera}: the picture is no longer black"),
    PictureBlurred: N_("{camera}: picture blurred"),
    PictureSharp: N_("{camera}: the picture is sharp again"),
    ViewObstructed: N_("{camera}: view obstructed, {share} covered"),
    ViewClear: N_("{camera}: the view is free again"),
    ViewMoved: N_("{camera}: the view has moved"),
    ViewReturned: N_("{camera}: the approved view is back"),
    SignalStalled: N_("{camera}: data comes, but no steady picture"),
    SignalFlowing: N_("{camera}: pictures come steadily again"),
    PictureDark: N_("{camera}: picture too dark"),
    PictureLit: N_("{camera}: the picture is as bright as usual again"),
    PictureBright: N_("{camera}: picture too bright"),
    PictureDimmed: N_("{camera}: the picture is no longer too bright"),
    PictureFlat: N_("{camera}: picture without contrast"),
    PictureContrasted: N_("{camera}: the picture has its contrast again"),
    PictureTinted: N_("{camera}: colours wrong"),
    PictureUntinted: N_("{camera}: the colours are right again"),
    PictureNoisy: N_("{camera}: noise over the picture"),
    PictureQuiet: N_("{camera}: the noise is gone"),
    PictureStriped: N_("{camera}: stripes over the picture"),
    PictureUnstriped: N_("{camera}: the stripes are gone"),
    PictureDamaged: N_("{camera}: parts of the picture cannot be decoded"),
    PictureIntact: N_("{camera}: the picture is decoded whole again"),
    ViewShaking: N_("{camera}: the camera shakes"),
    ViewSteady: N_("{camera}: the camera stands still again"),
    NightUnusable: N_("{camera}: night picture of no use"),
    NightUsable: N_("{camera}: the night picture is of use again"),
    LensSoiled: N_("{camera}: the lens wants cleaning"),
    LensCleaned: N_("{camera}: the lens is clean again"),
    ViewOvergrown: N_("{camera}: plants grow into the view"),
    ViewCutBack: N_("{camera}: the view is free of plants"),
    RecordingMissing: N_("{camera}: should be recorded, and is not"),
    RecordingResumed: N_("{camera}: recorded again"),
    CameraNotJudged: N_("{camera}: not judged, because {reason}"),
    CameraJudged: N_("{camera}: judged again"),
    ReferenceLearned: N_("{camera}: reference view {reference} learned"),
    ReferenceApproved: N_("{camera}: reference view {reference} approved"),
    ReferenceRejected: N_("{camera}: reference view {reference} rejected: {reason}"),
    CameraRetried: N_("{camera}: to be tried again"),
    CameraRelearned: N_("{camera}: reference view to be learned anew: {reason}"),
    RecordingPlanned: N_("{camera}: to be recorded, stream {stream}"),
    RecordingUnplanned: N_("{camera}: no longer to be recorded"),
    RecordingGap: N_("{camera}: not recorded from {from_at} to {to_at}, cause: {cause}"),
    RecordingRecovered: N_("{camera}: a recording that was cut off was saved: {segment}"),
    RecordingProtected: N_("{camera}: kept from {from_at} to {to_at}"),
    RecordingViewed: N_("{camera}: somebody looked at the recording from {from_at} to {to_at}: {reason}"),
    RecordingsRemoved: N_("Recordings deleted by the rule {rule}"),
    RecordingsSealed: N_("{count} recordings sealed until {last_at}"),
    StorageLow: N_("Recording disk {volume} has no room"),
    StorageFreed: N_("Recording disk {volume} has room again"),
    StorageGone: N_("Recording disk {volume} cannot be written: {reason}"),
    StorageReturned: N_("Recording disk {volume} can be written again"),
    AlarmRaised: N_("Alarm {alarm} raised, {priority}: {title} {camera}"),
    AlarmAcknowledged: N_("Alarm {alarm} acknowledged"),
    AlarmReturned: N_("Alarm {alarm} returned to normal"),
    AlarmShelved: N_("Alarm {alarm} shelved until {until_at}: {reason}"),
    AlarmUnshelved: N_("Alarm {alarm} is back from the shelf"),
    AlarmSuppressed: N_("Alarm {alarm} suppressed by {by}"),
    AlarmUnsuppressed: N_("Alarm {alarm} is no longer suppressed"),
    TicketOpened: N_("Ticket {ticket} opened: {title} {camera}"),
    TicketAssigned: N_("Ticket {ticket} assigned to {repairer}"),
    TicketOverdue: N_("Ticket {ticket} is overdue, should be done by {estimate_at}: {title} {camera}"),
    TicketRestored: N_("Ticket {ticket}: the watch sees the service good again"),
    TicketRelapsed: N_("Ticket {ticket}: the fault came back"),
    TicketClosed: N_("Ticket {ticket} closed, cause: {cause}"),
    ScheduleDue: N_("Rule {rule} came due, planned for {due_at}"),
    CalendarLoaded: N_("The calendar of holidays and make-up days is another one now"),
    RulePaused: N_("Rule {rule} turned off: {reason}"),
    RuleResumed: N_("Rule {rule} is on again"),
    RuleStarted: N_("Rule {rule} started by rule {started_by}"),
    RulesLooped: N_("Rules lead to one another in a circle: {rule} was stopped"),
    VariableSet: N_("{variable} is now {value}"),
    ScheduleMissed: N_("Rule {rule} was missed, planned for {due_at}"),
    RoundsLoaded: N_("What is looked at on rounds was read anew, kinds of rounds: {kinds}"),
    RoundDue: N_("Round {round} is due: {title}"),
    RoundDone: N_("Round {round} made"),
    RoundMissed: N_("Round {round} was not made in time"),
    ShiftBegun: N_("{post_name}: {shift_name} begins, until {to_at}: {names}"),
    ShiftEndsSoon: N_("{post_name}: {shift_name} ends at {to_at}; relief: {relief_names}"),
    ShiftEnded: N_("{post_name}: {shift_name} is over: {names}"),
    RosterGap: N_("{post_name}: not enough people from {from_at} to {to_at}: {why}"),
    RosterFilled: N_("{post_name}: a gap in the roster is over: {how}"),
    EffectDone: N_("Sent: {kind} to {target}, attempts: {attempts}"),
    MessageHeld: N_("A message to {target} waits until {until_at}: {why}"),
    MessagesListed: N_("{keys} messages to {target} went out as one list"),
    MessageRedirected: N_("A message for {recipient} went to {route}: {reason}"),
    SnapshotTaken: N_("{camera}: picture kept, as rule {rule} wants"),
    CameraTurned: N_("{camera}: turned to preset {preset}, as rule {rule} wants"),
    NotifierFailing: N_("Messages do not get out through {notifier}, they wait: {reason}"),
    NotifierWorking: N_("Messages get out through {notifier} again"),
    NotifierRetired: N_("No route uses {notifier} any more"),
    EffectFailed: N_("Not sent, given up: {kind} to {target}, attempts: {attempts}: {reason}"),
    AccountCreated: N_("Account {account} made for {name} ({role}; {domains})"),
    SignedIn: N_("{account} signed in ({client})"),
    SignedOut: N_("{account} signed out"),
    SignInRefused: N_("Sign-in of {account} refused: {reason}"),
}
"""One sentence for every event; braces name the event's fields, said in words by `_field`."""

_REMARKS = ("detail", "note")
"""Fields that people or the watch fill in freely; they follow the sentence when they say anything."""


class Names(msgspec.Struct, frozen=True):
    """What is needed to speak of things as staff do: names of cameras, and the zone for times."""

    zone: tzinfo
    cameras: dict[str, Text] = {}

    def camera(self, camera: str | None) -> str:
        if camera is None:
            return ""
        name = self.cameras.get(camera)
        return say(name) if name is not None else camera


def describe(event: Event, names: Names) -> str:
    """One sentence, in the language in force, that says what happened."""
    fields = {name: _field(event, name, getattr(event, name), names) for name in event.__struct_fields__}
    sentence = _(SENTENCES[type(event)]).format_map(fields).strip()
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


def actor(name: str) -> str:
    """Who did it, in words: `zhang`, `rule signal-lost`, `the watch`, `the hub`."""
    kind, _colon, who = name.partition(":")
    match kind:
        case "person":
            return who
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


def _unknown(wire: str, body: Mapping[str, Any]) -> str:
    said = ", ".join(f"{key} {value}" for key, value in body.items() if isinstance(value, str | int | float))
    return f"{wire}: {said}" if said else wire


def _field(event: Event, name: str, value: object, names: Names) -> str:
    match name, value:
        case (_, None):
            return ""
        case ("camera", str()):
            return names.camera(value)
        case ("cameras", list()):
            return words.listed(names.camera(str(camera)) for camera in value) or "-"
        case ("reason", str()):
            return words.word({**words.NOT_JUDGED, **words.SIGN_IN_REFUSALS}, value) if _is_coded(event) else value
        case ("cause", str()) if isinstance(event, RecordingGap):
            return words.word(words.GAP_CAUSES, value)
        case ("kind", str()) if isinstance(event, EffectDone | EffectFailed):
            return words.word(words.EFFECTS, value)
        case ("last_stop", str()):
            return words.word(words.LAST_STOPS, value)
        case ("priority", str()):
            return _(words.PRIORITIES.get(value, ("", value))[1])
        case ("role", str()):
            return words.word(words.ROLES, value)
        case ("domains", list()):
            return words.domains([str(domain) for domain in value])
        case ("share", float() | int()):
            return f"{value:.0%}"
        case ("rules" | "kinds", list()):
            return str(len(value))
        case ("keys", tuple()):
            return str(len(value))
        case ("why", str()) if isinstance(event, MessageHeld):
            return words.word(words.HELD, value)
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
            return "; ".join(str(item) for item in value)
        case _:
            return str(value)


def _end_of(begin: datetime, end: datetime, zone: tzinfo) -> str:
    """The end of a period to the second, and its day when it is another one."""
    said = moments.stamp(end, zone)
    return said[11:] if said[:10] == moments.stamp(begin, zone)[:10] else said


def _is_coded(event: Event) -> bool:
    return isinstance(event, CameraNotJudged | SignInRefused)
