"""Pure: why a camera is judged as it is, its signal included."""

from collections.abc import Sequence

from msgspec.structs import replace

from hub.core.explanation import Explanation, KindNow, State
from hub.core.findings import NotJudged
from hub.core.text import Text
from hub.vision.explain import ago, explain, judged_of
from hub.vision.judge import KINDS
from hub.vision.names import FAULTS
from hub.vision.view import View
from hub.watch.level import LOST, REFUSED, STALLED, Level, Seen, limits_of
from hub.watch.messages import WatchSettings

_NO_PICTURE = Text(en="No picture has been judged yet.", zh="尚未评判过画面。")
_STARTING: dict[NotJudged | None, Text] = {
    "starting": Text(en="No picture has been judged lately.", zh="近期没有评判过画面。"),
}
_SIGNAL_WHY: dict[str, Text] = {
    LOST: Text(en="Not seen: packets arrive.", zh="未见异常：数据正常到达。"),
    STALLED: Text(en="Not seen: pictures come steadily.", zh="未见异常：画面连续到达。"),
    REFUSED: Text(en="Not seen: the camera takes the credentials.", zh="未见异常：摄像机接受凭据。"),
}
_SIGNAL_UNKNOWN = Text(en="Cannot be told yet.", zh="暂时无法判断。")


def explain_camera(view: View, seen: Seen | None, level: Level, settings: WatchSettings, now_s: float) -> Explanation:
    """The explanation of a camera at `now_s`: that of its newest picture, and what is known of its signal."""
    signal = [_signal(kind, level, now_s) for kind in (LOST, STALLED, REFUSED)]
    picture = _picture(view, seen, settings)
    troubled = next((kind for kind in signal if kind.state == "found"), None)
    if troubled is not None:
        name = troubled.name
        hidden = [_behind(kind, troubled) for kind in picture.kinds]
        why = Text(en=f"Found: {name.en}.", zh=f"已确认：{name.zh}。")
        return replace(picture, why=why, kinds=[*signal, *hidden])
    why = picture.why
    if seen is not None and level.not_judged in _STARTING:
        why = _STARTING[level.not_judged]
    return replace(picture, why=why, kinds=[*signal, *picture.kinds])


def _picture(view: View, seen: Seen | None, settings: WatchSettings) -> Explanation:
    judged = judged_of(view, seen.verdict, limits_of(settings)) if seen is not None else None
    return Explanation(why=_NO_PICTURE, kinds=_all_unknown(KINDS)) if judged is None else explain(judged)


def _all_unknown(kinds: Sequence[str]) -> list[KindNow]:
    return [KindNow(kind=kind, name=FAULTS[kind], state="unknown", why=_NO_PICTURE) for kind in kinds]


def _behind(kind: KindNow, signal: KindNow) -> KindNow:
    """A fault of the picture while no picture comes: what was found stays, the rest cannot be seen."""
    if kind.state in ("found", "off"):
        return kind
    name = signal.name
    why = Text(en=f"Cannot be judged while this is seen: {name.en}.", zh=f"存在“{name.zh}”时无法判断。")
    return replace(kind, state="hidden", hidden_by=signal.kind, why=why, for_s=None)


def _signal(kind: str, level: Level, now_s: float) -> KindNow:
    found = next((finding for finding in level.findings if finding.kind == kind), None)
    state: State = "not_seen"
    why, for_s = _SIGNAL_WHY[kind], None
    if found is not None:
        state, for_s = "found", max(0.0, now_s - found.since_s)
        since, detail = ago(for_s), found.detail
        why = Text(en=f"Found {since.en} ago: {detail.en}", zh=f"{since.zh}前发现：{detail.zh or detail.en}")
    elif kind in level.undecided:
        state, why = "unknown", _SIGNAL_UNKNOWN
    return KindNow(kind=kind, name=FAULTS[kind], state=state, why=why, for_s=for_s)
