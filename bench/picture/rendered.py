"""Cameras in rendered places: the light of the day, what passes, exposure, infra-red, compression, and disturbances.

Nothing here comes from the generator of disturbed clips: the world, its light and the order of what happens to a
picture on its way are modelled, so that what is tuned on one is checked by the other.
"""

import copy
from typing import Any

import numpy as np

from bench.picture import disturb, passers, sensor, weather
from bench.picture.brush import coloured, gray_of, shift, spot
from bench.picture.camera import Disturbance, Event, Shot, wall_clock
from bench.picture.codec import Codec
from bench.picture.daylight import Sun, dawn_and_dusk, sun_at
from bench.picture.frames import planes_of
from bench.picture.geometry import COLUMNS, ROWS, Aim, Plane, project
from bench.picture.passers import Close, Layer, Passer, place_of
from bench.picture.places import KINDS, Place, build_place
from bench.picture.stage import Stage, build_stage
from bench.picture.weather import Happening
from hub.vision.judge import Circumstances

SHAPE = (ROWS, COLUMNS)
SHADOW_STEP_H = 1 / 10
"""Shadows are cast anew so often and faded over in between."""

IR_GAIN, COLOUR_GAIN = 45.0, 8.0
"""A camera with a night mode goes to infra-red above the first exposure and back below the second."""

SWITCH_S = 8.0
PATROL_S, TRANSIT_S = 40.0, 4.0


