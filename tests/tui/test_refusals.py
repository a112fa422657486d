"""Refusals of the real core and server, in the language of the person who reads them."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from hub.core.cameras.commands import RelearnCamera
from hub.core.command import Command
from hub.core.commands import StopHub
from hub.core.rounds.commands import CompleteRound
from hub.core.text import Text
from hub.core.tickets.commands import CloseTicket
from hub.core.tickets.events import TicketOpened
from hub.errors import HubUnreachable, NotSignedIn, Refused, WrongState
from hub.locale import _, set_language
from hub.testing.clock import FakeClock
from hub.tui.refusals import SENTENCES, in_words, translated
from tests.tui.fake_hub import ACCOUNTS, troubled_plant

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

REFUSED: list[tuple[str, Command]] = [
    ("wang", AcknowledgeAlarm(alarm="A-99")),
    ("wang", UnshelveAlarm(alarm="A-1")),
    ("wang", ShelveAlarm(alarm="A-1", reason="x", until_at=NOW)),
    ("wang", ShelveAlarm(alarm="A-1", reason="x", until_at=NOW + timedelta(hours=13))),
    ("wang", CloseTicket(ticket="T-1", cause="x")),
    ("wang", CloseTicket(ticket="T-9", cause="x")),
    ("wang", CloseTicket(ticket="T-3", cause="x")),
    ("wang", CompleteRound(round="R-9")),
    ("wang", RelearnCamera(camera="nowhere", reason="x")),
    ("li", AcknowledgeAlarm(alarm="A-1")),
    ("li", CloseTicket(ticket="T-1", cause="x")),
    ("zhang", StopHub(reason="x")),
]


ROOT = Path(__file__).parents[2]
SPEAKERS = (
    "hub/core/references.py",
    *sorted(str(file.relative_to(ROOT)) for file in (ROOT / "hub" / "core").glob("*/*.py")),
    *sorted(str(file.relative_to(ROOT)) for file in (ROOT / "hub" / "client").glob("*.py")),
    "hub/server/attachments.py",
    "hub/server/routes/attachments.py",
    "hub/server/accounts/sign_in.py",
    "hub/server/services.py",
    "hub/server/routes/pictures.py",
    "hub/server/routes/viewings.py",
    "hub/server/books/viewings.py",
    "hub/runtime/backend.py",
)


def sentences(file: Path) -> Iterator[str]:
    """Every message and hint of the errors that a file makes; what varies is a 7."""
    errors = {"NotFound", "NotAllowed", "WrongState", "NotSignedIn", "TooManyAttempts", "JournalBlocked", "Refused"}
    errors |= {"ClientError", "HubUnreachable"}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
            for said in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
                elif isinstance(said, ast.JoinedStr):
                    yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in said.values)


@pytest.mark.parametrize("file", SPEAKERS)
def test_whatever_the_hub_can_refuse_with_is_known(file: str) -> None:
    set_language("zh_CN")
    unknown = [said for said in sentences(ROOT / file) if translated(said) == said]
    assert unknown == []


@pytest.mark.parametrize(("account", "command"), REFUSED, ids=lambda value: type(value).__name__)
async def test_what_the_core_refuses_is_said_in_chinese(account: str, command: Command) -> None:
    hub = troubled_plant(FakeClock(NOW))
    hub.happen(TicketOpened(ticket="T-3", title=Text(en="x"), camera="crane-3"))
    hub.account = ACCOUNTS[account]
    with pytest.raises(Refused) as refused:
        await hub.send(command)
    assert in_words(refused.value)
    set_language("zh_CN")
    names = r"[ATR]-\d+|crane-3|gate-2|nowhere|hub\.toml|Li Na|Zhang Wei"
    assert not re.search("[A-Za-z]{2,}", re.sub(names, "", in_words(refused.value))), in_words(refused.value)


def test_every_known_sentence_is_recognised_and_has_a_translation() -> None:
    set_language("zh_CN")
    for sentence in SENTENCES:
        filled = re.sub(r"\{(\w+)\}", "7", sentence)
        assert translated(filled) != filled, sentence
        assert _(sentence) != sentence


def test_the_state_of_a_release_is_said_in_the_words_of_its_panel() -> None:
    refused = WrongState("The release F-1 is handed_over.", hint="This is for a release that is approved or prepared.")
    assert in_words(refused) == "The release F-1 is handed over. This is for a release that is approved or prepared."
    set_language("zh_CN")
    assert not re.search("[a-z]{2,}", in_words(refused)), in_words(refused)


def test_a_sentence_that_is_not_known_is_shown_as_the_hub_wrote_it() -> None:
    set_language("zh_CN")
    assert in_words(Refused("The moon is full.", hint="Wait.")) == "The moon is full. Wait."


def test_errors_without_words_still_say_something() -> None:
    assert in_words(NotSignedIn("")) == "You are not signed in any more."
    assert in_words(HubUnreachable("")) == "The hub does not answer."
