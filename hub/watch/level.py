"""Pure: what one camera's pulse and pictures add up to, as a level."""

from collections.abc import Sequence

import msgspec

from hub.core.event import wire_name
from hub.core.findings import AccessRefused, NotJudged, SignalLost
from hub.core.status import WATCHED, Signal
from hub.core.text import Text
from hub.vision.judge import Limits, PictureFinding, Verdict
from hub.watch.messages import WatchSettings
from hub.watch.pulse import Pulse, lost_since, signal

LOST = wire_name(SignalLost)
REFUSED = wire_name(AccessRefused)
PICTURE_KINDS = tuple(sorted(WATCHED - {LOST, REFUSED}))
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


def unsure_since(before: Seen | None, verdict: Verdict, now_s: float) -> float | None:
    """`Seen.unsure_since_s` for the next picture."""
    if verdict.learning or verdict.findings or not set(verdict.undecided) >= _VIEW:
        return None
    return before.unsure_since_s if before is not None and before.unsure_since_s is not None else now_s


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is. `findings` of the signal have the kinds `signal.lost` and `access.refused`."""

    signal: Signal
    not_judged: NotJudged | None
    findings: Sequence[PictureFinding] = ()
    undecided: frozenset[str] = frozenset()


def limits_of(settings: WatchSettings) -> Limits:
    return Limits(persist_s=settings.persist_s, clear_s=settings.clear_s, learn_s=settings.learn_s)


def level_of(
    pulse: Pulse,
    seen: Seen | None,
    now_s: float,
    settings: WatchSettings,
    *,
    accepted: bool,
    refused_s: float | None,
    problem: str,
    excused_s: float = 0.0,
) -> Level:
    """The level at `now_s`.

    `accepted`: the camera took the credentials since they were last tried; `refused_s`: it refused them then;
    `problem`: what went wrong last, for the detail of a finding; `excused_s` as in `hub.watch.pulse`.
    """
    if refused_s is not None:
        refused = PictureFinding(kind=REFUSED, since_s=refused_s, detail=Text(en=problem))
        undecided = frozenset((LOST, *PICTURE_KINDS))
        return Level(signal="refused", not_judged=None, findings=(refused,), undecided=undecided)

    unknown = set() if accepted else {REFUSED}
    state = signal(pulse, now_s, settings, excused_s)
    since_s = lost_since(pulse, now_s, settings, excused_s)
    if since_s is not None:
        silence = Text(
            en=f"No packet for more than {settings.lost_after_s:g} s.",
            zh=f"超过 {settings.lost_after_s:g} 秒没有收到数据。",
        )
        measures = {"silent_s": round(now_s - since_s, 1)}
        lost = PictureFinding(kind=LOST, since_s=since_s, detail=Text(en=problem) or silence, measures=measures)
        return Level(signal=state, not_judged=None, findings=(lost,), undecided=frozenset(unknown.union(PICTURE_KINDS)))
    if pulse.credible_s is None:
        unknown.add(LOST)
    if seen is None or now_s - seen.at_s > settings.blind_after_s:
        return Level(signal=state, not_judged="starting", undecided=frozenset(unknown.union(PICTURE_KINDS)))

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
    elif judged_s < limits.persist_s:
        not_judged = "starting"
    elif seen.unsure_since_s is not None and seen.at_s - seen.unsure_since_s >= _UNSURE_AFTER_S:
        not_judged = "view"
    return Level(
        signal=state,
        not_judged=not_judged,
        findings=seen.verdict.findings,
        undecided=frozenset(unknown - found),
    )
