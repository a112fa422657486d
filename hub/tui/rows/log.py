"""The log: journal records in plain words, the oldest first, as in a duty log on paper."""

from collections.abc import Iterable, Sequence

from hub.client import EventView
from hub.locale import _
from hub.tui import moments
from hub.tui.describe.record import actor, describe_view
from hub.tui.names import Names
from hub.tui.rows.row import Cell, Column, Fact, Row

_LOUD = ("lost", "failed", "died", "refused", "blocked", "rejected", "missed", "relapsed")


def columns() -> list[Column]:
    return [
        Column("at", _("Time"), 14),
        Column("what", _("What happened"), 30, flex=4),
        Column("who", _("Who"), 11, flex=1),
        Column("seq", _("Record"), 7, from_width=84),
        Column("type", _("Kind"), 22, from_width=130),
    ]


def row(view: EventView, names: Names, *, stale: bool = False) -> Row:
    """One record in one line; what is bad news stands out."""
    loud = any(view.type.endswith(word) for word in _LOUD)
    tone = "stale" if stale else ("lost" if view.type == "alarm.raised" else "fault" if loud else "")
    quiet = "stale" if stale else "muted"
    return Row(
        str(view.seq),
        (
            Cell(moments.stamp(view.seen_at, names.zone)[5:], quiet),
            Cell(describe_view(view, names), tone),
            Cell(actor(view.actor, names), quiet),
            Cell(str(view.seq), quiet),
            Cell(view.type, quiet),
        ),
    )


def matching(rows: Iterable[Row], find: str) -> list[Row]:
    """The rows that hold every word of `find`, in any column."""
    wanted = find.casefold().split()
    if not wanted:
        return list(rows)
    return [row for row in rows if all(word in _text(row) for word in wanted)]


def summary(view: EventView, names: Names) -> list[Fact]:
    """One record in full words, for the lines below the list."""
    because = _(", because of record {seq}").format(seq=view.cause) if view.cause is not None else ""
    return [
        Fact("", describe_view(view, names), "strong"),
        Fact("", _("record {seq}, by {who}").format(seq=view.seq, who=actor(view.actor, names)) + because, "muted"),
    ]


def facts(view: EventView, names: Names) -> list[Fact]:
    """One record in full, as the journal has it."""
    found = [
        Fact(_("Record"), f"{view.seq}  {view.type}", "strong"),
        Fact(_("What happened"), describe_view(view, names)),
        Fact(_("Happened"), moments.stamp(view.at, names.zone)),
        Fact(_("Written"), moments.stamp(view.seen_at, names.zone)),
        Fact(_("Who"), f"{actor(view.actor, names)} ({view.actor})"),
        Fact(_("Because of"), _("record {seq}").format(seq=view.cause) if view.cause is not None else "-"),
    ]
    found += [Fact(key, str(value), "muted") for key, value in view.event.items() if key != "type"]
    return [*found, Fact(_("Hash"), view.hash, "muted")]


def merged(known: Sequence[EventView], more: Iterable[EventView], *, keep: int) -> list[EventView]:
    """Both in order of their records, each once; at most `keep`, of which the newest."""
    by_seq = {view.seq: view for view in known}
    by_seq.update((view.seq, view) for view in more)
    return [by_seq[seq] for seq in sorted(by_seq)][-keep:]


def _text(row: Row) -> str:
    return " ".join(cell.text for cell in row.cells).casefold()
