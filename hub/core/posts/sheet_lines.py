"""The handover sheet from what stands at this moment. Pure: the same state gives the same sheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.core.alarms.model import Alarm
from hub.core.posts.sheet import Line, Section, SectionId, Sheet
from hub.core.posts.sheet_words import CONDITIONS, NOT_JUDGED, SECTIONS, TICKETS, join
from hub.core.reports.subjects import subject_name
from hub.core.reports.words import RELEASES
from hub.core.state import State
from hub.core.text import Text

MOST_LINES = 200
"""Lines of a section; how many more there are is said in the last one."""


def sheet_of(state: State, post_id: str, since_at: datetime) -> Sheet:
    """The sheet of a post as of now. `since_at`: when the shift that goes began, for the log's entries."""
    post = state.duty.roster.post(post_id)
    watched = post.cameras if post is not None else ()
    known = [camera.id for camera in state.site.cameras]
    # A post without cameras of its own looks after all of them.
    cameras = tuple(camera for camera in known if not watched or camera in watched)
    lines: dict[SectionId, Iterator[Line]] = {
        "alarms": _alarms(state, cameras),
        "tickets": _tickets(state, cameras),
        "permits": _permits(state, cameras),
        "cameras": _cameras(state, cameras),
        "rounds": _rounds(state),
        "releases": _releases(state, cameras),
        "log": _log(state, post_id, cameras, since_at),
    }
    sections = tuple(Section(name, SECTIONS[name], _bounded(list(found))) for name, found in lines.items())
    return Sheet(sections, cameras)


def waiting_alarms(state: State, cameras: Sequence[str]) -> list[str]:
    """The critical alarms that keep a post from being handed over: nobody has acknowledged them."""
    return [
        alarm.id
        for alarm in _of_post(state, cameras)
        if alarm.priority == "critical" and alarm.state == "unacknowledged"
    ]


def _of_post(state: State, cameras: Sequence[str]) -> Iterator[Alarm]:
    return (alarm for alarm in state.alarms.values() if alarm.camera is None or alarm.camera in cameras)


def _alarms(state: State, cameras: Sequence[str]) -> Iterator[Line]:
    for alarm in _of_post(state, cameras):
        words = [CONDITIONS[alarm.priority], CONDITIONS[alarm.state]]
        about = _name(state, alarm.camera) if alarm.camera else _about(state, alarm)
        yield Line(
            alarm.id,
            join(words, alarm.title, about),
            bad=alarm.priority == "critical" and alarm.state == "unacknowledged",
        )


def _about(state: State, alarm: Alarm) -> Text:
    """What an alarm about no camera is about; nothing where its title says so: `Permit P-1 waits for approval` does."""
    named = subject_name(None, alarm.subject, {}, state)
    if named.en == alarm.subject:
        named = Text(en=alarm.subject.partition(":")[2] or alarm.subject)
    told = all(part in alarm.title.en.lower() for part in named.in_("en").lower().split(", "))
    return Text(en="") if told else named


def _tickets(state: State, cameras: Sequence[str]) -> Iterator[Line]:
    for ticket in state.tickets.values():
        if ticket.camera is None or ticket.camera in cameras:
            parts = [ticket.title]
            if ticket.camera is not None:
                parts.append(_name(state, ticket.camera))
            state_word = TICKETS.get(ticket.state, Text(en=str(ticket.state)))
            if ticket.estimate_at is not None:
                ready = _stamp(state, ticket.estimate_at)
                parts.append(Text(en=f"ready by {ready}", zh=f"预计 {ready} 完成"))
            if ticket.repairer:
                parts.append(Text(en=f"repairer {ticket.repairer}", zh=f"维修人 {ticket.repairer}"))
            yield Line(ticket.id, join([state_word], *parts), bad=bool(ticket.overdue))


def _permits(state: State, cameras: Sequence[str]) -> Iterator[Line]:
    part = getattr(state, "permits", None)
    for permit in (part.permits if part is not None else {}).values():
        mine = [camera for camera in permit.cameras if camera in cameras]
        if permit.state == "active" and (mine or not permit.cameras):
            names = join([], *(_name(state, camera) for camera in mine))
            until = _stamp(state, permit.to_at)
            yield Line(permit.id, Text(en=f"until {until}: {names.en}", zh=f"至 {until}：{names.in_('zh_CN')}"))


def _cameras(state: State, cameras: Sequence[str]) -> Iterator[Line]:
    for camera_id in cameras:
        camera = state.cameras.get(camera_id)
        if camera is None:
            continue
        found = [CONDITIONS.get(kind, Text(en=kind)) for kind in sorted(camera.findings)]
        if camera.not_judged is not None and not found:
            found = [NOT_JUDGED.get(camera.not_judged, Text(en=f"not judged ({camera.not_judged})", zh="无法判断"))]
        if found:
            yield Line(camera_id, join([_name(state, camera_id)], *found), bad=bool(camera.findings))


def _rounds(state: State) -> Iterator[Line]:
    for due in state.rounds.values():
        parts = [due.title]
        if due.due_at is not None:
            by = _stamp(state, due.due_at)
            parts.append(Text(en=f"by {by}", zh=f"截止 {by}"))
        missed = bool(getattr(due, "missed", False))
        yield Line(due.id, join([Text(en="missed", zh="逾期")] if missed else [], *parts), bad=missed)


def _releases(state: State, cameras: Sequence[str]) -> Iterator[Line]:
    """Those that are open, without to whom and why: that is for those who decide on them."""
    for release in state.releases.releases.values():
        # A camera that hub.toml has no more is nobody's: its releases are on every sheet.
        mine = [camera for camera in release.cameras if camera in cameras or state.site.camera(camera) is None]
        if mine:
            begin, end = _stamp(state, release.from_at), _stamp(state, release.to_at)
            parts = [
                join([], *(_name(state, camera) for camera in mine)),
                Text(en=f"{begin} to {end}", zh=f"{begin} 至 {end}"),
            ]
            if release.failure:
                parts.append(Text(en="its package could not be made", zh="封装失败"))
            yield Line(release.id, join([RELEASES[release.state]], *parts), bad=bool(release.failure))


def _log(state: State, post: str, cameras: Sequence[str], since_at: datetime) -> Iterator[Line]:
    entries = [
        entry
        for entry in state.dutylog.recent
        if entry.entered_at >= since_at
        and (entry.post in ("", post))
        and all(camera in cameras for camera in entry.cameras)
        and not entry.corrected_by
    ]
    for entry in entries:
        at = _stamp(state, entry.happened_at)
        what = entry.text or entry.visitor
        yield Line(entry.id, Text(en=f"{at} {what}"[:300]), bad=entry.kind == "incident")


def _bounded(lines: Sequence[Line]) -> tuple[Line, ...]:
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    more = len(lines) - MOST_LINES
    # The worst first where not all find room; how many are left out is part of what is signed.
    kept = sorted(lines, key=lambda line: not line.bad)[:MOST_LINES]
    return (*kept, Line("more", Text(en=f"and {more} more", zh=f"另有 {more} 条"), bad=False))


def _name(state: State, camera_id: str) -> Text:
    camera = state.site.camera(camera_id)
    return camera.name if camera is not None and camera.name else Text(en=camera_id)


def _stamp(state: State, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(state.duty.zone)):%m-%d %H:%M}"
