"""What a search found, as rows; and where each find leads."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from hub.client import SiteView
from hub.client.search import SearchHit
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor, describe_view
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

CAMERA = "camera:"
"""Before the id of a camera that is found by its name, in the key of its row."""


class Lead(NamedTuple):
    """Where a find leads: a panel with the thing chosen in it, or a record or an entry of the duty log to look at."""

    to: Literal["panel", "record", "entry"]
    name: str
    item: str = ""


def columns() -> list[Column]:
    return [
        Column("at", _("Time"), 11),
        Column("area", _("Kind"), 8),
        Column("what", _("What happened"), 26, flex=3),
        Column("found", _("Found in"), 16, flex=2, from_width=100),
        Column("who", _("Who"), 9, from_width=90),
    ]


def cameras(query: str, site: SiteView | None) -> list[str]:
    """The cameras whose name or id holds every word."""
    wanted = query.casefold().split()
    if site is None or not wanted:
        return []
    return [
        camera.id
        for camera in site.cameras
        if all(word in f"{camera.id} {camera.name.en} {camera.name.zh}".casefold() for word in wanted)
    ]


def rows(found: Sequence[str], hits: Sequence[SearchHit], situation: Situation) -> list[Row]:
    """Cameras first, then records as the hub ordered them."""
    return [_camera(camera, situation) for camera in found] + [_hit(hit, situation) for hit in hits]


def lead_of(key: str, hits: Sequence[SearchHit], situation: Situation) -> Lead | None:
    """Where a row leads: to what still stands, else to the record itself."""
    if key.startswith(CAMERA):
        return Lead("panel", "wall", key.removeprefix(CAMERA))
    hit = next((hit for hit in hits if str(hit.event.seq) == key), None)
    if hit is None:
        return None
    event, site = hit.event.event, situation.site
    if hit.event.type == "log.entered":
        return Lead("entry", str(event["entry"]))
    if site is not None:
        standing = {
            "alarm": {view.alarm.id for view in site.alarms},
            "ticket": {view.ticket.id for view in site.tickets},
            "round": {due.id for due in site.rounds},
        }
        panels = {"alarm": "alarms", "ticket": "tickets", "round": "rounds"}
        area = hit.event.type.partition(".")[0]
        if area in panels and event.get(area) in standing[area]:
            return Lead("panel", panels[area], str(event[area]))
    return Lead("record", key)


def facts(hit: SearchHit | None, situation: Situation) -> list[Fact]:
    """A find in full words, for the lines below the list."""
    if hit is None:
        return []
    who = _("record {seq}, by {who}").format(seq=hit.event.seq, who=actor(hit.event.actor, situation.names))
    stamp = moments.stamp(hit.event.at, situation.zone)
    return [
        Fact("", describe_view(hit.event, situation.names), "strong"),
        Fact("", _marked(hit), ""),
        Fact("", f"{stamp}  {who}", "muted"),
    ]


def _camera(camera: str, situation: Situation) -> Row:
    site = situation.site
    known = next((each for each in site.cameras if each.id == camera), None) if site else None
    state = words.named(words.CONDITIONS, known.condition, stale=situation.stale) if known else ""
    cells = ("", _("Camera"), f"{say(known.name) if known else camera} ({camera})", state, "")
    return Row(
        f"{CAMERA}{camera}", tuple(Cell(text, "strong" if at == 2 else "muted") for at, text in enumerate(cells))
    )


def _hit(hit: SearchHit, situation: Situation) -> Row:
    area = words.word(words.AREAS, hit.event.type.partition(".")[0])
    return Row(
        str(hit.event.seq),
        (
            Cell(moments.stamp(hit.event.seen_at, situation.zone)[5:16], "muted"),
            Cell(area, "muted"),
            Cell(describe_view(hit.event, situation.names)),
            Cell(_marked(hit), "muted"),
            Cell(actor(hit.event.actor, situation.names), "muted"),
        ),
    )


def _marked(hit: SearchHit) -> str:
    """The excerpt with its words in brackets: a mark that every terminal shows."""
    said, at = "", 0
    for begin, end in hit.marks:
        said += hit.excerpt[at:begin] + "[" + hit.excerpt[begin:end] + "]"
        at = end
    return said + hit.excerpt[at:]
