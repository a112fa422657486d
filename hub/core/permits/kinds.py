"""The kinds of alarm that a permit can cover, and the findings of the watch behind each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from hub.core.text import Text

PermitKind = Literal[
    "obstruction", "black", "dark", "bright", "blur", "flat", "frozen", "view", "shake", "signal", "stall", "recording"
]


class Coverable(msgspec.Struct, frozen=True):
    """`name`: for people. `findings`: wire names of what the watch reports."""

    name: Text
    findings: tuple[str, ...]


KINDS: Mapping[PermitKind, Coverable] = MappingProxyType(
    {
        "obstruction": Coverable(Text(en="View obstructed", zh="画面被遮挡"), ("view.obstructed",)),
        "black": Coverable(Text(en="Picture black", zh="画面全黑"), ("picture.black",)),
        "dark": Coverable(Text(en="Picture too dark", zh="画面过暗"), ("picture.dark",)),
        "bright": Coverable(Text(en="Picture washed out", zh="画面过曝"), ("picture.bright",)),
        "blur": Coverable(Text(en="Picture blurred", zh="画面模糊"), ("picture.blurred",)),
        "flat": Coverable(Text(en="Low contrast", zh="对比度过低"), ("picture.flat",)),
        "frozen": Coverable(Text(en="Picture frozen", zh="画面冻结"), ("picture.frozen",)),
        "view": Coverable(Text(en="View moved", zh="画面角度偏移"), ("view.moved",)),
        "shake": Coverable(Text(en="View shaking", zh="画面抖动"), ("view.shaking",)),
        "signal": Coverable(Text(en="Signal lost", zh="视频信号丢失"), ("signal.lost",)),
        "stall": Coverable(Text(en="Stream keeps stopping", zh="视频流反复停顿"), ("signal.stalled",)),
        "recording": Coverable(Text(en="Recording missing", zh="录像缺失"), ("recording.missing",)),
    }
)
"""By the word that the shipped rules use (`alarm = "obstruction"`). A permit covers an alarm of exactly this kind."""

NAMES: frozenset[str] = frozenset((*KINDS, *(finding for kind in KINDS.values() for finding in kind.findings)))
"""How a kind may be named in a condition: by its word, or by the finding's wire name."""


def kind_of(name: str) -> PermitKind | None:
    """The kind that is called `name`, which may be the wire name of a finding.

    >>> kind_of("view.obstructed"), kind_of("obstruction"), kind_of("clock")
    ('obstruction', 'obstruction', None)
    """
    return next((kind for kind, each in KINDS.items() if name == kind or name in each.findings), None)
