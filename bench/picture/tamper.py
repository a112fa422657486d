"""Cameras from a folder of clips, disturbed by the generator of a `tamper` folder (gen.py and bases.py; needs OpenCV).

The generator is imported as it is: its streams, its harmless events and its catalogue of disturbances `EV`. Which
class a disturbance belongs to follows from its parameters, so other strengths than those known here are scored too.
"""

import copy
import hashlib
import importlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np

from bench.picture.camera import Disturbance, Event, Shot, wall_clock
from bench.picture.frames import frame_of_bgr
from hub.vision.judge import Circumstances

VIDEOS = (".avi", ".mp4", ".flv", ".mkv", ".mov", ".webm", ".ts")
FRAMES = 300
"""Of a clip, at most so many pictures become the camera's scene."""


def clip_files(clips: Path) -> dict[str, Path]:
    """Every video file of a folder by its name without the ending."""
    return {file.stem: file for file in sorted(clips.iterdir()) if file.suffix.lower() in VIDEOS}


def load_generator(tamper: Path, clips: Path) -> Any:
    """The generator's module, made to read the clips of `clips`."""
    sys.dont_write_bytecode = True
    if str(tamper) not in sys.path:
        sys.path.insert(0, str(tamper))
    importlib.import_module("cv2").setNumThreads(1)
    bases: Any = importlib.import_module("bases")
    bases.CLIPS_DIR = clips
    # The generator keeps decoded clips by name alone; the same name in another folder is another clip.
    own = hashlib.sha256(str(clips.resolve()).encode()).hexdigest()[:12]
    bases.CACHE = Path(tempfile.gettempdir()) / "tamper-cache" / own
    bases.CACHE.mkdir(parents=True, exist_ok=True)
    steps = dict(bases.CLIPS.values())
    bases.CLIPS = {stem: (file.name, steps.get(file.name) or _step(file)) for stem, file in clip_files(clips).items()}
    return importlib.import_module("gen")


def _step(file: Path) -> int:
    """Which part of a clip's pictures to take: the clip is spread over at most `FRAMES`, about twelve a second."""
    with av.open(str(file)) as container:
        video = container.streams.video[0]
        pictures = video.frames or 0
        rate = float(video.average_rate or 25)
    return max(1, round(rate / 12.5), round(pictures / FRAMES / 2))


class TamperCamera:
    """One clip as an endless camera."""

    source = "clips"
    changing = False

    def __init__(self, tamper: Path, clips: Path, name: str, seed: int, hour: float, distract: float) -> None:
        generator = load_generator(tamper, clips)
        index = sorted(clip_files(clips)).index(name)
        self.name = name
        self._stream = generator.Stream(
            name, seed, hour=hour, night="ir" if (index + seed) % 2 == 0 else "low", distract=distract
        )
        self.dawn_h, self.dusk_h = float(self._stream.dawn), float(self._stream.dusk)
        self._disturbances = tuple(_disturbance(name, parameters, onset) for name, _, parameters, onset in generator.EV)

    @property
    def hour(self) -> float:
        return float(self._stream.t) / 3600

    @property
    def ended(self) -> bool:
        return False

    @property
    def infrared(self) -> bool:
        return bool(self._stream.irstate)

    @property
    def active(self) -> tuple[str, ...]:
        return tuple(sorted({str(event["k"]) for event in self._stream.ev}))

    @property
    def disturbances(self) -> tuple[Disturbance, ...]:
        return self._disturbances

    def fork(self, seed: int) -> "TamperCamera":
        other = copy.copy(self)
        stream = other._stream = copy.copy(self._stream)
        stream.rng = np.random.default_rng(seed)
        stream.ev = [dict(event) for event in stream.ev]
        return other

    def step(self, step_s: float, sun: float, event: Event | None = None) -> Shot:
        stream = self._stream
        stream.dt, stream.warp = step_s, sun
        if event is None:
            picture = stream.frame()
        else:
            picture = stream.frame(dict(event.disturbance.parameters, seed=event.seed), event.progress)
        return Shot(frame_of_bgr(picture), Circumstances(at=wall_clock(self.hour)))


def _disturbance(name: str, parameters: Mapping[str, Any], onset_s: float) -> Disturbance:
    kind = parameters["k"]
    klass = class_of(parameters, onset_s)
    return Disturbance(
        name,
        klass,
        float(onset_s),
        parameters,
        lights=("day",) if kind == "dark" else ("day", "twilight", "night"),
        colour=kind == "cast",
    )


def class_of(parameters: Mapping[str, Any], onset_s: float) -> str:
    """The class of a disturbance of the generator, by what it does and how strongly."""
    kind = parameters["k"]
    if kind in ("cover", "obstruct") and onset_s >= 300:
        return "slow cover"
    if kind == "obstruct":
        if parameters["type"] == "cobweb":
            return "cobweb"
        return "obstruction" if parameters["cov"] >= 0.25 else "small obstruction"
    if kind == "blur":
        return "blur" if parameters["sig"] >= 1.5 else "mild blur"
    if kind == "freeze":
        return "frozen, encoded again" if parameters.get("noise") else "frozen"
    if kind == "snow":
        return "snow" if parameters["sig"] >= 30 or parameters.get("mix", 0) >= 0.5 else "weak snow"
    if kind == "cast":
        gains = parameters["m"]
        return "cast" if max(gains) / min(gains) >= 1.4 else "mild cast"
    found: str = {"dirty": "dirt", "stripe": "stripes", "moved": "moved", "jitter": "jitter"}.get(kind, kind)
    return found
