"""Cleaning jobs: ordered by a finding, reported as done, and proven by what the watch sees afterwards."""

from datetime import timedelta

import pytest

from hub.core.decisions import decide
from hub.core.findings import CameraJudged, CameraNotJudged, LensCleaned, LensSoiled
from hub.core.rounds.answers import Answer
from hub.core.rounds.cleaning import waiting
from hub.core.rounds.commands import AnswerRound, MakeRoundDue, ScoreCleaning, SignRound, StartRound
from hub.core.rounds.events import CleaningNotProven, CleaningProven, RoundDue, RoundsLoaded
from hub.core.rounds.kinds import Checklist, RoundKind, YesNo
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from tests.core.conftest import History

MA = "person:ma-chao"
JOB = RoundKind(
    id="cleaning-job",
    name=Text(en="Clean the lens"),
    due_in_s=86_400.0,
    checklists=(Checklist(of="camera", items=(YesNo(id="lens", ask=Text(en="Lens clean")),)),),
)
BEFORE = {"soiled": 0.2, "softness": 0.4}
AFTER = {"soiled": 0.01, "softness": 0.02, "contrast": 40.0}


@pytest.fixture
def soiled(history: History) -> History:
    """A camera whose lens wants cleaning, with the job that a rule made due."""
    forecast_at = history.now + timedelta(days=9)
    history.happen(
        RoundsLoaded(kinds=[JOB]),
        CameraJudged(camera="gate-1"),
        LensSoiled(camera="gate-1", since_at=history.now, measures=BEFORE, forecast_at=forecast_at),
    )
    order = MakeRoundDue(
        rule="cleaning-job",
        kind="cleaning-job",
        title=Text(en="Clean the lens"),
        team="technical",
        due_in_s=None,
        clause="3.7",
        camera="gate-1",
        finding="lens.soiled",
    )
    (due,) = history.decide(decide, order, "rule:cleaning-job")
    assert isinstance(due, RoundDue)
    assert (due.camera, due.finding, due.before, due.forecast_at) == ("gate-1", "lens.soiled", BEFORE, forecast_at)
    return history


def do_the_job(history: History, round_: str = "R-1") -> None:
    history.decide(decide, StartRound(round=round_), MA)
    history.decide(decide, AnswerRound(round=round_, answers=[Answer(asset="gate-1", item="lens", value=True)]), MA)
    history.decide(decide, SignRound(round=round_), MA)


def score(history: History, after: dict[str, float] = AFTER, round_: str = "R-1") -> list[object]:
    return list(history.decide(decide, ScoreCleaning(round=round_, after=after, at=history.now)))


def test_a_job_that_helped_is_proven_with_the_measures_before_and_after(soiled: History) -> None:
    do_the_job(soiled)
    assert list(soiled.state.cleanings) == ["R-1"]
    soiled.happen(LensCleaned(camera="gate-1"))
    assert score(soiled) == [], "somebody may still stand before the lens"
    soiled.pass_time(minutes=11)
    (proven,) = score(soiled)
    assert isinstance(proven, CleaningProven)
    assert (proven.before, proven.after) == (BEFORE, {"soiled": 0.01, "softness": 0.02})
    assert soiled.state.cleanings == {}
    assert soiled.pass_time(days=3) == []


def test_a_job_that_did_not_help_is_asked_for_again_after_a_day(soiled: History) -> None:
    do_the_job(soiled)
    assert soiled.pass_time(hours=23) == []
    assert score(soiled) == []
    not_proven, again = soiled.pass_time(hours=2)[:2]
    assert isinstance(not_proven, CleaningNotProven)
    assert not_proven.why == "still"
    assert isinstance(again, RoundDue)
    assert (again.round, again.again_after, again.camera, again.team) == ("R-2", "R-1", "gate-1", "technical")
    do_the_job(soiled, "R-2")
    soiled.happen(LensCleaned(camera="gate-1"))
    soiled.pass_time(minutes=11)
    assert isinstance(score(soiled, round_="R-2")[0], CleaningProven)


def test_a_second_job_that_did_not_help_opens_a_ticket_and_no_third_job(soiled: History) -> None:
    do_the_job(soiled)
    soiled.pass_time(hours=25)
    do_the_job(soiled, "R-2")
    not_proven, ticket = soiled.pass_time(hours=25)[-2:]
    assert isinstance(not_proven, CleaningNotProven)
    assert not_proven.round == "R-2"
    assert isinstance(ticket, TicketOpened)
    assert (ticket.camera, ticket.opened_from, ticket.clause) == ("gate-1", "round:R-2", "3.7")
    assert (soiled.state.rounds, soiled.state.cleanings) == ({}, {})


def test_jobs_wait_for_their_score_until_the_picture_has_settled_is_judged_and_good(soiled: History) -> None:
    do_the_job(soiled)
    soiled.pass_time(minutes=11)
    assert list(waiting(soiled.state, soiled.now)) == [], "what was found holds still"
    soiled.happen(LensCleaned(camera="gate-1"), CameraNotJudged(camera="gate-1", reason="light"))
    assert list(waiting(soiled.state, soiled.now)) == [], "nobody can tell"
    soiled.happen(CameraJudged(camera="gate-1"))
    assert [each.round for each in waiting(soiled.state, soiled.now)] == ["R-1"]


def test_what_the_watch_cannot_judge_is_never_proven(soiled: History) -> None:
    do_the_job(soiled)
    soiled.happen(LensCleaned(camera="gate-1"), CameraNotJudged(camera="gate-1", reason="light"))
    soiled.pass_time(hours=2)
    assert score(soiled) == []
    (not_proven,) = soiled.pass_time(hours=23)
    assert isinstance(not_proven, CleaningNotProven)
    assert not_proven.why == "not_judged"
    assert soiled.state.rounds == {}
    assert soiled.pass_time(days=3) == []


def test_a_second_finding_makes_no_second_job_while_one_is_open(soiled: History) -> None:
    order = MakeRoundDue(
        rule="r",
        kind="cleaning-job",
        title=Text(en="x"),
        team="",
        due_in_s=None,
        clause="",
        camera="gate-1",
        finding="lens.soiled",
    )
    assert soiled.decide(decide, order) == []
