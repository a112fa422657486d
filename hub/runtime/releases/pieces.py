"""The originals of a release: which there are, and how each is proven from its seal to the journal. Blocks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from hub.client.views import RecordingView
from hub.core.event import wire_name
from hub.core.recorded import Span
from hub.core.recordings import Listed, RecordingsSealed, leaf_of, parse_manifest, seal_of
from hub.core.releases.model import Release
from hub.errors import Refused, WrongState
from hub.footage.merkle import audit_path
from hub.footage.plan import Piece, SealRecord
from hub.footage.room import check_room
from hub.journal.codec import decode
from hub.ports import Store, StoredRecord
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.reading import RecordReading

MOST_PIECES = 20_000
"""Originals in one package; ten cameras for a week, in files of five minutes."""
_PAGE = 1000
_LONGEST_LIST = 16 * 1024 * 1024
_SEALED = wire_name(RecordingsSealed)


class Unsealed(WrongState):
    """Something of the period is being written, or is finished and not sealed yet: in a few minutes it is."""


class Originals(NamedTuple):
    """`pieces` name their seal by its place in `seals`."""

    pieces: list[Piece]
    seals: list[SealRecord]


def find_views(reading: RecordReading, release: Release) -> list[RecordingView]:
    """The files of a release, by camera and time. Raises `Refused` where there are too many, `SiteError`."""
    period = Span(release.from_at, release.to_at)
    found: list[RecordingView] = []
    for camera in release.cameras:
        found += reading.find(period, camera=camera, limit=MOST_PIECES + 1)
        if len(found) > MOST_PIECES:
            raise Refused(
                f"More than {MOST_PIECES} recordings lie in that period.", hint="Ask for several releases instead."
            )
    return found


def check_sealed(views: Sequence[RecordingView]) -> None:
    """Raises `Unsealed`."""
    late = [one for one in views if one.open or not one.seal]
    if late:
        raise Unsealed(
            f"Recordings of {late[0].camera} are not finished and sealed yet: {len(late)}.",
            hint="The hub seals what is finished every five minutes; have it prepared again then.",
        )


def prove(views: Sequence[RecordingView], store: Store, folder: Path) -> Originals:
    """Every file with its way to the record that sealed it. `folder`: that of recordings.

    Raises `Refused` where lists, index and journal do not agree: `hub verify --recordings` says more.
    """
    manifests = sorted({one.seal for one in views})
    records = _seal_records(store, manifests)
    seals: list[SealRecord] = []
    paths: dict[str, tuple[int, int, list[str]]] = {}
    wanted = {one.name: one for one in views}
    for manifest in manifests:
        if manifest not in records:
            raise _damaged(f"No record of the journal seals the list {manifest}.")
        seal, event = records[manifest]
        listed = _read_list(folder / manifest)
        if seal_of(listed) != event.root:
            raise _damaged(f"The list {manifest} is not what record {seal.seq} sealed.")
        leaves = [leaf_of(*one) for one in listed]
        for index, one in enumerate(listed):
            view = wanted.get(one.name)
            if view is None or view.seal != manifest:
                continue
            if (one.bytes, one.sha256) != (view.bytes, view.sha256):
                raise _damaged(f"The index does not say of {one.name} what record {seal.seq} sealed.")
            paths[one.name] = len(seals), index, [node.hex() for node in audit_path(leaves, index)]
        seals.append(seal)
    missing = sorted(wanted.keys() - paths.keys())
    if missing:
        raise _damaged(f"The list {wanted[missing[0]].seal} does not name {missing[0]}.")
    return Originals([_piece(one, *paths[one.name]) for one in views], seals)


def bring_here(pieces: Sequence[Piece], places: RecordPlaces, work: Path, reserve_bytes: int) -> list[Piece]:
    """The pieces with what lies in a storage fetched into `work`, and with what lies here kept in reach: it may be
    moved to a storage while the package is made. Raises `SiteError`, `StorageError`, `OSError`."""
    here: list[Piece] = []
    for number, piece in enumerate(pieces):
        own = work / f"piece-{number}"
        path = places.here(piece.name)
        kept = _kept(path, own) if path is not None else None
        if kept is None:
            check_room(work, reserve_bytes, piece.bytes)
            places.fetch(piece.name, own)
            kept = own
        here.append(replace(piece, path=str(kept)))
    return here


def _kept(path: Path, own: Path) -> Path | None:
    """A second name for a file, or the file itself on disks that know no such thing; None when it has just gone."""
    try:
        own.hardlink_to(path)
    except FileNotFoundError:
        return None
    except OSError:
        return path
    return own


def _piece(view: RecordingView, seal: int, index: int, proof: list[str]) -> Piece:
    return Piece(
        name=view.name,
        path=view.path,
        camera=view.camera,
        stream=view.stream,  # type: ignore[arg-type] # the index has only those
        begin_at=view.begin_at,
        end_at=view.end_at,
        bytes=view.bytes,
        sha256=view.sha256,
        codec=view.codec,
        device_offset_s=view.device_offset_s,
        recovered=view.recovered,
        seal=seal,
        index=index,
        proof=proof,
    )


def _read_list(path: Path) -> list[Listed]:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_LIST + 1)
        if len(data) > _LONGEST_LIST:
            raise ValueError("too long")
        return parse_manifest(data.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(f"The list {path.name} cannot be read.") from error


def _seal_records(store: Store, manifests: Sequence[str]) -> Mapping[str, tuple[SealRecord, RecordingsSealed]]:
    wanted, before = set(manifests), None
    found: dict[str, tuple[SealRecord, RecordingsSealed]] = {}
    while wanted and (page := store.read_last(_PAGE, types=(_SEALED,), before=before)):
        before = page[0].seq
        for stored in page:
            event = decode(stored.type, stored.version, stored.body)
            if isinstance(event, RecordingsSealed) and event.manifest in wanted:
                wanted.discard(event.manifest)
                found[event.manifest] = _record(store, stored, event), event
    return found


def _record(store: Store, stored: StoredRecord, event: RecordingsSealed) -> SealRecord:
    previous = store.read(stored.seq - 2, 1)[0].hash if stored.seq > 1 else bytes(32)
    return SealRecord(
        manifest=event.manifest,
        root=event.root,
        count=event.count,
        previous=previous.hex(),
        seq=stored.seq,
        at_us=stored.at_us,
        seen_at_us=stored.seen_at_us,
        actor=stored.actor,
        cause=stored.cause,
        type=stored.type,
        version=stored.version,
        body=stored.body.decode(),
        key=stored.key,
        hash=stored.hash.hex(),
    )


def _damaged(sentence: str) -> Refused:
    return Refused(sentence, hint="See `hub verify --recordings`.")
