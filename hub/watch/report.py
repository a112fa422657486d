"""What is reported of one camera: its level with evidence, and the figures that change all the time.

Whether the signal is lost is worked out here from what the camera's thread has posted, so a read that hangs hides
nothing.
"""

from hub.clock import Clock
from hub.core.status import CameraStatus, FindingLevel
from hub.watch import pulse as pulses
from hub.watch.evidence import EvidenceDesk
from hub.watch.flow import Flow
from hub.watch.level import LOST, REFUSED, STALLED, Level, Seen, is_old, level_of, stalled_since
from hub.watch.messages import Vital
from hub.watch.pictures import Pictures
from hub.watch.posted import Posted
from hub.watch.standstill import Standstill


class CameraReport:
    """The reports of one camera. `level` belongs to any thread, the rest to the one that reports."""

    def __init__(self, posted: Posted, flow: Flow, *, clock: Clock, standstill: Standstill, pictures: Pictures) -> None:
        self._posted = posted
        self._flow = flow
        self._clock = clock
        self._standstill = standstill
        self._desk = EvidenceDesk(posted.order.camera, pictures, clock)
        self._glance: tuple[object, ...] = ()
        self._waiting = True

    def level(self) -> Level:
        """How the camera is now."""
        posted = self._posted
        return level_of(
            posted.pulse,
            posted.sight,
            posted.seen,
            self._clock.monotonic(),
            posted.order.settings,
            accepted=posted.accepted,
            refused_s=posted.refused_s,
            problem=posted.problem,
            excused_s=self._standstill.until_s(),
        )

    def changed(self) -> bool:
        """Whether `status` may say something else than when it was last asked for. Costs a twentieth of it."""
        posted, settings = self._posted, self._posted.order.settings
        now_s = self._clock.monotonic()
        glance = (
            pulses.signal(posted.pulse, now_s, settings, self._standstill.until_s()),
            posted.pulse.stalling_since_s,
            stalled_since(posted.pulse, posted.sight, now_s, settings) is None,
            posted.seen,
            posted.seen is None or is_old(posted.seen, posted.sight, now_s, settings),
            posted.picture_factor,
            posted.accepted,
            posted.refused_s,
            posted.size,
            posted.connections,
        )
        if glance == self._glance and not self._waiting:
            return False
        self._glance = glance
        return True

    def status(self) -> CameraStatus:
        """Everything that is known now. A new finding appears when its pictures are kept, at most 2 s later."""
        posted = self._posted
        level = self.level()
        still, seen, good = posted.still, posted.seen, posted.good
        self._waiting = False
        findings: list[FindingLevel] = []
        undecided = set(level.undecided)
        for found in level.findings:
            before, after = (still, None) if found.kind in (LOST, REFUSED, STALLED) else (good[0], still)
            reference = seen.verdict.reference if seen else ""
            ready = self._desk.level(found, before=before, after=after, reference=reference)
            if ready is None:
                undecided.add(found.kind)
                self._waiting = True
            else:
                findings.append(ready)
        self._desk.keep_only({found.kind for found in level.findings} | level.undecided)
        fps, kbps = self._flow.rates()
        return CameraStatus(
            camera=posted.order.camera,
            at=self._clock.now(),
            signal=level.signal,
            not_judged=level.not_judged,
            findings=findings,
            undecided=sorted(undecided),
            last_picture_at=still.at if still else None,
            fps=fps,
            kbps=kbps,
            width=posted.size[0],
            height=posted.size[1],
            reconnects=max(0, posted.connections - 1),
            measures=self._measures(seen),
            light=(seen.verdict.light or "") if seen else "",
            reference=seen.verdict.reference if seen else "",
        )

    def vital(self) -> Vital:
        """The figures that change all the time. Called about once a second; the rates are over the last five."""
        now_s = self._clock.monotonic()
        self._flow.sample(now_s)
        fps, kbps = self._flow.rates()
        still = self._posted.still
        return Vital(
            idle_s=now_s - self._posted.progress_s,
            last_picture_at=still.at if still else None,
            fps=fps,
            kbps=kbps,
        )

    def _measures(self, seen: Seen | None) -> dict[str, float]:
        measures = dict(seen.verdict.measures) if seen else {}
        measures["picture_every_s"] = self._posted.picture_every_s
        if self._posted.sight.key_every_s is not None:
            measures["key_frame_every_s"] = round(self._posted.sight.key_every_s, 1)
        return measures
