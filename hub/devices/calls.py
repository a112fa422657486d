"""Calls of sessions with devices: blocking code of plugins, run so that none of it can hold up the hub.

    calls = Calls(max_threads=48)
    line = Line("gate-1", access, plugin="hikvision")
    health = await calls.call(line, session.health, within_s=15.0)

Theory: each line has one call at a time and waits fairly; a call has a deadline that the access enforces wherever the
plugin waits for the network. A call that is not back all the same hangs in the plugin's own code: its sockets are cut,
its thread is written off (*leaked*) and replaced, its line stays closed until the thread returns, and after three such
calls of one plugin that plugin is asked nothing more (*quarantined*) until a person says so. Threads that may run are
shared so that no plugin can take them all, and lines that failed last take half of them at most: a switch that has died
with two hundred cameras behind it does not delay the others. See docs/design/devices.md.

On the hub's event loop; the threads are the hub's own, none of asyncio's.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from traceback import extract_tb
from typing import Any, NamedTuple, TypeVar, cast

import structlog

from hub.devices.access import Access
from hub.devices.breaker import NotAsked, outcome_of
from hub.devices.calls_threads import Threads
from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, PluginError
from hub.secret import redact

log = structlog.get_logger("devices")

Result = TypeVar("Result")

HANGS = 3
"""So many calls of a plugin that do not come back, and it is asked nothing more."""
_GRACE_S = 1.0
"""What a call may take beyond its deadline before it counts as hung."""
_CLOSE_S = 3.0
_LONGEST = 300


class Line:
    """One device, as `Calls` knows it: one call at a time."""

    def __init__(self, device_id: str, access: Access, plugin: str) -> None:
        self.device_id = device_id
        self.access = access
        self.plugin = plugin
        self._call: _Call | None = None
        self._doubtful = False

    def __repr__(self) -> str:
        return f"Line({self.device_id!r})"


class _Outcome(NamedTuple):
    result: object
    error: BaseException | None


class _Call:
    """One call, from when it is asked for until its thread is back."""

    def __init__(self, line: Line, work: Callable[[], object], within_s: float, farewell: bool) -> None:
        self.line = line
        self.work = work
        self.within_s = within_s
        self.farewell = farewell
        self.answered: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.thread: int | None = None
        self.given_up = False
        self.leaked = False


class Calls:
    """`max_threads` calls run at a time, of one plugin three quarters of them at most."""

    def __init__(self, max_threads: int = 48) -> None:
        self._most = max_threads
        self._most_of_plugin = max(1, max_threads * 3 // 4)
        self._most_doubtful = max(1, max_threads // 2)
        self._threads = Threads("device-call")
        self._waiting: deque[_Call] = deque()
        self._running: set[_Call] = set()
        self._leaked: set[_Call] = set()
        self._hangs: Counter[str] = Counter()
        self._quarantined: dict[str, str] = {}
        self._closing = False

    @property
    def leaked(self) -> int:
        """Calls whose threads have not come back."""
        return len(self._leaked)

    @property
    def threads(self) -> int:
        """Threads that exist for calls."""
        return self._threads.alive

    def quarantined(self, plugin: str) -> str:
        """Why the plugin is asked nothing more; empty while it is asked."""
        return self._quarantined.get(plugin, "")

    def release(self, plugin: str) -> None:
        """A person wants the plugin to be asked again."""
        self._quarantined.pop(plugin, None)
        self._hangs.pop(plugin, None)

    async def call(
        self, line: Line, function: Callable[..., Result], *args: Any, within_s: float = 15.0, farewell: bool = False
    ) -> Result:
        """What `function(*args)` gives, run in a thread as the only call of that line.

        It waits for its turn at most `within_s`, and has `within_s` from then on. Raises what the session raises of
        `DeviceError`; `NotAsked` when there was no turn; `DeviceUnreachable` when it is not back in time; `PluginError`
        for anything else, and while the plugin is quarantined. `farewell`: the access was closed, and this is the last
        call; however it ends, the line is shut.
        """
        self._check(line, farewell)
        call = _Call(line, lambda: function(*args), within_s, farewell)
        self._waiting.append(call)
        self._start_those_who_can()
        try:
            outcome = await self._outcome(call)
        finally:
            if call in self._waiting:
                self._waiting.remove(call)
            elif call in self._running:
                # Nobody waits for it any more: let it end soon.
                self._abort(call)
            if farewell:
                line.access.shut()
        if outcome.error is not None:
            raise _told(outcome.error, line)
        return cast(Result, outcome.result)

    async def close(self) -> None:
        """End every call, within 5 s; threads that hang in a plugin's code are left behind, and end with the hub."""
        self._closing = True
        for call in list(self._waiting):
            self._answer(call, NotAsked("The hub is closing."))
        self._waiting.clear()
        for call in self._running | self._leaked:
            call.line.access.close()
        ends_s = monotonic() + _CLOSE_S
        while self._running and monotonic() < ends_s:
            await asyncio.wait([call.answered for call in self._running], timeout=ends_s - monotonic())
        if self._running or self._leaked:
            log.warning("device_calls_left", calls=len(self._running | self._leaked))
        self._threads.close()

    def _check(self, line: Line, farewell: bool) -> None:
        reason = self._quarantined.get(line.plugin)
        if reason:
            raise PluginError(reason, hint=_HINT)
        if self._closing and not farewell:
            raise NotAsked("The hub is closing.")
        if line._call is not None and line._call.leaked:
            raise NotAsked("An earlier call to the device has not come back.", hint=_HINT)

    async def _outcome(self, call: _Call) -> _Outcome:
        turn: list[asyncio.Future[Any]] = [call.started, call.answered]
        await asyncio.wait(turn, timeout=call.within_s, return_when=asyncio.FIRST_COMPLETED)
        if not any(step.done() for step in turn):
            raise NotAsked("The device could not be asked in time: others were asked before it.")
        await asyncio.wait([call.answered], timeout=call.within_s + _GRACE_S)
        if not call.answered.done():
            self._leak(call)
            return _Outcome(None, DeviceUnreachable("The call to the device did not come back before its deadline."))
        return call.answered.result()

    def _start_those_who_can(self) -> None:
        of_plugin = Counter(call.line.plugin for call in self._running)
        doubtful = sum(call.line._doubtful for call in self._running)
        # Threads that are written off are replaced, up to as many again.
        busy = len(self._running) + max(0, len(self._leaked) - self._most)
        skipped: deque[_Call] = deque()
        while self._waiting and busy < self._most:
            call = self._waiting.popleft()
            line = call.line
            if (
                line._call is not None
                or of_plugin[line.plugin] >= self._most_of_plugin
                or (line._doubtful and doubtful >= self._most_doubtful)
            ):
                skipped.append(call)
                continue
            busy, doubtful = busy + 1, doubtful + line._doubtful
            of_plugin[line.plugin] += 1
            self._start(call)
        skipped.extend(self._waiting)
        self._waiting = skipped

    def _start(self, call: _Call) -> None:
        loop = asyncio.get_running_loop()
        call.line._call = call
        self._running.add(call)
        call.started.set_result(None)

        def job() -> Callable[[], None]:
            call.thread = threading.get_ident()
            outcome = _run(call)

            def tell() -> None:
                try:
                    loop.call_soon_threadsafe(self._back, call, outcome)
                except RuntimeError:
                    log.info("device_call_after_the_end", device=call.line.device_id)

            return tell

        self._threads.run(job)

    def _back(self, call: _Call, outcome: _Outcome) -> None:
        call.line._call = None
        self._running.discard(call)
        if call.leaked:
            self._leaked.discard(call)
            log.info("device_call_came_back", device=call.line.device_id, plugin=call.line.plugin)
        else:
            told = outcome_of(outcome.error)
            call.line._doubtful = told == "failed"
        if not call.answered.done():
            call.answered.set_result(outcome)
        self._start_those_who_can()

    def _answer(self, call: _Call, error: Exception) -> None:
        if not call.answered.done():
            call.answered.set_result(_Outcome(None, error))

    def _abort(self, call: _Call) -> None:
        call.given_up = True
        if call.thread is not None:
            call.line.access.abort(call.thread)

    def _leak(self, call: _Call) -> None:
        line, thread = call.line, call.thread
        # Waiting for the resolver of the system, say, is not the plugin's fault.
        its_own = thread is None or not line.access.is_inside(thread)
        self._abort(call)
        call.leaked, line._doubtful = True, True
        self._running.discard(call)
        self._leaked.add(call)
        log.warning("device_call_hangs", device=line.device_id, plugin=line.plugin, its_own=its_own)
        for other in [other for other in self._waiting if other.line is line]:
            self._answer(other, NotAsked("An earlier call to the device has not come back.", hint=_HINT))
            self._waiting.remove(other)
        if its_own:
            self._hangs[line.plugin] += 1
            if self._hangs[line.plugin] >= HANGS:
                self._quarantine(line.plugin)
        self._start_those_who_can()

    def _quarantine(self, plugin: str) -> None:
        reason = f"{HANGS} calls of the plugin '{plugin}' did not come back: it is asked nothing more."
        if plugin not in self._quarantined:
            log.error("plugin_quarantined", plugin=plugin)
        self._quarantined[plugin] = reason
        for call in [call for call in self._waiting if call.line.plugin == plugin]:
            self._answer(call, PluginError(reason, hint=_HINT))
            self._waiting.remove(call)


