"""What releases of recordings and their holds are in the log, in words."""

from hub.core.event import Event
from hub.core.releases.events import (
    Officer,
    RecordingHeld,
    RecordingHoldEnded,
    ReleaseApproved,
    ReleaseChecked,
    ReleaseClosed,
    ReleaseFetched,
    ReleaseHandedOver,
    ReleasePackageDeleted,
    ReleasePackageVoid,
    ReleasePreparationFailed,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseReturned,
    ReleaseWithdrawn,
)
from hub.locale import N_, _
from hub.tui import words
from hub.tui.names import Names
from hub.tui.words_releases import RELEASE_KINDS, size

SENTENCES: dict[type[Event], str] = {
    ReleaseRequested: N_("Release {release} {again}: {agency}, {cameras}, {from_at} to {to_at}: {reason}"),
    ReleaseReturned: N_("Release {release} given back: {missing}"),
    ReleaseChecked: N_("Release {release}: identification and letter seen"),
    ReleaseApproved: N_("Release {release} approved"),
    ReleaseRefused: N_("Release {release} refused: {reason}"),
    ReleaseWithdrawn: N_("Release {release} withdrawn {reason}"),
    ReleasePreparing: N_("Release {release}: the package is being made"),
    ReleasePrepared: N_("Release {release}: the package is ready, originals: {segments}, {bytes}"),
    ReleasePreparationFailed: N_("Release {release}: the package could not be made: {reason}"),
    ReleaseFetched: N_("Release {release}: the package was fetched"),
    ReleasePackageVoid: N_("Release {release}: the package is void, another one is needed or none"),
    ReleasePackageDeleted: N_("Release {release}: the package {package} was deleted: {why}"),
    ReleaseHandedOver: N_("Release {release} handed over to {receiver}"),
    ReleaseClosed: N_("Release {release} closed"),
    RecordingHeld: N_("{camera}: held for release {release}, {from_at} to {to_at}"),
    RecordingHoldEnded: N_("{camera}: no longer held for release {release}, {from_at} to {to_at}"),
}

_ENDS = {
    "void": N_("another one was ordered"),
    "closed": N_("the release is closed"),
    "refused": N_("the release was refused"),
    "withdrawn": N_("the release was withdrawn"),
}


def field(event: Event, name: str, value: object, _names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    match name, value:
        case ("again", bool()) if isinstance(event, ReleaseRequested):
            return _("asked for again") if value else _("asked for")
        case ("bytes", int()) if isinstance(event, ReleasePrepared):
            return size(value)
        case ("why", str()) if isinstance(event, ReleasePackageDeleted):
            return words.word(_ENDS, value)
        case ("kind", str()) if isinstance(event, ReleaseRequested):
            return words.word(RELEASE_KINDS, value)
        case ("officers", list()):
            return words.listed(officer.name for officer in value if isinstance(officer, Officer))
        case ("blur", list()):
            return str(len(value))
        case _:
            return None
