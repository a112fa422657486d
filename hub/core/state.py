"""The state of the site: everything that follows from the journal, and see `hub.core.fold`.

Values are frozen; dictionaries are never changed in place. The same records give the same state, always.
"""

from datetime import datetime

import msgspec

from hub.core.alarms.model import Alarm
from hub.core.calendar import Calendar
from hub.core.catalogue import (
    RulePrint,
)
from hub.core.duty.shifts import Duty
from hub.core.findings import (
    Evidence,
    NotJudged,
)
from hub.core.recordings import Stream
from hub.core.references import ReferenceView
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.model import Round
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
    tickets: dict[str, Ticket] = {}
    rounds: dict[str, Round] = {}
    round_kinds: dict[str, RoundKind] = {}
    """What is looked at on rounds of each kind."""
    plugins: dict[str, PluginHealth] = {}
    workers: dict[str, WorkerHealth] = {}
    overloaded: list[str] = []
    """The watch workers that do not keep their pace."""
    notifiers_failing: dict[str, str] = {}
    """Reason by notifier name."""
    recorded: dict[str, Stream] = {}
    """The cameras that are to be recorded, with the stream."""
    storage: dict[str, list[str]] = {}
    """What is the matter with the volumes of recordings: wire names of the conditions that hold, by volume."""
    config_problems: dict[str, list[str]] = {}
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
    alarm_count: int = 0
    ticket_count: int = 0
    round_count: int = 0

    def alarm_about(self, rule: str, subject: str) -> Alarm | None:
        """The standing alarm of a rule about a subject."""
        return next((a for a in self.alarms.values() if a.rule == rule and a.subject == subject), None)
