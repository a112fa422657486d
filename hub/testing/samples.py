"""Messages and pictures to test with."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np

from hub.core.text import Text
from hub.ports import Message


def make_message(**changes: Any) -> Message:
    """A complete message; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "id": "view-obstructed:4711:2",
        "language": "en",
        "title": Text(en="Camera obstructed", zh="摄像机被遮挡"),
        "body": Text(en="North gate: most of the view is covered.", zh="北门：画面大部分被遮挡。"),
        "priority": "high",
        "site": Text(en="Demo plant", zh="示范工厂"),
        "camera": "gate-1",
        "clause": "3.6b",
        "event": "view.obstructed",
    }
    return Message(**(fields | changes))


def make_jpeg(file: Path, *, level: int = 128, size: tuple[int, int] = (64, 36)) -> Path:
    """Write a gray JPEG of `size` (width, height, even numbers) to `file` and return it."""
    width, height = size
    buffer = BytesIO()
    with av.open(buffer, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        stream.time_base = Fraction(1, 1)
        picture = av.VideoFrame.from_ndarray(np.full((height, width), level, np.uint8), format="gray")
        for packet in [*stream.encode(picture), *stream.encode(None)]:
            container.mux(packet)
    file.write_bytes(buffer.getvalue())
    return file
