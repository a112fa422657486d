"""One search: all finders at once, each in a thread of its own, none able to hold up or break another.

A finder is a plugin's code: it may raise, may go on too long, may give nonsense without end. It has the time of the
search and a little more; what it gives later is not taken. A thread cannot be killed, so one that never returns is
left behind, named in the progress, and not waited for.
"""

import threading
from collections.abc import Mapping
from typing import Literal

import msgspec
import structlog
from msgspec.structs import replace

from hub.clock import Clock
from hub.discovery.clean import cleaned, plain
from hub.discovery.merge import Device, merge
from hub.discovery.network import SearchNetwork
from hub.secret import redact
from hub.vendor.finding import Finder, Found, Network, Search

MOST_FOUND = 2000
"""Of one finder."""
GRACE_S = 2.0
"""After the end of the search, for a finder that is about to finish."""
_LONGEST_PROBLEM = 300

_log = structlog.get_logger("discovery")


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far one finder is."""

    by: str
    state: Literal["searching", "done", "failed", "late"] = "searching"
    """`late`: it goes on after the end of the search, and is not listened to any more."""
    found: int = 0
    problem: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a search knows at one moment."""

    running: bool
    seconds: float
    left_s: float
    progress: tuple[Progress, ...]
    devices: tuple[Device, ...]
    refused: int = 0
    """Answers that named no address where a device can be."""


class Searching:
    """A search that has begun. `outcome` may be asked from any thread, at any time."""

    def __init__(
        self,
        finders: Mapping[str, Finder],
        search: Search,
        clock: Clock,
    ) -> None:
        """Begins at once. Raises `Refused` when the search names an address that is not of this machine."""
        self._search = search
        self._network = SearchNetwork(search, clock)
        self._clock = clock
        self._changed = threading.Condition()
        self._found: dict[Found, None] = {}
        self._merged: tuple[int, tuple[Device, ...]] = (0, ())
        self._refused = 0
        self._progress = {name: Progress(by=name) for name in finders}
        self._late_s = clock.monotonic() + self._network.left_s() + GRACE_S
        for name, finder in finders.items():
            threading.Thread(target=self._run, args=(name, finder), name=f"finder {name}", daemon=True).start()

    def end(self) -> None:
        """End the search now."""
        self._network.end()
        self._late_s = min(self._late_s, self._clock.monotonic() + GRACE_S)

    def outcome(self) -> Outcome:
        """What is known now. It is merged once for each change."""
        with self._changed:
            self._give_up()
            found, progress, refused = list(self._found), tuple(self._progress.values()), self._refused
            count, devices = self._merged
        if count != len(found):
            devices = merge(found)
            with self._changed:
                if len(found) > self._merged[0]:
                    self._merged = (len(found), devices)
        return Outcome(
            running=any(each.state == "searching" for each in progress),
            seconds=self._search.seconds,
            left_s=self._network.left_s(),
            progress=progress,
            devices=devices,
            refused=refused,
        )

    def wait(self, seconds: float) -> bool:
        """Wait until something was found or a finder ended, at most so long; whether the search goes on."""
        with self._changed:
            self._give_up()
            if any(each.state == "searching" for each in self._progress.values()):
                self._changed.wait(seconds)
                self._give_up()
            return any(each.state == "searching" for each in self._progress.values())

    def _run(self, name: str, finder: Finder) -> None:
        try:
            self._listen(name, finder, self._network)
        except Exception as error:  # a plugin may raise anything; the other finders go on
            _log.warning("finder_failed", by=name, error=redact(repr(error)))
            self._end(name, "failed", plain(redact(str(error) or type(error).__name__), _LONGEST_PROBLEM))
        else:
            self._end(name, "done", "")

    def _listen(self, name: str, finder: Finder, network: Network) -> None:
        for given, found in enumerate(finder(self._search, network), start=1):
            if not isinstance(found, Found):
                raise TypeError(f"it gave a {type(found).__name__} instead of a Found")
            clean = cleaned(found, name)
            with self._changed:
                if self._progress[name].state != "searching":
                    return
                if clean is None:
                    self._refused += 1
                elif clean not in self._found:
                    self._found[clean] = None
                    self._progress[name] = replace(self._progress[name], found=self._progress[name].found + 1)
                    self._changed.notify_all()
            if given >= MOST_FOUND:
                raise OverflowError(f"more than {MOST_FOUND} answers; the rest was not read")

    def _end(self, name: str, state: Literal["done", "failed"], problem: str) -> None:
        with self._changed:
            if self._progress[name].state == "searching":
                self._progress[name] = replace(self._progress[name], state=state, problem=problem)
            self._changed.notify_all()

    def _give_up(self) -> None:
        """With the lock held: who has not ended when he should have is not waited for."""
        if self._clock.monotonic() < self._late_s:
            return
        for name, progress in self._progress.items():
            if progress.state == "searching":
                _log.warning("finder_late", by=name)
                self._progress[name] = replace(progress, state="late")
