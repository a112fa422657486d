"""Figures and states in words of both languages, as a report shows them."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from hub.core.durations import duration
from hub.core.kpi.definitions import Definition, Measure, Unit
from hub.core.kpi.figures import Figure, Verdict
from hub.core.text import Text

VERDICTS: Mapping[Verdict, Text] = MappingProxyType(
    {
        "good": Text(en="on target", zh="达标"),
        "low": Text(en="off target", zh="未达标"),
        "collecting": Text(en="collecting", zh="数据积累中"),
        "none": Text(en="no target", zh="无目标"),
    }
)
NOT_JUDGED: Mapping[str, Text] = MappingProxyType(
    {
        "starting": Text(en="nothing was reported yet", zh="尚无上报"),
        "worker": Text(en="its watch worker is not running", zh="监视进程未运行"),
        "learning": Text(en="its view is being learned", zh="正在学习画面"),
        "light": Text(en="it was never seen in this light", zh="尚无该光照下的参考"),
        "view": Text(en="its view cannot be compared now", zh="当前画面无法比对"),
        "moving": Text(en="it is being steered", zh="正在转动"),
    }
)
TICKETS: Mapping[str, Text] = MappingProxyType(
    {
        "open": Text(en="open", zh="待受理"),
        "acknowledged": Text(en="noted", zh="已受理"),
        "assigned": Text(en="assigned", zh="已派工"),
        "arrived": Text(en="at the place", zh="已到场"),
        "waiting": Text(en="on hold", zh="暂停"),
        "repaired": Text(en="repaired, not verified", zh="已修复待验证"),
        "restored": Text(en="restored, not verified", zh="已恢复待验证"),
        "verifying": Text(en="under check", zh="验证中"),
        "verified": Text(en="verified", zh="已验证"),
    }
)
PERMITS: Mapping[str, Text] = MappingProxyType(
    {
        "applied": Text(en="waits", zh="待审批"),
        "approved": Text(en="approved", zh="已批准"),
        "active": Text(en="in force", zh="生效中"),
        "refused": Text(en="refused", zh="已拒绝"),
        "withdrawn": Text(en="withdrawn", zh="已撤回"),
        "lapsed": Text(en="lapsed", zh="已失效"),
        "ended": Text(en="ended", zh="已结束"),
        "revoked": Text(en="revoked", zh="已撤销"),
    }
)
RELEASES: Mapping[str, Text] = MappingProxyType(
    {
        "requested": Text(en="requested", zh="已申请"),
        "returned": Text(en="returned: something is missing", zh="退回补正"),
        "checked": Text(en="checked, waits for a leader", zh="已核验待审批"),
        "approved": Text(en="approved", zh="已批准"),
        "preparing": Text(en="being prepared", zh="制作中"),
        "prepared": Text(en="prepared", zh="已制作"),
        "handed_over": Text(en="handed over", zh="已移交"),
        "closed": Text(en="closed", zh="已办结"),
        "refused": Text(en="refused", zh="已拒绝"),
        "withdrawn": Text(en="withdrawn", zh="已撤回"),
        "external": Text(en="authority", zh="执法机关"),
        "internal": Text(en="internal", zh="内部"),
    }
)
PROPOSALS: Mapping[str, Text] = MappingProxyType(
    {
        "proposed": Text(en="waits for signatures", zh="待会签"),
        "decided": Text(en="decided, to be ordered", zh="已决定待订购"),
        "ordered": Text(en="ordered", zh="已订购"),
        "fitted": Text(en="fitted", zh="已安装"),
    }
)
REVIEWS: Mapping[str, Text] = MappingProxyType(
    {
        "open": Text(en="open: appeals may come", zh="公示中"),
        "closed": Text(en="closed", zh="已定稿"),
        "withdrawn": Text(en="withdrawn", zh="已撤回"),
    }
)
DOMAINS: Mapping[str, Text] = MappingProxyType(
    {"production": Text(en="production safety", zh="安全生产"), "security": Text(en="security", zh="保卫")}
)
NOTHING = Text(en="–", zh="–")


def shown(value: float | None, unit: Unit) -> Text:
    """A figure in its unit; a dash where nothing was counted."""
    if value is None:
        return NOTHING
    match unit:
        case "share":
            return Text(en=percent(value))
        case "s":
            return duration(value)
        case "days":
            return Text(en=f"{value:.1f} d", zh=f"{value:.1f} 天")
        case "count":
            return Text(en=f"{value:.2f}")


def percent(share: float) -> str:
    """To two places, and never rounded up to a hundred: what is not whole is not called so.

    >>> percent(1.0), percent(0.99999), percent(0.98214), percent(0.0)
    ('100 %', '99.99 %', '98.21 %', '0 %')
    """
    hundredths = math.floor(share * 10_000) if share < 1 and round(share * 10_000) >= 10_000 else round(share * 10_000)
    return f"{hundredths / 100:.4g} %"


def measured(number: float, measure: Measure) -> Text:
    """A numerator or a denominator."""
    if measure == "s":
        return duration(number)
    return Text(en=f"{number:.0f}" if number == int(number) or number >= 1000 else f"{number:.3g}")


def counted(figure: Figure, definition: Definition) -> Text:
    """`42 h (time with a signal) of 48 h (time that was watched).`"""
    if figure.denominator <= 0:
        return Text(en="Nothing was counted.", zh="无可统计的数据。")
    part = measured(figure.numerator, definition.numerator_in)
    whole = measured(figure.denominator, definition.denominator_in)
    what, over = definition.numerator, definition.denominator
    between = "of" if definition.unit == "share" else "over"
    return Text(
        en=f"{part.in_('en')} ({what.en}) {between} {whole.in_('en')} ({over.en}).",
        zh=f"{part.in_('zh_CN')}（{what.in_('zh_CN')}）/ {whole.in_('zh_CN')}（{over.in_('zh_CN')}）。",
    )


def excused(figure: Figure, definition: Definition) -> Text:
    """How much of what speaks against it is excused, by a permit or a leave."""
    covered = measured(figure.excused, definition.denominator_in)
    return Text(
        en=f"{covered.in_('en')} excused, not taken away.",
        zh=f"其中 {covered.in_('zh_CN')} 属准许情形，未扣除。",
    )


def target(figure: Figure, unit: Unit) -> Text:
    """`at least 98 %`; empty where there is none."""
    en, zh = [], []
    for bound, words in ((figure.good_from, ("at least", "不低于")), (figure.good_to, ("at most", "不高于"))):
        if bound is not None:
            said = Text(en=f"{bound:g}") if unit == "count" else shown(bound, unit)
            en.append(f"{words[0]} {said.in_('en')}")
            zh.append(f"{words[1]} {said.in_('zh_CN')}")
    return Text(en=", ".join(en), zh="，".join(zh))
