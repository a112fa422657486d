"""The fact that makes up the duty log: an entry. Nothing changes or removes one; what was wrong is corrected by
another that points at it."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import AccountId, CameraId, Event

EntryKind = Literal["incident", "measure", "visitor", "note"]
EntryId = Annotated[str, Meta(description="Id of a duty log entry, such as L-7.")]


class LogEntered(Event, tag="log.entered", frozen=True, kw_only=True):
    """Somebody wrote an entry into the duty log."""

    entry: EntryId
    kind: Annotated[
        EntryKind,
        Meta(
            description="`incident`: something abnormal. `measure`: what was done about it. "
            "`visitor`: somebody came or went. `note`: anything else."
        ),
    ]
    text: Annotated[str, Meta(description="What the person wrote.")]
    happened_at: Annotated[datetime, Meta(description="When it happened, as the person says.")]
    late: Annotated[bool, Meta(description="It was written more than half an hour after it happened.")] = False
    cameras: Annotated[list[CameraId], Meta(description="The cameras that it is about.")] = []
    pictures: Annotated[
        list[str], Meta(description="Cameras whose present picture the hub keeps with it, as `snapshot.taken`.")
    ] = []
    attachments: Annotated[list[str], Meta(description="Files that were handed over with it, by SHA-256.")] = []
    post: Annotated[str, Meta(description="The post at which the person was signed on; empty for none.")] = ""
    present: Annotated[list[AccountId], Meta(description="Accounts of all who were signed on at that post.")] = []
    alarm: Annotated[str | None, Meta(description="The alarm that it belongs to.")] = None
    ticket: Annotated[str | None, Meta(description="The fault ticket that it belongs to.")] = None
    about: Annotated[
        str,
        Meta(description="The entry that it follows: the incident of a measure, the arrival of a visitor who goes."),
    ] = ""
    corrects: Annotated[str, Meta(description="The entry whose place it takes; empty for none.")] = ""
    reason: Annotated[str, Meta(description="Why that one was wrong.")] = ""
    taken_by: Annotated[str, Meta(description="Who took the measure, where that is not who wrote.")] = ""
    reported: Annotated[bool, Meta(description="The leader is to know; rules see to it.")] = False
    visitor: Annotated[str, Meta(description="Name of the visitor.")] = ""
    unit: Annotated[str, Meta(description="Where the visitor comes from.")] = ""
    purpose: Annotated[str, Meta(description="What the visitor comes for.")] = ""
    leaving: Annotated[bool, Meta(description="The visitor goes; `about` is the arrival.")] = False
