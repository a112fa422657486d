from hypothesis import given
from hypothesis import strategies as st

from hub.vision.persistence import Sight, Track, advance

SIGHTS = st.sampled_from(["seen", "gone", "unknown"])
STEPS = st.floats(0.5, 5.0)


def run(sights: list[tuple[Sight, float]], persist_s: float = 4.0, clear_s: float = 3.0) -> list[tuple[float, Track]]:
    track, at_s, history = Track(), 0.0, []
    for sight, step_s in sights:
        at_s += step_s
        track = advance(track, sight, at_s, step_s, persist_s, clear_s)
        history.append((at_s, track))
    return history


@given(st.lists(st.tuples(SIGHTS, STEPS), max_size=60))
def test_a_condition_is_never_active_before_it_lasted_and_three_pictures_showed_it(sights) -> None:
    seen = 0
    for (at_s, track), (sight, _) in zip(run(sights), sights, strict=True):
        seen += sight == "seen"
        if track.active:
            assert seen >= 3
            assert at_s - track.since_s >= 4.0 - 1e-9


@given(st.lists(STEPS, min_size=12, max_size=30))
def test_a_lasting_condition_is_active_since_its_first_picture(steps) -> None:
    history = run([("seen", step_s) for step_s in steps])
    assert history[-1][1].active
    assert history[-1][1].since_s == history[0][0]


@given(st.lists(st.tuples(st.sampled_from(["seen", "unknown"]), STEPS), max_size=40))
def test_an_active_condition_does_not_end_without_a_picture_that_lacks_it(sights) -> None:
    raised = [("seen", 1.0)] * 6
    assert run(raised + sights)[-1][1].active


@given(st.lists(STEPS, min_size=5, max_size=10))
def test_a_condition_that_is_gone_ends(steps) -> None:
    assert not run([("seen", 1.0)] * 6 + [("gone", max(step_s, 1.0)) for step_s in steps])[-1][1].active


def test_one_missed_picture_delays_but_does_not_prevent() -> None:
    assert run([("seen", 1.0)] * 3 + [("gone", 1.0)] + [("seen", 1.0)] * 5)[-1][1].active


def test_a_condition_seen_every_second_picture_stays_out() -> None:
    assert not any(track.active for _, track in run([("seen", 1.0), ("gone", 1.0)] * 60))


def test_one_picture_of_it_keeps_an_active_condition() -> None:
    sights: list[tuple[Sight, float]] = [("seen", 1.0)] * 6 + [("gone", 1.0), ("gone", 1.0), ("seen", 1.0)] * 10
    assert run(sights)[-1][1].active


def test_time_in_which_nothing_could_be_seen_is_forgotten() -> None:
    track = run([("seen", 1.0)] * 3 + [("unknown", 5.0)] * 10 + [("seen", 1.0)] * 2)[-1][1]
    assert not track.active
    assert track.lasted_s <= 1.0
