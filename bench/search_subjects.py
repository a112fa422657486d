"""A duty log of many entries, as staff write them: Chinese and English, about cameras, alarms and visitors."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hub.core.catalogue import SiteConfigured
from hub.core.dutylog.events import EntryKind, LogEntered
from hub.core.event import Draft
from hub.core.site import Area, Camera, Site
from hub.core.text import Text

CAMERAS = 500
RARE_ZH, RARE_EN = "盘扣脚手架", "scaffolding"
"""Words that stand in one entry of ten thousand."""

_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_PLACES = ("东门", "西门", "冷库", "配电室", "二号仓库", "装车台", "氨机房", "围墙北段", "锅炉房", "危化品库")
_SEEN = (
    "有人翻越围栏",
    "叉车超速行驶",
    "地面积水未清理",
    "灯光熄灭",
    "烟雾报警器误报",
    "车辆未登记进入",
    "防护罩未复位",
)
_DONE = ("已电话通知班组长", "已到现场查看并拍照", "已恢复正常", "移交保卫科处理", "已设置警戒线", "等待维修人员")
_ENGLISH = (
    "forklift without a driver near the ramp",
    "water on the floor, cleaning called",
    "light above the gate flickers again",
    "lorry waited an hour without papers",
    "contractor without a helmet was sent out",
    "fence alarm tested together with the guard",
)
_KINDS: tuple[EntryKind, ...] = ("incident", "measure", "note", "visitor")
_VISITORS = ("李建国", "王芳", "赵敏", "陈晓东", "刘洋", "孙丽华")
_UNITS = ("市消防救援支队", "海康威视售后", "供电公司", "Siemens service", "第三方检测中心")


def site() -> Draft:
    """A plant with 500 cameras."""
    cameras = [
        Camera(
            f"cam-{n:03}",
            Text(en=f"Camera {n}", zh=f"{_PLACES[n % 10]}{n}号机"),
            "a",
            ("production", "security")[n % 2],
        )
        for n in range(CAMERAS)
    ]
    return Draft(
        SiteConfigured(site=Site(name=Text(en="Plant"), areas=[Area("a", Text(en="A"))], cameras=cameras)), "hub"
    )


def entries(count: int, seed: int = 7) -> Iterator[Draft]:
    """The first `count` entries, half an hour apart; the same for the same seed."""
    dice = random.Random(seed)
    for number in range(1, count + 1):
        kind = dice.choices(_KINDS, (3, 2, 4, 1))[0]
        at = _BEGIN + timedelta(minutes=8 * number)
        yield Draft(_entry(dice, number, kind, at), f"person:officer-{number % 12}", at=at)


def _entry(dice: random.Random, number: int, kind: EntryKind, at: datetime) -> LogEntered:
    place, camera = dice.choice(_PLACES), dice.randrange(CAMERAS)
    chinese = f"{at:%H:%M} {place}{dice.choice(_SEEN)},{dice.choice(_DONE)}。编号{dice.randrange(10**6)}"
    text = chinese if number % 3 else f"{dice.choice(_ENGLISH)}, {place}, ref {dice.randrange(10**6)}"
    if number % 10_000 == 77:
        text += f"。{RARE_ZH}, {RARE_EN}"
    visiting = kind == "visitor"
    return LogEntered(
        entry=f"L-{number}",
        kind=kind,
        text=text,
        happened_at=at,
        cameras=[] if visiting else [f"cam-{camera:03}"],
        post="gatehouse",
        present=[f"officer-{number % 12}"],
        visitor=dice.choice(_VISITORS) if visiting else "",
        unit=dice.choice(_UNITS) if visiting else "",
        purpose="设备检修" if visiting else "",
    )
