"""What stands in which part of a report: the figures, the kinds of records, and the clauses that they serve."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

import msgspec

from hub.core.text import Text


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a report of a period."""

    id: str
    title: Text
    clauses: tuple[str, ...]
    figures: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    """Patterns of wire names: `ticket.*` stands for every event of the area."""


PLANS: tuple[Plan, ...] = (
    Plan(
        id="availability",
        title=Text(en="Availability", zh="在线情况"),
        clauses=("3.1", "3.6a"),
        figures=("online_time", "online_probes", "online_worst", "unwatched", "mtbf"),
        records=("signal.lost", "access.refused", "device.unreachable", "worker.died", "hub.started", "hub.stopped"),
    ),
    Plan(
        id="picture",
        title=Text(en="Picture", zh="图像质量"),
        clauses=("3.2", "3.6b", "3.7"),
        figures=("picture_judged", "picture_watched"),
        records=(
            *("picture.black", "picture.dark", "picture.bright", "picture.flat", "picture.tinted", "picture.noisy"),
            *("picture.striped", "picture.blurred", "picture.frozen", "picture.damaged"),
            *("view.obstructed", "view.moved", "view.shaking", "view.overgrown", "lens.soiled", "night.unusable"),
        ),
    ),
    Plan(
        id="recording",
        title=Text(en="Recording: completeness and integrity", zh="录像完整性"),
        clauses=("4.1", "3.6a"),
        figures=("recording", "recording_cameras", "recorded_days"),
        records=(
            *("recording.gap", "recording.missing", "recordings.sealed", "recordings.proven", "recording.damaged"),
            *("recording.mended", "seals.*", "recordings.removed", "recordings.moved", "recording.protected"),
            *("storage.*", "backup.*", "hub.restored"),
        ),
    ),
    Plan(
        id="alarms",
        title=Text(en="Alarms", zh="报警"),
        clauses=("2.2", "3.1"),
        figures=("alarm_rate", "acknowledge", "false_share", "false_camera_day"),
        records=(
            *("alarm.raised", "alarm.acknowledged", "alarm.responded", "alarm.judged", "alarm.shelved"),
            *("alarm.removed_from_service", "alarm.chattering", "alarm.stale", "alarms.flood_began"),
        ),
    ),
    Plan(
        id="repairs",
        title=Text(en="Faults and repairs", zh="故障与维修"),
        clauses=("3.3", "2.4"),
        figures=(
            *("repair", "repair_acknowledge", "repair_dispatch", "repair_repair", "repair_verify", "repair_in_time"),
        ),
        records=("ticket.opened", "ticket.reopened", "ticket.overdue", "ticket.closed", "ticket.cancelled"),
    ),
    Plan(
        id="rounds",
        title=Text(en="Rounds and maintenance", zh="巡检与维护"),
        clauses=("2.4", "3.5", "3.7"),
        figures=("rounds",),
        records=("round.due", "round.done", "round.missed", "round.fault_found", "cleaning.*", "schedule.missed"),
    ),
    Plan(
        id="duty",
        title=Text(en="Duty and attention", zh="值班与在岗"),
        clauses=("2.1", "2.5", "3.3", "3.4"),
        figures=("attendance", "attendance_late", "attention", "attention_unwatched", "patrol"),
        records=(
            *("post.absent", "post.late", "post.unmanned", "post.left_open", "roster.gap", "relief.missing"),
            *("handover.signed", "handover.overridden", "attention.missed", "patrol.missed", "log.entered"),
        ),
    ),
    Plan(
        id="permits",
        title=Text(en="Permits to cover cameras", zh="遮挡许可"),
        clauses=("3.6b",),
        figures=("permits",),
        records=("permit.*",),
    ),
    Plan(
        id="releases",
        title=Text(en="Retrieval and viewing of recordings", zh="录像调取与查看"),
        clauses=("4.2", "4.1"),
        figures=("releases_asked", "releases_approved", "release_decision", "release_handed_over", "viewings"),
        records=(
            "release.*",
            "recording.held",
            "recording.hold_ended",
            "recording.viewed",
            "live.viewed",
            "viewing.ended",
        ),
    ),
    Plan(
        id="assessment",
        title=Text(en="Assessment", zh="奖励与考核"),
        clauses=("5.1",),
        records=("review.*", "report.made"),
    ),
    Plan(
        id="assets",
        title=Text(en="Archives and replacement", zh="设备档案与更换"),
        clauses=("2.3", "3.8"),
        figures=("register",),
        records=("replacement.*", "asset.commissioned", "asset.retired", "settings.drifted", "device.weak"),
    ),
    Plan(
        id="unknown",
        title=Text(en="What could not be judged", zh="无法判断的内容"),
        clauses=("3.1",),
        figures=("not_judged",),
        records=(
            *("camera.not_judged", "journal.blocked", "config.rejected", "plugin.failed", "notifier.failing"),
            *("effect.failed", "watch.overloaded", "clock.stepped"),
        ),
    ),
)
"""In the order in which they are read. What could not be judged comes last and is never left out."""

