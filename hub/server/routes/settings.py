"""The settings of devices against those approved. Changes are commands."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.settings import SettingsDetail, SettingsView
from hub.core.baselines.model import Baseline
from hub.core.state import State
from hub.core.text import Text
from hub.errors import HubError, NotFound
from hub.server.answers import Json, gives
from hub.server.services import Hub, SignedIn
from hub.server.views.devices import find_device, sees_device

_MOST_CHANGES = 2_000
_ORDER = ("drifted", "proposed", "approved")


def routes() -> APIRouter:
    router = APIRouter(tags=["settings"])

    @router.get(
        "/settings",
        summary="The settings of devices against those approved",
        responses=gives(list[SettingsView], "Those that differ first; what the caller may not see is left out.", 401),
    )
    async def settings(hub: Hub, caller: SignedIn) -> Response:
        state = hub.backend.state()
        seen = {name for name, device in state.devices.by_id.items() if sees_device(caller.account, state, device)}
        known = [each for each in state.baselines.devices.values() if each.device in seen]
        ordered = sorted(known, key=lambda each: (_ORDER.index(each.state), each.device))
        return Json([_view(each, state) for each in ordered])

    @router.get(
        "/settings/{device}",
        summary="The settings of one device, with all that differs",
        responses=gives(SettingsDetail, "Up to 2,000 settings that differ.", 401, 404, 422, 503),
    )
    async def settings_of(
        device: Annotated[str, Path(max_length=100)],
        hub: Hub,
        caller: SignedIn,
        fresh: Annotated[bool, Query(description="Read the device now; takes some seconds.")] = False,
        target: Annotated[
            str,
            Query(pattern="^([0-9a-f]{64})?$", description="Compare with this kept snapshot, not the approved one."),
        ] = "",
    ) -> Response:
        find_device(caller.account, hub.backend.state(), device)
        problem = ""
        if fresh:
            try:
                await hub.backend.read_settings(device)
            except HubError as error:
                problem = str(error)
        state = hub.backend.state()
        known = state.baselines.devices.get(device)
        if known is None:
            raise NotFound(
                f"The settings of {device} were not read yet.{f' {problem}' if problem else ''}",
                hint="Not every device tells its settings; see `hub devices show`.",
            )
        changes = [*known.changes]
        try:
            changes = await hub.backend.settings_changes(device, target or known.approved, known.digest)
        except HubError as error:
            problem = problem or str(error)
        return Json(SettingsDetail(view=_view(known, state), changes=changes[:_MOST_CHANGES], problem=problem))

    return router


def _view(known: Baseline, state: State) -> SettingsView:
    device = state.devices.by_id.get(known.device)
    return SettingsView(
        device=known.device,
        name=device.configured.name if device is not None else Text(en=known.device),
        state=known.state,
        digest=known.digest,
        entries=known.entries,
        approved=known.approved,
        approved_at=known.approved_at,
        approved_by=known.approved_by,
        count=known.count,
        since_at=known.since_at,
        restoring=bool(known.restoring),
        undo=known.undo,
        may_restore=device is not None and "settings" in device.configured.allow,
    )
