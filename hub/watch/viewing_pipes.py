"""What the hub and the processes that show pictures say to each other. Knows no video library: the hub imports it."""

import struct

from msgspec import Struct

from hub.ports import StreamSpec
from hub.watch.messages import WatchSettings

CHUNK = struct.Struct(">cI")
"""Kind and length of a chunk of a live picture."""
KEY, MORE, MEDIA, FAILED, REFUSED = b"K", b"M", b"T", b"F", b"R"
"""Pictures from a key frame on; more of them; the media type, first of all; why it ended; the same, when the camera
refused the credentials."""
LARGEST_CHUNK = 32 * 1024 * 1024

QUESTION = struct.Struct(">III")
"""Of a single picture: bytes of the file's head and of the fragment, and how wide the picture may be."""
ANSWER = struct.Struct(">I")
"""Bytes of the picture; 0: none."""
LARGEST_QUESTION = 64 * 1024 * 1024
"""Bytes; a longer one is not asked."""


class LiveOrder(Struct, frozen=True, kw_only=True):
    """Which stream is to be shown live."""

    camera: str
    stream: StreamSpec
    settings: WatchSettings