CLAUSE_FIGURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1.2": ("online_time",),
        "2.1": ("attendance", "patrol"),
        "2.2": ("acknowledge", "alarm_rate", "false_share"),
        "2.3": ("register",),
        "2.4": ("rounds", "repair", "repair_in_time", "register"),
        "2.5": ("attendance", "attendance_late"),
        "3.1": ("online_time", "online_worst", "picture_judged", "recording", "not_judged", "unwatched"),
        "3.2": ("picture_watched",),
        "3.3": ("attendance", "repair", "repair_acknowledge", "repair_dispatch", "repair_in_time"),
        "3.4": ("attendance_late", "attention", "attention_unwatched"),
        "3.5": ("rounds",),
        "3.6a": ("unwatched", "online_time", "recording"),
        "3.6b": ("permits", "picture_watched"),
        "3.7": ("rounds", "picture_judged"),
        "3.8": ("repair", "mtbf", "register"),
        "4.1": ("recording", "recording_cameras", "recorded_days", "viewings"),
        "4.2": ("releases_asked", "releases_approved", "release_decision", "release_handed_over", "viewings"),
    }
)
"""What is counted for each clause; for the others there are records only."""

_FAULTS = tuple(name for plan in PLANS if plan.id == "picture" for name in plan.records)
_SIGNAL = ("signal.lost", "signal.restored", "access.refused", "access.granted")
_RUNS = ("hub.started", "hub.stopped")

ENTRIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("online_time", "online_probes", "online_worst"), _SIGNAL),
        **dict.fromkeys(("picture_judged", "picture_watched"), _FAULTS),
        "not_judged": ("camera.not_judged", "camera.judged"),
        "unwatched": _RUNS,
        "mtbf": ("ticket.opened", "ticket.reopened"),
        **dict.fromkeys(("recording", "recording_cameras", "recorded_days"), ("recording.gap",)),
        "alarm_rate": ("alarm.raised",),
        "acknowledge": ("alarm.acknowledged",),
        **dict.fromkeys(("false_share", "false_camera_day"), ("alarm.judged",)),
        "repair": ("ticket.opened", "ticket.reopened", "ticket.closed"),
        "repair_acknowledge": ("ticket.opened", "ticket.acknowledged"),
        "repair_dispatch": ("ticket.acknowledged", "ticket.assigned"),
        "repair_repair": ("ticket.arrived", "ticket.repaired", "ticket.waiting"),
        "repair_verify": ("ticket.repaired", "ticket.verified"),
        "repair_in_time": ("ticket.closed", "ticket.overdue"),
        "rounds": ("round.done", "round.missed"),
        **dict.fromkeys(("attendance", "attendance_late"), ("post.attendance",)),
        "attention": ("attention.answered", "attention.missed"),
        "attention_unwatched": ("attention.missed", "attention.over"),
        "patrol": ("patrol.done", "patrol.missed"),
        "permits": ("permit.began", "permit.ended", "permit.revoked", "permit.ended_while_obstructed"),
        "releases_asked": ("release.requested",),
        "releases_approved": ("release.approved", "release.refused"),
        "release_decision": ("release.requested", "release.approved", "release.refused"),
        "release_handed_over": ("release.requested", "release.handed_over"),
        "viewings": ("recording.viewed",),
        "register": ("asset.registered", "asset.changed"),
    }
)
"""The records that each figure is counted from, by figure."""


def expanded(patterns: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """The names that fit the patterns, in the order of the patterns.

    >>> expanded(["ticket.closed", "permit.*"], ["permit.ended", "permit.began", "ticket.closed"])
    ('ticket.closed', 'permit.ended', 'permit.began')
    """
    names = list(names)
    found = (name for pattern in patterns for name in names if fnmatchcase(name, pattern))
    return tuple(dict.fromkeys(found))
