"""Signing in on the command line, and accounts."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.locale import _

if TYPE_CHECKING:
    from hub.client.http import HttpClient
    from hub.client.views import Session


class DomainName(StrEnum):
    PRODUCTION = "production"
    SECURITY = "security"


accounts_app = typer.Typer(no_args_is_help=True, help="Make accounts for people.")


def sign_in(
    account: Annotated[str, typer.Argument(help="Account name.", envvar="HUB_ACCOUNT")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign in, so that later commands act in this person's name. Asks for the password, or takes HUB_PASSWORD."""
    password = os.environ.get("HUB_PASSWORD") or typer.prompt(_("Password"), hide_input=True, err=True)

    async def work() -> Any:
        from hub.cli.connect import address, session_file
        from hub.client.http import HttpClient

        client = HttpClient(address(site, url), client="cli")
        try:
            session = await _signed_in(client, account, password)
            if session.must_change:
                await _change_password(client, password)
        finally:
            await client.close()
        file = session_file(site, url)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(session.token, encoding="utf-8")
        return session

    from hub.tui import words as known

    session = run(work)
    role = known.word(known.ROLES, session.account.role)
    said = _("Signed in as {name} ({role}) until {when}.")
    say(said.format(name=session.account.name, role=role, when=when(session.expires_at)))


async def _signed_in(client: "HttpClient", account: str, password: str) -> "Session":
    """The sign-in, with a code where the account asks for one."""
    from hub.errors import CodeWanted

    try:
        return await client.sign_in(account, password, os.environ.get("HUB_CODE", ""))
    except CodeWanted:
        code = typer.prompt(_("Code of the telephone, or a recovery code"), err=True)
        return await client.sign_in(account, password, str(code))


async def _change_password(client: "HttpClient", password: str) -> None:
    """The password that somebody else chose, or that is too old, is changed before anything else."""
    from hub.core.people.commands import ChangePassword

    say(_("The password must be changed before anything else."))
    fresh = os.environ.get("HUB_NEW_PASSWORD") or typer.prompt(
        _("New password"), hide_input=True, confirmation_prompt=True, err=True
    )
    await client.send(ChangePassword(password=password, new_password=fresh))


def sign_out(site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Forget the session that `sign-in` saved, here and in the hub."""

    async def work() -> None:
        from hub.cli.connect import connected, session_file
        from hub.errors import ClientError

        file = session_file(site, url)
        if not file.is_file():
            say(_("Nobody is signed in."))
            return
        try:
            async with connected(site, url) as hub:
                await hub.sign_out()
        except ClientError as error:
            say(_("The hub could not be told: {error}").format(error=error))
        file.unlink(missing_ok=True)
        say(_("Signed out."))

    run(work)


@accounts_app.command("add")
def add(
    account: Annotated[str, typer.Argument(help="Account name: small letters and digits.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        Literal["watch_officer", "repairer", "leader", "administrator", "specialist", "planner"],
        typer.Option(help="What the person does."),
    ],
    domain: Annotated[list[DomainName], typer.Option(help="What the person may see; may be given twice.")],
    department: Annotated[list[str] | None, typer.Option(help="Limit the person to these departments.")] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Make an account. Asks for its first password, or takes HUB_NEW_PASSWORD; the person must change it."""
    password = os.environ.get("HUB_NEW_PASSWORD") or typer.prompt(
        _("Password of the new account"), hide_input=True, confirmation_prompt=True, err=True
    )

    async def work() -> None:
        import msgspec

        from hub.cli.connect import connected
        from hub.core.misfit import misfit
        from hub.core.people.commands import CreateAccount
        from hub.errors import Refused

        wanted = {
            "account": account,
            "name": name,
            "role": role,
            "domains": [name.value for name in domain],
            "departments": department or [],
            "password": password,
        }
        try:
            command = msgspec.convert({"type": "account.create", **wanted}, CreateAccount)
        except msgspec.ValidationError as error:
            raise Refused(misfit(str(error)).sentence, hint="The account was not made.") from None
        async with connected(site, url, person=True) as hub:
            await hub.send(command)
        say(_("Account {account} made.").format(account=account))

    run(work)


@accounts_app.command("list")
def list_(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Show the accounts of a site. Reads its files: for the user who runs the hub."""

    from hub.config.load import load_site
    from hub.server.accounts.book import load_accounts
    from hub.tui import words as known

    with telling_errors():
        found = load_accounts(site / load_site(site).site.data)
    if json:
        as_json(found)
        return
    as_table(
        [_("account"), _("name"), _("role"), _("domains")],
        ((item.id, item.name, known.word(known.ROLES, item.role), known.domains(list(item.domains))) for item in found),
        empty=_("There is no account."),
    )
