"""Notices when the machine's clock jumps, so that nothing that is being waited for is lost or doubled."""

import asyncio
from datetime import datetime

import structlog

from hub.clock import Clock
from hub.core.catalogue import ClockStepped
from hub.core.event import Draft
from hub.runtime.core_loop import CoreLoop

log = structlog.get_logger("clock")

STEP_S = 2.0
"""Smaller differences are a clock being slewed, or a busy machine."""
_LOOK_EVERY_S = 1.0


async def watch_clock(clock: Clock, core: CoreLoop, last_seen_at: datetime | None) -> None:
    """Run for ever. `last_seen_at` is the time of the newest record when the hub started."""
    if last_seen_at is not None:
        behind_s = (last_seen_at - clock.now()).total_seconds()
        if behind_s > STEP_S:
            await _report(core, -behind_s)
    wall, steady = clock.now(), clock.monotonic()
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        by_s = (clock.now() - wall).total_seconds() - (clock.monotonic() - steady)
        wall, steady = clock.now(), clock.monotonic()
        if abs(by_s) > STEP_S:
            await _report(core, by_s)


async def _report(core: CoreLoop, by_s: float) -> None:
    log.warning("clock_stepped", by_s=round(by_s, 1), effect="what is being waited for moves with the clock")
    await core.propose(lambda state: [Draft(ClockStepped(by_s=by_s), actor="hub")])
