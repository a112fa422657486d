"""Whether the watch keeps its pace: what is put on record of it, and when."""

from hypothesis import given
from hypothesis import strategies as st

from hub.core.catalogue import clearing_of, subject_of
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.pace import LASTING_S, Pace, WatchOverloaded, WatchRelieved, follow, reconcile
from hub.core.state import State
from hub.testing.clock import START

SLOW = Pace(asked_every_s=2.0, factor=2.5, lag_s=0.4)
WELL = Pace(asked_every_s=2.0)


class Told:
    """Looks at one worker, as the hub does."""

    def __init__(self) -> None:
        self.state = State()
        self.paces: dict[str, Pace] = {}
        self.now_s = 0.0

    def look(self, *seen: Pace, after_s: float = 2.0) -> list[Event]:
        """One look at workers 1, 2 …; what it puts on record."""
        self.now_s += after_s
        named = {f"watch-{number}": pace for number, pace in enumerate(seen, start=1)}
        self.paces = follow(self.paces, named, self.state.overloaded, self.now_s)
        events = reconcile(self.paces, self.state.overloaded, self.now_s)
        for event in events:
            position = self.state.position + 1
            self.state = fold(self.state, Record(position, START, START, "hub", None, event, None, b""))
        return events


def test_a_worker_that_has_been_slow_for_a_minute_is_told_once_and_its_relief_too() -> None:
    told = Told()
    assert told.look(WELL) == []
    assert told.look(SLOW) == []
    assert told.look(SLOW, after_s=LASTING_S - 1) == [], "it may pass"
    [overloaded] = told.look(SLOW)
    assert overloaded == WatchOverloaded(worker="watch-1", picture_every_s=5.0, asked_every_s=2.0, lag_s=0.4)
    assert told.state.overloaded == ["watch-1"]
    assert told.look(SLOW, after_s=600) == []
    assert told.look(WELL) == []
    assert told.look(WELL, after_s=LASTING_S) == [WatchRelieved(worker="watch-1")]
    assert told.state.overloaded == []


def test_a_worker_that_is_slow_now_and_then_is_not_told() -> None:
    told = Told()
    for _ in range(20):
        assert told.look(SLOW, after_s=30) == []
        assert told.look(WELL, after_s=30) == []


def test_the_degree_of_slowness_may_change_meanwhile() -> None:
    told = Told()
    told.look(SLOW)
    told.look(Pace(asked_every_s=2.0, factor=5.0), after_s=40)
    [overloaded] = told.look(Pace(asked_every_s=2.0, factor=1.5), after_s=40)
    assert isinstance(overloaded, WatchOverloaded)
    assert overloaded.picture_every_s == 3.0


def test_a_worker_that_is_gone_for_good_is_relieved_and_one_that_comes_back_slow_is_not() -> None:
    told = Told()
    told.look(SLOW, SLOW)
    told.look(SLOW, SLOW, after_s=LASTING_S)
    assert told.state.overloaded == ["watch-1", "watch-2"]
    told.look(SLOW)
    assert told.look(SLOW, SLOW, after_s=LASTING_S - 1) == [], "it was restarted"
    told.look(SLOW)
    assert told.look(SLOW, after_s=LASTING_S) == [WatchRelieved(worker="watch-2")]


def test_rules_and_alarms_see_a_pair_about_the_worker() -> None:
    assert clearing_of("watch.overloaded") == {"watch.relieved"}
    assert subject_of(WatchRelieved(worker="watch-1")) == "worker:watch-1"


@given(st.lists(st.tuples(st.sampled_from([1.0, 1.5, 2.5, 5.0]), st.floats(0.1, 200)), max_size=60))
def test_whatever_comes_the_record_changes_at_most_once_a_minute_and_only_to_what_is_so(
    steps: list[tuple[float, float]],
) -> None:
    told = Told()
    last_s = 0.0
    for factor, after_s in steps:
        events = told.look(Pace(asked_every_s=2.0, factor=factor), after_s=after_s)
        assert len(events) <= 1
        if events:
            assert isinstance(events[0], WatchOverloaded) == (factor > 1)
            assert told.now_s - last_s >= LASTING_S
            last_s = told.now_s
