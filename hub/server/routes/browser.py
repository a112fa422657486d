"""The hub's pages for browsers: signing in, reports, and the entries behind their figures. Without scripts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.client.views import EventView
from hub.config.clauses import CLAUSES
from hub.core.catalogue import CATALOGUE
from hub.core.recorded import Span
from hub.core.reports.model import Report
from hub.core.reports.period import KINDS, Days, before, days_of, last_over
from hub.core.state import State
from hub.core.text import Language
from hub.core.walltime import midnight
from hub.errors import HubError, NotAllowed, NotFound, NotSignedIn, SiteError
from hub.server.accounts.browser_session import (
    caller_of,
    form_of,
    keep,
    language_of,
    next_page,
    remember_language,
    sign_in,
    sign_out,
)
from hub.server.problems import Malformed, status_of
from hub.server.reports.desk import MEDIA, Format
from hub.server.reports.making import MOST_DAYS_BACK
from hub.server.reports.pages import refusals
from hub.server.reports.pages.page import details, event_words, file_name, page, report_page
from hub.server.reports.pages.pdf import browser
from hub.server.reports.pages.words import KINDS as TITLES
from hub.server.reports.pages.words import ROLES, WORDS
from hub.server.reports.records import entries
from hub.server.routes.reports import as_file
from hub.server.services import Caller, services_of

_DAY = timedelta(days=1)
_ENTRIES = 200
"""Entries on one page."""
_MOST_TYPES = 40
_ABOUT = ("ticket", "alarm", "round", "permit", "release", "asset", "post", "device", "review", "volume", "file")
"""What a record is about where it is about no camera."""
_AGAIN_S = 3
"""A page that says that the past is still being counted asks again by itself."""
Answer = Callable[[Request], Awaitable[Response]]


def routes() -> tuple[Route, ...]:
    return (
        Route("/", _begin),
        Route("/sign-in", _page(_door)),
        Route("/sign-in", _page(_enter), methods=["POST"]),
        Route("/sign-out", _page(_leave), methods=["POST"]),
        Route("/reports", _page(_index)),
        Route("/reports/entries", _page(_entries)),
        Route("/reports/made/{report}/{file}", _page(_made)),
        Route("/reports/{kind}", _page(_report)),
    )


def _page(answer: Answer) -> Answer:
    """An answer whose refusals are pages as well."""

    async def told(request: Request) -> Response:
        response: Response
        try:
            response = await answer(request)
        except NotSignedIn:
            asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
            response = RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", status_code=303)
            remember_language(request, response)
            return response
        except HubError as error:
            return _refused(request, error)
        remember_language(request, response)
        return response

    return told


async def _begin(request: Request) -> Response:
    return RedirectResponse("/reports", status_code=303)


async def _door(request: Request) -> Response:
    return _sign_in_page(request, next_page(request.query_params.get("next", "")))


async def _enter(request: Request) -> Response:
    form = await form_of(request)
    target = next_page(form.get("next", ""))
    try:
        token, seconds = await sign_in(request, form)
    except HubError as error:
        return _sign_in_page(request, target, account=form.get("account", "")[:64], error=error)
    # Not where the form was posted to: going back must not send the password again.
    response = RedirectResponse(target, status_code=303)
    keep(response, token, seconds)
    return response


async def _leave(request: Request) -> Response:
    await form_of(request)
    await sign_out(request)
    response = RedirectResponse("/sign-in", status_code=303)
    keep(response, "", 0)
    return response


async def _index(request: Request) -> Response:
    hub, caller, language = services_of(request), await caller_of(request), language_of(request)
    today = hub.reports.today()
    kinds = []
    for kind in KINDS:
        newest = last_over(kind, today)
        periods = [days_of(kind, today), newest, before(kind, newest), before(kind, before(kind, newest))]
        title = TITLES[kind].in_(language)
        so_far = WORDS["this"].in_(language)
        listed = [
            (f"{_named(days)}{f' ({so_far})' if days is periods[0] else ''}", f"/reports/{kind}?day={days.first}")
            for days in periods
        ]
        kinds.append((title, listed))
    first = days_of("clause", today).first
    clauses = [
        (name, says.in_(language), f"/reports/clause?{urlencode({'clause': name, 'day': first})}")
        for name, says in CLAUSES.items()
    ]
    made = []
    if caller.account.unlimited:
        made = [
            (
                f"{TITLES[each.kind].in_(language)} {_span(each.first, each.last)}",
                [(name.rpartition(".")[2].upper(), f"/reports/made/{each.report}/{name}") for name in each.files],
            )
            for each in await hub.reports.made()
            if each.kind in KINDS
        ]
    return _html(request, caller, "index.html.j2", kinds=kinds, clauses=clauses, made=made)


async def _report(request: Request) -> Response:
    hub, caller, language = services_of(request), await caller_of(request), language_of(request)
    kind = request.path_params["kind"]
    if kind not in KINDS:
        raise NotFound("There is no such report.", hint=f"There are: {', '.join(KINDS)}.")
    clause = request.query_params.get("clause", "")[:20]
    found = await hub.reports.report(caller.account, kind, day=_day(request, "day"), clause=clause)
    wanted = request.query_params.get("format", "html")
    if wanted not in MEDIA:
        raise Malformed("There is no such format.", hint=f"There are: {', '.join(MEDIA)}.")
    if wanted != "html":
        asked = cast(Format, wanted)
        data = await hub.reports.rendered(found, language, asked, base=hub.reports.address or None)
        return as_file(data, f"{file_name(found)}.{asked}", asked)
    around = _around(found, language, hub.reports.today())
    who = _who(caller, language)
    shown = await asyncio.to_thread(report_page, found, language, base="", person=who, around=around)
    return HTMLResponse(shown)


async def _entries(request: Request) -> Response:
    hub, caller, language = services_of(request), await caller_of(request), language_of(request)
    types = request.query_params.getlist("type")[:_MOST_TYPES]
    unknown = [name for name in types if name not in CATALOGUE]
    if unknown or not types:
        raise Malformed("Name kinds of records.", hint="The links of a report do.")
    first, last = _day(request, "first"), _day(request, "last")
    if first is None or last is None or last < first or (last - first).days > MOST_DAYS_BACK:
        raise Malformed("The period ends before it begins, or is too long.")
    zone, state = ZoneInfo(hub.backend.timezone), hub.backend.state()
    span = Span(midnight(first, zone), midnight(last + _DAY, zone))
    after = _number(request.query_params.get("after", "0"))
    found = await asyncio.to_thread(
        entries, hub.backend, hub.concerns, caller.account, state, span, types, limit=_ENTRIES + 1, after=after
    )
    shown = found[:_ENTRIES]
    asked = [*(("type", name) for name in types), ("first", f"{first}"), ("last", f"{last}"), ("language", language)]
    more = f"/reports/entries?{urlencode([*asked, ('after', shown[-1].seq)])}" if len(found) > _ENTRIES else ""
    return _html(
        request,
        caller,
        "entries.html.j2",
        period=_named(Days(first, last)),
        kinds=[event_words(name, language) for name in types],
        rows=[_row(each, state, zone, language) for each in shown],
        more=more,
    )


async def _made(request: Request) -> Response:
    hub, caller = services_of(request), await caller_of(request)
    if not caller.account.unlimited:
        raise NotAllowed(
            "Kept reports show the whole site, which not everybody may see.", hint="Open the report of the period."
        )
    report, name = request.path_params["report"], request.path_params["file"]
    kind = name.rpartition(".")[2]
    data = await hub.reports.file(report, name)
    return as_file(data, name, cast(Format, kind) if kind in MEDIA else "html")


def _sign_in_page(request: Request, target: str, *, account: str = "", error: HubError | None = None) -> HTMLResponse:
    hub, language = services_of(request), language_of(request)
    problem, hint = refusals.said(error, language) if error is not None else ("", "")
    other: Language = "en" if language == "zh_CN" else "zh_CN"
    text = page(
        "sign_in.html.j2",
        language,
        site=hub.backend.state().site.name.in_(language),
        next=target,
        account=account,
        problem=problem,
        hint=hint,
        other=f"/sign-in?{urlencode({'language': other, 'next': target})}",
    )
    response = HTMLResponse(text, status_code=status_of(error) if error is not None else 200)
    remember_language(request, response)
    return response


def _html(request: Request, caller: Caller, template: str, **values: object) -> HTMLResponse:
    hub, language = services_of(request), language_of(request)
    site = hub.backend.state().site.name.in_(language)
    text = page(template, language, site=site, person=_who(caller, language), other=_other(request), **values)
    return HTMLResponse(text)


def _refused(request: Request, error: HubError) -> HTMLResponse:
    language = language_of(request)
    problem, hint = refusals.said(error, language)
    text = page("problem.html.j2", language, problem=problem, hint=hint, person="")
    again = {"refresh": f"{_AGAIN_S}"} if isinstance(error, SiteError) and request.method == "GET" else None
    return HTMLResponse(text, status_code=status_of(error), headers=again)


def _around(report: Report, language: Language, today: date) -> dict[str, str]:
    """The addresses of the periods beside this one, of its sheets, and of the page in the other language."""
    asked = {"clause": report.clause} if report.clause else {}
    here = f"/reports/{report.kind}"

    def to(day: date, **more: str) -> str:
        return f"{here}?{urlencode({**asked, 'day': f'{day}', **more})}"

    earlier, later = before(report.kind, Days(report.first, report.last)), report.last + _DAY
    oldest = today - timedelta(days=MOST_DAYS_BACK)
    sheets = {name: to(report.first, format=name, language=language) for name in ("csv", "xlsx")}
    pdf = to(report.first, format="pdf", language=language) if browser() is not None else ""
    return {
        "previous": to(earlier.first) if earlier.first >= oldest else "",
        "next": to(later) if later <= today else "",
        "other": to(report.first, language="en" if language == "zh_CN" else "zh_CN"),
        "pdf": pdf,
        **sheets,
    }


def _other(request: Request) -> str:
    """This page in the other language."""
    other = "en" if language_of(request) == "zh_CN" else "zh_CN"
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "language"]
    return f"{request.url.path}?{urlencode([*asked, ('language', other)])}"


class _Entry(NamedTuple):
    """One record on the page of entries."""

    seq: int
    at: str
    who: str
    what: str
    about: str
    details: str


def _row(view: EventView, state: State, zone: ZoneInfo, language: Language) -> _Entry:
    camera = state.site.camera(str(view.event.get("camera", "")))
    about = (
        camera.name.in_(language)
        if camera is not None
        else next((str(view.event[name]) for name in _ABOUT if view.event.get(name)), "")
    )
    at = view.seen_at if view.seen_at.tzinfo is not None else view.seen_at.replace(tzinfo=UTC)
    return _Entry(
        seq=view.seq,
        at=_stamp(at, zone),
        who=_actor(view.actor, state, language),
        what=event_words(view.type, language),
        about=about,
        details=details(view.event, language, zone),
    )


def _actor(actor: str, state: State, language: Language) -> str:
    known = state.staff.people.get(actor.removeprefix("person:"))
    if actor.startswith("person:"):
        return known.account.name if known is not None else actor.removeprefix("person:")
    return WORDS["the_hub"].in_(language) if actor == "hub" else actor


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _who(caller: Caller, language: Language) -> str:
    role = ROLES.get(caller.account.role)
    return f"{caller.account.name} ({role.in_(language)})" if role is not None else caller.account.name


def _named(days: Days) -> str:
    return _span(f"{days.first}", f"{days.last}")


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"


def _day(request: Request, name: str) -> date | None:
    said = request.query_params.get(name, "")
    if not said:
        return None
    try:
        found = date.fromisoformat(said)
    except ValueError:
        raise Malformed(f"{said[:20]!r} is no day.", hint="It looks like 2026-10-31.") from None
    if not 2000 <= found.year < 2200:
        raise Malformed(f"{said[:20]!r} is no day of ours.", hint="It looks like 2026-10-31.")
    return found


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0
