"""The index made anew from the files in the folder of recordings."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from hub.core.recordings import parse_manifest
from hub.runtime.recording.index import RecordIndex
from hub.watch.recording.file import SEALS, hash_of, read_segment

log = structlog.get_logger("recording")


def rebuild(folder: Path, index: RecordIndex) -> Iterator[None]:
    """Take everything in that is on disk: hashes as the manifests have them, else of the files as they are.

    Yields after each file. Raises `OSError` and `sqlite3.Error`.
    """
    for manifest in sorted((folder / SEALS).iterdir()):
        try:
            listed = parse_manifest(manifest.read_text(encoding="utf-8"))
        except ValueError:
            log.warning("manifest_unreadable", file=manifest.name)
            continue
        for one in listed:
            path = folder / one.name
            segment = read_segment(path, path.name, one.sha256) if path.is_file() else None
            if segment is not None and segment.name == one.name:
                index.add([segment], seal=f"{SEALS}/{manifest.name}")
            yield
    for path in sorted(folder.glob("[a-z0-9]*/*/*.mp4")):
        if not index.knows(str(path.relative_to(folder))):
            with path.open("rb") as file:
                digest = hash_of(file).hexdigest()
            segment = read_segment(path, path.name, digest)
            if segment is not None:
                index.add([segment])
        yield
