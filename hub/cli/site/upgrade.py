"""The command that brings a site's files to the shape of this version."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, progress_bar, say, telling_errors
from hub.locale import N_, _

_STATES = {
    "current": N_("as it should be"),
    "older": N_("to be upgraded"),
    "newer": N_("newer than this software"),
    "absent": N_("made at the next start"),
    "damaged": N_("cannot be read"),
    "by_hand": N_("to be mended by hand"),
}


def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    to: Annotated[
        Path, typer.Option("--to", help="The folder for the backup that is made first.", show_default="backups")
    ] = Path("backups"),
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Make no backup first.")] = False,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Bring the site's files to the shape of this version: backup first, then journal, accounts and index.

    Exit code 2 when a file was written by newer software, and nothing is changed then; and when hub.toml or a rule has
    to be mended by hand.
    """
    from hub.clock import SystemClock
    from hub.runtime.backup.upgrading import survey, to_do_by_hand
    from hub.runtime.backup.upgrading import upgrade as upgrade_site

    with telling_errors():
        found = survey(site)
        newer = [one for one in found if one.state in ("newer", "damaged")]
        todo = [one for one in found if one.state == "older"]
        made = ""
        if todo and not newer and not dry_run:
            folder = None if no_backup else (to if to.is_absolute() else site / to)
            with progress_bar(_("Copying"), quiet=json or not sys.stderr.isatty()) as progress:
                backup = upgrade_site(site, folder, SystemClock(), progress)
            made = str(backup.path) if backup is not None else ""
            found = survey(site)
        written = to_do_by_hand(site)
    if json:
        as_json(
            {
                "ok": not (newer or written),
                "dry_run": dry_run,
                "backup": made,
                "parts": found,
                "problems": [str(problem) for problem in written],
            }
        )
    else:
        columns = [_("part"), _("file"), _("is"), _("should be"), ""]
        as_table(
            columns, ([one.part, one.file, one.found, one.wanted, _(_STATES[one.state])] for one in found), empty=""
        )
        if made:
            say(_("Backup: {path}").format(path=made))
        if todo and not newer:
            say(_("Nothing was changed.") if dry_run else _("The site was upgraded."))
    if newer:
        say(_("Newer software wrote to this site, or a file cannot be read: nothing was changed. Update the software."))
        raise SystemExit(int(Exit.BAD_INPUT))
    if written:
        for problem in written:
            say(str(problem))
        say(_("This version does not read these lines, and the hub does not start before they are mended."))
        raise SystemExit(int(Exit.BAD_INPUT))
