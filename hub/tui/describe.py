"""Journal records in plain words, in both languages. Pure, and complete over the catalogue (a test keeps it so)."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import reduce
from typing import Any

import msgspec

from hub.client import EventView
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
from hub.core.duty.shifts import (
    DutyEvent,
    RosterFilled,
    RosterGap,
    RosterLoaded,
    ShiftBegun,
    ShiftEnded,
    ShiftEndsSoon,
)
from hub.core.duty.swap_events import (
    SwapAgreed,
    SwapApproved,
    SwapAsked,
    SwapDeclined,
    SwapExpired,
    SwapRefused,
    SwapWithdrawn,
)
from hub.core.dutylog.events import LogEntered
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
from hub.core.people.events import SignInRefused
from hub.core.posts.events import (
    PostAbsent,
    PostAbsentOver,
    PostAttendance,
    PostClosed,
    PostCovered,
    PostLate,
    PostLateOver,
    PostLeftOpen,
    PostManned,
    PostSignedOff,
    PostSignedOn,
    PostUnmanned,
    PresenceEvent,
    ReliefCame,
    ReliefMissing,
)
from hub.core.posts.handover_events import (
    HandoverAbandoned,
    HandoverBegun,
    HandoverOverridden,
    HandoverSigned,
    HandoverTaken,
)
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
from hub.core.rounds.events import (
    CleaningNotProven,
    CleaningProven,
    RoundAnswered,
    RoundCancelled,
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
from hub.core.rules.events import CalendarLoaded, RulePaused, RuleResumed, RulesLooped, RuleStarted, VariableSet
from hub.core.site import Site
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.text import Text
from hub.locale import N_, _, say
from hub.tui import describe_assets, describe_people, describe_posts, describe_tickets, moments, words
from hub.tui.refusals import said

SENTENCES: dict[type[Event], str] = {
    **describe_assets.SENTENCES,
    **describe_people.SENTENCES,
    **describe_posts.SENTENCES,
    **describe_tickets.SENTENCES,
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
    RoundStarted: N_("Round {round} begun, to look at: {targets}"),
    RoundJoined: N_("Round {round}: somebody else makes it, too"),
    RoundMeasured: N_("Round {round}: filled in by the hub, items: {readings}"),
    RoundAnswered: N_("Round {round}: answered, items: {answers}"),
    RoundFaultFound: N_("Round {round}: {asset}: {title}, on ticket {ticket}"),
    RoundHandedIn: N_("Round {round} made and handed in to the leader"),
    RoundReturned: N_("Round {round} given back: {reason}"),
    RoundCancelled: N_("Round {round} is not made: {reason}"),
    CleaningProven: N_("Round {round}: {camera} is seen clean again"),
    CleaningNotProven: N_("Round {round}: {camera} is not seen clean after the job"),
    ShiftBegun: N_("{post_name}: {shift_name} begins, until {to_at}: {names}"),
    ShiftEndsSoon: N_("{post_name}: {shift_name} ends at {to_at}; relief: {relief_names}"),
    ShiftEnded: N_("{post_name}: {shift_name} is over: {names}"),
    RosterLoaded: N_("The roster was read anew and is in force"),
    SwapAsked: N_("{swap}: {asker_name} asks {other_name} for a change of shifts: {reason}"),
    SwapAgreed: N_("{swap}: {other_name} agrees to the change of shifts"),
    SwapDeclined: N_("{swap}: declined by the person asked: {reason}"),
    SwapApproved: N_("{swap}: the change of shifts of {asker_name} and {other_name} is approved"),
    SwapRefused: N_("{swap}: the change of shifts is refused: {reason}"),
    SwapWithdrawn: N_("{swap}: the change of shifts is withdrawn"),
    SwapExpired: N_("{swap}: nobody decided about the change of shifts of {asker_name} in time"),
    PostSignedOn: N_("{post_name}: {name} signed on ({how})"),
    PostSignedOff: N_("{post_name}: {name} signed off ({how}) {reason}"),
    PostLate: N_("{post_name}: {name} is late for {shift_name}"),
    PostLateOver: N_("{post_name}: {name} is no longer only late ({how})"),
    PostAbsent: N_("{post_name}: {name} did not come to {shift_name}"),
    PostAbsentOver: N_("{post_name}: the absence of {name} is over ({how})"),
    PostUnmanned: N_("{post_name}: nobody is there since {since_at}; rostered: {names}"),
    PostManned: N_("{post_name}: no longer without anybody"),
    PostLeftOpen: N_("{post_name}: {name} has not signed off since {until_at}"),
    PostClosed: N_("{post_name}: the sign-off of {name} is lacking no longer"),
    ReliefMissing: N_("{post_name}: the relief has not come: {relief_names}; {waiting_names} stays"),
    ReliefCame: N_("{post_name}: nobody waits for relief any more"),
    PostCovered: N_("{post_name}: {name} may stand in until {until_at}: {reason}"),
    PostAttendance: N_("{post_name}, {shift_name}: {name}: {verdict}"),
    HandoverBegun: N_("{post_name}: handover {handover} begun by {name}"),
    HandoverSigned: N_("{post_name}: {name} signed handover {handover}"),
    HandoverOverridden: N_("{post_name}: handover {handover} allowed in spite of {alarms}: {reason}"),
    HandoverTaken: N_("{post_name}: {name} took over from {outgoing_name}, {handover}"),
    HandoverAbandoned: N_("{post_name}: handover {handover} given up {reason}"),
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
    AttachmentAdded: N_("File handed over: {name}"),
    LogEntered: N_("Duty log {entry}, {kind}: {visitor} {text}"),
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
    if (said_there := describe_assets.field(event, name, value)) is not None:
        return said_there
    if (said_there := describe_people.field(event, name, value)) is not None:
        return said_there
    if (said_there := describe_posts.field(event, name, value)) is not None:
        return said_there
    if (said_there := describe_tickets.field(event, name, value)) is not None:
        return said_there
    match name, value:
        case (_, None):
            return ""
        case ("camera", str()):
            return names.camera(value)
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
