"""Commands of people: decoded, checked against their rights in one place, carried out as events."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.client.views import EventView
from hub.core.commands import PersonCommand
from hub.core.people.commands import CreateAccount
from hub.core.people.rights import check
from hub.server.answers import Json, gives, takes
from hub.server.requests import parse_command, read_body
from hub.server.services import Hub, SignedIn
from hub.server.views import event_view


def routes() -> APIRouter:
    router = APIRouter(tags=["commands"])

    @router.post(
        "/commands",
        summary="Give a command",
        responses=gives(
            list[EventView],
            "The records that carried it out; none when it was so already.",
            401,
            403,
            404,
            408,
            409,
            413,
            415,
            422,
            503,
        ),
        openapi_extra=takes(PersonCommand),
    )
    async def command(request: Request, hub: Hub, caller: SignedIn) -> Response:
        wanted = parse_command(await read_body(request))
        check(caller.account, wanted, hub.backend.state())
        if isinstance(wanted, CreateAccount):
            records = await hub.desk.create_account(wanted, caller.account.actor)
        else:
            records = await hub.backend.submit(wanted, caller.account.actor)
        state = hub.backend.state()
        return Json([event_view(caller.account, record, state) for record in records])

    return router
