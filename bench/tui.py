"""From a key to the screen: the TUI in a real terminal, with 500 cameras, 100 standing alarms and a long log.

The TUI runs in a process of its own on a pseudo-terminal, over the hub of its tests (the real core and the real views,
without server). A key is sent, and the time is taken until the last byte of what is drawn because of it; drawn is done
when nothing more comes for a moment. What the clock on the screen draws once a second falls in now and then: the 95th
hundredth says what staff feel at worst.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench.report import Row

CAMERAS, ALARMS, ENTRIES = 500, 100, 100_000
MOST_MS = 100.0
"""From the key to the screen, at most."""
_ROUNDS = 40
_QUIET_S = 0.06
_READY_S = 60.0
_SIZE = (40, 140)
_ROOT = Path(__file__).parent.parent


class Took(NamedTuple):
    """What a key cost."""

    ms: float
    """From the key to the last byte of what is drawn."""
    cpu_ms: float
    """Of a processor, in that time and the moment after it."""


class Step(NamedTuple):
    """A key whose answer is measured, after others that lead to it."""

    name: str
    key: str
    before: str = ""
    after: str = ""


STEPS = (
    Step("home", "0", before="1"),
    Step("the wall", "1", before="0"),
    Step("one camera down the wall", "\x1b[B", before="1"),
    Step("a page down the wall", "\x1b[6~", before="1\x1b[H"),
    Step("only faults on the wall", "f", before="1", after="f"),
    Step("the alarms", "2", before="1"),
    Step("one alarm down", "\x1b[B", before="2"),
    Step("the tickets", "3", before="1"),
    Step("the log", "4", before="1"),
    Step("duty", "5", before="1"),
    Step("the permits", "6", before="1"),
    Step("the rounds", "7", before="1"),
    Step("the assets", "8", before="1"),
    Step("health", "9", before="1"),
    Step("the rules", "\x1b[14~", before="1"),
    Step("a page up the log", "\x1b[5~", before="4"),
    Step("help", "?", before="1", after="\x1b"),
    Step("the other language", "L", before="1", after="L"),
)


def run() -> list[Row]:
    """Some two minutes."""
    bench = f"key to screen, {CAMERAS} cameras, {ALARMS} alarms, {ENTRIES:,} log entries"
    try:
        terminal = Terminal()
    except (OSError, TimeoutError) as error:
        return [Row(bench=bench, subject="the TUI", note=str(error), failed=True)]
    rows = []
    try:
        for step in STEPS:
            taken = [terminal.measure(step) for _ in range(_ROUNDS)]
            waits = sorted(each.ms for each in taken)
            median, worst = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
            rows.append(
                Row(
                    bench=bench,
                    subject=step.name,
                    figure=f"{median:.0f} ms, 95 % within {worst:.0f} ms",
                    cpu=f"{statistics.median(each.cpu_ms for each in taken):.0f} ms",
                    note=f"at most {MOST_MS:.0f} ms",
                    failed=median > MOST_MS,
                )
            )
    finally:
        terminal.close()
    return rows


class Terminal:
    """The TUI on a pseudo-terminal."""

    def __init__(self) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        command = [sys.executable, "-m", "tests.tui.fake_hub", "--signed-in", "--still"]
        command += ["--cameras", str(CAMERAS), "--alarms", str(ALARMS), "--entries", str(ENTRIES)]
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=_ROOT, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._ours = ours
        if not self._drawn(_READY_S):
            self.close()
            raise TimeoutError("The TUI drew nothing.")
        self._settle()

    def measure(self, step: Step) -> Took:
        """From the key to the last byte that it draws."""
        if step.before:
            self._send(step.before)
            self._settle()
        begun_s, begun_cpu_s = time.monotonic(), self._cpu_s()
        self._send(step.key)
        last_s = self._drawn(5.0)
        cpu_s = self._cpu_s() - begun_cpu_s
        if step.after:
            self._send(step.after)
            self._settle()
        return Took(1000 * ((last_s or time.monotonic()) - begun_s), 1000 * cpu_s)

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._ours)

    def _cpu_s(self) -> float:
        """Processor time of all threads of the TUI."""
        used = 0
        for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
                used += int((thread / "schedstat").read_text().split()[0])
        return used / 1e9

    def _send(self, key: str) -> None:
        os.write(self._ours, key.encode())

    def _settle(self) -> None:
        time.sleep(0.15)
        while self._read(0.15):
            pass

    def _drawn(self, within_s: float) -> float | None:
        """When the last byte came of what is drawn next; None when nothing came."""
        if not self._read(within_s):
            return None
        last_s = time.monotonic()
        while self._read(_QUIET_S):
            last_s = time.monotonic()
        return last_s

    def _read(self, within_s: float) -> bytes:
        ready, _, _ = select.select([self._ours], [], [], within_s)
        return os.read(self._ours, 1 << 16) if ready else b""
