"""Makes one well-formed address of what people write. Pure; no error shows any part of the credentials."""

import re
from typing import Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from hub.api import StreamSpec, Unsupported

_SCHEMES = ("rtsp", "rtsps", "http", "https")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_ENCODE_HINT = (
    "In a password write @ as %40, / as %2F, : as %3A, # as %23, ? as %3F, % as %25; or give it as `password`."
)


def parse_address(
    address: str, *, user: str | None, password: str | None, transport: Literal["tcp", "udp"]
) -> StreamSpec:
    """The stream at `address`, with `user` and `password` put into it percent-encoded.

    Raises `Unsupported` with the way out.

    >>> parse_address("rtsp://10.0.0.8/live", user="admin", password="p@ss", transport="tcp").url
    'rtsp://admin:p%40ss@10.0.0.8/live'
    """
    if _UNPRINTABLE.search(address):
        raise Unsupported("The camera's address holds a space or a control character.", hint="Write it as %20.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unsupported("The camera's address cannot be read.", hint=_ENCODE_HINT) from None
    if parts.scheme not in _SCHEMES:
        raise Unsupported(
            f"The camera's address begins with '{parts.scheme}:'." if "://" in address else "It is not an address.",
            hint="It begins with rtsp://, rtsps://, http:// or https://.",
        )
    if not host or port == 0:
        raise Unsupported("The camera's address names no host, or port 0.", hint="Like rtsp://10.0.0.8:554/live.")
    if "@" in parts.path + parts.query + parts.fragment and "@" not in parts.netloc:
        raise Unsupported("The camera's address has an @ behind the host's name.", hint=_ENCODE_HINT)
    if parts.scheme == "rtsps" and transport == "udp":
        raise Unsupported("rtsps:// cannot be carried by UDP.", hint='Leave out `transport`, or say "tcp".')
    userinfo = _userinfo(parts.netloc, user, password)
    shown_host = f"[{host}]" if ":" in host else host
    netloc = f"{userinfo}{shown_host}{f':{port}' if port else ''}"
    url = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
    is_rtsp = parts.scheme in ("rtsp", "rtsps")
    return StreamSpec(url, {"rtsp_transport": transport, "allowed_media_types": "video"} if is_rtsp else {})


def _userinfo(netloc: str, user: str | None, password: str | None) -> str:
    written, at, _ = netloc.rpartition("@")
    if user is not None:
        if at:
            raise Unsupported("The credentials are given twice.", hint="Either in the address, or as `user`.")
        return f"{quote(user, safe='')}{'' if password is None else ':' + quote(password, safe='')}@"
    if not at:
        return ""
    name, colon, word = written.partition(":")
    # Decoding first makes both p@ss and p%40ss arrive as p%40ss.
    return f"{quote(unquote(name), safe='')}{colon}{quote(unquote(word), safe='')}@"
