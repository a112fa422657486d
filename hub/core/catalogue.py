"""The catalogue: every event that the journal can hold, by area.

To add an event: write the class in its subject's `events.py` (those of the hub itself stand here) with a wire name
`area.fact`, a sentence that says what happened and a description for every field, and name the module in `_AREAS`.
Changing the shape of an existing one raises its `VERSION` and adds an upcaster in `hub.journal.codec`.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core import backups, deeds, delivery, fetched, findings, pace, recordings, storage
from hub.core.alarms import events as alarms
from hub.core.assets import events as assets
from hub.core.attachments import events as attachments
from hub.core.attention import events as attention
from hub.core.baselines import events as baselines
from hub.core.devices import events as devices
from hub.core.devices.events import DeviceFault, DeviceMended
from hub.core.discovery import events as discovery
from hub.core.duty import shifts, swap_events
from hub.core.dutylog import events as dutylog
from hub.core.event import Event, RuleId, wire_name
from hub.core.findings import Finding, FindingCleared
from hub.core.homes import events as homes
from hub.core.patrol import events as patrol
from hub.core.people import events as people
from hub.core.permits import events as permits
from hub.core.posts import events as posts
from hub.core.posts import handover_events
from hub.core.proof import events as proof
from hub.core.releases import events as releases
from hub.core.reports import events as reports
from hub.core.reviews import events as reviews
from hub.core.rounds import events as rounds
from hub.core.rules import events as rules
from hub.core.site import Site
from hub.core.text import Text
from hub.core.tickets import events as tickets
from hub.core.viewings import events as viewings

_File = Annotated[str, Meta(description="The file, relative to the site.")]
_Plugin = Annotated[str, Meta(description="Plugin id.")]
_Worker = Annotated[str, Meta(description="Worker name.")]


class RulePrint(msgspec.Struct, frozen=True):
    """A rule and the digest of what it says, so that an unchanged rule keeps its timers over a reload."""

    id: RuleId
    digest: Annotated[str, Meta(description="SHA-256 of what the rule says.")]


# --- the hub itself ---------------------------------------------------------------------------------------------


class HubStarted(Event, tag="hub.started", frozen=True, kw_only=True):
    """The hub began to work."""

    version: Annotated[str, Meta(description="Version of the software.")]
    last_stop: Annotated[
        Literal["first", "clean", "unclean"],
        Meta(description="How the run before this one ended; `unclean` is an interruption nobody explained."),
    ]
    alive_until: Annotated[
        datetime | None,
        Meta(
            description="Until when the run before went on, as the hub noted beside the record; only where it was "
            "interrupted. None: not known beyond its last record."
        ),
    ] = None


class HubStopped(Event, tag="hub.stopped", frozen=True, kw_only=True):
    """The hub was stopped on purpose."""

    reason: Annotated[str, Meta(description="Why, as given by the person or service that stopped it.")]


class ClockStepped(Event, tag="clock.stepped", frozen=True, kw_only=True):
    """The machine's clock jumped; durations in progress are moved by the same amount."""

    by_s: Annotated[float, Meta(description="Seconds; negative when the clock was set back.")]


class SiteConfigured(Event, tag="site.configured", frozen=True, kw_only=True):
    """hub.toml was read and is in force."""

    site: Annotated[Site, Meta(description="Departments, areas and cameras as they now stand.")]


class ConfigRejected(Event, tag="config.rejected", frozen=True, kw_only=True):
    """A changed hub.toml or rule file is broken; the last good version goes on."""

    VERSION: ClassVar[int] = 2
    file: _File
    problems: Annotated[list[Text], Meta(description="Every problem as `file:line:column: message`.")]


class ConfigAccepted(Event, tag="config.accepted", frozen=True, kw_only=True):
    """A file that had been broken is good again."""

    CLEARS: ClassVar[type[Event] | None] = ConfigRejected
    file: _File


class RulesLoaded(Event, tag="rules.loaded", frozen=True, kw_only=True):
    """One rule file was read and its rules are in force."""

    file: _File
    rules: Annotated[list[RulePrint], Meta(description="The rules it holds.")]


class JournalBlockedFor(Event, tag="journal.blocked", frozen=True, kw_only=True):
    """For a while nothing could be written to the journal; nothing acknowledged was lost."""

    seconds: Annotated[float, Meta(description="How long.")]
    reason: Annotated[str, Meta(description="What the system said, such as `disk full`.")]


class PluginFailed(Event, tag="plugin.failed", frozen=True, kw_only=True):
    """A plugin could not be loaded, or broke while running; everything else goes on."""

    plugin: _Plugin
    reason: Annotated[str, Meta(description="What went wrong, without secrets.")]


class PluginReady(Event, tag="plugin.ready", frozen=True, kw_only=True):
    """A plugin was loaded and works."""

    CLEARS: ClassVar[type[Event] | None] = PluginFailed
    plugin: _Plugin
    version: Annotated[str, Meta(description="Its version.")]


class PluginRetired(Event, tag="plugin.retired", frozen=True, kw_only=True):
    """A plugin is no longer used: it was disabled or taken away."""

    CLEARS: ClassVar[type[Event] | None] = PluginFailed
    plugin: _Plugin


