"""The roster file: what becomes a roster, and what is said of what does not."""

# The tables below hold whole messages, which are easier to compare on one line.
# ruff: noqa: E501

from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config.beside.roster_file import FILE, Places, load_roster, parse_roster, places_of
from hub.config.load import load_site
from hub.config.problems import errors_of
from hub.config.schema import roster_schema
from hub.core.calendar import Calendar, is_worked
from hub.core.duty.coverage import coverage
from hub.core.duty.roster import Asks, Cover, Held, Hours, Leave, Pattern, Post, Roster, Turn
from hub.core.text import Text
from hub.core.walltime import midnight
from tests.config.test_generated import misfits

REPOSITORY = Path(__file__).parents[2]
PLACES = Places(
    departments=frozenset({"production"}),
    cameras=frozenset({"gate-1", "press-1", "press-2"}),
    areas={"hall": ("press-1", "press-2"), "yard": ("gate-1",)},
)

GOOD = """\
rest = "11h"
ends_soon = "10m"

[[qualification]]
id = "watch"
name = { en = "Watch officer", zh = "监控值班员" }

[[person]]
id = "wang"
name = "王芳"
qualifications = ["watch"]

[[person]]
id = "li.na"
name = { en = "Li Na", zh = "李娜" }
qualifications = [{ id = "watch", from = 2026-01-01, until = 2026-12-31 }]

[[team]]
id = "a"
name = { en = "Team A", zh = "甲班" }
people = ["wang", "li.na"]

[[post]]
id = "desk"
name = { en = "Desk", zh = "监控台" }
department = "production"
areas = ["hall"]
cameras = ["gate-1", "press-1"]
people = 2
hours = [{ from = "08:00", to = "20:00", weekday = "mon", people = 1 }, { from = "20:00", to = "08:00", only = "workdays" }]
qualifications = ["watch"]

[[shift]]
id = "day"
name = { en = "Day", zh = "白班" }
from = "08:00"
to = "20:00"

[[pattern]]
id = "main"
post = "desk"
cycle = ["day", "off"]
start = 2026-01-01
until = 2026-12-31
only = "workdays"
teams = ["a", { team = "a", offset = 1, people = ["wang"] }]

[[leave]]
person = "wang"
from = 2026-10-01
to = 2026-10-03
why = { en = "Annual leave", zh = "年休假" }

[[cover]]
date = 2026-10-01
instead_of = "wang"
person = "li.na"

[[cover]]
date = 2026-10-02
shift = "day"
post = "desk"
person = "li.na"

[[swap]]
date = 2026-10-05
person = "wang"
with = "li.na"
with_date = 2026-10-06
"""


def always(day: date) -> bool:
    return True


def said(text: str) -> list[str]:
    return [str(problem) for problem in parse_roster(text, "r.toml", places=PLACES, is_workday=always)[1]]


def roster_of(text: str) -> Roster:
    roster, problems = parse_roster(text, "r.toml", places=PLACES, is_workday=always)
    assert errors_of(problems) == []
    assert roster is not None
    return roster


def test_a_roster_becomes_what_it_says() -> None:
    roster = roster_of(GOOD)
    assert (roster.rest_s, roster.ends_soon_s) == (11 * 3600.0, 600.0)
    assert roster.people[0].name == Text(en="", zh="王芳")
    assert [person.held for person in roster.people] == [
        (Held(qualification="watch"),),
        (Held(qualification="watch", from_on=date(2026, 1, 1), until_on=date(2026, 12, 31)),),
    ]
    assert roster.posts == (
        Post(
            id="desk",
            name=Text(en="Desk", zh="监控台"),
            department="production",
            cameras=("press-1", "press-2", "gate-1"),
            areas=("hall",),
            hours=(
                Hours(begin=time(8), end=time(20), weekdays=("mon",), people=1),
                Hours(begin=time(20), end=time(8), only="workdays", people=2),
            ),
            qualifications=("watch",),
        ),
    )
    assert roster.patterns == (
        Pattern(
            id="main",
            post="desk",
            cycle=("day", "off"),
            start_on=date(2026, 1, 1),
            until_on=date(2026, 12, 31),
            only="workdays",
            turns=(Turn(team="a"), Turn(team="a", offset=1, people=("wang",))),
        ),
    )
    why = Text(en="Annual leave", zh="年休假")
    assert roster.leaves == (Leave(person="wang", first_on=date(2026, 10, 1), last_on=date(2026, 10, 3), why=why),)
    assert roster.covers == (
        Cover(on=date(2026, 10, 1), person="li.na", instead_of="wang"),
        Cover(on=date(2026, 10, 2), person="li.na", shift="day", post="desk"),
        Cover(on=date(2026, 10, 5), person="li.na", instead_of="wang"),
        Cover(on=date(2026, 10, 6), person="wang", instead_of="li.na"),
    )


