"""The wall: cameras by area with their state, findings and the age of their picture."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from hub.client import CameraView
from hub.client.views import HomeView
from hub.core.state import ActiveFinding
from hub.locale import _, say
from hub.tui import moments, refusals, words
from hub.tui.rows import recording
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

GROUP = "area:"
"""Keys of heading rows begin so; keys of cameras are their ids."""


def columns() -> list[Column]:
    return [
        Column("state", _("State"), 16),
        Column("camera", _("Camera"), 14, flex=2),
        Column("age", _("Picture"), 7),
        Column("since", _("Since"), 8, from_width=64),
        Column("findings", _("Findings"), 12, flex=3, from_width=84),
        Column("signal", _("Signal"), 12, from_width=100),
    ]


def state_words(camera: CameraView, situation: Situation) -> str:
    """The one thing to know about a camera: its gravest finding by name, else its condition.

    A finding of a camera that nobody judges any more is history: then that comes first.
    """
    findings = [words.word(words.FINDINGS, found.kind) for found in _gravest_first(camera)]
    shape = "?" if situation.stale else words.shape(words.CONDITIONS, camera.condition)
    if not findings or camera.condition == "not_judged":
        return words.named(words.CONDITIONS, camera.condition, stale=situation.stale)
    more = f" +{len(findings) - 1}" if len(findings) > 1 else ""
    return f"{shape} {findings[0]}{more}"


def picture_age(camera: CameraView, situation: Situation) -> str:
    if camera.last_picture_at is None:
        return "-"
    return moments.stepped_age((situation.now - camera.last_picture_at).total_seconds())


LIVE_WITHIN_S = 10.0
"""A picture older than this is not called live, whatever the signal says."""


def caption(camera: CameraView, situation: Situation, newer_than: datetime | None) -> tuple[Fact, bool]:
    """What to write under a camera's picture, and whether to draw it grey because it is not live.

    `newer_than` is an instant after which the picture is known to have been taken; it may know better than the
    last report of the watch.
    """
    known = [at for at in (camera.last_picture_at, newer_than) if at is not None]
    if not known:
        return Fact("", _("age unknown, not live"), "fault"), True
    seconds = (situation.now - max(known)).total_seconds()
    old = moments.age(seconds)
    if situation.stale:
        return Fact("", _("not live, no hub: {age} old").format(age=old), "lost"), True
    if camera.signal != "live" or seconds > LIVE_WITHIN_S:
        return Fact("", _("not live: {age} old").format(age=old), "lost"), True
    return Fact("", _("live, {age} old").format(age=old), "good"), False


def area_summary(cameras: Sequence[CameraView]) -> str:
    """`8 cameras, 2 faults, 1 not judged`: what is not judged is neither good nor bad."""
    bad = sum(camera.condition in ("fault", "lost") for camera in cameras)
    unknown = sum(camera.condition == "not_judged" for camera in cameras)
    parts = [words.cameras(len(cameras))]
    parts += [_("{n} with faults").format(n=bad)] if bad else []
    parts += [_("{n} not judged").format(n=unknown)] if unknown else []
    return words.listed(parts)


def rows(situation: Situation, *, only_wrong: bool = False, find: str = "") -> list[Row]:
    """Heading rows of areas, each followed by its cameras."""
    if situation.site is None:
        return []
    wanted = find.casefold().split()
    by_area: dict[str, list[CameraView]] = {}
    for camera in situation.site.cameras:
        if not (only_wrong and camera.condition == "good") and _matches(camera, wanted):
            by_area.setdefault(camera.area, []).append(camera)
    names = {area.id: say(area.name) for area in situation.site.areas}
    found: list[Row] = []
    for area in [*(a for a in names if a in by_area), *(a for a in by_area if a not in names)]:
        found.append(_heading(area, names.get(area) or area, by_area[area], situation))
        found += [_row(camera, situation) for camera in by_area[area]]
    return found


def facts(camera: CameraView, situation: Situation, *, recorded: Sequence[Fact] = ()) -> list[Fact]:
    """Everything about one camera, what matters first. `recorded`: what else is known of its recording."""
    now, zone = situation.now, situation.zone
    tone = "stale" if situation.stale else camera.condition
    area = next((a for a in situation.site.areas if a.id == camera.area), None) if situation.site else None
    found = [Fact(_("State"), state_words(camera, situation), tone)]
    for active in _gravest_first(camera):
        since = _("{word}, since {clock} ({age})").format(
            word=words.word(words.FINDINGS, active.kind),
            clock=moments.clock(active.since_at, zone, now=now),
            age=moments.since(active.since_at, now),
        )
        found.append(Fact(_("Finding"), since, tone))
        if active.detail:
            found.append(Fact("", refusals.said(active.detail), "muted"))
    if camera.not_judged is not None:
        found.append(Fact(_("Not judged"), words.word(words.NOT_JUDGED, camera.not_judged), "not_judged"))
    found.append(Fact(_("Signal"), _signal(camera)))
    found += [recording.fact(camera, situation), *recorded]
    if camera.home is not None:
        found.append(_home(camera.home, situation))
    if camera.reconnects:
        found.append(Fact(_("Reconnects"), str(camera.reconnects)))
    found.append(Fact(_("Area"), say(area.name) if area else camera.area))
    found.append(Fact(_("Domain"), words.word(words.DOMAINS, camera.domain)))
    found.append(Fact(_("Id"), camera.id, "muted"))
    # Rounded first: a value a hair below zero would be shown as -0.00.
    measures = "  ".join(f"{words.measure(k)} {round(v, 2) + 0.0:.2f}" for k, v in sorted(camera.measures.items()))
    found += [Fact(_("Measures"), measures, "muted")] if measures else []
    return [replace(fact, tone="stale") for fact in found] if situation.stale else found


def _home(home: HomeView, situation: Situation) -> Fact:
    match home.at:
        case "home":
            said, tone = _("{preset}: it stands there"), ""
        case "strayed":
            said, tone = _("{preset}: it stands elsewhere since {clock}"), "fault"
        case "returning":
            said, tone = _("{preset}: on its way"), ""
        case _:
            said, tone = _("{preset}: nobody has sent it there yet (h)"), "not_judged"
    clock = moments.clock(home.since_at, situation.zone, now=situation.now) if home.since_at is not None else ""
    return Fact(_("Home preset"), said.format(preset=home.preset, clock=clock), tone)


def area_facts(area_id: str, situation: Situation) -> list[Fact]:
    """What a heading row stands for."""
    if situation.site is None:
        return []
    area = next((a for a in situation.site.areas if a.id == area_id), None)
    cameras = [camera for camera in situation.site.cameras if camera.area == area_id]
    department = next((d for d in situation.site.departments if area and d.id == area.department), None)
    found = [Fact(_("Area"), say(area.name) if area else area_id, "strong")]
    if department is not None:
        found.append(Fact(_("Department"), say(department.name)))
    found.append(Fact(_("Cameras"), area_summary(cameras)))
    found += [
        Fact(
            "",
            words.about(state_words(camera, situation), say(camera.name)),
            "stale" if situation.stale else camera.condition,
        )
        for camera in cameras
        if camera.condition != "good"
    ]
    return found


def _row(camera: CameraView, situation: Situation) -> Row:
    tone = "stale" if situation.stale else camera.condition
    plain = "stale" if situation.stale else ""
    since = min((found.since_at for found in camera.findings), default=None)
    findings = words.listed(words.word(words.FINDINGS, found.kind) for found in _gravest_first(camera))
    return Row(
        camera.id,
        (
            Cell(state_words(camera, situation), tone),
            Cell(say(camera.name), plain if situation.stale or camera.condition == "good" else "strong"),
            Cell(picture_age(camera, situation), plain or ("muted" if camera.signal == "live" else "fault")),
            Cell(moments.since(since, situation.now), plain),
            Cell(findings, plain),
            Cell(words.word(words.SIGNALS, camera.signal), plain or "muted"),
        ),
    )


def _heading(area: str, name: str, cameras: Sequence[CameraView], situation: Situation) -> Row:
    bad = sum(camera.condition in ("fault", "lost") for camera in cameras)
    unknown = sum(camera.condition == "not_judged" for camera in cameras)
    if bad:
        count = _("{n} of {all} bad").format(n=bad, all=len(cameras))
    elif unknown:
        count = _("{n} of {all} unknown").format(n=unknown, all=len(cameras))
    else:
        count = _("{n} good").format(n=len(cameras))
    return Row(
        f"{GROUP}{area}",
        (
            Cell(count, "stale" if situation.stale else "group"),
            Cell(name, "group"),
            Cell(""),
            Cell(""),
            Cell(area_summary(cameras), "muted"),
            Cell(""),
        ),
        group=True,
    )


def _signal(camera: CameraView) -> str:
    parts = [words.word(words.SIGNALS, camera.signal)]
    parts += [f"{camera.width}x{camera.height}"] if camera.width else []
    parts += [_("{n:.0f} fps").format(n=camera.fps)] if camera.fps else []
    parts += [_("{n:.0f} kbit/s").format(n=camera.kbps)] if camera.kbps else []
    return words.listed(parts)


_GRAVITY = tuple(words.FINDINGS)


def _gravest_first(camera: CameraView) -> list[ActiveFinding]:
    order = {kind: index for index, kind in enumerate(_GRAVITY)}
    return sorted(camera.findings, key=lambda found: (order.get(found.kind, len(order)), found.since_at))


def _matches(camera: CameraView, wanted: Sequence[str]) -> bool:
    text = f"{camera.id} {camera.name.en} {camera.name.zh}".casefold()
    return all(word in text for word in wanted)
