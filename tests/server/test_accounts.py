"""Accounts over the real API: first passwords, expiry, history, codes, sign-ins, two places, leaving."""

import sqlite3
from datetime import timedelta

import pytest

from hub.client.http import HttpClient
from hub.client.people import people, totp_offer
from hub.core.people import totp
from hub.core.people.commands import (
    ChangeAccount,
    ChangePassword,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EnableAccount,
    EndSession,
    EnrolTotp,
    ResetPassword,
    UnlockScreen,
)
from hub.core.people.events import PersonLeft, RecoveryUsed, SignInRefused, TwoPlaces
from hub.core.people.policy import PeoplePolicy
from hub.errors import CodeWanted, NotAllowed, NotSignedIn, Refused
from hub.server.accounts.book import BOOK, FREE_TRIES, AccountBook
from hub.server.accounts.sign_in import SignInDesk
from hub.testing.clock import START
from tests.server.conftest import PASSWORD, WEAK, Plant, as_json

ADMIN = "administrator.ps"
OFFICER = "watch_officer.ps"
NEW = "another sentence 另一句"


async def at_place(plant: Plant, account: str, place: str, password: str = PASSWORD) -> HttpClient:
    """Signed in at a place of one's own."""
    session = await plant.server._desk.sign_in(account, password, client="tui", peer="local", place=place)
    return plant.client(session.token)


def events(plant: Plant, kind: type) -> list:
    return [record.event for record in plant.backend.records if isinstance(record.event, kind)]


async def test_a_first_password_opens_nothing_but_the_change_of_it(plant: Plant) -> None:
    admin = await plant.signed_in(ADMIN)
    await admin.send(
        CreateAccount(account="hu", name="Hu", role="watch_officer", domains=["security"], password="first of Hu")
    )
    client = plant.client()
    assert (await client.sign_in("hu", "first of Hu")).must_change == "first"
    for refused in (client.site, client.rules, lambda: people(client), lambda: client.picture("gate-1")):
        with pytest.raises(NotAllowed, match="must be changed"):
            await refused()
    with pytest.raises(NotAllowed, match="must be changed"):
        await client.send(UnlockScreen(password="first of Hu"))
    with pytest.raises(Refused, match="used before"):
        await client.send(ChangePassword(password="first of Hu", new_password="first of Hu"))
    await client.send(ChangePassword(password="first of Hu", new_password=NEW))
    assert (await client.site()).me.id == "hu"
    assert (await plant.client().sign_in("hu", NEW)).must_change == ""
    assert NEW not in as_json([record.event for record in plant.backend.records])


async def test_a_reset_ends_every_sign_in_and_asks_for_a_new_password(plant: Plant) -> None:
    admin, officer = await plant.signed_in(ADMIN), await plant.signed_in(OFFICER)
    await admin.send(ResetPassword(account=OFFICER, password="handed out 22"))
    with pytest.raises(NotSignedIn):
        await officer.site()
    with pytest.raises(NotSignedIn):
        await plant.signed_in(OFFICER)
    assert (await plant.client().sign_in(OFFICER, "handed out 22")).must_change == "first"


async def test_passwords_grow_old_and_former_ones_do_not_come_back(plant: Plant) -> None:
    plant.backend.policy = PeoplePolicy(password_days=90, password_history=2)
    client = await plant.signed_in(OFFICER)
    with pytest.raises(Refused, match="used before"):
        await client.send(ChangePassword(password=PASSWORD, new_password=PASSWORD))
    await client.send(ChangePassword(password=PASSWORD, new_password=NEW))
    with pytest.raises(Refused, match="used before"):
        await client.send(ChangePassword(password=NEW, new_password=PASSWORD))
    await client.send(ChangePassword(password=NEW, new_password="third of the year"))
    await client.send(ChangePassword(password="third of the year", new_password=PASSWORD))
    plant.clock.advance(timedelta(days=89).total_seconds())
    assert (await plant.client().sign_in(OFFICER, PASSWORD)).must_change == ""
    plant.clock.advance(timedelta(days=1).total_seconds())
    assert (await plant.client().sign_in(OFFICER, PASSWORD)).must_change == "expired"


async def test_a_weak_password_is_refused_whoever_chooses_it(plant: Plant) -> None:
    admin = await plant.signed_in(ADMIN)
    for password in ("hikvision123", "Password2031!", "12345678"):
        with pytest.raises(Refused):
            await admin.send(ResetPassword(account=OFFICER, password=password))
    with pytest.raises(Refused, match="account's name"):
        await admin.send(ResetPassword(account=OFFICER, password=OFFICER))


async def test_changing_the_password_ends_ones_other_sign_ins_only(plant: Plant) -> None:
    here, there, somebody = await plant.signed_in(OFFICER), await plant.signed_in(OFFICER), await plant.signed_in(ADMIN)
    await here.send(ChangePassword(password=PASSWORD, new_password=NEW))
    await here.site()
    await somebody.site()
    with pytest.raises(NotSignedIn):
        await there.site()


