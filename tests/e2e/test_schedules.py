"""Scheduled rules, through APScheduler to a round and a message."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from hub.core.catalogue import ScheduleDue
from hub.core.delivery import EffectDone
from hub.core.rounds.events import RoundDue
from tests.e2e.hubs import Site
from tests.runtime.sites import HEAD, make_site, running_hub

OFTEN = """
[[rule]]
id = "often"
title = { en = "Often", zh = "经常" }
every = "20s"
do = [{ round = "technical", due = "1h" }, { notify = "duty", text = { en = "Have a look.", zh = "请查看。" } }]
"""
WEEKLY = """
[[rule]]
id = "weekly"
title = { en = "Weekly technical round", zh = "每周技术维护" }
clause = "2.4"
every = { weekday = "mon", at = "08:30" }
missed = "run-once"
do = [
  { round = "technical", due = "3d", team = "technical" },
  { notify = "duty", text = { en = "The round is due.", zh = "请巡检。" } },
]
"""


@pytest.mark.slow
def test_an_interval_comes_due_by_itself_and_its_message_gets_out(site: Site) -> None:
    site.add_rules(OFTEN)
    site.start()
    due = site.recorded(ScheduleDue, 30, rule="often")
    (rule,) = [rule for rule in site.json("rules") if rule["id"] == "often"]
    assert datetime.fromisoformat(rule["next_due_at"]) - due.event.due_at == timedelta(seconds=20)
    assert due.event.due_at.second % 20 == 0
    assert not due.event.late
    assert (due.seen_at - due.event.due_at).total_seconds() < 5
    made = site.recorded(RoundDue, rule="often")
    assert made.cause == due.seq
    site.recorded(EffectDone, target="duty (example)")
    lines = (site.data / "plugins" / "example" / "duty.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert "Have a look." in lines[0]
    (round_,) = site.json("status")["rounds"]
    assert (round_["kind"], round_["id"]) == ("technical", made.event.round)


@pytest.fixture
def monday_morning() -> Iterator[None]:
    """Ten seconds before half past eight on a Monday in Shanghai: a hub that starts now is ready by then on any
    machine. The clock runs on from there."""
    with time_machine.travel(datetime(2026, 11, 30, 0, 29, 50, tzinfo=UTC), tick=True):
        yield


async def test_the_weekly_round_comes_due_on_monday_at_half_past_eight(tmp_path: Path, monday_morning: None) -> None:
    site = make_site(tmp_path, HEAD, weekly=WEEKLY)
    async with running_hub(site) as run:
        due = await run.until(ScheduleDue, 30, rule="weekly")
        assert due.event.due_at == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
        assert 0 <= (due.seen_at - due.event.due_at).total_seconds() < 5
        made = await run.until(RoundDue, rule="weekly")
        assert (made.event.kind, made.event.team, made.event.clause) == ("technical", "technical", "2.4")
        assert made.event.due_at is not None
        assert (made.event.due_at - made.seen_at).days in (2, 3)
        await run.until(EffectDone)
        (view,) = run.hub.backend.rules()
        assert view.next_due_at == datetime(2026, 12, 7, 0, 30, tzinfo=UTC)
    assert "The round is due." in (site / "data" / "plugins" / "example" / "duty.log").read_text(encoding="utf-8")


async def test_a_weekly_round_missed_during_downtime_is_made_up_for_once(tmp_path: Path) -> None:
    site = make_site(tmp_path, HEAD, weekly=WEEKLY)
    with time_machine.travel(datetime(2026, 11, 29, 12, 0, tzinfo=UTC), tick=True):
        async with running_hub(site) as run:
            assert run.records(ScheduleDue) == []
    for day in (1, 2):
        with time_machine.travel(datetime(2026, 12, day, 12, 0, tzinfo=UTC), tick=True):
            async with running_hub(site) as run:
                due = await run.until(ScheduleDue, rule="weekly")
                assert due.event.late
                assert due.event.due_at == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
                await run.until(RoundDue)
                assert len(run.records(ScheduleDue)) == len(run.records(RoundDue)) == 1
