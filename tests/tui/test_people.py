"""The people panel, signing in with a first password and with a code, and the screen that locks itself."""

from datetime import timedelta

from textual.widgets import Input

from hub.client.people import PersonView, SessionView, TotpOffer
from hub.core.people.account import Account
from hub.core.people.commands import (
    ChangePassword,
    CreateAccount,
    EnableAccount,
    EndSession,
    EnrolTotp,
    RecordTraining,
)
from hub.core.people.events import AccountCreated
from hub.core.people.model import Paper
from hub.locale import set_language
from hub.tui.rows import people as rows
from hub.tui.screens.form import FormScreen
from hub.tui.screens.lock import LockScreen
from hub.tui.screens.new_password import NewPasswordScreen
from hub.tui.screens.sign_in import SignInScreen
from hub.tui.situation import Link, Situation
from tests.tui.conftest import Watch
from tests.tui.fake_hub import ACCOUNTS, PASSWORD, FakeHub

NEW = "another sentence"


def views(hub: FakeHub) -> list[PersonView]:
    now = hub.clock.now()
    session = SessionView(
        id="s1",
        account="zhang",
        client="tui",
        place="ops-1 pts/0",
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=12),
    )
    paper = Paper(what="training", course="Watching", day="2026-01-05", valid_until_at=now + timedelta(days=9))
    plain = [
        PersonView(account=each, rights=sorted(each.rights), state="enabled", signed_in_at=now)
        for each in ACCOUNTS.values()
    ]
    zhang = PersonView(
        account=ACCOUNTS["zhang"],
        rights=["watch"],
        state="enabled",
        qualified=True,
        papers=[paper],
        sessions=[session, session],
        in_two_places=True,
    )
    locked = PersonView(
        account=Account("wu", "Wu Min", "repairer", ["production"]),
        rights=[],
        state="disabled",
        why="on leave",
    )
    return [zhang, locked, *(view for view in plain if view.account.id != "zhang")]


def staffed(hub: FakeHub) -> None:
    """The hub knows of everybody."""
    hub.happen(
        *(
            AccountCreated(account=each.id, name=each.name, role=each.role, domains=list(each.domains))
            for each in ACCOUNTS.values()
        )
    )
    hub.answers["people"] = lambda _parameters: views(hub)


async def test_everybody_is_listed_with_what_keeps_them_from_their_work(hub: FakeHub, watch: Watch) -> None:
    staffed(hub)
    async with watch(hub, account="zhao", panel="people") as see:
        await see.until_seen("Zhang Wei", "in two places", "disabled", "Wu Min")
        see.room.panel.choose("zhang")
        await see.until_seen("ops-1 pts/0", "Watching")


async def test_an_administrator_makes_an_account_from_the_panel(hub: FakeHub, watch: Watch) -> None:
    staffed(hub)
    async with watch(hub, account="zhao", panel="people") as see:
        await see.until_seen("Zhang Wei")
        await see.press("n")
        await see.until(lambda: isinstance(see.app.screen, FormScreen))
        for name, value in (("account", "hu"), ("name", "Hu Bo"), ("password", "hu"), ("again", "hu")):
            see.app.screen.query_one(f"#{name}", Input).value = value
        see.app.screen.query_one("#domains").select_all()
        await see.press("ctrl+s")
        await see.until_seen("8 to 200")
        for name in ("password", "again"):
            see.app.screen.query_one(f"#{name}", Input).value = "first of Hu Bo"
        await see.press("ctrl+s")
        await see.until(lambda: not isinstance(see.app.screen, FormScreen))
        (made,) = [command for command in hub.commands if isinstance(command, CreateAccount)]
        assert (made.account, made.role, sorted(made.domains)) == ("hu", "watch_officer", ["production", "security"])
        assert "first of Hu Bo" not in str(see.app.drafts._kept)


async def test_training_is_recorded_and_sign_ins_are_ended(hub: FakeHub, watch: Watch) -> None:
    staffed(hub)
    async with watch(hub, account="zhao", panel="people") as see:
        await see.until_seen("Zhang Wei")
        see.room.panel.choose("zhang")
        await see.tick(1)
        await see.press("t")
        await see.until(lambda: isinstance(see.app.screen, FormScreen))
        see.app.screen.query_one("#course", Input).value = "Watching"
        see.app.screen.query_one("#day", Input).value = "yesterday"
        await see.press("ctrl+s")
        await see.until_seen("like 2026-11-23")
        see.app.screen.query_one("#day", Input).value = hub.clock.now().date().isoformat()
        await see.press("ctrl+s")
        await see.until(lambda: any(isinstance(command, RecordTraining) for command in hub.commands))
        await see.until(lambda: not isinstance(see.app.screen, FormScreen))
        await see.tick(1)
        await see.press("x")
        await see.until(lambda: isinstance(see.app.screen, FormScreen))
        await see.press("ctrl+s")
        await see.until(lambda: EndSession(account="zhang") in hub.commands)


async def test_a_disabled_person_is_enabled_with_one_key(hub: FakeHub, watch: Watch) -> None:
    staffed(hub)
    hub.happen(AccountCreated(account="wu", name="Wu Min", role="repairer", domains=["production"]))
    async with watch(hub, account="zhao", panel="people") as see:
        await see.until_seen("Wu Min")
        see.room.panel.choose("wu")
        await see.tick(1)
        await see.press("d")
        await see.until(lambda: EnableAccount(account="wu") in hub.commands)


