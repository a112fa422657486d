"""The folder `data/run`, private to the hub's user: the socket, the local token, and where a long path went.

Beside them lies what `hub.runtime.alive` notes.

A unix socket's path holds 107 bytes. Where the site lies deeper, the socket is made in a private folder below the
system's temporary one, and `data/run/socket` says where.
"""

import contextlib
import errno
import os
import socket
import tempfile
from pathlib import Path

from hub.errors import SiteError

LONGEST_SOCKET_PATH = 107
_TEMPORARY = "watchroom-"
_BACKLOG = 128


class RunFolder:
    """`data/run`. Everything made here is removed by `clear`."""

    def __init__(self, data: Path) -> None:
        """Make the folder, or make it private. Raises `SiteError`."""
        self._folder = data / "run"
        self._pointer = self._folder / "socket"
        self._token = self._folder / "local.token"
        self._made: list[Path] = []
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def listen(self) -> socket.socket:
        """A listening socket that only this user can reach. Raises `SiteError` when a living hub listens already."""
        try:
            self._remove_stale()
            path = self._folder / "hub.sock"
            if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
                path = Path(tempfile.mkdtemp(prefix=_TEMPORARY)) / "hub.sock"
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.setblocking(False)
            self._made.append(path)
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen(_BACKLOG)
            if path.parent != self._folder:
                write_private(self._pointer, os.fsencode(path))
        except OSError as error:
            raise _unusable(self._folder, error) from error
        return listener

    def write_token(self, token: str) -> None:
        """Leave the local reader's token for the user who runs the hub. Raises `SiteError`."""
        try:
            self._made.append(self._token)
            write_private(self._token, token.encode())
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def clear(self) -> None:
        """Remove what was made here; what belongs to another hub stays."""
        for path in self._made:
            self._remove(path)
        self._made.clear()

    def _remove_stale(self) -> None:
        stale = [self._folder / "hub.sock"]
        if self._pointer.is_file():
            stale.append(Path(os.fsdecode(self._pointer.read_bytes().strip())))
        for path in stale:
            if path.is_socket():
                _refuse_living(path)
                self._remove(path)
        self._pointer.unlink(missing_ok=True)

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        if path.parent != self._folder:
            self._pointer.unlink(missing_ok=True)
            if path.parent.name.startswith(_TEMPORARY):
                with contextlib.suppress(OSError):  # already gone, or no longer ours alone
                    path.parent.rmdir()


def listen_tcp(address: str) -> socket.socket:
    """A listening socket on `host:port` of this machine; port 0 takes a free one.

    Raises `SiteError`: not an address, not on the loopback, or in use.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise SiteError(
            f"The API does not listen on {host or address}: it would send passwords in the clear.",
            hint="Listen on 127.0.0.1 and put a proxy with TLS before it.",
        )
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SiteError(f"{address} is not an address.", hint="It looks like 127.0.0.1:8080.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind((host, int(port)))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SiteError(
                f"Port {port} on {host} is in use by another program.",
                hint="Stop that program, or give the hub another port.",
            ) from error
        raise SiteError(f"The API cannot listen on {address}: {error.strerror}.") from error
    return listener


def _refuse_living(path: Path) -> None:
    """Raise `SiteError` when somebody listens on the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return
        except (TimeoutError, BlockingIOError):
            pass  # a full line of waiting clients: somebody lives there and is busy
    raise SiteError(
        f"A hub runs on this site already: it answers at {path}.",
        hint="Look at it with `hub tui`, or stop it with `hub stop`.",
    )


def write_private(path: Path, content: bytes) -> None:
    """Replace a file whole; at no moment can another user read it."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)


def _unusable(folder: Path, error: OSError) -> SiteError:
    return SiteError(
        f"The hub cannot use {folder}: {error.strerror or error}.",
        hint="See that the data folder belongs to the hub's user and that its disk is not full.",
    )
