"""One worker process from start to end: its pipes, its heartbeat, its pictures."""

import asyncio
import itertools
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from hub.clock import Clock
from hub.core.explanation import Explanation
from hub.errors import HubError, ProtocolError
from hub.watch.messages import (
    HEADER,
    Beat,
    Explain,
    Explained,
    FromWorker,
    PictureTaken,
    TakePicture,
    ToWorker,
    Vital,
    Watch,
    WatchOrder,
    WorkerLoad,
    pack,
    parse_from_worker,
    parse_length,
)
from hub.watch.workerlog import LONGEST_LINE, relay

T = TypeVar("T")
_log = structlog.get_logger("hub.watch")
STARTUP_S = 30.0
SILENT_S = 10.0
"""A worker whose heartbeat is silent for so long hangs."""
IDLE_S = 60.0
"""A camera thread that did nothing for so long hangs."""
_CHECK_S = 1.0
_END_S = 3.0
_CHUNK = 65536
_PICTURES_ASKED = 64
_EXPLANATIONS_ASKED = 16
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_FILE")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerFailed(HubError):
    """The worker is no longer of use; `blamed` are the cameras known to have caused it."""

    def __init__(self, message: str, blamed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.blamed = tuple(blamed)


class _Questions(Generic[T]):
    """What a worker was asked and has not answered yet, by the number of the question."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[int, asyncio.Future[T | None]] = {}

    async def ask(self, number: int, send: Callable[[], None], within_s: float) -> T | None:
        """The answer; None when there is none in time, or too many others wait."""
        if len(self._waiting) >= self._most:
            return None
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            send()
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            return None
        finally:
            del self._waiting[number]

    def answer(self, number: int, answer: T | None) -> None:
        """It came; nobody may wait for it any more."""
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def give_up(self) -> None:
        """No answer comes any more."""
        for number in self._waiting:
            self.answer(number, None)


class WorkerProcess:
    """A started worker. Belongs to one event loop; `close` must be awaited in the end."""

    def __init__(self, name: str, process: Process, clock: Clock) -> None:
        self.name = name
        self.vitals: Mapping[str, Vital] = {}
        self.load = WorkerLoad()
        self._process = process
        self._clock = clock
        self._beat_s: float | None = None
        self._started_s = clock.monotonic()
        self._numbers = itertools.count(1)
        self._pictures = _Questions[bytes](_PICTURES_ASKED)
        self._explanations = _Questions[Explanation](_EXPLANATIONS_ASKED)
        self._relaying = asyncio.create_task(self._relay_log(), name=f"log of {name}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @classmethod
    async def start(cls, name: str, folder: Path, status_every_s: float, clock: Clock) -> "WorkerProcess":
        """Start a worker; returns before it is ready."""
        environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        environment |= dict.fromkeys(_THREADS, "1")
        # One arena per thread would keep what a hundred threads once needed.
        environment["MALLOC_ARENA_MAX"] = "2"
        # Many small blocks and some large ones: glibc would tidy up the small ones at every large one.
        environment["GLIBC_TUNABLES"] = "glibc.malloc.mxfast=0:glibc.malloc.tcache_count=40"
        command = [sys.executable, "-P", "-m", "hub.watch.worker", "--name", name, "--folder", str(folder)]
        command += ["--status-every-s", str(status_every_s), "--parent", str(os.getpid())]
        # A session of its own: Ctrl-C goes to the hub's group, and a worker that just begins cannot ignore it yet.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            limit=2 * LONGEST_LINE,
            start_new_session=True,
        )
        return cls(name, process, clock)

    def tell(self, message: ToWorker) -> None:
        """Send a message; one that a dead worker does not get is told again to the next one by its orders."""
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(pack(message))

    def watch(self, orders: Sequence[WatchOrder]) -> None:
        self.tell(Watch(list(orders)))

    async def picture(self, camera: str, within_s: float) -> bytes | None:
        """The newest picture of a camera; None when there is none, or none in time."""
        number = next(self._numbers)
        return await self._pictures.ask(number, lambda: self.tell(TakePicture(camera, number)), within_s)

    async def explain(self, camera: str, within_s: float) -> Explanation | None:
        """Why a camera is judged as it is; None when the worker does not watch it, or does not answer in time."""
        number = next(self._numbers)
        return await self._explanations.ask(number, lambda: self.tell(Explain(camera, number)), within_s)

    async def listen(self, on_message: Callable[[FromWorker], None]) -> None:
        """Hand over every message until the worker is of no use, then raise `WorkerFailed` with the reason."""
        reading = asyncio.create_task(self._read(on_message), name=f"messages of {self.name}")
        try:
            checked_s = self._clock.monotonic()
            while True:
                done, _ = await asyncio.wait([reading], timeout=_CHECK_S)
                if done:
                    reading.result()
                now_s = self._clock.monotonic()
                if now_s - checked_s > 3 * _CHECK_S:
                    # The hub itself stood still; what the worker said meanwhile has yet to be read.
                    self._beat_s = now_s
                checked_s = now_s
                self._check_heartbeat(now_s)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _check_heartbeat(self, now_s: float) -> None:
        if self._beat_s is None:
            if now_s - self._started_s > STARTUP_S:
                raise WorkerFailed(f"It did not begin to work within {STARTUP_S:g} s.")
        elif now_s - self._beat_s > SILENT_S:
            raise WorkerFailed(f"Its heartbeat has been silent for {SILENT_S:g} s.")
        hung = sorted(camera for camera, vital in self.vitals.items() if vital.idle_s > IDLE_S)
        if hung:
            raise WorkerFailed(f"The watch of {', '.join(hung)} hangs for {IDLE_S:g} s.", blamed=hung)

    async def _read(self, on_message: Callable[[FromWorker], None]) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                header = await self._process.stdout.readexactly(HEADER)
                body = await self._process.stdout.readexactly(parse_length(header))
            except asyncio.IncompleteReadError:
                raise WorkerFailed(await self._how_it_ended()) from None
            except ProtocolError as error:
                raise WorkerFailed(str(error)) from None
            try:
                message = parse_from_worker(body)
            except ProtocolError as error:
                raise WorkerFailed(str(error)) from None
            if isinstance(message, Beat):
                self._beat_s = self._clock.monotonic()
                self.vitals = message.vitals
                self.load = message.load
            elif isinstance(message, PictureTaken):
                self._pictures.answer(message.request, message.jpeg)
            elif isinstance(message, Explained):
                self._explanations.answer(message.request, message.explanation)
            else:
                on_message(message)

    async def _how_it_ended(self) -> str:
        try:
            async with asyncio.timeout(_END_S):
                code = await self._process.wait()
        except TimeoutError:
            return "It closed its output."
        return f"It was killed by signal {-code}." if code < 0 else f"It ended with exit status {code}."

    async def _relay_log(self) -> None:
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:
                # A line beyond the limit was thrown away by the reader; the next one may be readable.
                continue
            if not line:
                return
            relay(self.name, line)

    async def close(self, *, kill: bool) -> None:
        """End the worker, by closing its stdin or at once, and let go of everything of it."""
        stdin = self._process.stdin
        assert stdin is not None
        if kill:
            self._kill()
        stdin.close()
        self._pictures.give_up()
        self._explanations.give_up()
        # A worker cannot end while its pipe is full, and asyncio does not see the end of one whose pipe is not read.
        rest = asyncio.create_task(self._read_out(), name=f"last words of {self.name}")
        try:
            await self._ended()
            with suppress(BrokenPipeError, ConnectionResetError):
                await stdin.wait_closed()
            async with asyncio.timeout(1.0):
                await asyncio.gather(rest, self._relaying)
        except TimeoutError:
            # Something else holds a pipe's far end; what it writes is no word of ours.
            _log.warning("the pipes of an ended worker stay open", worker=self.name)
        finally:
            rest.cancel()
            self._relaying.cancel()

    async def _ended(self) -> None:
        """Until the process has ended, by force if need be. TimeoutError when its pipes hide that from us."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._process.wait()
                return
        self._kill()
        async with asyncio.timeout(_END_S):
            await self._process.wait()

    async def _read_out(self) -> None:
        assert self._process.stdout is not None
        while await self._process.stdout.read(_CHUNK):
            pass

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
