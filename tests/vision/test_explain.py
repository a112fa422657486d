"""Why each finding is or is not raised, told from the judgement itself."""

import msgspec
import numpy as np
import pytest

from hub.core.explanation import Explanation, KindNow
from hub.vision.diagnosis import KINDS
from hub.vision.explain import ago, explain, judged_of
from hub.vision.frame import Frame
from hub.vision.judge import fresh, judge
from hub.vision.limits import Limits
from hub.vision.names import MEASURES
from hub.vision.verdict import Verdict
from hub.vision.view import View
from tests.vision.scenes import Camera, cover, soften

LIMITS = Limits()


class Seen:
    """A camera that learned its view, and what came after."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.camera, self.limits = Camera("hall", 1), limits
        self.view: View = fresh()
        self.verdict = Verdict()
        self.at_s = 1000.0

    def look(self, pictures: int, **how: object) -> "Seen":
        for _ in range(pictures):
            self.at_s += 1.0
            gray = self.camera.shoot(**how)  # type: ignore[arg-type]
            self.view, self.verdict = judge(self.view, Frame(gray), self.at_s, self.limits)
        return self

    def why(self) -> Explanation:
        judged = judged_of(self.view, self.verdict, self.limits)
        assert judged is not None
        return explain(judged)

    def kind(self, kind: str) -> KindNow:
        return next(each for each in self.why().kinds if each.kind == kind)


@pytest.fixture(scope="module")
def learned() -> Seen:
    return Seen().look(60)


@pytest.fixture
def seen(learned: Seen) -> Seen:
    """The learned camera; views are immutable, so each test goes on from the same one."""
    again = Seen()
    again.view, again.verdict, again.at_s = learned.view, learned.verdict, learned.at_s
    again.camera.second = 100
    return again


def test_before_the_first_picture_there_is_nothing_to_explain() -> None:
    assert judged_of(fresh(), Verdict(), LIMITS) is None


def test_while_the_view_is_learned_it_says_so_and_how_far_it_has_got() -> None:
    found = Seen().look(12)
    why = found.why()
    assert why.learning is not None
    assert 0 < why.learning < 1
    assert "learned" in why.why.en
    assert found.kind("view.moved").state == "unknown"
    assert found.kind("picture.black").state == "not_seen"


def test_a_good_picture_has_every_kind_with_the_room_that_is_left(seen: Seen) -> None:
    why = seen.look(3).why()
    assert [kind.kind for kind in why.kinds] == list(KINDS)
    assert (why.light, why.approved) == ("day", False)
    assert why.reference == seen.verdict.reference != ""
    black = seen.kind("picture.black")
    assert black.state == "not_seen"
    reading = black.readings[0]
    assert reading.room is not None
    assert reading.room == pytest.approx((reading.value - reading.limit) / reading.limit, abs=0.01)
    assert not reading.beyond
    assert "brightest" in black.why.en


def test_what_is_seen_is_suspected_until_it_has_lasted_and_then_found(seen: Seen) -> None:
    seen.look(2, change=lambda image: image * 0 + 4.0)
    black = seen.kind("picture.black")
    assert black.state == "suspected"
    assert black.needs_s == LIMITS.persist_s
    assert black.for_s is not None
    assert black.for_s < LIMITS.persist_s
    assert "of the 4 s" in black.why.en
    seen.look(10, change=lambda image: image * 0 + 4.0)
    black = seen.kind("picture.black")
    assert (black.state, black.readings[0].beyond) == ("found", True)
    assert black.for_s is not None
    assert black.for_s >= LIMITS.persist_s
    assert seen.why().why.en == "Found: black."


def test_what_a_finding_hides_names_it(seen: Seen) -> None:
    seen.look(12, change=lambda image: image * 0 + 4.0)
    moved = seen.kind("view.moved")
    assert (moved.state, moved.hidden_by) == ("hidden", "picture.black")
    assert "black" in moved.why.en


def test_what_cannot_be_told_says_why(seen: Seen) -> None:
    soiled = seen.look(3).kind("lens.soiled")
    assert soiled.state == "unknown"
    assert "half an hour" in soiled.why.en


def test_a_sensitivity_of_nothing_is_named_as_the_reason(seen: Seen) -> None:
    seen.limits = Limits(sensitivity={"picture.black": 0.0})
    black = seen.look(8, change=lambda image: image * 0 + 4.0).kind("picture.black")
    assert (black.state, black.readings) == ("off", [])
    assert "hub.toml" in black.why.en


@pytest.mark.parametrize("what", ["blurred", "covered", "good"])
def test_state_and_verdict_never_contradict_each_other(seen: Seen, what: str) -> None:
    change = {"blurred": lambda i: soften(i, 4), "covered": lambda i: cover(i, 0.4), "good": lambda i: i}[what]
    for _ in range(12):
        seen.look(4, change=change)
        why = seen.why()
        found = {kind.kind for kind in why.kinds if kind.state == "found"}
        assert found == {finding.kind for finding in seen.verdict.findings}
        unsure = {kind.kind for kind in why.kinds if kind.state in ("unknown", "hidden")}
        assert unsure <= set(seen.verdict.undecided) | found


def test_every_measure_comes_with_its_limits_and_its_history(seen: Seen) -> None:
    why = seen.look(30).why()
    measures = {measure.key: measure for measure in why.measures}
    assert set(measures) <= set(MEASURES)
    assert set(seen.verdict.measures) <= set(measures)
    brightest = measures["p99"]
    assert LIMITS.black_p99 in brightest.limits
    assert brightest.hour is not None
    known = [value for value in brightest.hour.values if value is not None]
    assert len(known) >= 3
    assert np.ptp(known) < 30


def test_it_is_told_in_both_languages_and_fits_into_a_message(seen: Seen) -> None:
    why = seen.look(12, change=lambda image: soften(image, 4)).why()
    texts = [why.why, *(kind.why for kind in why.kinds), *(kind.name for kind in why.kinds)]
    assert all(text.en and text.zh and text.en != text.zh for text in texts)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(why), type=Explanation)
    assert again == why
    assert len(msgspec.msgpack.encode(why)) < 500_000


@pytest.mark.parametrize(
    ("seconds", "en"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172800, "2 days")]
)
def test_times_are_told_in_the_unit_that_says_enough(seconds: float, en: str) -> None:
    assert ago(seconds).en == en
