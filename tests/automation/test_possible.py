"""What is found to be a contradiction, and that nothing else is."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.automation.language.condition import ConditionErrors, compile_condition
from hub.automation.language.possible import Names, Numbers, Truth, Words, meet, narrowed, texts_given

NAMES: Names = {
    "share": Numbers(0, 1),
    "camera.domain": Words(frozenset({"production", "security"})),
    "camera.tags": Words(frozenset({"gate", "dome"})),
    "late": Truth(),
}


@pytest.mark.parametrize(
    "source",
    [
        "false", "not true", "share > 1", "share >= 1.01", "share < 0", "2 < share", "share == 3", "-share > 0.5",
        "share * 100 > 150", "share + 1 < 1", "share > 0.5 and share < 0.5", "0.9 < share < 0.8",
        "share > 0.5 and share <= 0.5", "not (share >= 0)", "camera.domain == 'x'",
        "camera.domain == 'security' and camera.domain == 'production'",
        "camera.domain != 'security' and camera.domain not in ['production']",
        "camera in ['a', 'b'] and camera == 'c'", "'door' in camera.tags", "late and not late",
        "late == true and late == false", "true != late and late",
        "share > 2 or share < -1", "false or (late and not late)",
        "weekday() == 'mon' and weekday() in ['sat', 'sun']", "workday() and not workday()", "count('1h') < 0",
        "'a' == 'b'", "1 > 2", "1 != 1", "not (late or not late)",
    ],
)  # fmt: skip
def test_what_can_never_hold_is_found_and_its_opposite_always_holds(source):
    assert narrowed(source, NAMES, holds=True) is None
    assert narrowed(f"not ({source})", NAMES, holds=False) is None


@pytest.mark.parametrize(
    "source",
    [
        "share > 0.999", "share == 1", "share >= 1", "share > 0.5 and share < 0.6", "late or not late and share > 0.5",
        "camera.domain != 'security'", "camera == 'a'", "'gate' in camera.tags and 'dome' in camera.tags",
        "measures.x > 5 and measures.x < 6", "share / 2 > 0.4", "since_at < due_at", "share > measures.x",
        "'hand' in detail", "weekday() == 'mon' or weekday() == 'tue'", "count('1h') >= 3 and count('2h') < 4",
        "between('22:00', '06:00') and not between('08:00', '09:00')", "share > 2 or late", "1 < 2",
    ],
)  # fmt: skip
def test_what_may_hold_is_left_alone(source):
    assert narrowed(source, NAMES, holds=True) is not None


def test_what_is_left_for_the_names_is_told():
    left = narrowed("0.2 <= share and camera.domain != 'security' and not late", NAMES, holds=True)
    assert left is not None
    assert left["share"] == Numbers(0.2, 1)
    assert left["camera.domain"] == Words(frozenset({"production"}))
    assert left["late"] == Truth(frozenset({False}))


def test_what_two_say_together():
    assert meet(Words(None, frozenset("a")), Words(frozenset("ab"))) == Words(frozenset("b"))
    assert meet(Words(None, frozenset("a")), Words(None, frozenset("b"))) == Words(None, frozenset("ab"))
    assert meet(Numbers(0, 1), Numbers(1, 2)) == Numbers(1, 1)
    assert meet(Numbers(0, 1), Numbers(1.5, 2)) is None


def test_the_texts_that_functions_are_given_are_found_with_their_columns():
    source = "  alarm_active(camera, 'signal') and open_alarms('view') > 1"
    assert texts_given(source, "kind of alarm") == [(24, "signal"), (50, "view")]
    assert texts_given(source, "post") == []


_NUMBER = st.sampled_from(["share", "0", "0.5", "1", "(share + 0.5)", "(share * 2)", "(1 - share)"])
_SIMPLE = st.one_of(
    st.builds("{} {} {}".format, _NUMBER, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _NUMBER),
    st.builds("0.25 < {} <= {}".format, _NUMBER, _NUMBER),
    st.sampled_from(["late", "camera.domain == 'security'", "camera.domain in ['security']", "'gate' in camera.tags",
                     "camera.domain != 'production'", "late == false", "true"]),
)  # fmt: skip
_SOURCES = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner), st.builds("not {}".format, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(
    _SOURCES,
    st.sampled_from([0, 0.25, 0.5, 0.75, 1]),
    st.booleans(),
    st.sampled_from(["production", "security"]),
    st.sampled_from([[], ["gate"], ["gate", "dome"]]),
)
def test_no_condition_that_holds_is_called_a_contradiction(source, share, late, domain, tags):
    values: dict[str, Any] = {"share": share, "late": late, "camera.domain": domain, "camera.tags": tags}
    fields = {"share": float, "late": bool, "camera.domain": str, "camera.tags": list}
    try:
        condition = compile_condition(source, fields)
    except ConditionErrors:
        assume(False)
        return
    answer = condition.holds(values)
    left = narrowed(source, NAMES, holds=answer)
    assert left is not None
    allowed = left["share"]
    assert isinstance(allowed, Numbers)
    assert allowed.least <= share <= allowed.most
