"""Every alert fires when it should and not before, as Prometheus itself computes it (promtool)."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.server.metrics.test_deploy import ALERTS, alerts

PROMTOOL = shutil.which("promtool")
HUB = 'job="watchroom", instance="hub:8787"'
"""What Prometheus adds to every series."""


class Case(NamedTuple):
    """`series`: labels and values by minute, as promtool writes them. Nothing is told at `quiet`, and one alert at
    `firing`, with these labels and this value in its text."""

    alert: str
    series: Sequence[tuple[str, str]]
    quiet: str
    firing: str
    labels: Mapping[str, str] = {}
    value: str = ""


def steady(name: str, value: float, labels: str = "") -> list[tuple[str, str]]:
    return [(f"{name}{{{labels}{', ' if labels else ''}{HUB}}}", f"{value}+0x90")]


def counted(name: str, values: str, labels: str = "") -> list[tuple[str, str]]:
    return [(steady(name, 0, labels)[0][0], values)]


CASES = (
    Case("WatchroomDown", steady("up", 0), "1m", "2m"),
    Case("WatchroomJournalBlocked", steady("watchroom_journal_blocked", 1), "0m", "1m"),
    Case("WatchroomWorkerDown", steady("watchroom_worker_running", 0, 'worker="1"'), "1m", "2m", {"worker": "1"}),
    Case(
        "WatchroomWorkerDies",
        counted("watchroom_worker_deaths_total", "0+1x30", 'worker="1"'),
        "2m",
        "10m",
        {"worker": "1"},
    ),
    Case(
        "WatchroomOverloaded",
        [
            *steady("watchroom_worker_picture_interval_seconds", 3, 'worker="1"'),
            *steady("watchroom_worker_picture_interval_wanted_seconds", 1, 'worker="1"'),
        ],
        "9m",
        "10m",
        {"worker": "1"},
    ),
    Case("WatchroomMessagesStuck", steady("watchroom_messages_waiting", 60), "14m", "15m", value="60"),
    Case("WatchroomMessagesGivenUp", counted("watchroom_messages_given_up_total", "0 0 1+0x30"), "1m", "3m"),
    Case(
        "WatchroomPluginFailed",
        steady("watchroom_plugin_ready", 0, 'plugin="mail"'),
        "14m",
        "15m",
        {"plugin": "mail"},
    ),
    Case("WatchroomConfigBroken", steady("watchroom_config_problems", 1), "59m", "60m"),
    Case("WatchroomStorageFault", steady("watchroom_storage_faults", 1), "4m", "5m"),
    Case(
        "WatchroomManyCamerasLost",
        [
            *steady("watchroom_cameras", 3, 'condition="lost"'),
            *steady("watchroom_cameras", 9, 'condition="good"'),
        ],
        "1m",
        "2m",
        value="3",
    ),
    Case(
        "WatchroomNotJudged",
        steady("watchroom_cameras", 2, 'condition="not_judged"'),
        "29m",
        "30m",
        {"condition": "not_judged"},
        "2",
    ),
    Case(
        "WatchroomRecordingMissing",
        steady("watchroom_camera_recording", 0, 'camera="gate-1"'),
        "9m",
        "10m",
        {"camera": "gate-1"},
    ),
    Case(
        "WatchroomAlarmsUnacknowledged",
        [
            *steady("watchroom_alarms", 1, 'priority="critical", state="unacknowledged"'),
            *steady("watchroom_alarms", 2, 'priority="high", state="unacknowledged"'),
            *steady("watchroom_alarms", 7, 'priority="low", state="unacknowledged"'),
        ],
        "14m",
        "15m",
        value="3",
    ),
    Case(
        "WatchroomDeviceClock",
        steady("watchroom_device_clock_drift_seconds", -90, 'device="nvr-1"'),
        "29m",
        "30m",
        {"device": "nvr-1"},
    ),
    Case("WatchroomRecordingsDamaged", counted("watchroom_recordings_damaged", "0 1+0x30"), "0m", "1m", value="1"),
    # The clock of such a test begins in 1970.
    Case(
        "WatchroomRecordingsUnproven",
        steady("watchroom_recordings_proven_timestamp_seconds", -45 * 86400),
        "0m",
        "1m",
    ),
    Case("WatchroomBackupFailing", steady("watchroom_backup_failing", 1), "59m", "60m"),
)


def told(case: Case) -> dict[str, Any]:
    """The alert as Prometheus gives it."""
    rule = next(rule for rule in alerts() if rule["alert"] == case.alert)
    labels = {"job": "watchroom", "instance": "hub:8787", **case.labels}

    def filled(text: str) -> str:
        text = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)
        return text.replace("{{ $value }}", case.value)

    return {
        "exp_labels": {**labels, **rule["labels"]},
        "exp_annotations": {name: filled(text) for name, text in rule["annotations"].items()},
    }


def test_every_alert_has_a_case() -> None:
    assert [case.alert for case in CASES] == [rule["alert"] for rule in alerts()]
    for case in CASES:
        assert all("{{" not in text for text in told(case)["exp_annotations"].values())


def test_every_alert_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    assert PROMTOOL is not None, "promtool is not installed (Debian package prometheus)"
    written = {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": series, "values": values} for series, values in case.series],
                "alert_rule_test": [
                    {"eval_time": case.quiet, "alertname": case.alert, "exp_alerts": []},
                    {"eval_time": case.firing, "alertname": case.alert, "exp_alerts": [told(case)]},
                ],
            }
            for case in CASES
        ],
    }
    file = tmp_path / "alerts.test.yml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    for command in (["check", "rules", str(ALERTS)], ["test", "rules", str(file)]):
        done = subprocess.run([PROMTOOL, *command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
