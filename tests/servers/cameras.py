"""A farm of live RTSP cameras as a context manager; `tests.servers.fixtures` offers it to pytest.

    with CameraFarm({"plain": clips.path("plain"), "black": clips.path("black")}, cameras=2) as farm:
        farm.url(0)              # rtsp://127.0.0.1:40123/cam0
        farm.show(0, "black")    # from the next key frame on
        farm.stall(1)            # connected, and silent
        farm.kill(0); farm.add(0)
        farm.freeze(); farm.thaw()   # the whole server: a black hole
        farm.end()               # the whole server is gone, as after kill -9; farm.start() brings it back

The server is GStreamer's, driven by the system's python3 (`tests/servers/install.sh` installs it).
"""

import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

_SERVER = Path(__file__).with_name("rtsp.py")
_READY_WITHIN_S = 30


class CameraFarm:
    """N live cameras that play clips. `account` is (user, password) for digest sign-in, else anyone may watch.

    `fps` is a number, or a fraction such as "1/3". With `groups` camera N shows the live picture of group N % groups:
    cheap, and what stalls or changes is the group.
    """

    def __init__(
        self,
        clips: Mapping[str, Path],
        *,
        cameras: int = 1,
        groups: int = 0,
        fps: int | str = 10,
        account: tuple[str, str] | None = None,
    ) -> None:
        self._clips = dict(clips)
        self._cameras = cameras
        self._groups = groups
        self._fps = fps
        self._account = account
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self._control = 0

    def __enter__(self) -> "CameraFarm":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start the server and wait until it accepts connections; on the same port when it ran before."""
        absent = [f"{path}" for path in self._clips.values() if not path.is_file()]
        if absent:
            raise FileNotFoundError(f"no such clip: {', '.join(absent)}")
        command = ["/usr/bin/python3", str(_SERVER), "--port", str(self.port), "--cameras", str(self._cameras)]
        command += ["--groups", str(self._groups), "--fps", str(self._fps)]
        command += ["--digest"] if self._account else []
        command += [f"{name}={path}" for name, path in self._clips.items()]
        environment = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._account:
            print(":".join(self._account), file=self._process.stdin, flush=True)
        ready, _, _ = select.select([self._process.stdout], [], [], _READY_WITHIN_S)
        words = self._process.stdout.readline().split() if ready else []
        if not words or words[0] != "ready":
            what = f"ended with code {self._process.wait()}" if ready else f"said nothing for {_READY_WITHIN_S} s"
            self.end()
            raise RuntimeError(
                f"the RTSP test server {what}; why, it says on stderr (its packages: sh tests/servers/install.sh)"
            )
        self.port, self._control = int(words[1]), int(words[2])

    def end(self) -> None:
        """Kill the server, frozen or not. Its cameras are gone at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def freeze(self) -> None:
        """Stop the server without closing anything: connections stay and nothing comes, as behind a cut cable."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the server is not running"
        self._process.send_signal(number)

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def url(self, camera: int, *, user: str | None = None, password: str | None = None) -> str:
        """Where a camera is, with the right credentials unless others are given."""
        own_user, own_password = self._account or ("", "")
        user, password = own_user if user is None else user, own_password if password is None else password
        sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        return f"rtsp://{sign_in}127.0.0.1:{self.port}/cam{camera}"

    def kill(self, camera: int) -> None:
        """Cut the camera's clients off; asked again it is not found."""
        self._ask(f"kill {camera}")

    def add(self, camera: int) -> None:
        """Bring a killed camera back."""
        self._ask(f"add {camera}")

    def close(self, camera: int) -> None:
        """Cut the camera's clients off; they may come again at once."""
        self._ask(f"close {camera}")

    def stall(self, camera: int, *, on: bool = True) -> None:
        """Keep the connections and send nothing; `on=False` goes on."""
        self._ask(f"stall {camera} {'on' if on else 'off'}")

    def show(self, camera: int, clip: str) -> None:
        """Show another clip from the next key frame on."""
        self._ask(f"show {camera} {clip}")

    def keys(self, camera: int, *, on: bool) -> None:
        """Leave the key frames out, or send them again."""
        self._ask(f"keys {camera} {'on' if on else 'off'}")

    def clients(self, camera: int) -> int:
        """How many clients watch the camera."""
        return int(self._ask(f"clients {camera}").split()[1])

    def _ask(self, command: str) -> str:
        with socket.create_connection(("127.0.0.1", self._control), timeout=15) as connection:
            connection.sendall(f"{command}\n".encode())
            connection.shutdown(socket.SHUT_WR)
            answer = connection.makefile().readline().strip()
        if not answer.startswith("ok"):
            raise RuntimeError(f"{command}: {answer or 'no answer'}")
        return answer
