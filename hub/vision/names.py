"""The measures of the picture judgement and the faults that they show, by name: one table, both languages."""

from collections.abc import Mapping
from typing import NamedTuple

from hub.core.explanation import Bad
from hub.core.text import Text


class Measure(NamedTuple):
    """What a measure is called and means. `low` and `high` are the ends of its range, None without an end; `bad` which
    way it is bad. One that is not `kept` has no history: it is constant, or follows from another one."""

    name: Text
    means: Text
    unit: str
    low: float | None
    high: float | None
    bad: Bad
    kept: bool = True


_GRAY = "/255"
_PERCENT = "%"


def _share(en: str, zh: str, means: Text, bad: Bad = "high", *, kept: bool = True) -> Measure:
    """A measure from 0 to 1 that is shown in percent."""
    return Measure(Text(en=en, zh=zh), means, _PERCENT, 0.0, 1.0, bad, kept)


MEASURES: Mapping[str, Measure] = {
    "mean": Measure(
        Text(en="brightness", zh="亮度"),
        Text(en="mean gray level of the picture", zh="画面平均灰度"),
        *(_GRAY, 0.0, 255.0, "either"),
    ),
    "contrast": Measure(
        Text(en="contrast", zh="对比度"),
        Text(en="spread of the gray levels about their mean", zh="灰度围绕均值的离散程度"),
        *(_GRAY, 0.0, 128.0, "low"),
    ),
    "p99": Measure(
        Text(en="brightest", zh="最亮处"),
        Text(en="gray level that 99 % of the picture stay below", zh="99 % 的画面低于此灰度"),
        *(_GRAY, 0.0, 255.0, "low"),
    ),
    "noise": Measure(
        Text(en="noise", zh="噪声"),
        Text(en="grain that is no structure of the scene", zh="不属于场景结构的颗粒"),
        *(_GRAY, 0.0, None, "high"),
    ),
    "difference": Measure(
        Text(en="change", zh="变化量"),
        Text(
            en="mean change from one judged picture to the next in the middle cell", zh="相邻两幅画面的变化（中位格）"
        ),
        *(_GRAY, 0.0, None, "low"),
    ),
    "similarity": _share(
        "likeness", "相似度", Text(en="how well the edges fit the reference view", zh="边缘与参考画面的吻合程度"), "low"
    ),
    "covered": _share("covered", "遮挡", Text(en="share of the view that is covered now", zh="此刻被遮挡的画面比例")),
    "stuck": _share(
        "covered for long",
        "持续遮挡",
        Text(en="share of the view that has been covered without a break", zh="持续被遮挡的画面比例"),
    ),
    "softness": Measure(
        Text(en="softness", zh="虚化"),
        Text(
            en="loss of fine against coarse structure, natural logarithm; 0 is as sharp as the reference",
            zh="细节相对粗结构的损失（自然对数），0 表示与参考画面同样清晰",
        ),
        *("", None, None, "high"),
    ),
    "weakness": Measure(
        Text(en="faded edges", zh="边缘变弱"),
        Text(
            en="loss of edges against the contrast that is left, natural logarithm, softness included",
            zh="边缘相对剩余对比度的损失（自然对数，含虚化）",
        ),
        *("", None, None, "high"),
    ),
    "shift": Measure(
        Text(en="shift", zh="偏移"),
        Text(
            en="how far the view lies beside the reference, in 160ths of the width",
            zh="画面相对参考的偏移（宽度的 1/160）",
        ),
        *("/160", 0.0, None, "high"),
    ),
    "fit_elsewhere": _share(
        "fit elsewhere",
        "移位后吻合",
        Text(en="how well the picture fits the reference when it is shifted", zh="平移后与参考画面的吻合程度"),
    ),
    "shift_x": Measure(
        Text(en="shift across", zh="水平偏移"),
        Text(en="shift of the content to the right, of the width", zh="内容向右的偏移（占宽度）"),
        *(_PERCENT, -1.0, 1.0, "either"),
    ),
    "shift_y": Measure(
        Text(en="shift down", zh="垂直偏移"),
        Text(en="shift of the content down, of the height", zh="内容向下的偏移（占高度）"),
        *(_PERCENT, -1.0, 1.0, "either"),
    ),
    "learning": _share(
        "learned",
        "学习进度",
        Text(en="how far the learning of the view has got", zh="参考画面的学习进度"),
        "none",
        kept=False,
    ),
    "blown": _share("burnt out", "过曝", Text(en="share of the picture that is burnt out", zh="过曝的画面比例")),
    "left": _share(
        "brightness left",
        "剩余亮度",
        Text(en="brightness against that of the last minutes", zh="相对前几分钟的亮度"),
        "low",
    ),
    "grain": Measure(
        Text(en="flicker", zh="闪烁噪声"),
        Text(en="how much still places change from picture to picture", zh="静止区域相邻画面间的变化"),
        *(_GRAY, 0.0, None, "high"),
    ),
    "structure": _share(
        "structure",
        "有效结构",
        Text(en="share of the picture that shows anything but noise", zh="画面中除噪声外有内容的比例"),
        "low",
    ),
    "hue_change": Measure(
        Text(en="change of tint", zh="色调变化"),
        Text(
            en="of all cells within minutes, off the colours that light has, of the brightness",
            zh="数分钟内整体色调偏离自然光的程度（占亮度）",
        ),
        *(_PERCENT, 0.0, None, "high"),
    ),
    "warmth_change": Measure(
        Text(en="change of warmth", zh="色温变化"),
        Text(
            en="of all cells within minutes, from blue to orange or back, of the brightness",
            zh="数分钟内整体在蓝橙之间的变化（占亮度）",
        ),
        *(_PERCENT, 0.0, None, "high"),
    ),
    "off_hue": Measure(
        Text(en="off tint", zh="色调偏离"),
        Text(en="how far the tint is beyond what is usual at this time of day", zh="色调超出此时段常态的程度"),
        *(_PERCENT, 0.0, None, "high"),
    ),
    "off_warmth": Measure(
        Text(en="off warmth", zh="色温偏离"),
        Text(en="how far the warmth is beyond what is usual at this time of day", zh="色温超出此时段常态的程度"),
        *(_PERCENT, 0.0, None, "high"),
    ),
    "hue": Measure(
        Text(en="tint", zh="色调"),
        Text(en="middle tint of the picture, off the line of natural light", zh="画面整体色调（偏离自然光的分量）"),
        *(_PERCENT, None, None, "either"),
    ),
    "warmth": Measure(
        Text(en="warmth", zh="色温"),
        Text(en="middle colour of the picture from blue to orange", zh="画面整体色温（蓝到橙）"),
        *(_PERCENT, None, None, "either"),
    ),
    "stripes": Measure(
        Text(en="stripes", zh="条纹"),
        Text(en="height of the strongest wave that came to lie over the picture", zh="叠加在画面上的最强条纹幅度"),
        *(_GRAY, 0.0, None, "high"),
    ),
    "stripes_alone": Measure(
        Text(en="stripes standing out", zh="条纹突出度"),
        Text(en="how far the strongest wave stands out of those around it", zh="最强条纹相对相邻成分的突出程度"),
        *("", 0.0, None, "high"),
    ),
    "jitter": Measure(
        Text(en="jitter", zh="抖动"),
        Text(
            en="how far the picture lies elsewhere each time, in 160ths of the width",
            zh="画面每次错位的幅度（宽度的 1/160）",
        ),
        *("/160", 0.0, None, "high"),
    ),
    "damage": _share(
        "decode errors",
        "解码错误",
        Text(en="share of the last pictures in which the decoder found errors", zh="最近画面中解码出错的比例"),
    ),
    "dead": _share(
        "missing",
        "画面缺失",
        Text(en="share of the picture that is gray, green or smeared", zh="灰块、绿块或拖影所占比例"),
    ),
    "soiled": _share(
        "soiled",
        "脏污",
        Text(
            en="share of the view that dirt, a web or a sticker spoils, over tens of minutes",
            zh="数十分钟内被污渍、蛛网或贴附物影响的画面比例",
        ),
    ),
    "overgrown": _share(
        "overgrown",
        "植物遮挡",
        Text(en="share of the view that plants have grown into", zh="被植物长入的画面比例"),
    ),
    "decline": Measure(
        Text(en="decline", zh="下降速度"),
        Text(
            en="how fast sharpness or contrast sinks from day to day, for certain at least, a week",
            zh="清晰度或对比度逐日下降的速度（置信下限，每周）",
        ),
        *("%/w", None, None, "high"),
    ),
}
"""By the key that readings, verdicts and the events' `measures` use."""

