"""The sealed packages of releases, and the key that signs them, as the API tells of them."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from hub.client import HubClient
from hub.errors import ClientError, NotFound, Refused

SHA256_HEADER = "x-package-sha256"


class ReleaseKey(msgspec.Struct, frozen=True, kw_only=True):
    """The public key with which the site signs packages. `fingerprint`: SHA-256 of it in DER, hexadecimal."""

    fingerprint: str
    pem: str


class PackageProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the package is that is being made, in bytes. `step`: waiting (until what was recorded is sealed),
    recorder (`device` is asked for what the hub has not), originals, copy, seal, encrypt."""

    step: str
    done: int
    total: int
    device: str = ""


async def release_key(client: HubClient) -> ReleaseKey:
    """The key of the site. Raises `NotFound`."""
    return await client.read("release-key", ReleaseKey)


async def package_progress(client: HubClient, release: str) -> PackageProgress | None:
    """How far the package of a release is; None when none is being made."""
    try:
        return await client.read(f"releases/{release}/package/progress", PackageProgress)
    except NotFound:
        return None


async def release_preview(client: HubClient, release: str, camera: str, at: datetime) -> bytes:
    """A picture of what a release is about, as JPEG, to choose regions on. Raises `NotFound`."""
    return await client.fetch(f"releases/{release}/preview", {"camera": camera, "at": at.isoformat()})


async def fetch_package(client: HubClient, release: str, into: Path, *, on_bytes: Callable[[int, int], None]) -> str:
    """Write the package to the new file `into`, readable by its owner alone, and return its SHA-256.

    It has its name when all of it is on the disk: until then it is called `NAME.part`, which is deleted when the
    package was cut short or changed on its way. `on_bytes` is told what has come of how much. Raises `Refused` when
    the file cannot be written.
    """
    part = into.with_name(f"{into.name}.part")
    try:
        if await asyncio.to_thread(into.exists):
            raise Refused(f"{into.name} is there already.", hint="Name another file or folder.")
        with open(part, "wb", opener=_private) as file:  # noqa: ASYNC230 # the caller does nothing else meanwhile
            try:
                sha256 = await _fetch(client, release, file, on_bytes)
                await asyncio.to_thread(os.fsync, file.fileno())
            except BaseException:
                part.unlink()  # as above
                raise
        await asyncio.to_thread(part.rename, into)
    except OSError as error:
        raise Refused(
            f"{into.name} cannot be written: {error.strerror}.", hint="Name another file or folder."
        ) from error
    return sha256


async def _fetch(client: HubClient, release: str, file: BinaryIO, on_bytes: Callable[[int, int], None]) -> str:
    digest, size = hashlib.sha256(), 0
    async with client.stream(f"releases/{release}/package") as (headers, chunks):
        total = int(headers.get("content-length", "0"))
        async for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            on_bytes(size, total)
    file.flush()
    if digest.hexdigest() != headers.get(SHA256_HEADER):
        raise ClientError("The package was changed or cut short on its way.", hint="Fetch it again.")
    return digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
