"""Whom a message reaches: routes, people, roles, posts, leaders; and what is said when it reaches nobody."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from hub.automation.model import SendMessage
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import parse_site
from hub.core.event import Record
from hub.core.people.account import Account
from hub.core.people.events import AccountCreated
from hub.core.text import Text
from hub.runtime.delivery.addresses import AddressBook, Resolved
from hub.runtime.delivery.quiet import Manners, Quiet, Rate

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SITE = """
[site]
name = "Plant"
timezone = "Asia/Shanghai"

[[departments]]
id = "production"
name = "Production"
leader = "wang"

[[departments]]
id = "security"
name = "Security"

[[areas]]
id = "hall"
name = "Hall"
department = "production"

[[areas]]
id = "gate"
name = "Gate"
department = "security"

[[areas]]
id = "yard"
name = "Yard"

[[cameras]]
id = "press-1"
name = "Press"
area = "hall"
domain = "production"
driver = "rtsp"

[[cameras]]
id = "gate-1"
name = "Gate"
area = "gate"
domain = "security"
driver = "rtsp"

[[cameras]]
id = "yard-1"
name = "Yard"
area = "yard"
domain = "security"
driver = "rtsp"

[[routes]]
id = "duty"
name = "Duty"
send = [{ via = "mail", to = ["duty@plant.example"] }, { via = "mail", to = ["b@plant.example"] }]
quiet = [{ from = "22:00", to = "06:00", below = "high", days = ["sat"] }]
most = "20/h"

[[routes]]
id = "mes"
name = "MES"
send = [{ via = "webhook", url = "https://mes.example/x" }]
one_by_one = true

[[contacts]]
account = "wang"
send = [{ via = "mail", to = ["wang@plant.example"] }]

[[contacts]]
account = "li"
send = [{ via = "mail", to = ["li@plant.example"] }]
most = "5/m"
"""
ACCOUNTS = [
    Account("wang", "Wang", "leader", ["production", "security"]),
    Account("li", "Li", "watch_officer", ["production"]),
    Account("zhao", "Zhao", "watch_officer", ["security"]),
    Account("sun", "Sun", "watch_officer", ["production", "security"]),
]


def site(text: str = SITE) -> SiteConfig:
    config, problems = parse_site(text, Path())
    assert config is not None, problems
    return config


@pytest.fixture
def book() -> AddressBook:
    return AddressBook(site(), ACCOUNTS)


def resolved(book: AddressBook, to: str, camera: str | None = "press-1") -> Resolved:
    message = SendMessage(
        to=to,
        title=Text(en="x"),
        body=Text(en=""),
        priority="high",
        camera=camera,
        clause="",
        event="signal.lost",
        evidence=None,
    )
    return book.resolve(message, NOW)


@pytest.mark.parametrize(
    ("to", "camera", "reached"),
    [
        ("duty", "press-1", ("duty",)),
        ("person:wang", "press-1", ("person:wang",)),
        ("role:leader", "gate-1", ("person:wang",)),
        ("role:watch_officer", "press-1", ("person:li",)),
        ("role:watch_officer", None, ("person:li",)),
        ("department-leader", "press-1", ("person:wang",)),
    ],
)
def test_a_recipient_is_found(book: AddressBook, to: str, camera: str | None, reached: tuple[str, ...]) -> None:
    assert resolved(book, to, camera) == Resolved(reached)


@pytest.mark.parametrize(
    ("to", "camera", "says"),
    [
        ("nowhere", "press-1", "The route nowhere is not in hub.toml."),
        ("person:zhao", "press-1", "no [[contacts]] of zhao: say there how they are reached."),
        ("role:watch_officer", "gate-1", "no [[contacts]] of sun or zhao"),
        ("role:repairer", "gate-1", "No account has the role repairer for the domain security; `hub accounts add`"),
        ("department-leader", "gate-1", "The department security has no `leader` in hub.toml."),
        ("department-leader", "yard-1", "The area of yard-1 belongs to no department"),
        ("department-leader", None, "about no camera"),
        ("team:a", "press-1", "expected a route"),
    ],
)
def test_a_recipient_that_is_nobody_is_told_with_the_way_out(
    book: AddressBook, to: str, camera: str | None, says: str
) -> None:
    found = resolved(book, to, camera)
    assert found.to == ()
    assert says in found.problem


def test_a_post_is_whoever_is_rostered_there_at_that_instant(book: AddressBook) -> None:
    asked: list[tuple[str, datetime]] = []

    def on_duty(post: str, at: datetime) -> list[str]:
        asked.append((post, at))
        return ["li", "zhao"]

    book.on_duty = on_duty
    assert resolved(book, "post:gate") == Resolved(("person:li",))
    assert asked == [("gate", NOW)]


@pytest.mark.parametrize(
    ("rostered", "reason"), [([], "Nobody is rostered at gate now."), (["zhao"], "no [[contacts]] of zhao")]
)
def test_a_post_without_anybody_to_reach_goes_to_the_duty_route_and_says_so(
    book: AddressBook, rostered: list[str], reason: str
) -> None:
    book.on_duty = lambda post, at: rostered
    found = resolved(book, "post:gate")
    assert found.to == ("duty",)
    assert reason in found.instead


def test_without_a_duty_route_such_a_post_is_a_failure() -> None:
    book = AddressBook(site(SITE.replace('id = "duty"', 'id = "desk"')), ACCOUNTS)
    found = resolved(book, "post:gate")
    assert found.to == ()
    assert "Nobody is rostered at gate now. A route 'duty' in hub.toml" in found.problem


def test_an_account_made_while_the_hub_runs_counts(book: AddressBook) -> None:
    book.use(site(SITE + '\n[[contacts]]\naccount = "qian"\nsend = [{ via = "mail", to = ["q@x.example"] }]\n'))
    made = AccountCreated(account="qian", name="Qian", role="repairer", domains=["security"])
    book.follow([Record(seq=1, at=NOW, seen_at=NOW, actor="x", cause=None, event=made, key=None, hash=b"")])
    assert resolved(book, "role:repairer", "gate-1") == Resolved(("person:qian",))


def test_how_recipients_want_to_be_told_is_read_from_hub_toml(book: AddressBook) -> None:
    night = Quiet(time(22), time(6), "high", ("sat",))
    assert book.manners("duty") == Manners(quiet=(night,), rate=Rate(20, 3600.0))
    assert book.manners("mes") == Manners(one_by_one=True)
    assert book.manners("person:li") == Manners(rate=Rate(5, 60.0))
    assert book.targets("duty") == ("mail", "mail")
