"""Pure: orders compared, and what a refused camera does to its order."""

from msgspec.structs import replace

from hub.core.status import CameraStatus
from hub.watch.messages import WatchOrder


def same_order(one: WatchOrder, other: WatchOrder) -> bool:
    """Whether a camera can go on under another order with its stream undisturbed; how it is judged may differ."""
    return _substance(one) == _substance(other)


def _substance(order: WatchOrder) -> tuple[object, ...]:
    recording = replace(order.recording, device_offset_s=None) if order.recording is not None else None
    return order.camera, order.stream, replace(order.settings, sensitivity={}), recording


def refused_now(order: WatchOrder, status: CameraStatus) -> WatchOrder:
    """The order with what the status says of the credentials, so that a new worker does not try them again."""
    if status.signal == "refused":
        return order if order.refused_at is not None else replace(order, refused_at=status.at)
    return tried_again(order) if status.signal == "live" else order


def tried_again(order: WatchOrder) -> WatchOrder:
    """The order after somebody asked for another try, or the camera took the credentials."""
    return order if order.refused_at is None else replace(order, refused_at=None)
