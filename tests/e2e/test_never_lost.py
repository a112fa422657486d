"""Killed at any moment, again and again, under a load of faults, timers, schedules and people: nothing is lost, nothing
happens twice.

The process under test is the whole hub on a real journal, with a webhook to a server that is as unreliable as servers
are; only its watch is replaced, by a world that is known, and its time runs `SPEED` times as fast. `HUB_CHAOS_SEED` and
`HUB_CHAOS_KILLS` change what is printed at the beginning.
"""

import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hub.core.alarms.events import AlarmAcknowledged
from hub.core.catalogue import RulesLoaded, ScheduleDue
from tests.chaos import checks, oracle
from tests.chaos.ending import let_pass, until_sent
from tests.chaos.evidence import Evidence
from tests.chaos.fast_time import ClockFile, FastClock, Pace
from tests.chaos.killing import kill_again_and_again, running, start_s
from tests.chaos.listener import Listener
from tests.chaos.people import Person
from tests.chaos.process import TURNED, Order
from tests.chaos.receiver import Receiver
from tests.chaos.site import AREAS, make_site, sound_rules
from tests.servers.broker import Broker

SPEED = 60.0
BEGAN_AT = datetime(2026, 1, 5, 8, 0, 7, tzinfo=UTC)
KILLS = int(os.environ.get("HUB_CHAOS_KILLS", "100"))
SEED = int(os.environ.get("HUB_CHAOS_SEED", "20260105"))
LOST_FOR_S, COVERED_FOR_S = 20.0, 60.0
MOST = {"queued": 2, "parallel": 2}
SCHEDULES = {
    "tick-once": (20.0, "run-once"),
    "tick-skip": (30.0, "skip"),
    "tick-all": (45.0, "run-all"),
    "attention": (60.0, "run-once"),
}
RULES = """
[[rule]]
id = "lost-now"
title = "Lost"
on = "signal.lost"
do = [{ alarm = "signal", priority = "high" }, { ticket = "No signal" }, { notify = "duty" }]

  [[rule.escalate]]
  after = "30s"
  repeat = "20s"
  times = 3
  do = [{ notify = "duty" }]

[[rule]]
id = "lost-long"
title = "Lost for long"
on = "signal.lost"
for = "20s"
do = [{ alarm = "long", priority = "critical" }, { notify = "duty" }]

[[rule]]
id = "covered"
title = "Covered"
on = "view.obstructed"
for = "60s"
do = [{ alarm = "covered", priority = "high" }, { ticket = "Covered" }, { notify = "duty" }]

[[rule]]
id = "delayed"
title = "Covered for a while"
on = "view.obstructed"
do = [{ notify = "duty", after = "40s" }]

[[rule]]
id = "seldom"
title = "Covered again"
on = "view.obstructed"
cooldown = "2m"
do = [{ notify = "duty" }]

[[rule]]
id = "together"
title = "Lost"
on = "signal.lost"
group = "30s"
do = [{ notify = "crowd" }]

[[rule]]
id = "starter"
title = "Lost"
on = "signal.lost"
do = [{ start = "started" }, { set = "lost_once", value = true }]

[[rule]]
id = "started"
title = "Started by another"
do = [{ notify = "duty", after = "3s" }]

[[rule]]
id = "noted"
title = "Somebody took note"
on = "alarm.acknowledged"
do = [{ notify = "crowd" }]

[[rule]]
id = "round-missed"
title = "A round was not made"
on = "round.missed"
do = [{ notify = "crowd" }]

[[rule]]
id = "tick-once"
title = "Often"
every = "20s"
missed = "run-once"
do = [{ notify = "duty" }]

[[rule]]
id = "tick-skip"
title = "A round"
every = "30s"
missed = "skip"
do = [{ round = "look", due = "50s" }]

[[rule]]
id = "tick-all"
title = "Each of them"
every = "45s"
missed = "run-all"
do = [{ notify = "crowd" }]

[[rule]]
id = "attention"
title = "Nobody foresees it"
every = { every = "60s", jitter = "20s" }
missed = "run-once"
do = [{ notify = "duty" }]

[[rule]]
id = "mode-single"
title = "Back again"
on = "signal.restored"
per = ["camera.area"]
do = [{ notify = "crowd", after = "30s" }]

[[rule]]
id = "mode-restart"
title = "Back again"
on = "signal.restored"
per = ["camera.area"]
mode = "restart"
do = [{ notify = "crowd", after = "30s" }]

[[rule]]
id = "mode-queued"
title = "Back again"
on = "signal.restored"
per = ["camera.area"]
mode = "queued"
most = 2
do = [{ notify = "crowd", after = "30s" }]

[[rule]]
id = "mode-parallel"
title = "Back again"
on = "signal.restored"
per = ["camera.area"]
mode = "parallel"
most = 2
do = [{ notify = "crowd", after = "30s" }]

[[rule]]
id = "sleepy"
title = "Back, unless somebody turned this off"
on = "signal.restored"
mode = "parallel"
do = [{ notify = "crowd", after = "15s" }]

[[rule]]
id = "dark"
title = "Something is lost"
on = "signal.lost"
do = [{ set = "dark", value = true }]

[[rule]]
id = "light"
title = "Something is back"
on = "signal.restored"
do = [{ set = "dark", value = false }]

[[rule]]
id = "heeding"
title = "Covered in the dark"
on = "view.obstructed"
if = "var.dark"
do = [{ notify = "crowd" }]

[[rule]]
id = "pictured"
title = "Covered: what is to be seen"
on = "view.obstructed"
do = [{ snapshot = true }, { preset = "home" }]

[[rule]]
id = "published"
title = "For machines"
on = "signal.restored"
do = [{ mqtt = "machines", topic = "cameras/$camera", payload = { state = "live" } }]

[variables]
lost_once = false
dark = false
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_a_hundred_times_every_effect_is_there_once_and_every_instant_in_the_ledger(tmp_path: Path) -> None:
    print(f"HUB_CHAOS_SEED={SEED} HUB_CHAOS_KILLS={KILLS}")
    dice = random.Random(SEED)
    with Receiver(SEED) as receiver, Broker(tmp_path) as broker, Listener(broker) as listener:
        site = make_site(
            tmp_path / "site",
            RULES,
            url=receiver.url,
            zone="Europe/Berlin",
            began_at=BEGAN_AT,
            broker_port=broker.port,
        )
        pace = Pace.beginning_now(BEGAN_AT, SPEED)
        clock_file = ClockFile(site / "clock")
        clock = FastClock(pace, clock_file)
        order = Order(site=site, pace=pace, seed=SEED, quiet_s=1e9)

        def stay_down(number: int) -> None:
            if number % 5 == 4:
                clock_file.set_by(dice.uniform(60.0, 400.0))

        start_s(order)
        began = time.monotonic()
        with Person(site, SEED) as person:
            kill_again_and_again(order, KILLS, dice, start_s(order), while_down=stay_down)
            print(f"{KILLS} kills in {time.monotonic() - began:.1f} s, {clock.steady_s() / 60:.0f} min for the plant")
            receiver.be_reliable()
            with running(msgspec.structs.replace(order, quiet_s=clock.steady_s())) as hub:
                hub.wait_until_ready()
                let_pass(clock, 200.0)
                person.leave()
                sent_at = until_sent(site, clock)
                hub.end()
    evidence = Evidence(site)
    print(f"{len(evidence.records)} records, {len(evidence.outbox)} messages, {len(receiver.taken)} taken")
    assert evidence.verdict.ok, evidence.verdict.problem
    checks.check_acknowledged(evidence, person.acknowledged)
    assert oracle.of(evidence.records, AlarmAcknowledged)
    checks.check_effects(evidence, sound_rules(site))
    checks.check_faults(evidence, LOST_FOR_S, COVERED_FOR_S, at_least=KILLS // 3)
    checks.check_steps(evidence)
    checks.check_rounds(evidence, at_least=KILLS // 10)
    checks.check_delivered(evidence, receiver, sent_at, in_lists=KILLS // 5, published=listener.ids)
    checks.check_modes(evidence, AREAS, MOST)
    checks.check_pauses(evidence)
    checks.check_variables(evidence)
    checks.check_deeds(evidence, (site / TURNED).read_text(encoding="utf-8").splitlines())
    loaded = next(r.seen_at for r in evidence.records if isinstance(r.event, RulesLoaded))
    for rule, (every_s, missed) in SCHEDULES.items():
        planned = oracle.instants(every_s, loaded, evidence.ended_at - timedelta(seconds=30))
        kept = checks.check_schedule(evidence, rule, missed, planned)
        assert min(len(kept.on_time), len({**kept.late, **kept.missed})) >= KILLS // 10
    for rule in ("tick-once", "tick-all", "attention"):
        due = {r.seq for r in oracle.of(evidence.records, ScheduleDue) if r.event.rule == rule}  # type: ignore[attr-defined]
        assert {s.effect for s in evidence.outbox if s.effect.startswith(f"{rule}:")} == {f"{rule}:{n}:0" for n in due}
