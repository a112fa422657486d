"""An archive of the site: a tar file with the files one after another and, last, the list of them with their hashes.

The list comes last because hashes are known last; an archive without it was never finished.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, BinaryIO, NamedTuple

import msgspec
from msgspec import Meta

from hub.errors import SiteError

FORMAT = 1
LIST = "manifest.json"
_LONGEST_LIST = 512 * 1024 * 1024
_BLOCK = 1024 * 1024
_PARTS = ("site", "secrets", "data", "seals")
_SHA256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Kept(msgspec.Struct, frozen=True):
    """One file of an archive."""

    name: str
    bytes: Annotated[int, Meta(ge=0)]
    sha256: _SHA256


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an archive."""

    format: int
    version: str
    """Of the software that made it."""
    made_at: Annotated[datetime, Meta(tz=True)]
    site: str
    """The site's name."""
    head: str
    """The newest record of its journal, as `SEQ:HASH`; empty for a site that has none yet."""
    secrets: bool
    files: list[Kept]


class Entry(NamedTuple):
    """One file on its way out of an archive. Read it to its end before the next one is asked for."""

    name: str
    size: int
    read: Callable[[int], bytes]


class Writer:
    """Writes an archive into a stream, from the first byte to the last."""

    def __init__(self, out: BinaryIO) -> None:
        self.files: list[Kept] = []
        # Not as a stream of tarfile's own: one that is given up would still write when it is forgotten.
        self._tar = tarfile.TarFile(fileobj=_Onwards(out), mode="w", format=tarfile.PAX_FORMAT)  # type: ignore[arg-type] # only `write` and `tell` are called

    def add(self, name: str, source: BinaryIO, size: int, at: datetime) -> None:
        """Add `size` bytes of a file. Raises `OSError`, and `SiteError` when it has fewer."""
        hashed = _Hashed(source, size)
        self._tar.addfile(_member(name, size, at), hashed)
        self.files.append(Kept(name, size, hashed.digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Add the list, and end the archive."""
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self._tar.addfile(_member(LIST, len(text), manifest.made_at), io.BytesIO(text))
        self._tar.close()


def read(stream: BinaryIO, take: Callable[[Entry], None] | None = None) -> Manifest:
    """Read an archive to its end and compare everything with its list. `take` is handed every file, and reads it.

    What was handed out is proven only when this returns. Raises `SiteError` when anything is not as it was written, and
    `OSError`.
    """
    seen: dict[str, Kept] = {}
    manifest: Manifest | None = None
    try:
        with closing(tarfile.open(fileobj=stream, mode="r|")) as tar:
            for member in tar:
                if manifest is not None:
                    raise _not_whole(f"something follows its list: {member.name[:100]!r}")
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise _not_whole(f"{member.name[:100]!r} is no file")
                if member.name == LIST:
                    manifest = _manifest(content, member.size)  # type: ignore[arg-type] # a stream of bytes
                    continue
                if not is_safe(member.name) or member.name in seen:
                    raise _not_whole(f"{member.name[:100]!r} is no name that a backup has")
                hashed = _Hashed(content, member.size)  # type: ignore[arg-type] # a stream of bytes
                if take is not None:
                    take(Entry(member.name, member.size, hashed.read))
                while hashed.read(_BLOCK):
                    pass
                seen[member.name] = Kept(member.name, member.size, hashed.digest.hexdigest())
    except (tarfile.TarError, EOFError) as error:
        raise _not_whole(str(error) or "it ends too early") from error
    if manifest is None:
        raise _not_whole("it ends before its list")
    listed = {one.name: one for one in manifest.files}
    for name in sorted(listed.keys() | seen.keys()):
        if name not in seen:
            raise _not_whole(f"{name} is missing")
        if listed.get(name) != seen[name]:
            raise _not_whole(f"{name} was changed" if name in listed else f"{name} is not in its list")
    return manifest


def is_safe(name: str) -> bool:
    """Whether a name stays below the folder that it is unpacked into, in one of the parts of an archive."""
    path = PurePosixPath(name)
    return (
        len(path.parts) > 1
        and path.parts[0] in _PARTS
        and ".." not in path.parts
        and path.as_posix() == name
        and "\0" not in name
        and "\\" not in name
    )


class _Onwards:
    """Only goes forward, and knows how far it is."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0

    def tell(self) -> int:
        return self._at

    def write(self, block: bytes) -> int:
        self._out.write(block)
        self._at += len(block)
        return len(block)


class _Hashed:
    """Reads exactly `size` bytes, and hashes them on the way."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self.digest = hashlib.sha256()
        self._source = source
        self._left = size

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        block = self._source.read(wanted) if wanted else b""
        if wanted and not block:
            raise SiteError("A file became shorter while it was read.", hint="Try again.")
        self._left -= len(block)
        self.digest.update(block)
        return block


def _member(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(at.timestamp())
    return member


def _manifest(content: BinaryIO, size: int) -> Manifest:
    if size > _LONGEST_LIST:
        raise _not_whole("its list is too long")
    try:
        found = msgspec.json.decode(content.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise _not_whole(f"its list cannot be read: {error}") from error
    if found.format > FORMAT:
        raise SiteError(
            f"The backup was made by newer software ({found.version[:50]}).", hint="Update the software first."
        )
    return found


def _not_whole(why: str) -> SiteError:
    return SiteError(f"The backup is not whole: {why}.", hint="Use another one, or make a new one.")
