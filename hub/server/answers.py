"""Answers as JSON, and how they are described in OpenAPI: both from the same msgspec structs."""

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from hub.client.alarms import AlarmFigures, PastAlarm
from hub.client.assets import ArchiveView, RegisterView
from hub.client.attachments import AttachmentView
from hub.client.attention import AttentionView, CheckPicture
from hub.client.devices import DeviceView
from hub.client.discovery import (
    AddedView,
    AddWish,
    CertificateView,
    Place,
    ProbeView,
    SearchView,
    SearchWish,
    Target,
)
from hub.client.duty_views import AttendanceView, DutyView, HandoverView, PastHandover, ShiftView
from hub.client.figures import FiguresView
from hub.client.log import EntryDetail, EntryView
from hub.client.people import PersonView, TotpOffer
from hub.client.permits import PermitDetail, PermitView
from hub.client.proof import ProofView
from hub.client.release_packages import PackageProgress, ReleaseKey
from hub.client.releases import Register, ReleaseDetail, ReleaseView
from hub.client.reports import Report
from hub.client.reviews import MonthView, ReviewView
from hub.client.rounds import PastRound, RoundCount, RoundSheet
from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, VariableView
from hub.client.search import SearchAnswer
from hub.client.settings import SettingsDetail, SettingsView
from hub.client.storages import StorageView
from hub.client.tickets import TicketDetail, TicketFigures
from hub.client.viewings import LinkWish, LiveWish, ViewingView
from hub.client.views import (
    CameraReference,
    EventView,
    HealthView,
    PatrolView,
    RecordingDay,
    RecordingView,
    RuleView,
    Session,
    SiteView,
)
from hub.core.commands import PersonCommand
from hub.core.explanation import Explanation
from hub.core.storage_forecast import Forecast
from hub.errors import HubError
from hub.server.problems import ErrorBody, error_body, status_of
from hub.server.requests import SignIn, Viewing

_REFERENCE = "#/components/schemas/{name}"
_PROBLEMS = {
    401: "Nobody is signed in with this token.",
    403: "The caller has no right to it.",
    404: "There is no such thing.",
    408: "The body did not arrive in time.",
    409: "It is not in a state that allows this.",
    413: "The body is too long.",
    415: "The body is not JSON.",
    422: "The request says nothing that can be understood.",
    429: "Too many attempts.",
    503: "It cannot be done at the moment; the message says why.",
}
Described = dict[str, Any]


class Json(Response):
    """A value encoded by msgspec."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


def failure(error: HubError) -> Json:
    """The answer to a request that could not be carried out."""
    status = status_of(error)
    headers = {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return Json(error_body(error), status_code=status, headers=headers)


def components() -> dict[str, Any]:
    """The schemas of everything that the API takes and gives, by name."""
    views = (
        SiteView,
        RuleView,
        RuleDetail,
        RuleAccount,
        CaseView,
        RuleFiles,
        VariableView,
        CameraReference,
        EventView,
        HealthView,
        Explanation,
        RecordingView,
        RecordingDay,
        PermitView,
        PermitDetail,
        ReleaseView,
        ReleaseDetail,
        Register,
        ReleaseKey,
        PackageProgress,
        AttentionView,
        CheckPicture,
        DeviceView,
        SettingsDetail,
        SettingsView,
        PatrolView,
        AlarmFigures,
        ArchiveView,
        RegisterView,
        PastAlarm,
        Report,
        ReviewView,
        MonthView,
        RoundSheet,
        PastRound,
        RoundCount,
        Viewing,
        ViewingView,
        StorageView,
        ProofView,
        Forecast,
        LiveWish,
        LinkWish,
        AttachmentView,
        EntryView,
        EntryDetail,
        FiguresView,
        SearchAnswer,
        TicketDetail,
        TicketFigures,
        DutyView,
        ShiftView,
        HandoverView,
        PastHandover,
        AttendanceView,
        PersonView,
        TotpOffer,
        SearchWish,
        SearchView,
        Place,
        CertificateView,
        Target,
        ProbeView,
        AddWish,
        AddedView,
    )
    types = (ErrorBody, SignIn, Session, *views, PersonCommand)
    _, schemas = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return dict(sorted(schemas.items()))


def gives(type_: Any, description: str, *problems: int) -> dict[int | str, Described]:
    """OpenAPI's `responses` of a route that answers with JSON, or with one of these error statuses."""
    return {200: {"description": description, "content": _json(type_)}, **_failures(problems)}


def gives_media(media: str, description: str, *problems: int) -> dict[int | str, Described]:
    """The same for a route that answers with something else than JSON."""
    schema = {"type": "string"} if media.startswith("text/") else {"type": "string", "contentMediaType": media}
    return {200: {"description": description, "content": {media: {"schema": schema}}}, **_failures(problems)}


def takes(type_: Any) -> Described:
    """OpenAPI's description of a route's body."""
    return {"requestBody": {"required": True, "content": _json(type_)}}


def failures(*problems: int) -> dict[int | str, Described]:
    """The same for a route that answers with nothing."""
    return _failures(problems)


def _failures(problems: tuple[int, ...]) -> dict[int | str, Described]:
    return {status: {"description": _PROBLEMS[status], "content": _json(ErrorBody)} for status in problems}


def _json(type_: Any) -> Described:
    (schema,), _ = msgspec.json.schema_components([type_], ref_template=_REFERENCE)
    return {"application/json": {"schema": schema}}
