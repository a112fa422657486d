"""What is on record about the proof of recordings, in sentences."""

from hub.core.event import Event
from hub.core.proof.events import (
    Damage,
    RecordingDamaged,
    RecordingMended,
    RecordingsProven,
    SealsDamaged,
    SealsMended,
)
from hub.locale import N_, _
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    RecordingsProven: N_("Recordings proven up to {until}: {segments} are as they were sealed"),
    RecordingDamaged: N_("{camera}: recordings are not as they were sealed ({count}): {damaged}"),
    RecordingMended: N_("{camera}: the recordings are as they were sealed again"),
    SealsDamaged: N_("Lists of sealed recordings are missing or were changed: {damaged}"),
    SealsMended: N_("The lists of sealed recordings are whole again"),
}

FLAWS = {
    "changed": N_("changed"),
    "truncated": N_("cut off"),
    "missing": N_("missing"),
    "swapped": N_("exchanged"),
    "renamed": N_("renamed"),
    "inserted": N_("slipped in"),
    "unreadable": N_("unreadable"),
}
_MOST = 3


def field(event: Event, _name: str, value: object, _names: Names) -> str | None:
    """Which recordings, or lists; None for every other field."""
    if not isinstance(event, RecordingDamaged | SealsDamaged) or not isinstance(value, list):
        return None
    said = [
        f"{one.segment.rpartition('/')[2]} ({_(FLAWS[one.flaw])})"
        if isinstance(one, Damage)
        else f"{one.manifest}: {one.detail}"
        for one in value
    ]
    return "; ".join(said[:_MOST]) + (" …" if len(said) > _MOST else "")