class RenderedCamera:
    """One camera in one rendered place; the seed draws the place, its weather and its passers."""

    source = "rendered"

    def __init__(self, kind: str, seed: int, hour: float, distract: float) -> None:
        self.name = kind
        self.changing = kind == "site"
        self._seed = seed
        self._rng = np.random.default_rng([seed, KINDS.index(kind), 77])
        own = np.random.default_rng([seed, KINDS.index(kind), 78])
        self._place: Place = build_place(kind, seed)
        self._declination = float(own.uniform(-10, 14))
        self._balance = own.uniform(0.94, 1.06, 3).astype(np.float32)
        self._saturation = float(own.uniform(0.75, 1.1))
        quality = int(own.integers(24, 31)) if self._place.codec == "h264" else int(own.integers(3, 7))
        self._codec = Codec(self._place.codec, quality)
        self._overcast = float(own.uniform(0.3, 0.9))
        self._soft = float(own.uniform(0.35, 0.6))
        self.dawn_h, self.dusk_h = dawn_and_dusk(self._declination)
        self._hour = hour
        self._distract = distract
        self._gain = 1.0
        self._ir = False
        self._ir_since_s = 0.0
        self._switching = 0
        self._cloud = 0.0
        self._going: tuple[Happening, ...] = ()
        self._passers: tuple[Passer, ...] = ()
        self._present: tuple[int, ...] = tuple(range(0, len(self._place.stays), 2))
        self._shadows: dict[tuple[int, Aim, tuple[int, ...]], Plane] = {}
        self._patrol_s = 0.0
        self._frozen: Any = None

    @property
    def hour(self) -> float:
        return self._hour

    @property
    def ended(self) -> bool:
        return False

    @property
    def infrared(self) -> bool:
        return self._ir

    @property
    def active(self) -> tuple[str, ...]:
        names = {happening.kind for happening in self._going}
        if self._switching:
            names.add("switching infra-red")
        return tuple(sorted(names))

    @property
    def disturbances(self) -> tuple[Disturbance, ...]:
        return disturb.disturbances_of(self.name)

    def fork(self, seed: int) -> "RenderedCamera":
        other = copy.copy(self)
        other._rng = np.random.default_rng(seed)
        other._codec = self._codec.own()
        return other

    def step(self, step_s: float, sun: float, event: Event | None = None) -> Shot:
        self._hour += step_s * sun / 3600
        light = sun_at(self._hour, self._declination)
        dark = light.elevation < -1
        self._live(step_s, dark)
        aim, preset, moving = self._aim_now(step_s)
        stage = self._stage(aim, event)
        scene = self._light(stage, light, dark, event)
        scene = self._lay_passers(scene, stage, light, dark)
        scene = disturb.optics(event, scene, stage.aim, self._rng, self._ir, self._wind)
        scene = self._air(scene, light)
        if moving:
            scene = _smeared(scene, self._rng)
        picture = self._shoot(scene, event)
        circumstances = Circumstances(at=wall_clock(self._hour), preset=preset, moving=moving)
        return Shot(self._send(picture, event), circumstances)

    # What lives in the scene

    def _live(self, step_s: float, dark: bool) -> None:
        rng, place = self._rng, self._place
        self._going = weather.begin(rng, self._going, step_s, self._distract, dark, place.indoor)
        self._cloud += 0.06 * (self._overcast * rng.normal(0.3, 1.6) - self._cloud)
        kept = [passer._replace(since_s=passer.since_s + step_s) for passer in self._passers]
        kept = [passer for passer in kept if place_of(passer)[2]]
        busy = self._strength("crowd")
        rate = (0.12 if dark else 1.0) * self._distract
        for path in place.paths:
            often = path.an_hour * rate + (busy * 60 if path.kind == "person" else 0)
            if rng.random() < often * step_s / 3600:
                kept.append(Passer(path, int(rng.integers(2**31)), 0.0, float(rng.uniform(0.7, 1.3))))
        self._passers = tuple(kept[-40:])
        if place.stays and not dark and rng.random() < 5 * step_s * self._distract / 3600:
            number = int(rng.integers(len(place.stays)))
            self._present = tuple(sorted(set(self._present) ^ {number}))

    def _strength(self, kind: str) -> float:
        return max((happening.strength for happening in self._going if happening.kind == kind), default=0.0)

    @property
    def _wind(self) -> float:
        return self._strength("wind")

    # Where the camera looks

    def _aim_now(self, step_s: float) -> tuple[Aim, str, bool]:
        place = self._place
        if not place.presets:
            return place.aim, "", False
        aims = (place.aim, *place.presets)
        self._patrol_s += step_s
        leg, within_s = divmod(self._patrol_s, PATROL_S + TRANSIT_S)
        number = int(leg) % len(aims)
        if within_s < TRANSIT_S:
            return aims[number], "", True
        return aims[number], f"position {number + 1}", False

    def _stage(self, aim: Aim, event: Event | None) -> Stage:
        place = self._place
        solids = (*place.solids, *(place.stays[number] for number in self._present))
        return build_stage(solids, disturb.aimed(event, aim), tuple(place.lamps), self._seed)

    # Light

    def _light(self, stage: Stage, sun: Sun, dark: bool, event: Event | None) -> Plane:
        place = self._place
        gloom = 1 - 0.75 * self._strength("gloom")
        through = float(np.clip(1 / (1 + np.exp(2.2 * self._cloud)), 0.04, 1)) * gloom
        flash = self._strength("lightning") * 0.25
        if place.indoor:
            lamps = self._lamps_on() * disturb.lamps(event)
            windows = coloured(0.4 + 0.6 * stage.up, sun.sky * place.daylight)
            scene: Plane = stage.colour * (stage.lamplight * lamps * 0.5 + windows)
        else:
            lamps = disturb.lamps(event) if sun.elevation < 1.5 else 0.0
            sky = (sun.sky * (0.75 + 0.5 * (1 - through)) * gloom + flash).astype(np.float32)
            scene = coloured(self._sunlit(stage, sun), sun.direct * np.float32(through))
            scene += coloured(stage.up, sky)
            if lamps:
                scene += stage.lamplight * np.float32(0.06 * lamps)
            wet, snow = self._strength("rain"), self._strength("snow")
            colour = stage.colour * (1 - 0.3 * wet * stage.ground)[..., None] if wet else stage.colour
            if snow:
                white = (0.45 * snow * np.clip(stage.up * 2 - 1, 0, 1))[..., None]
                colour = colour * (1 - white) + 0.8 * white
            scene *= colour
            rows = slice(0, stage.sky_rows)
            clouds = weather.cover_of_clouds(self._seed, self._hour, SHAPE)[rows]
            above = (1.5 - 0.7 * stage.elevation[rows]) * clouds * stage.sky[rows]
            scene[rows] += coloured(above, sky * np.float32(1 + 1.2 * through * (sun.elevation > 0)))
        if lamps:
            for column, row, scale, lamp in stage.glow:
                bulb = spot(SHAPE, row, column, 1.2 + 0.12 * scale) * np.float32(
                    lamps * (0.5 if place.indoor else 0.25)
                )
                scene += bulb[..., None] * np.array(lamp.colour, np.float32)
        if not self._ir:
            return scene
        # Without its filter the sensor sees all light as gray, and what its own illuminator brings back.
        beam = 0.012 * disturb.lamps(event)
        gray = gray_of(scene)
        return (gray * stage.against_gray + stage.infrared * stage.beam * np.float32(beam))[..., None]

    def _lamps_on(self) -> float:
        out = self._place.lights_out
        if out is None:
            return 1.0
        hour = self._hour % 24
        return 0.0 if hour > out[0] or hour < out[1] else 1.0

    def _sunlit(self, stage: Stage, sun: Sun) -> Plane:
        if sun.elevation <= 0:
            return np.zeros(SHAPE, np.float32)
        place, part = divmod(self._hour / SHADOW_STEP_H, 1.0)
        first, second = (self._shadow(stage, int(place) + ahead) for ahead in (0, 1))
        return first + np.float32(part) * (second - first)

    def _shadow(self, stage: Stage, number: int) -> Plane:
        """Sunlight at the `number`th step of the day; the last few are kept, because a dome looks at several views."""
        key = (number, stage.aim, self._present)
        if key not in self._shadows:
            direction = sun_at(number * SHADOW_STEP_H, self._declination).direction
            kept = dict(list(self._shadows.items())[-7:])
            self._shadows = {**kept, key: stage.sunlit(direction)}
        return self._shadows[key]

    # Passers and weather

    def _lay_passers(self, scene: Plane, stage: Stage, sun: Sun, dark: bool) -> Plane:
        level = self._level(scene)
        for passer in sorted(self._passers, key=lambda passer: -place_of(passer)[1]):
            layer = passers.draw(passer, stage.aim, SHAPE, dark and passer.path.kind != "person")
            if layer is not None:
                near = 1.0 if not self._ir else 9.0 / (9.0 + (layer.distance / 6) ** 2)
                _lay(scene, layer, level * near, stage)
        for happening in self._going:
            if happening.kind in ("person close", "lorry close"):
                rng = np.random.default_rng(happening.seed)
                kind = happening.kind.partition(" ")[0]
                close = Close(kind, happening.seed, happening.left_s, happening.strength, float(rng.uniform(0.2, 0.8)))
                _lay(
                    scene, passers.draw_close(close, SHAPE, self._hour * 3600), level * (3.0 if self._ir else 0.9), None
                )
            elif happening.kind == "headlights":
                rng = np.random.default_rng(happening.seed)
                x, y = rng.uniform(-6, 6), rng.uniform(6, 25)
                column, row, scale = project(stage.aim, x, y, 0.7)
                if scale > 0:
                    sweep = 20 * np.sin(happening.left_s)
                    pool = spot(SHAPE, row, column + sweep, 26 + scale) * np.float32(3 * happening.strength)
                    surface = stage.infrared[..., None] if self._ir else stage.colour
                    scene += pool[..., None] * level * (0.3 + surface)
                    scene += spot(SHAPE, row, column + sweep, 1 + scale / 7)[..., None] * level * 25
        if self._wind:
            blown = shift(scene, *self._rng.normal(0, 1.2 * self._wind, 2))
            leaves = stage.leaves[..., None]
            scene = scene * (1 - leaves) + blown * leaves
        return scene

    def _level(self, scene: Plane) -> Plane:
        """The light on somebody who stands in the scene: that of its middle, by colour."""
        return np.median(scene[ROWS // 3 :: 4, ::4], (0, 1)) * 3.2

    def _air(self, scene: Plane, sun: Sun) -> Plane:
        level = float(scene[::3, ::3].mean())
        if strength := self._strength("rain"):
            scene = scene * (1 - 0.25 * strength) + np.float32(level * 0.25 * strength)
            scene = scene + (weather.rain(self._rng, SHAPE, strength) * level * (3.0 if self._ir else 1.2))[..., None]
        if strength := self._strength("snow"):
            flakes = weather.snowfall(self._rng, SHAPE, strength)[..., None]
            scene = scene * (1 - flakes) + flakes * np.float32(level * (5.0 if self._ir else 1.6))
        if self._ir:
            for happening in self._going:
                if happening.kind == "insect":
                    scene = scene + (weather.insect(happening.seed, SHAPE, happening.strength) * level * 6)[..., None]
        return scene

    # Sensor

    def _shoot(self, scene: Plane, event: Event | None) -> Plane:
        rng = self._rng
        wanted = sensor.wanted_gain(scene)
        self._follow_mode(wanted)
        self._gain *= (min(wanted, sensor.MOST_GAIN) / self._gain) ** 0.75
        gain = self._gain
        if hunting := self._strength("hunting exposure"):
            gain *= 1 + hunting * float(np.sin(self._hour * 3600 * 0.9))
        if reboot := self._strength("reboot"):
            gain *= reboot
        if self._switching:
            gain *= float(rng.uniform(0.3, 3))
        gain *= disturb.exposure(event)
        down, across = rng.normal(0, 0.02 + 0.8 * self._wind, 2) if self._wind else (0.0, 0.0)
        shaken = disturb.shake(event, rng)
        scene = sensor.crop(scene, down + shaken[0], across + shaken[1])
        if scene.shape[-1] == 1:
            signal = sensor.expose(scene[..., 0], gain, None, rng, self._place.noise)
            return np.repeat(sensor.tone(signal)[..., None], 3, -1)
        signal = sensor.expose(scene, gain, self._white(scene), rng, self._place.noise)
        picture = sensor.tone(signal)
        gray = gray_of(picture)[..., None] * np.float32(1 - self._saturation)
        return gray + picture * np.float32(self._saturation)

    def _white(self, scene: Plane) -> Plane:
        """Automatic white balance: takes most of the light's colour away, and lags."""
        mean = scene[::6, ::6].mean((0, 1))
        shown: Plane = ((mean.mean() / np.maximum(mean, 1e-6)) ** 0.6 * self._balance).astype(np.float32)
        return shown

    def _follow_mode(self, wanted: float) -> None:
        if self._switching:
            self._switching -= 1
        if not self._place.infrared:
            return
        # Its own illuminator makes the scene look bright, so the way back asks for more light than the way there.
        change = wanted > IR_GAIN if not self._ir else wanted < COLOUR_GAIN
        self._ir_since_s = self._ir_since_s + 2.0 if change else 0.0
        if self._ir_since_s > SWITCH_S:
            self._ir, self._ir_since_s, self._switching = not self._ir, 0.0, 2

    def _send(self, picture: Plane, event: Event | None) -> Any:
        picture = disturb.electronics(event, picture, self._rng)
        moment = wall_clock(self._hour)
        text = f"{moment:%Y-%m-%d %H:%M:%S}"
        picture, self._frozen = disturb.freeze(event, picture, self._frozen, self._rng)
        if not disturb.clock_stands(event) or self._frozen is None:
            sensor.clock(picture, text)
        planes = planes_of(picture[..., ::-1])
        worse = int(self._strength("quality pulse"))
        share = disturb.damage(event)
        return self._codec.transmit(
            planes, worse if self._place.codec == "h264" else worse // 2, self._rng if share else None, share
        )


def _smeared(scene: Plane, rng: np.random.Generator) -> Plane:
    """What a camera that turns sees."""
    length = int(rng.integers(12, 40))
    total = np.cumsum(np.pad(scene, ((0, 0), (length, 0), (0, 0)), mode="edge"), 1)
    return ((total[:, length:] - total[:, :-length]) / length).astype(np.float32)


def _lay(scene: Plane, layer: Layer, light: Plane, stage: Stage | None) -> None:
    """Put a layer into the scene, behind what is nearer, in place."""
    rows, columns = layer.alpha.shape
    part = scene[layer.row : layer.row + rows, layer.column : layer.column + columns]
    alpha = layer.alpha
    if stage is not None:
        alpha = alpha * (
            stage.distance[layer.row : layer.row + rows, layer.column : layer.column + columns] > layer.distance
        )
    colour = layer.colour if scene.shape[-1] == 3 else layer.colour.mean(-1, keepdims=True)
    part += alpha[..., None] * (colour * light - part) + (layer.glow * alpha * float(light.mean()))[..., None]