def test_a_post_without_hours_is_held_around_the_clock() -> None:
    roster = roster_of('[[post]]\nid = "desk"\nname = "Desk"\npeople = 2\n')
    assert roster.posts[0].hours == (Hours(people=2),)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ('people = ["wang", "li.na"]', 'people = ["wang", "li.ma"]'),
            ["r.toml:21:19: team.1.people.2: there is no person 'li.ma'. Did you mean `li.na`?"],
        ),
        (
            ('qualifications = ["watch"]\n\n[[person]]', 'qualifications = ["wach"]\n\n[[person]]'),
            ["r.toml:11:19: person.1.qualifications.1: there is no qualification 'wach'. Did you mean `watch`?"],
        ),
        (
            ('id = "watch", from', 'id = "wotch", from'),
            ["r.toml:16:26: person.2.qualifications.1.id: there is no qualification 'wotch'. Did you mean `watch`?"],
        ),
        (
            ('department = "production"', 'department = "producton"'),
            ["r.toml:26:14: post.1.department: there is no department 'producton'. Did you mean `production`?"],
        ),
        (
            ('areas = ["hall"]', 'areas = ["hal"]'),
            ["r.toml:27:10: post.1.areas.1: there is no area 'hal'. Did you mean `hall`?"],
        ),
        (
            ('cameras = ["gate-1"', 'cameras = ["gate-9"'),
            ["r.toml:28:12: post.1.cameras.1: there is no camera 'gate-9'. Did you mean `gate-1`?"],
        ),
        (
            ('cycle = ["day", "off"]', 'cycle = ["dya", "off"]'),
            ["r.toml:42:10: pattern.1.cycle.1: there is no shift 'dya'. Did you mean `day`?"],
        ),
        (
            ('cycle = ["day", "off"]', 'cycle = ["off", "off"]'),
            ["r.toml:42:9: pattern.1.cycle: nobody would ever work. Name at least one shift."],
        ),
        (
            ('teams = ["a",', 'teams = ["b",'),
            ["r.toml:46:10: pattern.1.teams.1: there is no team 'b'. The teams are: a."],
        ),
        (
            ("offset = 1", "offset = 2"),
            ["r.toml:46:38: pattern.1.teams.2.offset: the cycle has 2 days, so an offset is at most 1."],
        ),
        (
            ('people = ["wang"] }', 'people = ["wang"] }, "a"'),
            ["r.toml:46:62: pattern.1.teams.3: the team 'a' has this place in the cycle already."],
        ),
        (
            ("until = 2026-12-31\nonly", "until = 2025-12-31\nonly"),
            ["r.toml:44:9: pattern.1.until: it ends before it begins."],
        ),
        (
            ("until = 2026-12-31 }]", "until = 2025-12-31 }]"),
            ["r.toml:16:62: person.2.qualifications.1.until: it ends before it begins."],
        ),
        (("to = 2026-10-03", "to = 2026-09-30"), ["r.toml:51:6: leave.1.to: it ends before it begins."]),
        (
            ("to = 2026-10-03", 'to = "2026-10-03"'),
            ["r.toml:51:6: leave.1.to: expected a day without quotes, such as 2026-10-01."],
        ),
        (
            ('instead_of = "wang"\nperson = "li.na"', 'instead_of = "wang"\nperson = "wang"'),
            ["r.toml:56:14: cover.1.instead_of: nobody stands in for themselves."],
        ),
        (
            ('shift = "day"\npost = "desk"\nperson', 'shift = "day"\nperson'),
            [
                "r.toml:59:3: cover.2.post: whoever comes in addition needs a shift and a post. Or say `instead_of` whom."
            ],
        ),
        (('with = "li.na"', 'with = "wang"'), ["r.toml:68:8: swap.1.with: nobody swaps with themselves."]),
        (
            ('id = "day"', 'id = "off"'),
            [
                "r.toml:34:6: shift.1.id: 'off' is the word for a day without a shift. Give the shift another name.",
                "r.toml:42:10: pattern.1.cycle.1: there is no shift 'day'. The shifts are: off.",
                "r.toml:61:9: cover.2.shift: there is no shift 'day'. The shifts are: off.",
            ],
        ),
        (('ends_soon = "10m"', 'ends_son = "10m"'), ["r.toml:2:1: ends_son: unknown key. Did you mean `ends_soon`?"]),
        (
            ('rest = "11h"', "rest = 11"),
            ["r.toml:1:8: rest: expected a length of time in quotes, such as '20s', '5m' or '3d'."],
        ),
        (
            ('from = "08:00"\nto = "20:00"', 'from = "8:00"\nto = "20:00"'),
            ["r.toml:36:8: shift.1.from: expected a time of day in quotes, such as '08:30'. Did you mean `08:00`?"],
        ),
        (
            ('id = "li.na"', 'id = "wang"'),
            [
                "r.toml:14:6: person.2.id: there is another person with the id 'wang'. It is on line 9.",
                "r.toml:21:19: team.1.people.2: there is no person 'li.na'. The people are: wang.",
                "r.toml:57:10: cover.1.person: there is no person 'li.na'. The people are: wang.",
                "r.toml:63:10: cover.2.person: there is no person 'li.na'. The people are: wang.",
                "r.toml:68:8: swap.1.with: there is no person 'li.na'. The people are: wang.",
            ],
        ),
    ],
    ids=lambda value: value[1][:40] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_named_at_its_place_with_the_way_out(change: tuple[str, str], expected: list[str]) -> None:
    assert change[0] in GOOD
    found = [problem for problem in said(GOOD.replace(*change)) if ": warning:" not in problem]
    assert found == expected


