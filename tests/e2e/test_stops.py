"""How a hub ends, and what the next one makes of it."""

import os
import signal
import time

import pytest

from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import HubStarted, HubStopped, WorkerDied
from hub.core.findings import SignalLost
from hub.runtime.alive import Note, load_note
from tests.e2e.conftest import MakeSite
from tests.e2e.hubs import PASSWORD, Site

RULE = """
[[rule]]
id = "lost-for-long"
title = { en = "Lost for long", zh = "长时间丢失" }
on = "signal.lost"
for = "4s"
do = [{ alarm = "long", priority = "high" }]
"""


@pytest.fixture
def dead_camera(make_site: MakeSite, closed_port: int) -> Site:
    """A site with one camera that is not there, and a rule that waits for four seconds."""
    site = make_site().init()
    site.add_camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace("lost_after_s = 6", "lost_after_s = 2"))
    site.add_rules(RULE)
    return site


def test_killed_while_a_timer_runs_the_alarm_is_raised_once_after_the_restart(dead_camera: Site) -> None:
    site = dead_camera.start()
    lost = site.recorded(SignalLost, camera="gate")
    time.sleep(0.5)
    site.stop(signal.SIGKILL)
    site.until(lambda: not site.processes(), 10, "the workers ended with the hub, none is left")
    assert site.records(AlarmRaised, rule="lost-for-long") == []
    for _ in range(2):
        site.start()
        raised = site.recorded(AlarmRaised, rule="lost-for-long")
        assert raised.cause == lost.seq
        time.sleep(0.5)
        site.stop()
        assert len(site.records(AlarmRaised, rule="lost-for-long")) == 1
        assert len(site.records(SignalLost)) == 1
    assert [record.event.last_stop for record in site.records(HubStarted)] == ["first", "unclean", "clean"]


def test_killed_in_a_quiet_hour_the_time_up_to_its_last_note_counts_as_watched(site: Site) -> None:
    def noted() -> Note | None:
        note = load_note(site.data)
        return note if note is not None and note.at > site.records()[-1].seen_at else None

    left = None
    for _ in range(5):  # something may still go on record between its note and the signal: that hour was not quiet
        site.start()
        site.until(noted, 15, "it noted that it is alive after everything that is on record")
        site.stop(signal.SIGKILL)
        if (left := noted()) is not None:
            break
    assert left is not None
    last = site.records()[-1]
    site.start().stop()
    again = site.records(HubStarted, last_stop="unclean")[-1]
    assert again.event.alive_until == left.at
    assert last.seen_at < left.at < again.seen_at
    site.start()
    assert site.records(HubStarted)[-1].event.alive_until is None, "after a clean stop nobody has to ask"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_cleanly_within_seconds_and_says_why(dead_camera: Site, number: signal.Signals) -> None:
    site = dead_camera.start()
    site.until(lambda: len(site.processes()) >= 2, 10, "a worker runs")
    took_s = site.stop(number)
    assert took_s < 10
    assert site.process is not None
    assert site.process.returncode == 0
    assert site.processes() == []
    (stopped,) = site.records(HubStopped)
    assert number.name in stopped.event.reason or "Ctrl-C" in stopped.event.reason
    assert not (site.data / "run" / "hub.sock").exists()
    site.start()
    assert [record.event.last_stop for record in site.records(HubStarted)] == ["first", "clean"]


def test_a_signal_to_the_whole_group_ends_the_hub_and_no_worker_dies_before_it(dead_camera: Site) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        site = dead_camera.start()
        site.recorded(SignalLost)
        assert site.process is not None
        os.killpg(site.process.pid, number)
        site.process.wait(15)
        assert site.processes() == []
    assert site.records(WorkerDied) == []


def test_a_stop_while_it_starts_is_heard(site: Site) -> None:
    def stop_after(wait_s: float) -> None:
        site.start(until_ready=False)
        time.sleep(wait_s)
        assert site.process is not None
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(15) in (0, -signal.SIGTERM), site.words()
        assert site.processes() == []

    stop_after(0.4)
    began = time.monotonic()
    site.start()
    takes_s = time.monotonic() - began
    site.stop()
    for share in (0.3, 0.6, 0.9):
        stop_after(share * takes_s)
    assert "Traceback" not in site.words()
    assert site.json("verify")["ok"]


def test_stopped_by_a_person_with_a_reason_that_goes_on_record(site: Site) -> None:
    site.start()
    site.hub("stop", "--reason", "power supply is replaced", env={"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD})
    assert site.process is not None
    site.process.wait(15)
    (stopped,) = site.records(HubStopped)
    assert stopped.event.reason == "power supply is replaced"
    assert stopped.actor == "person:admin"
