"""The settings that were read of devices, kept in files that are named by their own digest."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from hub.core.baselines.compare import canonical, digest_of
from hub.errors import SiteError
from hub.watch.files import read_bounded, write_whole

MOST_KEPT = 30
"""Snapshots of one device; those that are needed are kept beside them."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class KeptSettings:
    """Below one folder, a folder for each device. For any thread; blocks on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, device: str, settings: Mapping[str, str]) -> str:
        """Keep a snapshot; returns its digest. Raises `SiteError` when it cannot be written."""
        digest = digest_of(settings)
        path = self._path(device, digest)
        try:
            if not path.exists():
                write_whole(path, canonical(settings))
        except OSError as error:
            raise SiteError(
                f"The settings of {device} cannot be kept: {error.strerror or error}.",
                hint="Let the hub's user write there, and make room.",
            ) from error
        return digest

    def load(self, device: str, digest: str) -> dict[str, str]:
        """A kept snapshot. Raises `SiteError` when it is not there, or is not what was kept."""
        path = self._path(device, digest)
        try:
            settings = msgspec.json.decode(read_bounded(path), type=dict[str, str])
        except FileNotFoundError:
            raise SiteError(
                f"The settings {digest[:12]} of {device} are not kept any more.",
                hint="Approve those that the device has now.",
            ) from None
        except (OSError, ValueError, msgspec.DecodeError) as error:
            raise SiteError(f"The kept settings {path.name} of {device} cannot be read: {error}.") from error
        if digest_of(settings) != digest:
            raise SiteError(
                f"The kept settings {digest[:12]} of {device} were changed on the disk.",
                hint="Approve those that the device has now, and find out who changed the file.",
            )
        return settings

    def prune(self, device: str, needed: Collection[str]) -> None:
        """Forget the oldest beyond `MOST_KEPT`, except those that are needed. What cannot be removed stays."""
        try:
            kept = sorted(self._of(device).glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in kept[MOST_KEPT:]:
                if path.stem not in needed:
                    path.unlink(missing_ok=True)
        except OSError:
            return

    def _of(self, device: str) -> Path:
        return self._folder / _UNSAFE.sub("_", device)

    def _path(self, device: str, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise SiteError(f"{digest[:70]!r} is no digest of settings.")
        return self._of(device) / f"{digest}.json"
