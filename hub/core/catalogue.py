"""The catalogue: every event that the journal can hold, by area.

To add an event: write the class here with a wire name `area.fact`, a sentence that says what happened and a
description for every field. What the watch finds stands in `hub.core.findings`; recordings, their volumes, the
watch's pace and messages have modules of their own, named in `_AREAS`. Changing the shape of an existing one raises its
`VERSION` and adds an upcaster in `hub.journal.codec`.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core import deeds, delivery, duty, pace, recordings, rounds, rules, storage
from hub.core.event import AccountId, AlarmId, Event, RoundId, RuleId, TicketId, wire_name
from hub.core.findings import Evidence, Finding, FindingCleared
from hub.core.site import Site
from hub.core.text import Text

Priority = Literal["low", "medium", "high", "critical"]
PRIORITIES: tuple[Priority, ...] = ("critical", "high", "medium", "low")

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

    file: _File
    problems: Annotated[list[str], Meta(description="Every problem as `file:line:column: message`.")]


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


class AlarmRaised(Event, tag="alarm.raised", frozen=True, kw_only=True):
    """A rule raised an alarm, or raised again one that had returned to normal."""

    alarm: AlarmId
    rule: RuleId
    kind: Annotated[str, Meta(description="Kind of alarm, as the rule names it.")]
    subject: Annotated[str, Meta(description="What it is about: `camera:gate-1`, `rules/x.toml`, `hub` …")]
    camera: Annotated[str | None, Meta(description="The camera, when it is about one.")] = None
    priority: Annotated[Priority, Meta(description="How urgent it is.")]
    title: Annotated[Text, Meta(description="One line for the list.")]
    response: Annotated[Text, Meta(description="What the person on duty should do.")] = Text(en="")
    clause: Annotated[str, Meta(description="Clause of the regulation it serves.")] = ""
    evidence: Evidence | None = None
    lasting: Annotated[
        bool, Meta(description="True when another event ends the cause; else acknowledging it clears the alarm.")
    ] = True


class AlarmAcknowledged(Event, tag="alarm.acknowledged", frozen=True, kw_only=True):
    """A person took note of the alarm."""

    alarm: AlarmId
    note: Annotated[str, Meta(description="What the person wrote.")] = ""


class AlarmReturned(Event, tag="alarm.returned", frozen=True, kw_only=True):
    """The cause is gone: the alarm returned to normal by itself."""

    alarm: AlarmId


class AlarmShelved(Event, tag="alarm.shelved", frozen=True, kw_only=True):
    """A person silenced the alarm for a stated time and reason."""

    alarm: AlarmId
    reason: Annotated[str, Meta(description="Why.")]
    until_at: Annotated[datetime, Meta(description="When it comes back by itself.")]


class AlarmUnshelved(Event, tag="alarm.unshelved", frozen=True, kw_only=True):
    """The shelving ended, on time or by hand."""

    alarm: AlarmId


class AlarmSuppressed(Event, tag="alarm.suppressed", frozen=True, kw_only=True):
    """An approved permit covers the alarm."""

    alarm: AlarmId
    by: Annotated[str, Meta(description="What suppresses it.")]


class AlarmUnsuppressed(Event, tag="alarm.unsuppressed", frozen=True, kw_only=True):
    """Nothing suppresses the alarm any more."""

    alarm: AlarmId


# --- fault tickets (EN 13306 words) -----------------------------------------------------------------------------


class TicketOpened(Event, tag="ticket.opened", frozen=True, kw_only=True):
    """A fault was reported to the technical department."""

    ticket: TicketId
    title: Text
    subject: Annotated[str, Meta(description="What is faulty: `camera:gate-1`, `plugin:mail` …")] = ""
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    alarm: Annotated[str | None, Meta(description="The alarm that opened it.")] = None
    rule: Annotated[str | None, Meta(description="The rule that opened it.")] = None
    clause: str = ""


class TicketAssigned(Event, tag="ticket.assigned", frozen=True, kw_only=True):
    """Somebody was named to repair it."""

    ticket: TicketId
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    cause: Annotated[str, Meta(description="Cause of the fault as far as known.")] = ""
    estimate_at: Annotated[datetime | None, Meta(description="When it should be done.")] = None


class TicketOverdue(Event, tag="ticket.overdue", frozen=True, kw_only=True):
    """The repair was to be done by now, and the watch does not see the service good again."""

    ticket: TicketId
    title: Text
    camera: Annotated[str | None, Meta(description="The faulty camera.")] = None
    repairer: Annotated[str, Meta(description="Who repairs it.")]
    estimate_at: Annotated[datetime, Meta(description="When it should have been done.")]


class TicketRestored(Event, tag="ticket.restored", frozen=True, kw_only=True):
    """The watch sees the service good again."""

    ticket: TicketId


class TicketRelapsed(Event, tag="ticket.relapsed", frozen=True, kw_only=True):
    """The fault came back before the ticket was closed."""

    ticket: TicketId


class TicketClosed(Event, tag="ticket.closed", frozen=True, kw_only=True):
    """The repair is done and verified."""

    ticket: TicketId
    cause: Annotated[str, Meta(description="Cause of the fault.")]
    note: Annotated[str, Meta(description="What was done.")] = ""


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


class RoundDue(Event, tag="round.due", frozen=True, kw_only=True):
    """A round is to be made."""

    round: RoundId
    kind: Annotated[str, Meta(description="Which round, as the rule names it.")]
    title: Text
    team: Annotated[str, Meta(description="Who makes it.")] = ""
    due_at: Annotated[datetime | None, Meta(description="By when.")] = None
    rule: Annotated[str | None, Meta(description="The rule that asked for it.")] = None
    clause: str = ""


class RoundDone(Event, tag="round.done", frozen=True, kw_only=True):
    """A person reported the round as made."""

    CLEARS: ClassVar[type[Event] | None] = RoundDue
    round: RoundId
    note: Annotated[str, Meta(description="What was found.")] = ""


class RoundMissed(Event, tag="round.missed", frozen=True, kw_only=True):
    """A round was not made by its due time."""

    round: RoundId


# --- people -----------------------------------------------------------------------------------------------------


class AccountCreated(Event, tag="account.created", frozen=True, kw_only=True):
    """An account was made."""

    account: AccountId
    name: Annotated[str, Meta(description="The person's name.")]
    role: Annotated[str, Meta(description="Role.")]
    domains: Annotated[list[str], Meta(description="Domains the person may see and act in.")]


class SignedIn(Event, tag="person.signed_in", frozen=True, kw_only=True):
    """A person signed in."""

    account: AccountId
    client: Annotated[str, Meta(description="With what: tui, cli, api.")] = ""


class SignedOut(Event, tag="person.signed_out", frozen=True, kw_only=True):
    """A person signed out."""

    account: AccountId


class SignInRefused(Event, tag="person.sign_in_refused", frozen=True, kw_only=True):
    """Somebody tried to sign in and was refused."""

    account: AccountId
    reason: Annotated[Literal["unknown", "password", "locked"], Meta(description="Why; the person is not told which.")]


def _catalogue(root: type[Event]) -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for cls in root.__subclasses__():
        found |= _catalogue(cls)
        if cls not in (Finding, FindingCleared):
            found[wire_name(cls)] = cls
    return found


_AREAS = (deeds, delivery, duty, pace, recordings, rounds, rules, storage)
"""Modules whose events are not used here but belong to the catalogue."""

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
    *("camera", "volume", "file", "plugin", "worker", "notifier"),
    *("round", "alarm", "ticket", "variable", "rule", "account", "gap", "post"),
)


def subject_of(event: Event) -> str:
    """What an event is about, as `camera:gate-1`; two events about the same thing have the same subject."""
    for field in _SUBJECT_FIELDS:
        value = getattr(event, field, None)
        if value is not None:
            return f"{field}:{value}"
    return "hub"
