"""Case files: what is understood, and that every mistake is named with its place."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.automation.trials.cases import Case
from hub.config.rules.case_file import KnownToCases, load_cases, parse_cases
from hub.core.alarms.events import AlarmShelved
from hub.core.findings import ViewObstructed
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened

KNOWN = KnownToCases(
    cameras=frozenset({"gate-1", "press-1"}),
    rules=frozenset({"view-obstructed", "weekly"}),
    zone=ZoneInfo("Asia/Shanghai"),
    variables={"line_stopped": False, "limit": 3.0},
)
HEAD = '[[case]]\nname = "n"\n'
THEN = 'then = [{ alarm = "x" }]\n'


def read(text: str) -> Case:
    cases, problems = parse_cases(text, "rules/cases/x.toml", known=KNOWN)
    assert problems == []
    (case,) = cases
    return case


def wrong(text: str) -> list[str]:
    cases, problems = parse_cases(text, "rules/cases/x.toml", known=KNOWN)
    assert cases == []
    return [str(problem) for problem in problems]


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type]


def test_times_are_those_of_the_site_on_the_usual_monday() -> None:
    case = read(
        HEAD + 'given = [{ at = "08:00:00", event = "view.obstructed", camera = "gate-1", share = 0.4 },'
        '{ at = "+1m30s", event = "view.clear", camera = "gate-1" }]\nuntil = "+10m"\n'
        'then = [{ at = "+20s", alarm = "obstruction" }, { by = "08:05", notify = "duty" }]\n'
    )
    assert case.start == utc(2026, 3, 2, 0, 0)
    assert [each.at for each in case.given] == [utc(2026, 3, 2, 0, 0), utc(2026, 3, 2, 0, 1, 30)]
    assert [(each.at, each.by) for each in case.expected] == [
        (utc(2026, 3, 2, 0, 0, 20), None),
        (None, utc(2026, 3, 2, 0, 5)),
    ]
    assert case.until == utc(2026, 3, 2, 0, 10)


def test_what_an_author_need_not_say_is_filled_in() -> None:
    case = read(HEAD + 'given = [{ at = "09:00", event = "view.obstructed", camera = "gate-1" }]\n' + THEN)
    event = case.given[0].event
    assert event == ViewObstructed(camera="gate-1", since_at=utc(2026, 3, 2, 1, 0))
    assert case.given[0].actor == "case"


def test_texts_and_times_within_events_are_read_as_people_write_them() -> None:
    case = read(
        HEAD + 'given = [{ at = "+0s", event = "ticket.opened", ticket = "T-1", title = "镜头" },'
        '{ at = "+1s", event = "alarm.shelved", alarm = "A-1", reason = "r", until_at = "+2h",'
        ' actor = "person:wang" }]\n' + THEN
    )
    assert case.given[0].event == TicketOpened(ticket="T-1", title=Text(en="", zh="镜头"))
    assert case.given[1].event == AlarmShelved(alarm="A-1", reason="r", until_at=utc(2026, 3, 2, 2, 0))
    assert case.given[1].actor == "person:wang"


def test_a_time_of_day_goes_on_after_midnight() -> None:
    case = read(HEAD + 'given = [{ time = "23:50" }, { time = "00:10" }]\n' + THEN)
    assert [each.at for each in case.given] == [utc(2026, 3, 2, 15, 50), utc(2026, 3, 2, 16, 10)]


def test_dates_may_be_texts_or_tomls_own() -> None:
    one = read(HEAD + 'given = [{ time = "2026-03-29 01:30" }]\n' + THEN)
    other = read(HEAD + "given = [{ time = 2026-03-29T01:30:00 }]\n" + THEN)
    assert one.start == other.start == utc(2026, 3, 28, 17, 30)


def test_until_is_the_last_thing_named_unless_it_is_said() -> None:
    case = read(
        HEAD + 'given = [{ time = "08:00" }]\nthen = [{ at = "+3m", alarm = "x" }, { not = { alarm = "y" } }]\n'
    )
    assert case.until == utc(2026, 3, 2, 0, 3)


def test_something_is_expected_between_two_times_and_the_case_goes_on_to_the_second() -> None:
    case = read(HEAD + 'start = "22:00"\nthen = [{ between = ["23:50", "00:10"], notify = "duty" }]\n')
    (expected,) = case.expected
    assert (expected.since, expected.by) == (utc(2026, 3, 2, 15, 50), utc(2026, 3, 2, 16, 10))
    assert case.until == utc(2026, 3, 2, 16, 10)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('between = "23:00"', "expected two times"),
        ('between = ["23:00"]', "expected two times"),
        ('between = ["2026-03-02 23:00", "2026-03-02 22:30"]', "the second time comes before the first"),
        ('between = ["23:00", "soon"]', "expected a time such as"),
        ('between = ["23:00", "23:20"], at = "23:10"', "in the place of `at` and `by`"),
    ],
)
def test_a_span_that_is_none_is_named_with_its_place(row: str, says: str) -> None:
    (problem,) = wrong(HEAD + f'start = "22:00"\nthen = [{{ {row}, notify = "duty" }}]\n')
    assert says in problem
    assert problem.startswith("rules/cases/x.toml:4:")


def test_expectations_keep_kind_name_and_fields() -> None:
    case = read(
        HEAD + 'rule = "weekly"\nexactly = true\nvariables = { line_stopped = true, limit = 4 }\nthen = [\n'
        '{ round = "technical", team = "technical", times = 2 }, { not = { ticket = true } },\n'
        '{ event = "alarm.returned", alarm = "A-1" }, { notify = "*", camera = ["gate-1", "press-1"] }]\n'
    )
    assert case.rules == ("weekly",)
    assert case.exactly
    assert case.variables == {"line_stopped": True, "limit": 4.0}
    first, second, third, fourth = case.expected
    assert (first.kind, first.name, first.fields, first.times) == ("round", "technical", {"team": "technical"}, 2)
    assert (second.kind, second.name, second.never) == ("ticket", "", True)
    assert (third.kind, third.name, third.fields) == ("event", "alarm.returned", {"alarm": "A-1"})
    assert fourth.fields == {"camera": ["gate-1", "press-1"]}
    assert [each.line for each in case.expected] == [7, 7, 8, 8]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[cas]]\nname = "n"\n', "1:3: cas: unknown key. Did you mean `case`?"),
        ("[[case]]\n" + THEN, "1:3: case.1: expected `name`"),
        (HEAD, "1:3: case.1: expected `then`"),
        (HEAD + 'rule = "view-obstruct"\n' + THEN, "3:8: case.1.rule: there is no rule 'view-obstruct'"),
        (HEAD + 'rules = ["weekly", "x"]\n' + THEN, "3:20: case.1.rules.2: there is no rule 'x'"),
        (HEAD + "variables = { line = true }\n" + THEN, "3:22: case.1.variables.line: no variable 'line'"),
        (HEAD + "variables = { limit = true }\n" + THEN, "3:23: case.1.variables.limit: expected a number"),
        (HEAD + 'given = [{ at = "8 o\'clock", event = "view.clear", camera = "gate-1" }]\n' + THEN, "3:17: "),
        (HEAD + 'given = [{ at = "08:00", event = "view.cleer", camera = "gate-1" }]\n' + THEN, "`view.clear`?"),
        (HEAD + 'given = [{ at = "08:00", event = "view.clear", camera = "gate-9" }]\n' + THEN, "no camera 'gate-9'"),
        (HEAD + 'given = [{ at = "08:00", event = "view.clear" }]\n' + THEN, "`camera` must be said"),
        (
            HEAD + 'given = [{ at = "08:00", event = "view.obstructed", camera = "gate-1", share = "x" }]\n' + THEN,
            "3:80: case.1.given.1.share: expected `float`",
        ),
        (
            HEAD + 'given = [{ at = "08:00", event = "view.obstructed", camera = "gate-1", share = 7 }]\n' + THEN,
            "case.1.given.1.share: expected `float` <= 1",
        ),
        (HEAD + 'given = [{ at = "08:00", camera = "gate-1" }]\n' + THEN, "expected `event` beside it"),
        (HEAD + 'given = [{ event = "hub.stopped", reason = "r" }]\n' + THEN, "expected `at`"),
        (
            HEAD + 'given = [{ time = "2026-03-02 08:00" }, { time = "2026-03-01 08:00" }]\n' + THEN,
            "before the line above",
        ),
        (HEAD + 'given = [{ time = "08:00" }]\nuntil = "+500d"\n' + THEN, "at most 366d"),
        (HEAD + 'given = [{ time = "+2m" }]\nuntil = "+1m"\n' + THEN, "ends before the last thing"),
        (HEAD + 'then = [{ alarn = "x" }]\n', "Did you mean `alarm`?"),
        (HEAD + 'then = [{ alarm = "x", notify = "y" }]\n', "found alarm and notify"),
        (HEAD + 'then = [{ alarm = "x", prioriti = "high" }]\n', "Did you mean `priority`?"),
        (HEAD + 'then = [{ alarm = "x", camera = "gate-9" }]\n', "no camera 'gate-9'"),
        (HEAD + 'then = [{ alarm = "x", rule = "weakly" }]\n', "Did you mean `weekly`?"),
        (HEAD + 'then = [{ not = { alarm = "x" }, priority = "high" }]\n', "and nothing beside it"),
        (HEAD + 'then = [{ alarm = "x", times = -1 }]\n', "expected how often"),
        (HEAD + 'then = [{ event = "alarm.risen" }]\n', "there is no event 'alarm.risen'"),
        ('[[case]]\nname = "n"\nthen = [', ":3:"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(text: str, said: str) -> None:
    problems = wrong(text)
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("rules/cases/x.toml:") for problem in problems)


@given(st.text(max_size=300))
def test_whatever_a_file_holds_it_is_read_or_its_problems_are_named(text: str) -> None:
    cases, problems = parse_cases(text, "x.toml", known=KNOWN)
    assert cases == [] or not problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "event", "not", "alarm"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_shape_of_given_and_then_breaks_the_reader(value: object) -> None:
    import tomlkit

    def plain(value: object) -> object:
        if isinstance(value, list):
            return [plain(item) for item in value if item is not None]
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if item is not None}
        return 0 if value is None else value

    text = tomlkit.dumps({"case": [{"name": "n", "given": plain(value), "then": plain(value)}]})
    cases, problems = parse_cases(text, "x.toml", known=KNOWN)
    assert len(cases) + bool(problems) >= 1


def test_a_broken_file_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "cases"
    folder.mkdir(parents=True)
    (folder / "good.toml").write_text(HEAD + THEN, encoding="utf-8")
    (folder / "bad.toml").write_text(HEAD, encoding="utf-8")
    (folder / "latin.toml").write_bytes(b"\xff\xfe")
    found = load_cases(tmp_path, KNOWN)
    assert [case.file for case in found.cases] == ["rules/cases/good.toml"]
    assert {problem.file for problem in found.problems} == {"rules/cases/bad.toml", "rules/cases/latin.toml"}


def test_a_site_without_cases_has_none(tmp_path: Path) -> None:
    assert load_cases(tmp_path, KNOWN).cases == ()
    assert load_cases(tmp_path, KNOWN).problems == ()