KEPT: tuple[str, ...] = tuple(key for key, measure in MEASURES.items() if measure.kept)
"""The measures of which a history is kept, in the order of its columns."""

FAULTS: Mapping[str, Text] = {
    "signal.lost": Text(en="signal lost", zh="信号丢失"),
    "signal.stalled": Text(en="signal stalled", zh="信号停滞"),
    "access.refused": Text(en="access refused", zh="拒绝访问"),
    "picture.black": Text(en="black", zh="黑屏"),
    "picture.dark": Text(en="too dark", zh="过暗"),
    "picture.bright": Text(en="too bright", zh="过亮"),
    "picture.flat": Text(en="low contrast", zh="对比度低"),
    "picture.frozen": Text(en="frozen", zh="画面冻结"),
    "picture.tinted": Text(en="colour cast", zh="偏色"),
    "picture.noisy": Text(en="noise", zh="噪声干扰"),
    "picture.striped": Text(en="stripes", zh="条纹干扰"),
    "picture.damaged": Text(en="decode damage", zh="解码损坏"),
    "picture.blurred": Text(en="blurred", zh="画面模糊"),
    "view.obstructed": Text(en="obstructed", zh="画面遮挡"),
    "view.moved": Text(en="view moved", zh="画面移位"),
    "view.shaking": Text(en="shaking", zh="画面抖动"),
    "view.overgrown": Text(en="overgrown", zh="植物遮挡"),
    "night.unusable": Text(en="night unusable", zh="夜间不可用"),
    "lens.soiled": Text(en="lens soiled", zh="镜头脏污"),
}
"""What the findings of the watch are called, by their wire names."""


def shown(value: float, unit: str) -> str:
    """A value with its unit as staff read it.

    >>> shown(0.234, "%"), shown(0.016, "%/w"), shown(41.26, "/255"), shown(-0.31, ""), shown(-0.0001, "%")
    ('23 %', '1.6 %', '41.3', '-0.31', '0 %')
    """
    # Rounded first, and a zero added: a value a hair below zero would be shown as -0.
    if unit.startswith("%"):
        share = round(100 * value, 1) + 0.0
        return f"{share:.0f} %" if abs(share) >= 10 or share == 0 else f"{share:.1f} %"
    return f"{value:.1f}" if abs(value) >= 10 else f"{round(value, 2) + 0.0:.2f}"
