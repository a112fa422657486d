"""What may be asked at posts: signing on and off, covering, handing over."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from hub.core.command import Command, Id, Moment, Note, Reason, Right

HandoverRef = Annotated[str, Meta(pattern=r"^H-[1-9][0-9]{0,9}$")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class RoomAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person found in the control room: `yes` or `no`, a number or words, as the question wants it."""

    item: Id
    answer: Annotated[str, Meta(max_length=200)]
    remark: Annotated[str, Meta(max_length=500)] = ""


class SignOn(Command, tag="post.sign_on", frozen=True, kw_only=True):
    """Sign on at a post at which one is rostered, or which a leader lets one cover."""

    NEEDS: ClassVar[Right] = "duty"
    post: Id


class SignOff(Command, tag="post.sign_off", frozen=True, kw_only=True):
    """Sign off. Before the end, or before the relief came, it needs a reason."""

    NEEDS: ClassVar[Right] = "duty"
    post: Id
    reason: Note = ""


class CoverPost(Command, tag="post.cover", frozen=True, kw_only=True):
    """Let a person who is not rostered there sign on at a post, until the running shift ends or a stated time."""

    NEEDS: ClassVar[Right] = "lead"
    post: Id
    account: Id
    instead_of: Annotated[str, Meta(max_length=100)] = ""
    until_at: Moment | None = None
    reason: Reason


class EndPresence(Command, tag="post.end", frozen=True, kw_only=True):
    """Sign somebody off who did not do it."""

    NEEDS: ClassVar[Right] = "lead"
    account: Id
    reason: Reason


class BeginHandover(Command, tag="handover.begin", frozen=True, kw_only=True):
    """Begin to hand a post over: the sheet is made from what stands now."""

    NEEDS: ClassVar[Right] = "duty"
    post: Id


class SignHandover(Command, tag="handover.sign", frozen=True, kw_only=True):
    """Sign the sheet as the one who goes. `digest` is that of the sheet which was read."""

    NEEDS: ClassVar[Right] = "duty"
    handover: HandoverRef
    digest: Digest
    room: Annotated[list[RoomAnswer], Meta(max_length=100)] = []
    note: Note = ""


class TakeOver(Command, tag="handover.take", frozen=True, kw_only=True):
    """Sign the sheet as the one who comes, and sign on by it."""

    NEEDS: ClassVar[Right] = "duty"
    handover: HandoverRef
    digest: Digest
    note: Note = ""


class OverrideHandover(Command, tag="handover.override", frozen=True, kw_only=True):
    """Let a post be handed over although these critical alarms, which stand now, are not acknowledged."""

    NEEDS: ClassVar[Right] = "lead"
    handover: HandoverRef
    reason: Reason


class AbandonHandover(Command, tag="handover.abandon", frozen=True, kw_only=True):
    """Give up a handover that was begun."""

    NEEDS: ClassVar[Right] = "duty"
    handover: HandoverRef
    reason: Reason


PostCommand = (
    SignOn
    | SignOff
    | CoverPost
    | EndPresence
    | BeginHandover
    | SignHandover
    | TakeOver
    | OverrideHandover
    | AbandonHandover
)
