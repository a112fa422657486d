"""When clocks are set, by a person, by NTP or by law, no duty is lost and none is done twice; killed or not."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest

from hub.core.catalogue import ClockStepped, RulesLoaded, ScheduleDue
from tests.chaos import checks, oracle
from tests.chaos.ending import let_pass, until_sent
from tests.chaos.evidence import Evidence
from tests.chaos.fast_time import ClockFile, FastClock, Pace
from tests.chaos.killing import running, warm_up
from tests.chaos.process import Order
from tests.chaos.receiver import Receiver
from tests.chaos.site import make_site, sound_rules

SPEED = 60.0
SEED = 7
EVERY_S = 60.0
WALLS = [datetime(2026, 1, 1, hour, minute).time() for hour in range(24) for minute in (3, 58)]
RULES = f"""
[[rule]]
id = "lost-now"
title = "Lost"
on = "signal.lost"
do = [{{ alarm = "signal", priority = "high" }}, {{ ticket = "No signal" }}, {{ notify = "duty" }}]

[[rule]]
id = "lost-long"
title = "Lost for long"
on = "signal.lost"
for = "20s"
do = [{{ alarm = "long", priority = "critical" }}, {{ notify = "duty" }}]

[[rule]]
id = "covered"
title = "Covered"
on = "view.obstructed"
for = "60s"
do = [{{ alarm = "covered", priority = "high" }}, {{ ticket = "Covered" }}, {{ notify = "duty" }}]

[[rule]]
id = "interval"
title = "Every minute"
every = "{EVERY_S:.0f}s"
missed = "run-all"
do = [{{ notify = "duty" }}]

[[rule]]
id = "times"
title = "By the clock on the wall"
every = {{ at = [{", ".join(f'"{wall:%H:%M}"' for wall in WALLS)}] }}
missed = "run-all"
do = [{{ notify = "duty" }}]
"""


class Plant(NamedTuple):
    """A site under test, and the time in it."""

    site: Path
    order: Order
    clock: FastClock
    file: ClockFile
    zone: ZoneInfo


def run_and_look(folder: Path, zone: str, began_at: datetime, work: Callable[[Plant], None]) -> tuple[Evidence, Plant]:
    """Run `work` on a new site, then the hub until all is done; check everything but the ledger."""
    warm_up()
    with Receiver(SEED) as receiver:
        site = make_site(folder / "site", RULES, url=receiver.url, zone=zone, began_at=began_at)
        file = ClockFile(site / "clock")
        clock = FastClock(Pace.beginning_now(began_at, SPEED), file)
        order = Order(site=site, pace=clock.pace, seed=SEED, quiet_s=1e9)
        plant = Plant(site, order, clock, file, ZoneInfo(zone))
        work(plant)
        receiver.be_reliable()
        with running(msgspec.structs.replace(order, quiet_s=clock.steady_s())) as hub:
            hub.wait_until_ready()
            let_pass(clock, 100.0)
            sent_at = until_sent(site, clock)
            hub.end()
    evidence = Evidence(site)
    assert evidence.verdict.ok, evidence.verdict.problem
    checks.check_effects(evidence, sound_rules(site))
    checks.check_faults(evidence.by_a_steady_clock(), 20.0, 60.0, at_least=3)
    checks.check_delivered(evidence, receiver, sent_at)
    return evidence, plant


def check_ledgers(evidence: Evidence, zone: ZoneInfo) -> None:
    """Every instant that the wall clock showed or jumped over is there once, and had its effect."""
    loaded = next(r.seen_at for r in evidence.records if isinstance(r.event, RulesLoaded))
    until = evidence.ended_at - timedelta(seconds=30)
    checks.check_schedule(evidence, "interval", "run-all", oracle.instants(EVERY_S, loaded, until))
    times = oracle.instants_of_day(WALLS, zone, loaded, until)
    assert times
    kept = checks.check_schedule(evidence, "times", "run-all", times)
    further = oracle.instants_of_day(WALLS, zone, loaded, until + timedelta(hours=2))
    assert kept.all.keys() <= set(further), "something came due that no clock had shown"
    for rule in ("interval", "times"):
        due = [r.seq for r in oracle.of(evidence.records, ScheduleDue) if r.event.rule == rule]  # type: ignore[attr-defined]
        assert sorted(s.effect for s in evidence.outbox if s.effect.startswith(f"{rule}:")) == sorted(
            f"{rule}:{seq}:0" for seq in due
        )


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai"])
def test_a_wall_clock_that_is_set_by_an_hour_costs_no_duty_and_doubles_none(tmp_path: Path, zone: str) -> None:
    def work(plant: Plant) -> None:
        for by_s in (3600.0, -3600.0):
            _while_it_runs(plant, by_s)
            _while_it_is_down(plant, by_s)

    evidence, plant = run_and_look(tmp_path, zone, datetime(2026, 1, 5, 8, 0, 7, tzinfo=UTC), work)
    steps = [r.event.by_s for r in evidence.of(ClockStepped)]  # type: ignore[attr-defined]
    assert max(steps) == pytest.approx(3600, abs=60)
    assert len([by_s for by_s in steps if by_s < -1000]) == 2, steps
    check_ledgers(evidence, plant.zone)


def _while_it_runs(plant: Plant, by_s: float) -> None:
    with running(plant.order) as hub:
        hub.wait_until_ready()
        let_pass(plant.clock, 70.0)
        plant.file.set_by(by_s)
        let_pass(plant.clock, 90.0)
        hub.kill()


def _while_it_is_down(plant: Plant, by_s: float) -> None:
    plant.file.set_by(by_s)
    with running(plant.order) as hub:
        hub.wait_until_ready()
        let_pass(plant.clock, 60.0)
        hub.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("zone", "began_at"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 53, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 53, 7, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 3, 28, 15, 53, 7, tzinfo=UTC)),
    ],
    ids=["an hour is left out", "an hour comes twice", "no change, over midnight"],
)
def test_clocks_that_change_by_law_cost_no_duty_and_double_none(tmp_path: Path, zone: str, began_at: datetime) -> None:
    """At one hour UTC in Berlin; the hub is killed before, about then, and after."""
    dice = random.Random(SEED)

    def work(plant: Plant) -> None:
        for _ in range(3):
            with running(plant.order) as hub:
                hub.wait_until_ready()
                let_pass(plant.clock, dice.uniform(60.0, 120.0))
                hub.kill()

    evidence, plant = run_and_look(tmp_path, zone, began_at, work)
    assert evidence.of(ClockStepped) == []
    assert evidence.records[0].seen_at < began_at + timedelta(minutes=4)
    check_ledgers(evidence, plant.zone)
