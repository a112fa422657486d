"""Facts about shifts that people exchange or give to others: asked, agreed to, approved by a leader."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.core.duty.roster import Cover
from hub.core.event import AccountId, Event
from hub.core.text import Text

SwapId = Annotated[str, Meta(description="Id of an exchange of shifts, such as S-4.")]
_Who = Annotated[AccountId, Meta(description="Account of whoever asks.")]
_Name = Annotated[Text, Meta(description="The person's name.")]
_Reason = Annotated[str, Meta(description="Why.")]


class ShiftPart(msgspec.Struct, frozen=True, kw_only=True):
    """One person's place in one shift. `instead_of`: whose place it is by the pattern of the roster."""

    person: str
    on: date
    shift: str
    post: str
    from_at: datetime
    to_at: datetime
    instead_of: str


class SwapAsked(Event, tag="swap.asked", frozen=True, kw_only=True):
    """Somebody asked another person to exchange shifts, or to take one."""

    swap: SwapId
    kind: Annotated[
        Literal["swap", "cover"], Meta(description="`swap`: two shifts are exchanged. `cover`: one is taken.")
    ]
    asker: _Who
    asker_name: _Name
    other: Annotated[AccountId, Meta(description="Account of whoever is asked.")]
    other_name: _Name
    mine: Annotated[ShiftPart, Meta(description="The place that is given away.")]
    theirs: Annotated[ShiftPart | None, Meta(description="The place that is taken for it; empty for a cover.")] = None
    reason: _Reason
    expires_at: Annotated[datetime, Meta(description="When it is too late to decide: the first of the shifts begins.")]


class SwapAgreed(Event, tag="swap.agreed", frozen=True, kw_only=True):
    """The other person agreed; a leader decides now."""

    swap: SwapId
    other_name: _Name


class SwapDeclined(Event, tag="swap.declined", frozen=True, kw_only=True):
    """The other person does not want to."""

    swap: SwapId
    reason: _Reason


class SwapApproved(Event, tag="swap.approved", frozen=True, kw_only=True):
    """A leader approved; the roster is changed by it."""

    swap: SwapId
    asker_name: _Name
    other_name: _Name
    changes: Annotated[list[Cover], Meta(description="What is different in the roster from now on.")]


class SwapRefused(Event, tag="swap.refused", frozen=True, kw_only=True):
    """A leader did not approve."""

    swap: SwapId
    reason: _Reason


class SwapWithdrawn(Event, tag="swap.withdrawn", frozen=True, kw_only=True):
    """Whoever asked does not ask any more."""

    swap: SwapId


class SwapExpired(Event, tag="swap.expired", frozen=True, kw_only=True):
    """Nobody decided before the shift began: it is worked as rostered."""

    swap: SwapId
    asker_name: _Name


SwapEvent = SwapAsked | SwapAgreed | SwapDeclined | SwapApproved | SwapRefused | SwapWithdrawn | SwapExpired
