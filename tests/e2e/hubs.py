"""The hub as its user runs it: `python -m hub …` in processes of their own, on sites of their own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.client.http import HttpClient, find_hub
from hub.core.cameras.commands import RetryCamera
from hub.core.event import Event, Record
from hub.errors import HubError
from hub.journal.codec import to_record
from tests.runtime.running import store_in

PASSWORD = "a-long-password-7716"
HUB = [sys.executable, "-m", "hub"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a user's shell holds, and nothing of the machine's own settings."""
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CACHE", "CONFIG", "DATA")}
    return {
        **kept,
        **folders,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "HUB_ADMIN_PASSWORD": PASSWORD,
        "COLUMNS": "200",
    } | more


def judged_soon(hub_toml: str) -> str:
    """The hub.toml of a new site, changed so that a camera is judged after seconds, not after a minute."""
    quick = {"learn_s = 30": "learn_s = 5\npicture_every_s = 0.5", "persist_s = 4": "persist_s = 1.5\nclear_s = 1.0"}
    for patient, hurried in quick.items():
        assert patient in hub_toml
        hub_toml = hub_toml.replace(patient, hurried)
    return hub_toml


class Site:
    """A site folder, its hub while it runs, and the `hub` command on it."""

    def __init__(self, folder: Path, home: Path, **more: str) -> None:
        self.folder = folder
        self.env = environment(home, **more)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home / f"{folder.name}.log"
        home.mkdir(parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    # --- its files ---

    def init(self, *arguments: str) -> "Site":
        self.hub("init", str(self.folder), *arguments)
        return self

    def write(self, hub_toml: str) -> None:
        (self.folder / "hub.toml").write_text(hub_toml, encoding="utf-8")

    def append(self, more: str) -> None:
        with (self.folder / "hub.toml").open("a", encoding="utf-8") as file:
            file.write(more)

    def add_camera(self, name: str, url: str) -> None:
        self.append(
            f'\n[[cameras]]\nid = "{name}"\nname = {{ en = "{name}", zh = "{name}" }}\narea = "gates"\n'
            f'domain = "security"\ndriver = "rtsp"\nurl = "{url}"\n'
        )

    def add_rules(self, text: str) -> None:
        (self.folder / "rules" / "own.toml").write_text(text, encoding="utf-8")

    # --- the command ---

    def hub(
        self, *arguments: str, code: int | None = 0, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run `hub ARGUMENTS` on this site and check its exit code (None: any)."""
        done = subprocess.run(
            [*HUB, *arguments],
            env={**self.env, "HUB_SITE": str(self.folder), **(env or {})},
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        if code is not None and done.returncode != code:
            raise AssertionError(f"hub {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.hub(*arguments, "--json", code=code).stdout)

    # --- the running hub ---

    def start(self, *, wrap: tuple[str, ...] = (), until_ready: bool = True) -> "Site":
        before = self.words().count("] ready")
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*wrap, *HUB, "run", "--site", str(self.folder)],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        if until_ready:
            self.until(lambda: self.words().count("] ready") > before, 30, "the hub is ready")
        return self

    def words(self) -> str:
        """What the hub has logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, number: signal.Signals = signal.SIGTERM, *, within_s: float = 15.0) -> float:
        """Send a signal and wait for the end; returns how long that took, in seconds."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(within_s)
        return time.monotonic() - began

    def cut_the_power(self) -> None:
        """Kill the hub and its workers at one moment.

        A worker notices the end of a hub that is killed alone and closes its files properly if it gets the time to.
        """
        os.kill(self.pid, signal.SIGSTOP)
        for pid in self.processes():
            if pid != self.pid:
                os.kill(pid, signal.SIGKILL)
        self.stop(signal.SIGKILL)
        self.until(lambda: not self.processes(), 10, "no process of the hub is left")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def end(self) -> None:
        """Whatever happened in the test: nothing of the hub is left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.until(lambda: not self.processes(), 10, "no process of the hub is left")

    def processes(self) -> list[int]:
        """Every living process that has this site on its command line."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state = (entry / "stat").read_text().rpartition(") ")[2][:1]
            except OSError:
                continue
            if f"{self.folder}" in line and "hub" in line and state != "Z":
                found.append(int(entry.name))
        return found

    # --- what is on record ---

    def records(self, *kinds: type[Event], **fields: object) -> list[Record]:
        return [record for record in self._read(0) if _is(record, kinds, fields)]

    def recorded(self, kind: type[Event], within_s: float = 20.0, *, count: int = 1, **fields: object) -> Record:
        """Wait for the `count`th record of a kind with these fields."""
        found: list[Record] = []
        read = 0

        def enough() -> bool:
            # Only what is new: a journal read from its beginning twenty times a second takes the time from the hub.
            nonlocal read
            for record in self._read(read):
                read = record.seq
                if _is(record, (kind,), fields):
                    found.append(record)
            return len(found) >= count

        self.until(enough, within_s, f"{kind.__name__} {fields} ({count})")
        return found[count - 1]

    def _read(self, after: int) -> list[Record]:
        if not (self.data / "journal.db").exists():
            return []
        store = store_in(self.data)
        store.open(create=False)
        try:
            return [to_record(stored) for stored in store.read(after, 1_000_000)]
        finally:
            store.close()

    def until(self, condition: Callable[[], Any], within_s: float, what: str) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            if self.process is not None and self.process.poll() not in (None, 0, -9, -15) and "left" not in what:
                raise AssertionError(
                    f"the hub ended with {self.process.returncode} before {what}\n{self.words()[-3000:]}"
                )
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {within_s} s: {what}\n{self.words()[-3000:]}")
            time.sleep(0.05)


def _is(record: Record, kinds: Collection[type[Event]], fields: Mapping[str, object]) -> bool:
    return (not kinds or isinstance(record.event, tuple(kinds))) and all(
        getattr(record.event, field, None) == value for field, value in fields.items()
    )


class BusyPerson:
    """Somebody who has a camera tried again and again, so that there is always something to put on record."""

    def __init__(self, site: Site, camera: str) -> None:
        self.acknowledged: list[int] = []
        """The records that the hub said it has written."""
        self.refusals: list[HubError] = []
        self._camera = camera
        self._address = find_hub(site.folder)
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()))

    async def _work(self) -> None:
        client = HttpClient(self._address)
        await client.sign_in("admin", PASSWORD)
        while not self._over.is_set():
            try:
                self.acknowledged += [record.seq for record in await client.send(RetryCamera(camera=self._camera))]
            except HubError as error:
                self.refusals.append(error)
            await asyncio.sleep(0.05)
        await client.close()

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join(30)


@contextmanager
def busy_person(site: Site, camera: str) -> Iterator[BusyPerson]:
    person = BusyPerson(site, camera)
    person.begin()
    try:
        yield person
    finally:
        person.end()
