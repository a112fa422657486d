"""What may be asked about attention checks."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Id, Note, Order, Right


class AnswerAttention(Command, tag="attention.answer", frozen=True, kw_only=True):
    """Answer a check of the post at which one is: name the camera that is shown, or say something."""

    NEEDS: ClassVar[Right] = "watch"
    check: Id
    chosen: Annotated[str, Meta(max_length=100)] = ""
    note: Note = ""


class CheckPost(Command, tag="attention.check", frozen=True, kw_only=True):
    """A spot check: ask those at a post now."""

    NEEDS: ClassVar[Right] = "lead"
    post: Id


class AskAttention(Order, tag="ask_attention", frozen=True, kw_only=True):
    """Ask those at a post whether they are there. Nothing where nobody is, or a check is open."""

    post: str
    shown: str | None = None
    choices: tuple[str, ...] = ()


AttentionCommand = AnswerAttention | CheckPost
AttentionOrder = AskAttention
