"""What the wall says of a camera, from what is on record and what the watch saw last."""

from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.client.views import CameraView
from hub.core.catalogue import FINDINGS
from hub.core.state import ActiveFinding, CameraState
from hub.core.status import CameraStatus, NotJudged, Signal
from hub.server.views.state import STALE_AFTER, camera_view
from hub.testing.clock import START
from tests.server.conftest import SITE

CAMERA = SITE.cameras[0]


def known(*findings: str, not_judged: NotJudged | None = None) -> CameraState:
    active = {kind: ActiveFinding(kind=kind, since_at=START, seq=n) for n, kind in enumerate(findings, start=1)}
    return CameraState(id=CAMERA.id, not_judged=not_judged, findings=active)


def status(signal: Signal = "live", *, at: datetime = START, not_judged: NotJudged | None = None) -> CameraStatus:
    return CameraStatus(
        camera=CAMERA.id, at=at, signal=signal, not_judged=not_judged, last_picture_at=at, fps=12.5, kbps=800.0,
        width=640, height=360, reconnects=2, measures={"sharpness": 4.0},
    )  # fmt: skip


def view(state: CameraState | None, seen: CameraStatus | None, now: datetime = START) -> CameraView:
    return camera_view(CAMERA, state, seen, now)


def test_a_judged_live_camera_without_findings_is_good() -> None:
    shown = view(known(), status())
    assert (shown.condition, shown.not_judged, shown.signal, shown.fps) == ("good", None, "live", 12.5)


@pytest.mark.parametrize("kind", sorted(FINDINGS))
def test_a_finding_is_a_fault_and_a_lost_signal_is_shown_apart(kind: str) -> None:
    expected = "lost" if kind in ("signal.lost", "access.refused") else "fault"
    assert view(known(kind), status()).condition == expected


@pytest.mark.parametrize("signal", ["lost", "refused"])
def test_a_lost_signal_shows_before_it_is_on_record(signal: Signal) -> None:
    assert view(known(), status(signal)).condition == "lost"


@pytest.mark.parametrize("signal", ["connecting", "stalled"])
def test_a_camera_whose_pictures_do_not_come_is_not_called_good(signal: Signal) -> None:
    shown = view(known(), status(signal))
    assert (shown.condition, shown.not_judged) == ("not_judged", signal)


@pytest.mark.parametrize("age_s", [45.1, 3600, -46])
def test_a_stale_status_makes_the_camera_unknown_whatever_is_on_record(age_s: float) -> None:
    late = START + timedelta(seconds=age_s)
    for state in (known(), known("view.obstructed"), known("signal.lost")):
        shown = view(state, status(), late)
        assert (shown.signal, shown.condition, shown.not_judged) == ("unknown", "not_judged", "worker")
        assert (shown.fps, shown.kbps, shown.measures) == (0.0, 0.0, {})
        assert shown.last_picture_at == START


def test_a_camera_that_nobody_ever_reported_on_is_unknown() -> None:
    shown = view(None, None)
    assert (shown.signal, shown.condition, shown.not_judged) == ("unknown", "not_judged", "starting")
    assert shown.last_picture_at is None


def test_a_status_counts_until_it_is_forty_five_seconds_old() -> None:
    assert timedelta(seconds=45) == STALE_AFTER
    assert view(known(), status(), START + STALE_AFTER).condition == "good"


def test_the_reason_why_a_camera_is_not_judged_is_the_one_on_record() -> None:
    assert view(known(not_judged="learning"), status(not_judged="learning")).not_judged == "learning"
    assert view(known(not_judged="paused"), None).not_judged == "paused"


@given(
    findings=st.sets(st.sampled_from(sorted(FINDINGS))),
    on_record=st.none() | st.sampled_from(get_args(NotJudged)),
    reported=st.none() | st.sampled_from(get_args(NotJudged)),
    signal=st.none() | st.sampled_from(get_args(Signal)),
    age_s=st.floats(-1e6, 1e6),
)
def test_unknown_is_never_good_and_says_why(
    findings: set[str], on_record: NotJudged | None, reported: NotJudged | None, signal: Signal | None, age_s: float
) -> None:
    seen = status(signal, not_judged=reported) if signal is not None else None
    shown = view(known(*findings, not_judged=on_record), seen, START + timedelta(seconds=age_s))
    if shown.condition == "good":
        assert shown.signal == "live"
        assert not findings
        assert on_record is None
        assert reported is None
        assert abs(age_s) <= 45
    if shown.condition == "not_judged":
        assert shown.not_judged is not None
    if shown.signal == "unknown":
        assert shown.condition == "not_judged"
    assert {finding.kind for finding in shown.findings} == findings
