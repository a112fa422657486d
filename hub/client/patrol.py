"""Walking the wall, as the API tells of it."""

from hub.client import HubClient
from hub.client.views import PatrolView


async def patrols(client: HubClient) -> list[PatrolView]:
    """The posts whose wall is to be walked, with the walk that is under way at each."""
    return await client.read("patrols", list[PatrolView])
