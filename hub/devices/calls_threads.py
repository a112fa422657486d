"""Threads for calls that may never come back.

An executor of the standard library would not do: it waits for its threads when the program ends, and a thread that a
plugin has hung would keep the hub from ending. These are daemons; one that hangs is written off and replaced.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

Job = Callable[[], Callable[[], None]]
"""Does the work, and gives what tells of its end, which must not wait for anything. Neither may raise."""

_IDLE_S = 60.0


class Threads:
    """Runs jobs at once, each in a thread of its own; how many at a time is the caller's matter. From one thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Job | None]] = []
        self._closed = False
        self._alive = 0

    @property
    def alive(self) -> int:
        """Threads that exist: at work, idle or hung."""
        with self._lock:
            return self._alive

    def run(self, job: Job) -> None:
        """Run the job in an idle thread, or in a new one."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
            if inbox is None:
                inbox = SimpleQueue()
                self._alive += 1
                threading.Thread(target=self._serve, args=(inbox,), name=self._name, daemon=True).start()
        inbox.put(job)

    def close(self) -> None:
        """Let the idle threads end, and the others after what they are at. Does not wait."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for inbox in idle:
            inbox.put(None)

    def _serve(self, inbox: "SimpleQueue[Job | None]") -> None:
        while True:
            try:
                job = inbox.get(timeout=_IDLE_S)
            except Empty:
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        break
                continue  # a job has been put in meanwhile
            if job is None:
                break
            tell = job()
            with self._lock:
                closed = self._closed
                if not closed:
                    # Before it is told: whoever asks again at once gets this thread, and not one more.
                    self._idle.append(inbox)
            tell()
            del job, tell
            if closed:
                break
        with self._lock:
            self._alive -= 1
