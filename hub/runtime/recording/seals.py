"""Seals on disk: the list of the segments that are sealed together, and lists that are no longer needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from hub.core.recordings import RecordingsSealed, Segment, manifest_of, parse_manifest, seal_of, stamp
from hub.watch.recording.file import SEALS, sync_folder


class Seal(NamedTuple):
    """Segments that are to be sealed together; the manifest is on disk."""

    event: RecordingsSealed
    names: list[str]


def write_seal(folder: Path, segments: Sequence[Segment], now: datetime) -> Seal:
    """Write the manifest of at least one segment. Raises `OSError`."""
    text = manifest_of(segments)
    manifest = f"{SEALS}/{stamp(now)}.txt"
    path = folder / manifest
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    sync_folder(path.parent)
    event = RecordingsSealed(
        manifest=manifest,
        count=len(segments),
        bytes=sum(segment.bytes for segment in segments),
        first_at=min(segment.begin_at for segment in segments),
        last_at=max(segment.end_at for segment in segments),
        root=seal_of(parse_manifest(text)),
    )
    return Seal(event, [segment.name for segment in segments])


def drop_manifests(folder: Path, earliest: datetime) -> None:
    """Delete those that are older than everything that is left, wherever it lies. Raises `OSError`."""
    limit = f"{stamp(earliest - timedelta(days=1))}.txt"
    for path in (folder / SEALS).iterdir():
        if path.name < limit:
            path.unlink(missing_ok=True)
