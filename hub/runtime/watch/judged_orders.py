"""Pure: how a camera is judged now, put into its order: what hub.toml says, and what people decided about its views."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from hub.config.hub_toml.site import SiteConfig
from hub.core.references import decided, proposed
from hub.core.state import State
from hub.watch.messages import WatchOrder

Complete = Callable[[WatchOrder], WatchOrder]


def completing(config: SiteConfig, state: State, timezone: str, offsets: Mapping[str, float] = {}) -> Complete:
    """A function that completes orders; one for a camera that hub.toml does not name stays as it is.

    `offsets`: by how many seconds the clocks of cameras are ahead, where that is known.
    """
    cameras = {camera.id: camera for camera in config.cameras}

    def complete(order: WatchOrder) -> WatchOrder:
        camera = cameras.get(order.camera)
        if camera is None:
            return order
        known = state.cameras.get(order.camera)
        return replace(
            order,
            settings=replace(order.settings, sensitivity=config.sensitivity_of(camera)),
            decided=decided(known.references) if known is not None else {},
            proposed=proposed(known.references) if known is not None else [],
            ignored=config.ignored_of(camera),
            timezone=timezone,
            ptz=camera.ptz,
            recording=replace(order.recording, device_offset_s=offsets.get(order.camera)) if order.recording else None,
        )

    return complete
