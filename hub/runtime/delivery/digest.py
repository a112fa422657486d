"""Several messages to one recipient as one: how many, and the newest of each camera. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from msgspec.structs import replace

from hub.automation.model import SendMessage
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.text import LANGUAGES, Language, Text

MOST_LINES = 40
_LONGEST_LINE = 200
_PRIORITY_WORDS: dict[Priority, str] = {"critical": "紧急", "high": "高", "medium": "中", "low": "低"}


class Listed(NamedTuple):
    """A message and when its rule wanted it sent."""

    message: SendMessage
    at: datetime


def list_id(keys: Iterable[str]) -> str:
    """The id of the list that holds the messages with these keys: the same ones always give the same."""
    return f"list:{hashlib.sha256(chr(10).join(sorted(keys)).encode()).hexdigest()[:24]}"


def list_of(items: Sequence[Listed], zone: tzinfo) -> SendMessage:
    """One message that stands for all: the number of each priority, then a line for each camera with its newest state.

    `items` has at least one; they all go to the same recipient.
    """
    in_time = sorted(items, key=lambda item: item.at)
    newest = in_time[-1].message
    priorities = Counter(item.message.priority for item in items)
    highest = next(priority for priority in PRIORITIES if priorities[priority])
    groups: dict[str, list[Listed]] = {}
    for item in in_time:
        groups.setdefault(item.message.camera or item.message.title.en, []).append(item)
    by_urgency = sorted(groups.values(), key=_urgency)
    return replace(
        newest,
        title=_title(len(items), [(priority, priorities[priority]) for priority in PRIORITIES if priorities[priority]]),
        body=_body(in_time, by_urgency, zone),
        priority=highest,
        camera=newest.camera if len({item.message.camera for item in items}) == 1 else None,
        clause=newest.clause if len({item.message.clause for item in items}) == 1 else "",
        event=newest.event if len({item.message.event for item in items}) == 1 else "",
        evidence=None,
    )


def _urgency(group: list[Listed]) -> tuple[int, float]:
    return min(PRIORITIES.index(item.message.priority) for item in group), -group[-1].at.timestamp()


def _title(count: int, priorities: Sequence[tuple[Priority, int]]) -> Text:
    en = ", ".join(f"{number} {priority}" for priority, number in priorities)
    zh = "，".join(f"{_PRIORITY_WORDS[priority]} {number}" for priority, number in priorities)
    return Text(en=f"{count} messages: {en}", zh=f"{count} 条消息：{zh}")


def _body(in_time: Sequence[Listed], groups: Sequence[list[Listed]], zone: tzinfo) -> Text:
    first, last = (_time(item.at, zone) for item in (in_time[0], in_time[-1]))
    heads: dict[Language, str] = {
        "en": f"From {first} to {last}. The newest of each camera:",
        "zh_CN": f"{first} 至 {last}。各摄像机最新情况：",
    }
    left = len(groups) - MOST_LINES
    tails: dict[Language, str] = {"en": f"… and {left} more", "zh_CN": f"……另有 {left} 项"}
    texts = []
    for language in LANGUAGES:
        lines = [heads[language], *(_line(group, language, zone) for group in groups[:MOST_LINES])]
        texts.append("\n".join([*lines, *([tails[language]] if left > 0 else [])]))
    return Text(*texts)


def _line(group: Sequence[Listed], language: Language, zone: tzinfo) -> str:
    newest = group[-1]
    title = " ".join(newest.message.title.in_(language).split())[:_LONGEST_LINE]
    times = {"en": f" (×{len(group)})", "zh_CN": f"（共 {len(group)} 条）"}[language] if len(group) > 1 else ""
    return f"- {_time(newest.at, zone)} {title}{times}"


def _time(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"
