"""Why a camera's picture is judged as it is, in words and figures. Worked out on request, from what is kept anyway."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from hub.core.explanation import Course, Explanation, KindNow, MeasureNow, ReadingNow, State
from hub.core.text import Text
from hub.vision import history, trend
from hub.vision.answer import Answer, Reading
from hub.vision.diagnosis import DETECTORS, KINDS, Detector, Diagnosis
from hub.vision.history import History
from hub.vision.limits import Limits
from hub.vision.names import FAULTS, MEASURES, shown
from hub.vision.persistence import Track
from hub.vision.reference import Reference
from hub.vision.usual import Expected, expected
from hub.vision.verdict import NotJudged, Verdict
from hub.vision.view import View, usual_of

_NO_REFERENCE = Text(en="there is no reference view to compare with yet", zh="尚无可比较的参考画面")
_NOT_COMPARED: dict[NotJudged, Text] = {
    "learning": Text(en="the reference view is still being learned", zh="参考画面正在学习"),
    "light": Text(en="there is no reference view for this light", zh="没有适用于当前光照的参考画面"),
    "view": Text(
        en="the picture fits no reference view, for no known reason", zh="画面与任何参考画面都不吻合，原因不明"
    ),
    "moving": Text(en="the camera is being steered", zh="摄像机正在转动"),
}
_NOT_FITTING = Text(
    en="the picture does not fit its reference view, for no known reason", zh="画面与参考画面不吻合，原因不明"
)


class Judged(NamedTuple):
    """What an explanation is made of: the newest verdict, what led to it, and what came before. `reference` is the
    view that the picture was compared with, `usual` the ranges that were learned in its light, `cleaned_on` the last
    day on which it became better all at once, `at_s` the time of the picture, `time_s` that time as the history counts
    it."""

    verdict: Verdict
    diagnosis: Diagnosis
    tracks: dict[str, Track]
    told: dict[str, Answer]
    limits: Limits
    reference: Reference | None
    history: History
    usual: Expected
    cleaned_on: date | None
    at_s: float
    time_s: float


def judged_of(view: View, verdict: Verdict, limits: Limits) -> Judged | None:
    """What is to be explained of a view; None when no picture of it was judged yet."""
    if view.diagnosis is None or view.at_s is None:
        return None
    return Judged(
        verdict=verdict,
        diagnosis=view.diagnosis,
        tracks=view.tracks,
        told=view.told,
        limits=limits,
        reference=view.reference,
        history=view.history,
        usual=expected(usual_of(view), None),
        cleaned_on=trend.cleaned_on(view.trend),
        at_s=view.at_s,
        time_s=view.at_s if view.time_s is None else view.time_s,
    )


def explain(judged: Judged) -> Explanation:
    """The explanation of the newest verdict; some milliseconds."""
    verdict, reference = judged.verdict, judged.reference
    kinds = [_kind(judged, kind) for kind in KINDS]
    return Explanation(
        why=_whole(verdict, kinds),
        light=verdict.light,
        reference=verdict.reference,
        approved=reference is not None and reference.approved,
        preset=reference.preset if reference is not None else "",
        learning=verdict.measures.get("learning") if verdict.learning else None,
        kinds=kinds,
        measures=_measures(judged),
    )


def ago(seconds: float) -> Text:
    """A time that has passed, in the largest unit that says enough.

    >>> ago(42).en, ago(200).en, ago(3 * 3600).en, ago(3 * 86400).zh
    ('42 s', '3 min', '3 h', '3 天')
    """
    for size, en, zh in ((86400, "days", "天"), (3600, "h", "小时"), (60, "min", "分钟")):
        if seconds >= 2 * size:
            return Text(en=f"{seconds / size:.0f} {en}", zh=f"{seconds / size:.0f} {zh}")
    return Text(en=f"{max(0.0, seconds):.0f} s", zh=f"{max(0.0, seconds):.0f} 秒")


def _whole(verdict: Verdict, kinds: Sequence[KindNow]) -> Text:
    found = [kind for kind in kinds if kind.state == "found"]
    suspected = [kind for kind in kinds if kind.state == "suspected"]
    if verdict.not_judged is not None and not found:
        why = _NOT_COMPARED[verdict.not_judged]
        return Text(en=f"Not judged: {why.en}.", zh=f"未评判：{why.zh}。")
    if found or suspected:
        word = Text(en="Found", zh="已确认") if found else Text(en="Suspected", zh="怀疑")
        names = [kind.name for kind in found or suspected]
        return Text(
            en=f"{word.en}: {', '.join(name.en for name in names)}.",
            zh=f"{word.zh}：{'、'.join(name.zh for name in names)}。",
        )
    unknown = sum(kind.state in ("unknown", "hidden") for kind in kinds)
    if unknown:
        return Text(
            en=f"Nothing is wrong as far as can be told; {unknown} kinds of fault cannot be judged now.",
            zh=f"就目前所能判断，一切正常；另有 {unknown} 类故障暂时无法判断。",
        )
    return Text(en="The picture is as it should be.", zh="画面正常。")


# --- kinds of findings --------------------------------------------------------------------------------------------


def _kind(judged: Judged, kind: str) -> KindNow:
    """Several detectors may show one kind: the gravest state of them is its state."""
    detectors = [detector for detector in DETECTORS if detector.kind == kind]
    states = {detector.name: _state(judged, detector) for detector in detectors}
    order: tuple[State, ...] = ("found", "suspected", "hidden", "unknown", "off", "not_seen")
    # A fault is only hidden or unknown when all that could show it is.
    if "not_seen" in states.values():
        order = ("found", "suspected", "not_seen")
    state = next(state for state in order if state in states.values())
    told = next(detector for detector in detectors if states[detector.name] == state)
    track = judged.tracks.get(told.name, Track())
    hidden_by = _hider(judged.diagnosis, told) if state == "hidden" else ""
    readings = _readings(judged.diagnosis, detectors)
    needs_s = _needs_s(told, judged.limits)
    for_s: float | None = None
    if state == "found":
        for_s = max(0.0, judged.at_s - track.since_s)
    elif state == "suspected":
        for_s = track.lasted_s
    return KindNow(
        kind=kind,
        name=FAULTS[kind],
        state=state,
        why=_why(judged, told, state, hidden_by, readings, for_s, needs_s),
        for_s=for_s,
        needs_s=needs_s,
        hidden_by=hidden_by,
        readings=readings,
    )


def _state(judged: Judged, detector: Detector) -> State:
    track = judged.tracks.get(detector.name, Track())
    if track.active:
        return "found"
    if judged.limits.sensitivity.get(detector.kind, 1.0) <= 0:
        return "off"
    sight = judged.diagnosis.sights[detector.name]
    if sight == "unknown":
        return "hidden" if _hider(judged.diagnosis, detector) else "unknown"
    return "suspected" if sight == "seen" or track.seen else "not_seen"


def _hider(diagnosis: Diagnosis, detector: Detector) -> str:
    """The kind of the finding that makes this one unknowable, or ""."""
    return next(
        (
            other.kind
            for other in DETECTORS
            if detector.name in other.hides
            and diagnosis.sights[other.name] == "seen"
            and detector.name not in diagnosis.answers
        ),
        "",
    )


def _needs_s(detector: Detector, limits: Limits) -> float:
    return limits.part_persist_s if detector.name == "part" else max(limits.persist_s, detector.persist_s)


def _why(
    judged: Judged,
    detector: Detector,
    state: State,
    hidden_by: str,
    readings: Sequence[ReadingNow],
    for_s: float | None,
    needs_s: float,
) -> Text:
    told = judged.told.get(detector.name)
    answer = judged.diagnosis.answers.get(detector.name)
    lasted, needed = ago(for_s or 0.0), ago(needs_s)
    match state:
        case "found":
            detail = told.detail if told is not None else Text(en="")
            undecided = judged.diagnosis.sights[detector.name] == "unknown"
            now = Text(en="; cannot be seen now", zh="；此刻无法看到") if undecided else Text(en="")
            return Text(
                en=f"Found {lasted.en} ago" + (f": {detail.en}" if detail.en else "") + f"{now.en}.",
                zh=f"{lasted.zh}前发现" + (f"：{detail.zh}" if detail.zh else "") + f"{now.zh}。",
            )
        case "suspected":
            return Text(
                en=f"Suspected for {lasted.en} of the {needed.en} that it must last.",
                zh=f"已怀疑 {lasted.zh}，需持续 {needed.zh}。",
            )
        case "hidden":
            name = FAULTS[hidden_by]
            return Text(en=f"Cannot be judged while this is seen: {name.en}.", zh=f"存在“{name.zh}”时无法判断。")
        case "off":
            return Text(en="Switched off: its sensitivity in hub.toml is 0.", zh="已关闭：hub.toml 中灵敏度为 0。")
        case "unknown":
            why = _unknown(judged, detector, answer)
            return Text(en=f"Cannot be told: {why.en}.", zh=f"无法判断：{why.zh}。")
        case "not_seen":
            found = _not_seen(readings)
            return _cleaned(found, judged.cleaned_on) if detector.kind == "lens.soiled" else found


def _unknown(judged: Judged, detector: Detector, answer: Answer | None) -> Text:
    if answer is not None and answer.unknown is not None:
        return answer.unknown
    if judged.verdict.not_judged is not None:
        return _NOT_COMPARED[judged.verdict.not_judged]
    return _NO_REFERENCE if judged.reference is None else _NOT_FITTING


def _not_seen(readings: Sequence[ReadingNow]) -> Text:
    """By the measure that is nearest to its limit."""
    known = [reading for reading in readings if reading.room is not None and not reading.beyond]
    if not known:
        return Text(en="Not seen.", zh="未见异常。")
    nearest = min(known, key=lambda reading: reading.room or 0.0)
    value, limit = shown(nearest.value, nearest.unit), shown(nearest.limit, nearest.unit)
    en, zh = ("below", "低于") if nearest.below else ("above", "高于")
    return Text(
        en=f"Not seen: {nearest.name.en} is {value}, a fault would be {en} {limit}.",
        zh=f"未见异常：{nearest.name.zh}为 {value}，{zh} {limit} 才算故障。",
    )


def _cleaned(said: Text, on: date | None) -> Text:
    if on is None:
        return said
    return Text(en=f"{said.en} The lens was cleaned on {on}.", zh=f"{said.zh}镜头已于 {on} 清洁。")


def _readings(diagnosis: Diagnosis, detectors: Sequence[Detector]) -> list[ReadingNow]:
    found: dict[str, ReadingNow] = {}
    for detector in detectors:
        answer = diagnosis.answers.get(detector.name)
        for reading in answer.readings if answer is not None else ():
            found.setdefault(reading.name, _reading(reading))
    return list(found.values())


def _reading(reading: Reading) -> ReadingNow:
    measure = MEASURES[reading.name]
    value, limit = float(reading.value), float(reading.limit)
    room = None
    if abs(limit) > 1e-9:
        room = (value - limit if reading.below else limit - value) / abs(limit)
    return ReadingNow(
        key=reading.name,
        name=measure.name,
        unit=measure.unit,
        value=float(f"{value:.4g}"),
        limit=float(f"{limit:.4g}"),
        below=reading.below,
        beyond=bool(reading.beyond),
        room=None if room is None else round(room, 3),
    )


# --- measures -----------------------------------------------------------------------------------------------------


def _measures(judged: Judged) -> list[MeasureNow]:
    values: dict[str, float] = {}
    limits: dict[str, set[float]] = {}
    for answer in judged.diagnosis.answers.values():
        for reading in answer.readings:
            values[reading.name] = float(reading.value)
            limits.setdefault(reading.name, set()).add(float(f"{reading.limit:.4g}"))
    values.update(judged.verdict.measures)
    found = []
    for key, measure in MEASURES.items():
        spans = history.courses(judged.history, key, judged.time_s) if measure.kept else {}
        known = {name: Course(every_s=every_s, values=values_) for name, (every_s, values_) in spans.items()}
        known = {name: course for name, course in known.items() if any(v is not None for v in course.values)}
        if key not in values and not known:
            continue
        usual = judged.usual.of(key)
        found.append(
            MeasureNow(
                key=key,
                name=measure.name,
                means=measure.means,
                unit=measure.unit,
                bad=measure.bad,
                value=float(f"{values[key]:.4g}") if key in values else None,
                limits=sorted(limits.get(key, ())),
                usual=None if usual is None else (float(usual.low), float(usual.high)),
                hour=known.get("hour"),
                day=known.get("day"),
                month=known.get("month"),
            )
        )
    return found
