"""Commands that make, check, run and stop a site, and open the TUI on it."""

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, say, telling_errors
from hub.cli.output import run as run_async
from hub.locale import _


def init(
    folder: Annotated[Path, typer.Argument(help="The new site's folder.")],
    admin: Annotated[str, typer.Option(help="Account name of the first administrator.")] = "admin",
    demo: Annotated[bool, typer.Option("--demo", help="The demo plant instead of an empty site.")] = False,
) -> None:
    """Make a new site: a commented hub.toml, rules/ and a first administrator.

    Asks for the administrator's password; without a terminal it is taken from HUB_ADMIN_PASSWORD, else made up and
    shown once.
    """
    from hub.clock import SystemClock
    from hub.config.init import write_site
    from hub.config.load import load_site
    from hub.runtime.folders import make_private
    from hub.server.accounts.book import create_first_administrator
    from hub.server.accounts.passwords import check_password

    with telling_errors():
        password, shown = _first_password()
        check_password(password, admin)
        written = write_site(folder, demo=demo)
        data = folder / load_site(folder).site.data
        make_private(data)
        create_first_administrator(data, admin, "Administrator", password, SystemClock().now())
    for path in written:
        say(_("wrote {path}").format(path=path))
    say(_("Administrator: {account}").format(account=admin))
    if shown:
        say(_("Its password, shown this once:"))
        print(password)
    say(
        _("Next: {check}; {run}; and {tui} in another terminal.").format(
            check=f"hub check --site {folder}", run=f"hub run --site {folder}", tui=f"hub tui --site {folder}"
        )
    )


def check(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Check hub.toml, the plugins and the rules. Every problem at once; exit code 2 when one is an error."""
    from hub.config.problems import errors_of
    from hub.errors import ConfigError
    from hub.runtime.parts import load_parts

    with telling_errors():
        try:
            problems: Any = load_parts(site).problems
        except ConfigError as error:
            problems = error.problems
    errors = errors_of(problems)
    if json:
        as_json({"ok": not errors, "problems": [problem.as_data() for problem in problems]})
    else:
        for problem in problems:
            print(problem)
        warnings = len(problems) - len(errors)
        summary = _("Errors: {errors}, warnings: {warnings}.").format(errors=len(errors), warnings=warnings)
        say(summary if problems else _("All is well."))
    if errors:
        raise SystemExit(int(Exit.BAD_INPUT))


def run(
    site: SiteOption = HERE,
    log_format: Annotated[str, typer.Option(help="auto, text or json.")] = "auto",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
) -> None:
    """Run the hub in the foreground until it is stopped."""
    from hub.clock import SystemClock
    from hub.runtime.backup.swap import bring_to_end
    from hub.runtime.hub import Hub
    from hub.runtime.logs import set_up_logs
    from hub.runtime.parts import load_parts, require_sound

    if log_format not in ("auto", "text", "json"):
        raise typer.BadParameter("one of auto, text, json", param_hint="--log-format")
    set_up_logs(log_format, verbose=verbose)  # type: ignore[arg-type]
    with telling_errors():
        if bring_to_end(site.resolve()):
            say(_("A restore that was interrupted was brought to its end."))
        parts = load_parts(site.resolve())
        require_sound(parts)

    async def work() -> None:
        await Hub(parts, SystemClock()).run()

    run_async(work)


def stop(
    reason: Annotated[str, typer.Option(help="Why monitoring is interrupted; it goes on record.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Stop a running hub, with a reason on record."""
    from hub.core.commands import StopHub

    async def work() -> None:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            await hub.send(StopHub(reason=reason))

    run_async(work)
    say(_("The hub stops."))


def tui(
    site: SiteOption = HERE,
    url: UrlOption = "",
    language: Annotated[str, typer.Option(envvar=["LC_ALL", "LANG"], help="en or zh_CN.", show_default=False)] = "",
) -> None:
    """Open the control room's screen on a running hub."""
    from hub.cli.connect import address, signs_in_once, token_of_person
    from hub.client.http import HttpClient
    from hub.locale import from_environment
    from hub.tui.app import run_tui_async

    async def work() -> None:
        place = address(site, url)
        token = await token_of_person(site, url)
        client = HttpClient(place, token=token, client="tui")
        await run_tui_async(
            client, language=from_environment(language), signed_in=bool(token), for_this_screen=signs_in_once()
        )

    run_async(work)


def _first_password() -> tuple[str, bool]:
    """The first administrator's password, and whether it was made up and must be shown."""
    if given := os.environ.get("HUB_ADMIN_PASSWORD"):
        return given, False
    if sys.stdin.isatty():
        asked: str = typer.prompt(
            _("Password of the administrator"), hide_input=True, confirmation_prompt=True, err=True
        )
        return asked, False
    return secrets.token_urlsafe(12), True
