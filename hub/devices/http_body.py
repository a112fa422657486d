"""What a device sends, read no further than is allowed."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

from hub.errors import ProtocolError

_PIECE = 256 * 1024


def read_headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their name in small letters; several of one name stand behind each other with commas."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def read_body(pieces: Iterable[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body, `limit` bytes at most, also of what a compressed one becomes. Raises `ProtocolError`."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        raise _too_large(limit)
    body = bytearray()
    for piece in _decoded(pieces, headers.get("content-encoding", "")):
        body += piece
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def check_not_encoded(headers: Mapping[str, str]) -> None:
    """Refuse a streamed answer that is compressed, which no device was asked for. Raises `ProtocolError`."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raise ProtocolError("The device compresses a stream although it was asked not to.")


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterable[bytes]:
    match encoding.strip().lower():
        case "" | "identity":
            yield from pieces
            return
        case "gzip" | "x-gzip" | "deflate":
            decoder = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
        case _:
            raise ProtocolError("The device encodes its answer in a way that it was not asked for.")
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield decoder.decompress(rest, _PIECE)
                rest = decoder.unconsumed_tail
        yield decoder.flush()
    except zlib.error:
        raise ProtocolError("The device's answer is compressed, and damaged.") from None
    if not decoder.eof:
        raise ProtocolError("The device's answer is compressed, and not complete.")


def _too_large(limit: int) -> ProtocolError:
    return ProtocolError(f"The device's answer is larger than {limit:,} bytes.")
