"""Commands of people: decoded, checked against their rights in one place, carried out as events."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.client.views import EventView
from hub.core.commands import PersonCommand
from hub.core.people.commands import ChangePassword, KeptByServer
from hub.core.people.rights import check
from hub.core.reviews.commands import MakeReview
from hub.server.accounts.keeping import carry_out
from hub.server.answers import Json, gives, takes
from hub.server.reports.reviews import make_review
from hub.server.requests import read_command
from hub.server.services import Hub, SignedInAnyhow, change_first
from hub.server.views.state import event_view


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
    async def command(request: Request, hub: Hub, caller: SignedInAnyhow) -> Response:
        wanted = await read_command(request)
        check(caller.account, wanted, hub.backend.state())
        if caller.must_change and not isinstance(wanted, ChangePassword):
            raise change_first()
        if isinstance(wanted, KeptByServer):
            records = await carry_out(hub.desk, wanted, caller.account, caller.token)
        elif isinstance(wanted, MakeReview):
            async with hub.review_turn:
                records = await make_review(hub.backend, wanted.month, caller.account.actor)
        else:
            records = await hub.backend.submit(wanted, caller.account.actor)
        state = hub.backend.state()
        return Json([event_view(caller.account, record, state) for record in records])

    return router
