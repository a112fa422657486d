"""rules/calendar.toml while the hub runs."""

from pathlib import Path

from hub.core.alarms.events import AlarmRaised
from hub.core.calendar import is_worked
from hub.core.catalogue import ConfigAccepted, ConfigRejected
from hub.core.rules.events import CalendarLoaded
from tests.runtime.sites import CONFIG_RULE, make_site, running_hub

WORKDAYS = """
[[rule]]
id = "workdays"
title = { en = "On workdays", zh = "工作日" }
every = { at = "08:30", only = "workdays" }
do = [{ notify = "duty" }]
"""


async def test_a_saved_calendar_is_in_force_at_once_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    site = make_site(tmp_path, config=CONFIG_RULE, workdays=WORKDAYS)
    file = site / "rules" / "calendar.toml"
    async with running_hub(site) as run:
        assert run.records(CalendarLoaded) == [], "an ordinary calendar needs no record"
        before = run.hub.schedules.next_due("workdays")
        assert before is not None
        free = before.date()
        file.write_text(f'[[holiday]]\ndate = {free}\nname = {{ en = "Closed", zh = "停产" }}\n', encoding="utf-8")
        loaded = await run.until(CalendarLoaded)
        assert loaded.event.calendar.holidays[free].zh == "停产"
        after = run.hub.schedules.next_due("workdays")
        assert after is not None
        assert after > before

        file.write_text("[[holiday]]\ndate = soon\n", encoding="utf-8")
        rejected = await run.until(ConfigRejected, file="rules/calendar.toml")
        assert rejected.event.problems[0].en.startswith("rules/calendar.toml:2:")
        await run.until(AlarmRaised, rule="config-rejected")
        assert run.hub.schedules.next_due("workdays") == after
        assert not is_worked(run.hub.core.state.calendar, free)

        file.write_text('rest = ["sat", "sun"]\n', encoding="utf-8")
        await run.until(ConfigAccepted, file="rules/calendar.toml")
        await run.until(CalendarLoaded, count=2)
        assert is_worked(run.hub.core.state.calendar, free)
        assert run.hub.schedules.next_due("workdays") == before


async def test_a_calendar_is_on_record_once_over_restarts(tmp_path: Path) -> None:
    site = make_site(tmp_path, workdays=WORKDAYS)
    (site / "rules" / "calendar.toml").write_text('country = "CN"\n', encoding="utf-8")
    for _ in range(2):
        async with running_hub(site) as run:
            assert len(run.records(CalendarLoaded)) == 1
            assert len(run.hub.core.state.calendar.holidays) > 50
