"""The state of the site: everything that follows from the journal, and see `hub.core.fold`.

Values are frozen; dictionaries are never changed in place. The same records give the same state, always.
"""

from datetime import datetime

import msgspec

from hub.core.alarms.arrivals import Arrivals
from hub.core.alarms.model import Alarm, key_of
from hub.core.assets.model import Assets
from hub.core.attachments.events import Attachment
from hub.core.attention.model import Attention
from hub.core.backups import Backups
from hub.core.baselines.model import Baselines
from hub.core.calendar import Calendar
from hub.core.catalogue import (
    RulePrint,
)
from hub.core.devices.model import Devices
from hub.core.duty.shifts import Duty
from hub.core.dutylog.model import DutyLog
from hub.core.findings import (
    Evidence,
    NotJudged,
)
from hub.core.homes.model import Homes
from hub.core.patrol.model import Patrols
from hub.core.people.model import Staff
from hub.core.permits.model import Permits
from hub.core.posts.model import Posts
from hub.core.proof.model import Proof
from hub.core.recordings import Stream
from hub.core.references import ReferenceView
from hub.core.releases.model import Releases
from hub.core.reviews.model import Reviews
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.model import Cleaning, Round, Sheet
from hub.core.rules.events import Pause, VariableValue
from hub.core.site import Site
from hub.core.text import Text
from hub.core.tickets.model import Ticket


class ActiveFinding(msgspec.Struct, frozen=True):
    """A condition of a camera that holds now; `seq` is the record that raised it."""

    kind: str
    since_at: datetime
    seq: int
    detail: Text = Text(en="")
    cells: list[int] = []
    evidence: Evidence | None = None
    cause: str = ""
    """Why, in one word, where the finding says it: `hub.core.findings.MissingCause`."""
    measures: dict[str, float] = {}
    forecast_at: datetime | None = None
    """When the picture will be unusable if it goes on like this, for what comes slowly."""


class CameraState(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record about a camera. `not_judged` is None when the watch judges it."""

    id: str
    not_judged: NotJudged | None = "starting"
    findings: dict[str, ActiveFinding] = {}
    references: dict[str, ReferenceView] = {}
    """By id, oldest first: those in use, those that wait, and the last ones that were."""


class PluginHealth(msgspec.Struct, frozen=True):
    ready: bool
    version: str = ""
    reason: str = ""


class WorkerHealth(msgspec.Struct, frozen=True):
    running: bool
    cameras: list[str] = []
    reason: str = ""
    deaths: int = 0


class Schedule(msgspec.Struct, frozen=True):
    """When a rule was first known under its present digest, and the last instant it was due (or missed).

    Every instant that was planned since then, up to the last one, is on record. Neither lies in the future: where the
    clock was set back, what comes again is dropped by its key.
    """

    armed_at: datetime
    last_due_at: datetime | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The site now. Alarms that were cleared and tickets that were closed are history: the journal has them."""

    position: int = 0
    at: datetime | None = None
    site: Site = Site()
    running: bool = False
    cameras: dict[str, CameraState] = {}
    alarms: dict[str, Alarm] = {}
    alarm_ids: dict[str, str] = {}
    """The standing alarm of each rule about each subject, by `key_of`."""
    past_alarms: dict[str, str | None] = {}
    """The alarms that were cleared last, with the camera of each, oldest first."""
    arrivals: Arrivals = Arrivals()
    """Which alarms chatter, and the floods."""
    tickets: dict[str, Ticket] = {}
    closed_tickets: dict[str, Ticket] = {}
    """Those that were closed in the last days, oldest first: they are reopened when the fault is there again."""
    rounds: dict[str, Round] = {}
    round_kinds: dict[str, RoundKind] = {}
    """What is looked at on rounds of each kind."""
    round_sheets: dict[str, Sheet] = {}
    """What was answered so far, by round, of those that were started."""
    cleanings: dict[str, Cleaning] = {}
    """The cleaning jobs that were made and are not proven yet, by round."""
    plugins: dict[str, PluginHealth] = {}
    workers: dict[str, WorkerHealth] = {}
    overloaded: list[str] = []
    """The watch workers that do not keep their pace."""
    notifiers_failing: dict[str, str] = {}
    """Reason by notifier name."""
    recorded: dict[str, Stream] = {}
    """The cameras that are to be recorded, with the stream."""
    proof: Proof = Proof()
    """How far the recordings are proven, and which are not what was sealed."""
    backups: Backups = Backups()
    """The copies of the site that are made by schedule."""
    storage: dict[str, list[str]] = {}
    """What is the matter with the volumes of recordings: wire names of the conditions that hold, by volume."""
    config_problems: dict[str, list[Text]] = {}
    rule_files: dict[str, list[RulePrint]] = {}
    schedules: dict[str, Schedule] = {}
    calendar: Calendar = Calendar()
    calendar_at: datetime | None = None
    """Since when the calendar is this one; None: from the beginning."""
    paused: dict[str, Pause] = {}
    """The rules that somebody turned off."""
    variables: dict[str, VariableValue] = {}
    """What was set; a variable that is not here holds what its declaration says."""
    duty: Duty = Duty()
    """The shifts under way and the gaps that are coming, as the roster has them."""
    posts: Posts = Posts()
    """Who is at the posts, who should be, and what is being handed over."""
    assets: Assets = Assets()
    """The register of assets, what befell each, and the proposals to replace some."""
    attachments: dict[str, Attachment] = {}
    """By id: what commands may name."""
    dutylog: DutyLog = DutyLog()
    """The newest entries of the duty log, and the visitors who are inside."""
    permits: Permits = Permits()
    """Permits to cover cameras: those that wait or are in force, and those that were over last."""
    releases: Releases = Releases()
    """Releases of recordings that are open, those that were over last, and what is held for them."""
    attention: Attention = Attention()
    """Attention checks, and what the roster asks of those at posts."""
    patrols: Patrols = Patrols()
    """Walks of the wall."""
    reviews: Reviews = Reviews()
    """Reviews of people that are open, and the scheme by which they are made."""
    homes: Homes = Homes()
    """Where steered cameras stand against their home preset."""
    baselines: Baselines = Baselines()
    """The approved settings of devices, and what differs from them."""
    devices: Devices = Devices()
    """Recorders and cameras that are asked how they are: what is wrong with each."""
    staff: Staff = Staff()
    """Everybody who has, or had, an account; who is qualified for a post."""
    alarm_count: int = 0
    ticket_count: int = 0
    round_count: int = 0

    def alarm_about(self, rule: str, subject: str) -> Alarm | None:
        """The standing alarm of a rule about a subject."""
        return self.alarms.get(self.alarm_ids.get(key_of(rule, subject), ""))
