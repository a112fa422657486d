"""Passwords, tokens, lockout."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hub.client.place import here
from hub.core.event import Event, Record
from hub.core.people.commands import CreateAccount
from hub.core.people.events import AccountCreated, SignedIn, SignedOut, SignInRefused
from hub.errors import HubError, JournalBlocked, NotSignedIn, Refused, SiteError, WrongState
from hub.server.accounts.book import (
    BOOK,
    FREE_TRIES,
    SESSION,
    SESSIONS_AT_ONCE,
    AccountBook,
    create_first_administrator,
    load_accounts,
    lock_after,
)
from hub.server.accounts.sign_in import SignInDesk
from hub.testing.clock import FakeClock
from tests.server.conftest import PASSWORD, WEAK, MemoryBackend, Plant, departmental, everybody

LEADER = "leader.ps"


async def refused(plant: Plant, account: str, password: str) -> None:
    with pytest.raises(NotSignedIn):
        await plant.client().sign_in(account, password)


def made(plant: Plant) -> list[AccountCreated]:
    """The accounts that were made since the plant was furnished."""
    known = {account.id for account in (*everybody(), *departmental())}
    events = [record.event for record in plant.backend.records]
    return [event for event in events if isinstance(event, AccountCreated) and event.account not in known]


async def test_a_right_password_opens_a_session_that_the_journal_knows_of(plant: Plant) -> None:
    client = plant.client()
    session = await client.sign_in(LEADER, PASSWORD)
    assert session.account.id == LEADER
    assert session.expires_at == plant.clock.now() + SESSION
    assert (await client.site()).me == session.account
    record = plant.backend.records[-1]
    assert record.event == SignedIn(account=LEADER, client="api", place=here())
    assert record.actor == f"person:{LEADER}"


async def test_a_session_ends_after_twelve_hours(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    plant.clock.advance(SESSION.total_seconds() - 1)
    await client.site()
    plant.clock.advance(1)
    with pytest.raises(NotSignedIn):
        await client.site()


async def test_signing_out_ends_the_session_and_is_recorded(plant: Plant) -> None:
    client = plant.client()
    session = await client.sign_in(LEADER, PASSWORD)
    await client.sign_out()
    assert plant.backend.records[-1].event == SignedOut(account=LEADER)
    with pytest.raises(NotSignedIn):
        await plant.client(session.token).site()


async def test_wrong_passwords_and_unknown_names_get_the_same_answer(plant: Plant) -> None:
    answers = []
    for account in (LEADER, "nobody"):
        with pytest.raises(NotSignedIn) as caught:
            await plant.client().sign_in(account, "wrong password")
        answers.append(str(caught.value))
    assert answers[0] == answers[1]
    reasons = [r.event for r in plant.backend.records if isinstance(r.event, SignInRefused)]
    assert reasons == [
        SignInRefused(account=LEADER, reason="password"),
        SignInRefused(account="?", reason="unknown"),
    ]


async def test_a_password_typed_as_the_name_is_never_written_down(plant: Plant) -> None:
    await refused(plant, PASSWORD, "")
    assert PASSWORD not in repr(plant.backend.records)


class CountingHasher(PasswordHasher):
    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


async def test_an_unknown_name_costs_as_much_work_and_time_as_a_wrong_password(plant: Plant) -> None:
    hasher = CountingHasher()
    desk = SignInDesk(plant.data, plant.backend, hasher=hasher, refusal_s=0.2)
    await desk.open()
    loop = asyncio.get_running_loop()
    for number, account in enumerate(("nobody", LEADER), start=1):
        begun = loop.time()
        with pytest.raises(NotSignedIn):
            await desk.sign_in(account, "wrong password", client="api", peer="x")
        assert loop.time() - begun >= 0.2
        assert hasher.verified == number
    await desk.close()


async def test_five_failures_lock_the_account_even_against_the_right_password(plant: Plant) -> None:
    for _ in range(FREE_TRIES):
        await refused(plant, LEADER, "wrong password")
    await refused(plant, LEADER, PASSWORD)
    assert plant.backend.records[-1].event == SignInRefused(account=LEADER, reason="locked")
    plant.clock.advance(60)
    await plant.signed_in(LEADER)


async def test_each_failure_after_a_lock_locks_twice_as_long(plant: Plant) -> None:
    for _ in range(FREE_TRIES):
        await refused(plant, LEADER, "wrong password")
    plant.clock.advance(60)
    await refused(plant, LEADER, "wrong password")
    plant.clock.advance(119)
    await refused(plant, LEADER, PASSWORD)
    plant.clock.advance(1)
    await plant.signed_in(LEADER)


async def test_attempts_while_locked_do_not_keep_a_person_out_for_longer(plant: Plant) -> None:
    for _ in range(FREE_TRIES + 5):
        await refused(plant, LEADER, "wrong password")
    plant.clock.advance(60)
    await plant.signed_in(LEADER)


async def test_a_success_forgets_the_failures_before_it(plant: Plant) -> None:
    for _ in range(2):
        for _ in range(FREE_TRIES - 1):
            await refused(plant, LEADER, "wrong password")
        await plant.signed_in(LEADER)
        plant.clock.advance(60)


async def test_many_guesses_at_the_same_moment_get_no_more_tries_than_guesses_in_a_row(plant: Plant) -> None:
    await asyncio.gather(*(refused(plant, LEADER, f"wrong {n}") for n in range(10)))
    reasons = [r.event.reason for r in plant.backend.records if isinstance(r.event, SignInRefused)]
    assert reasons.count("password") == FREE_TRIES
    assert reasons.count("locked") == 10 - FREE_TRIES


def test_locks_grow_to_an_hour_and_no_further() -> None:
    locks = [lock_after(failures) for failures in range(FREE_TRIES - 1, 200)]
    assert locks[0] is None
    assert [lock.total_seconds() for lock in locks[1:9] if lock] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert locks[-1] == locks[8]


async def test_too_many_attempts_are_turned_away_before_any_password_is_looked_at(plant: Plant) -> None:
    for _ in range(20):
        await refused(plant, "nobody", "wrong password")
    before = len(plant.backend.records)
    with pytest.raises(NotSignedIn, match="too many attempts"):
        await plant.client().sign_in(LEADER, PASSWORD)
    assert len(plant.backend.records) == before
    plant.clock.advance(2)
    await plant.signed_in(LEADER)


async def test_right_passwords_are_not_rationed(plant: Plant) -> None:
    for _ in range(30):
        await plant.client().sign_in(LEADER, PASSWORD)


async def test_a_right_password_gives_nobody_more_guesses(plant: Plant) -> None:
    for _ in range(20):
        await refused(plant, "nobody", "wrong password")
    plant.clock.advance(2)
    await plant.client().sign_in(LEADER, PASSWORD)
    await refused(plant, "nobody", "wrong password")
    with pytest.raises(NotSignedIn, match="too many attempts"):
        await plant.client().sign_in(LEADER, PASSWORD)


async def test_sessions_and_locks_outlive_a_restart_of_the_hub(plant: Plant) -> None:
    client = plant.client()
    session = await client.sign_in(LEADER, PASSWORD)
    for _ in range(FREE_TRIES):
        await refused(plant, "repairer.p", "wrong password")
    again = SignInDesk(plant.data, plant.backend, hasher=WEAK, refusal_s=0)
    await again.open()
    signed = await again.whose(session.token)
    assert signed is not None
    assert signed.account == session.account
    with pytest.raises(NotSignedIn):
        await again.sign_in("repairer.p", PASSWORD, client="api", peer="x")
    await again.close()


async def test_the_oldest_session_ends_when_an_account_has_too_many(plant: Plant) -> None:
    desk = SignInDesk(plant.data, plant.backend, hasher=WEAK)
    await desk.open()
    tokens = []
    for number in range(SESSIONS_AT_ONCE + 1):
        session = await desk.sign_in(LEADER, PASSWORD, client="api", peer=str(number))
        tokens.append(session.token)
    assert await desk.whose(tokens[0]) is None
    assert all([await desk.whose(token) is not None for token in tokens[1:]])
    await desk.close()


async def test_a_password_hash_is_renewed_when_the_parameters_grow_stronger(plant: Plant) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    desk = SignInDesk(plant.data, plant.backend, hasher=stronger)
    await desk.open()
    await desk.sign_in(LEADER, PASSWORD, client="api", peer="x")
    book = AccountBook(plant.data / BOOK)
    book.open()
    entry = book.find(LEADER)
    book.close()
    assert entry is not None
    assert not stronger.check_needs_rehash(entry.password)
    await desk.sign_in(LEADER, PASSWORD, client="api", peer="x")
    await desk.close()


async def test_the_same_letters_typed_on_two_keyboards_are_the_same_password(plant: Plant) -> None:
    administrator = await plant.signed_in("administrator.ps")
    await administrator.send(
        CreateAccount(account="cafe", name="C", role="repairer", domains=["production"], password="cafe\u0301 au lait")
    )
    await plant.client().sign_in("cafe", "caf\u00e9 au lait")


async def test_an_administrator_makes_an_account_which_can_then_sign_in(plant: Plant) -> None:
    administrator = await plant.signed_in("administrator.ps")
    command = CreateAccount(
        account="zhang.wei", name="张伟", role="watch_officer", domains=["security"], password="a new password"
    )
    events = await administrator.send(command)
    assert [event.type for event in events] == ["account.created"]
    assert plant.backend.records[-1].event == AccountCreated(
        account="zhang.wei", name="张伟", role="watch_officer", domains=["security"]
    )
    assert (await plant.client().sign_in("zhang.wei", "a new password")).account.domains == ["security"]
    with pytest.raises(WrongState):
        await administrator.send(command)


async def test_an_account_that_the_journal_refuses_does_not_exist(plant: Plant) -> None:
    administrator = await plant.signed_in("administrator.ps")
    plant.backend.fails = HubError("no")
    command = CreateAccount(account="zhang", name="Z", role="leader", domains=["security"], password="a new password")
    with pytest.raises(HubError):
        await administrator.send(command)
    plant.backend.fails = None
    await refused(plant, "zhang", "a new password")
    await administrator.send(command)


async def test_an_account_whose_record_waited_for_the_disk_is_recorded_once(plant: Plant) -> None:
    administrator = await plant.signed_in("administrator.ps")
    plant.backend.fails = JournalBlocked("The disk is full.")
    command = CreateAccount(account="zhang", name="Z", role="leader", domains=["security"], password="a new password")
    with pytest.raises(JournalBlocked):
        await administrator.send(command)
    plant.backend.fails = None
    await plant.client().sign_in("zhang", "a new password")
    await plant.client().sign_in("zhang", "a new password")
    assert [event.account for event in made(plant)] == ["zhang"]


async def test_the_first_administrator_is_written_down_at_the_first_start(plant: Plant) -> None:
    create_first_administrator(plant.data, "root", "Root", "first password", plant.clock.now())
    for _ in range(2):
        desk = SignInDesk(plant.data, plant.backend, hasher=WEAK)
        await desk.open()
        assert (await desk.sign_in("root", "first password", client="api", peer="x")).account.role == "administrator"
        await desk.close()
    assert [event.account for event in made(plant)] == ["root"]


async def test_staff_can_sign_in_while_the_record_of_it_waits_for_the_disk(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.server.accounts.sign_in._RECORD_S", 0.1)
    room = asyncio.Event()
    record = plant.backend.record

    async def wait_for_room(event: Event, actor: str, key: str | None = None) -> list[Record]:
        await room.wait()
        return await record(event, actor, key)

    monkeypatch.setattr(plant.backend, "record", wait_for_room)
    client = await plant.signed_in(LEADER)
    await client.site()
    room.set()
    await asyncio.sleep(0)
    assert plant.backend.records[-1].event == SignedIn(account=LEADER, client="api", place=here())


async def test_nobody_signs_in_unrecorded_when_the_journal_takes_no_more(plant: Plant) -> None:
    plant.backend.fails = JournalBlocked("The line is full.")
    with pytest.raises(JournalBlocked):
        await plant.client().sign_in(LEADER, PASSWORD)
    with sqlite3.connect(plant.data / BOOK) as book:
        assert book.execute("select count(*) from sessions").fetchone() == (0,)
    book.close()


async def test_the_local_reader_reads_and_does_nothing_else(plant: Plant) -> None:
    token_file = plant.address.local_token
    assert token_file is not None
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    local = plant.client(token_file.read_text())
    site = await local.site()
    assert site.me.role == "reader"
    assert len(site.cameras) == 2
    await local.sign_out()
    await plant.client(token_file.read_text()).site()
    await plant.server.stop()
    assert not token_file.exists()


def test_the_book_is_for_its_owner_only_even_when_it_was_not_before(tmp_path: Path) -> None:
    path = tmp_path / BOOK
    path.touch(mode=0o644)
    clock = FakeClock()
    create_first_administrator(path.parent, "root", "Root", "first password", clock.now())
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert [account.id for account in load_accounts(path.parent)] == ["root"]


@pytest.mark.parametrize("account", ["local", "X", "a", "with space", "Ünï", "a" * 33])
def test_some_names_cannot_be_had(tmp_path: Path, account: str) -> None:
    with pytest.raises(Refused):
        create_first_administrator(tmp_path, account, "Root", "first password", FakeClock().now())


@pytest.mark.parametrize("password", ["short", "xy" * 101, "hikvision123", "woaini1314", "11111111"])
def test_the_first_administrator_needs_a_password_that_nobody_guesses(tmp_path: Path, password: str) -> None:
    with pytest.raises(Refused):
        create_first_administrator(tmp_path, "root", "Root", password, FakeClock().now())


def test_a_book_that_is_no_book_is_reported_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / BOOK
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(SiteError, match=r"accounts\.db"):
        AccountBook(path).open()


async def test_a_desk_over_an_unusable_folder_says_so(site: Path, clock: FakeClock) -> None:
    backend = MemoryBackend(clock, site)
    desk = SignInDesk(site / "missing", backend, hasher=WEAK)
    with pytest.raises(SiteError, match="missing"):
        await desk.open()
    await desk.close()
