"""What may be asked about the roster: exchanges of shifts. The roster itself is written in rules/roster.toml."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Id, Reason, Right

SwapRef = Annotated[str, Meta(pattern=r"^S-[1-9][0-9]{0,9}$")]
_Maybe = Annotated[str, Meta(max_length=100)]


class AskSwap(Command, tag="swap.ask", frozen=True, kw_only=True):
    """Ask another person to exchange shifts: mine of the date `on` for theirs of `other_on`.

    A shift, or a post, is named where the person has several on that date.
    """

    NEEDS: ClassVar[Right] = "apply"
    other: Id
    on: date
    other_on: date
    shift: _Maybe = ""
    post: _Maybe = ""
    other_shift: _Maybe = ""
    other_post: _Maybe = ""
    reason: Reason


class AskCover(Command, tag="swap.ask_cover", frozen=True, kw_only=True):
    """Ask another person to take my shift of a date."""

    NEEDS: ClassVar[Right] = "apply"
    other: Id
    on: date
    shift: _Maybe = ""
    post: _Maybe = ""
    reason: Reason


class AgreeSwap(Command, tag="swap.agree", frozen=True, kw_only=True):
    """Agree to what one is asked."""

    NEEDS: ClassVar[Right] = "apply"
    swap: SwapRef


class DeclineSwap(Command, tag="swap.decline", frozen=True, kw_only=True):
    """Say no to what one is asked."""

    NEEDS: ClassVar[Right] = "apply"
    swap: SwapRef
    reason: Reason


class WithdrawSwap(Command, tag="swap.withdraw", frozen=True, kw_only=True):
    """Take back what one asked."""

    NEEDS: ClassVar[Right] = "apply"
    swap: SwapRef


class ApproveSwap(Command, tag="swap.approve", frozen=True, kw_only=True):
    """Approve an exchange that both want, and change the roster by it; never one of the two."""

    NEEDS: ClassVar[Right] = "approve"
    swap: SwapRef


class RefuseSwap(Command, tag="swap.refuse", frozen=True, kw_only=True):
    """Do not approve an exchange; never one of the two."""

    NEEDS: ClassVar[Right] = "approve"
    swap: SwapRef
    reason: Reason


SwapCommand = AskSwap | AskCover | AgreeSwap | DeclineSwap | WithdrawSwap | ApproveSwap | RefuseSwap
