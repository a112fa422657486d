"""No password and no token anywhere but where it belongs."""

import logging

import pytest

from hub.core.people.commands import CreateAccount
from hub.errors import HubError
from hub.server.accounts.book import token_hash
from hub.server.requests import SignIn
from tests.server.conftest import PASSWORD, Plant

NEW = "a new password 新"


async def test_passwords_and_tokens_appear_in_no_log_event_answer_or_file(
    plant: Plant, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = plant.client()
    session = await client.sign_in("administrator.ps", PASSWORD)
    await client.send(CreateAccount(account="zhang", name="Z", role="leader", domains=["security"], password=NEW))
    for account, password in (("zhang", PASSWORD), (PASSWORD, PASSWORD), ("x" * 100, PASSWORD)):
        with pytest.raises(HubError):
            await plant.client().sign_in(account, password)
    shown = [repr(await client.events(limit=1000)), repr(await client.site()), repr(await client.health())]
    await client.sign_out()
    await plant.server.stop()
    told = "".join(capsys.readouterr()) + caplog.text + repr(plant.backend.records)
    kept = b"".join(file.read_bytes() for file in plant.data.rglob("*") if file.is_file())
    for secret in (PASSWORD, NEW, session.token):
        assert secret not in told
        assert all(secret not in text for text in shown)
        assert secret.encode() not in kept


async def test_only_the_hash_of_a_token_is_kept(plant: Plant) -> None:
    session = await plant.client().sign_in("leader.ps", PASSWORD)
    kept = b"".join(file.read_bytes() for file in plant.data.glob("accounts.db*"))
    assert token_hash(session.token).encode() in kept
    assert session.token.encode() not in kept


async def test_the_local_token_is_in_its_file_only(plant: Plant) -> None:
    token = (plant.data / "run" / "local.token").read_text()
    for file in plant.data.rglob("*"):
        if file.is_file() and file.name != "local.token":
            assert token.encode() not in file.read_bytes()


def test_a_sign_in_cannot_be_printed_by_accident() -> None:
    assert PASSWORD not in repr(SignIn(account="x", password=PASSWORD))