_HINT = "Ask the plugin's owner; restarting the hub frees the threads."


def _run(call: _Call) -> _Outcome:
    if call.given_up:
        return _Outcome(None, NotAsked("Nobody waits for it any more."))
    access = call.line.access
    bound = access.farewell(call.within_s) if call.farewell else access.deadline(call.within_s)
    try:
        with bound:
            return _Outcome(call.work(), None)
    # A plugin may raise anything, and a vendor's library may call sys.exit(): the caller is told.
    except BaseException as error:
        return _Outcome(None, error)


def _told(error: BaseException, line: Line) -> Exception:
    """The error for the caller: one of the hub's, without a secret and without the frames that may hold one."""
    if isinstance(error, NotAsked):
        return error
    mask = line.access.mask
    if isinstance(error, DeviceError):
        # A plugin may have kinds of its own, made in ways of their own.
        kind = next(kind for kind in type(error).__mro__ if kind.__module__ == DeviceError.__module__)
        told = cast(type[DeviceError], kind)(mask(redact(error.message)), hint=mask(redact(error.hint)))
        if isinstance(told, AuthRejected) and isinstance(error, AuthRejected):
            told.body = error.body
        return told
    if isinstance(error, PluginError):
        return PluginError(mask(redact(error.message)), hint=mask(redact(error.hint)))
    steps = extract_tb(error.__traceback__)
    place = f" ({Path(steps[-1].filename).name}:{steps[-1].lineno})" if steps else ""
    words = mask(redact(" ".join(f"{type(error).__name__}: {error}".split())))[:_LONGEST]
    return PluginError(f"The plugin '{line.plugin}' failed at {line.device_id}: {words}{place}")
