"""What a simulated month comes to for each person, by the shipped scheme, against the books of the plant."""

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from hub.config.beside.assessment_file import load_assessment
from hub.config.load import load_site
from hub.config.rules.file import known_of
from hub.core.reviews.assess import assess
from hub.core.reviews.points import PersonReview
from hub.core.reviews.scheme import Scheme
from tests.sim.book_merits import WORTH
from tests.sim.conftest import Plant
from tests.sim.plant import REPOSITORY, ROLES, wall_clock


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    assessment, problems = load_assessment(REPOSITORY, known_of(load_site(REPOSITORY)))
    assert assessment is not None, problems
    assert assessment.scheme is not None
    return assessment.scheme


@pytest.fixture(scope="module")
def reviews(plant: Plant, scheme: Scheme) -> dict[str, PersonReview]:
    people = {account: account.title() for account in ROLES}
    month = f"{plant.month.first:%Y-%m}"
    found = assess(plant.records, scheme, people, month, ZoneInfo("Asia/Shanghai"))
    return {review.person: review for review in found}


@pytest.fixture(scope="module")
def merits(plant: Plant) -> dict[str, Counter[str]]:
    return plant.month.merits.counted(wall_clock(plant.month.first, 0), plant.month.end_at, ROLES)


def test_everybody_has_the_points_that_their_deeds_come_to(
    reviews: dict[str, PersonReview], merits: dict[str, Counter[str]]
) -> None:
    theirs = {person: Counter(point.rule for point in review.points) for person, review in reviews.items()}
    wrong = {person: (theirs[person] - mine, mine - theirs[person]) for person, mine in merits.items()}
    assert {person: both for person, both in wrong.items() if any(both)} == {}


def test_the_total_is_what_the_deeds_are_worth(
    reviews: dict[str, PersonReview], merits: dict[str, Counter[str]]
) -> None:
    for person, mine in merits.items():
        assert reviews[person].total == pytest.approx(sum(WORTH[each][0] * times for each, times in mine.items()))


def test_every_point_names_the_records_that_it_comes_from(plant: Plant, reviews: dict[str, PersonReview]) -> None:
    last = plant.records[-1].seq
    for review in reviews.values():
        assert [point.number for point in review.points] == list(range(1, len(review.points) + 1))
        for point in review.points:
            assert point.records
            assert all(1 <= seq <= last for seq in point.records)
            assert plant.records[point.records[-1] - 1].seen_at == point.at


def test_most_of_what_the_scheme_knows_happened(merits: dict[str, Counter[str]]) -> None:
    happened = {merit for mine in merits.values() for merit in mine}
    assert len(happened) > 18