class WorkerDied(Event, tag="worker.died", frozen=True, kw_only=True):
    """A watch worker crashed or hung; it is restarted, and its cameras are not judged meanwhile."""

    worker: _Worker
    reason: Annotated[str, Meta(description="Exit status or what it hung in.")]
    cameras: Annotated[list[str], Meta(description="The cameras it watched.")]


class WorkerStarted(Event, tag="worker.started", frozen=True, kw_only=True):
    """A watch worker process began its work."""

    CLEARS: ClassVar[type[Event] | None] = WorkerDied
    worker: _Worker
    cameras: Annotated[list[str], Meta(description="The cameras it watches.")]


class WorkerRetired(Event, tag="worker.retired", frozen=True, kw_only=True):
    """A watch worker that had died has no successor of its name: the hub was started anew."""

    CLEARS: ClassVar[type[Event] | None] = WorkerDied
    worker: _Worker


# --- alarms (ISA-18.2) ------------------------------------------------------------------------------------------


# --- fault tickets (EN 13306 words) -----------------------------------------------------------------------------


# --- rounds and schedules ---------------------------------------------------------------------------------------


class ScheduleDue(Event, tag="schedule.due", frozen=True, kw_only=True):
    """A scheduled rule came due."""

    rule: RuleId
    due_at: Annotated[datetime, Meta(description="The instant for which it was planned.")]
    late: Annotated[bool, Meta(description="True when the hub was down at that instant.")] = False
    put_off_s: Annotated[
        float, Meta(description="Seconds by which it was put off on purpose (`jitter`): nobody could foresee it.")
    ] = 0.0


class ScheduleMissed(Event, tag="schedule.missed", frozen=True, kw_only=True):
    """A scheduled rule's time passed unseen, and it is not made up for."""

    rule: RuleId
    due_at: Annotated[datetime, Meta(description="The instant for which it was planned.")]
    why: Annotated[
        Literal["skip", "newer", "many"],
        Meta(
            description="`skip`: the rule wants it so. `newer`: the rule makes up for the newest one only. "
            "`many`: too many passed to make up for all of them."
        ),
    ] = "skip"
    from_at: Annotated[
        datetime | None,
        Meta(description="Set when it stands for all that were planned from this instant up to `due_at`."),
    ] = None


# --- people -----------------------------------------------------------------------------------------------------


_COMMON = (Finding, FindingCleared, DeviceFault, DeviceMended)
"""What others are made of; no events by themselves."""


def _catalogue(root: type[Event]) -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for cls in root.__subclasses__():
        found |= _catalogue(cls)
        if cls not in _COMMON:
            found[wire_name(cls)] = cls
    return found


_AREAS = (
    alarms,
    assets,
    attachments,
    attention,
    backups,
    baselines,
    deeds,
    delivery,
    devices,
    discovery,
    dutylog,
    fetched,
    findings,
    homes,
    handover_events,
    pace,
    patrol,
    people,
    permits,
    posts,
    proof,
    recordings,
    releases,
    reports,
    reviews,
    rounds,
    rules,
    shifts,
    storage,
    swap_events,
    tickets,
    viewings,
)
"""The modules with the events of the subjects."""

CATALOGUE: dict[str, type[Event]] = dict(sorted(_catalogue(Event).items()))
"""Every event class by its wire name."""

FINDINGS: dict[str, tuple[type[Finding], type[FindingCleared]]] = {
    wire_name(cleared.CLEARS): (cleared.CLEARS, cleared)
    for cleared in FindingCleared.__subclasses__()
    if cleared.CLEARS is not None and issubclass(cleared.CLEARS, Finding)
}
"""The watch's findings: wire name of the finding → (class that raises it, class that clears it)."""


def clearing_of(name: str) -> frozenset[str]:
    """The wire names of the events that end the condition which the event called `name` begins."""
    return frozenset(
        wire for wire, cls in CATALOGUE.items() if cls.CLEARS is not None and wire_name(cls.CLEARS) == name
    )


_SUBJECT_FIELDS = (
    *("entry", "place", "swap", "handover", "review"),
    *("camera", "volume", "file", "plugin", "worker", "notifier"),
    *("round", "alarm", "ticket", "variable", "rule", "account", "gap", "permit", "release", "post"),
    *("desk", "asset", "device"),
)


_OF_ITS_OWN = ("round", "ticket")
"""Areas whose events are about the round or the ticket, also where they name its camera: two of one camera are two."""


@cache
def _subject_fields(cls: type[Event]) -> tuple[str, ...]:
    area = wire_name(cls).partition(".")[0]
    # A report of a fault is about what is faulty.
    own: tuple[str, ...] = (area,) if area in _OF_ITS_OWN and cls is not tickets.TicketOpened else ()
    # The place of a person is a terminal, not a place in a shift.
    own += ("account",) if area == "person" else ()
    return tuple(field for field in (*own, *_SUBJECT_FIELDS) if field in cls.__struct_fields__)


def subject_of(event: Event) -> str:
    """What an event is about, as `camera:gate-1`; two events about the same thing have the same subject."""
    for field in _subject_fields(type(event)):
        value = getattr(event, field)
        if value is not None:
            return f"{field}:{value}"
    return "hub"


def part_of(event: Event) -> str:
    """Which of several conditions an event begins or ends, where one thing may have more than one of a kind at once
    (`Event.APART`); empty for all others."""
    begins = type(event).CLEARS or type(event)
    return str(getattr(event, begins.APART)) if begins.APART else ""
