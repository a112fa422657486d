"""Which assets a person may see: cameras as anywhere else; others by their domain; what serves both, everybody."""

from collections.abc import Callable

from hub.core.assets.model import Asset
from hub.core.assets.register import asset_of
from hub.core.people.account import Account
from hub.core.people.rights import sees_camera, sight
from hub.core.state import State


def sees_asset(account: Account, name: str, state: State) -> bool:
    """Whether the account may see this asset; one that nobody knows is for those who see everything."""
    asset = asset_of(state, name)
    if asset is None:
        return account.unlimited
    if state.site.camera(asset.id) is not None or asset.kind == "camera":
        return sees_camera(account, asset.id, state)
    return not asset.domain or asset.domain in account.domains


def asset_sight(account: Account, state: State) -> Callable[[Asset], bool]:
    """`sees_asset` for many assets: asks once, answers at once."""
    shown = sight(account, state.site)
    domains = set(account.domains)

    def sees(asset: Asset) -> bool:
        return shown(asset.id) if asset.kind == "camera" else not asset.domain or asset.domain in domains

    return sees
