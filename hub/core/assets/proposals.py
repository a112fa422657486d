"""Decisions about replacing assets (3.8): proposed, signed by three parties, ordered, fitted, closed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.core.assets.commands import (
    CloseReplacement,
    FitReplacement,
    OrderReplacement,
    ProposeReplacement,
    RefuseReplacement,
    SignReplacement,
)
from hub.core.assets.events import (
    AssetRetired,
    ReplacementClosed,
    ReplacementDecided,
    ReplacementFitted,
    ReplacementOrdered,
    ReplacementOverdue,
    ReplacementProposed,
    ReplacementRefused,
    ReplacementSigned,
)
from hub.core.assets.lives import Life
from hub.core.assets.model import Asset, Proposal, ProposalState
from hub.core.assets.register import asset_of
from hub.core.assets.scheme import PARTIES, Party, Scheme
from hub.core.assets.score import Score, score
from hub.core.assets.signing import departments_of
from hub.core.event import Event
from hub.core.state import State
from hub.errors import NotAllowed, NotFound, WrongState

ProposalCommand = (
    ProposeReplacement | SignReplacement | RefuseReplacement | OrderReplacement | FitReplacement | CloseReplacement
)


def decide(state: State, command: ProposalCommand, actor: str, now: datetime) -> list[Event]:
    match command:
        case ProposeReplacement():
            asset = asset_of(state, command.asset)
            if asset is None:
                raise NotFound(f"There is no asset {command.asset} in the register.")
            if asset.retired is not None:
                raise WrongState(f"{asset.id} is retired.", hint="What is retired needs no replacement.")
            standing = next((p.id for p in state.assets.proposals.values() if p.asset == asset.id), None)
            if standing is not None:
                raise WrongState(f"A replacement of {asset.id} is proposed already.", hint=f"See {standing}.")
            return [_proposed(state, asset, 0, score_of(state, asset, now), now, command.reason)]
        case SignReplacement():
            return _sign(state, command, actor, now)
        case RefuseReplacement():
            proposal = _in(state, command.proposal, "proposed", "decided", "ordered")
            return [ReplacementRefused(proposal=proposal.id, asset=proposal.asset, reason=command.reason)]
        case OrderReplacement():
            proposal = _in(state, command.proposal, "decided")
            by_at = now + timedelta(seconds=scheme_of(state).commission_s)
            return [
                ReplacementOrdered(
                    proposal=proposal.id, asset=proposal.asset, note=command.note, commission_by_at=by_at
                )
            ]
        case FitReplacement():
            return _fit(state, command)
        case CloseReplacement():
            proposal = _in(state, command.proposal, "fitted")
            return [ReplacementClosed(proposal=proposal.id, asset=proposal.asset, note=command.note)]


def due_proposals(state: State, assets: dict[str, Asset], now: datetime) -> list[ReplacementProposed]:
    """The replacements that the hub proposes by itself. What was refused is not proposed again for a year."""
    standing = {proposal.asset for proposal in state.assets.proposals.values()}
    found: list[ReplacementProposed] = []
    for asset in assets.values():
        refused_at = state.assets.refused_at.get(asset.id)
        if asset.retired is not None or asset.id in standing:
            continue
        if refused_at is not None and now - refused_at < timedelta(days=365):
            continue
        judged = score_of(state, asset, now)
        if judged.enough:
            found.append(_proposed(state, asset, len(found), judged, now, ""))
    return found


def overdue(state: State, now: datetime) -> Iterator[ReplacementOverdue]:
    """The steps that were not done in time."""
    for proposal in state.assets.proposals.values():
        stage = proposal.stage
        if stage is not None and proposal.due_at is not None and proposal.due_at <= now and not proposal.overdue:
            yield ReplacementOverdue(
                proposal=proposal.id, asset=proposal.asset, name=proposal.name, stage=stage, due_at=proposal.due_at
            )


def score_of(state: State, asset: Asset, now: datetime) -> Score:
    """What speaks for replacing an asset, by the scheme in force; nothing where there is none."""
    return score(asset, state.assets.lives.get(asset.id) or Life(), scheme_of(state), now)


def scheme_of(state: State) -> Scheme:
    return state.assets.scheme or Scheme()


def _proposed(
    state: State, asset: Asset, offset: int, judged: Score, now: datetime, reason: str
) -> ReplacementProposed:
    return ReplacementProposed(
        proposal=f"X-{state.assets.proposal_count + 1 + offset}",
        asset=asset.id,
        name=asset.name,
        score=judged.points,
        grounds=judged.grounds,
        reason=reason,
        serial=asset.values.get("serial", ""),
        sign_by_at=now + timedelta(seconds=scheme_of(state).sign_s),
    )


def _sign(state: State, command: SignReplacement, actor: str, now: datetime) -> list[Event]:
    proposal = _in(state, command.proposal, "proposed")
    if command.party in proposal.signatures:
        by = proposal.signatures[command.party].by
        raise WrongState(f"{proposal.id} is signed for the {command.party} party already, by {by}.")
    if actor in {signature.by for signature in proposal.signatures.values()}:
        raise NotAllowed(
            "Three different persons sign a replacement, and you have signed it already.",
            hint="Let somebody of the other party sign.",
        )
    department = _department(state, proposal, command.party, actor)
    events: list[Event] = [
        ReplacementSigned(
            proposal=proposal.id,
            asset=proposal.asset,
            party=command.party,
            department=department,
            note=command.note,
        )
    ]
    if {*proposal.signatures, command.party} == set(PARTIES):
        by_at = now + timedelta(seconds=scheme_of(state).order_s)
        events.append(ReplacementDecided(proposal=proposal.id, asset=proposal.asset, order_by_at=by_at))
    return events


def _department(state: State, proposal: Proposal, party: Party, actor: str) -> str:
    """The department for which somebody signs. The scheme says which it must be; of the using party, the asset."""
    wanted = scheme_of(state).departments.get(party, "")
    asset = asset_of(state, proposal.asset)
    if not wanted and party == "using" and asset is not None and scheme_of(state).departments:
        wanted = asset.values.get("department", "")
    own = departments_of(state, actor)
    if wanted and wanted not in own:
        raise NotAllowed(
            f"For the {party} party somebody of the department {wanted} signs.",
            hint=f"You belong to {', '.join(own)}." if own else "Your account names no department.",
        )
    return wanted or (own[0] if own else "")


def _fit(state: State, command: FitReplacement) -> list[Event]:
    proposal = _in(state, command.proposal, "ordered")
    new, old = asset_of(state, command.by_asset), asset_of(state, proposal.asset)
    if new is None:
        raise NotFound(f"There is no asset {command.by_asset} in the register.", hint="Register the new device first.")
    ordered_at = proposal.ordered_at
    commissioned = new.state == "in_use" and new.commissioned_at is not None
    if not commissioned or (ordered_at is not None and new.commissioned_at and new.commissioned_at < ordered_at):
        raise WrongState(
            f"{new.id} was not commissioned since the order.",
            hint="Begin its commissioning record and let both sides sign it.",
        )
    events: list[Event] = []
    if new.id != proposal.asset and state.site.camera(proposal.asset) is not None:
        raise WrongState(
            f"{proposal.asset} is still a camera of hub.toml, and watched.",
            hint="Take it out of hub.toml, or commission the new device under the same id.",
        )
    if new.id != proposal.asset and old is not None and old.retired is None:
        reason = f"Replaced: {proposal.id}."
        events.append(AssetRetired(asset=proposal.asset, reason=reason, replaced_by=new.id))
    elif new.id == proposal.asset and proposal.serial and new.values.get("serial") == proposal.serial:
        raise WrongState(
            f"{new.id} still has the serial number {proposal.serial} of the old device.",
            hint="Enter the particulars of the new one.",
        )
    return [*events, ReplacementFitted(proposal=proposal.id, asset=proposal.asset, by_asset=new.id)]


def _in(state: State, name: str, *states: ProposalState) -> Proposal:
    proposal = state.assets.proposals.get(name)
    if proposal is None:
        raise NotFound(f"No proposal {name} is open.", hint="`hub assets proposals` lists those that are.")
    if proposal.state not in states:
        raise WrongState(
            f"{proposal.id} is {proposal.state}, and this needs one that is {' or '.join(states)}.",
            hint="A replacement is proposed, decided by three signatures, ordered, fitted, and closed.",
        )
    return proposal
