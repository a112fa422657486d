"""A real MQTT broker (mosquitto) on a free port of this machine, and one who listens to everything.

with Broker(tmp_path) as broker:                       # anonymous, in the clear
with Broker(tmp_path, users={"watch": "word"}, acl="user watch\ntopic write plant/#\n", certificate=…) as broker:
    broker.port
    broker.stop(); broker.start()                      # the same port, and what was retained
"""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import aiomqtt

_MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_START_S = 10.0
_STOP_S = 10.0


class Heard(NamedTuple):
    """A message as it came."""

    topic: str
    payload: bytes
    retain: bool
    qos: int
    properties: dict[str, str]


class Ear:
    """Everything that came."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def text(self) -> str:
        return "\n".join(each.payload.decode() for each in self.heard)


class Broker:
    """A mosquitto in a folder of its own; with a certificate it speaks TLS only."""

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, str] | None = None,
        acl: str = "",
        certificate: tuple[Path, Path] | None = None,
        more: str = "",
    ) -> None:
        """`certificate`: the files of certificate and key. `more`: further lines of mosquitto's configuration."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._folder = folder / f"mosquitto-{self.port}"
        self._folder.mkdir(mode=0o700)
        lines = [
            f"listener {self.port} 127.0.0.1",
            "user root",
            "persistence true",
            f"persistence_location {self._folder}/",
        ]
        if users:
            book = self._folder / "users"
            for name, word in users.items():
                made = [] if book.exists() else ["-c"]
                subprocess.run(["mosquitto_passwd", "-b", *made, book, name, word], check=True, capture_output=True)
            lines += ["allow_anonymous false", f"password_file {book}"]
        else:
            lines.append("allow_anonymous true")
        if acl:
            (self._folder / "acl").write_text(acl)
            lines.append(f"acl_file {self._folder / 'acl'}")
        if certificate is not None:
            lines += [f"certfile {certificate[0]}", f"keyfile {certificate[1]}"]
        (self._folder / "mosquitto.conf").write_text("\n".join([*lines, more, ""]))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Broker":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        assert _MOSQUITTO is not None, "mosquitto is missing: see tests/servers/install.sh"
        with (self._folder / "log").open("ab") as log:
            command = [_MOSQUITTO, "-c", str(self._folder / "mosquitto.conf")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "mosquitto did not begin to listen"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self._process is None:
            return
        deadline = time.monotonic() + _STOP_S
        # It listens a moment before its main loop begins, and forgets a signal that comes in between.
        while self._process.poll() is None:
            assert time.monotonic() < deadline, "mosquitto does not end"
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
        self._process = None

    @asynccontextmanager
    async def listening(self, *topics: str, user: str | None = None, password: str | None = None) -> AsyncIterator[Ear]:
        """Somebody who listens to these topics, or to all."""
        ear = Ear()
        client = aiomqtt.Client(
            "127.0.0.1", self.port, username=user, password=password, protocol=aiomqtt.ProtocolVersion.V5
        )
        async with client:
            for topic in topics or ("#",):
                await client.subscribe(topic, qos=1)
            listening = asyncio.create_task(_listen(client, ear))
            try:
                yield ear
            finally:
                listening.cancel()
                await asyncio.wait([listening])


async def _listen(client: aiomqtt.Client, ear: Ear) -> None:
    async for message in client.messages:
        own = dict(getattr(message.properties, "UserProperty", ()))
        assert isinstance(message.payload, bytes)
        ear.heard.append(Heard(str(message.topic), message.payload, message.retain, message.qos, own))
