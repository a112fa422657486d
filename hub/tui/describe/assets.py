"""What the register of assets and the replacement of what is worn out are in the log, in words."""

from hub.core.assets import checks
from hub.core.assets.events import (
    AssetChanged,
    AssetCommissioned,
    AssetFileAdded,
    AssetFileRemoved,
    AssetHandedOver,
    AssetRegistered,
    AssetReinstated,
    AssetRetired,
    AssetsAppraised,
    CheckAnswered,
    CommissioningBegun,
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
    WarrantyEnding,
)
from hub.core.event import Event
from hub.locale import N_, _, say
from hub.tui import words
from hub.tui.names import Names
from hub.tui.rows import asset_words

SENTENCES: dict[type[Event], str] = {
    AssetRegistered: N_("{asset} entered in the register: {kind} {values}"),
    AssetChanged: N_("{asset} changed: {after}"),
    AssetFileAdded: N_("{asset}: {sort} {title} added to the archive"),
    AssetFileRemoved: N_("{asset}: a file taken out of the archive: {reason}"),
    AssetRetired: N_("{asset} retired: {reason} {replaced_by}"),
    AssetReinstated: N_("{asset} is in use again: {reason}"),
    CommissioningBegun: N_("{asset}: the commissioning record is begun"),
    CheckAnswered: N_("{asset}: {check}: {ok}"),
    AssetHandedOver: N_("{asset} handed over by the technical department {department}"),
    AssetCommissioned: N_("{asset} taken over by the using department {department}: it is in use"),
    WarrantyEnding: N_("{asset} {name}: the warranty ends on {until}; supplier {supplier}"),
    AssetsAppraised: N_("The register was looked through: {complete} of {assets} archives are whole, {share} filled"),
    SchemeLoaded: N_("The scheme of replacement was read anew and is in force"),
    ReplacementProposed: N_("{proposal}: the replacement of {asset} {name} is proposed, score {score}: {grounds}"),
    ReplacementSigned: N_("{proposal}: signed for the {party} party {department}"),
    ReplacementDecided: N_("{proposal}: all three parties signed, {asset} is to be replaced; order by {order_by_at}"),
    ReplacementRefused: N_("{proposal}: the replacement of {asset} is refused: {reason}"),
    ReplacementOrdered: N_("{proposal}: the new device for {asset} is ordered"),
    ReplacementFitted: N_("{proposal}: {by_asset} is commissioned in the place of {asset}"),
    ReplacementClosed: N_("{proposal}: the replacement of {asset} is closed"),
    ReplacementOverdue: N_("{proposal}: late since {due_at}, {asset} {name}: {stage}"),
}


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    if type(event) not in SENTENCES:
        return None
    named = getattr(event, "asset", "") in names.cameras
    match name, value:
        case ("name", str()) if named:
            return ""
        case ("department", str()):
            return names.department(value)
        case ("kind", str()):
            return asset_words.word(asset_words.KINDS, value)
        case ("sort", str()):
            return asset_words.word(asset_words.FILES, value)
        case ("party", str()):
            return asset_words.word(asset_words.PARTIES, value)
        case ("stage", str()):
            return asset_words.word(asset_words.STAGES, value)
        case ("check", str()):
            return say(checks.BY_ID[value].ask) if value in checks.BY_ID else value
        case ("ok", bool()):
            return _("right") if value else _("wrong")
        case ("share", float()):
            return f"{value:.1%}"
        case ("score", float()):
            return f"{value:g}"
        case ("values", dict()) if isinstance(event, AssetRegistered):
            # A camera's name is in hub.toml in both languages, in the register in one.
            said = {**value, "name": names.camera(event.asset)} if named and "name" in value else value
            return words.listed(
                f"{asset_words.label(key)} {asset_words.value(key, str(text), names)}" for key, text in said.items()
            )
        case ("after", dict()) if isinstance(event, AssetChanged):
            before = event.before
            return words.listed(
                f"{asset_words.label(key)} {asset_words.value(key, before.get(key, ''), names) or '-'} → "
                f"{asset_words.value(key, said, names) or '-'}"
                for key, said in value.items()
            )
        case ("grounds", list()):
            grounds = [say(ground.text) for ground in value if isinstance(ground, Ground)]
            return words.listed([*filter(None, (getattr(event, "reason", ""),)), *grounds])
        case _:
            return None
