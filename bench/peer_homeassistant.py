"""Run by the peer's own Python (never ours): Home Assistant's automations with the rules of `bench.rules_subjects`.

The rules come as JSON: each has a camera, a limit and a text. An automation is on the event `signal_lost` of that
camera, has a template condition on the limit, and fires the event `message` with a rendered text, which is the cheapest
action there is. Nothing is written to disk; a few traces of each automation are kept, as ours are. The loop gets its
turn after every few events, as often as it takes until their actions are done.
"""

import asyncio
import json
import logging
import sys
import tempfile
import time
from typing import Any

_AT_ONCE = 20
_LONGEST_S = 120.0


async def _measure(rules: list[dict[str, Any]], cameras: list[str], events: int) -> dict[str, float]:
    from homeassistant.core import CoreState, HomeAssistant, callback  # type: ignore[import-not-found]  # isort: skip
    from homeassistant import bootstrap, config_entries, loader  # type: ignore[import-not-found]  # isort: skip
    from homeassistant.setup import async_setup_component  # type: ignore[import-not-found]

    hass = HomeAssistant(tempfile.mkdtemp())
    hass.config.skip_pip = True
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    done = 0

    @callback  # type: ignore[untyped-decorator]
    def count(event: Any) -> None:
        nonlocal done
        done += 1

    began = time.perf_counter()
    if not await async_setup_component(hass, "automation", {"automation": [_automation(rule) for rule in rules]}):
        raise AssertionError("the automations were not taken")
    hass.state = CoreState.running
    hass.bus.async_fire("homeassistant_started")
    await hass.async_block_till_done()
    loaded = time.perf_counter() - began
    hass.bus.async_listen("message", count)
    due = 0
    wall, cpu = time.perf_counter(), time.process_time()
    deadline = wall + _LONGEST_S
    for number in range(events):
        camera = cameras[number % len(cameras)]
        hass.bus.async_fire("signal_lost", {"camera": camera, "silent_s": 6.0, "reconnects": 2.0})
        due += sum(1 for rule in rules if rule["camera"] == camera)
        if number % _AT_ONCE == _AT_ONCE - 1 or number == events - 1:
            while done < due:
                await asyncio.sleep(0)
                if time.perf_counter() > deadline:
                    raise AssertionError(f"only {done} of {due} actions were done")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await hass.async_stop(force=True)
    return {"events": events, "actions": done, "wall_s": wall, "cpu_s": cpu, "load_s": loaded}


def _automation(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": rule["id"],
        "alias": rule["id"],
        "mode": "parallel",
        "max": 1000,
        "trigger": [{"platform": "event", "event_type": "signal_lost", "event_data": {"camera": rule["camera"]}}],
        "condition": [
            {"condition": "template", "value_template": f"{{{{ trigger.event.data.silent_s > {rule['limit']} }}}}"}
        ],
        "action": [{"event": "message", "event_data": {"text": rule["text"]}}],
    }


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    asked = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_measure(asked["rules"], asked["cameras"], asked["events"]))))
