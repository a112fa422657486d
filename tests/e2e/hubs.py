"""The hub as its user runs it: `python -m hub …` in processes of their own, on sites of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hub.core.event import Event, Record
from hub.journal.codec import to_record
from tests.runtime.running import store_in

PASSWORD = "a-long-password-7716"
HUB = [sys.executable, "-m", "hub"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a user's shell holds, and nothing of the machine's own settings."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR", "HUB_DEMO_CACHE") if key in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CACHE", "CONFIG", "DATA")}
    return {**kept, **folders, "HOME": str(home), "HUB_ADMIN_PASSWORD": PASSWORD, "COLUMNS": "200", **more}


class Site:
    """A site folder, its hub while it runs, and the `hub` command on it."""

    def __init__(self, folder: Path, home: Path, **more: str) -> None:
        self.folder = folder
        self.env = environment(home, **more)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home / f"{folder.name}.log"

    @property
    def data(self) -> Path:
        return self.folder / "data"

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

    def init(self, *arguments: str) -> "Site":
        self.hub("init", str(self.folder), *arguments)
        return self

    def write(self, hub_toml: str) -> None:
        (self.folder / "hub.toml").write_text(hub_toml, encoding="utf-8")

    # --- the running hub ---

    def start(self, *, wrap: tuple[str, ...] = (), until_ready: bool = True) -> "Site":
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
            started = self.words().count("] ready")
            self.until(lambda: self.words().count("] ready") > started - (started > 0), 30, "the hub is ready")
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
        if not (self.data / "journal.db").exists():
            return []
        store = store_in(self.data)
        store.open(create=False)
        try:
            everything = [to_record(stored) for stored in store.read(0, 1_000_000)]
        finally:
            store.close()
        return [
            record
            for record in everything
            if (not kinds or isinstance(record.event, kinds))
            and all(getattr(record.event, field, None) == value for field, value in fields.items())
        ]

    def recorded(self, kind: type[Event], within_s: float = 20.0, *, count: int = 1, **fields: object) -> Record:
        """Wait for the `count`th record of a kind with these fields."""
        self.until(lambda: len(self.records(kind, **fields)) >= count, within_s, f"{kind.__name__} {fields} ({count})")
        return self.records(kind, **fields)[count - 1]

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
