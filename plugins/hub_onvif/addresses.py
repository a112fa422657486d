"""Addresses that a device names: of services, streams and pictures. Pure.

A device behind a translating router, or with two interfaces, names addresses that lead elsewhere, and a hostile one
names somebody else's. Nothing is ever asked of another host than the one in hub.toml, and no credentials are kept.
"""

import re
from urllib.parse import quote, unquote, urlsplit

from hub.api import ProtocolError

_LONGEST = 2000
_DOUBLED_PORT = re.compile(r"^(?P<host>\[[^\]]+\]|[^:\[\]]+):(?P<port>\d{1,5}):(?P=port)$")
_CREDENTIAL_KEYS = frozenset(
    {"user", "username", "usr", "password", "passwd", "pwd", "pass", "psw", "auth", "loginuse", "loginpas"}
)
# XiongMai and its kin write the credentials into the path: /user=admin&password=…&channel=1.sdp
_IN_PATH = re.compile(r"(?i)(?<![a-z0-9])(?:user|username|password|passwd|pwd)=[^&/?]*?(?:&|_(?=[a-z]+=)|(?=[/?]|$))")
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\\\"<>^`{|}]")


def service_path(address: str) -> str:
    """The path and query of a service or picture on the device, whatever host and port the device thinks it has.

    >>> service_path("http://192.168.0.64:8106:8106/onvif/Media")
    '/onvif/Media'
    """
    _, _, rest = _split(address, ("http", "https"))
    return rest


def picture_path(address: str) -> str:
    """The same for a picture, without the credentials that some devices write into it.

    >>> picture_path("http://admin:pw@10.0.0.8/snap.jpg?user=admin&password=pw&channel=1")
    '/snap.jpg?channel=1'
    """
    return _without_credentials(service_path(address))


def stream_url(address: str, host: str, rtsp_port: int | None = None) -> str:
    """The stream's address at the host that we reach the device at, without credentials.

    >>> stream_url("rtsp://admin:pw@192.168.1.182/Streaming/Channels/101?transportmode=unicast", "10.0.0.8")
    'rtsp://10.0.0.8/Streaming/Channels/101?transportmode=unicast'
    """
    scheme, port, rest = _split(address, ("rtsp", "rtsps", "http", "https"))
    port = rtsp_port if rtsp_port is not None and scheme.startswith("rtsp") else port
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}{f':{port}' if port is not None else ''}{_without_credentials(rest)}"


def _split(address: str, schemes: tuple[str, ...]) -> tuple[str, int | None, str]:
    """Scheme, port, and path with query; host and credentials are dropped."""
    written = address.strip()
    scheme, colon, rest = written.partition("://")
    scheme = scheme.lower()
    if not colon or scheme not in schemes or len(written) > _LONGEST:
        raise ProtocolError(f"The device names an address that is none of {', '.join(schemes)}.")
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # A password may hold a slash, so that what seems the path still has the `@` of the credentials.
    if "@" in rest and "@" not in netloc and re.match(r"[^/?#@]*:[^@]*@[^/?#@]+", rest):
        netloc = re.split(r"[/?#]", rest[rest.rindex("@") + 1 :], maxsplit=1)[0]
        tail = rest[rest.rindex("@") + 1 + len(netloc) :]
    else:
        tail = rest[len(netloc) :]
    place = netloc.rpartition("@")[2]
    doubled = _DOUBLED_PORT.match(place)
    if doubled:
        place = f"{doubled['host']}:{doubled['port']}"
    try:
        port = urlsplit(f"//{place}").port
    except ValueError:
        port = None
    path = tail.partition("#")[0]
    path = "/" + path.lstrip("/")
    return scheme, port, _UNSAFE.sub(lambda found: quote(found[0]), path)


def _without_credentials(rest: str) -> str:
    path, mark, query = rest.partition("?")
    path = _IN_PATH.sub("", path)
    kept = [
        piece for piece in query.split("&") if unquote(piece.partition("=")[0]).strip().lower() not in _CREDENTIAL_KEYS
    ]
    return path + (mark + "&".join(kept) if any(kept) else "")
