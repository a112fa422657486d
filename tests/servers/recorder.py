"""A recorder whose replays GStreamer serves, as a context manager.

    with Recorder(clips.path("plain"), account=("hub", "secret")) as recorder:
        recorder.url     # rtsp://127.0.0.1:40123/replay/rec1

The server runs under the system's python3 (`tests/servers/install.sh` installs it).
"""

import os
import select
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Self

_SERVER = Path(__file__).with_name("replay.py")
_READY_WITHIN_S = 30


class Recorder:
    """One recording of `hours`, from `start_at` on: the clip again and again."""

    def __init__(
        self,
        clip: Path,
        start_at: datetime,
        *,
        fps: int = 10,
        hours: float = 1.0,
        mtu: int = 1400,
        account: tuple[str, str] | None = None,
    ) -> None:
        self.port = 0
        self._account = account
        self._command = ["/usr/bin/python3", str(_SERVER), "--start", f"{start_at:%Y-%m-%dT%H:%M:%SZ}"]
        self._command += ["--fps", str(fps), "--hours", str(hours), "--mtu", str(mtu)]
        self._command += [*(["--digest"] if account else []), str(clip)]
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/replay/rec1"

    def __enter__(self) -> Self:
        environment = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        self._process = process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdin is not None
        assert process.stdout is not None
        if self._account:
            print(":".join(self._account), file=process.stdin, flush=True)
        ready, _, _ = select.select([process.stdout], [], [], _READY_WITHIN_S)
        words = process.stdout.readline().split() if ready else []
        if not words or words[0] != "ready":
            self.__exit__()
            raise RuntimeError("the replay server did not start; its packages: sh tests/servers/install.sh")
        self.port = int(words[1])
        return self

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
