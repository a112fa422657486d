"""The dashboard and the alert rules that are shipped ask for metrics that exist, with labels that these have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.server.metrics.names import METRICS, PREFIX, Metric

DEPLOY = Path(__file__).parents[3] / "deploy"
DASHBOARD = DEPLOY / "grafana" / "watchroom.json"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
WRITTEN = {metric.written: metric for metric in METRICS}
SCRAPED = frozenset({"job", "instance"})
"""What Prometheus adds to every series."""
PROCESS = frozenset({"process_cpu_seconds_total", "process_resident_memory_bytes"})
_SELECTOR = re.compile(r"\b(watchroom_\w+|process_\w+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"([^\"]*)\"")
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return found


def panels() -> list[dict[str, Any]]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def asked() -> Iterator[tuple[str, str]]:
    """Every expression with what shows its labels."""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]
    for rule in alerts():
        yield rule["expr"], " ".join(rule["annotations"].values())


def of(expression: str) -> list[tuple[Metric, str]]:
    return [(WRITTEN[name], more) for name, more in _SELECTOR.findall(expression) if name.startswith(PREFIX)]


@pytest.mark.parametrize(("expression", "shown"), list(asked()))
def test_an_expression_asks_for_metrics_and_labels_that_exist(expression: str, shown: str) -> None:
    names = {name for name, _ in _SELECTOR.findall(expression)}
    assert names <= WRITTEN.keys() | PROCESS
    for metric, matchers in of(expression):
        for label, value in _MATCHER.findall(matchers):
            assert label in SCRAPED.union(metric.labels), f"{metric.written} has no {label}"
            assert not value.startswith("$") or value in ("$job", "$camera")
    known = SCRAPED.union(*(metric.labels for metric, _ in of(expression)))
    for labels in _GROUPED.findall(expression):
        assert {label.strip() for label in labels.split(",")} <= known
    assert set(_SHOWN.findall(shown)) - {"value"} <= known


def test_words_that_are_asked_for_are_among_those_that_a_label_may_have() -> None:
    from hub.core.alarms.events import PRIORITIES
    from hub.server.metrics.names import ALARM_STATES, CONDITIONS

    words = {"condition": CONDITIONS, "state": ALARM_STATES, "priority": PRIORITIES}
    seen = set()
    for expression, _ in asked():
        for _, matchers in of(expression):
            for label, value in _MATCHER.findall(matchers):
                if label in words:
                    seen.add(label)
                    assert set(value.split("|")) <= set(words[label])
    assert seen == set(words)


def test_every_metric_of_the_hub_but_few_is_on_the_dashboard_or_in_an_alert() -> None:
    used = {metric.name for expression, _ in asked() for metric, _ in of(expression)}
    assert {metric.name for metric in METRICS} - used == {
        "alarm_floods",
        "camera_info",
        "camera_live",
        "camera_frames_per_second",
        "cameras_to_record",
        "device_faults",
        "info",
        "journal_waiting",
        "notifiers_failing",
        "worker_cameras",
        "worker_lag_seconds",
    }


def test_panels_have_ids_of_their_own_and_lie_side_by_side() -> None:
    everything = dashboard()["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    taken: set[tuple[int, int]] = set()
    for panel in everything:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not taken & cells, panel["title"]
        taken |= cells


def test_every_alert_says_how_bad_it_is_and_what_to_do() -> None:
    rules = alerts()
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"].endswith(".")


def test_rules_have_the_keys_that_prometheus_knows() -> None:
    for rule in alerts():
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_the_page_for_operators_lists_every_metric_as_it_is() -> None:
    page = (DEPLOY.parent / "docs" / "operate" / "metrics.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert rows == [
        f"| `{metric.written}` | {metric.kind} | {', '.join(f'`{label}`' for label in metric.labels)} | {metric.help} |"
        for metric in METRICS
    ]
