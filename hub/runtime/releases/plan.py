"""What goes into the package of a release besides the originals: who did what, what is missing, where it is made."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hub.core.event import Draft, Event, Record
from hub.core.fetched import FootageFetched
from hub.core.releases.events import (
    PackageEnd,
    ReleaseApproved,
    ReleaseChecked,
    ReleaseClosed,
    ReleaseEvent,
    ReleasePackageDeleted,
    ReleasePackageVoid,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseReturned,
    ReleaseWithdrawn,
)
from hub.core.releases.model import Release
from hub.core.state import State
from hub.core.text import Text
from hub.footage.keys import PRIVATE
from hub.footage.plan import Custody, PackagePlan
from hub.journal.chain import Head
from hub.runtime.releases.fetching import Found
from hub.runtime.releases.pieces import Originals

_PERSON = "person:"
_STEPS: dict[type[Event], Text] = {
    ReleaseRequested: Text(en="Requested", zh="提出调取"),
    ReleaseReturned: Text(en="Given back: something was missing", zh="退回补正"),
    ReleaseChecked: Text(en="Identification and letter checked", zh="核验证件与公函"),
    ReleaseApproved: Text(en="Approved", zh="批准"),
    ReleasePreparing: Text(en="Package ordered", zh="下令封装"),
}
_ENDS: dict[type[Event], PackageEnd] = {
    ReleasePackageVoid: "void",
    ReleaseClosed: "closed",
    ReleaseRefused: "refused",
    ReleaseWithdrawn: "withdrawn",
}
_HASHED = Text(
    en="Originals copied bit for bit, hashed again and compared with index and seal",
    zh="原始录像逐位复制，重新计算哈希并与索引和封存核对",
)
_FETCHED = Text(en="Fetched from the recorder, hashed on arrival", zh="从录像机取回，到达时计算哈希")


def build_plan(
    release: Release,
    state: State,
    *,
    course: Sequence[Record],
    originals: Originals,
    found: Found,
    head: Head,
    timezone: str,
    made_at: datetime,
    work: Path,
    target: Path,
    data: Path,
    reserve_bytes: int,
) -> PackagePlan:
    """Pure. `course`: the records of the release; `data`: the site's data folder."""
    purpose = state.site.releases.internal_purposes.get(release.purpose)
    known = {camera.id: camera.name for camera in state.site.cameras}
    return PackagePlan(
        release=release.id,
        site=state.site.name,
        timezone=timezone,
        kind=release.kind,
        agency=release.agency,
        officers=list(release.officers),
        letter=release.letter,
        letter_number=release.letter_number,
        purpose=f"{purpose.en} · {purpose.zh}" if purpose is not None else release.purpose,
        reason=release.reason,
        content=release.content,
        cameras={camera: known.get(camera, Text(en=camera)) for camera in release.cameras},
        from_at=release.from_at,
        to_at=release.to_at,
        made_at=made_at,
        steps=[*_steps(course, state, found, made_at), Custody(at=made_at, who="hub", what=_HASHED)],
        pieces=originals.pieces,
        seals=originals.seals,
        fetched=found.fetched,
        gaps=found.gaps,
        head_seq=head.seq,
        head_hash=head.hash.hex(),
        copy=release.copy,
        blur=list(release.blur),
        recipient=release.recipient,
        work=str(work),
        target=str(target),
        key=str(data / PRIVATE),
        reserve_bytes=reserve_bytes,
    )


def fetched_events(release: Release, found: Found) -> list[Event]:
    """What goes on record of footage that a device gave."""
    return [
        FootageFetched(
            camera=one.camera,
            device=one.device,
            release=release.id,
            from_at=one.begin_at,
            to_at=one.end_at,
            bytes=one.bytes,
            sha256=one.sha256,
            device_hash=one.device_hash,
        )
        for one in found.fetched
    ]


def end_of(name: str, course: Sequence[Record]) -> Draft | None:
    """What goes on record when a package is deleted, which the record of its release (oldest first) says is not needed
    any more; None when it never was on record, or that is there already. Pure."""
    if any(isinstance(one.event, ReleasePackageDeleted) and one.event.package == name for one in course):
        return None
    made: ReleasePrepared | None = None
    end: tuple[PackageEnd, int] | None = None
    for record in course:
        match record.event:
            case ReleasePrepared(package=package) if package == name:
                made, end = record.event, None
            case ReleasePreparing() if end is not None:
                break
            case event if made is not None and (why := _ENDS.get(type(event))) is not None:
                end = why, record.seq
    if made is None or end is None:
        return None
    why, cause = end
    event = ReleasePackageDeleted(release=made.release, package=name, sha256=made.sha256, bytes=made.bytes, why=why)
    return Draft(event, actor="hub", cause=cause)


def _steps(course: Sequence[Record], state: State, found: Found, at: datetime) -> list[Custody]:
    steps = []
    for record in course:
        event = record.event
        if not isinstance(event, ReleaseEvent) or (what := _STEPS.get(type(event))) is None:
            continue
        note = getattr(event, "note", "") or getattr(event, "missing", "")
        steps.append(Custody(at=record.seen_at, who=_called(state, record.actor), what=what, note=note))
    fetched = [Custody(at=at, who=one.device, what=_FETCHED, note=f"recorder/{one.name}") for one in found.fetched]
    return [*steps, *fetched]


def _called(state: State, actor: str) -> str:
    """A person by name and account, as people sign."""
    account = actor.removeprefix(_PERSON)
    return f"{state.staff.name(account)} ({account})" if actor.startswith(_PERSON) else actor
