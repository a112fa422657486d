"""Rows and details of permits to cover a camera."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.core.permits.kinds import KINDS
from hub.core.permits.model import Permit
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

SOON = timedelta(minutes=15)
_TONES = {"applied": "fault", "approved": "", "active": "good", "refused": "muted", "lapsed": "muted"}
_ORDER = ("active", "applied", "approved")


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("state", _("State"), 13),
        Column("cameras", _("Cameras"), 12, flex=3),
        Column("from", _("From"), 11, from_width=96),
        Column("to", _("Until"), 12),
        Column("reason", _("Reason"), 10, flex=3),
        Column("applicant", _("Applicant"), 9, flex=1),
        Column("decided", _("Decided by"), 10, flex=1, from_width=110),
    ]


def rows(situation: Situation, past: Iterable[Permit] = ()) -> list[Row]:
    """Those in force by their end, those that wait, those to come; then the former ones, newest first."""
    if situation.site is None:
        return []
    standing = {permit.id: permit for permit in situation.site.permits}
    opened = sorted(standing.values(), key=lambda permit: (_ORDER.index(permit.state), permit.to_at))
    former = [permit for permit in past if permit.id not in standing and permit.over_at is not None]
    return [_row(permit, situation) for permit in (*opened, *former)]


def counts(permits: Iterable[Permit]) -> int:
    """How many want somebody's decision."""
    return sum(permit.state == "applied" for permit in permits)


def camera_names(permit: Permit, situation: Situation) -> str:
    return words.listed(situation.camera_name(camera) for camera in permit.cameras)


def kind_names(permit: Permit) -> str:
    return words.listed(say(KINDS[kind].name) for kind in permit.kinds)


def covered(permit: Permit, situation: Situation) -> list[str]:
    """The cameras on which the watch sees now what the permit allows."""
    if situation.site is None:
        return []
    findings = {finding for kind in permit.kinds for finding in KINDS[kind].findings}
    return [
        camera.id
        for camera in situation.site.cameras
        if camera.id in permit.cameras and any(finding.kind in findings for finding in camera.findings)
    ]


def facts(permit: Permit, situation: Situation) -> list[Fact]:
    now, zone = situation.now, situation.zone
    tone = "stale" if situation.stale else _TONES.get(permit.state, "muted")
    period = _("{begin} to {end}").format(
        begin=moments.clock(permit.from_at, zone, now=now), end=moments.clock(permit.to_at, zone, now=now)
    )
    found = [
        Fact(_("Permit"), _named(permit), "strong"),
        Fact(_("State"), words.named(words.PERMIT_STATES, permit.state, stale=situation.stale), tone),
        Fact(_("Cameras"), camera_names(permit, situation)),
        Fact(_("Allows"), kind_names(permit)),
        Fact(_("Period"), words.beside(period, moments.span((permit.to_at - permit.from_at).total_seconds()))),
        Fact(_("Reason"), permit.reason),
        *([Fact(_("Work"), permit.work)] if permit.work else []),
        *([Fact(_("Firm"), permit.firm)] if permit.firm else []),
        Fact(_("Applicant"), _who(permit.applicant, permit.applied_at, situation)),
    ]
    if permit.decided_by and permit.decided_at is not None:
        found.append(Fact(_("Decided"), _who(permit.decided_by, permit.decided_at, situation)))
    if permit.note:
        found.append(Fact(_("Remark"), permit.note))
    if permit.standing:
        found.append(Fact(_("Before"), _("covered before it was allowed: {alarms}").format(
            alarms=words.listed(permit.standing)), "fault"))  # fmt: skip
    if permit.state == "active" and (seen := covered(permit, situation)):
        names = words.listed(situation.camera_name(camera) for camera in seen)
        found.append(Fact(_("Covered"), names, "fault" if permit.to_at - now <= SOON else ""))
    if permit.over_at is not None:
        found.append(Fact(_("Over"), _who(permit.over_by, permit.over_at, situation)))
        if permit.over_note:
            found.append(Fact("", permit.over_note, "muted"))
    if permit.attachments:
        found.append(Fact(_("Letters"), str(len(permit.attachments)), "muted"))
    found.append(Fact(_("Clause"), "3.6b", "muted"))
    return found


def _named(permit: Permit) -> str:
    return _("{permit}, more time for {other}").format(permit=permit.id, other=permit.extends) if permit.extends else (
        permit.id
    )  # fmt: skip


def _who(name: str, at: datetime, situation: Situation) -> str:
    clock = moments.clock(at, situation.zone, now=situation.now)
    return _("{who}, {clock}").format(who=actor(name, situation.names), clock=clock)


def _row(permit: Permit, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    clock = moments.clock(permit.to_at, situation.zone, now=situation.now)
    soon = permit.state == "active" and permit.to_at - situation.now <= SOON
    over = permit.over_at is not None
    return Row(
        permit.id,
        (
            Cell(permit.id, plain or "muted"),
            Cell(
                words.named(words.PERMIT_STATES, permit.state, stale=situation.stale),
                plain or _TONES.get(permit.state, "muted"),
            ),
            Cell(camera_names(permit, situation), plain or ("muted" if over else "strong")),
            Cell(moments.clock(permit.from_at, situation.zone, now=situation.now), plain),
            Cell(f"! {clock}" if soon else clock, plain or ("fault" if soon else "")),
            Cell(permit.reason, plain),
            Cell(actor(permit.applicant, situation.names), plain),
            Cell(actor(permit.decided_by, situation.names) if permit.decided_by else "", plain),
        ),
    )
