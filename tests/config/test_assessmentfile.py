"""rules/assessment.toml: the scheme that is shipped, and every mistake named by its place."""

from pathlib import Path

import pytest

from hub.config.beside.assessment_file import FILE, Assessment, load_assessment, parse_assessment
from hub.config.rules.known import Known
from hub.core.catalogue import CATALOGUE
from hub.core.kpi.definitions import FIGURES
from hub.core.kpi.targets import Target
from hub.core.matching import Match
from hub.core.reviews.scheme import After, Counted, Scheme

KNOWN = Known(cameras=frozenset({"gate-1"}), domains=frozenset({"production", "security"}))


def scheme_of(text: str) -> Scheme:
    found, problems = parse_assessment(text, FILE, known=KNOWN)
    assert problems == []
    assert found is not None
    assert found.scheme is not None
    return found.scheme


def problems_of(text: str) -> list[str]:
    _, problems = parse_assessment(text, FILE, known=KNOWN)
    return [str(problem) for problem in problems]


def point(body: str) -> str:
    return f'[[point]]\nid = "p"\ntitle = {{ en = "P", zh = "点" }}\npoints = -1\n{body}\n'


def test_without_a_file_nobody_is_reviewed(tmp_path: Path) -> None:
    assert load_assessment(tmp_path, KNOWN) == (Assessment(scheme=None), [])


def test_the_scheme_that_is_shipped_is_sound_and_speaks_of_everything_that_5_1_asks_for() -> None:
    found, problems = load_assessment(Path(__file__).parents[2], KNOWN)
    assert problems == []
    assert found is not None
    assert found.scheme is not None
    areas = {name.partition(".")[0] for counted in found.scheme.counted for name in counted.on}
    assert {"post", "alarm", "round", "ticket", "attention", "handover", "person", "log"} <= areas
    assert {point.points > 0 for point in found.scheme.points} == {True, False}
    assert len(found.scheme.commendations) == 3
    assert {target.figure for target in found.scheme.targets} <= {figure.id for figure in FIGURES}
    assert all(name in CATALOGUE for counted in found.scheme.counted for name in counted.on)


def test_what_is_written_is_in_force() -> None:
    scheme = scheme_of(
        point(
            """
on = "alarm.acknowledged"
after = { event = "alarm.raised", where = { priority = ["high", "critical"] }, longer_than = "5m", on_duty = true }
who = "actor"
at_most = 3
clause = "3.2"
"""
        )
        + """
[review]
make_on_day = 0
appeal_within = "7d"
by_hand_at_most = 4
watched_share = 0.9
[[commendation]]
id = "c"
title = { en = "C", zh = "奖" }
points = 2
without = ["p", "*"]
at_least = [{ on = "post.attendance", where = { verdict = "attended" }, who = "account", number = 15 }]
[figures]
online_time = { good_from = 0.98 }
"""
    )
    (rule,) = scheme.points
    after = After(
        event="alarm.raised",
        same="alarm",
        where=(Match(path="priority", one_of=("high", "critical")),),
        longer_than_s=300,
        on_duty=True,
    )
    assert rule.counted == Counted(on=("alarm.acknowledged",), who="actor", after=after)
    assert (rule.points, rule.at_most, rule.clause) == (-1, 3, "3.2")
    (commendation,) = scheme.commendations
    assert (commendation.without, commendation.at_least[0].number) == (("p", "*"), 15)
    assert commendation.at_least[0].counted.where == (Match(path="verdict", one_of=("attended",)),)
    assert scheme.targets == (Target(figure="online_time", good_from=0.98),)
    assert (scheme.make_on_day, scheme.appeal_s, scheme.by_hand_most, scheme.watched_share) == (0, 7 * 86400, 4, 0.9)


