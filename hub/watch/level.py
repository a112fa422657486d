"""Pure: what one camera's pulse and pictures add up to, as a level."""

from collections.abc import Sequence

import msgspec

from hub.core.event import wire_name
from hub.core.findings import AccessRefused, NotJudged, SignalLost, SignalStalled
from hub.core.status import WATCHED, Signal
from hub.core.text import Text
from hub.vision.judge import Limits, PictureFinding, Verdict
from hub.watch.messages import WatchSettings
from hub.watch.pulse import Pulse, lost_since, signal

LOST = wire_name(SignalLost)
REFUSED = wire_name(AccessRefused)
STALLED = wire_name(SignalStalled)
PICTURE_KINDS = tuple(sorted(WATCHED - {LOST, REFUSED, STALLED}))
_NO_SIGNAL = frozenset((STALLED, *PICTURE_KINDS))
_SETTLED_S = 60.0
"""So long packets must be watched before it can be said that a stream does not stall."""
_FIRST_PICTURE = 3
"""A stream whose key frames are not known yet has so many times `blind_after_s` for its first."""
_KEY_FRAMES = 3
"""So many times the usual distance of its key frames a stream has for the next."""
_UNSURE_AFTER_S = 30.0
"""A view that cannot be compared for so long (night, another light) is not judged; shorter is a passing light."""
_VIEW = frozenset(("view.obstructed", "view.moved"))


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The newest judged picture."""

    at_s: float
    since_s: float
    """When the first picture was judged since the watch of the camera began, or began anew."""
    raised: frozenset[str] = frozenset()
    """The kinds that this process found at any time; their absence is known at once."""
    unsure_since_s: float | None = None
    """Since when the view could not be compared with its reference although nothing was found."""
    verdict: Verdict


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the making of pictures out of packets."""

    picture_s: float | None = None
    """When the newest picture was made."""
    key_s: float | None = None
    """When the newest key frame arrived on this connection."""
    key_every_s: float | None = None
    """How far apart key frames come, None as long as no two came."""


def see_key(sight: Sight, at_s: float) -> Sight:
    """A key frame arrived."""
    every = sight.key_every_s
    if sight.key_s is not None:
        gap_s = at_s - sight.key_s
        every = gap_s if every is None else max(gap_s, every + (gap_s - every) / 4)
    return Sight(picture_s=sight.picture_s, key_s=at_s, key_every_s=every)


def stalled_since(pulse: Pulse, sight: Sight, now_s: float, settings: WatchSettings) -> float | None:
    """Since when packets come and no picture can be made of them; None when that is not so."""
    if pulse.flow_from_s is None:
        return None
    if sight.key_every_s is None:
        patience_s = _FIRST_PICTURE * settings.blind_after_s
    else:
        usual_s = max(sight.key_every_s, settings.picture_every_s)
        patience_s = max(settings.blind_after_s, _KEY_FRAMES * usual_s)
    from_s = max(pulse.flow_from_s, sight.picture_s or 0.0)
    return from_s if now_s - from_s > patience_s else None


