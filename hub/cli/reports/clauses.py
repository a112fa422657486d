"""What serves each clause of the regulation. Works from the site's files; the hub need not run."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.locale import _, told
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.config.clause_coverage import Served

COMMANDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1.2": ("hub cameras", "hub accounts"),
        "2.1": ("hub roster", "hub duty"),
        "2.2": ("hub alarms", "hub tickets", "hub log"),
        "2.3": ("hub assets", "hub people", "hub accounts"),
        "2.4": ("hub assets commission", "hub rounds", "hub tickets", "hub rules ledger"),
        "2.5": ("hub roster gaps", "hub attention check"),
        "3.1": ("hub status", "hub cameras", "hub patrol"),
        "3.2": ("hub alarms", "hub references", "hub log"),
        "3.3": ("hub tickets", "hub duty"),
        "3.4": ("hub duty", "hub attention", "hub settings", "hub check", "hub events"),
        "3.5": ("hub rounds",),
        "3.6a": ("hub stop", "hub recordings"),
        "3.6b": ("hub permits",),
        "3.7": ("hub rounds",),
        "3.8": ("hub assets proposals", "hub rounds"),
        "4.1": ("hub verify", "hub recordings"),
        "4.2": ("hub releases",),
        "5.1": ("hub reviews", "hub figures", "hub report"),
    }
)
"""Commands by clause."""


def clauses(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CLAUSE]…", help="Only these clauses, such as 3.6b.")
    ] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Show what serves each clause of the regulation: rules and rounds of the site, screens, commands and records."""
    from hub.clock import SystemClock
    from hub.config.beside.round_file import load_rounds
    from hub.config.clause_coverage import served
    from hub.config.clauses import CLAUSES
    from hub.config.problems import did_you_mean
    from hub.config.rules.file import known_of
    from hub.core.served import RECORDS
    from hub.errors import SiteError
    from hub.runtime.rules.site import load_rule_site
    from hub.tui.served import SCREENS

    with telling_errors():
        for name in names or ():
            if name not in CLAUSES:
                raise SiteError(
                    _("There is no clause {name}.").format(name=name[:20]),
                    hint=told(did_you_mean(name, CLAUSES)) or _("There are: {names}.").format(names=", ".join(CLAUSES)),
                )
        files = load_rule_site(site, SystemClock().now().date())
        rounds, _problems = load_rounds(site, known_of(files.config))
    found = served(
        files.rules.rules,
        rounds.kinds if rounds is not None else (),
        screens=SCREENS,
        commands=COMMANDS,
        records=RECORDS,
    )
    chosen = [each for each in found if not names or each.clause in names]
    broken = files.rules.broken
    if json:
        as_json({"clauses": chosen, "broken": broken})
    else:
        as_table([_("clause"), "", ""], (row for each in chosen for row in _rows(each)), empty="")
        for file in broken:
            say(_("The rules of {file} are not counted: the file is broken, see `hub rules check`.").format(file=file))
    if broken:
        raise SystemExit(int(Exit.BAD_INPUT))


def _rows(found: "Served") -> Iterator[tuple[str, str, str]]:
    """The clause, and below it a line for everything that there is."""
    yield found.clause, words(found.says), _("nothing yet") if found.nothing else ""
    lines = (
        (_("rules"), ", ".join(found.rules)),
        (_("rounds"), ", ".join(found.rounds)),
        (_("screens"), ", ".join(_panel(panel) for panel in found.screens)),
        (_("commands"), ", ".join(found.commands)),
        (_("records"), ", ".join(found.records)),
        (_("not there yet"), words(found.lacking)),
    )
    yield from (("", f"  {label}", names) for label, names in lines if names)


def _panel(panel: str) -> str:
    from hub.tui.actions import PANELS

    return _({str(where): title for where, title, _key in PANELS}[panel])
