"""What holds for every test."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something about the machine, and about nothing that these tests are about.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

TESTS = Path(__file__).parent
WAITING = [TESTS / folder for folder in ("e2e", "watch", "plugins/hub_demo")]
"""Tests that spend their time waiting for cameras, processes and hours that pass fast."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those that wait begin at once, on every other worker.

    In the order of their names they would come all together, each disturbing the other's times, and at the end, with
    nothing left for the processors to do meanwhile.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = in_turn(items, workers)


def in_turn(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The order in which `--dist worksteal`, which gives each worker an equal stretch, keeps every processor busy."""
    waiting = [item for item in items if any(folder in item.path.parents for folder in WAITING)]
    files = list(dict.fromkeys(item.path for item in waiting))
    hands = workers // 2
    hand_of = {path: number % hands for number, path in enumerate(files)}
    busy = [item for item in items if item.path not in hand_of]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        share = (len(items) - len(ordered)) // (workers - worker)
        hand = [item for item in waiting if worker == 2 * hand_of[item.path]]
        others = max(0, share - len(hand))
        ordered += [*hand, *busy[:others]]
        busy = busy[others:]
    return ordered + busy