async def test_unlocking_a_screen_checks_the_password_and_counts_what_is_wrong(plant: Plant) -> None:
    client = await plant.signed_in(OFFICER)
    before = len(plant.backend.records)
    await client.send(UnlockScreen(password=PASSWORD))
    assert len(plant.backend.records) == before
    for _ in range(FREE_TRIES):
        with pytest.raises(NotAllowed, match="password is wrong"):
            await client.send(UnlockScreen(password="somebody else's"))
    with pytest.raises(NotAllowed):
        await client.send(UnlockScreen(password=PASSWORD))
    assert events(plant, SignInRefused)[-1] == SignInRefused(account=OFFICER, reason="locked")
    plant.clock.advance(60)
    await client.send(UnlockScreen(password=PASSWORD))


async def enrolled(plant: Plant, client: HttpClient) -> tuple[bytes, list[str]]:
    offer = await totp_offer(client)
    secret = totp.parse_secret(offer.secret)
    assert secret is not None
    code = totp.code_at(secret, totp.step_of(plant.clock.now()))
    await client.send(EnrolTotp(secret=offer.secret, recovery=offer.recovery, code=code))
    return secret, offer.recovery


async def test_codes_are_asked_for_once_enrolled_and_none_is_good_twice(plant: Plant) -> None:
    client = await plant.signed_in(OFFICER)
    secret, recovery = await enrolled(plant, client)
    with pytest.raises(CodeWanted):
        await plant.client().sign_in(OFFICER, PASSWORD)
    code = lambda: totp.code_at(secret, totp.step_of(plant.clock.now()))  # noqa: E731
    with pytest.raises(NotSignedIn):  # the code of the enrolment is used up
        await plant.client().sign_in(OFFICER, PASSWORD, code())
    plant.clock.advance(30)
    with pytest.raises(NotSignedIn):
        await plant.client().sign_in(OFFICER, "wrong password", code())
    await plant.client().sign_in(OFFICER, PASSWORD, code())
    with pytest.raises(NotSignedIn):
        await plant.client().sign_in(OFFICER, PASSWORD, code())
    assert events(plant, SignInRefused)[-1].reason == "code"
    await plant.client().sign_in(OFFICER, PASSWORD, recovery[0].upper().replace("-", " "))
    assert events(plant, RecoveryUsed) == [RecoveryUsed(account=OFFICER, left=len(recovery) - 1)]
    with pytest.raises(NotSignedIn):
        await plant.client().sign_in(OFFICER, PASSWORD, recovery[0])
    kept = (plant.data / BOOK).read_bytes()
    assert not any(each.encode() in kept for each in recovery)


async def test_a_wrong_code_does_not_enrol_and_wrong_codes_lock_the_account(plant: Plant) -> None:
    client = await plant.signed_in(OFFICER)
    offer = await totp_offer(client)
    with pytest.raises(Refused, match="does not belong"):
        await client.send(EnrolTotp(secret=offer.secret, recovery=offer.recovery, code="abc"))
    secret, _recovery = await enrolled(plant, client)
    plant.clock.advance(60)
    for _ in range(FREE_TRIES):
        with pytest.raises(NotSignedIn):
            await plant.client().sign_in(OFFICER, PASSWORD, "no-code")
    with pytest.raises(NotSignedIn):
        await plant.client().sign_in(OFFICER, PASSWORD, totp.code_at(secret, totp.step_of(plant.clock.now())))
    assert events(plant, SignInRefused)[-1].reason == "locked"


async def test_codes_are_dropped_with_ones_password_or_by_an_administrator(plant: Plant) -> None:
    client, admin = await plant.signed_in(OFFICER), await plant.signed_in(ADMIN)
    await enrolled(plant, client)
    with pytest.raises(NotAllowed, match="password is wrong"):
        await client.send(DropTotp(account=OFFICER, password="wrong"))
    await client.send(DropTotp(account=OFFICER, password=PASSWORD))
    await plant.signed_in(OFFICER)
    plant.clock.advance(90)
    await enrolled(plant, client)
    await admin.send(DropTotp(account=OFFICER))
    await plant.signed_in(OFFICER)


async def test_sign_ins_are_seen_and_ended_by_their_person_and_by_administrators(plant: Plant) -> None:
    here, there = await at_place(plant, OFFICER, "ops-1 tty1"), await at_place(plant, OFFICER, "ops-1 tty1")
    (me,) = await people(here)
    assert me.account.id == OFFICER
    assert [session.mine for session in me.sessions] == [True, False]
    with pytest.raises(NotAllowed):
        await here.send(EndSession(account="leader.ps"))
    await here.send(EndSession(account=OFFICER, session=me.sessions[1].id))
    with pytest.raises(NotSignedIn):
        await there.site()
    admin = await plant.signed_in(ADMIN)
    assert len(await people(admin)) > 20
    await admin.send(EndSession(account=OFFICER))
    with pytest.raises(NotSignedIn):
        await here.site()


