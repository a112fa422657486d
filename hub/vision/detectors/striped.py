"""Stripes lie over the picture, rolling or standing: mains hum, interference, a failing sensor."""

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.bounds import Bounds
from hub.vision.measures import HEIGHT, WIDTH
from hub.vision.scene import Scene
from hub.vision.signals import Signals
from hub.vision.stripes import Wave, alike

ENOUGH = 8


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when one wave stands out of what changes, again and again, or of what came to stay; all over the
    picture. What has waves of its own (fences, blinds, brick walls) is known from the minutes before."""
    limits, signals = scene.limits.whole, scene.signals
    moving, standing = rolling(signals, limits, ease), lasting(signals, limits, ease)
    latest = [wave for wave in (*signals.rolling[-1:], *signals.standing[-1:]) if wave is not None]
    shown = moving or standing or max(latest, key=lambda wave: wave.height, default=Wave(0, 0, 0.0, 0.0))
    readings = (
        Reading("stripes", shown.amplitude, limits.striped_amplitude * ease),
        Reading("stripes_alone", shown.height, limits.striped_height * ease),
    )
    found = moving or standing
    cells = signals.wave_cells
    if found is None or cells is None:
        return Answer(False, readings)
    share = float(cells.mean())
    if share < limits.striped_share / ease:
        return Answer(False, readings)
    return Answer(True, readings, describe(found, rolls=moving is not None), share=share, cells=cells)


def rolling(signals: Signals, limits: Bounds, ease: float) -> Wave | None:
    """The wave in what changes between pictures: the same in two of the last four, or one beyond any doubt."""
    waves = [wave for wave in signals.rolling[-4:] if wave is not None and _stands_out(wave, limits, ease)]
    if not waves or (signals.rolling[-1] is None and signals.rolling[-2:-1] == (None,)):
        return None
    newest = waves[-1]
    certain = newest.height > limits.striped_certain * ease and newest.amplitude > 2 * limits.striped_amplitude * ease
    return newest if certain or sum(alike(newest, wave) for wave in waves) >= 2 else None


def lasting(signals: Signals, limits: Bounds, ease: float) -> Wave | None:
    """The wave that came to stay: the same in each of the last eight looks, which is longer than anybody stands."""
    waves = [wave for wave in signals.standing if wave is not None and _stands_out(wave, limits, ease)]
    if len(waves) < ENOUGH:
        return None
    return waves[-1] if all(alike(waves[-1], wave) for wave in waves) else None


def describe(wave: Wave, *, rolls: bool) -> Text:
    """
    >>> describe(Wave(15, 0, 4.9, 40.0), rolls=True).en
    'rolling horizontal stripes lie over the picture: every 12 of 180 lines, 5 gray levels strong'
    >>> describe(Wave(2, 30, 9.6, 40.0), rolls=False).en
    'standing vertical stripes lie over the picture: every 11 of 320 columns, 10 gray levels strong'
    """
    down, across = abs(wave.down) / HEIGHT, wave.across / WIDTH
    length = 1 / max(1e-6, (down * down + across * across) ** 0.5)
    if across > 2 * down:
        slant, quer, of, zh_of = "vertical", "竖", f"{WIDTH} columns", f"{WIDTH} 列"
    else:
        slant, quer = ("horizontal", "横") if down > 2 * across else ("diagonal", "斜")
        of, zh_of = f"{HEIGHT} lines", f"{HEIGHT} 行"
    rolls_en, rolls_zh = ("rolling", "滚动") if rolls else ("standing", "静止")
    return Text(
        en=f"{rolls_en} {slant} stripes lie over the picture: every {length:.0f} of {of}, "
        f"{wave.amplitude:.0f} gray levels strong",
        zh=f"画面有{rolls_zh}的{quer}条纹：间隔 {length:.0f}（共 {zh_of}），强度 {wave.amplitude:.0f} 灰度级",
    )


def _stands_out(wave: Wave, limits: Bounds, ease: float) -> bool:
    return wave.height > limits.striped_height * ease and wave.amplitude > limits.striped_amplitude * ease
