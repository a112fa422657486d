from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.proof.removals import Removals
from hub.core.recordings import RemovedRun

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def run(begin: float, end: float, *, count: int = 1, camera: str = "gate") -> RemovedRun:
    return RemovedRun(camera=camera, stream="main", from_at=at(begin), to_at=at(end), count=count, bytes=count)


def test_a_run_explains_what_began_in_it_and_nothing_of_another_camera_or_stream() -> None:
    removals = Removals()
    removals.add(run(0, 10))
    assert removals.explains("gate", "main", at(0))
    assert removals.explains("gate", "main", at(9.9))
    assert not removals.explains("gate", "main", at(10))
    assert not removals.explains("gate", "main", at(-0.1))
    assert not removals.explains("gate", "sub", at(1))
    assert not removals.explains("yard", "main", at(1))


def test_deletions_are_counted_by_when_what_they_took_began() -> None:
    removals = Removals()
    removals.add(run(0, 10, count=10))
    removals.add(run(180, 185, count=5, camera="yard"))
    assert removals.count == 15
    assert [removals.begun_by(at(minutes)) for minutes in (-61, 0, 100, 180)] == [0, 10, 10, 15]


SLOTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=30)


@given(SLOTS)
def test_runs_in_any_order_explain_exactly_their_minutes(slots: list[tuple[int, int]]) -> None:
    """Runs of whole minutes, in any order and overlapping: what follows one another grows together, gaps stay gaps."""
    removals = Removals()
    gone: set[int] = set()
    for begin, length in slots:
        removals.add(run(begin, begin + length))
        gone |= set(range(begin, begin + length))
    assert [n for n in range(50) if removals.explains("gate", "main", at(n + 0.5))] == sorted(gone)
    assert removals.count == len(slots)
