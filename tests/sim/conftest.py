"""Three months of the plant, each made once: the hub, the books beside it, and the people who did what was done."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from hub.core.event import Record
from hub.core.state import State
from tests.sim.month import Month
from tests.sim.people import People
from tests.sim.plant import wall_clock
from tests.sim.repairs import Repairs
from tests.sim.walks import Exchanges, Walks
from tests.sim.works import Works

MONTHS = {1: date(2026, 10, 1), 2: date(2026, 3, 1), 3: date(2026, 5, 1)}
"""By seed: the first day of a month of 31 days; two of them have holidays of a week."""
DOWN = ((False, 25.0), (True, 14.0))
"""When the hub does not run: whether it crashed, and for how many minutes."""
DOWN_AT_A_TURN = 50.0
"""Once it crashes so many minutes around the change from the early to the late shift."""


class Plant:
    """A month that was gone through, and what people did in it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.month = Month(seed, MONTHS[seed], 31, folder)
        month = self.month
        self.people, self.repairs, self.works = People(month), Repairs(month), Works(month)
        self.walks, self.exchanges = Walks(month), Exchanges(month)
        for crashed, minutes in DOWN:
            after = timedelta(days=27) * month.random.random() + timedelta(days=2)
            month.agenda.plan(month.start_at + after, partial(month.go_down, crashed=crashed, minutes=minutes))
        turn = wall_clock(month.first + timedelta(days=8), 16) - month.minutes(10, 40)
        month.agenda.plan(turn, partial(month.go_down, crashed=True, minutes=DOWN_AT_A_TURN))
        month.run()

    @property
    def records(self) -> list[Record]:
        return self.month.hub.records

    @property
    def state(self) -> State:
        return self.month.hub.state


@pytest.fixture(scope="session", params=sorted(MONTHS), ids=lambda seed: f"{MONTHS[seed]:%Y-%m}")
def plant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return Plant(request.param, tmp_path_factory.mktemp("plant"))
