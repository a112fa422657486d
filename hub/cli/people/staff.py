"""People on the command line: their accounts, sign-ins and records."""

import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from hub.cli.asking import give, place_of
from hub.cli.names import names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.cli.people.accounts import DomainName, add
from hub.locale import N_, _

# A word that comes out of the data; named here so that it is collected for translation.
_STATES = (N_("enabled"), N_("disabled"), N_("left"))

people_app = typer.Typer(no_args_is_help=True, help="People: accounts, rights, sign-ins, training.")
people_app.command("add")(add)

AccountArgument = Annotated[str, typer.Argument(help="Account name.")]
RoleOption = Annotated[
    Literal["watch_officer", "repairer", "leader", "administrator", "specialist", "planner"] | None,
    typer.Option(help="What the person does."),
]
DayOption = Annotated[str, typer.Option(help="The day, such as 2026-11-23.")]
UntilOption = Annotated[
    str, typer.Option(help="The last day on which it is valid, such as 2027-11-22; without end where left out.")
]
PaperOption = Annotated[Path | None, typer.Option(help="A picture or PDF of the paper.", exists=True, dir_okay=False)]


@people_app.command("list")
def list_(context: typer.Context, json: JsonOption = False, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Show everybody (for those who lead or administer), or yourself."""
    from hub.tui import words as known

    found, zone = _people(context, site, url)
    if json:
        as_json(found)
        return
    as_table(
        [
            _("account"),
            _("name"),
            _("role"),
            _("domains"),
            _("state"),
            _("qualified"),
            _("sign-ins"),
            _("last sign-in"),
        ],
        (
            (
                view.account.id,
                view.account.name,
                known.word(known.ROLES, view.account.role),
                known.domains(list(view.account.domains)),
                state_of(view, zone),
                _("yes") if view.qualified else _("no"),
                str(len(view.sessions)),
                when(view.signed_in_at, zone),
            )
            for view in found
        ),
        empty=_("There is no account."),
    )


@people_app.command("show")
def show(
    context: typer.Context,
    account: AccountArgument,
    json: JsonOption = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Show one person: rights, sign-ins, training."""
    from hub.tui import words as known

    view, zone = _one(context, site, url, account)
    if json:
        as_json(view)
        return
    papers = [
        f"{what}: {paper.day} - {when(paper.valid_until_at, zone)}"
        for paper in view.papers
        for what in [paper.course or known.word(known.QUALIFICATIONS, paper.what)]
    ]
    as_table(
        ["", ""],
        [
            (_("account"), view.account.id),
            (_("name"), view.account.name),
            (_("role"), known.word(known.ROLES, view.account.role)),
            (_("domains"), known.domains(list(view.account.domains))),
            (_("departments"), ", ".join(view.account.departments) or _("all")),
            (_("rights"), known.listed(known.word(known.RIGHTS, right) for right in view.rights)),
            (_("state"), state_of(view, zone)),
            (_("qualified"), _("yes") if view.qualified else _("no")),
            (_("training"), "\n".join(papers) or "-"),
            (_("password until"), when(view.password_expires_at, zone)),
            (_("codes"), _("yes") if view.totp else _("no")),
            (_("last sign-in"), when(view.signed_in_at, zone)),
        ],
        empty="",
    )


@people_app.command("sessions")
def sessions(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="Of this account; of everybody you may see where left out.")] = "",
    json: JsonOption = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Show the sign-ins that are live."""
    everybody, zone = _people(context, site, url)
    found = [session for view in everybody if not account or view.account.id == account for session in view.sessions]
    if json:
        as_json(found)
        return
    as_table(
        [_("account"), _("number"), _("with"), _("where"), _("since"), _("used"), _("until")],
        (
            (
                each.account,
                each.id,
                each.client,
                each.place + (" " + _("(this one)") if each.mine else ""),
                when(each.created_at, zone),
                when(each.seen_at, zone),
                when(each.expires_at, zone),
            )
            for each in found
        ),
        empty=_("Nobody is signed in."),
    )


@people_app.command("end-session")
def end_session(
    context: typer.Context,
    account: AccountArgument,
    session: Annotated[str, typer.Argument(help="Its number; all of them where left out.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """End sign-ins: your own, or with the right to administer anybody's."""
    from hub.core.people.commands import EndSession

    give(context, site, url, [EndSession(account=account, session=session or None)], _("The sign-in was ended."))