async def test_codes_are_set_up_with_a_secret_that_is_shown_once(hub: FakeHub, watch: Watch) -> None:
    staffed(hub)
    offer = TotpOffer(secret="A" * 32, uri="otpauth://totp/x", recovery=["abcde-fghij"])
    hub.answers["people/totp"] = offer
    async with watch(hub, account="zhao", panel="people") as see:
        await see.until_seen("Zhang Wei")
        await see.press("o")
        await see.until_seen("AAAAAAAA", "otpauth://", "abcde-fghij")
        see.app.screen.query_one("#code", Input).value = "123456"
        await see.press("ctrl+s")
        await see.until(lambda: EnrolTotp(secret="A" * 32, recovery=["abcde-fghij"], code="123456") in hub.commands)


async def test_a_first_password_is_changed_before_anything_is_shown(hub: FakeHub, watch: Watch) -> None:
    hub.must_change["zhang"] = "first"
    async with watch(hub, account="") as see:
        await sign_in(see, "zhang", PASSWORD)
        await see.until(lambda: isinstance(see.app.screen, NewPasswordScreen))
        assert hub.site_reads == 0
        for value, said in (("12345678", "digits"), ("zhangzha", ""), (NEW, "")):
            see.app.screen.query_one("#new", Input).value = value
            see.app.screen.query_one("#again", Input).value = "something else" if said == "" else value
            see.app.screen.query_one("#again", Input).focus()
            await see.press("enter")
            await see.until_seen(said or "not the same")
        see.app.screen.query_one("#again", Input).value = NEW
        await see.press("enter")
        await see.until(lambda: see.app.screen is see.room)
        assert hub.commands == [ChangePassword(password=PASSWORD, new_password=NEW)]
        await see.until(lambda: hub.site_reads > 0)


async def test_who_will_not_choose_a_password_is_back_at_the_sign_in(hub: FakeHub, watch: Watch) -> None:
    hub.must_change["zhang"] = "expired"
    async with watch(hub, account="") as see:
        await sign_in(see, "zhang", PASSWORD)
        await see.until_seen("too old")
        await see.press("escape")
        await see.until(lambda: isinstance(see.app.screen, SignInScreen))
        assert hub.account is None


async def test_a_code_is_asked_for_where_the_account_has_one(hub: FakeHub, watch: Watch) -> None:
    hub.codes["zhang"] = "492039"
    async with watch(hub, account="") as see:
        await sign_in(see, "zhang", PASSWORD)
        await see.until_seen("asks for a code")
        await see.press(*"492039", "enter")
        await see.until(lambda: see.app.screen is see.room)


async def test_a_screen_that_nobody_uses_locks_and_keeps_what_was_typed(hub: FakeHub, watch: Watch) -> None:
    hub.lock_after_s = 600
    hub.find("gate-1", "signal.lost")
    async with watch(hub, account="zhang", panel="alarms") as see:
        await see.until(lambda: see.table("alarms").row_count)
        await see.press("s")
        await see.until(lambda: isinstance(see.app.screen, FormScreen))
        await see.press(*"dust")
        typed = [field.value for field in see.app.screen.query(Input)]
        await see.tick(599)
        assert isinstance(see.app.screen, FormScreen)
        await see.tick(2)
        await see.until(lambda: isinstance(see.app.screen, LockScreen))
        await see.until_seen("Locked: Zhang Wei")
        assert not see.sees("dust")
        await see.press("1", "question_mark", "ctrl+p", "escape")
        assert isinstance(see.app.screen, LockScreen)
        see.app.screen.query_one("#password", Input).value = "wrong"
        await see.press("enter")
        await see.until_seen("password is wrong")
        see.app.screen.query_one("#password", Input).value = PASSWORD
        await see.press("enter")
        await see.until(lambda: isinstance(see.app.screen, FormScreen))
        assert [field.value for field in see.app.screen.query(Input)] == typed
        await see.tick(1)
        assert isinstance(see.app.screen, FormScreen)


async def test_somebody_else_can_sign_in_at_a_locked_screen(hub: FakeHub, watch: Watch) -> None:
    hub.lock_after_s = 60
    async with watch(hub, account="zhang") as see:
        await see.until(lambda: hub.site_reads)
        await see.tick(61)
        await see.until(lambda: isinstance(see.app.screen, LockScreen))
        await see.press("tab", "tab", "enter")
        await see.until(lambda: isinstance(see.app.screen, SignInScreen))
        await sign_in(see, "wang", PASSWORD)
        await see.until(lambda: see.app.screen is see.room)


def test_rows_are_said_in_both_languages(hub: FakeHub) -> None:
    situation = Situation(now=hub.clock.now(), zone=hub.clock.now().tzinfo, link=Link(up=True), site=None)  # type: ignore[arg-type]
    for language in ("en", "zh_CN"):
        set_language(language)  # type: ignore[arg-type]
        found = rows.rows(views(hub), situation)
        assert [row.key for row in found] == ["guo", "he", "li", "wang", "wu", "zhang", "zhao"]
        assert all(rows.facts(view, situation) for view in views(hub))


async def sign_in(see, account: str, password: str) -> None:  # type: ignore[no-untyped-def]
    """Type a name and a password at the sign-in."""
    await see.until(lambda: isinstance(see.app.screen, SignInScreen))
    see.app.screen.query_one("#account", Input).value = account
    see.app.screen.query_one("#password", Input).value = password
    see.app.screen.query_one("#password", Input).focus()
    await see.press("enter")
