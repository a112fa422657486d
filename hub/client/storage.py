"""Room for recordings, days ahead."""

from hub.client import HubClient
from hub.core.storage_forecast import Forecast


async def forecast(hub: HubClient) -> Forecast | None:
    """If everything goes on as in the last day; None while nothing was recorded. Raises what `HubClient.read` does."""
    return await hub.read("recordings/forecast", Forecast | None)  # type: ignore[arg-type] # a union is no class
