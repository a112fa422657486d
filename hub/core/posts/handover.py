"""A post that is being handed over.

    state    means                                      leaves by
    begun    the sheet was made                         sign → signed · give up → over · begun anew → over
    signed   whoever goes has signed                    take over → taken · give up → over · begun anew → over
    taken    whoever comes has signed, and signed on    (over; the journal has the sheet and both signatures)

The two signatures are those of two people. While critical alarms of the post are not acknowledged neither is given,
unless a leader lets it be: for the alarms that stand then, not for later ones.
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.posts.commands import RoomAnswer
from hub.core.posts.handover_events import (
    HandoverBegun,
    HandoverEvent,
    HandoverOverridden,
    HandoverSigned,
)
from hub.core.posts.sheet import Sheet

HandoverState = Literal["begun", "signed"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "handover.begun", "begun"),
    ("begun", "handover.signed", "signed"),
    ("begun", "handover.overridden", "begun"),
    ("begun", "handover.abandoned", "[*]"),
    ("signed", "handover.overridden", "signed"),
    ("signed", "handover.taken", "[*]"),
    ("signed", "handover.abandoned", "[*]"),
)
"""From which state, by which event, to which."""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One handover that is not finished. `sheet` is the one that was signed last, or made at the beginning."""

    id: str
    post: str
    begun_by: str
    begun_at: datetime
    sheet: Sheet
    digest: str
    signed_by: str = ""
    signed_at: datetime | None = None
    room: tuple[RoomAnswer, ...] = ()
    note: str = ""
    allowed: tuple[str, ...] = ()
    """The critical alarms that a leader lets be."""
    allowed_because: str = ""

    @property
    def state(self) -> HandoverState:
        return "signed" if self.signed_by else "begun"


def followed(handovers: dict[str, Handover], record: Record, event: HandoverEvent) -> dict[str, Handover]:
    """The open handovers, by post, after one more event."""
    known = handovers.get(event.post)
    match event:
        case HandoverBegun():
            begun = Handover(
                id=event.handover,
                post=event.post,
                begun_by=event.account,
                begun_at=record.seen_at,
                sheet=event.sheet,
                digest=event.digest,
            )
            return {**handovers, event.post: begun}
        case HandoverSigned() if known is not None:
            signed = replace(
                known,
                signed_by=event.account,
                signed_at=record.seen_at,
                sheet=event.sheet,
                digest=event.digest,
                room=tuple(event.room),
                note=event.note,
            )
            return {**handovers, event.post: signed}
        case HandoverOverridden() if known is not None:
            allowed = tuple(dict.fromkeys((*known.allowed, *event.alarms)))
            return {**handovers, event.post: replace(known, allowed=allowed, allowed_because=event.reason)}
        case _:
            return {post: handover for post, handover in handovers.items() if handover.id != event.handover}
