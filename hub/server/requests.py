"""What clients send: read with a limit, decoded strictly, and cleaned of what could hurt a terminal."""

import asyncio
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace
from starlette.requests import Request

from hub.core.assets.commands import ImportAssets
from hub.core.command import Moment
from hub.core.commands import PersonCommand
from hub.core.misfit import misfit
from hub.server.problems import Malformed, NotJson, TooLarge, TooSlow

T = TypeVar("T")

LARGEST_BODY = 64 * 1024
LARGEST_IMPORT = 4 * 1024 * 1024
"""A whole table of assets comes in one command: all of it is entered, or nothing."""
_BODY_S = 10.0
_LONGEST_ID = 200
_SECRETS = ("password", "new_password", "secret", "recovery", "code")
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of writing, and with it what a line seems to say."""
_YEARS = range(2000, 2200)


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name and a password."""

    account: Annotated[str, Meta(max_length=64)]
    password: Annotated[str, Meta(max_length=1024)]
    client: Annotated[Literal["tui", "cli", "api"], Meta(description="What is signed in with, for the record.")] = "api"
    code: Annotated[str, Meta(max_length=32, description="The code, where the account asks for one.")] = ""
    place: Annotated[str, Meta(max_length=200, description="Where: machine and terminal, for the record.")] = ""

    def __repr__(self) -> str:
        return f"SignIn({self.account!r}, ***)"


class Viewing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who looks at recordings says at which period of which camera, and why."""

    camera: Annotated[str, Meta(max_length=100)]
    from_at: Moment
    to_at: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S", description="For the record.")]


class _Tagged(msgspec.Struct, frozen=True):
    type: str = ""


_TABLE = ImportAssets.__struct_config__.tag


async def read_body(request: Request, most: int = LARGEST_BODY) -> bytes:
    """The request's body. Raises `NotJson`, `TooLarge` (above `most` bytes) and `TooSlow` (after 10 s)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("The body must be JSON.", hint="Send it with `Content-Type: application/json`.")
    return await read_bytes(request, most, _BODY_S)


async def read_bytes(request: Request, most: int, within_s: float) -> bytes:
    """The request's body, whatever it is. Raises `TooLarge` (above `most` bytes) and `TooSlow` (after `within_s`)."""
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TooLarge(f"The body is longer than {most // 1024} KiB.")
    except TimeoutError as error:
        raise TooSlow(f"The body did not arrive within {within_s:.0f} seconds.") from error
    return bytes(body)


def plain(text: str) -> str:
    """A text of a person without blanks around it. Raises `Malformed` where it holds control characters."""
    return str(_clean("text", text))


def parse_body(body: bytes, type_: type[T]) -> T:
    """`body` as `type_`. Raises `Malformed`, which names the place but never repeats a value that could be secret."""
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed("The body is not what this address takes", error) from error


async def read_command(request: Request) -> PersonCommand:
    """The command in a request. Only one that enters a table may be long. Raises what reading and parsing raise."""
    body = await read_body(request, LARGEST_IMPORT)
    if len(body) > LARGEST_BODY and not _is_table(body):
        raise TooLarge(f"The body is longer than {LARGEST_BODY // 1024} KiB.")
    return parse_command(body)


def _is_table(body: bytes) -> bool:
    try:
        return msgspec.json.decode(body, type=_Tagged).type == _TABLE
    except (msgspec.MsgspecError, RecursionError):
        return False


def parse_command(body: bytes) -> PersonCommand:
    """A command of a person, with its texts stripped of blanks around them and its times in UTC.

    Raises `Malformed`: not a command, a field that it does not have, control characters, an identifier of absurd
    length, a time without zone or far from now.
    """
    raw = parse_body(body, dict[str, Any])
    try:
        command: PersonCommand = msgspec.convert({key: _clean(key, value) for key, value in raw.items()}, PersonCommand)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _malformed("This is not a command", error) from error
    unknown = raw.keys() - {"type", *command.__struct_fields__}
    if unknown:
        raise Malformed(
            f"The command has no field {min(unknown)[:_LONGEST_ID]!r}.",
            hint=f"It has {', '.join(command.__struct_fields__)}.",
        )
    times = {name: at for name in command.__struct_fields__ if isinstance(at := getattr(command, name), datetime)}
    return replace(command, **{name: _utc(name, at) for name, at in times.items()})


def _malformed(what: str, error: Exception) -> Malformed:
    """The field and what is wanted of it; where no field is to blame, `what` and the error."""
    sentence, path = misfit(str(error))
    return Malformed(sentence, path=path) if path else Malformed(f"{what}: {error}.", hint="See /api/docs.")


def _clean(key: str, value: object) -> object:
    if isinstance(value, list):
        return [_clean(key, part) for part in value]
    if isinstance(value, dict):
        return {name: _clean(str(name), part) for name, part in value.items()}
    if not isinstance(value, str) or key in _SECRETS:
        return value
    value = value.strip()
    if any(_control(character) for character in value):
        raise Malformed(f"The text of `{key[:_LONGEST_ID]}` holds control characters.", hint="Send plain text.")
    if key in ("alarm", "ticket", "camera", "round") and len(value) > _LONGEST_ID:
        raise Malformed(f"No {key} has a name of {len(value)} characters.")
    return value


def _control(character: str) -> bool:
    return (unicodedata.category(character) == "Cc" and character not in "\n\t") or character in _DIRECTIONS


def _utc(name: str, at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise Malformed(f"The time in `{name}` is in the year {at.year}.")
    return at.astimezone(UTC)
