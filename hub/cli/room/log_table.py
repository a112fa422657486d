"""The duty log as a table for spreadsheets."""

import csv
import io
from typing import Any

from hub.cli.output import when
from hub.locale import _


def as_csv(views: list[Any], zone: str) -> bytes:
    """The entries as a table that Excel opens as it is: UTF-8 with its mark at the beginning.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    from hub.tui.rows.dutylog import kind_of

    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(
        [
            *(_("entry"), _("kind"), _("happened"), _("written"), _("late"), _("who"), _("post"), _("present")),
            *(_("text"), _("cameras"), _("alarm"), _("ticket"), _("follows"), _("corrects"), _("reason")),
            *(_("corrected by"), _("taken by"), _("reported"), _("visitor"), _("from"), _("purpose"), _("left")),
            *(_("files"), _("record")),
        ]
    )
    for view in views:
        entry = view.entry
        yes = _("yes")
        cells = [
            *(entry.id, kind_of(entry)),
            *(when(entry.happened_at, zone), when(entry.entered_at, zone), yes if entry.late else ""),
            *(entry.by.removeprefix("person:"), entry.post, ", ".join(entry.present), entry.text),
            *(", ".join(entry.cameras), entry.alarm or "", entry.ticket or "", entry.about, entry.corrects),
            *(entry.reason, view.corrected_by, entry.taken_by, yes if entry.reported else ""),
            *(entry.visitor, entry.unit, entry.purpose, when(view.left_at, zone) if view.left_at else ""),
            *(", ".join(file.name for file in view.attachments), str(entry.seq)),
        ]
        table.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
