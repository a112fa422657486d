"""The far side of the MQTT notifier: somebody who listens to a real broker for as long as a run takes."""

import asyncio
import threading
from typing import Self

from tests.servers.broker import Broker, Ear

_READY_S = 10.0


class Listener:
    """Listens from a thread of its own between entering and leaving the context."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._ear = Ear()
        self._over = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()))

    @property
    def ids(self) -> set[str]:
        """The ids of the messages that came."""
        return {heard.properties["id"] for heard in self._ear.heard}

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(_READY_S), "the broker does not let anybody listen"
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(_READY_S)

    async def _listen(self) -> None:
        async with self._broker.listening() as self._ear:
            self._ready.set()
            await asyncio.to_thread(self._over.wait)
