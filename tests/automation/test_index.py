"""Which rules an event is asked of: those it may concern, in their order, and no others."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.automation.index import build_index
from hub.automation.language.matching import elsewhere
from hub.automation.model import Match, Rule
from tests.automation.story import rule_of

PATHS = ("camera", "camera.area", "camera.tags", "share")
VALUES: dict[str, tuple[Any, ...]] = {
    "camera": ("a", "b", "c"),
    "camera.area": ("yard", "hall"),
    "camera.tags": ("t", "u"),
    "share": (1, 2.0),
}


@st.composite
def matches(draw: st.DrawFn) -> tuple[Match, ...]:
    paths = draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=3))
    lines = []
    for path in paths:
        some = tuple(draw(st.lists(st.sampled_from(VALUES[path]), unique=True, max_size=2)))
        like = draw(st.sampled_from([(), (), ("a*",)])) if path == "camera" else ()
        kind = draw(st.sampled_from(["one_of", "one_of", "none_of"]))
        if kind == "one_of":
            lines.append(Match(path=path, one_of=some, like=like))
        else:
            lines.append(Match(path=path, none_of=some))
    return tuple(lines)


@st.composite
def names(draw: st.DrawFn) -> dict[str, Any]:
    values = {path: draw(st.sampled_from(VALUES[path])) for path in PATHS if draw(st.booleans())}
    if "camera.tags" in values:
        values["camera.tags"] = draw(st.lists(st.sampled_from(VALUES["camera.tags"]), max_size=2))
    return values


@given(st.lists(matches(), max_size=12), st.lists(names(), min_size=1, max_size=5))
def test_no_rule_that_an_event_concerns_is_passed_over(wheres: list[Any], events: list[dict[str, Any]]) -> None:
    rules = [rule_of(f"r-{number}", on=("view.obstructed",), where=where) for number, where in enumerate(wheres)]
    listeners = build_index(rules).listening("view.obstructed")
    everyone = build_index(rules, telling=True).listening("view.obstructed")
    for event in events:
        asked = list(listeners.to(event))
        assert [rule.id for rule in asked if elsewhere(rule, event) is None] == [
            rule.id for rule in rules if elsewhere(rule, event) is None
        ]
        assert len(asked) == len({rule.id for rule in asked})
        assert list(everyone.to(event)) == rules


def test_of_ten_thousand_rules_for_a_camera_each_an_event_is_asked_of_one() -> None:
    def rule(number: int) -> Rule:
        where = (Match(path="camera.domain", one_of=("security",)), Match(path="camera", one_of=(f"c-{number}",)))
        return rule_of(f"r-{number}", on=("view.obstructed",), where=where)

    listeners = build_index([rule(number) for number in range(10_000)]).listening("view.obstructed")
    (asked,) = listeners.to({"camera": "c-77", "camera.domain": "security"})
    assert asked.id == "r-77"
    assert list(listeners.to({"camera": "c-77777", "camera.domain": "security"})) == []


def test_an_event_that_no_rule_is_on_is_asked_of_none() -> None:
    assert list(build_index([]).listening("view.obstructed").to({})) == []
