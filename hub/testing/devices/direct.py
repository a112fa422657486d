"""A device that is asked without a line: for thousands of bodies that a plugin must read, where the line is not what
the test is about. Everything else is the hub's own, deadlines, signing in and the latch included.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from hub.clock import SystemClock
from hub.devices.access import Access
from hub.devices.access_deadlines import Deadlines
from hub.devices.http_body import read_body
from hub.devices.http_sign_in import Sign, SignIn
from hub.devices.operations import parse_operation
from hub.errors import ProtocolError
from hub.testing.devices.replies import Reply, Seen
from hub.vendor.access import Address, Answer, Credentials

Serve = Callable[["Heard", Seen, str], object]
"""Answers a request with its `Authorization`, on what it is given."""


def build_direct(serve: Serve, address: Address, *, user: str, password: str) -> Access:
    """The hub's way to a device, but for the line."""
    deadlines, given = Deadlines(), Credentials(user, password) if user else None
    sign_in = SignIn(lambda: given, deadlines.left_s, protected=address.tls)
    exchange = cast(Any, _Exchange(serve))
    return Access("under-test", address, deadlines, exchange, sign_in, lambda: given, SystemClock())


class Heard:
    """One answer: what `Line` is to a server, and `http_exchange.Opened` to the hub."""

    cut_short = False

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.challenges: list[str] = []
        self._pieces: Iterator[bytes] = iter(())

    def answer(self, what: Any, *, head_only: bool = False) -> Any:
        """Of the server: say a reply. Of the hub: the whole answer, of at most so many bytes."""
        if not isinstance(what, Reply):
            return self._whole(what)
        self.status, self.headers = what.status, {name.lower(): value for name, value in what.headers.items()}
        self.headers["content-type"] = what.media
        said = (what.body,) if what.stream is None else tuple(part for part in what.stream if isinstance(part, bytes))
        self._pieces = iter(() if head_only else said)
        return True

    def refuse(self, challenges: Iterable[str]) -> None:
        self.status, self.challenges = 401, list(challenges)

    def fail(self, *_: object) -> bool:
        raise NotImplementedError("what goes wrong on a line needs one: `ReplayServer.access(direct=False)`")

    def drain(self, limit: int) -> bytes:
        whole = self._whole(limit)
        return whole.body if isinstance(whole, Answer) else b""

    def read(self) -> bytes | None:
        return next(self._pieces, None)

    def stream(self, idle_s: float) -> None:
        """Nothing is waited for."""

    def close(self) -> None:
        """Nothing is open."""

    def _whole(self, limit: int) -> Answer | ProtocolError:
        try:
            body = read_body(self._pieces, self.headers, limit)
        except ProtocolError as error:
            return error
        return Answer(status=self.status, headers=self.headers, body=body)


class _Exchange:
    """What `http_exchange.Exchange` is over sockets."""

    def __init__(self, serve: Serve) -> None:
        self.sockets = self
        self.certificate = None
        self._serve = serve

    def open(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        sign: Sign,
        silence_s: float = 0.0,
        *,
        once: bool = False,
    ) -> Heard:
        authorization, heard = (sign() or b"").decode("latin-1"), Heard()
        asked = Seen(
            method=method,
            path=path,
            body=body,
            operation=parse_operation(body),
            scheme=authorization.partition(" ")[0],
            headers={name.lower(): value for name, value in headers.items()},
        )
        self._serve(heard, asked, authorization)
        return heard

    def cut(self, thread: int | None = None) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""
