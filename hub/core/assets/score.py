"""How much speaks for replacing an asset (3.8): computed from its register entry, its faults and its nights."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from hub.core.assets.events import Ground
from hub.core.assets.lives import YEAR, Life
from hub.core.assets.model import Asset
from hub.core.assets.scheme import Criterion, Scheme
from hub.core.text import Text

_DAYS_A_YEAR = 365.25
_Found = tuple[Criterion, float, float, Text, list[str]]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The points, what they are made of, and whether they are enough to propose a replacement."""

    points: float = 0.0
    grounds: list[Ground] = []
    enough: bool = False


def score(asset: Asset, life: Life, scheme: Scheme, now: datetime) -> Score:
    """The score of an asset now. What nothing is known about gives no points."""
    grounds: list[Ground] = []
    enough = False
    for criterion, value, limit, text, entries in _found(asset, life, scheme, now):
        most = scheme.points.get(criterion, 0.0)
        reached = limit > 0 and value >= limit
        points = round(most * min(1.0, value / limit), 1) if limit > 0 else 0.0
        enough = enough or (reached and criterion in scheme.alone)
        if points > 0 or (reached and criterion in scheme.alone):
            grounds.append(
                Ground(criterion=criterion, points=points, value=value, limit=limit, text=text, entries=entries)
            )
    total = round(sum(ground.points for ground in grounds), 1)
    grounds.sort(key=lambda ground: -ground.points)
    return Score(points=total, grounds=grounds, enough=enough or (total > 0 and total >= scheme.propose_at))


def _found(asset: Asset, life: Life, scheme: Scheme, now: datetime) -> Iterator[_Found]:
    if asset.since is not None:
        age = round((now.date() - asset.since).days / _DAYS_A_YEAR, 1)
        expected = float(asset.values.get("life") or scheme.life_years.get(asset.kind, 0.0))
        if expected and age > 0:
            text = Text(
                en=f"{age:g} years in use, {expected:g} expected", zh=f"已使用 {age:g} 年，预期寿命 {expected:g} 年"
            )
            yield "age", age, expected, text, []
    faults = life.faults_since(now - YEAR)
    tickets = [fault.ticket for fault in faults]
    if faults and (limit := scheme.limits.get("failures")):
        text = Text(en=f"{len(faults)} faults in 12 months", zh=f"12 个月内故障 {len(faults)} 次")
        yield "failures", float(len(faults)), limit, text, tickets
    spans = [((fault.restored_at or now) - fault.opened_at).total_seconds() / 3600 for fault in faults]
    if spans and (limit := scheme.limits.get("repair")):
        mean = round(sum(spans) / len(spans), 1)
        text = Text(
            en=f"{mean:g} h to restore it, on average of {len(spans)}",
            zh=f"平均修复时间 {mean:g} 小时（{len(spans)} 次）",
        )
        yield "repair", mean, limit, text, tickets
    again = [fault for fault in faults if fault.relapses]
    if again and (limit := scheme.limits.get("relapses")):
        times = sum(fault.relapses for fault in again)
        text = Text(en=f"{times} repairs did not last", zh=f"{times} 次维修后故障复发")
        yield "relapses", float(times), limit, text, [fault.ticket for fault in again]
    nights = [at for at in life.nights if at >= now - YEAR]
    if nights and (limit := scheme.limits.get("night")):
        text = Text(en=f"no usable picture in {len(nights)} nights", zh=f"{len(nights)} 个夜晚画面不可用")
        yield "night", float(len(nights)), limit, text, [at.date().isoformat() for at in nights[-10:]]
    if asset.values.get("parts") == "no":
        yield "parts", 1.0, 1.0, Text(en="spare parts are no longer to be had", zh="备件已停产"), []
