"""What is followed from picture to picture without a reference: for the detectors of whole-picture faults."""

from collections.abc import Set

import msgspec

from hub.vision import blocks, colour, exposure, grain, shake, stripes
from hub.vision.colour import Cast, Tint
from hub.vision.exposure import Trend
from hub.vision.frame import Frame
from hub.vision.gradients import Alignment
from hub.vision.measures import Plane
from hub.vision.picture import Picture
from hub.vision.shake import Shift
from hub.vision.stripes import Spectrum, Wave

_MAX_STEP_S = 5.0
_LASTING_S = 10.0
_SCENE_S = 180.0
_TINT_S = 600.0
_DAMAGE_S = 30.0
_GRAIN_S = 120.0
_DEAD = 0.02
_BLANK_S = 3600.0
_WAVES_KEPT = 8
# Waves over the height; a shadow that wanders leaves a slow one.
_SLOWEST_ROLLING = 4.0
_SLOWEST_STANDING = 6.0
# Gray levels of a wave that is worth keeping; the detectors' own limits are higher.
_LEAST_ROLLING = 1.2
_LEAST_STANDING = 0.8
_SUSPICIOUS = 5.5
# An alignment below is chance.
_TRUSTED_QUALITY = 1.25
_TRUSTED_SIMILARITY = 0.25
_TRUSTED_SHARE = 0.65
_FIT_S = 60.0
_LOST_FIT_S = 1800.0


