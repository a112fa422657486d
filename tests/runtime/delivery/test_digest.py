"""A list says how many, what is worst, and how each camera is now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.automation.model import SendMessage
from hub.core.alarms.events import Priority
from hub.core.text import Text
from hub.runtime.delivery.digest import MOST_LINES, Listed, list_id, list_of

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 1, 5, 14, 3, tzinfo=UTC)


def said(camera: str | None, en: str, zh: str, minutes: int, priority: Priority = "medium") -> Listed:
    message = SendMessage(
        to="duty",
        title=Text(en=en, zh=zh),
        body=Text(en="long"),
        priority=priority,
        camera=camera,
        clause="3.3",
        event="signal.lost",
        evidence=None,
    )
    return Listed(message, NIGHT + timedelta(minutes=minutes))


def test_it_counts_by_priority_and_shows_the_newest_of_each_camera_worst_first() -> None:
    items = [
        said("gate-1", "Signal lost: Gate", "信号丢失：大门", 0),
        said("yard-1", "Obstructed: Yard", "被遮挡：厂区", 5, "high"),
        said("gate-1", "Signal restored: Gate", "信号恢复：大门", 9),
        said(None, "Disk full", "磁盘已满", 2, "low"),
    ]
    made = list_of(items, ZONE)
    assert made.title == Text(en="4 messages: 1 high, 2 medium, 1 low", zh="4 条消息：高 1，中 2，低 1")
    assert made.body.en.splitlines() == [
        "From 01-05 22:03 to 01-05 22:12. The newest of each camera:",
        "- 01-05 22:08 Obstructed: Yard",
        "- 01-05 22:12 Signal restored: Gate (×2)",
        "- 01-05 22:05 Disk full",
    ]
    assert made.body.zh.splitlines()[2] == "- 01-05 22:12 信号恢复：大门（共 2 条）"
    assert made.priority == "high"
    assert (made.camera, made.clause, made.event, made.evidence) == (None, "3.3", "signal.lost", None)


def test_the_order_in_which_they_are_given_changes_nothing() -> None:
    items = [said(f"c{n}", f"Lost: c{n}", "", n) for n in range(10)]
    assert list_of(items, ZONE) == list_of(items[::-1], ZONE)
    assert list_id(["b", "a"]) == list_id(["a", "b"]) != list_id(["a"])


def test_a_long_list_is_cut_and_says_so() -> None:
    made = list_of([said(f"c{n}", "x" * 1000, "", n) for n in range(500)], ZONE)
    lines = made.body.en.splitlines()
    assert len(lines) == MOST_LINES + 2
    assert lines[-1] == "… and 460 more"
    assert made.body.zh.splitlines()[-1] == "……另有 460 项"
    assert len(made.body.en) < 12_000
