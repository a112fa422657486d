"""Facts about assets: what the register says of them, how they came into use, and how they are replaced."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.core.assets.scheme import Criterion, Party, Scheme
from hub.core.event import Event
from hub.core.rounds.kinds import AssetKind
from hub.core.text import Text

AssetId = Annotated[str, Meta(description="Id of an asset in the register; of a camera, its id in hub.toml.")]
ProposalId = Annotated[str, Meta(description="Id of a proposal to replace an asset, such as X-4.")]
FileSort = Literal["photo", "document"]
CheckId = Annotated[str, Meta(description="Which check of the commissioning record.")]
Stage = Literal["signatures", "order", "commissioning"]


class AssetRegistered(Event, tag="asset.registered", frozen=True, kw_only=True):
    """An asset was entered in the register."""

    asset: AssetId
    kind: Annotated[AssetKind, Meta(description="Which link of the chain it is.")]
    values: Annotated[dict[str, str], Meta(description="What the register says of it, by field.")]
    domain: Annotated[str, Meta(description="`production`, `security`, or empty for what serves both.")] = ""
    imported: Annotated[bool, Meta(description="It came with a table of many.")] = False


class AssetChanged(Event, tag="asset.changed", frozen=True, kw_only=True):
    """What the register says of an asset was changed."""

    asset: AssetId
    before: Annotated[dict[str, str], Meta(description="The fields that changed, as they were; empty: nothing.")]
    after: Annotated[dict[str, str], Meta(description="The same fields as they are now.")]
    imported: Annotated[bool, Meta(description="It came with a table of many.")] = False


class AssetFileAdded(Event, tag="asset.file_added", frozen=True, kw_only=True):
    """A photo or a document was added to the archive of an asset."""

    asset: AssetId
    attachment: Annotated[str, Meta(description="Attachment, by the SHA-256 of its bytes.")]
    sort: Annotated[FileSort, Meta(description="`photo` or `document`.")]
    title: Annotated[str, Meta(description="What it is.")] = ""


class AssetFileRemoved(Event, tag="asset.file_removed", frozen=True, kw_only=True):
    """A file no longer belongs to the archive of an asset; the file itself is kept."""

    asset: AssetId
    attachment: Annotated[str, Meta(description="Attachment, by the SHA-256 of its bytes.")]
    reason: Annotated[str, Meta(description="Why.")]


class AssetRetired(Event, tag="asset.retired", frozen=True, kw_only=True):
    """An asset was taken out of use for good."""

    asset: AssetId
    reason: Annotated[str, Meta(description="Why.")]
    replaced_by: Annotated[str, Meta(description="The asset that took its place; empty for none.")] = ""


class AssetReinstated(Event, tag="asset.reinstated", frozen=True, kw_only=True):
    """An asset that had been taken out of use is in use again."""

    asset: AssetId
    reason: Annotated[str, Meta(description="Why.")]


class CommissioningBegun(Event, tag="asset.commissioning_begun", frozen=True, kw_only=True):
    """The commissioning and handover record of an asset was begun."""

    asset: AssetId
    checks: Annotated[list[str], Meta(description="What has to be found right.")]


class CheckAnswered(Event, tag="asset.check_answered", frozen=True, kw_only=True):
    """One check of a commissioning record was answered, by a person or by the hub itself."""

    asset: AssetId
    check: CheckId
    ok: Annotated[bool, Meta(description="It was found right.")]
    note: Annotated[str, Meta(description="What was found.")] = ""
    detail: Annotated[Text, Meta(description="What the hub saw.")] = Text(en="")


class AssetHandedOver(Event, tag="asset.handed_over", frozen=True, kw_only=True):
    """The technical department signed that an asset is ready for use."""

    asset: AssetId
    department: Annotated[str, Meta(description="The department of the person who signed; empty where unknown.")] = ""
    note: str = ""


class AssetCommissioned(Event, tag="asset.commissioned", frozen=True, kw_only=True):
    """The using department took an asset over: it is in use."""

    asset: AssetId
    department: Annotated[str, Meta(description="The department of the person who signed; empty where unknown.")] = ""
    note: str = ""


class WarrantyEnding(Event, tag="asset.warranty_ending", frozen=True, kw_only=True):
    """The warranty of an asset ends soon."""

    asset: AssetId
    name: Annotated[str, Meta(description="What staff call it.")]
    until: Annotated[str, Meta(description="The last day, such as 2026-03-02.")]
    supplier: Annotated[str, Meta(description="Who answers for it.")] = ""
    responsible: Annotated[str, Meta(description="The person responsible for the asset.")] = ""


class AssetsAppraised(Event, tag="assets.appraised", frozen=True, kw_only=True):
    """The register was looked through, as it is once a day."""

    assets: Annotated[int, Meta(description="How many assets are in use.")]
    complete: Annotated[int, Meta(description="How many of them have a whole archive (一机一档).")]
    share: Annotated[float, Meta(description="Filled required fields by required fields of all, from 0 to 1.")]


class SchemeLoaded(Event, tag="assets.scheme_loaded", frozen=True, kw_only=True):
    """rules/replacement.toml was read and is in force."""

    scheme: Annotated[Scheme, Meta(description="What it says.")]
    there: Annotated[bool, Meta(description="False: the file was taken away, and no scheme is in force.")] = True


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks for replacing an asset."""

    criterion: Annotated[Criterion, Meta(description="What was judged.")]
    points: Annotated[float, Meta(description="The points that it gives.")]
    value: Annotated[float, Meta(description="What was found.")]
    limit: Annotated[float, Meta(description="The limit, at which it gives its full points.")]
    text: Annotated[Text, Meta(description="In words.")]
    entries: Annotated[list[str], Meta(description="The entries that show it, such as T-7.")] = []


