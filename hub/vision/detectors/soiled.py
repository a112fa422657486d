"""The lens wants cleaning: dirt, a cobweb, a small sticker, or sharpness and contrast that sink from day to day."""

import math

from hub.core.text import Text
from hub.vision import trend
from hub.vision.answer import Answer, Reading
from hub.vision.detectors.overgrown import region as overgrown_region
from hub.vision.lasting import MIN_JUDGED, NEAR, Lasting, kind_of, known_now
from hub.vision.limits import Limits
from hub.vision.regions import grounded, sizable
from hub.vision.scene import Scene
from hub.vision.template import Cells
from hub.vision.trend import Decline, Trend

NOT_LONG_ENOUGH = Text(
    en="it takes more than half an hour of pictures in the same light", zh="需要同一光照下半小时以上的画面"
)
SEEN_IN_OTHER_LIGHT = Text(
    en="it was seen in another light and does not show in this one", zh="在另一种光照下发现，当前光照下看不出"
)
UNUSABLE = {"sharpness": -0.7, "contrast": -0.9}
"""Natural logarithm against the reference view: half of the fine detail, two fifths of the contrast are left."""
_NAMES = {
    "sharpness": Text(en="sharpness", zh="清晰度"),
    "contrast": Text(en="contrast", zh="对比度"),
}
_SMALLEST = 3


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when cells have been spoiled for tens of minutes while the rest is as it was, or when the decline from
    day to day is certain and leads somewhere soon.

    What is close to the lens is soft or faint; a parked lorry is neither, and a crowd does not stay.
    """
    limits, lasting = scene.limits, scene.lasting
    sinking = _sinking(scene.trend, limits, ease)
    if lasting.sight is None:
        return _with(Answer(False, unknown=NOT_LONG_ENOUGH), sinking)
    sight, known = lasting.sight, known_now(lasting)
    count = int(sight.judged.sum())
    if known is None or count < MIN_JUDGED:
        return _with(Answer(False, unknown=Text(en="the view has too little structure", zh="画面结构过少")), sinking)
    held = "soiled" in scene.held
    spoiled = region(lasting, limits, held=held) & ~overgrown_region(lasting, limits)
    share = float(spoiled.sum()) / count
    readings = (Reading("soiled", share, limits.soiled_share * ease),)
    if not readings[0].beyond or (sight.doubtful > limits.soiled_doubtful and not held):
        unknown = None
        if held:
            unknown = SEEN_IN_OTHER_LIGHT if _elsewhere(lasting, limits) else None
        elif not _for_long(lasting, limits):
            unknown = NOT_LONG_ENOUGH
        return _with(Answer(False, readings, unknown=unknown), sinking)
    detail = Text(
        en=f"dirt, a web or something small lies on {100 * share:.0f} % of the view",
        zh=f"画面的 {100 * share:.0f} % 有污渍、蛛网或小遮挡物",
    )
    return _with(Answer(True, readings, detail, share=share, cells=spoiled), sinking)


def region(lasting: Lasting, limits: Limits, *, held: bool = False) -> Cells:
    """The cells that have been spoiled for long enough, in groups that are soft or faint to a good part."""
    sight, known = lasting.sight, known_now(lasting)
    assert sight is not None
    assert known is not None
    cells = sight.spoiled & (known.lasted_s >= (0.4 if held else 1.0) * limits.soiled_persist_s)
    if held and not _for_long(lasting, limits):
        # In another light than it was found in, what is lost has not been counted yet.
        cells = sight.spoiled
    if not cells.any():
        return cells
    return grounded(sizable(cells, _SMALLEST), sight.near, NEAR)


def _for_long(lasting: Lasting, limits: Limits) -> bool:
    """Whether the view was seen in this light without a break for as long as dirt must last."""
    mean = lasting.mean
    return mean is not None and mean.at_s - mean.began_s >= limits.soiled_persist_s + 300.0


def _elsewhere(lasting: Lasting, limits: Limits) -> bool:
    """Whether it was found in another kind of light, and may only not show in this one."""
    light = kind_of(lasting.reference)
    return any(
        int((known.lasted_s >= 0.4 * limits.soiled_persist_s).sum()) >= _SMALLEST
        for name, known in lasting.known.items()
        if kind_of(name) != light
    )


def _sinking(known: Trend, limits: Limits, ease: float) -> tuple[Reading, Text, float] | None:
    """The worst decline: its reading, what it is in words, and the days until the picture is of no use."""
    worst: tuple[Reading, Text, float] | None = None
    for light in known.lights:
        for column, unusable in UNUSABLE.items():
            found = trend.decline(known, light, column)
            if found is None:
                continue
            reading = Reading("decline", weekly_loss(found.most), limits.decline_weekly * ease)
            if worst is None or reading.value > worst[0].value:
                worst = (reading, *_forecast(found, column, unusable))
    return worst


def weekly_loss(slope: float) -> float:
    """The share that is lost in a week at a slope of logarithms a day; below 0 for a gain.

    >>> round(weekly_loss(-0.01), 3)
    0.068
    """
    return 1.0 - math.exp(min(7.0 * slope, 50.0))


def _forecast(found: Decline, column: str, unusable: float) -> tuple[Text, float]:
    name = _NAMES[column]
    left = found.level - unusable
    days = max(0.0, left / -found.slope) if found.slope < 0 else math.inf
    lost, weekly = 1 - math.exp(min(0.0, found.level)), weekly_loss(found.slope)
    return (
        Text(
            en=f"{name.en} sinks by {100 * weekly:.1f} % a week; {100 * lost:.0f} % is lost, "
            f"the picture will be of no use in {days:.0f} days",
            zh=f"{name.zh}每周下降 {100 * weekly:.1f} %，已损失 {100 * lost:.0f} %，预计 {days:.0f} 天后画面不可用",
        ),
        days,
    )


def _with(answer: Answer, sinking: tuple[Reading, Text, float] | None) -> Answer:
    """The answer with the slow decline taken into account."""
    if sinking is None:
        return answer
    reading, words, days = sinking
    readings = (*answer.readings, reading)
    if not reading.beyond or days > FORECAST_DAYS:
        return answer._replace(readings=readings)
    if answer.suspected:
        both = Text(en=f"{answer.detail.en}; {words.en}", zh=f"{answer.detail.zh}；{words.zh}")
        return answer._replace(readings=readings, detail=both, forecast_days=days)
    return Answer(True, readings, words, forecast_days=days)


FORECAST_DAYS = 30.0
"""A decline that leads nowhere within so many days is left to itself."""
