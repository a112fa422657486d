"""Shifts that people exchange (换班) or have others take (替班).

    state     means                               leaves by
    asked     the other person has not answered   agree → agreed · decline → over · withdraw → over · time → over
    agreed    a leader has not decided            approve → approved · refuse → over · withdraw → over · time → over
    approved  the roster is changed               (over; what it changes is laid over the roster: `Duty.changes`)

Whoever approves is neither of the two. Time is up when the first of the shifts begins.
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.duty.swap_events import ShiftPart, SwapAgreed, SwapAsked, SwapEvent
from hub.core.event import Record
from hub.core.text import Text

SwapState = Literal["asked", "agreed"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "swap.asked", "asked"),
    ("asked", "swap.agreed", "agreed"),
    ("asked", "swap.declined", "[*]"),
    ("asked", "swap.withdrawn", "[*]"),
    ("asked", "swap.expired", "[*]"),
    ("agreed", "swap.approved", "[*]"),
    ("agreed", "swap.refused", "[*]"),
    ("agreed", "swap.withdrawn", "[*]"),
    ("agreed", "swap.expired", "[*]"),
)
"""From which state, by which event, to which."""


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange of shifts that is not decided yet."""

    id: str
    kind: Literal["swap", "cover"]
    asker: str
    asker_name: Text
    other: str
    other_name: Text
    mine: ShiftPart
    theirs: ShiftPart | None
    reason: str
    asked_at: datetime
    expires_at: datetime
    agreed_at: datetime | None = None

    @property
    def state(self) -> SwapState:
        return "asked" if self.agreed_at is None else "agreed"


def followed(swaps: dict[str, Swap], record: Record, event: SwapEvent) -> tuple[dict[str, Swap], bool]:
    """The open exchanges after one more event, and whether it is a new one."""
    match event:
        case SwapAsked():
            swap = Swap(
                id=event.swap,
                kind=event.kind,
                asker=event.asker,
                asker_name=event.asker_name,
                other=event.other,
                other_name=event.other_name,
                mine=event.mine,
                theirs=event.theirs,
                reason=event.reason,
                asked_at=record.seen_at,
                expires_at=event.expires_at,
            )
            return {**swaps, swap.id: swap}, True
        case SwapAgreed() if event.swap in swaps:
            return {**swaps, event.swap: replace(swaps[event.swap], agreed_at=record.seen_at)}, False
        case _:
            return {key: swap for key, swap in swaps.items() if key != event.swap}, False
