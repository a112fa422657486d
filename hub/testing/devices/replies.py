"""What a replay server is told to answer, and what it has seen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

FaultKind = Literal[
    "hang",
    "drip",
    "closed",
    "garbage",
    "truncated",
    "cut",
    "empty",
    "html",
    "noise",
    "entities",
    "endless",
    "wrong-length",
    "long-header",
    "redirect",
]

FAULTS: tuple[FaultKind | int, ...] = (
    *("hang", "drip", "closed", "garbage", "truncated", "cut", "empty", "html", "noise", "entities", "endless"),
    *("wrong-length", "long-header", "redirect", 400, 403, 404, 500, 503),
)
"""Everything that can be wrong with one answer, but a refused sign-in."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as a device gives it."""

    body: bytes = b""
    media: str = "application/xml"
    status: int = 200
    headers: Mapping[str, str] = {}
    chunked: bool = False
    """Sent in chunks, without a length."""
    delay_s: float = 0.0
    """How long the device thinks before it answers."""
    stream: Sequence[bytes | float] | None = None
    """Instead of `body`: an answer without a length. Bytes go out as they are, one after another; a number is a pause
    in seconds. Then it stays open until the client goes or the server stops."""
    ends: bool = False
    """Of a `stream`: whether the line is closed after the last part."""
    public: bool = False
    """Given to whoever asks, without signing in."""


class Fault(msgspec.Struct, frozen=True):
    """An answer gone wrong; a number is that status with a page of HTML.

    `hang`: nothing, the line stays open. `drip`: a byte a second. `closed`: the line is cut before an answer.
    `garbage`: no HTTP. `truncated`: half of the good body under its full length. `cut`: half of the good body, its
    length right. `empty`: 200 and nothing. `html`: 200 and a page to sign in. `noise`: bytes of no meaning under the
    good media type. `entities`: XML whose entities would grow to gigabytes. `endless`: a body without end, as fast as
    it is taken. `wrong-length`: more bytes than the length says. `long-header`: a header of half a megabyte.
    `redirect`: to `/followed` on the same server. `401` counts as a failed sign-in when one was tried.
    """

    kind: FaultKind | int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it came."""

    method: str
    path: str
    """As it was sent, with the query."""
    body: bytes = b""
    operation: str = ""
    """Of SOAP: the first element of the Body; of JSON: its `method` or `cmd`."""
    signed_in: bool = False
    """Whether its credentials were right."""
    scheme: str = ""
    """How it signed in: `Digest`, `Basic`, or nothing. Never the credentials."""
    headers: Mapping[str, str] = {}
    """Names in small letters; without `authorization`."""


Answer = Reply | Fault | Sequence["Reply | Fault"] | Callable[[Seen], "Reply | Fault"]
"""A sequence is given one after another, and its last from then on."""

Key = tuple[str, str] | tuple[str, str, str]
"""Method and path, with the query or without; and the operation, where one path serves many."""


def find(table: Mapping[Any, Answer], seen: Seen) -> tuple[Key, Answer] | None:
    """The entry that fits best: with the operation before without, with the query before without.

    >>> find({("GET", "/a"): Reply(body=b"1")}, Seen(method="GET", path="/a?b=c"))[0]
    ('GET', '/a')
    """
    bare = seen.path.partition("?")[0]
    with_operation: tuple[Key, ...] = (
        (seen.method, seen.path, seen.operation),
        (seen.method, bare, seen.operation),
    )
    for key in (*with_operation, (seen.method, seen.path), (seen.method, bare)):
        if key in table:
            return key, table[key]
    return None


def find_reply(table: Mapping[Any, Answer], method: str, path: str, operation: str = "") -> Reply | None:
    """The plain answer to a request; None where there is none, or none that stays the same."""
    found = find(table, Seen(method=method, path=path, operation=operation))
    return found[1] if found is not None and isinstance(found[1], Reply) else None
