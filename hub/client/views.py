"""What the API sends and a client reads: msgspec structs over JSON."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from hub.client.duty_views import PostView, SwapView
from hub.core.alarms.arrivals import Flood
from hub.core.alarms.grouping import Parent
from hub.core.alarms.model import Alarm, AlarmState
from hub.core.assets.model import Proposal
from hub.core.attention.model import CheckState
from hub.core.dutylog.model import Entry
from hub.core.people.account import Account
from hub.core.permits.model import Permit
from hub.core.recorded import Gap
from hub.core.references import ReferenceView
from hub.core.releases.model import Release
from hub.core.reviews.model import ReviewState
from hub.core.rounds.model import Round
from hub.core.rules.events import Pause
from hub.core.site import Area, Department
from hub.core.state import ActiveFinding, PluginHealth, WorkerHealth
from hub.core.text import Text
from hub.core.tickets.model import Ticket, TicketState

CameraCondition = Literal["good", "fault", "not_judged", "lost"]
"""`lost` is a fault of the signal, shown apart; `not_judged` is never counted as good or as bad."""


class RecordingNow(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera that is to be recorded is recorded now, judged by what is on disk."""

    stream: str
    """watched, main or sub."""
    state: Literal["recording", "starting", "missing"]
    """New bytes come on disk; none came yet, which is no fault so soon; none come."""
    since_at: datetime | None = None
    """Since when it has been recorded without a gap; None when it is not."""
    grown_at: datetime | None = None
    """When new bytes of it were seen on disk last, since the hub was started."""
    closed_at: datetime | None = None
    """The end of the last finished file."""


class HomeView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a steered camera stands against its home preset."""

    preset: str
    at: Literal["unknown", "home", "strayed", "returning"]
    """`unknown`: it was never sent there, so nobody knows where that is."""
    since_at: datetime | None = None
    """Since when it stands elsewhere."""


class CameraView(msgspec.Struct, frozen=True, kw_only=True):
    """One camera as the wall shows it."""

    id: str
    name: Text
    area: str
    domain: str
    condition: CameraCondition
    findings: list[ActiveFinding]
    not_judged: str | None
    signal: str
    """connecting, live, stalled, lost, refused; `unknown` when no worker reports on it."""
    last_picture_at: datetime | None
    fps: float = 0.0
    kbps: float = 0.0
    width: int = 0
    height: int = 0
    reconnects: int = 0
    measures: dict[str, float] = {}
    light: str = ""
    """In which light the picture is now: day, dim, infrared; empty when nobody knows."""
    reference: str = ""
    """Id of the reference view that the picture is compared with now; empty for none."""
    references: list[ReferenceView] = []
    """The views that are approved or wait for approval, oldest first; `references()` gives the former ones too."""
    recording: RecordingNow | None = None
    """None: it is not to be recorded."""
    home: HomeView | None = None
    """None: no home preset is named for it."""


class CameraReference(msgspec.Struct, frozen=True, kw_only=True):
    """A reference view of a camera, whatever became of it. `in_use`: the present picture is compared with it."""

    camera: str
    camera_name: Text
    view: ReferenceView
    in_use: bool = False


class AlarmView(msgspec.Struct, frozen=True, kw_only=True):
    alarm: Alarm
    state: AlarmState
    camera_name: Text | None = None
    parent: Parent | None = None
    """What it has in common with others that came with it; None when it stands by itself."""


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    ticket: Ticket
    state: TicketState
    camera_name: Text | None = None


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: Text
    clause: str
    file: str
    when: str
    """`on` and `for`, or the schedule, as the author wrote them."""
    on: list[str] = []
    """The events that it is about."""
    for_s: float = 0.0
    schedule: Text | None = None
    """The schedule in words; None for a rule that is about events."""
    next_due_at: datetime | None = None
    last_fired_at: datetime | None = None
    waiting: int = 0
    """How many of its timers are running."""
    held: int = 0
    """How many of its escalations are held, because their alarms are to disturb nobody now."""
    why: str = ""
    """The last trace in plain words; empty as well where it is about a camera that the reader may not see."""
    why_seq: int | None = None
    """The journal record that `why` is about."""
    paused: Pause | None = None
    """Somebody turned it off; None when it is on."""


class JournalHealth(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    hash: str
    store: str
    blocked: str = ""
    """Why nothing can be written now; empty when all is well."""
    waiting: int = 0
    outbox: dict[str, int] = {}


class WorkerPace(msgspec.Struct, frozen=True, kw_only=True):
    """How a watch worker keeps up now, at most a few seconds old."""

    cameras: list[str] = []
    """The cameras that it watches now."""
    lag_s: float = 0.0
    """How late its threads wake, on average over a few seconds; well below 0.1 when it keeps up."""
    cpu: float = 0.0
    """Share of one core that it takes."""
    asked_every_s: float = 0.0
    """How often a camera's picture should be looked at; 0 for a worker without cameras."""
    picture_every_s: float = 0.0
    """How often it is: more seldom while the machine is too busy. Lost signals are found as soon as ever."""
    slow_since_at: datetime | None = None
    """Since when it has looked more seldom than it should; None when it keeps up."""