@people_app.command("change")
def change(
    context: typer.Context,
    account: AccountArgument,
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    role: RoleOption = None,
    domain: Annotated[list[DomainName] | None, typer.Option(help="The domains; may be given twice.")] = None,
    department: Annotated[
        list[str] | None, typer.Option(help="Limit to these departments; `all` for no limit.")
    ] = None,
    grant: Annotated[list[str] | None, typer.Option(help="The rights besides those of the role; `none`.")] = None,
    withdraw: Annotated[list[str] | None, typer.Option(help="The rights of the role taken away; `none`.")] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Change a name, role, domains, departments or rights; what is not named stays."""
    wanted = {
        "account": account,
        "name": name,
        "role": role,
        "domains": [each.value for each in domain] if domain else None,
        "departments": [each for each in department if each != "all"] if department else None,
        "granted": [each for each in grant if each != "none"] if grant else None,
        "withdrawn": [each for each in withdraw if each != "none"] if withdraw else None,
    }
    give(context, site, url, [_command("account.change", wanted)], _("{name} was changed.").format(name=account))


@people_app.command("reset")
def reset(context: typer.Context, account: AccountArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Give a new first password, to be changed at the next sign-in. Asks for it, or takes HUB_NEW_PASSWORD."""
    command = _command("account.reset_password", {"account": account, "password": new_password()})
    give(context, site, url, [command], _("{name} has a new first password.").format(name=account))


@people_app.command("disable")
def disable(
    context: typer.Context,
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Let nobody sign in with an account until it is enabled again."""
    command = _command("account.disable", {"account": account, "reason": reason})
    give(context, site, url, [command], _("{name} is disabled.").format(name=account))


@people_app.command("enable")
def enable(context: typer.Context, account: AccountArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Let a person sign in again; also ends a lock after failed attempts."""
    command = _command("account.enable", {"account": account})
    give(context, site, url, [command], _("{name} may sign in again.").format(name=account))


@people_app.command("train")
def train(
    context: typer.Context,
    account: AccountArgument,
    course: Annotated[str, typer.Option(help="Which course; not for --confidentiality.")] = "",
    day: DayOption = "",
    until: UntilOption = "",
    confidentiality: Annotated[bool, typer.Option("--confidentiality", help="The agreement was signed.")] = False,
    paper: PaperOption = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Put a training, or a signed confidentiality agreement, on record."""
    from hub.client.attachments import read_attachment

    place, address = place_of(context, site, url)
    kind, key = ("confidentiality.record", "signed_on") if confidentiality else ("training.record", "held_on")
    wanted: dict[str, Any] = {"account": account, key: day, "valid_until_at": _end_of(until)}
    if not confidentiality:
        wanted["course"] = course

    async def work() -> None:
        from hub.cli.connect import connected

        command = _command(kind, wanted)
        async with connected(place, address, person=True) as hub:
            if paper is not None:
                attachment = await hub.attach(paper.name, read_attachment(paper))
                command = _command(kind, {**wanted, "attachment": attachment})
            await hub.send(command)
        say(_("It is on record."))

    run(work)


@people_app.command("dismiss")
def dismiss(
    context: typer.Context,
    account: AccountArgument,
    successor: Annotated[str, typer.Option(help="The account that has the open work from now on.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Somebody leaves: end every right at once, and hand over the open work."""
    place, address = place_of(context, site, url)

    async def work() -> None:
        from hub.cli.connect import connected

        wanted = {"account": account, "successor": successor or None, "reason": reason}
        async with connected(place, address, person=True) as hub:
            left, names = (await hub.send(_command("person.dismiss", wanted)))[-1].event, names_in(await hub.site())
        say(_("{name} has left.").format(name=account))
        say(_("Handed over: {what}").format(what=", ".join(map(names.subject, left["handed_over"])) or "-"))
        say(_("Still in their name: {what}").format(what=", ".join(map(names.subject, left["remaining"])) or "-"))

    run(work)


@people_app.command("password")
def password(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Change your own password. Asks for both, or takes HUB_PASSWORD and HUB_NEW_PASSWORD."""
    present = os.environ.get("HUB_PASSWORD") or typer.prompt(_("Present password"), hide_input=True, err=True)
    command = _command("password.change", {"password": present, "new_password": new_password()})
    give(context, site, url, [command], _("Your password was changed."))


@people_app.command("totp")
def totp(
    context: typer.Context,
    drop: Annotated[str, typer.Option(help="Ask for no code any more, of this account.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign in with a code of six digits from now on: shows the secret for your telephone, then asks for a code."""
    place, address = place_of(context, site, url)

    async def work() -> None:
        from hub.cli.connect import connected
        from hub.client.people import totp_offer

        async with connected(place, address, person=True) as hub:
            if drop:
                present = os.environ.get("HUB_PASSWORD", "")
                await hub.send(_command("totp.drop", {"account": drop, "password": present}))
                say(_("No code is asked for any more."))
                return
            offer = await totp_offer(hub)
            say(_("Type this secret into the code app of your telephone; it is shown this once:"))
            typer.echo(f"{offer.secret}\n{offer.uri}")
            say(_("Write these recovery codes down; each is good for one sign-in without the telephone:"))
            typer.echo("\n".join(offer.recovery))
            code = typer.prompt(_("Code that the telephone shows now"), err=True)
            await hub.send(
                _command("totp.enrol", {"secret": offer.secret, "recovery": offer.recovery, "code": str(code)})
            )
        say(_("A code is asked for at your next sign-in."))

    run(work)


def new_password() -> str:
    """The new password: from HUB_NEW_PASSWORD, or asked for twice."""
    return os.environ.get("HUB_NEW_PASSWORD") or str(
        typer.prompt(_("New password"), hide_input=True, confirmation_prompt=True, err=True)
    )


def state_of(view: Any, zone: str) -> str:
    """What keeps an account from being used as usual."""
    if view.state != "enabled":
        return _(view.state)
    if view.locked_until_at is not None:
        return _("locked until {when}").format(when=when(view.locked_until_at, zone))
    if view.in_two_places:
        return _("in two places")
    return _("password due") if view.must_change else _("active")


def ask_as_person(context: typer.Context, site: Path, url: str, question: Any) -> Any:
    """As `ask`; the local reader is told what it cannot see by an empty list, so a person is asked for."""
    place, address = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(place, address, person=True) as hub:
            return await question(hub)

    return run(work)


def _people(context: typer.Context, site: Path, url: str) -> tuple[Any, str]:
    """Everybody whom one may see, and the site's time zone."""

    async def question(hub: Any) -> tuple[Any, str]:
        from hub.client.people import people

        return await people(hub), (await hub.site()).timezone

    found: tuple[Any, str] = ask_as_person(context, site, url, question)
    return found


def _one(context: typer.Context, site: Path, url: str, account: str) -> tuple[Any, str]:
    from hub.errors import NotFound

    everybody, zone = _people(context, site, url)
    found = next((view for view in everybody if view.account.id == account), None)
    with telling_errors():
        if found is None:
            raise NotFound(f"There is no account {account} that you may see.", hint="See `hub people list`.")
    return found, zone


def _command(kind: str, wanted: dict[str, Any]) -> Any:
    """The command, checked before it is sent."""
    import msgspec

    from hub.core.misfit import misfit
    from hub.core.people.commands import PeopleCommand
    from hub.errors import Refused

    given = {key: value for key, value in wanted.items() if value is not None}
    with telling_errors():
        try:
            return msgspec.convert({"type": kind, **given}, PeopleCommand)
        except msgspec.ValidationError as error:
            raise Refused(misfit(str(error)).sentence, hint="See `--help` for what is expected.") from None


def _end_of(day: str) -> datetime | None:
    """The end of a day in the zone of this machine."""
    from hub.errors import Refused

    if not day:
        return None
    with telling_errors():
        try:
            last = date.fromisoformat(day)
        except ValueError:
            raise Refused(f"{day} is not a day.", hint="Write it like 2027-11-22.") from None
    return datetime.combine(last + timedelta(days=1), time()).astimezone()
