"""Encoded clips of the scenes, undisturbed and disturbed: rendered once, then kept."""

import hashlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import cycle, islice
from pathlib import Path
from typing import Literal, get_args

import av
import numpy as np
from numpy.typing import NDArray

from hub_demo import paint, scenes
from hub_demo.paint import HEIGHT, WIDTH, Canvas
from hub_demo.rtsp import AccessUnit, parse_annex_b
from hub_demo.scenes import SCENES, build_scene

View = Literal["clear", "cover", "blur", "turn", "dark", "bright", "fog", "tint", "noise", "stripes", "shake"]
VIEWS: tuple[View, ...] = get_args(View)
FPS = 10
"""Pictures a second; one in ten is a key frame, so a disturbance shows within a second."""
_CLEAR_S, _DISTURBED_S, _PAINTED_S = 12, 7, 3
"""The watch looks at a picture every 2, 3, 5 or 10 s, as the load is, and a second sooner or later as the key frames
come. In a clip of such a length it would meet the same key frame twice in a row, and find it frozen. Of a disturbed
one the first seconds are painted, and seen again with other noise."""
_LARGEST_CLIP = 64 * 1024 * 1024


def clips_folder(cache: Path) -> Path:
    """Where the clips of this version of the scenes are kept."""
    digest = hashlib.sha256()
    for module in (paint, scenes, sys.modules[__name__]):
        digest.update(Path(str(module.__file__)).read_bytes())
    return cache / f"clips-{digest.hexdigest()[:12]}"


def render_all(cache: Path) -> Iterator[tuple[int, int]]:
    """Render what is missing, on all cores; gives (clips there, clips in all) as it goes."""
    folder = clips_folder(cache)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in SCENES if not all(clip_file(folder, name, view).exists() for view in VIEWS)]
    total, done = len(SCENES), len(SCENES) - len(missing)
    yield done, total
    if not missing:
        return
    with ProcessPoolExecutor(max_workers=min(len(missing), os.cpu_count() or 1)) as pool:
        for work in as_completed([pool.submit(render_scene, name, folder) for name in missing]):
            work.result()
            done += 1
            yield done, total


def load_clip(cache: Path, scene: str, view: View) -> list[AccessUnit]:
    """One clip as access units; it begins with a key frame. Raises `OSError` when it was not rendered."""
    with clip_file(clips_folder(cache), scene, view).open("rb") as file:
        return parse_annex_b(file.read(_LARGEST_CLIP))


def clip_file(folder: Path, scene: str, view: View) -> Path:
    """Where `render_scene` keeps a clip."""
    return folder / f"{scene}-{view}.h264"


def render_scene(name: str, folder: Path, views: Sequence[View] = VIEWS) -> None:
    """Paint and encode views of a scene (half a second of one core each)."""
    scene = build_scene(name)
    for view in views:
        rng = np.random.default_rng(VIEWS.index(view))
        grain = rng.standard_normal((2 * HEIGHT, 2 * WIDTH, 1), dtype=np.float32)
        pictures = (
            _sent(_seen(picture, scene.noise * _cut(grain, rng)), view, grain, rng)
            for picture in _on_sensor(scene, view, rng)
        )
        target = clip_file(folder, name, view)
        half_done = target.with_suffix(f".{os.getpid()}.part")
        half_done.write_bytes(encode(pictures))
        half_done.replace(target)


def _on_sensor(scene: scenes.Scene, view: View, rng: np.random.Generator) -> Iterator[Canvas]:
    # A camera that shakes never comes back to the same places.
    count = FPS * {"clear": _CLEAR_S, "shake": _DISTURBED_S}.get(view, _PAINTED_S)
    painted = (_before_lens(_painted(scene, number / count), view, rng) for number in range(count))
    return painted if view == "clear" else islice(cycle(painted), FPS * _DISTURBED_S)


def _painted(scene: scenes.Scene, phase: float) -> Canvas:
    picture = scene.background.copy()
    scene.paint(picture, phase)
    return picture


def _before_lens(picture: Canvas, view: View, rng: np.random.Generator) -> Canvas:
    """What reaches the sensor, which adds its noise."""
    match view:
        case "cover":
            folds = 10 * np.sin(np.linspace(0, 9, WIDTH, dtype=np.float32))[None, :, None]
            light = np.linspace(74, 46, HEIGHT, dtype=np.float32)[:, None, None]
            cloth: Canvas = (light + folds) * np.array([0.82, 0.9, 1.0], np.float32)
            return cloth
        case "blur":
            return _blurred(picture, 6)
        case "turn":
            beside = np.concatenate([picture, picture[:, ::-1]], axis=1)
            return np.roll(beside[:, 290 : 290 + WIDTH], -24, axis=0)
        case "dark":
            return picture * np.float32(0.02) + 2
        case "bright":
            return picture * np.float32(2.4) + 120
        case "fog":
            return picture * np.float32(0.25) + 105
        case "shake":
            down, across = rng.integers(-14, 15, 2)
            return np.roll(picture, (int(down), int(across)), axis=(0, 1))
        case _:
            return picture


def _sent(picture: Canvas, view: View, grain: Canvas, rng: np.random.Generator) -> NDArray[np.uint8]:
    """What the camera makes of what its sensor saw."""
    match view:
        case "tint":
            picture = picture * np.array([0.68, 1.12, 0.68], np.float32)
        case "noise":
            picture = picture + 55 * _cut(grain, rng)
        case "stripes":
            lines = np.arange(HEIGHT, dtype=np.float32)[:, None, None] / 22 + rng.random()
            picture = picture + 26 * np.sin(2 * np.pi * lines)
        case _:
            return picture.astype(np.uint8)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _blurred(picture: Canvas, radius: int) -> Canvas:
    """Three box blurs, which are nearly a Gaussian one: a lens far out of focus. At half size, which nobody sees."""
    picture = picture.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((1, 3))
    radius //= 2
    for axis in (0, 1) * 3:
        padding = [(radius + 1, radius) if number == axis else (0, 0) for number in range(3)]
        summed = np.cumsum(np.pad(picture, padding, mode="edge"), axis=axis, dtype=np.float64)
        size = picture.shape[axis]
        high = np.take(summed, range(2 * radius + 1, 2 * radius + 1 + size), axis=axis)
        low = np.take(summed, range(size), axis=axis)
        picture = ((high - low) / (2 * radius + 1)).astype(np.float32)
    return picture.repeat(2, axis=0).repeat(2, axis=1)


def _seen(picture: Canvas, noise: Canvas) -> Canvas:
    seen: Canvas = picture + noise
    return np.clip(seen, 0, 255, out=seen)


def _cut(grain: Canvas, rng: np.random.Generator) -> Canvas:
    """Noise for one picture: another place of a large sheet each time, which costs a tenth of drawing it anew."""
    down, across = rng.integers(0, (HEIGHT, WIDTH))
    return grain[down : down + HEIGHT, across : across + WIDTH]


def encode(pictures: Iterator[NDArray[np.uint8]]) -> bytes:
    """H.264 as Annex B with a delimiter before every picture and parameter sets before every key frame."""
    out = io.BytesIO()
    with av.open(out, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.thread_count = 1
        stream.options = {
            "preset": "veryfast",
            "crf": "27",
            # Snow would take megabytes a second.
            "maxrate": "6M",
            "bufsize": "6M",
            "x264-params": f"keyint={FPS}:min-keyint={FPS}:scenecut=0:bframes=0:aud=1:repeat-headers=1",
        }
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()
