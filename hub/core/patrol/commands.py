"""What may be asked about walking the wall."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Id, Right
from hub.core.patrol.events import Look


class BeginPatrol(Command, tag="patrol.begin", frozen=True, kw_only=True):
    """Begin to walk the wall of a post; one that was begun there is gone on with."""

    NEEDS: ClassVar[Right] = "watch"
    post: Id


class ConfirmChannels(Command, tag="patrol.confirm", frozen=True, kw_only=True):
    """Say what one found on channels of the wall. A bad picture opens a ticket."""

    NEEDS: ClassVar[Right] = "watch"
    patrol: Id
    looks: Annotated[list[Look], Meta(min_length=1, max_length=100)]


PatrolCommand = BeginPatrol | ConfirmChannels
