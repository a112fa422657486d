"""A worker process is let go of completely, whatever state it is in."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from hub.clock import SystemClock
from hub.watch.process import WorkerProcess

# More than the pipe and the reader's buffer hold together, as a worker with many cameras has when it ends.
WORDY = "import sys; sys.stdout.write('x' * 3_000_000); sys.stdout.flush(); sys.stdin.read()"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(600)"
# Whoever is started by a worker has its pipes as well.
SURVIVED = "import subprocess, sys; print(subprocess.Popen(['sleep', '600']).pid, flush=True); sys.stdin.read()"


async def started(code: str) -> tuple[asyncio.subprocess.Process, WorkerProcess]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    return process, WorkerProcess("watch-1", process, SystemClock())


@pytest.mark.parametrize("kill", [True, False])
async def test_a_worker_whose_last_words_nobody_listens_to_ends_and_leaves_no_pipe_open(kill: bool) -> None:
    process, worker = await started(WORDY)
    assert process.stdout is not None
    assert await process.stdout.readexactly(1) == b"x"
    async with asyncio.timeout(8):
        await worker.close(kill=kill)
    assert process.returncode == (-9 if kill else 0)
    assert process.stdout.at_eof()


async def test_a_worker_that_does_not_end_by_itself_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.watch.process._END_S", 0.3)
    process, worker = await started(STUBBORN)
    assert process.stdout is not None
    await process.stdout.readline()
    async with asyncio.timeout(8):
        await worker.close(kill=False)
    assert process.returncode == -9


async def test_a_pipe_that_somebody_else_holds_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.watch.process._END_S", 0.3)
    process, worker = await started(SURVIVED)
    assert process.stdout is not None
    survivor = int(await process.stdout.readline())
    try:
        async with asyncio.timeout(8):
            await worker.close(kill=False)
        assert process.returncode == 0
    finally:
        os.kill(survivor, signal.SIGKILL)
    assert process.stderr is not None
    async with asyncio.timeout(8):
        await process.stderr.read()
        await process.stdout.read()
