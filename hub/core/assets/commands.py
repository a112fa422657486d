"""What may be asked about the register of assets."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from hub.core.assets.events import FileSort
from hub.core.assets.scheme import Party
from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Id, Note, Reason, Right
from hub.core.rounds.kinds import AssetKind

AssetRef = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Values = Annotated[
    dict[Annotated[str, Meta(max_length=40)], Annotated[str, Meta(max_length=2000)]], Meta(max_length=60)
]
MOST_ROWS = 5000


class RegisterAsset(Command, tag="asset.register", frozen=True, kw_only=True):
    """Enter an asset in the register. A camera of hub.toml is there already: change it."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    kind: AssetKind
    values: Values = {}


class ChangeAsset(Command, tag="asset.change", frozen=True, kw_only=True):
    """Change what the register says of an asset: the fields that are named, an empty text taking one away."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    values: Values


class AddAssetFile(Command, tag="asset.add_file", frozen=True, kw_only=True):
    """Add a photo or a document that was handed over to an asset's archive."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    attachment: AttachmentId
    sort: FileSort
    title: Annotated[str, Meta(max_length=200)] = ""


class RemoveAssetFile(Command, tag="asset.remove_file", frozen=True, kw_only=True):
    """Take a file out of an asset's archive, with a reason."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    attachment: AttachmentId
    reason: Reason


class RetireAsset(Command, tag="asset.retire", frozen=True, kw_only=True):
    """Take an asset out of use for good."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    reason: Reason
    replaced_by: AssetRef | None = None


class RestoreAsset(Command, tag="asset.restore", frozen=True, kw_only=True):
    """Put an asset back in use that was taken out of it."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    reason: Reason


class ImportRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a table: an asset, its kind, and the fields that the table has."""

    asset: AssetRef
    kind: AssetKind
    values: Values = {}


class ImportAssets(Command, tag="asset.import", frozen=True, kw_only=True):
    """Enter and change many assets at once: all of them, or none."""

    NEEDS: ClassVar[Right] = "assets"
    rows: Annotated[list[ImportRow], Meta(min_length=1, max_length=MOST_ROWS)]


class BeginCommissioning(Command, tag="asset.begin_commissioning", frozen=True, kw_only=True):
    """Begin the commissioning and handover record of an asset; what the hub can see, it fills in."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef


class AnswerCheck(Command, tag="asset.answer_check", frozen=True, kw_only=True):
    """Answer one check of a commissioning record."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    check: Id
    ok: bool
    note: Note = ""


class HandOverAsset(Command, tag="asset.hand_over", frozen=True, kw_only=True):
    """Sign for the technical department that an asset is ready for use."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    note: Note = ""


class TakeOverAsset(Command, tag="asset.take_over", frozen=True, kw_only=True):
    """Sign for the using department that an asset was taken over."""

    NEEDS: ClassVar[Right] = "approve"
    asset: AssetRef
    note: Note = ""


class ProposeReplacement(Command, tag="replacement.propose", frozen=True, kw_only=True):
    """Propose that an asset be replaced."""

    NEEDS: ClassVar[Right] = "assets"
    asset: AssetRef
    reason: Reason


class SignReplacement(Command, tag="replacement.sign", frozen=True, kw_only=True):
    """Agree to a replacement for one of the three parties."""

    NEEDS: ClassVar[Right] = "replace"
    proposal: Id
    party: Party
    note: Note = ""


class RefuseReplacement(Command, tag="replacement.refuse", frozen=True, kw_only=True):
    """Refuse a replacement, or call one off."""

    NEEDS: ClassVar[Right] = "replace"
    proposal: Id
    reason: Reason


class OrderReplacement(Command, tag="replacement.order", frozen=True, kw_only=True):
    """Say that the new device was ordered."""

    NEEDS: ClassVar[Right] = "assets"
    proposal: Id
    note: Note = ""


class FitReplacement(Command, tag="replacement.fit", frozen=True, kw_only=True):
    """Name the new device, which must be commissioned; the old one is retired unless it is the same entry."""

    NEEDS: ClassVar[Right] = "assets"
    proposal: Id
    by_asset: AssetRef


class CloseReplacement(Command, tag="replacement.close", frozen=True, kw_only=True):
    """Close a replacement whose new device is in use."""

    NEEDS: ClassVar[Right] = "assets"
    proposal: Id
    note: Note = ""


AssetCommand = (
    RegisterAsset
    | ChangeAsset
    | AddAssetFile
    | RemoveAssetFile
    | RetireAsset
    | RestoreAsset
    | ImportAssets
    | BeginCommissioning
    | AnswerCheck
    | HandOverAsset
    | TakeOverAsset
    | ProposeReplacement
    | SignReplacement
    | RefuseReplacement
    | OrderReplacement
    | FitReplacement
    | CloseReplacement
)