async def test_the_same_account_in_two_places_is_on_record_once_and_seen(plant: Plant) -> None:
    first = await at_place(plant, OFFICER, "ops-1 tty1")
    await at_place(plant, OFFICER, "ops-1 tty1")
    assert events(plant, TwoPlaces) == []
    second = await at_place(plant, OFFICER, "gate pts/3 from 10.0.0.9")
    told = [TwoPlaces(account=OFFICER, place="gate pts/3 from 10.0.0.9", other="ops-1 tty1")]
    assert events(plant, TwoPlaces) == told
    await first.site()
    await second.site()
    assert events(plant, TwoPlaces) == told
    assert (await people(first))[0].in_two_places


async def test_a_command_line_beside_the_screen_is_no_second_place(plant: Plant) -> None:
    await at_place(plant, OFFICER, "ops-1 pts/0 from 10.0.0.9")
    await at_place(plant, OFFICER, "ops-1 from 10.0.0.9")
    await at_place(plant, OFFICER, "")
    assert events(plant, TwoPlaces) == []
    await at_place(plant, OFFICER, "ops-1 from 10.0.0.8")
    assert len(events(plant, TwoPlaces)) == 1


async def test_a_sign_in_that_nobody_uses_any_more_is_no_second_place_until_it_is_used_again(plant: Plant) -> None:
    left_behind = await at_place(plant, OFFICER, "ops-1 tty1")
    plant.clock.advance(301)
    there = await at_place(plant, OFFICER, "gate pts/3")
    assert events(plant, TwoPlaces) == []
    await there.site()
    await left_behind.site()
    assert events(plant, TwoPlaces) == [TwoPlaces(account=OFFICER, place="ops-1 tty1", other="gate pts/3")]


async def test_a_disabled_account_is_out_at_once_and_told_nothing(plant: Plant) -> None:
    admin, officer = await plant.signed_in(ADMIN), await plant.signed_in(OFFICER)
    await admin.send(DisableAccount(account=OFFICER, reason="on leave"))
    with pytest.raises(NotSignedIn):
        await officer.site()
    with pytest.raises(NotSignedIn, match="name or the password is wrong"):
        await plant.signed_in(OFFICER)
    await admin.send(EnableAccount(account=OFFICER))
    await plant.signed_in(OFFICER)


async def test_changed_rights_hold_for_sign_ins_that_are_live(plant: Plant) -> None:
    admin, officer = await plant.signed_in(ADMIN), await plant.signed_in(OFFICER)
    plant.backend.pictures["press-1"] = b"jpeg"
    await officer.picture("press-1")
    await admin.send(ChangeAccount(account=OFFICER, withdrawn=["live"]))
    with pytest.raises(NotAllowed):
        await officer.picture("press-1")
    await admin.send(ChangeAccount(account=OFFICER, withdrawn=[], departments=["guards"]))
    with pytest.raises(NotAllowed):
        await officer.picture("press-1")
    assert [camera.id for camera in (await officer.site()).cameras] == ["gate-1"]


async def test_who_leaves_is_out_for_good_with_everything(plant: Plant) -> None:
    admin, officer = await plant.signed_in(ADMIN), await plant.signed_in(OFFICER)
    await enrolled(plant, officer)
    await admin.send(DismissPerson(account=OFFICER, reason="moved away"))
    assert isinstance(plant.backend.records[-1].event, PersonLeft)
    with pytest.raises(NotSignedIn):
        await officer.site()
    with pytest.raises(NotSignedIn):
        await plant.signed_in(OFFICER)
    with pytest.raises(Refused, match="left"):
        await admin.send(EnableAccount(account=OFFICER))
    left = next(view for view in await people(admin) if view.account.id == OFFICER)
    assert (left.state, left.sessions, left.totp) == ("left", [], False)


async def test_the_book_catches_up_with_the_journal_after_a_crash_between_them(plant: Plant) -> None:
    await plant.backend.submit(DisableAccount(account=OFFICER, reason="r"), f"person:{ADMIN}")
    await plant.backend.submit(ChangeAccount(account="leader.p", name="Renamed"), f"person:{ADMIN}")
    await plant.signed_in(OFFICER)
    desk = SignInDesk(plant.data, plant.backend, hasher=WEAK, refusal_s=0)
    await desk.open()
    with pytest.raises(NotSignedIn):
        await desk.sign_in(OFFICER, PASSWORD, client="api", peer="x")
    assert (await desk.sign_in("leader.p", PASSWORD, client="api", peer="x")).account.name == "Renamed"
    await desk.close()


async def test_a_book_of_an_earlier_version_is_read_and_grows_the_new_columns(plant: Plant) -> None:
    path = plant.data / "old.db"
    with sqlite3.connect(path) as old:
        old.execute(
            "create table accounts (id text primary key, name text not null, role text not null, domains text not null,"
            " password text not null, created_at_us integer not null, recorded integer not null,"
            " failures integer not null, locked_until_us integer) strict"
        )
        old.execute("insert into accounts values ('li', 'Li', 'leader', 'security', 'x', 1, 1, 0, null)")
    old.close()
    book = AccountBook(path)
    book.open()
    entry = book.find("li")
    assert entry is not None
    assert entry.account.rights
    assert not entry.must_change
    assert not entry.disabled
    book.begin("li", "token", START, None, client="tui", place="here")
    signed = book.whose("token", START)
    assert signed is not None
    assert signed.account == entry.account
    book.close()
