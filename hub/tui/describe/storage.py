"""Copies of the site, and room for recordings days ahead, in words."""

from collections import Counter
from collections.abc import Sequence

from hub.core.backups import BackupFailed, BackupMade, BackupTaken, HubRestored
from hub.core.event import Event
from hub.core.recordings import RecordingsMoved, RecordingsRemoved, RecordingsSealed, RemovedRun
from hub.core.storage import StorageAmple, StorageAway, StorageBack, StorageGone, StorageShort
from hub.core.storage_reasons import reason_in_words
from hub.locale import N_, _, say
from hub.tui import words
from hub.tui.names import Names
from hub.tui.refusals import translated

SENTENCES: dict[type[Event], str] = {
    BackupMade: N_("Backup made: {archive} in {folder}, {bytes}, record {head}"),
    BackupTaken: N_(
        "Backup made at the machine by {user}: {archive} in {folder}, {bytes}, record {head}, {secrets}, {encrypted}"
    ),
    BackupFailed: N_("No backup could be made in {folder}: {reason}"),
    HubRestored: N_("The site was put back from {archive}, made {made_at}; the record goes on after {head}"),
    StorageShort: N_("Recording disk {volume} will be too small from {short_at}: {room_bytes} of {needed_bytes}"),
    StorageAway: N_("Storage {volume} cannot be used, recordings wait: {reason}"),
    StorageBack: N_("Storage {volume} can be used again"),
    StorageAmple: N_("Recording disk {volume} will be large enough"),
}

_RULES = {"days": N_("too old"), "space": N_("too much"), "free": N_("too little room")}
_ADOPTED = {
    "journal": N_("(put back on record by a restore, from the journal that was put aside)"),
    "folder": N_("(put back on record by a restore, as the list lay in the folder)"),
}
_MOST = 4
_SIZES = ("bytes", "room_bytes", "needed_bytes", "day_bytes")
_HEADS = ("head", "replaced_head")


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """A field of one of these events, in words; None: as usual."""
    if isinstance(event, RecordingsRemoved):
        return _removed(event, name, names)
    if isinstance(event, RecordingsMoved) and name == "runs":
        return _counted(event.runs, names)
    if isinstance(event, RecordingsSealed) and name == "adopted":
        return _(_ADOPTED[event.adopted]) if event.adopted else ""
    if isinstance(event, StorageAway | StorageGone) and name == "reason":
        return say(event.detail or reason_in_words(event.reason))
    if isinstance(event, BackupFailed) and name == "reason":
        return translated(event.reason)
    if type(event) not in SENTENCES:
        return None
    if isinstance(event, BackupTaken) and name == "secrets":
        return _("with the passwords of cameras and services") if value else _("without passwords")
    if isinstance(event, BackupTaken) and name == "encrypted":
        return _("encrypted") if value else _("not encrypted")
    if name in _SIZES and isinstance(value, int):
        return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.1f} MB"
    if name in _HEADS and isinstance(value, str):
        return value.partition(":")[0]
    return None


def _removed(event: RecordingsRemoved, name: str, names: Names) -> str | None:
    """Which rule, where hub.toml has it, and what went."""
    if name == "rule":
        return _(_RULES[event.rule])
    if name == "by":
        kind, _colon, who = event.by.partition(":")
        said = {"camera": names.camera(who) if who else "", "domain": words.domains([who]) if who else ""}
        where = said.get(kind, _("the site")) if event.by else ""
        return f"({where})" if where else ""
    if name == "runs":
        return _counted(event.runs, names)
    return None


def _counted(runs: Sequence[RemovedRun], names: Names) -> str:
    """Of which cameras, and how many segments."""
    counts: Counter[str] = Counter()
    for run in runs:
        counts[run.camera] += run.count
    told = [f"{names.camera(camera)} {count}" for camera, count in counts.most_common(_MOST)]
    return words.listed(told) + (" …" if len(counts) > _MOST else "")
