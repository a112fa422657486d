"""`hub reviews` on a running hub."""

import json
from zoneinfo import ZoneInfo

import pytest

from hub.clock import SystemClock
from hub.core.reviews.events import PersonCommended, ReviewMade
from hub.core.reviews.month import month_before, month_of
from tests.cli.conftest import ADMIN, OWN
from tests.e2e.hubs import Site

TODAY = SystemClock().now().astimezone(ZoneInfo("Asia/Shanghai")).date()
BEFORE, NOW = month_before(TODAY), month_of(TODAY)
LI = {"HUB_ACCOUNT": "li", **OWN}


def counted(people: Site, who: dict[str, str]) -> set[str]:
    """Whose points of this month somebody is shown."""
    told = json.loads(people.hub("reviews", "so-far", "--json", env=who).stdout)
    return {each["person"] for each in told["people"]}


def test_a_month_is_reviewed_looked_at_and_taken_back(people: Site) -> None:
    assert "No month was reviewed yet." in people.hub("reviews", "list").stdout
    said = people.hub("reviews", "make", BEFORE, env=ADMIN).stderr
    made = people.recorded(ReviewMade)
    review = made.event.review
    assert f"{review}: 0 people are reviewed for {BEFORE}." in said, "everybody here came after that month"
    (line,) = people.json("reviews", "list")
    assert (line["id"], line["month"], line["state"]) == (review, BEFORE, "open")
    assert review in people.hub("reviews", "list").stdout

    shown = people.hub("reviews", "show", review, env=ADMIN)
    assert f"{review} · {BEFORE} · not signed" in shown.stderr
    assert "Li Qiang" not in shown.stdout
    assert {"li", "wu"} <= counted(people, ADMIN)
    assert counted(people, LI) == {"li"}

    again = people.hub("reviews", "make", BEFORE, env=ADMIN, code=4)
    assert f"{BEFORE} was reviewed already: {review}" in again.stderr
    early = people.hub("reviews", "close", review, env=ADMIN, code=4)
    assert "People may appeal" in early.stderr
    none = people.hub("reviews", "appeal", review, "1", "--reason", "r", env=LI, code=4)
    assert "You have no point 1" in none.stderr
    nothing = people.hub("reviews", "decide", review, "li", "1", "--withdraw", "--reason", "r", env=ADMIN, code=4)
    assert "li has not appealed" in nothing.stderr
    assert (
        f"{review} is withdrawn." in people.hub("reviews", "withdraw", review, "--reason", "a test", env=ADMIN).stderr
    )
    (line,) = people.json("reviews", "list")
    assert line["state"] == "withdrawn"
    assert "a test" in people.hub("reviews", "show", review, env=ADMIN).stderr


def test_good_work_counts_in_the_month_at_once(people: Site) -> None:
    done = people.hub("reviews", "commend", "li", "--points", "2", "--reason", "put out a fire", env=ADMIN)
    assert "The good work of li is on record." in done.stderr
    record = people.recorded(PersonCommended, account="li")
    shown = people.hub("reviews", "so-far", env=LI).stdout
    assert "put out a fire" in shown
    assert str(record.seq) in shown
    assert "+2" in shown
    assert f'"month": "{NOW}"' in people.hub("reviews", "so-far", "--json", env=LI).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("make", NOW), "is not over yet"),
        (("make", "October"), "is no month"),
        (("so-far", "2026-13"), "is no month"),
        (("show", "V-99"), "There is no review V-99."),
        (("decide", "V-99", "li", "1", "--reason", "r"), "--uphold or --withdraw"),
        (("decide", "V-99", "li", "1", "--uphold", "--reason", "r"), "There is no review V-99."),
        (("commend", "nobody", "--reason", "r"), "nobody with the account nobody"),
        (("commend", "admin", "--reason", "r"), "Nobody commends themselves."),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(people: Site, arguments: tuple[str, ...], said: str) -> None:
    assert said in people.hub("reviews", *arguments, env=ADMIN, code=4).stderr


def test_who_does_not_lead_makes_no_review(people: Site) -> None:
    assert "may not do this" in people.hub("reviews", "make", BEFORE, env=LI, code=4).stderr
