"""The client over HTTP: to a hub on this machine through its unix socket, to any other through a URL."""

import errno
import os
import socket
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx2
import msgspec

from hub.client import Parameters, Reach
from hub.client.attachments import LARGEST_ATTACHMENT, AttachmentView
from hub.client.place import here
from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, VariableView
from hub.client.views import (
    CameraReference,
    EventView,
    HealthView,
    RecordingDay,
    RecordingView,
    RuleView,
    Session,
    SiteView,
)
from hub.core.command import Command
from hub.core.explanation import Explanation
from hub.errors import (
    ClientError,
    CodeWanted,
    HubError,
    HubUnreachable,
    JournalBlocked,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    WrongState,
)
from hub.secret import redact

T = TypeVar("T")

_LARGEST_ANSWER = 32 * 1024 * 1024
_LARGEST_PICTURE = 16 * 1024 * 1024
_LONGEST_FILE = 1024 * 1024
_ANSWER_S = 20.0
_TIMEOUT = httpx2.Timeout(5.0, read=_ANSWER_S)
_SILENT_S = 10.0
"""The hub says something on a stream every 5 s at least: after twice that the connection is dead."""
_START = "Start it with `hub run`."

_ERRORS: Mapping[str, type[HubError]] = {
    "not_signed_in": NotSignedIn,
    "code_wanted": CodeWanted,
    "too_many_attempts": NotSignedIn,
    "not_allowed": NotAllowed,
    "not_found": NotFound,
    "wrong_state": WrongState,
    "refused": Refused,
    "malformed": Refused,
    "too_large": Refused,
    "journal_blocked": JournalBlocked,
    "stopping": HubUnreachable,
}


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hub is: behind a unix socket of this machine, or at a URL such as `http://127.0.0.1:8080`."""

    socket: Path | None = None
    url: str = ""
    local_token: Path | None = None
    """File with the token of the local reader, which the user who runs the hub may read."""

    def __str__(self) -> str:
        return str(self.socket) if self.socket is not None else redact(self.url)


def find_hub(site: Path) -> Address:
    """The address of the hub that runs on a site's folder. Raises `HubUnreachable` when none does.

    That a socket is there does not prove that a hub listens on it: the first call of `HttpClient` does.
    """
    run = site / _data_folder(site) / "run"
    try:
        pointer = run / "socket"
        socket = Path(os.fsdecode(pointer.read_bytes().strip())) if pointer.is_file() else run / "hub.sock"
        found = socket.is_socket()
    except PermissionError as error:
        raise HubUnreachable(
            f"You may not use the socket of the hub in {run}.",
            hint="Use the account of the operating system that runs the hub, or name the hub's URL.",
        ) from error
    if not found:
        raise HubUnreachable(f"No hub runs on the site in {site.absolute()}.", hint=_START)
    return Address(socket=socket, local_token=run / "local.token")


class HttpClient:
    """A `hub.client.HubClient` over HTTP. For one event loop; `close` it at the end."""

    def __init__(self, address: Address, *, token: str = "", client: Literal["tui", "cli", "api"] = "api") -> None:
        """`token`: of an earlier sign-in or of the local reader. `client`: what the journal says was signed in with."""
        self._address = address
        self._token = token
        self._client = client
        uds = str(address.socket) if address.socket is not None else None
        # Reading the certificates of the world takes longer than all else here; only https has a use for them.
        verify = address.url.lower().startswith("https:")
        try:
            self._http = httpx2.AsyncClient(
                base_url=address.url or "http://hub",
                transport=httpx2.AsyncHTTPTransport(verify=verify, uds=uds, trust_env=False),
                timeout=_TIMEOUT,
                trust_env=False,
            )
        except httpx2.InvalidURL as error:
            raise HubUnreachable(
                f"{address} is not an address of a hub.", hint="It looks like http://127.0.0.1:8080."
            ) from error

    @property
    def signed_in(self) -> bool:
        """Whether there is a token to ask with; the hub may have ended it meanwhile."""
        return bool(self._token)

    async def sign_in(self, account: str, password: str, code: str = "") -> Session:
        place = here(terminal=self._client == "tui")
        body = {"account": account, "password": password, "client": self._client, "code": code, "place": place}
        session = _decode(await self._post("/api/sign-in", body), Session)
        self._token = session.token
        return session

    async def sign_out(self) -> None:
        await self._post("/api/sign-out", {})
        self._token = ""

    async def site(self) -> SiteView:
        return _decode(await self._get("/api/site"), SiteView)

    async def health(self) -> HealthView:
        return _decode(await self._get("/api/health"), HealthView)

    async def rules(self) -> list[RuleView]:
        return _decode(await self._get("/api/rules"), list[RuleView])

    async def rule(self, rule: str) -> RuleDetail:
        return _decode(await self._get(f"/api/rules/{quote(rule, safe='')}"), RuleDetail)

    async def rule_account(self, rule: str, *, hours: float = 24.0) -> RuleAccount:
        path = f"/api/rules/{quote(rule, safe='')}/account"
        return _decode(await self._get(path, {"hours": hours}), RuleAccount)

    async def rule_cases(self, rule: str) -> list[CaseView]:
        return _decode(await self._get(f"/api/rules/{quote(rule, safe='')}/cases"), list[CaseView])

    async def rule_files(self) -> RuleFiles:
        return _decode(await self._get("/api/rule-files"), RuleFiles)

    async def variables(self) -> list[VariableView]:
        return _decode(await self._get("/api/variables"), list[VariableView])

    async def references(self, camera: str = "") -> list[CameraReference]:
        parameters: Parameters = {"camera": camera} if camera else {}
        return _decode(await self._get("/api/references", parameters), list[CameraReference])

    async def events(
        self, *, limit: int = 200, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[EventView]:
        parameters: Parameters = {"limit": limit, "types": list(types), "subject": subject}
        if before is not None:
            parameters["before"] = before
        return _decode(await self._get("/api/events", parameters), list[EventView])

    async def follow(self, after: int | None = None) -> AsyncIterator[list[EventView]]:
        """As the protocol says; a hub that is silent for 10 s is lost. Connecting again is the caller's part."""
        parameters: Parameters = {"after": after} if after is not None else {}
        timeout = httpx2.Timeout(5.0, read=_SILENT_S)
        with _translated(self._address):
            stream = self._http.sse(
                "/api/stream",
                params=parameters,
                headers=self._headers(),
                timeout=timeout,
                max_event_size=_LARGEST_ANSWER,
            )
            async with stream as source:
                await _raise_for(source.response)
                async for message in source:
                    if message.event == "end":
                        raise _error_of(message.data.encode(), 503)
                    yield _decode(message.data.encode(), list[EventView])
        raise HubUnreachable("The hub closed the connection.", hint="It may have been stopped.")

    async def send(self, command: Command) -> list[EventView]:
        return _decode(await self._post("/api/commands", command), list[EventView])

    async def picture(self, camera: str) -> bytes:
        return await self._get(f"/api/cameras/{quote(camera, safe='')}/picture", limit=_LARGEST_PICTURE)

    async def explain(self, camera: str) -> Explanation:
        return _decode(await self._get(f"/api/cameras/{quote(camera, safe='')}/explanation"), Explanation)

    async def evidence(self, path: str) -> bytes:
        return await self._get(f"/api/evidence/{quote(path)}", limit=_LARGEST_PICTURE)

    async def recordings(
        self, *, camera: str = "", from_at: datetime, to_at: datetime, limit: int = 1000
    ) -> list[RecordingView]:
        parameters: Parameters = {"from_at": from_at.isoformat(), "to_at": to_at.isoformat(), "limit": limit}
        if camera:
            parameters["camera"] = camera
        return _decode(await self._get("/api/recordings", parameters), list[RecordingView])

    async def recording_days(self, *, camera: str = "", first: date, last: date) -> list[RecordingDay]:
        parameters: Parameters = {"first": first.isoformat(), "last": last.isoformat()}
        if camera:
            parameters["camera"] = camera
        return _decode(await self._get("/api/recordings/days", parameters), list[RecordingDay])

    async def read(self, path: str, type_: type[T], parameters: Parameters | None = None) -> T:
        return _decode(await self._get(f"/api/{path}", parameters), type_)

    async def read_bytes(self, path: str, parameters: Parameters | None = None, *, within_s: float = 20.0) -> bytes:
        return await self._ask("GET", f"/api/{path}", limit=_LARGEST_ANSWER, params=parameters, within_s=within_s)

    async def post(self, path: str, body: object, type_: type[T], *, within_s: float = _ANSWER_S) -> T:
        headers = {"content-type": "application/json"}
        content = msgspec.json.encode(body)
        answer = await self._ask("POST", f"/api/{path}", content=content, headers=headers, within_s=within_s)
        return _decode(answer, type_)

    async def fetch(self, path: str, parameters: Parameters | None = None) -> bytes:
        return await self._get(f"/api/{path}", parameters, limit=_LARGEST_PICTURE)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[tuple[Mapping[str, str], AsyncIterator[bytes]]]:
        with _translated(self._address):
            timeout = httpx2.Timeout(5.0, read=_ANSWER_S)
            async with self._http.stream("GET", f"/api/{path}", headers=self._headers(), timeout=timeout) as response:
                await _raise_for(response)
                yield response.headers, response.aiter_bytes()

    @property
    def reach(self) -> Reach:
        return Reach(self._address.url.rstrip("/"), self._address.socket)

    async def attach(self, name: str, data: bytes) -> str:
        headers = {"content-type": "application/octet-stream"}
        answer = await self._ask(
            "POST", "/api/attachments", params={"name": name}, content=data, headers=headers, limit=_LONGEST_FILE
        )
        return _decode(answer, AttachmentView).id

    async def attachment(self, attachment: str) -> bytes:
        return await self._get(f"/api/attachments/{quote(attachment, safe='')}", limit=LARGEST_ATTACHMENT)

    async def close(self) -> None:
        await self._http.aclose()

    async def _get(self, path: str, parameters: Parameters | None = None, *, limit: int = _LARGEST_ANSWER) -> bytes:
        return await self._ask("GET", path, limit=limit, params=parameters)

    async def _post(self, path: str, body: object) -> bytes:
        headers = {"content-type": "application/json"}
        return await self._ask("POST", path, content=msgspec.json.encode(body), headers=headers)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        limit: int = _LARGEST_ANSWER,
        params: Parameters | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] = {},
        within_s: float = _ANSWER_S,
    ) -> bytes:
        with _translated(self._address):
            request = self._http.stream(
                method,
                path,
                params=params,
                content=content,
                headers={**headers, **self._headers()},
                timeout=httpx2.Timeout(5.0, read=within_s),
            )
            async with request as response:
                await _raise_for(response)
                return await _read_body(response, limit)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token}"} if self._token else {}


