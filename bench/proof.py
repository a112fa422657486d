"""Proving 10,000 recorded segments: the chain, the lists and every byte, against `sha256sum` and `openssl dgst` over
the same files in the same run. All read from the disk: what is in memory is driven out before each begins.
"""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.report import Row
from bench.scratch import scratch
from hub.clock import SystemClock
from hub.runtime.proof.ledger import Ledger
from hub.runtime.proof.run import Done, Pace, Scope, run_proof
from tests.chaos.vault import Vault

SEGMENTS = 10_000
SIZE = 384 * 1024
"""Bytes of one; a minute at 0.05 Mbit/s, so that what each file costs by itself is not hidden by its bytes."""
CAMERAS = 20
TOGETHER = 100
"""Segments under one seal, as 20 cameras make in five minutes."""
PEERS = (("sha256sum",), ("openssl", "dgst", "-sha256", "-r"))


class Cost(NamedTuple):
    """What a piece of work took."""

    wall_s: float
    cpu_s: float


def run() -> list[Row]:
    with scratch() as folder:
        vault = Vault(folder)
        try:
            return _measure(vault)
        finally:
            vault.close()


def _measure(vault: Vault) -> list[Row]:
    for number in range(SEGMENTS // TOGETHER):
        vault.record(f"cam-{number % CAMERAS}", count=TOGETHER, size=SIZE)
        vault.seal()
    files = sorted(vault.folder.glob("cam-*/*/*.mp4"))
    bytes_all = sum(path.stat().st_size for path in files)
    peers = {}
    for command in PEERS:
        drive_out(files)
        peers[" ".join(command)] = cost_of(lambda: _hash(command, files), resource.RUSAGE_CHILDREN)  # noqa: B023
    drive_out(files)
    ledger = Ledger(vault.store, vault.folder, noted=[vault.head])
    read = cost_of(lambda: _holds(ledger), resource.RUSAGE_SELF)
    done: list[Done] = []
    proven = cost_of(lambda: done.append(_prove(vault, ledger)), resource.RUSAGE_SELF)
    whole = (done[0].outcome.segments, done[0].outcome.damages) == (SEGMENTS, [])
    what = f"{SEGMENTS:,} segments of {SIZE // 1024} KB, {bytes_all / 1e9:.1f} GB"
    return [
        *(_row(what, name, cost, bytes_all, "prints hashes; nothing is compared") for name, cost in peers.items()),
        _row(
            what,
            "Watchroom: every file against its seal",
            proven,
            bytes_all,
            f"{100 * peers['sha256sum'].wall_s / proven.wall_s:.0f} % of sha256sum's speed" if whole else "not proven",
            failed=not whole,
        ),
        Row(
            bench=what,
            subject="Watchroom: chain and lists before that",
            figure=f"{SEGMENTS / read.wall_s:,.0f} segments/s",
            cpu=f"{1e6 * read.cpu_s / SEGMENTS:.0f} µs a segment",
            note=f"{SEGMENTS // TOGETHER} seals",
        ),
    ]


def _row(what: str, subject: str, cost: Cost, size: int, note: str, *, failed: bool = False) -> Row:
    return Row(
        bench=what,
        subject=subject,
        figure=f"{size / cost.wall_s / 1e6:,.0f} MB/s",
        cpu=f"{1000 * cost.cpu_s / (size / 1e9):,.0f} ms a GB",
        note=note,
        failed=failed,
    )


def cost_of(work: Callable[[], object], whose: int) -> Cost:
    """Do `work`. `whose`: of `resource.getrusage`, its own or its children's."""
    before, began_s = resource.getrusage(whose), time.perf_counter()
    work()
    wall_s, after = time.perf_counter() - began_s, resource.getrusage(whose)
    return Cost(wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def drive_out(files: Sequence[Path]) -> None:
    """Drive files out of memory: they are read from the disk next time."""
    os.sync()
    for path in files:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _hash(command: Sequence[str], files: list[Path]) -> None:
    names = b"\0".join(os.fsencode(path) for path in files)
    subprocess.run(["xargs", "-0", *command], input=names, stdout=subprocess.DEVNULL, check=True)


def _holds(ledger: Ledger) -> None:
    assert ledger.catch_up().ok
    assert ledger.damaged_lists() == []


def _prove(vault: Vault, ledger: Ledger) -> Done:
    clock = SystemClock()
    pace = Pace(None, clock, lambda seconds: None)
    return run_proof(vault.prover(ledger), Scope(folder=str(vault.folder)), clock=clock, pace=pace)