class CheckChoice(msgspec.Struct, frozen=True):
    camera: str
    name: Text


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """An attention check that is open. `mine`: one is asked oneself. Without choices any key will do."""

    id: str
    post: str
    post_name: Text
    state: CheckState
    people: list[str]
    asked_at: datetime
    until_at: datetime
    mine: bool = False
    choices: list[CheckChoice] = []


class PatrolView(msgspec.Struct, frozen=True, kw_only=True):
    """The wall of a post that is to be walked, and the walk that is under way, if any."""

    post: str
    post_name: Text
    every_s: float = 0.0
    """How often; 0: that is not asked, and it may be walked all the same."""
    patrol: str = ""
    """Id of the walk under way; empty for none."""
    begun_by: str = ""
    begun_at: datetime | None = None
    cameras: list[str] = []
    unseen: list[str] = []
    """Those of `cameras` that are still to be confirmed."""
    bad: list[str] = []
    due_at: datetime | None = None
    late: bool = False
    """The last one that was due was not made."""
    done_at: datetime | None = None
    done_by: str = ""
    here: bool = False
    """Whether one is at this post."""


class ProofHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How far the recordings are proven."""

    until: str = ""
    """How far the pass that is under way has come: UTC day and camera."""
    completed_at: datetime | None = None
    """When the last whole pass was over."""
    damaged: int = 0
    """Files that are not what was sealed."""
    lists: int = 0
    """Lists of sealed files that are not what was sealed, or the journal."""
    late: bool = False
    """The pass that is under way takes longer than hub.toml allows it."""


class BackupHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The copies of the site that are made by schedule."""

    made_at: datetime | None = None
    """When the newest was made; None: none was."""
    archive: str = ""
    failing: str = ""
    """Why the one that is due cannot be made; empty when all is well."""


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    started_at: datetime
    journal: JournalHealth
    plugins: dict[str, PluginHealth]
    workers: dict[str, WorkerHealth]
    config_problems: dict[str, list[Text]]
    """By file, every problem as `file:line:column: message`."""
    messages: list[str] = []
    """What else staff should know, in plain words."""
    paces: dict[str, WorkerPace] = {}
    """By worker, of those that run now."""
    proof: ProofHealth | None = None
    """Of the recordings; None where nothing was proven and nothing is wrong."""
    backups: BackupHealth | None = None
    """None where none was made and none failed."""
    storage: dict[str, list[str]] = {}
    """What is the matter with the volumes of recordings: wire names of the conditions that hold, by volume."""
    storage_reasons: dict[str, Text] = {}
    """Why volumes cannot be used now, by volume."""
    short_at: datetime | None = None
    """When recordings will lack room, as of the last forecast; None: never, or nobody knows."""


