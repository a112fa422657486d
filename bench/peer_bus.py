"""Run by the peer's own Python (never ours): Home Assistant's event bus with the same events and listeners.

The fastest way it has: listeners are callbacks that run at once where this version lets one choose. The loop gets its
turn every 1,000 events, as it must in any program that also does something else.
"""

import asyncio
import inspect
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import Any

_EVENTS = 200_000
_CAMERAS = 300


async def _measure(listeners: int) -> dict[str, float]:
    from homeassistant.core import Event, HomeAssistant, callback  # type: ignore[import-not-found]

    hass = HomeAssistant(tempfile.gettempdir())
    seen = [0] * listeners
    at_once = "run_immediately" in inspect.signature(hass.bus.async_listen).parameters
    options: dict[str, Any] = {"run_immediately": True} if at_once else {}

    def listener(index: int) -> Any:
        @callback  # type: ignore[untyped-decorator]
        def count(event: Event) -> None:
            seen[index] += 1
            if event.data["number"] != seen[index]:
                raise AssertionError("an event was lost")

        return count

    for index in range(listeners):
        hass.bus.async_listen("signal_lost", listener(index), **options)
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(1, _EVENTS + 1):
        data = {
            "number": number,
            "camera": f"camera-{number % _CAMERAS}",
            "since_at": datetime.now(UTC),
            "detail": "No packet for 6.0 s.",
            "measures": {"silent_s": 6.0, "reconnects": 2.0},
        }
        hass.bus.async_fire("signal_lost", data)
        if number % 1_000 == 0:
            await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
        if min(seen) == _EVENTS:
            break
    else:
        raise AssertionError("an event did not arrive")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await hass.async_stop(force=True)
    return {"events": _EVENTS, "wall_s": wall, "cpu_s": cpu}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(int(sys.argv[1])))))
