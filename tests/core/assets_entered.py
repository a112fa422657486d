"""Steps with the register of assets that its tests share."""

from hub.core.assets.commands import RegisterAsset
from hub.core.assets.model import Asset
from hub.core.assets.register import asset_of
from hub.core.attachments.events import AttachmentAdded
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.event import Event
from tests.core.conftest import History

PHOTO = "ab" * 32


def give(history: History, command: Command, actor: str = "person:li") -> list[Event]:
    return history.decide(decide, command, actor)


def enter(history: History, asset: str, kind: str = "switch", **values: str) -> Asset:
    give(history, RegisterAsset(asset=asset, kind=kind, values=values))  # type: ignore[arg-type]
    found = asset_of(history.state, asset)
    assert found is not None
    return found


def of(history: History, asset: str) -> Asset:
    found = asset_of(history.state, asset)
    assert found is not None
    return found


def photo(history: History, media: str = "image/jpeg") -> None:
    history.happen(AttachmentAdded(attachment=PHOTO, name="p.jpg", media=media, bytes=9, domains=["production"]))