class ReviewLine(msgspec.Struct, frozen=True, kw_only=True):
    """The review of one month, without what it says of anybody."""

    id: str
    month: str
    state: ReviewState
    made_at: datetime
    made_by: str = ""
    """As an actor; empty where only its line is kept."""
    appeal_until_at: datetime | None = None
    over_at: datetime | None = None
    over_by: str = ""
    people: int = 0
    """How many of the people in it the reader may see."""
    waiting: int = 0
    """How many appeals of theirs nobody decided on yet."""
    unsigned: int = 0
    """How many people whom the reader leads nobody has signed for yet."""
    left: int = 0
    """How many people nobody has signed for yet, whoever leads them."""
    signers: list[str] = []
    """Who has signed so far, as actors, in their order."""


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a signed-in person may see now. `position` is the journal record it is true for."""

    name: Text
    position: int
    at: datetime
    me: Account
    departments: list[Department]
    areas: list[Area]
    cameras: list[CameraView]
    alarms: list[AlarmView]
    tickets: list[TicketView]
    rounds: list[Round]
    health: HealthView
    permits: list[Permit] = []
    """Permits to cover cameras: those that wait and those in force."""
    releases: list[Release] = []
    """Releases of recordings that are open, for those whose business they are."""
    internal_purposes: dict[str, Text] = {}
    """For what departments of the site may be given recordings."""
    reviews: list[ReviewLine] = []
    """Reviews of people that are not closed yet."""
    checks: list[CheckView] = []
    """The attention checks that are open: one's own, and all for those who lead."""
    patrols: list[PatrolView] = []
    """The walls that one may walk."""
    proposals: list[Proposal] = []
    """The replacements of assets that are proposed or under way."""
    floods: list[Flood] = []
    """The floods of alarms that are not over, at the desks of one's domains."""
    posts: list[PostView] = []
    """Every post, with who is there and who should be."""
    swaps: list[SwapView] = []
    """The exchanges of shifts that are not decided."""
    visitors: list[Entry] = []
    """The visitors who are inside by the duty log: their arrivals."""
    people: dict[str, str] = {}
    """The name of everybody who has, or had, an account, by account."""
    teams: dict[str, Text] = {}
    """The teams of the roster by id, and below its shifts."""
    shifts: dict[str, Text] = {}
    lock_after_s: float = 0.0
    """After so many seconds without a key a screen is to be locked; 0: never."""
    timezone: str = ""
    """IANA name of the site's time zone, for showing times; empty: the reader's own."""


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One journal record, for reading."""

    seq: int
    at: datetime
    seen_at: datetime
    actor: str
    cause: int | None
    type: str
    event: dict[str, Any]
    hash: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in. `token` is shown once and stored only as a hash by the hub."""

    token: str
    account: Account
    expires_at: datetime
    must_change: str = ""
    """Why the password must be changed before anything else: first, expired; empty when it need not."""


class RecordingView(msgspec.Struct, frozen=True, kw_only=True):
    """One file of recordings. One that is being written has neither a hash nor an end of its own yet."""

    camera: str
    stream: str
    begin_at: datetime
    end_at: datetime
    bytes: int
    path: str
    """Where it lies on the hub's machine; told only to the local reader, who may read it there."""
    name: str = ""
    """Its name below the folder of recordings."""
    open: bool = False
    """It is being written."""
    media_s: float = 0.0
    frames: int = 0
    codec: str = ""
    sha256: str = ""
    ended: str = ""
    """Why it ended: rolled, timestamps, picture, camera, network, storage, stopped, crash."""
    recovered: bool = False
    protected: bool = False
    device_offset_s: float | None = None
    """Seconds that the camera's clock was ahead of the hub's; None where its device did not tell."""
    seal: str = ""
    """The manifest of the seal that proves it; empty as long as it is not sealed."""
    storage: str = ""
    """The storage that it lies in; empty: the folder of recordings."""


class RecordingDay(msgspec.Struct, frozen=True, kw_only=True):
    """One camera on one day: what was planned, what is on disk, and why the rest is not."""

    camera: str
    camera_name: Text
    day: date
    planned_s: float
    actual_s: float
    gaps: list[Gap]
