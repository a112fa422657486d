"""What stands in the register, and how it follows from the record.

An asset:

state            means                                              leaves by
uncommissioned   it is registered, and nobody took it over yet      commissioning begun
commissioning    its record is being filled in and signed           commissioned: both sides signed · retired
in use           the using department took it over                  commissioning begun anew · retired
retired          it is out of use for good                          reinstated

A proposal to replace one:

state      means                                              leaves by
proposed   it waits for the signatures of three parties       decided with the third · refused
decided    all three agreed                                   ordered · refused (called off)
ordered    the new device is on its way                       fitted · refused (called off)
fitted     the new device is commissioned                     closed
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.assets.events import (
    AssetChanged,
    AssetCommissioned,
    AssetEvent,
    AssetFileAdded,
    AssetFileRemoved,
    AssetHandedOver,
    AssetRegistered,
    AssetReinstated,
    AssetRetired,
    AssetsAppraised,
    CheckAnswered,
    CommissioningBegun,
    FileSort,
    Ground,
    ReplacementClosed,
    ReplacementDecided,
    ReplacementFitted,
    ReplacementOrdered,
    ReplacementOverdue,
    ReplacementProposed,
    ReplacementRefused,
    ReplacementSigned,
    SchemeLoaded,
    Stage,
    WarrantyEnding,
)
from hub.core.assets.lives import Life
from hub.core.assets.scheme import Party, Scheme
from hub.core.event import Record
from hub.core.rounds.kinds import AssetKind
from hub.core.text import Text

AssetState = Literal["uncommissioned", "commissioning", "in_use", "retired"]
ProposalState = Literal["proposed", "decided", "ordered", "fitted"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("", "replacement.proposed", "proposed"),
    ("proposed", "replacement.signed", "proposed"),
    ("proposed", "replacement.decided", "decided"),
    ("proposed", "replacement.refused", ""),
    ("decided", "replacement.ordered", "ordered"),
    ("decided", "replacement.refused", ""),
    ("ordered", "replacement.fitted", "fitted"),
    ("ordered", "replacement.refused", ""),
    ("fitted", "replacement.closed", ""),
)
"""The life of a proposal: state, event, state after it. The empty state: there is none yet, or no more."""


class AssetFile(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or document of an archive."""

    attachment: str
    sort: FileSort
    title: str = ""
    at: datetime
    by: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at one check; `by` is `hub` where the hub saw it itself."""

    ok: bool
    by: str
    at: datetime
    note: str = ""
    detail: Text = Text(en="")


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    at: datetime
    department: str = ""
    note: str = ""


class Commissioning(msgspec.Struct, frozen=True, kw_only=True):
    """A commissioning and handover record. It is whole with both signatures."""

    begun_at: datetime
    begun_by: str
    checks: dict[str, Answered | None]
    handed_over: Signature | None = None
    taken_over: Signature | None = None


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    by: str
    reason: str
    replaced_by: str = ""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One asset. `values` by field, only those that say something. `registered_at` is None for a camera that hub.toml
    names and nobody added anything to."""

    id: str
    kind: AssetKind
    values: dict[str, str] = {}
    files: tuple[AssetFile, ...] = ()
    registered_at: datetime | None = None
    registered_by: str = ""
    commissioning: Commissioning | None = None
    commissioned_at: datetime | None = None
    retired: Retirement | None = None
    warned: str = ""
    """The end of the warranty that was announced."""

    @property
    def name(self) -> str:
        return self.values.get("name", "") or self.id

    @property
    def domain(self) -> str:
        return self.values.get("domain", "")

    @property
    def parent(self) -> str:
        return self.values.get("parent", "")

    @property
    def state(self) -> AssetState:
        if self.retired is not None:
            return "retired"
        if self.commissioning is not None and self.commissioning.taken_over is None:
            return "commissioning"
        return "in_use" if self.commissioned_at is not None else "uncommissioned"

    @property
    def since(self) -> date | None:
        """Since when it ages: in use, else signed for, else made."""
        for name in ("commissioned", "manufactured"):
            if self.values.get(name):
                return date.fromisoformat(self.values[name])
        return self.commissioned_at.date() if self.commissioned_at is not None else None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that is not over. `due_at` is by when the step that it waits for should be done."""

    id: str
    asset: str
    name: str
    state: ProposalState = "proposed"
    proposed_at: datetime
    proposed_by: str
    score: float
    grounds: list[Ground]
    reason: str = ""
    serial: str = ""
    signatures: dict[Party, Signature] = {}
    ordered_at: datetime | None = None
    order_note: str = ""
    by_asset: str = ""
    due_at: datetime | None = None
    overdue: bool = False

    @property
    def stage(self) -> Stage | None:
        """What it waits for."""
        stages: dict[str, Stage] = {"proposed": "signatures", "decided": "order", "ordered": "commissioning"}
        return stages.get(self.state)


class Assets(msgspec.Struct, frozen=True, kw_only=True):
    """The register. `by_id` has what was registered, retired assets too; cameras of hub.toml join it in
    `hub.core.assets.register`."""

    by_id: dict[str, Asset] = {}
    folded: dict[str, str] = {}
    """The id of each by itself in small letters: `SW-3` and `sw-3` are the same."""
    proposals: dict[str, Proposal] = {}
    proposal_count: int = 0
    refused_at: dict[str, datetime] = {}
    """When a proposal for an asset was refused last: the hub does not ask again for a year."""
    lives: Mapping[str, Life] = {}
    open_faults: dict[str, str] = {}
    """The asset of each fault ticket that is not closed, and of those closed last."""
    scheme: Scheme | None = None
    appraised_at: datetime | None = None
    """When the register was looked through last."""


def follow(assets: Assets, record: Record, event: AssetEvent) -> Assets:
    """The register after one more of its own events."""
    match event:
        case AssetRegistered():
            asset = Asset(
                id=event.asset,
                kind=event.kind,
                values=event.values,
                registered_at=record.seen_at,
                registered_by=record.actor,
            )
            folded = {**assets.folded, asset.id.casefold(): asset.id}
            return replace(assets, by_id={**assets.by_id, asset.id: asset}, folded=folded)
        case SchemeLoaded(scheme=scheme, there=there):
            return replace(assets, scheme=scheme if there else None)
        case AssetsAppraised():
            return replace(assets, appraised_at=record.seen_at)
        case _ if event.asset not in assets.by_id:
            return assets
        case (
            ReplacementProposed()
            | ReplacementSigned()
            | ReplacementDecided()
            | ReplacementRefused()
            | ReplacementOrdered()
            | ReplacementFitted()
            | ReplacementClosed()
            | ReplacementOverdue()
        ):
            return _follow_proposal(assets, record, event)
        case _:
            changed = _changed(assets.by_id[event.asset], record, event)
            return replace(assets, by_id={**assets.by_id, changed.id: changed})


def _changed(asset: Asset, record: Record, event: AssetEvent) -> Asset:
    signed = Signature(by=record.actor, at=record.seen_at, department=getattr(event, "department", ""))
    match event:
        case AssetChanged(after=after):
            values = {name: value for name, value in {**asset.values, **after}.items() if value}
            return replace(asset, values=values)
        case AssetFileAdded():
            added = AssetFile(
                attachment=event.attachment, sort=event.sort, title=event.title, at=record.seen_at, by=record.actor
            )
            return replace(asset, files=(*asset.files, added))
        case AssetFileRemoved():
            return replace(asset, files=tuple(file for file in asset.files if file.attachment != event.attachment))
        case AssetRetired():
            retired = Retirement(at=record.seen_at, by=record.actor, reason=event.reason, replaced_by=event.replaced_by)
            return replace(asset, retired=retired)
        case AssetReinstated():
            return replace(asset, retired=None)
        case CommissioningBegun():
            begun = Commissioning(
                begun_at=record.seen_at, begun_by=record.actor, checks=dict.fromkeys(event.checks, None)
            )
            return replace(asset, commissioning=begun)
        case CheckAnswered() if asset.commissioning is not None:
            by = record.actor if not event.detail else "hub"
            answer = Answered(ok=event.ok, by=by, at=record.seen_at, note=event.note, detail=event.detail)
            checks = {**asset.commissioning.checks, event.check: answer}
            return replace(asset, commissioning=replace(asset.commissioning, checks=checks))
        case AssetHandedOver() if asset.commissioning is not None:
            signed = replace(signed, note=event.note)
            return replace(asset, commissioning=replace(asset.commissioning, handed_over=signed))
        case AssetCommissioned() if asset.commissioning is not None:
            signed = replace(signed, note=event.note)
            record_ = replace(asset.commissioning, taken_over=signed)
            return replace(asset, commissioning=record_, commissioned_at=record.seen_at)
        case WarrantyEnding():
            return replace(asset, warned=event.until)
        case _:
            return asset


def _follow_proposal(assets: Assets, record: Record, event: AssetEvent) -> Assets:
    known = assets.proposals.get(getattr(event, "proposal", ""))
    match event:
        case ReplacementProposed():
            proposal = Proposal(
                id=event.proposal,
                asset=event.asset,
                name=event.name,
                proposed_at=record.seen_at,
                proposed_by=record.actor,
                score=event.score,
                grounds=event.grounds,
                reason=event.reason,
                serial=event.serial,
                due_at=event.sign_by_at,
            )
            return replace(
                assets,
                proposals={**assets.proposals, proposal.id: proposal},
                proposal_count=assets.proposal_count + 1,
            )
        case _ if known is None:
            return assets
        case ReplacementRefused() | ReplacementClosed():
            rest = {key: value for key, value in assets.proposals.items() if key != known.id}
            refused_at = assets.refused_at
            if isinstance(event, ReplacementRefused):
                refused_at = {**refused_at, known.asset: record.seen_at}
            return replace(assets, proposals=rest, refused_at=refused_at)
        case _:
            return replace(assets, proposals={**assets.proposals, known.id: _stepped(known, record, event)})


def _stepped(proposal: Proposal, record: Record, event: AssetEvent) -> Proposal:
    match event:
        case ReplacementSigned():
            signature = Signature(by=record.actor, at=record.seen_at, department=event.department, note=event.note)
            return replace(proposal, signatures={**proposal.signatures, event.party: signature})
        case ReplacementDecided():
            return replace(proposal, state="decided", due_at=event.order_by_at, overdue=False)
        case ReplacementOrdered():
            return replace(
                proposal,
                state="ordered",
                ordered_at=record.seen_at,
                order_note=event.note,
                due_at=event.commission_by_at,
                overdue=False,
            )
        case ReplacementFitted():
            return replace(proposal, state="fitted", by_asset=event.by_asset, due_at=None, overdue=False)
        case ReplacementOverdue():
            return replace(proposal, overdue=True)
        case _:
            return proposal
