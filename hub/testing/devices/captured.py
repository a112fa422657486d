"""What `hub plugins capture` wrote, as the table of a replay server."""

from pathlib import Path

from hub.devices.captured import Exchange, parse_captured
from hub.testing.devices.replies import Key, Reply


def load_captured(file: Path) -> dict[Key, Reply]:
    """The answers of a real device, for `ReplayServer`. Raises `SiteError` for a file that is not one."""
    captured = parse_captured(file.read_bytes(), file.name)
    return {_key(exchange): _reply(exchange) for exchange in captured.exchanges}


def _key(exchange: Exchange) -> Key:
    if exchange.operation:
        return exchange.method, exchange.path, exchange.operation
    return exchange.method, exchange.path


def _reply(exchange: Exchange) -> Reply:
    content, media = exchange.content(), exchange.media or "application/octet-stream"
    if exchange.streamed:
        return Reply(status=exchange.status, media=media, stream=[content])
    return Reply(status=exchange.status, media=media, body=content)
