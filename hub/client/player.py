"""Plays links to viewings in a player of this machine.

A link is handed over in a file that only this user can read, never on the command line, which everybody on the
machine can see.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from hub.client import HubClient
from hub.client.loopback import loopback
from hub.client.viewings import PlayLink, ViewingView, end
from hub.errors import ClientError, HubError

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
_PROTOCOLS = "file,http,https,tcp,tls,crypto"


class Kind(NamedTuple):
    """A player: the name of its program, the ending of the list that it reads, and what is said to it."""

    program: str
    ending: str
    command: Callable[[str, str], list[str]]
    """Arguments from the list's path and a title."""


class Player(NamedTuple):
    """A player that is there."""

    kind: Kind
    path: str

    @property
    def name(self) -> str:
        return self.kind.program


KINDS = (
    Kind("mpv", "m3u", lambda path, title: [f"--title={title}", "--force-window=yes", f"--playlist={path}"]),
    Kind("vlc", "m3u", lambda path, title: ["--play-and-exit", "--meta-title", title, path]),
    Kind(
        "ffplay",
        "ffconcat",
        lambda path, title: [
            *("-loglevel", "error", "-autoexit", "-window_title", title),
            *("-f", "concat", "-safe", "0", "-protocol_whitelist", _PROTOCOLS, "-i", path),
        ],
    ),
)
"""In the order in which they are looked for."""


def find_player(environment: Mapping[str, str] = os.environ) -> Player | None:
    """A player of this machine; None where there is none, or no screen to show anything on."""
    if sys.platform.startswith("linux") and not any(environment.get(name) for name in _SCREENS):
        return None
    found = ((kind, shutil.which(kind.program, path=environment.get("PATH"))) for kind in KINDS)
    return next((Player(kind, path) for kind, path in found if path is not None), None)


def list_of(kind: Kind, urls: Sequence[str], links: Sequence[PlayLink]) -> str:
    """The list of what is to be played, as this player reads it."""
    if kind.ending == "m3u":
        return "\n".join(["#EXTM3U", *urls, ""])
    lines = ["ffconcat version 1.0"]
    for url, link in zip(urls, links, strict=True):
        lines.append(f"file '{url}'")
        if link.seconds:
            lines.append(f"duration {link.seconds:.3f}")
    return "\n".join([*lines, ""])


@asynccontextmanager
async def address(client: HubClient) -> AsyncIterator[str]:
    """Where a player on this machine reaches the hub, as long as the context is open. Raises `ClientError`."""
    url, socket = client.reach
    if socket is None:
        yield url
        return
    try:
        async with loopback(socket) as door:
            yield door
    except OSError as error:
        raise ClientError(f"No door for the player could be opened: {error.strerror}.") from error


async def play(client: HubClient, viewing: ViewingView, player: Player, title: str) -> int:
    """Play all links of a viewing; returns the player's exit status when the person has closed it. Cancelled, it ends
    the player. Raises `ClientError`."""
    async with address(client) as base:
        with tempfile.TemporaryDirectory(prefix="watchroom-") as folder:
            path = Path(folder) / f"play.{player.kind.ending}"
            urls = [base + link.path for link in viewing.links]
            path.touch(0o600)
            path.write_text(list_of(player.kind, urls, viewing.links), encoding="utf-8")
            return await _run([player.path, *player.kind.command(str(path), title)])


async def closed(client: HubClient, viewing: str) -> None:
    """Tell the hub that a viewing is over; it finds out by itself where it cannot be told."""
    try:
        await end(client, viewing)
    except HubError:
        return


async def _run(command: Sequence[str]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise ClientError(f"{command[0]} cannot be started: {error.strerror}.") from error
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