class Signals(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the pictures so far, about 0.2 MB.

    `small` is the last picture at half size, `lasting` the mean of the last ten seconds, `scene` that of the last
    minutes; the latter stands still while stripes are seen, and both begin anew when
    the camera is found `elsewhere`, or back. `since_s` is when the camera last changed between colour
    and none (or began): everything that is compared with the minutes before starts anew then.
    """

    at_s: float | None = None
    since_s: float = 0.0
    count: int = 0
    coloured: bool | None = None
    small: Plane | None = None
    lasting: Plane | None = None
    scene: Plane | None = None
    own_waves: Spectrum | None = None
    level: Trend | None = None
    blown: float = 0.0
    grain: float | None = None
    grain_before: float | None = None
    tint: Tint | None = None
    tint_before: Tint | None = None
    cast: Cast | None = None
    shifts: tuple[Shift, ...] = ()
    fit: float | None = None
    rolling: tuple[Wave | None, ...] = ()
    standing: tuple[Wave | None, ...] = ()
    wave_cells: stripes.Cells | None = None
    elsewhere: bool = False
    damage: float = 0.0
    dead: float = 0.0
    blank_before: float = 0.0
    dead_cells: blocks.Cells | None = None
    structure: float | None = None


def follow(
    signals: Signals,
    frame: Frame,
    picture: Picture,
    alignment: Alignment | None,
    at_s: float,
    held: Set[str] = frozenset(),
    fit: float | None = None,
    interval_s: float = 0.0,
) -> Signals:
    """The signals after one more picture, of which there is one every `interval_s`.

    `alignment` is that with the reference, when there is one, and `fit` how well a single picture usually fits it: that
    counts at first, for the first picture may be one of a turned camera. `held` are the names of the detectors whose
    findings stand: what they compare with stands still meanwhile.
    """
    step_s = 0.0 if signals.at_s is None else min(_MAX_STEP_S, max(0.0, at_s - signals.at_s))
    if signals.at_s is None or _switched(signals, picture):
        signals = Signals(
            at_s=signals.at_s,
            since_s=at_s,
            count=signals.count,
            damage=signals.damage,
            blank_before=signals.blank_before,
            coloured=picture.colour,
        )
    small = picture.small
    signals = _follow_damage(signals, frame, step_s)
    signals = msgspec.structs.replace(
        signals,
        at_s=at_s,
        count=signals.count + 1,
        blown=exposure.blown(frame.gray),
        level=exposure.follow_level(
            signals.level, picture.brightness.mean, step_s, stand=bool(held & {"dark", "black", "bright", "cover"})
        ),
    )
    signals = _follow_shifts(signals, alignment, at_s, step_s, fit, shake.memory_s(interval_s))
    signals = _follow_grain(signals, small, step_s, stand="noisy" in held)
    signals = _follow_tint(signals, picture, step_s, stand=bool(held & {"tinted", "tinged", "cover"}))
    elsewhere = "moved" in held
    if elsewhere != signals.elsewhere:
        # Of another view, or of the own one again, nothing is known from the minutes before.
        signals = msgspec.structs.replace(
            signals, elsewhere=elsewhere, lasting=small, scene=small, own_waves=None, rolling=(), standing=()
        )
    return _follow_waves(signals, small, step_s, stand="striped" in held)


def jitter(signals: Signals) -> float | None:
    """`hub.vision.shake.jitter` of the last shifts."""
    return shake.jitter(signals.shifts)


def _switched(signals: Signals, picture: Picture) -> bool:
    return picture.colour is not None and signals.coloured is not None and picture.colour != signals.coloured


def _follow_shifts(
    signals: Signals, alignment: Alignment | None, at_s: float, step_s: float, usual: float | None, memory_s: float
) -> Signals:
    """Only a picture that fits as well as usual where it was found tells where it lies: a blurred one fits anywhere."""
    shifts, fit = signals.shifts, signals.fit
    if alignment is not None:
        if fit is None:
            fit = alignment.similarity if usual is None else usual
        fits = alignment.similarity >= max(_TRUSTED_SIMILARITY, _TRUSTED_SHARE * fit)
        if fits and alignment.quality >= _TRUSTED_QUALITY:
            shifts = (*shifts, Shift(alignment.dx, alignment.dy, at_s))
        fit += min(1.0, step_s / (_FIT_S if fits else _LOST_FIT_S)) * (alignment.similarity - fit)
    shifts = tuple(shift for shift in shifts[-shake.KEPT :] if at_s - shift.at_s <= memory_s)
    return msgspec.structs.replace(signals, shifts=shifts, fit=fit)


def _follow_damage(signals: Signals, frame: Frame, step_s: float) -> Signals:
    """A wall may be just as gray as what a decoder leaves: such cells count only where there were none before."""
    impossible, blank = blocks.impossible_cells(frame.chroma), blocks.blank_cells(frame.gray, frame.chroma)
    share = float(blank.mean())
    blank_before = share if signals.at_s is None else signals.blank_before
    dead = float(impossible.mean()) + max(0.0, share - 2 * blank_before)
    damaged = frame.damaged or dead > _DEAD
    if not damaged:
        blank_before = max(share, blank_before - min(1.0, step_s / _BLANK_S) * blank_before)
    return msgspec.structs.replace(
        signals,
        damage=signals.damage + min(1.0, step_s / _DAMAGE_S) * (float(damaged) - signals.damage),
        dead=dead,
        blank_before=blank_before,
        dead_cells=impossible | blank if dead else None,
    )


def _follow_grain(signals: Signals, small: Plane, step_s: float, *, stand: bool) -> Signals:
    if signals.small is None:
        return signals
    now = grain.grain(signals.small, small)
    before = signals.grain_before
    if before is None:
        before = now
    elif not stand:
        before += min(1.0, step_s / _GRAIN_S) * (now - before)
    return msgspec.structs.replace(signals, grain=now, grain_before=before)


def _follow_tint(signals: Signals, picture: Picture, step_s: float, *, stand: bool) -> Signals:
    if picture.colour is None:
        return signals
    now = colour.tint(picture.blue, picture.red, picture.levels)
    before = signals.tint_before
    if before is None:
        return msgspec.structs.replace(signals, tint=now, tint_before=now)
    cast = colour.cast(now, before)
    if not stand:
        before = colour.blend(before, now, min(1.0, step_s / _TINT_S))
    return msgspec.structs.replace(signals, tint=now, tint_before=before, cast=cast)


def _follow_waves(signals: Signals, small: Plane, step_s: float, *, stand: bool) -> Signals:
    """Looked for in every second picture, or in each while there is something: the spectra cost most of all."""
    if signals.small is None or signals.lasting is None or signals.scene is None:
        return msgspec.structs.replace(signals, small=small, lasting=small, scene=small)
    lasting = signals.lasting + min(1.0, step_s / _LASTING_S) * (small - signals.lasting)
    rolling, standing, cells = signals.rolling, signals.standing, signals.wave_cells
    scene, own = signals.scene, signals.own_waves
    if own is None or signals.count % 16 == 0:
        own = stripes.own_waves(scene)
    eager = stand or _suspicious(*rolling[-2:], *standing[-1:])
    if eager or signals.count % 2 == 0:
        change = small - signals.small
        wave = stripes.strongest(stripes.spectrum(change), own, _LEAST_ROLLING, _SLOWEST_ROLLING)
        rolling = (*rolling, wave)[-_WAVES_KEPT:]
        if wave is not None and _suspicious(wave):
            cells = stripes.spread(change, wave)
    if signals.count % 4 == 3:
        signals = msgspec.structs.replace(signals, structure=grain.structure(lasting, signals.grain or 0.0))
    if eager or signals.count % 4 == 1:
        beyond = lasting - scene
        wave = stripes.strongest(stripes.spectrum(beyond), own, _LEAST_STANDING, _SLOWEST_STANDING)
        standing = (*standing, wave)[-_WAVES_KEPT:]
        if wave is not None and _suspicious(wave):
            cells = stripes.spread(beyond, wave)
    if not stand and not _suspicious(*standing[-2:]):
        scene = scene + min(1.0, step_s / _SCENE_S) * (lasting - scene)
    return msgspec.structs.replace(
        signals,
        small=small,
        lasting=lasting,
        scene=scene,
        own_waves=own,
        rolling=rolling,
        standing=standing,
        wave_cells=cells,
    )


def _suspicious(*waves: Wave | None) -> bool:
    return any(wave is not None and wave.height > _SUSPICIOUS for wave in waves)