@contextmanager
def _translated(address: Address) -> Iterator[None]:
    try:
        yield
    except (httpx2.ReadTimeout, httpx2.WriteTimeout, httpx2.PoolTimeout) as error:
        raise HubUnreachable(f"The hub at {address} does not answer any more.", hint="It may be overloaded.") from error
    except httpx2.HTTPError as error:
        raise HubUnreachable(f"Nobody answers at {address}: {_reason(error)}.", hint=_START) from error


_OF_THE_SOCKET = {
    errno.ENOENT: "its socket is not there",
    errno.EACCES: "this account of the operating system may not use its socket",
}


def _reason(error: BaseException) -> str:
    """Why nobody answers, without the numbers of the operating system: `Connection refused`."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, socket.gaierror):
            return "no such host"
        if isinstance(found, OSError) and found.errno is not None:
            return _OF_THE_SOCKET.get(found.errno) or os.strerror(found.errno)
        found = found.__cause__ or found.__context__
    return redact(str(error)) or type(error).__name__


async def _read_body(response: httpx2.Response, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise ClientError(f"The hub's answer is larger than {limit // 1024 // 1024} MB.")
    return bytes(body)


async def _raise_for(response: httpx2.Response) -> None:
    if response.status_code >= 300:
        raise _error_of(await _read_body(response, _LONGEST_FILE), response.status_code)


def _error_of(body: bytes, status: int) -> HubError:
    try:
        problem: Any = msgspec.json.decode(body)["error"]
        kind, message, hint = problem["kind"], str(problem["message"]), str(problem["hint"])
    except (msgspec.MsgspecError, UnicodeDecodeError, LookupError, TypeError):
        return ClientError(f"The hub answered with status {status} and nothing that this client understands.")
    return _ERRORS.get(kind, ClientError)(message, hint=hint)


def _decode(body: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ClientError(
            f"The hub's answer cannot be understood: {error}.", hint="Are the hub and this client of the same version?"
        ) from error


def _data_folder(site: Path) -> str:
    """The site's data folder as hub.toml names it; the usual one when hub.toml cannot be read just now (the hub runs
    on with the last good one)."""
    try:
        data = tomllib.loads(_head(site / "hub.toml"))["site"]["data"]
    except (OSError, ValueError, LookupError, TypeError):
        return "data"
    return data if isinstance(data, str) else "data"


def _head(file: Path) -> str:
    with file.open(encoding="utf-8") as opened:
        return opened.read(_LONGEST_FILE)
