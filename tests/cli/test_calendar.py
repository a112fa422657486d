"""`hub rules next` and `hub rules ledger`."""

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from hub.automation.schedules.agenda import Day, Item
from hub.cli.rules.ics import icalendar_of
from hub.core.catalogue import ScheduleDue
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from hub.locale import set_language
from tests.e2e.hubs import Site

RULES = """
[[rule]]
id = "own-weekly"
title = { en = "Weekly look", zh = "每周查看" }
clause = "2.4"
every = { weekday = "mon", at = "08:30" }
do = [{ round = "technical", due = "1d" }, { notify = "duty" }]

[[rule]]
id = "own-attention"
title = { en = "Attention check", zh = "注意力检查" }
every = { every = "2h", between = ["22:00", "06:00"], jitter = "30m" }
do = [{ notify = "duty" }]
"""
OFTEN = """
[[rule]]
id = "own-often"
title = { en = "Often", zh = "经常" }
every = "10s"
do = [{ round = "technical", due = "1h" }]
"""


@pytest.fixture
def site(idle: Site) -> Site:
    idle.add_rules(RULES)
    return idle


def test_what_is_due_is_shown_without_a_running_hub_with_local_time_and_offset(site: Site) -> None:
    found = [item for item in site.json("rules", "next", "--days", "14") if item["rule"] == "own-weekly"]
    assert len(found) == 2
    for item in found:
        local = datetime.fromisoformat(item["local"])
        assert (local.strftime("%a %H:%M"), local.utcoffset()) == ("Mon 08:30", timedelta(hours=8))
        assert local == datetime.fromisoformat(item["due_at"])
        assert (item["clause"], item["title"]["zh"]) == ("2.4", "每周查看")
    table = site.hub("rules", "next", "--days", "14").stdout
    assert "08:30 +08:00" in table
    assert "technical" in table


def test_titles_are_in_the_language_of_the_reader(site: Site) -> None:
    assert "Weekly look" in site.hub("rules", "next").stdout
    assert "每周查看" in site.hub("rules", "next", env={"LC_ALL": "zh_CN.UTF-8"}).stdout


def test_a_hidden_moment_is_shown_as_the_time_it_lies_in(site: Site) -> None:
    found = site.json("rules", "next", "--rule", "own-attention", "--days", "3")
    assert {item["rule"] for item in found} == {"own-attention"}
    for item in found:
        due_at, until_at = (datetime.fromisoformat(item[key]) for key in ("due_at", "until_at"))
        assert until_at - due_at == timedelta(minutes=30)
        assert due_at.minute == due_at.second == 0
    assert " to 22:30" in site.hub("rules", "next", "--rule", "own-attention", "--days", "3").stdout


def test_one_rule_that_is_not_there_and_a_broken_calendar_are_said(site: Site) -> None:
    assert "own-weekly" in site.hub("rules", "next", "--rule", "own-weekle", code=None).stderr
    (site.folder / "rules" / "calendar.toml").write_text("holidays = 1\n", encoding="utf-8")
    assert "rules/calendar.toml:1:1" in site.hub("rules", "next", code=2).stderr
    assert "rules/calendar.toml:1:1" in site.hub("check", code=2).stdout


def test_the_calendar_file_reads_back_with_instants_in_utc_and_the_same_uids_each_time(
    site: Site, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.ics", tmp_path / "second.ics"
    for file in (first, second):
        site.hub("rules", "next", "--days", "14", "--rule", "own-weekly", "--ics", str(file))
    events, again = (list(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")) for file in (first, second))
    assert len(events) == 2
    assert [event["uid"] for event in events] == [event["uid"] for event in again]
    assert len({event["uid"] for event in events}) == 2
    for event in events:
        start = event["dtstart"].dt
        assert start.utcoffset() == timedelta(0)
        assert start.astimezone(UTC).strftime("%a %H:%M") == "Mon 00:30"
        assert event["summary"] == "Weekly look (clause 2.4)"
        assert "technical" in event["description"]
    printed = site.hub("rules", "next", "--days", "14", "--rule", "own-weekly", "--ics", "-").stdout
    assert icalendar.Calendar.from_ical(printed).walk("VEVENT")[0]["uid"] == events[0]["uid"]
    assert "cannot be written" in site.hub("rules", "next", "--ics", str(tmp_path / "no" / "x.ics"), code=2).stderr


def test_awkward_texts_survive_the_calendar_file() -> None:
    awkward = Text(en="Gate; yard, and\nhall — " + "long " * 40, zh="门；院子，大厅")
    due_at = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
    item = Item(rule="r", title=awkward, clause="", does=awkward, due_at=due_at, until_at=due_at + timedelta(hours=1))
    days = [Day(due_at.date(), Text(en=""), Text(en=""), [item])]
    for language, said in (("en", awkward.en), ("zh_CN", awkward.zh)):
        set_language(language)  # type: ignore[arg-type]
        (event,) = icalendar.Calendar.from_ical(icalendar_of(days, "Plant", due_at)).walk("VEVENT")
        assert str(event["summary"]).split() == said.split()
        assert (event["dtend"].dt - event["dtstart"].dt) == timedelta(hours=1)
    set_language("en")


def test_the_same_rule_of_two_sites_has_two_uids() -> None:
    due_at = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
    item = Item(rule="r", title=Text(en="R"), clause="", does=Text(en=""), due_at=due_at, until_at=due_at)
    days = [Day(due_at.date(), Text(en=""), Text(en=""), [item])]
    uids = {
        icalendar.Calendar.from_ical(icalendar_of(days, site, due_at)).walk("VEVENT")[0]["uid"] for site in ("A", "B")
    }
    assert len(uids) == 2


@pytest.mark.slow
def test_the_ledger_tells_what_became_of_what_was_due_with_and_without_a_running_hub(idle: Site) -> None:
    idle.add_rules(OFTEN)
    try:
        idle.start()
        due = idle.recorded(ScheduleDue, 25, rule="own-often")
        idle.recorded(RoundDue, rule="own-often")
        running = idle.json("rules", "ledger", "own-often")
        assert idle.process is not None
        idle.stop(signal.SIGKILL)
    finally:
        idle.end()
    down = idle.json("rules", "ledger", "own-often", "--since", "1h")
    for book in (running, down):
        entry = book["entries"][0]
        assert datetime.fromisoformat(entry["due_at"]) == due.event.due_at
        assert (entry["rule"], entry["outcome"], entry["seq"]) == ("own-often", "on time", due.seq)
        assert entry["results"] == {"round.due": 1}
        assert {each["outcome"] for each in book["entries"]} == {"on time"}
    table = idle.hub("rules", "ledger")
    assert "own-often" in table.stdout
    assert "unaccounted 0" in table.stderr
    chinese = idle.hub("rules", "ledger", env={"LC_ALL": "zh_CN.UTF-8"})
    assert json.loads(idle.hub("rules", "ledger", "--json").stdout)["entries"]
    assert chinese.returncode == 0
    assert "own-often" in idle.hub("rules", "ledger", "own-oftn", code=None).stderr
    assert idle.hub("rules", "ledger", "--since", "soon", code=2).stderr
