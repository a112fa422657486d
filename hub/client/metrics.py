"""The metrics of a hub of this machine."""

import httpx2

from hub.client.http import Address
from hub.errors import HubUnreachable

_TIMEOUT_S = 20.0
_LARGEST = 32 * 1024 * 1024


async def metrics(address: Address) -> str:
    """The page that Prometheus reads, through the hub's unix socket. Raises `HubUnreachable`."""
    transport = httpx2.AsyncHTTPTransport(uds=str(address.socket), verify=False, trust_env=False)
    page = bytearray()
    try:
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://hub", timeout=_TIMEOUT_S) as http,
            http.stream("GET", "/metrics") as answer,
        ):
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                page += piece
                if len(page) > _LARGEST:
                    raise HubUnreachable("The hub's metrics have no end.")
    except httpx2.HTTPError as error:
        raise HubUnreachable(
            f"The hub did not give its metrics: {type(error).__name__}.", hint="See `hub status` for whether it runs."
        ) from error
    return page.decode("utf-8", "replace")
