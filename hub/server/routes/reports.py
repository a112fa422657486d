"""Reports for programs and for the command line; people read them with a browser (`hub.server.routes.browser`)."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.reports import Report
from hub.core.reports.period import Kind
from hub.core.text import Language
from hub.server.answers import Json, gives
from hub.server.reports.desk import MEDIA, Format
from hub.server.reports.pages.page import file_name
from hub.server.services import Hub, SignedIn


def routes() -> APIRouter:
    router = APIRouter(tags=["reports"])

    @router.get(
        "/reports/{kind}",
        summary="What a day, a week, a month or a clause comes to",
        description=(
            "Of the period in which `day` lies; without one, of the newest that is over. As JSON, or as a page, a "
            "table of the figures or a workbook; docs/operate/reports.md says what is in it."
        ),
        responses=gives(Report, "What the caller may see of it.", 401, 404, 422, 503),
    )
    async def report(
        hub: Hub,
        caller: SignedIn,
        kind: Annotated[Kind, Path(description="`clause`: a month, ordered by clauses.")],
        day: Annotated[date | None, Query(description="A day of the site.")] = None,
        clause: Annotated[str, Query(max_length=20, description="Only this one.")] = "",
        language: Language = "en",
        wanted: Annotated[Literal["json", "html", "csv", "xlsx"], Query(alias="format")] = "json",
    ) -> Response:
        found = await hub.reports.report(caller.account, kind, day=day, clause=clause)
        if wanted == "json":
            return Json(found)
        data = await hub.reports.rendered(found, language, wanted, base=hub.reports.address or None)
        return as_file(data, f"{file_name(found)}.{wanted}", wanted)

    return router


def as_file(data: bytes, name: str, kind: Format) -> Response:
    """An answer that a browser keeps under this name."""
    return Response(data, media_type=MEDIA[kind], headers={"content-disposition": f'attachment; filename="{name}"'})
