"""Waiting for the end of a run: time that passes for the plant, and messages that get out."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.chaos.evidence import outbox_of
from tests.chaos.fast_time import FastClock

_SETTLED = timedelta(seconds=180)
"""Several messages wait for each other for so long at most, where the far side is reliable."""
_SENT_S = 60.0


def let_pass(clock: FastClock, seconds: float) -> None:
    """Wait while so many seconds pass for the plant."""
    time.sleep(seconds / clock.pace.speed)


def until_sent(site: Path, clock: FastClock) -> datetime:
    """Wait until whatever is still in the outbox is new; every message from before the returned moment is out."""
    deadline = time.monotonic() + _SENT_S
    clock.look()
    while True:
        moment = clock.now() - _SETTLED
        late = [sending for sending in outbox_of(site) if sending.state == "pending" and sending.created_at < moment]
        if not late:
            return moment
        assert time.monotonic() < deadline, f"these do not get out: {late}"
        time.sleep(0.2)