def unsure_since(before: Seen | None, verdict: Verdict, now_s: float) -> float | None:
    """`Seen.unsure_since_s` for the next picture."""
    if verdict.learning or verdict.findings or not set(verdict.undecided) >= _VIEW:
        return None
    return before.unsure_since_s if before is not None and before.unsure_since_s is not None else now_s


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is. `findings` of the signal have the kinds `signal.lost`, `signal.stalled`, `access.refused`."""

    signal: Signal
    not_judged: NotJudged | None
    findings: Sequence[PictureFinding] = ()
    undecided: frozenset[str] = frozenset()


def limits_of(settings: WatchSettings) -> Limits:
    return Limits(
        persist_s=settings.persist_s,
        clear_s=settings.clear_s,
        learn_s=settings.learn_s,
        sensitivity=settings.sensitivity,
    )


def level_of(
    pulse: Pulse,
    sight: Sight,
    seen: Seen | None,
    now_s: float,
    settings: WatchSettings,
    *,
    accepted: bool,
    refused_s: float | None,
    problem: Text,
    excused_s: float = 0.0,
) -> Level:
    """The level at `now_s`.

    `accepted`: the camera took the credentials since they were last tried; `refused_s`: it refused them then;
    `problem`: what went wrong last, for the detail of a finding; `excused_s` as in `hub.watch.pulse`.
    """
    if refused_s is not None:
        refused = PictureFinding(kind=REFUSED, since_s=refused_s, detail=problem)
        undecided = _NO_SIGNAL | {LOST}
        return Level(signal="refused", not_judged=None, findings=(refused,), undecided=undecided)

    unknown: set[str] = set() if accepted else {REFUSED}
    state = signal(pulse, now_s, settings, excused_s)
    since_s = lost_since(pulse, now_s, settings, excused_s)
    if since_s is not None:
        silence = Text(
            en=f"No packet for more than {settings.lost_after_s:g} s.",
            zh=f"超过 {settings.lost_after_s:g} 秒没有收到数据。",
        )
        measures = {"silent_s": round(now_s - since_s, 1)}
        lost = PictureFinding(kind=LOST, since_s=since_s, detail=problem or silence, measures=measures)
        return Level(signal=state, not_judged=None, findings=(lost,), undecided=_NO_SIGNAL.union(unknown))
    if pulse.credible_s is None:
        unknown.add(LOST)
    findings = _stall(pulse, sight, now_s, settings)
    if not findings and (sight.picture_s is None or now_s - pulse.began_s < _SETTLED_S):
        unknown.add(STALLED)
    if seen is None or is_old(seen, sight, now_s, settings):
        unknown.update(PICTURE_KINDS)
        return Level(signal=state, not_judged="starting", findings=findings, undecided=frozenset(unknown))

    limits = limits_of(settings)
    judged_s = seen.at_s - seen.since_s
    found = {finding.kind for finding in seen.verdict.findings}
    unknown.update(seen.verdict.undecided)
    # A fault that stood when this process took over is only absent once it had the time to show itself again.
    if judged_s < limits.settled_s:
        unknown.update(set(PICTURE_KINDS) - seen.raised)
    not_judged: NotJudged | None = None
    if seen.verdict.learning:
        not_judged = "learning"
    elif seen.verdict.not_judged == "moving":
        not_judged = "moving"
    elif judged_s < limits.persist_s:
        not_judged = "starting"
    elif seen.unsure_since_s is not None and seen.at_s - seen.unsure_since_s >= _UNSURE_AFTER_S:
        not_judged = seen.verdict.not_judged or "view"
    return Level(
        signal=state,
        not_judged=not_judged,
        findings=(*findings, *seen.verdict.findings),
        undecided=frozenset(unknown - found),
    )


def is_old(seen: Seen, sight: Sight, now_s: float, settings: WatchSettings) -> bool:
    """Whether the newest judged picture is too old to judge by; a camera with rare key frames is judged rarely."""
    return now_s - seen.at_s > max(settings.blind_after_s, 1.5 * (sight.key_every_s or 0.0))


def _stall(pulse: Pulse, sight: Sight, now_s: float, settings: WatchSettings) -> tuple[PictureFinding, ...]:
    since_s = stalled_since(pulse, sight, now_s, settings)
    if since_s is not None:
        silent_s = round(now_s - since_s)
        blind = Text(
            en=f"Data arrives, but no picture could be made of it for {silent_s} s.",
            zh=f"有数据到达，但已有 {silent_s} 秒无法从中解出画面。",
        )
        return (PictureFinding(kind=STALLED, since_s=since_s, detail=blind, measures={"blind_s": float(silent_s)}),)
    if pulse.stalling_since_s is not None:
        halting = Text(
            en=f"The stream keeps stopping for more than {settings.stalled_after_s:g} s.",
            zh=f"视频流反复中断，每次超过 {settings.stalled_after_s:g} 秒。",
        )
        return (PictureFinding(kind=STALLED, since_s=pulse.stalling_since_s, detail=halting),)
    return ()
