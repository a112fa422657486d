"""What a device tells by itself: one thread for each, which waits at the device's line.

A device that talks without end costs what it takes to read it and no more: what it said is folded into one bounded
value, and the hub's event loop is told once that there is news.
"""

import random
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from hub.client.devices import Listening
from hub.clock import Clock
from hub.core.devices.reports import Heard, hear, settle
from hub.devices.access import Access
from hub.devices.looking import told
from hub.errors import DeviceError, Unsupported
from hub.vendor.session import Events

log = structlog.get_logger("devices")

_FIRST_PAUSE_S = 2.0
_LONGEST_PAUSE_S = 120.0
_LATCHED_PAUSE_S = 10.0
_END_S = 2.0


class Listener:
    """Listens to one device from `start` until its access is closed."""

    def __init__(
        self,
        device: str,
        session: Events,
        access: Access,
        clock: Clock,
        *,
        on_news: Callable[[], None],
        on_back: Callable[[], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        """`on_news`: something was heard. `on_back`: the line is good again. `on_fault`: what the plugin raised that it
        may not raise. All are called on the listener's thread."""
        self.device = device
        self._state: Listening = "waiting"
        self._on_back = on_back
        self._session = session
        self._access = access
        self._clock = clock
        self._on_news = on_news
        self._on_fault = on_fault
        self._heard = Heard()
        self._lock = threading.Lock()
        self._dice = random.SystemRandom()
        self._thread = threading.Thread(target=self._listen, name=f"events of {device}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ended(self) -> bool:
        """Wait until the thread has ended, 2 s at most; the access must be closed. False: it hangs."""
        self._thread.join(_END_S)
        return not self._thread.is_alive()

    @property
    def state(self) -> Listening:
        """From any thread."""
        return self._state

    @property
    def heard(self) -> Heard:
        """Everything that was heard and is not settled. From any thread."""
        with self._lock:
            return self._heard

    def settled(self, recorded: Mapping[str, int], at: datetime) -> None:
        """These signals are on record now."""
        with self._lock:
            self._heard = settle(self._heard, recorded, at)

    def _listen(self) -> None:
        failures = 0
        while True:
            try:
                for event in self._session.events():
                    failures = 0
                    if self._state != "listening":
                        self._state = "listening"
                        self._on_back()
                    if event is not None:
                        self._hear(event)
            except Unsupported as error:
                log.info("device_tells_nothing", device=self.device, reason=self._access.mask(error.message))
                self._state = "unsupported"
                return
            except DeviceError as error:
                # The poll says whether the device answers; that the line broke is no fault by itself.
                log.info("listening_broke", device=self.device, reason=self._access.mask(error.message))
            except Exception as error:  # a session is a plugin's: it may raise anything, and costs its device only
                log.exception("listening_failed", device=self.device)
                self._on_fault(error)
            if self._access.closed:
                return
            failures += 1
            self._state = "waiting"
            if self._pause(failures):
                return

    def _hear(self, event: object) -> None:
        one = told(event, self._clock.now())  # type: ignore[arg-type]
        with self._lock:
            before = self._heard
            self._heard = hear(before, one)
            news = self._heard is not before
        if news:
            self._on_news()

    def _pause(self, failures: int) -> bool:
        """Wait before the next try; True when the access was closed meanwhile."""
        while self._access.latched:
            if self._access.wait(_LATCHED_PAUSE_S):
                return True
        full = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10))
        return self._access.wait(full * self._dice.uniform(0.5, 1.0))
