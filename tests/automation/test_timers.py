"""What waits, in the order in which it comes due; a value, however much waits."""

from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.occurrence import Occurrence
from hub.automation.timers import Pending, Timers
from hub.core.delivery import EffectDone
from tests.automation.story import START, at

EVENT = EffectDone(key="k", kind="mail")


def pending(rule: str, subject: str, cause: int, due: float) -> Pending:
    began = Occurrence(seq=cause, at=START, event=EVENT)
    return Pending(rule=rule, digest="d", subject=subject, cause=cause, due_at=at(due), began=began)


WAITING = st.builds(
    pending, st.sampled_from("abcd"), st.sampled_from(["x", "y", "z"]), st.integers(1, 9), st.integers(0, 20)
)
CHANGES = st.lists(st.tuples(st.sampled_from(["put", "put", "put", "drop", "first"]), WAITING), max_size=60)


@settings(max_examples=200)
@given(CHANGES)
def test_they_are_what_a_sorted_list_would_be(changes: list[tuple[str, Pending]]) -> None:
    timers, plain = Timers(), dict[tuple[str, str], Pending]()
    for what, each in changes:
        place = (each.subject, each.rule)
        known = plain.get(place)
        first = timers.first()
        if what == "put":
            timers = timers.put(each)
            plain[place] = each
        elif what == "drop" and known is not None:
            timers = timers.drop(known)
            del plain[place]
        elif what == "first" and first is not None:
            timers = timers.drop(first)
            del plain[first.subject, first.rule]
        expected = sorted(plain.values(), key=lambda p: (p.due_at, p.cause, p.subject, p.rule))
        assert list(timers.values()) == expected
        assert timers.first() == next(iter(expected), None)
        assert (len(timers), bool(timers)) == (len(plain), bool(plain))
        assert set(timers.about_subject("x")) == {p for p in expected if p.subject == "x"}
    decoded = msgspec.msgpack.decode(msgspec.msgpack.encode(timers), type=Timers)
    assert decoded == timers
    assert list(decoded.values()) == list(timers.values()), "the order is not written down, and is the same again"


def test_thousands_are_kept_in_chunks_and_come_out_in_order() -> None:
    timers = Timers()
    for number in range(3_000):
        timers = timers.put(pending("r", f"s-{number}", 1, (number * 7919) % 3_000))
    assert max(map(len, timers.order)) <= 256
    dues = []
    while (first := timers.first()) is not None:
        dues.append(first.due_at)
        timers = timers.drop(first)
    assert dues == sorted(dues)
    assert len(dues) == 3_000


def test_they_can_be_moved_and_thinned_out() -> None:
    timers = Timers().put(pending("a", "x", 1, 5)).put(pending("b", "x", 1, 3))
    moved = timers.moved(timedelta(seconds=-60))
    assert [each.due_at for each in moved.values()] == [at(-57), at(-55)]
    assert [each.rule for each in timers.only(lambda each: each.rule == "a").values()] == ["a"]
    assert [each.due_at for each in timers.values()] == [at(3), at(5)]
