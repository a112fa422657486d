"""What may be asked of the duty log."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Id, Moment, Name, Note, Reason, Right

Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Cameras = Annotated[list[Id], Meta(max_length=50)]
Files = Annotated[list[AttachmentId], Meta(max_length=10)]
EntryRef = Annotated[str, Meta(pattern=r"^L-[1-9][0-9]{0,9}$")]


class WriteEntry(Command, tag="log.write", frozen=True, kw_only=True):
    """Write an incident, the measure taken, or a note into the duty log."""

    NEEDS: ClassVar[Right] = "duty"
    kind: Literal["incident", "measure", "note"]
    text: Words
    happened_at: Moment | None = None
    cameras: Cameras = []
    pictures: Annotated[list[Id], Meta(max_length=8)] = []
    attachments: Files = []
    alarm: Annotated[str, Meta(max_length=100)] | None = None
    ticket: Annotated[str, Meta(max_length=100)] | None = None
    about: EntryRef | None = None
    taken_by: Annotated[str, Meta(max_length=200)] = ""
    reported: bool = False


class ReceiveVisitor(Command, tag="log.visitor", frozen=True, kw_only=True):
    """Write down that a visitor came."""

    NEEDS: ClassVar[Right] = "duty"
    visitor: Name
    unit: Name
    purpose: Reason
    note: Note = ""
    happened_at: Moment | None = None
    attachments: Files = []


class SeeOffVisitor(Command, tag="log.leave", frozen=True, kw_only=True):
    """Write down that a visitor went."""

    NEEDS: ClassVar[Right] = "duty"
    entry: EntryRef
    note: Note = ""
    happened_at: Moment | None = None


class CorrectEntry(Command, tag="log.correct", frozen=True, kw_only=True):
    """Put another entry in the place of one that was wrong; both stay, with the reason."""

    NEEDS: ClassVar[Right] = "duty"
    entry: EntryRef
    text: Words
    reason: Reason
    happened_at: Moment | None = None
    cameras: Cameras | None = None


LogCommand = WriteEntry | ReceiveVisitor | SeeOffVisitor | CorrectEntry
