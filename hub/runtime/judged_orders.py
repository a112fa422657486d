"""Pure: how a camera is judged now, put into its order: what hub.toml says, and what people decided about its views."""

from collections.abc import Callable

from msgspec.structs import replace

from hub.config.site import SiteConfig
from hub.core.references import decided, proposed
from hub.core.state import State
from hub.watch.messages import WatchOrder

Complete = Callable[[WatchOrder], WatchOrder]


def completing(config: SiteConfig, state: State, timezone: str) -> Complete:
    """A function that completes orders; one for a camera that hub.toml does not name stays as it is."""
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
        )

    return complete
