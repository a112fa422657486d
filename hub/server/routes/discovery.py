"""Looking for devices, asking one that a person approved, and writing it into hub.toml. For administrators."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from hub.client.discovery import (
    LARGEST_BODY,
    AddedView,
    Adding,
    AddWish,
    CertificateView,
    Place,
    ProbeView,
    SearchView,
    SearchWish,
    Target,
)
from hub.core.discovery.events import AddressApproved, CamerasAdded
from hub.core.people.rights import check_right
from hub.errors import ConfigError, NotAllowed, Refused
from hub.server.answers import Json, gives, takes
from hub.server.requests import parse_body, read_body
from hub.server.services import Caller, Hub, SignedIn


async def _administrator(caller: SignedIn) -> Caller:
    check_right(caller.account, "administer")
    if not caller.account.unlimited:
        # What answers on the network, and what of it is in hub.toml, may be of any domain.
        raise NotAllowed(
            f"{caller.account.name} administers a part of the site only.",
            hint="Ask an administrator with rights in every domain and department.",
        )
    return caller


Administrator = Annotated[Caller, Depends(_administrator)]


def routes() -> APIRouter:
    router = APIRouter(tags=["discovery"])

    @router.get(
        "/discovery/search",
        summary="The search for devices",
        responses=gives(SearchView, "The present search, or the last one.", 401, 403, 503),
    )
    async def device_search(hub: Hub, caller: Administrator) -> Response:
        return Json(await asyncio.to_thread(hub.backend.discovery.look))

    @router.post(
        "/discovery/search",
        summary="Search for devices",
        description="From the hub's own network addresses. Signs in nowhere. One search at a time.",
        responses=gives(SearchView, "The search that has begun.", 401, 403, 408, 409, 413, 415, 422, 503),
        openapi_extra=takes(SearchWish),
    )
    async def begin_device_search(request: Request, hub: Hub, caller: Administrator) -> Response:
        wish = parse_body(await read_body(request), SearchWish)
        return Json(await asyncio.to_thread(hub.backend.discovery.begin, wish))

    @router.post(
        "/discovery/certificate",
        summary="The certificate shown at an address",
        responses=gives(CertificateView, "Whatever is shown, trusted or not.", 401, 403, 408, 413, 415, 422, 503),
        openapi_extra=takes(Place),
    )
    async def device_certificate(request: Request, hub: Hub, caller: Administrator) -> Response:
        place = parse_body(await read_body(request), Place)
        return Json(await asyncio.to_thread(hub.backend.discovery.certificate, place))

    @router.post(
        "/discovery/probe",
        summary="Ask an approved device what it is",
        description="Signs in there. That the address was approved, and by whom, is on record before.",
        responses=gives(ProbeView, "What it answered.", 401, 403, 408, 409, 413, 415, 422, 503),
        openapi_extra=takes(Target),
    )
    async def probe_device(request: Request, hub: Hub, caller: Administrator) -> Response:
        target = parse_body(await read_body(request), Target)
        _check_approved(target)
        await hub.backend.record(_approval(target), caller.account.actor)
        return Json(await asyncio.to_thread(hub.backend.discovery.probe, target))

    @router.post(
        "/discovery/add",
        summary="Write approved devices into hub.toml",
        description="All of them or none, checked before. The hub takes the file up as after any change by hand.",
        responses=gives(AddedView, "What was written, or would be.", 401, 403, 408, 409, 413, 415, 422, 503),
        openapi_extra=takes(AddWish),
    )
    async def add_devices(request: Request, hub: Hub, caller: Administrator) -> Response:
        wish = parse_body(await read_body(request, LARGEST_BODY), AddWish)
        for adding in wish.adding:
            _check_approved(adding.target)
        try:
            if not wish.dry:
                # Before anything of it is in force, and before the passwords are: what is not on record is not done.
                await asyncio.to_thread(hub.backend.discovery.add, AddWish(adding=wish.adding, dry=True))
                for adding in wish.adding:
                    await hub.backend.record(_approval(adding.target), caller.account.actor)
            added = await asyncio.to_thread(hub.backend.discovery.add, wish)
        except ConfigError as error:
            raise Refused(f"hub.toml has problems already: {error.message}", hint="Mend it first.") from error
        if not wish.dry:
            for adding in wish.adding:
                await hub.backend.record(_addition(adding), caller.account.actor)
        return Json(added)

    return router


def _check_approved(target: Target) -> None:
    if not target.approved:
        raise Refused(
            f"Nothing was sent to {target.host}: nobody has approved this address.",
            hint="Compare the address, and the certificate where there is one, and confirm.",
        )


def _approval(target: Target) -> AddressApproved:
    return AddressApproved(address=_address(target), driver=target.driver, fingerprint=target.fingerprint)


def _addition(adding: Adding) -> CamerasAdded:
    cameras = [camera.id for camera in adding.cameras]
    return CamerasAdded(
        address=_address(adding.target),
        driver=adding.target.driver,
        device=adding.device or cameras[0],
        cameras=cameras,
    )


def _address(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{target.port}" if target.port else target.host
