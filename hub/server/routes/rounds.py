"""Rounds: sheets of those under way and of the past, on paper too, their history and figures."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from msgspec.structs import replace
from starlette.responses import Response

from hub.core.people.account import Account
from hub.core.people.rights import sight
from hub.core.rounds.fold import sheet_of
from hub.core.rounds.ledger import PastRound, RoundCount
from hub.core.rounds.lines import Line, RoundSheet, lines_of
from hub.core.rounds.measured import readings_of
from hub.core.rounds.model import Round, Sheet
from hub.core.rounds.paper import paper_html, paper_text
from hub.core.rounds.sheet_csv import sheet_csv
from hub.core.rounds.targets import targets_of
from hub.core.state import State
from hub.core.text import Language, Text
from hub.errors import NotFound
from hub.server.answers import Json, gives, gives_media
from hub.server.problems import Malformed
from hub.server.services import Hub, Services, SignedIn

MOST_DAYS = 400
_USUAL = timedelta(days=30)
_YEARS = range(2000, 2200)
Moment = Annotated[datetime | None, Query(description="With its zone.")]
Name = Annotated[str, Query(max_length=200)]


def routes() -> APIRouter:
    router = APIRouter(tags=["rounds"])

    @router.get(
        "/rounds/history",
        summary="Rounds of the past and of now, newest first",
        responses=gives(list[PastRound], "What the caller may not see is left out.", 401, 422, 503),
    )
    async def round_history(
        hub: Hub,
        caller: SignedIn,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
        before: Annotated[str, Query(max_length=100, description="Only those numbered below this round.")] = "",
        kind: Name = "",
        team: Name = "",
        camera: Name = "",
        outcome: Annotated[
            Literal["done", "late", "cancelled", "missed", "open", ""],
            Query(description="`missed`: not made, though its time has passed. `open`: not ended yet."),
        ] = "",
    ) -> Response:
        if before and not number_of(before):
            raise Malformed(f"{before[:100]!r} is not the number of a round.", hint="It looks like R-3.")
        state = hub.backend.state()
        told = await asyncio.to_thread(hub.round_book.history, state)
        shown = sight(caller.account, state.site)
        found = [
            each
            for each in told
            if shown(each.camera)
            and (not before or number_of(each.id) < number_of(before))
            and all(not wanted or wanted == had for wanted, had in ((kind, each.kind), (team, each.team)))
            and (not camera or camera == each.camera)
            and _came_out(each, outcome)
        ]
        return Json(found[:limit])

    @router.get(
        "/rounds/figures",
        summary="How rounds were kept: in time, late or missed, by kind and team",
        description="Of rounds whose time to be made ended in the period; without one, in the last 30 days.",
        responses=gives(list[RoundCount], "Cancelled and still open ones are counted apart.", 401, 422, 503),
    )
    async def round_figures(hub: Hub, caller: SignedIn, from_at: Moment = None, to_at: Moment = None) -> Response:
        now = hub.backend.clock.now()
        end = _utc(to_at) or now
        begin = _utc(from_at) or end - _USUAL
        if begin >= end:
            raise Malformed("The period ends before it begins.")
        if end - begin > timedelta(days=MOST_DAYS):
            raise Malformed(f"Rounds are counted over {MOST_DAYS} days at most.", hint="Ask for a shorter period.")
        return Json(await asyncio.to_thread(hub.round_book.figures, hub.backend.state(), begin, end))

    @router.get(
        "/rounds/{round_id}",
        summary="One round with its sheet",
        description="One that was not begun shows what would be looked at now; one that is over, what was signed.",
        responses=gives(RoundSheet, "Lines about what the caller may not see are left out.", 401, 404, 422, 503),
    )
    async def round_sheet(hub: Hub, caller: SignedIn, round_id: str) -> Response:
        return Json(await asyncio.to_thread(_sheet, hub, caller.account, round_id))

    @router.get(
        "/rounds/{round_id}/csv",
        summary="The sheet for a spreadsheet program",
        responses=gives_media("text/csv", "UTF-8 with a byte order mark.", 401, 404, 422, 503),
    )
    async def round_csv(hub: Hub, caller: SignedIn, round_id: str, language: Language = "en") -> Response:
        sheet = await asyncio.to_thread(_sheet, hub, caller.account, round_id)
        headers = {"content-disposition": f'attachment; filename="{sheet.round.id}.csv"'}
        return Response(sheet_csv(sheet, language), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get(
        "/rounds/{round_id}/paper",
        summary="The sheet to be printed",
        responses=gives_media("text/html", "A page without scripts; with `plain`, text.", 401, 404, 422, 503),
    )
    async def round_paper(
        hub: Hub,
        caller: SignedIn,
        round_id: str,
        language: Language = "en",
        plain: Annotated[bool, Query(description="As plain text.")] = False,
    ) -> Response:
        sheet = await asyncio.to_thread(_sheet, hub, caller.account, round_id)
        zone = ZoneInfo(hub.backend.timezone)
        if plain:
            return Response(paper_text(sheet, language, zone), media_type="text/plain; charset=utf-8")
        return Response(paper_html(sheet, language, zone), media_type="text/html; charset=utf-8")

    return router


def number_of(round_id: str) -> int:
    """The number in a round's id; 0 for what is none.

    >>> number_of("R-12"), number_of("x")
    (12, 0)
    """
    number = round_id.removeprefix("R-")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _sheet(hub: Services, account: Account, round_id: str) -> RoundSheet:
    state = hub.backend.state()
    shown = sight(account, state.site)
    known = state.rounds.get(round_id)
    if known is not None:
        round_, sheet, begun = (known, *_now(state, known, hub.backend.clock.now()))
    else:
        round_, sheet, _past = hub.round_book.past(state, round_id[:100])
        begun = True
    if not shown(round_.camera):
        raise NotFound(f"There is no round {round_id[:100]}.", hint="See `hub rounds list` and `hub rounds history`.")
    lines = [line for line in lines_of(sheet) if _may_see(account, state, line, shown)]
    team = state.duty.file.team(round_.team)
    return RoundSheet(
        round=round_,
        name=sheet.kind.name,
        signed_by=sheet.kind.signed_by,
        begun=begun,
        lines=lines,
        team=team.name if team is not None else Text(en=""),
    )


def _now(state: State, round_: Round, now: datetime) -> tuple[Sheet, bool]:
    """The sheet as it stands; before it is begun, with what would be looked at and is seen now."""
    sheet = sheet_of(state, round_)
    if round_.id in state.round_sheets:
        return sheet, True
    sheet = replace(sheet, targets=tuple(targets_of(state, sheet.kind, round_.camera)))
    return replace(sheet, readings={each.key: each for each in readings_of(state, sheet, now)}), False


def _may_see(account: Account, state: State, line: Line, shown: Callable[[str | None], bool]) -> bool:
    if line.of == "camera":
        return shown(line.asset)
    asset = state.assets.by_id.get(line.asset)
    return asset is None or not asset.domain or asset.domain in account.domains


def _came_out(round_: PastRound, wanted: str) -> bool:
    match wanted:
        case "":
            return True
        case "open":
            return not round_.outcome
        case "missed":
            return not round_.outcome and round_.missed
        case _:
            return round_.outcome == wanted


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None or at.year not in _YEARS:
        raise Malformed("A time needs its zone and a year of ours.", hint="It looks like 2026-03-02T08:00:00+08:00.")
    return at.astimezone(UTC)
