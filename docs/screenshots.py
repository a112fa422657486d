"""Makes the pictures in the README from a running demo plant: `make screenshots`.

The hub, the streams and the faults are real; only the terminal is Textual's headless one. Needs the Cairo library, a
monospaced font, and one with Chinese (Debian: libcairo2, fonts-dejavu-core, fonts-noto-cjk).
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import cairosvg
from hub_demo.clips import render_all
from hub_demo.driver import cache_folder
from rich.cells import cell_len

from hub.client.http import HttpClient, find_hub
from hub.core.text import Language
from hub.tui.app import HubTui

IMAGES = Path(__file__).parent / "images"
HUB = [sys.executable, "-m", "hub"]
ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": "watchroom-demo"}
SIZE = (150, 42)
FAULTS = (("cover", "conveyor-1"), ("turn", "gate-1"), ("cut", "road-1"))
_LONGEST_WAIT_S = 180.0
_LATIN, _CHINESE = "DejaVu Sans Mono", "Noto Sans Mono CJK SC"
_CELL, _LINE, _ASCENT = 12.2, 24.4, 18.5
"""Width and height of a cell in Textual's drawing, and how far its top lies above the text's line."""
_UPPER_HALF = "▀"
_RUN = re.compile(
    r'<text class="(?P<style>[^"]+-r\d+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+"'
    r' clip-path="(?P<clip>[^"]+)">(?P<text>[^<]*)</text>'
)


@contextmanager
def demo_hub(site: Path) -> Iterator[None]:
    """A hub on a new demo site, whose cameras are all judged."""
    # Painted beforehand: a hub that waits for its plant would begin with alarms of its own.
    deque(render_all(cache_folder()), maxlen=0)
    env = {**os.environ, "HUB_DEMO_DIR": str(site), "HUB_ADMIN_PASSWORD": ADMIN["HUB_PASSWORD"]}
    subprocess.run([*HUB, "init", str(site), "--demo"], env=env, check=True)
    with (site / "hub.log").open("wb") as log:
        hub = subprocess.Popen([*HUB, "run", "--site", str(site)], env=env, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        hub.send_signal(signal.SIGTERM)
        hub.wait(20)


async def client(site: Path) -> HttpClient:
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while True:
        try:
            place = find_hub(site)
            session = await HttpClient(place).sign_in(ADMIN["HUB_ACCOUNT"], ADMIN["HUB_PASSWORD"])
            return HttpClient(place, token=session.token)
        except Exception:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.5)


async def until(hub: HttpClient, what: str) -> None:
    """Wait until every camera is good (`good`) or until that many alarms stand."""
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while time.monotonic() < deadline:
        site = await hub.site()
        if what == "good" and all(camera.condition == "good" for camera in site.cameras):
            return
        if what == "alarms" and len(site.alarms) >= len(FAULTS):
            return
        await asyncio.sleep(0.5)
    raise TimeoutError(what)


async def capture(hub: HttpClient, name: str, language: Language, keys: tuple[str, ...]) -> None:
    app = HubTui(hub, signed_in=True, language=language)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(3)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(1)
        await pilot.pause(4)
        svg = app.export_screenshot(title="Watchroom")
    cairosvg.svg2png(bytestring=drawable(svg).encode(), write_to=str(IMAGES / f"{name}.png"), output_width=1500)
    print(f"wrote docs/images/{name}.png", flush=True)


def drawable(svg: str) -> str:
    """The drawing with a font for each kind of character, since Cairo looks for no other where one is missing.

    Half-blocks become rectangles: no font draws them to the edges of their cells.
    """
    svg = re.sub(r"font-family: ?(Fira Code|arial)[^;]*;", f"font-family: {_LATIN};", svg)
    return _RUN.sub(_redrawn, svg)


def _redrawn(run: re.Match[str]) -> str:
    x, y = float(run["x"]), float(run["y"])
    parts = []
    for kind, letters in groupby(unescape(run["text"], {"&#160;": " ", "&quot;": '"', "&#x27;": "'"}), key=_kind):
        text = "".join(letters)
        width = _CELL * cell_len(text)
        if kind == _UPPER_HALF:
            top, height = y - _ASCENT, _LINE / 2
            parts.append(
                f'<rect class="{run["style"]}" x="{x:.2f}" y="{top:.2f}" width="{width + 0.3:.2f}"'
                f' height="{height:.2f}" clip-path="{run["clip"]}"/>'
            )
        elif kind == _CHINESE:
            # Its letters are narrower than two cells, so each is put where it belongs.
            parts += [_letters(run, letter, x + 2 * _CELL * n, kind) for n, letter in enumerate(text)]
        elif text.strip():
            parts.append(_letters(run, text, x, kind))
        x += width
    return "".join(parts)


def _letters(run: re.Match[str], text: str, x: float, font: str) -> str:
    size = 22 if font == _CHINESE else 20.26  # so that a letter is as wide as a cell
    return (
        f'<text class="{run["style"]}" style="font-family: {font}; font-size: {size}px" x="{x:.2f}" y="{run["y"]}"'
        f' clip-path="{run["clip"]}">{escape(text).replace(" ", "&#160;")}</text>'
    )


def _kind(letter: str) -> str:
    if letter == _UPPER_HALF:
        return _UPPER_HALF
    return _CHINESE if cell_len(letter) == 2 else _LATIN


async def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        env = {**os.environ, "HUB_DEMO_DIR": str(site)}
        with demo_hub(site):
            hub = await client(site)
            await until(hub, "good")
            for fault, camera in FAULTS:
                await asyncio.to_thread(subprocess.run, [*HUB, "demo", fault, camera], env=env, check=True)
            await until(hub, "alarms")
            await capture(hub, "wall", "en", ("1",))
            await capture(hub, "alarms", "en", ("2", "down", "down"))
            await capture(hub, "wall-zh", "zh_CN", ("1",))
            # Last: it opens on what was recorded a minute ago.
            await capture(hub, "playback", "en", ("1", "v", *"bicycle", "enter"))
            await hub.close()


if __name__ == "__main__":
    asyncio.run(main())
