"""Pure: why a camera that should be recorded is not, and whether that has a finding of its own already."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.core.event import wire_name
from hub.core.findings import AccessRefused, MissingCause, SignalLost
from hub.core.state import CameraState
from hub.core.storage import StorageGone, StorageLow
from hub.core.text import Text
from hub.watch.messages import RecordTrouble

COVERED: frozenset[MissingCause] = frozenset({"signal", "storage"})
"""Causes with a finding, and so an alarm, of their own: staff are not told twice."""
_NO_SIGNAL = frozenset({wire_name(SignalLost), wire_name(AccessRefused)})
_GONE, _FULL = (
    Text(en="The disk of recordings cannot be written.", zh="录像磁盘无法写入。"),
    Text(en="The disk of recordings is full.", zh="录像磁盘已满。"),
)


class Why(NamedTuple):
    """A cause, and what to say of it."""

    cause: MissingCause
    detail: Text

    @property
    def covered(self) -> bool:
        return self.cause in COVERED


_SIGNAL = Why(
    "signal",
    Text(
        en="Nothing comes from the camera: its signal is lost, or it refuses access.",
        zh="摄像机没有送来任何数据：信号丢失或拒绝访问。",
    ),
)
_TROUBLES: dict[RecordTrouble, Why] = {
    "nothing": Why("stream", Text(en="Nothing comes from the camera.", zh="摄像机没有送来任何数据。")),
    "storage": Why("writing", _GONE),
    "full": Why("writing", _FULL),
    "codec": Why("codec", Text(en="The format of the stream cannot be recorded.", zh="该码流的编码格式无法录像。")),
    "slow": Why(
        "slow", Text(en="The disk of recordings is slower than the cameras.", zh="录像磁盘的写入速度跟不上摄像机。")
    ),
    "": Why(
        "unknown",
        Text(en="The stream is there, and nothing new of it is on disk.", zh="有码流，但磁盘上没有新的录像数据。"),
    ),
}


def why(known: CameraState, standing: Sequence[str], trouble: RecordTrouble) -> Why:
    """Why nothing of a camera comes on disk now.

    `standing`: the wire names of what is the matter with the volume. `trouble`: what the watch worker says of it.
    """
    if wire_name(StorageGone) in standing:
        return Why("storage", _GONE)
    if wire_name(StorageLow) in standing and trouble == "full":
        return Why("storage", _FULL)
    return _SIGNAL if _NO_SIGNAL & known.findings.keys() else _TROUBLES[trouble]
