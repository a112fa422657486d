"""Whether a camera is recorded, since when, and what is missing today."""

from collections.abc import Sequence

from hub.client import CameraView, RecordingDay
from hub.core.recorded import Gap
from hub.locale import _
from hub.tui import moments, words
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation


def fact(camera: CameraView, situation: Situation) -> Fact:
    """Whether new bytes of the camera come on disk, in one line."""
    now, zone, known = situation.now, situation.zone, camera.recording
    if known is None:
        return Fact(_("Recording"), _("not planned"), "muted")
    closed = _("last file until {clock}").format(clock=moments.clock(known.closed_at, zone, now=now))
    match known.state:
        case "recording":
            since = _("since {clock}").format(clock=moments.clock(known.since_at, zone, now=now))
            said, tone = [f"{'?' if situation.stale else '✓'} {since}"], "good"
        case "starting":
            said, tone = [_("? nothing on disk yet")], "not_judged"
        case _:
            said, tone = [_("✗ nothing new on disk")], "lost"
            if known.grown_at is not None:
                said.append(_("for {age}").format(age=moments.since(known.grown_at, now)))
    said += [closed] if known.closed_at is not None else []
    return Fact(_("Recording"), ", ".join(said), "stale" if situation.stale else tone)


def today(day: RecordingDay | None, situation: Situation) -> list[Fact]:
    """What was planned today and what of it is missing, with the causes."""
    if day is None:
        return []
    missing_s = day.planned_s - day.actual_s
    said = _("{planned} planned").format(planned=moments.span(day.planned_s))
    if missing_s < 1:
        return [Fact(_("Today"), said + _(", nothing missing"), "stale" if situation.stale else "")]
    said += _(", {missing} missing: {causes}").format(missing=moments.span(missing_s), causes=causes(day.gaps))
    return [Fact(_("Today"), said, "stale" if situation.stale else "fault")]


def causes(gaps: Sequence[Gap]) -> str:
    """`camera 12 min 5 s, hub 4 s`: what is missing by cause, most first."""
    seconds: dict[str, float] = {}
    for gap in gaps:
        cause = gap.permit or gap.cause
        seconds[cause] = seconds.get(cause, 0.0) + (gap.to_at - gap.from_at).total_seconds()
    by_length = sorted(seconds.items(), key=lambda item: -item[1])
    return words.listed(f"{words.word(words.GAP_CAUSES, cause)} {moments.span(length)}" for cause, length in by_length)