def test_somebody_who_stands_in_where_nothing_is_to_be_done_is_a_warning() -> None:
    text = GOOD.replace("until = 2026-12-31\nonly", "until = 2026-09-30\nonly")
    roster, problems = parse_roster(text, "r.toml", places=PLACES, is_workday=always)
    assert roster is not None
    assert [str(problem) for problem in problems] == [
        "r.toml:55:8: warning: cover.1.date: 'wang' has no such shift on 2026-10-01. Is the date right?",
        "r.toml:66:8: warning: swap.1.date: 'wang' has no shift on 2026-10-05. Is the date right?",
        "r.toml:69:13: warning: swap.1.with_date: 'li.na' has no shift on 2026-10-06. Is the date right?",
    ]


def test_without_a_file_nobody_is_rostered_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert load_roster(tmp_path, PLACES, always) == (Roster(), [])


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    roster, problems = load_roster(tmp_path, PLACES, always)
    assert roster is None
    assert [str(problem) for problem in problems] == ["rules/roster.toml: is not a file."]


def test_the_shipped_roster_has_no_problem_and_leaves_nothing_open_for_a_year() -> None:
    roster, problems = load_roster(REPOSITORY, places_of(load_site(REPOSITORY)), lambda day: day.weekday() < 5)
    assert problems == []
    assert roster is not None
    zone, calendar = ZoneInfo("Asia/Shanghai"), Calendar()
    begin = midnight(date(2026, 11, 1), zone)
    found = coverage(roster, begin, begin + timedelta(days=365), zone, lambda day: is_worked(calendar, day))
    assert found.gaps == found.doubles == found.short_rests == ()
    assert {post for span in found.spans for post in [span.post]} == {post.id for post in roster.posts}
    watched = {camera for post in roster.posts for camera in post.cameras}
    assert watched == {camera.id for camera in load_site(REPOSITORY).cameras}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("id", "people", "team")), inner),
    max_leaves=5,
)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case None:
            return '"none"'
        case str():
            return "'" + "".join(char for char in value if char.isalnum()) + "'"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
        case _:
            return str(value)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from([line.partition(" = ")[0] for line in GOOD.splitlines() if " = " in line]), values),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_a_key_is_given_it_is_a_roster_or_a_problem_of_the_file(lines):
    text = GOOD
    for key, value in lines:
        kept = text.splitlines()
        at = next(number for number, line in enumerate(kept) if line.startswith(f"{key} = "))
        kept[at] = f"{key} = {_toml(value)}"
        text = "\n".join(kept)
    roster, problems = parse_roster(text, "r.toml", places=PLACES, is_workday=always)
    assert (roster is None) == bool(errors_of(problems))
    assert all(problem.file == "r.toml" and problem.line for problem in problems)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        (("", ""), True),
        (('to = "20:00"', 'to = "24:00"'), False),
        (('cycle = ["day", "off"]', "cycle = []"), False),
        (('qualifications = ["watch"]', 'qualifications = "watch"'), False),
        (('ends_soon = "10m"', "ends_soon = 10"), False),
        (("people = 2", 'people = "2"'), False),
        (("with_date", "with_day"), False),
    ],
)
def test_the_schema_accepts_and_refuses_what_the_hub_does(change: tuple[str, str], fits: bool) -> None:
    schema = roster_schema()
    text = GOOD.replace(*change) if change[0] else GOOD
    assert (misfits(text, schema) == []) is fits
    assert bool(errors_of(parse_roster(text, "r.toml", places=PLACES, is_workday=always)[1])) is not fits


def test_the_shipped_roster_fits_the_schema() -> None:
    assert misfits((REPOSITORY / FILE).read_text(encoding="utf-8"), roster_schema()) == []


def test_attention_checks_and_walks_of_the_wall_are_read_and_too_many_refused() -> None:
    post = '[[post]]\nid = "gate"\nname = "Gate"\n'
    asks = '[attention]\nevery = "2h"\nnight_every = "1h"\nnight = ["23:00", "05:00"]\n'

    def read(text: str) -> tuple[Roster | None, list[str]]:
        roster, problems = parse_roster(text, "roster.toml", places=Places(), is_workday=lambda day: True)
        return roster, [str(problem.message) for problem in problems if problem.level == "error"]

    roster, problems = read(asks + post + 'patrol = "4h"\n')
    assert problems == []
    assert roster is not None
    assert roster.attention == Asks(posts=("gate",), day_s=7200.0, night_s=3600.0, night=(time(23), time(5)))
    assert roster.posts[0].patrol_s == 14400.0
    assert read(asks.replace("2h", "1m") + post)[1] == ["those at a post cannot be asked so often"]
    assert read(post + 'patrol = "1m"\n')[1] == ["a wall cannot be walked so often"]
    assert read(asks + 'posts = ["gat"]\n' + post)[1] == ["there is no post 'gat'"]
