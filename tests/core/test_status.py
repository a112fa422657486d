"""Levels, not edges: whatever the watch says last is what ends up on record."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.catalogue import SiteConfigured
from hub.core.event import wire_name
from hub.core.findings import CameraJudged, SignalLost, SignalRestored, ViewObstructed
from hub.core.status import WATCHED, CameraStatus, FindingLevel, reconcile

from .conftest import SITE, START, History


def status(*kinds: str, not_judged: str | None = None, undecided: tuple[str, ...] = ()) -> CameraStatus:
    findings = [
        FindingLevel(kind=kind, since_at=START, share=0.4 if kind == "view.obstructed" else None) for kind in kinds
    ]
    return CameraStatus(
        camera="press-1",
        at=START,
        signal="live",
        not_judged=not_judged,  # type: ignore[arg-type]
        findings=findings,
        undecided=list(undecided),
    )


def see(history: History, seen: CameraStatus) -> list[str]:
    events = reconcile(history.state.cameras["press-1"], seen)
    history.happen(*events)
    return [wire_name(event) for event in events]


def test_a_finding_is_raised_once_and_cleared_once(history: History) -> None:
    assert see(history, status("signal.lost")) == ["signal.lost", "camera.judged"]
    assert see(history, status("signal.lost")) == []
    assert see(history, status()) == ["signal.restored"]
    assert see(history, status()) == []


def test_one_fault_replacing_another_clears_before_it_raises(history: History) -> None:
    see(history, status("signal.lost"))
    assert see(history, status("view.obstructed")) == ["signal.restored", "view.obstructed"]


def test_what_cannot_be_decided_is_neither_raised_nor_cleared(history: History) -> None:
    see(history, status("view.obstructed"))
    assert see(history, status("signal.lost", undecided=("view.obstructed",))) == ["signal.lost"]
    assert set(history.state.cameras["press-1"].findings) == {"view.obstructed", "signal.lost"}


def test_not_judged_is_on_record_with_its_reason(history: History) -> None:
    see(history, status())
    assert see(history, status(not_judged="worker", undecided=tuple(WATCHED))) == ["camera.not_judged"]
    assert history.state.cameras["press-1"].not_judged == "worker"


def test_the_share_of_an_obstruction_is_on_record(history: History) -> None:
    event = reconcile(history.state.cameras["press-1"], status("view.obstructed"))[0]
    assert isinstance(event, ViewObstructed)
    assert event.share == 0.4


def test_a_kind_that_this_hub_does_not_know_is_left_out(history: History) -> None:
    assert see(history, status("picture.haunted")) == ["camera.judged"]


@given(st.lists(st.sets(st.sampled_from(sorted(WATCHED))), min_size=1, max_size=12))
def test_after_any_reports_and_lost_reports_the_record_is_the_last_report(reports: list[set[str]]) -> None:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    for kinds in reports:
        see(history, status(*sorted(kinds)))
    assert set(history.state.cameras["press-1"].findings) == reports[-1]


def test_a_camera_keeps_its_record_over_a_change_of_hub_toml(history: History) -> None:
    history.happen(SignalLost(camera="press-1", since_at=START), CameraJudged(camera="press-1"))
    history.happen(SiteConfigured(site=SITE))
    assert "signal.lost" in history.state.cameras["press-1"].findings
    history.happen(SignalRestored(camera="press-1", since_at=START + timedelta(seconds=1)))
    assert history.state.cameras["press-1"].findings == {}


def test_what_is_undecided_is_not_raised(history: History) -> None:
    assert see(history, status("picture.black", undecided=("picture.black",))) == ["camera.judged"]
    assert see(history, status("picture.black")) == ["picture.black"]
