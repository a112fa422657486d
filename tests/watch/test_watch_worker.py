"""Workers that die, hang or go mad, and the hub that goes away under them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.core.catalogue import WorkerDied, WorkerStarted
from hub.ports import StreamSpec
from hub.watch.messages import HEADER, LARGEST_MESSAGE, Beat, Watch, WatchOrder, pack, parse_from_worker
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import QUICK, order
from tests.watch.recording import folder_of_recordings, open_in, order_for, segments_in, until

HUB = """
import asyncio, sys
from pathlib import Path
from hub.clock import SystemClock
from hub.ports import StreamSpec
from hub.watch.messages import WatchOrder
from hub.watch.pool import WatchPool

async def main():
    pool = WatchPool(workers=2, folder=Path(sys.argv[1]), clock=SystemClock(),
                     on_status=lambda status: None, on_worker=lambda event: None, on_learned=lambda event: None)
    await pool.start()
    await pool.watch([WatchOrder(str(n), StreamSpec(url)) for n, url in enumerate(sys.argv[2:])])
    while len(pool.processes) < 2 or not all(pool.vital(str(n)) for n in range(2)):
        await asyncio.sleep(0.05)
    print(*pool.processes.values(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def gone_within(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_worker_outlives_a_hub_that_was_killed_not_even_a_stopped_one(camera_farm: MakeFarm, tmp_path: Path):
    farm = camera_farm(cameras=2)
    command = [sys.executable, "-c", HUB, str(tmp_path), farm.url(0), farm.url(1)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        try:
            assert hub.stdout is not None
            workers = [int(word) for word in hub.stdout.readline().split()]
            assert len(workers) == 2
            assert all(alive(pid) for pid in workers)
            os.kill(workers[0], signal.SIGSTOP)
        finally:
            hub.kill()
    assert gone_within(workers, 5.0)


def start_worker(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "hub.watch.worker", "--name", "watch-1", "--folder", str(folder)]
    command += ["--parent", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def next_message(worker: "subprocess.Popen[bytes]"):
    assert worker.stdout is not None
    length = int.from_bytes(worker.stdout.read(HEADER), "big")
    return parse_from_worker(worker.stdout.read(length))


def test_a_worker_ends_when_its_stdin_closes_whatever_its_cameras_do(camera_farm: MakeFarm, tmp_path: Path):
    farm = camera_farm()
    with start_worker(tmp_path) as worker:
        assert worker.stdin is not None
        worker.stdin.write(pack(Watch([WatchOrder("gate", StreamSpec(farm.url(0)), QUICK)])))
        worker.stdin.flush()
        while not (isinstance(message := next_message(worker), Beat) and message.vitals):
            pass
        farm.freeze()
        worker.stdin.close()
        assert worker.wait(5) == 0


def test_a_clock_that_is_known_later_goes_into_the_file_that_is_being_written(camera_farm: MakeFarm, tmp_path: Path):
    farm = camera_farm()
    folder = folder_of_recordings(tmp_path / "recordings")
    first = WatchOrder("gate", StreamSpec(farm.url(0)), QUICK, recording=order_for(folder, segment_s=600))
    with start_worker(tmp_path) as worker:
        assert worker.stdin is not None
        worker.stdin.write(pack(Watch([first])))
        worker.stdin.flush()
        until(lambda: open_in(folder) and open_in(folder)[0].stat().st_size)
        worker.stdin.write(
            pack(Watch([replace(first, recording=order_for(folder, segment_s=600, device_offset_s=4.0))]))
        )
        worker.stdin.close()
        assert worker.wait(10) == 0
    [(_, segment)] = segments_in(folder)
    assert (segment.device_offset_s, segment.ended) == (4.0, "stopped")


@pytest.mark.parametrize(
    "nonsense", [b"\x00\x00\x00\x05hello", (LARGEST_MESSAGE + 1).to_bytes(HEADER, "big") + b"x" * 100]
)
def test_a_worker_that_is_told_nonsense_says_so_and_ends(tmp_path: Path, nonsense: bytes):
    with start_worker(tmp_path) as worker:
        _, err = worker.communicate(nonsense, timeout=10)
        assert worker.returncode == 2
        assert b"nonsense" in err


async def test_a_worker_that_talks_nonsense_is_replaced(camera_farm: MakeFarm, watch):
    farm = camera_farm()
    watched = await watch()
    await watched.pool.watch([order("gate", farm.url(0))])
    await watched.until(lambda: watched.live("gate"))
    pid = watched.pool.processes["watch-1"]
    log = os.readlink(f"/proc/{pid}/fd/2")
    flags = {
        fd.name: int(fd.read_text().split("flags:\t")[1].split()[0], 8) for fd in Path(f"/proc/{pid}/fdinfo").iterdir()
    }
    [out] = [
        fd
        for fd in Path(f"/proc/{pid}/fd").iterdir()
        if os.readlink(fd).startswith("pipe:")
        and os.readlink(fd) != log
        and flags[fd.name] & os.O_ACCMODE == os.O_WRONLY
    ]
    with out.open("wb", buffering=0) as pipe:
        pipe.write(b"\xff\xff\xff\xffand so on")
    await watched.until(lambda: isinstance(watched.workers[-1], WorkerDied))
    assert "bytes" in watched.workers[-1].reason
    await watched.until(lambda: isinstance(watched.workers[-1], WorkerStarted) and watched.live("gate"))
    assert watched.pool.processes["watch-1"] != pid


async def test_twenty_reconnections_leave_no_file_open_and_no_thread_behind(camera_farm: MakeFarm, watch):
    farm = camera_farm()
    watched = await watch()
    eager = replace(QUICK, retry_first_s=0.01, retry_longest_s=0.02)
    await watched.pool.watch([order("gate", farm.url(0), eager)])

    def used() -> tuple[int, int]:
        pid = watched.pool.processes["watch-1"]
        return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))

    async def reconnect(until: int) -> None:
        while watched.now["gate"].reconnects < until:
            farm.close(0)
            next_one = watched.now["gate"].reconnects + 1
            await watched.until(lambda n=next_one: watched.now["gate"].reconnects >= n and watched.live("gate"))

    await watched.until(lambda: watched.live("gate"))
    await reconnect(3)
    files, threads = used()
    await reconnect(23)
    files_later, threads_later = used()
    assert files_later <= files
    assert threads_later <= threads
