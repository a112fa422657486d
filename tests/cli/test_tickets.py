"""`hub tickets` on a running hub: a fault of a thing without a camera from the report to a leader's signature."""

import json
from pathlib import Path

import pytest

from hub.core.tickets.events import TicketAssigned, TicketClosed, TicketOpened, TicketRepaired, TicketWaiting
from tests.cli.conftest import ADMIN, OWN
from tests.e2e.hubs import Site


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("tickets-home")
    return {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}


@pytest.fixture
def admin(home: dict[str, str]) -> dict[str, str]:
    return {**home, **ADMIN}


@pytest.fixture
def wu(home: dict[str, str]) -> dict[str, str]:
    """The repairer."""
    return {**home, "HUB_ACCOUNT": "wu", **OWN}


def number_of(done_words: str) -> str:
    return next(word for word in done_words.split() if word.startswith("T-"))


def test_a_fault_goes_from_the_report_to_the_signature(
    people: Site, admin: dict[str, str], wu: dict[str, str], tmp_path: Path
) -> None:
    photo = tmp_path / "fan.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"fan")
    reported = people.hub(
        *("tickets", "report", "Fan noisy", "--about", "asset:SW-3", "--priority", "urgent", "--photo", str(photo)),
        env=wu,
    )
    number = number_of(reported.stderr)
    opened = people.recorded(TicketOpened, ticket=number, subject="asset:SW-3", opened_from="hand").event
    assert isinstance(opened, TicketOpened)
    assert (len(opened.photos), opened.priority) == (1, "urgent")

    people.hub("tickets", "ack", number, "--note", "today", env=wu)
    people.hub("tickets", "assign", number, "--repairer", "Wu Min", "--account", "wu", "--estimate", "4h", env=wu)
    first = people.recorded(TicketAssigned, ticket=number, account="wu").event
    people.hub("tickets", "assign", number, "--repairer", "Wu Min", "--cause", "bearing", env=wu)
    again = people.records(TicketAssigned, ticket=number)[-1].event
    assert isinstance(first, TicketAssigned)
    assert isinstance(again, TicketAssigned)
    assert again.estimate_at == first.estimate_at is not None, "without --estimate the present one stays"
    moved = ("tickets", "assign", number, "--repairer", "Wu Min", "--estimate", "3d")
    assert "why it changes" in people.hub(*moved, code=4, env=wu).stderr
    people.hub(*moved, "--reason", "no bearing here", env=wu)
    people.hub("tickets", "arrive", number, env=wu)
    people.hub("tickets", "wait", number, "--reason", "a bearing", "--until", "2d", env=wu)
    waiting = people.recorded(TicketWaiting, ticket=number).event
    assert isinstance(waiting, TicketWaiting)
    assert waiting.until_at is not None
    assert [item["ticket"]["id"] for item in people.json("tickets", "list", "--state", "waiting")] == [number]
    people.hub("tickets", "continue", number, env=wu)
    people.hub("tickets", "repair", number, "--cause", "bearing", "--part", "1 x bearing #608", env=wu)
    people.recorded(TicketRepaired, ticket=number)

    assert "not verified" in people.hub("tickets", "close", number, "--cause", "bearing", code=4, env=wu).stderr
    assert "leader" in people.hub("tickets", "sign", number, "--reason", "quiet now", code=4, env=wu).stderr
    people.hub("tickets", "sign", number, "--reason", "quiet now", env=admin)
    people.recorded(TicketClosed, ticket=number, cause="bearing")

    shown = json.loads(people.hub("tickets", "show", number, "--json", env=wu).stdout)
    assert shown["view"]["state"] == "closed"
    assert [photo["name"] for photo in shown["photos"]] == ["fan.png"]
    words = people.hub("tickets", "show", number, env=wu).stdout
    assert "1 x bearing #608" in words
    assert "no bearing here" in words
    assert number in people.hub("tickets", "list", "--closed-days", "1").stdout
    figures = people.json("tickets", "figures")
    assert (figures["closed"], figures["signed"], figures["moved"]) == (1, 1, 1)
    assert "MTTR" in people.hub("tickets", "figures").stdout
    people.hub("tickets", "reopen", number, "--reason", "noisy again", env=wu)
    people.hub("tickets", "cancel", number, "--reason", "it was the neighbour", env=admin)
    assert number not in people.hub("tickets").stdout


def test_what_cannot_be_understood_is_refused_with_an_example(people: Site, wu: dict[str, str]) -> None:
    assert "--camera" in people.hub("tickets", "report", "Fan noisy", code=2, env=wu).stderr
    assert "4h" in people.hub("tickets", "wait", "T-1", "--reason", "x", "--until", "soon", code=4, env=wu).stderr
    assert "RJ45" in people.hub("tickets", "repair", "T-1", "--cause", "x", "--part", "0 x x", code=2, env=wu).stderr
    assert "T-99" in people.hub("tickets", "show", "T-99", code=4, env=wu).stderr