class ReplacementProposed(Event, tag="replacement.proposed", frozen=True, kw_only=True):
    """It was proposed to replace an asset."""

    proposal: ProposalId
    asset: AssetId
    name: Annotated[str, Meta(description="What staff call the asset.")]
    score: Annotated[float, Meta(description="The points of all grounds.")]
    grounds: Annotated[list[Ground], Meta(description="What speaks for it.")]
    reason: Annotated[str, Meta(description="What the person who proposed it says.")] = ""
    serial: Annotated[str, Meta(description="Serial number of the device that is to go.")] = ""
    sign_by_at: Annotated[datetime, Meta(description="By when three parties should have signed.")]


class ReplacementSigned(Event, tag="replacement.signed", frozen=True, kw_only=True):
    """One of the three parties agreed to a replacement."""

    proposal: ProposalId
    asset: AssetId
    party: Annotated[Party, Meta(description="`planning`, `technical` or `using`.")]
    department: Annotated[str, Meta(description="The department of the person who signed; empty where unknown.")] = ""
    note: str = ""


class ReplacementDecided(Event, tag="replacement.decided", frozen=True, kw_only=True):
    """All three parties agreed: the asset is to be replaced."""

    proposal: ProposalId
    asset: AssetId
    order_by_at: Annotated[datetime, Meta(description="By when it should be ordered.")]


class ReplacementRefused(Event, tag="replacement.refused", frozen=True, kw_only=True):
    """A replacement was refused, or called off."""

    proposal: ProposalId
    asset: AssetId
    reason: Annotated[str, Meta(description="Why.")]


class ReplacementOrdered(Event, tag="replacement.ordered", frozen=True, kw_only=True):
    """The new device was ordered."""

    proposal: ProposalId
    asset: AssetId
    note: Annotated[str, Meta(description="Number of the order, supplier.")] = ""
    commission_by_at: Annotated[datetime, Meta(description="By when the new device should be in use.")]


class ReplacementFitted(Event, tag="replacement.fitted", frozen=True, kw_only=True):
    """The new device is commissioned."""

    proposal: ProposalId
    asset: AssetId
    by_asset: Annotated[str, Meta(description="The new device; the same id where it took the old one's place.")]


class ReplacementClosed(Event, tag="replacement.closed", frozen=True, kw_only=True):
    """A replacement is over and done with."""

    proposal: ProposalId
    asset: AssetId
    note: Annotated[str, Meta(description="What became of the old device.")] = ""


class ReplacementOverdue(Event, tag="replacement.overdue", frozen=True, kw_only=True):
    """A step of a replacement was not done in time."""

    proposal: ProposalId
    asset: AssetId
    name: Annotated[str, Meta(description="What staff call the asset.")]
    stage: Annotated[Stage, Meta(description="What is waited for: `signatures`, `order` or `commissioning`.")]
    due_at: Annotated[datetime, Meta(description="By when it should have been done.")]


AssetEvent = (
    AssetRegistered
    | AssetChanged
    | AssetFileAdded
    | AssetFileRemoved
    | AssetRetired
    | AssetReinstated
    | CommissioningBegun
    | CheckAnswered
    | AssetHandedOver
    | AssetCommissioned
    | WarrantyEnding
    | AssetsAppraised
    | SchemeLoaded
    | ReplacementProposed
    | ReplacementSigned
    | ReplacementDecided
    | ReplacementRefused
    | ReplacementOrdered
    | ReplacementFitted
    | ReplacementClosed
    | ReplacementOverdue
)
