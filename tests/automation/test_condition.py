"""The language of `if` and `unless`: what holds, what is refused and where, and that nothing else can happen."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.automation.language.condition import LONGEST, Condition, ConditionErrors, compile_condition
from hub.automation.language.context import Context
from hub.automation.language.expression import DEEPEST
from hub.automation.language.functions import FUNCTIONS
from hub.clock import SystemClock
from hub.core.state import State

FIELDS: dict[str, type] = {
    "camera": str,
    "camera.domain": str,
    "camera.tags": list,
    "share": float,
    "attempts": float,
    "late": bool,
    "since_at": datetime,
    "due_at": datetime,
    "measures.*": float,
    "detail": str,
}
CHOICES = {"camera.domain": frozenset({"production", "security"})}
MIDNIGHT_OF_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NAMES: dict[str, Any] = {
    "camera": "gate-1",
    "camera.domain": "security",
    "camera.tags": ["gate", "dome"],
    "share": 0.75,
    "attempts": 3,
    "late": True,
    "since_at": datetime(2026, 1, 1, tzinfo=UTC),
    "due_at": datetime(2026, 1, 2, tzinfo=UTC),
    "measures.sharpness": 4.0,
    "detail": "hand in front",
}


def compiled(source: str) -> Condition:
    return compile_condition(source, FIELDS, CHOICES)


def problems(source: str) -> list[tuple[int, str]]:
    with pytest.raises(ConditionErrors) as caught:
        compiled(source)
    return [(problem.column, f"{problem.message} {problem.hint}".strip()) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("true", True),
        ("False", False),
        ("late", True),
        ("not late", False),
        ('camera == "gate-1"', True),
        ("camera != 'gate-1'", False),
        ("share > 0.5", True),
        ("0.5 <= share < 0.75", False),
        ("0.5 < share <= 0.75 and late", True),
        ("share * 100 - 5 >= 70", True),
        ("-share < 0", True),
        ("+share / 2 == 0.375", True),
        ("1 + 2 * attempts == 7", True),
        ("share > measures.sharpness or late", True),
        ("measures.sharpness < 5", True),
        ('camera in ["gate-1", "gate-2"]', True),
        ('camera not in ["gate-1"]', False),
        ("attempts in [1, 2, 3]", True),
        ('"dome" in camera.tags', True),
        ('"dome" not in camera.tags', False),
        ("camera in camera.tags", False),
        ('"hand" in detail', True),
        ("since_at < due_at", True),
        ("since_at == due_at", False),
        ("late == true", True),
        ('not (camera.domain == "production" or late)', False),
        ("  late  ", True),
        ('late\n and share > 0.5\n\tand "a#b" != detail', True),
        ('detail == "“全角”，没问题"', False),
        ('ticket_open(camera) or alarm_active(camera, "signal")', False),
        ('finding_active("gate-1", "signal.lost")', False),
    ],
)
def test_conditions_hold_as_they_read(source: str, wanted: bool) -> None:
    assert compiled(source).holds(NAMES) is wanted


@pytest.mark.parametrize(
    ("source", "column", "says"),
    [
        ("", 1, "empty"),
        (" \n ", 1, "empty"),
        ("var.stopped", 1, "`var.stopped` is not known here. Declare it in a table [variables] of a rule file."),
        ("between('8:00', '20:00')", 9, "`'8:00'` cannot be used: expected a time of day"),
        ("between(detail, '20:00')", 9, "`detail` is not possible here. Write a text in quotes."),
        ("count('1 hour') > 2", 7, "`'1 hour'` cannot be used: expected a length of time"),
        ("count('1h')", 1, "`count('1h')` is a number; yes or no is expected."),
        ("weekday() == 'monday'", 14, "`weekday()` is never `monday`. Did you mean `mon`?"),
        ("weekday() in ['sat', 'sunday']", 22, "`weekday()` is never `sunday`."),
        ("shar > 0.5", 1, "`shar` is not known here. Did you mean `share`?"),
        ("late and shaer > 0.5", 10, "`shaer` is not known here. Did you mean `share`?"),
        ("camera.domian == 'security'", 1, "Did you mean `camera.domain`?"),
        ("xyzzy", 1, "Known are `alarm_active`"),
        ("measures.a.b > 1", 1, "`measures.a.b` is not known"),
        ("measures > 1", 1, "`measures` is not known"),
        ("share", 1, "`share` is a number; yes or no is expected. Compare it with something."),
        ("camera", 1, "`camera` is a text; yes or no is expected."),
        ("late and camera", 10, "`camera` is a text; yes or no is expected."),
        ("not share", 5, "`share` is a number; yes or no is expected."),
        ("share == 'a'", 10, "`share` is a number, but `'a'` is a text. `==` needs the same on both sides."),
        ("camera == 3", 11, "`camera` is a text, but `3` is a number."),
        ("0.1 < share < 'x'", 15, "`share` is a number, but `'x'` is a text."),
        ("late == 1", 9, "`late` is yes or no, but `1` is a number."),
        ("since_at > '2026'", 12, "`since_at` is a time, but `'2026'` is a text."),
        ("camera < 'b'", 1, "`<` needs numbers or times, not a text."),
        ("late > false", 1, "`>` needs numbers or times, not yes or no."),
        ("camera.tags == 'gate'", 16, "`camera.tags` is a list, but `'gate'` is a text."),
        ("camera.tags == camera.tags", 1, 'A list cannot be compared with `==`. Write `"word" in list`.'),
        ("share in ['a']", 11, "`'a'` is a text; a number is expected."),
        ("camera in ['a', 2, late]", 17, "`2` is a number; a text is expected."),
        ("camera in []", 11, "The list is empty"),
        ("camera in share", 11, "Nothing can be in `share`: it is a number."),
        ("share in detail", 1, "`share` is a number; a text is expected."),
        ("camera.tags in ['a']", 1, "A list cannot be in a list."),
        ("camera == ['a']", 11, "A list can only stand after `in`"),
        ("camera in ('a', 'b')", 11, "cannot use `(…, …)`. Write a list in square brackets."),
        ("camera in {'a'}", 11, "cannot use `{…}`"),
        ("share + 'a' > 1", 9, "`'a'` is a text; a number is expected."),
        ("'x' * 3 == 'xxx'", 1, "`'x'` is a text; a number is expected."),
        ("late + 1 > 1", 1, "`late` is yes or no; a number is expected."),
        ("-camera == 'a'", 2, "`camera` is a text; a number is expected."),
        ("share ** 2 > 1", 1, "cannot use `**`"),
        ("share // 2 > 1", 1, "cannot use `//`"),
        ("share % 2 > 1", 1, "cannot use `%`"),
        ("share | 2 > 1", 1, "cannot use this"),
        ("~share > 1", 1, "cannot use `~`"),
        ("camera is 'a'", 11, "cannot use `is`"),
        ("1 if late else 2", 1, "cannot use `… if … else …`"),
        ("camera.tags[0] == 'a'", 1, "cannot use `[…]` after a name"),
        ("(lambda: true)()", 1, "is not a function"),
        ("late and (lambda: true)", 11, "cannot use `lambda`"),
        ("[c for c in camera] == 1", 1, "cannot use `for`"),
        ("f'{camera}' == 'a'", 1, "cannot use a text with"),
        ("(x := 1) > 0", 2, "cannot use `:=`"),
        ("None == camera", 1, "`None` is not possible here."),
        ("b'a' == camera", 1, "`b'a'` is not possible here."),
        ("1j == share", 1, "`1j` is not possible here."),
        ("share > " + "9" * 400, 9, "This number is too large."),
        ("camera.__class__ == 'a'", 1, "`camera.__class__` is not known here."),
        ("'a'.upper() == 'A'", 1, "`'a'.upper` is not a function."),
        ("'a'.x == 'A'", 1, "A condition cannot use this"),
        ("open('x')", 1, "`open` is not a function."),
        ("ticket_opn(camera)", 1, "`ticket_opn` is not a function. Did you mean `ticket_open`?"),
        ("ticket_open", 1, "It is a function: write `ticket_open(camera)`."),
        ("ticket_open()", 1, "`ticket_open` takes 1 values in order, not 0. Write `ticket_open(camera)`."),
        ("alarm_active(camera, kind='a')", 1, "takes 2 values in order"),
        ("ticket_open(*camera)", 13, "cannot use `*`"),
        ("ticket_open(share)", 13, "`share` is a number; a text is expected."),
        ("finding_active(camera, 'signal.lots')", 24, "Did you mean `signal.lost`?"),
        ("camera.domain == 'secuirty'", 18, "`camera.domain` is never `secuirty`. Did you mean `security`?"),
        ("'safety' != camera.domain", 1, "`camera.domain` is never `safety`. It can be `production`, `security`."),
        ("camera.domain in ['security', 'x']", 31, "`camera.domain` is never `x`."),
        ("share > 1 # why", 11, "no comments"),
        ('detail == "#" # why', 15, "no comments"),
        ("detail == 'a\\n'", 13, "no backslashes"),
        ("late &&", 7, "Write `and` for `&&`."),
        ("late || late", 7, "Write `or` for `||`."),
        ("!late", 1, "Write `not` for `!`."),
        ("share = 3", 7, "Write `==` for `=`."),
        ("camera == “a”", 11, "use half-width signs"),
        ("camera ＝＝ 'a'", 8, "use half-width signs"),
        ("(late", 1, "never closed"),
        ("late) or (late", 5, "unmatched"),
        ("late; late", 5, "cannot be read"),
        ("import os", 1, "cannot be read"),
        ("late\x00", 1, "cannot be read"),
        ("\ud800", 1, "cannot be read"),
        (" \n late and\n shar > 1", 14, "`shar` is not known here."),
        ('detail == "摄像机" and shar > 1', 21, "`shar` is not known here."),
    ],
)
def test_what_is_wrong_is_named_with_its_column_and_a_way_out(source: str, column: int, says: str) -> None:
    found = problems(source)
    assert found[0][0] == column
    assert says in found[0][1]


def test_every_problem_is_told_at_once_in_the_order_of_the_columns() -> None:
    found = problems("shar > 'x' and camera == 3 and ticket_open(1) and late > true")
    assert [column for column, _ in found] == [1, 26, 44, 51]


def test_a_problem_reads_as_one_line() -> None:
    with pytest.raises(ConditionErrors, match=r"^column 1: `shar` is not known here\. Did you mean `share`\?$"):
        compiled("shar > 1")


def test_a_condition_that_is_too_long_is_refused_whole() -> None:
    assert compiled(f"late{' ' * (LONGEST - 4)}").holds(NAMES)
    assert problems("late or " * LONGEST)[0][0] == LONGEST + 1


@pytest.mark.parametrize("source", ["not " * (DEEPEST + 2) + "late", "-" * 400 + "share > 1", "(" * 240 + "late"])
def test_nesting_has_an_end(source: str) -> None:
    assert len(problems(source)) == 1


def test_parentheses_alone_are_no_nesting() -> None:
    assert compiled("((((((late))))))").holds(NAMES)


@pytest.mark.parametrize(
    "source",
    ["measures.missing > 1", "measures.missing <= 1", "not measures.missing > 1", "1 / (share - share) > 0"],
)
def test_a_condition_without_an_answer_does_not_hold(source: str) -> None:
    assert compiled(source).holds(NAMES) is False


def test_a_value_that_is_not_needed_may_be_absent() -> None:
    assert compiled("late or measures.missing > 1").holds(NAMES) is True


def test_numbers_of_any_size_give_an_answer() -> None:
    huge = {**NAMES, "attempts": 2**63}
    assert compiled("attempts * attempts * attempts * attempts * attempts * attempts / 1 > 1").holds(huge) is True
    many = " * ".join(["attempts"] * 22)
    assert compiled(f"{many} > 1").holds(huge) in (True, False)
    assert compiled("share < 1").holds({**NAMES, "share": float("nan")}) is False
    assert compiled("1e400 > share").holds(NAMES) is True


def test_conditions_are_equal_by_their_source_and_know_their_names() -> None:
    one, other = compiled("late and share > 0.5 and late"), compiled("late and share > 0.5 and late")
    assert one == other
    assert hash(one) == hash(other)
    assert one != compiled("late")
    assert one != "late and share > 0.5 and late"
    assert one.names == ("late", "share")
    assert repr(compiled("late")) == "Condition('late')"


def test_without_choices_any_text_may_be_compared() -> None:
    assert compile_condition("camera.domain == 'anything'", FIELDS).holds(NAMES) is False


def test_every_function_has_types_that_conditions_know() -> None:
    for name, function in FUNCTIONS.items():
        assert function.says.endswith(".")
        examples = {"within": "1h", "from": "22:00", "to": "22:01"}
        arguments = ", ".join(f"'{examples.get(p.name, min(p.choices, default='x'))}'" for p in function.parameters)
        test = {bool: "", float: " < 0", str: " != weekday()"}[function.gives]
        holds = compiled(f"{name}({arguments}){test}").holds({}, State(), Context(at=MIDNIGHT_OF_MONDAY))
        assert holds is (name == "workday")


# --- variables and ids of the site

VARIABLES: dict[str, bool | float | str] = {"stopped": False, "limit": 3.0, "mode": "day"}


def with_variables(source: str) -> Condition:
    return compile_condition(source, FIELDS, CHOICES, variables=VARIABLES, known={"post": ["gate"], "round": []})


def test_a_variable_holds_what_its_declaration_says_until_it_is_set() -> None:
    condition = with_variables("not var.stopped and var.limit <= attempts and var.mode == 'day'")
    assert condition.variables == VARIABLES
    assert condition.holds(NAMES)
    assert not condition.holds(NAMES, State(variables={"stopped": True}))
    assert not condition.holds(NAMES, State(variables={"limit": 4.0}))
    assert not condition.holds(NAMES, State(variables={"mode": "night"}))


def test_what_was_set_under_a_declaration_of_another_type_does_not_count() -> None:
    assert not with_variables("var.stopped").holds(NAMES, State(variables={"stopped": "yes"}))
    assert with_variables("var.limit == 3").holds(NAMES, State(variables={"limit": True}))


def test_conditions_differ_when_what_a_variable_is_declared_as_differs() -> None:
    one, other = (compile_condition("var.x", {}, variables={"x": value}) for value in (True, False))
    assert one != other
    assert one.holds({})
    assert not other.holds({})


@pytest.mark.parametrize(
    ("source", "column", "says"),
    [
        ("var.stoped", 1, "`var.stoped` is not known here. Did you mean `var.stopped`?"),
        ("var.limit", 1, "`var.limit` is a number; yes or no is expected. Compare it with something."),
        ("var.mode == 3", 13, "`var.mode` is a text, but `3` is a number. `==` needs the same on both sides."),
        ("on_duty('gat')", 9, "There is no post `gat`. Did you mean `gate`?"),
        ("late and round_open('x')", 21, "There is no round `x`. There are none here."),
    ],
)
def test_variables_and_ids_are_checked(source: str, column: int, says: str) -> None:
    with pytest.raises(ConditionErrors) as caught:
        with_variables(source)
    (problem,) = caught.value.problems
    assert (problem.column, f"{problem.message} {problem.hint}".strip()) == (column, says)


def test_ids_that_are_not_known_are_not_checked() -> None:
    assert compiled("on_duty('anything')").holds({}) is False
    assert with_variables("ticket_open('ghost')").holds({}) is False


def test_the_longest_time_over_which_it_counts_is_known() -> None:
    assert compiled("late").counts_s == 0
    assert compiled("count('90s') > 1 or count('2h') > 5").counts_s == 7200


# --- whatever is written

_KEYWORDS = "and or not in is if else for lambda true None await __import__ f'{x}'"
_SIGNS = '== != < > <= + - * / ** ( ) [ ] { } , . : := # " \\ “ @'
_WORDS = st.one_of(
    st.sampled_from([*FIELDS, *FUNCTIONS, "measures.x", "'a'", "1", "0", "1e999", "0x1", "9" * 60]),
    st.sampled_from(_KEYWORDS.split()),
    st.sampled_from(_SIGNS.split()),
    st.sampled_from(["\n", "  "]),
)


def outcome(source: str) -> bool | None:
    """Compiles and, where that is possible, evaluates with and without values; None when it is refused."""
    try:
        condition = compile_condition(source, FIELDS, CHOICES)
    except ConditionErrors as errors:
        columns = [problem.column for problem in errors.problems]
    else:
        columns = []
    assert all(1 <= column <= len(source) + 1 for column in columns)
    if columns:
        return None
    assert condition.holds({}) in (True, False)
    answer = condition.holds(NAMES)
    assert answer in (True, False)
    return answer


@settings(max_examples=600)
@given(st.text(max_size=LONGEST + 20))
@example("\x0c1")
@example("late \r\n and late")
@example("９ > 1")
@example("ｌａｔｅ")
@example("1_0 > 1")
@example("0777 > 1")
@example("1if late else 2")
def test_no_text_gives_anything_but_an_answer_or_its_problems(source: str) -> None:
    outcome(source)


@settings(max_examples=1500)
@given(st.lists(_WORDS, max_size=60), st.sampled_from(["", " "]))
def test_no_heap_of_words_and_signs_gives_anything_but_an_answer_or_its_problems(words: list[str], gap: str) -> None:
    outcome(gap.join(words))


_NUMBERS = st.recursive(
    st.sampled_from(["share", "attempts", "measures.x", "1", "2.5", "0"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
    max_leaves=6,
)
_TESTS = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, _NUMBERS, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), _NUMBERS),
        st.sampled_from(["late", "ticket_open(camera)", "camera in ['a', 'b']", "'gate' in camera.tags", "true"]),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
).filter(lambda source: len(source) <= LONGEST)


@settings(max_examples=300)
@given(_TESTS)
def test_every_well_formed_condition_compiles_and_means_what_python_means(source: str) -> None:
    names = {"share": 0.75, "attempts": 3.0, "late": True, "true": True, "camera": "gate-1"}
    plain = source.replace("camera.tags", "tags").replace("measures.x", "x").replace("ticket_open(camera)", "False")
    try:
        wanted = eval(plain, {"__builtins__": {}}, {**names, "tags": ["gate"], "x": 2.0})
    except ZeroDivisionError:
        wanted = False
    given_names = {**names, "camera.tags": ["gate"], "measures.x": 2.0}
    assert compiled(source).holds(given_names) is bool(wanted)


def test_the_work_of_the_largest_condition_is_bounded() -> None:
    worst = " or ".join(["attempts*attempts*attempts*attempts<0"] * 11)
    assert len(worst) <= LONGEST
    clock = SystemClock()
    began = clock.monotonic()
    condition = compiled(worst)
    for _ in range(1000):
        condition.holds(NAMES)
    assert clock.monotonic() - began < 1.0
