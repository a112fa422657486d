"""Browsers that are signed in: a cookie that no script and no other site can use, and nothing that another site sent.

The token is that of any sign-in. The cookie goes with requests that began on the hub's own pages only
(`SameSite=Strict`); what changes something is refused besides when it did not come from these pages.
"""

from typing import cast
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hub.core.text import Language
from hub.errors import NotAllowed, NotSignedIn
from hub.server.accounts.sign_in import BROWSER
from hub.server.problems import Malformed
from hub.server.requests import read_bytes
from hub.server.services import Caller, change_first, services_of

_COOKIE = "__Host-watchroom"
_LANGUAGE = "watchroom-language"
_LARGEST_FORM = 8 * 1024
_FORM_S = 10.0
_MOST_FIELDS = 10
_LANGUAGE_S = 400 * 86_400
_FIRST = "/reports"


async def caller_of(request: Request) -> Caller:
    """Who looks. Raises `NotSignedIn`, and `NotAllowed` as long as the password must be changed."""
    hub, token = services_of(request), request.cookies.get(_COOKIE, "")
    signed = await hub.desk.whose(token) if token else None
    if signed is None or signed.session is None:
        raise NotSignedIn("Nobody is signed in, or the sign-in has expired.", hint="Sign in again.")
    if signed.session.restricted:
        raise change_first()
    return Caller(signed.account, token, signed.session.id)


async def sign_in(request: Request, form: dict[str, str]) -> tuple[str, int]:
    """A token, and for how many seconds it is good. Raises what signing in raises, and `NotAllowed` as `caller_of`."""
    hub = services_of(request)
    session = await hub.desk.sign_in(
        form.get("account", ""),
        form.get("password", ""),
        client="api",
        peer=BROWSER,
        code=form.get("code", ""),
    )
    if session.must_change:
        await hub.desk.sign_out(session.token)
        raise change_first()
    left = session.expires_at - hub.backend.clock.now()
    return session.token, max(0, int(left.total_seconds()))


async def sign_out(request: Request) -> None:
    """End the sign-in of the browser."""
    token = request.cookies.get(_COOKIE, "")
    if token:
        await services_of(request).desk.sign_out(token)


def keep(response: Response, token: str, seconds: int) -> None:
    """Give the browser its cookie; without a token, take it away."""
    if token:
        response.set_cookie(_COOKIE, token, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")
    else:
        response.delete_cookie(_COOKIE, path="/", secure=True, httponly=True, samesite="strict")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form of our own pages. Raises `NotAllowed` for what came from elsewhere, `Malformed`."""
    if not _own(request):
        raise NotAllowed("This form was not sent by the hub's own page.", hint="Open the page of the hub anew.")
    body = await read_bytes(request, _LARGEST_FORM, _FORM_S)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=_MOST_FIELDS)
    except (UnicodeDecodeError, ValueError) as error:
        raise Malformed("The form cannot be read.") from error
    return {name: values[-1] for name, values in fields.items()}


def _own(request: Request) -> bool:
    """Whether a page of the hub itself sent it: browsers say so, and scripts of others cannot say otherwise."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


def next_page(wanted: str) -> str:
    """Where to go after signing in: a page of the reports, never another site.

    >>> next_page("/reports/weekly?day=2026-10-26"), next_page("//elsewhere.example"), next_page("/reports.example")
    ('/reports/weekly?day=2026-10-26', '/reports', '/reports')
    """
    parts = urlsplit(wanted)
    own = not parts.scheme and not parts.netloc and (parts.path == _FIRST or parts.path.startswith(f"{_FIRST}/"))
    return wanted if own and "\\" not in wanted and wanted.isprintable() and len(wanted) < 500 else _FIRST


def language_of(request: Request) -> Language:
    """The language that the page is asked for in, the last one chosen, or the browser's."""
    for said in (request.query_params.get("language"), request.cookies.get(_LANGUAGE)):
        if said in ("en", "zh_CN"):
            return cast(Language, said)
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    return "zh_CN" if first.startswith("zh") else "en"


def remember_language(request: Request, response: Response) -> None:
    """Show the next page in the language that this one was asked for in."""
    if request.query_params.get("language"):
        response.set_cookie(
            _LANGUAGE, language_of(request), max_age=_LANGUAGE_S, path="/", httponly=True, samesite="strict"
        )
