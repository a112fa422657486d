"""What staff call what the hub knows by ids, from what one may see of the site."""

from datetime import UTC

from hub.core.text import Text
from hub.locale import set_language
from hub.tui.names import Names, names_of
from hub.tui.situation import Situation
from tests.tui.duty_plant import on_duty
from tests.tui.fake_hub import ACCOUNTS, FakeHub

NAMES = Names(
    UTC,
    cameras={"gate-1": Text(en="Main gate", zh="大门"), "bare": Text(en="")},
    people={"wang": "Wang Fang", "li": "Li Na", "li2": "Li Na", "nameless": ""},
)


def test_things_are_said_in_the_language_in_force_and_unknown_ids_as_they_are() -> None:
    assert [NAMES.camera(each) for each in ("gate-1", "bare", "gone", None)] == ["Main gate", "bare", "gone", ""]
    set_language("zh_CN")
    assert NAMES.camera("gate-1") == "大门"


def test_people_of_one_name_are_told_apart_by_their_accounts() -> None:
    people = [NAMES.person(each) for each in ("wang", "li", "li2", "nameless", "gone", "")]
    assert people == ["Wang Fang", "Li Na (li)", "Li Na (li2)", "nameless", "gone", ""]


def test_what_something_is_about_is_said_by_names_and_what_has_none_as_it_is() -> None:
    names = Names(
        UTC,
        cameras=NAMES.cameras,
        posts={"desk": Text(en="Control room", zh="监控室")},
        teams={"a": Text(en="Team A", zh="甲班")},
        people={"li": "Li Na"},
    )
    said = {
        "camera:gate-1": "Main gate",
        "post:desk": "post Control room",
        "place:desk li": "duty Control room: Li Na",
        "gap:desk 2026-11-24": "roster Control room 2026-11-24",
        "account:li": "account Li Na",
        "team:a": "team Team A",
        "ticket:T-1": "ticket T-1",
        "asset:SW-1": "asset SW-1",
        "the lift": "the lift",
    }
    assert {subject: names.subject(subject) for subject in said} == said
    assert (names.about("gate-1", "ticket:T-1"), names.about(None, "ticket:T-1")) == ("Main gate", "ticket T-1")


async def test_the_site_says_the_names_of_all_that_it_speaks_of(hub: FakeHub) -> None:
    hub.account = ACCOUNTS["zhang"]
    site = await on_duty(hub).site()
    names = names_of(site, UTC)
    assert names.area(site.areas[0].id) == site.areas[0].name.en
    assert names.post("gate") == "Gate house"
    assert (names.team("t-zhang"), names.shift("night")) == ("Zhang Wei", "Night shift")
    assert (names.person("wu"), names.person("wang")) == ("Wu Jie", "Wang Fang")
    assert Situation(now=site.at, zone=UTC, site=site).names == names
    assert names_of(None, UTC) == Names(UTC)
