"""The register of assets: the list, the archive page of each with its life, and the proposals to replace some."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hub.client.assets import ArchiveView, RegisterView
from hub.client.views import EventView
from hub.core.assets.lives import Life
from hub.core.assets.model import Asset, Proposal
from hub.core.event import Record
from hub.core.people.account import Account
from hub.core.state import State
from hub.server.answers import Json, gives
from hub.server.reading import views_of
from hub.server.services import Hub, Services, SignedIn
from hub.server.views.assets import archive_view, register_view, seen_asset, seen_proposals

MOST_HISTORY = 500
_OF_TICKET = ("ticket.opened", "ticket.repaired", "ticket.verified", "ticket.closed", "ticket.reopened")
_OF_CAMERA = (
    *("lens.soiled", "lens.cleaned", "view.overgrown", "view.cut_back", "night.unusable", "night.usable"),
    *("reference.approved", "reference.rejected", "camera.relearned", "recording.planned", "recording.unplanned"),
    *("round.due", "round.done", "cleaning.proven", "cleaning.not_proven"),
)
"""What an archive page tells of a camera beside what names the asset; its alarms and findings are in the log."""
_MOST_FAULTS = 20


def routes() -> APIRouter:
    router = APIRouter(tags=["assets"])

    @router.get(
        "/assets",
        summary="The register of assets",
        description="Every camera of hub.toml is in it. What the caller may not see is left out.",
        responses=gives(RegisterView, "The assets, how whole their archives are, and what is likely down.", 401, 503),
    )
    async def assets(hub: Hub, caller: SignedIn) -> Response:
        state, now = hub.backend.state(), hub.backend.clock.now()
        return Json(await asyncio.to_thread(register_view, caller.account, state, now))

    @router.get(
        "/assets/proposals",
        summary="The replacements that are proposed or under way",
        responses=gives(list[Proposal], "Those that are not over.", 401, 503),
    )
    async def proposals(hub: Hub, caller: SignedIn) -> Response:
        return Json(seen_proposals(caller.account, hub.backend.state()))

    @router.get(
        "/assets/{asset}",
        summary="The archive page of an asset, with its life",
        responses=gives(ArchiveView, "Everything on record about it, newest 500 entries.", 401, 404, 422, 503),
    )
    async def asset(
        asset: Annotated[str, Path(max_length=63, description="Its id, such as SW-3, however written.")],
        hub: Hub,
        caller: SignedIn,
    ) -> Response:
        state, now = hub.backend.state(), hub.backend.clock.now()
        found = seen_asset(caller.account, state, asset)
        history = await _history(hub, caller.account, found, state)
        return Json(archive_view(caller.account, state, found.id, now, history))

    return router


async def _history(hub: Services, account: Account, asset: Asset, state: State) -> list[EventView]:
    records = await asyncio.to_thread(_records, hub, asset, state)
    return await views_of(hub.concerns, account, records, state)


def _records(hub: Services, asset: Asset, state: State) -> list[Record]:
    """What names the asset, its faults and, of a camera, what belongs on its page; oldest first, each once."""
    found = hub.backend.read_last(MOST_HISTORY, subject=f"asset:{asset.id}")
    if asset.kind == "camera":
        found += hub.backend.read_last(MOST_HISTORY, types=_OF_CAMERA, subject=f"camera:{asset.id}")
    life = state.assets.lives.get(asset.id) or Life()
    for fault in life.faults[-_MOST_FAULTS:]:
        found += hub.backend.read_last(10, types=_OF_TICKET, subject=f"ticket:{fault.ticket}")
    by_seq = {record.seq: record for record in found}
    return [by_seq[seq] for seq in sorted(by_seq)][-MOST_HISTORY:]
