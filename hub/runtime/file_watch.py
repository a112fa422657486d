"""Notices saved files. By looking once a second: editors rename, copy and touch in ways no notification survives."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from hub.errors import HubError

log = structlog.get_logger("reload")

LOOK_EVERY_S = 1.0

Print = tuple[int, int, int]


def prints(folder: Path) -> dict[str, Print]:
    """hub.toml and the rule files of a site, each with inode, size and time of change."""
    found: dict[str, Print] = {}
    for path in [folder / "hub.toml", *sorted((folder / "rules").glob("*.toml"))]:
        try:
            stat = path.stat()
        except OSError:
            continue
        found[str(path.relative_to(folder))] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


async def watch_files(folder: Path, known: dict[str, Print], changed: Callable[[set[str]], Awaitable[None]]) -> None:
    """Call `changed` with the names of files that were saved, added or removed since `known`. Runs for ever.

    A file is taken up when it is the same in two looks, so that nobody reads a half-written one. When `changed` raises
    an error of the hub, as it does while the journal is blocked, it is called again at the next look.
    """
    settled, last = known, known
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now = await asyncio.to_thread(prints, folder)
        if now == last and now != settled:
            names = {name for name in now.keys() | settled.keys() if now.get(name) != settled.get(name)}
            try:
                await changed(names)
            except HubError as error:
                log.error("files_not_taken_up", files=sorted(names), error=str(error), doing="trying again")
            else:
                settled = now
        last = now
