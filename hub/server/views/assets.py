"""What a person sees of the register: pure functions from the state to the views that the API sends."""

from collections.abc import Mapping
from datetime import datetime

from hub.client.assets import ArchiveView, AssetView, RegisterView
from hub.client.attachments import AttachmentView
from hub.client.views import EventView
from hub.core.assets.completeness import by_department, completeness, missing
from hub.core.assets.lives import YEAR, Life
from hub.core.assets.model import Asset, Proposal
from hub.core.assets.proposals import score_of
from hub.core.assets.register import asset_of, chain, children
from hub.core.assets.register import register as whole_register
from hub.core.assets.sight import asset_sight, sees_asset
from hub.core.assets.suspects import suspects
from hub.core.people.account import Account
from hub.core.state import State
from hub.errors import NotFound


def register_view(account: Account, state: State, now: datetime) -> RegisterView:
    """The register as far as the account may see it; what hangs on nothing it may see, is shown all the same."""
    seen = seen_assets(account, state)
    proposed = {proposal.asset: proposal.id for proposal in state.assets.proposals.values()}
    return RegisterView(
        position=state.position,
        at=now,
        assets=[asset_view(asset, state, now, proposed) for asset in seen.values()],
        completeness=completeness(seen.values(), state.cameras),
        departments=by_department(seen.values(), state.cameras),
        suspects=[suspect for suspect in suspects(state) if suspect.asset in seen],
        scheme=state.assets.scheme is not None,
    )


def seen_assets(account: Account, state: State) -> dict[str, Asset]:
    """The assets that the account may see, in the order of the register."""
    sees = asset_sight(account, state)
    return {name: asset for name, asset in whole_register(state).items() if sees(asset)}


def seen_proposals(account: Account, state: State) -> list[Proposal]:
    """The open proposals about assets that the account may see."""
    return [each for each in state.assets.proposals.values() if sees_asset(account, each.asset, state)]


def asset_view(asset: Asset, state: State, now: datetime, proposed: Mapping[str, str]) -> AssetView:
    life = state.assets.lives.get(asset.id) or Life()
    watched = life.watched.until(now) if life.watched is not None else None
    judged = score_of(state, asset, now)
    return AssetView(
        asset=asset,
        state=asset.state,
        missing=missing(asset, state.cameras.get(asset.id)),
        availability=watched.availability if watched is not None else None,
        faults=len(life.faults_since(now - YEAR)),
        points=judged.points,
        enough=judged.enough,
        proposal=proposed.get(asset.id, ""),
    )


def archive_view(account: Account, state: State, name: str, now: datetime, history: list[EventView]) -> ArchiveView:
    """The archive page of an asset. Raises `NotFound` for one that is not there or that the account may not see."""
    asset = seen_asset(account, state, name)
    seen = seen_assets(account, state)
    life = state.assets.lives.get(asset.id) or Life()
    camera = state.cameras.get(asset.id)
    proposal = next((each for each in state.assets.proposals.values() if each.asset == asset.id), None)
    files = [state.attachments[file.attachment] for file in asset.files if file.attachment in state.attachments]
    return ArchiveView(
        view=asset_view(asset, state, now, {proposal.asset: proposal.id} if proposal is not None else {}),
        above=[seen[each] for each in chain(seen, asset.id) if each in seen],
        below=children(seen).get(asset.id, []),
        watched=life.watched.until(now) if life.watched is not None else None,
        score=score_of(state, asset, now),
        proposal=proposal,
        replaces=[
            each.id for each in seen.values() if each.retired is not None and each.retired.replaced_by == asset.id
        ],
        references=[view for view in camera.references.values() if view.standing] if camera is not None else [],
        files=[
            AttachmentView(id=file.id, name=file.name, media=file.media, bytes=file.bytes)  # type: ignore[arg-type]
            for file in files
            if set(file.domains) & set(account.domains)
        ],
        faults=list(life.faults),
        history=history,
    )


def seen_asset(account: Account, state: State, name: str) -> Asset:
    """The asset of this name. Raises `NotFound`, the same for what is not there and what may not be seen."""
    asset = asset_of(state, name)
    if asset is None or not sees_asset(account, asset.id, state):
        raise NotFound(
            f"There is no asset {name[:63]} in the register.", hint="`hub assets list` shows those there are."
        )
    return asset
