"""The register of retrievals that Decree 799 asks for: of each its reason, its content, who, and their unit. Pure.

It holds every release that was asked for (also those refused) and every look of the site's own people at recordings.
It is made from the journal and kept nowhere: nobody can leave anything out of it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

import msgspec

from hub.core.event import Record, wire_name
from hub.core.recordings import RecordingViewed
from hub.core.releases.events import Officer, ReleaseEvent
from hub.core.releases.model import Release, Releases, ReleaseState, follow
from hub.core.state import State
from hub.core.text import Text

EntryKind = Literal["external", "internal", "viewing"]

TYPES: tuple[str, ...] = (*sorted(wire_name(kind) for kind in get_args(ReleaseEvent)), wire_name(RecordingViewed))
"""Wire names of the events from which it is made."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One retrieval. People of the site are account ids; `officers` are those of an agency."""

    number: str
    """The release, such as F-3; of a viewing, the record's number, such as #1204."""
    kind: EntryKind
    at: datetime
    """When it was asked for, or the viewing began."""
    reason: str
    content: str
    """What was to be seen; empty for a viewing: cameras and period say it."""
    cameras: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    domain: str
    person: str
    """Who asked for it, or looked."""
    officers: tuple[Officer, ...] = ()
    unit: Text
    """To which it went: the agency, or the department of the site."""
    purpose: str = ""
    letter_number: str = ""
    letter: str = ""
    """The letter's SHA-256, which is its id among the files handed over."""
    state: ReleaseState | None = None
    """Of a release."""
    missing: str = ""
    checked_by: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    prepared_by: str = ""
    fetched_by: str = ""
    package: str = ""
    """SHA-256 of the sealed package."""
    receiver: str = ""
    handed_by: str = ""
    handed_at: datetime | None = None
    receipt: str = ""
    """The signed receipt's SHA-256."""
    over_at: datetime | None = None
    over_note: str = ""


def register_of(records: Iterable[Record], state: State) -> list[Entry]:
    """The entries that follow from the records of `TYPES`, given oldest first; oldest first.

    `state` tells to which domain a camera and to which departments a person belong.
    """
    releases = Releases()
    courses: dict[str, Release] = {}
    viewings: list[Entry] = []
    for record in records:
        event = record.event
        if isinstance(event, RecordingViewed):
            viewings.append(_viewing(record, event, state))
        elif isinstance(event, ReleaseEvent):
            releases = follow(releases, record, event)
            if (known := releases.find(event.release)) is not None:
                courses[known.id] = known
    return sorted([*map(_release, courses.values()), *viewings], key=lambda entry: entry.at)


def _release(release: Release) -> Entry:
    return Entry(
        number=release.id,
        kind=release.kind,
        at=release.requested_at,
        reason=release.reason,
        content=release.content,
        cameras=release.cameras,
        from_at=release.from_at,
        to_at=release.to_at,
        domain=release.domain,
        person=_account(release.requester),
        officers=release.officers,
        unit=Text(en=release.agency),
        purpose=release.purpose,
        letter_number=release.letter_number,
        letter=release.letter,
        state=release.state,
        missing=release.missing,
        checked_by=_account(release.checked_by),
        decided_by=_account(release.decided_by),
        decided_at=release.decided_at,
        decision=release.decision,
        prepared_by=_account(release.prepared_by),
        fetched_by=_account(release.fetched_by),
        package=release.package.sha256 if release.package is not None else "",
        receiver=release.receiver,
        handed_by=_account(release.handed_by),
        handed_at=release.handed_at,
        receipt=release.receipt,
        over_at=release.over_at,
        over_note=release.over_note,
    )


def _viewing(record: Record, event: RecordingViewed, state: State) -> Entry:
    camera, person = state.site.camera(event.camera), _account(record.actor)
    return Entry(
        number=f"#{record.seq}",
        kind="viewing",
        at=record.seen_at,
        reason=event.reason,
        content="",
        cameras=(event.camera,),
        from_at=event.from_at,
        to_at=event.to_at,
        domain=camera.domain if camera is not None else "",
        person=person,
        unit=_unit(person, state),
    )


def _unit(account: str, state: State) -> Text:
    """The departments of a person; of one who is of none in particular, the site."""
    known = state.staff.people.get(account)
    own = known.account.departments if known is not None else []
    names = [department.name for department in state.site.departments if department.id in own]
    if not names:
        return state.site.name
    return Text(en=", ".join(name.en or name.zh for name in names), zh="、".join(name.zh or name.en for name in names))


def _account(actor: str) -> str:
    return actor.removeprefix("person:")