def test_who_is_said_by_an_earlier_event_about_the_same_thing() -> None:
    scheme = scheme_of(point('on = ["ticket.relapsed", "ticket.reopened"]\nof = "ticket.repaired"\nwho = "actor"'))
    counted = scheme.points[0].counted
    assert (counted.on, counted.of, counted.of_same) == (
        ("ticket.relapsed", "ticket.reopened"),
        "ticket.repaired",
        "ticket",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[points]]", f"{FILE}:1:3: points: unknown key. Did you mean `point`?"),
        (point('on = "post.attendence"\nwho = "account"'), f"{FILE}:5:6: point.1.on: there is no event"),
        (point('on = "attendance.*"\nwho = "account"'), f"{FILE}:5:6: point.1.on: there is no event like"),
        (point('on = "post.attendance"'), f"{FILE}:1:3: point.1.who: is missing"),
        (
            point('on = "post.attendance"\nwho = "acount"'),
            f"{FILE}:6:7: point.1.who: the event names nobody as 'acount'",
        ),
        (point('on = "ticket.closed"\nwho = "present"'), f"{FILE}:6:7: point.1.who: `present` is for events at a post"),
        (
            point('on = "post.attendance"\nwho = "account"\nwhere = { verdict = "lat" }'),
            f"{FILE}:7:21: point.1.where.verdict: `verdict` is never 'lat'",
        ),
        (
            point('on = "post.attendance"\nwho = "account"\nwhere = { camera.domain = "security" }'),
            f"{FILE}:7:18: point.1.where.camera.domain: the event has no field",
        ),
        (
            point('on = "post.attendance"\nwho = "account"\nafter = { event = "alarm.raised", longer_than = "5m" }'),
            f"{FILE}:7:19: point.1.after.event: nothing says which 'alarm.raised' belongs to which",
        ),
        (
            point('on = "alarm.acknowledged"\nwho = "actor"\nafter = { event = "alarm.raised" }'),
            f"{FILE}:7:9: point.1.after: it would count however long it took",
        ),
        (
            point(
                'on = "alarm.acknowledged"\nwho = "actor"\n'
                'after = { event = "alarm.raised", longer_than = "5m", shorter_than = "1m" }'
            ),
            f"{FILE}:7:70: point.1.after.shorter_than: nothing is longer than the one",
        ),
        (
            point('on = "alarm.acknowledged"\nwho = "actor"\nafter = { event = "alarm.raise", longer_than = "5m" }'),
            f"{FILE}:7:19: point.1.after.event: there is no event 'alarm.raise'. Did you mean `alarm.raised`?",
        ),
        (
            point('on = "post.late"\nwho = "account"\nclause = "9.9"'),
            f"{FILE}:7:10: point.1.clause: there is no clause",
        ),
        (
            point('on = "post.late"\nwho = "account"') * 2,
            f"{FILE}:8:6: point.2.id: there is another point or commendation with the id 'p'. It is on line 2.",
        ),
        (
            '[[commendation]]\nid = "c"\ntitle = { en = "C", zh = "奖" }\npoints = 1',
            f"{FILE}:1:3: commendation.1: everybody would be commended",
        ),
        (
            '[[commendation]]\nid = "c"\ntitle = { en = "C", zh = "奖" }\npoints = 1\nwithout = ["x"]\n'
            'best = { by = "time", on = "post.late", who = "account" }',
            f"{FILE}:5:12: commendation.1.without.1: there is no point 'x'",
        ),
        (
            '[[commendation]]\nid = "c"\ntitle = { en = "C", zh = "奖" }\npoints = 1\n'
            'best = { by = "time", on = "post.late", who = "account" }',
            f"{FILE}:5:15: commendation.1.best.by: a shortest time needs to know since when",
        ),
        ("[figures]\nonline = { good_from = 0.9 }", f"{FILE}:2:1: figures.online: there is no figure 'online'"),
        (
            "[figures]\nonline_time = { good_from = 2, good_to = 1 }",
            f"{FILE}:2:42: figures.online_time.good_to: no value is good",
        ),
        ("[review]\nmake_on_day = 31", f"{FILE}:2:15: review.make_on_day:"),
        ("= 3", f"{FILE}:1:1:"),
    ],
)
def test_a_mistake_is_named_by_its_place(text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems_of(text)), problems_of(text)


def test_a_text_in_one_language_and_points_that_are_none_are_doubtful() -> None:
    text = '[[point]]\nid = "p"\ntitle = "Late"\npoints = 0\non = "post.late"\nwho = "account"'
    found, problems = parse_assessment(text, FILE, known=KNOWN)
    assert [problem.level for problem in problems] == ["warning", "warning"]
    assert found is not None


def test_several_mistakes_are_named_at_once() -> None:
    text = point('on = "post.attendence"\nwho = "x"') + point('on = "post.late"\nwho = "x"').replace('"p"', '"q"')
    assert len(problems_of(text)) == 2
