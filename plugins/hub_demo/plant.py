"""The demo plant as a process of its own: eight live RTSP cameras, and a door through which they are disturbed.

`python -m hub_demo.plant FOLDER CACHE PORT` renders what is missing, serves, and writes `FOLDER/plant.json` (for its
user only) with the RTSP port, the control port and the key that a control line must carry. It ends when its standard
input closes, so it never outlives the hub that started it.
"""

import asyncio
import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from hub_demo.clips import FPS, VIEWS, View, load_clip, render_all
from hub_demo.rtsp import AccessUnit, RtspServer, Stream
from hub_demo.scenes import SCENES
from hub_demo.state import remove_state, write_state

STATE = "plant.json"
Disturbance = Literal[View, "freeze", "cut"]
DISTURBANCES: tuple[Disturbance, ...] = get_args(Disturbance)
_LONGEST_LINE = 1000


@dataclass(slots=True)
class Channel:
    """One camera: its stream, its clips and what is done to it."""

    stream: Stream
    clips: dict[View, list[AccessUnit]]
    disturbance: Disturbance = "clear"
    position: int = 0
    key_frame: AccessUnit | None = None

    def disturb(self, disturbance: Disturbance) -> None:
        self.disturbance = disturbance
        if disturbance == "cut":
            self.stream.cut()
            return
        self.stream.present = True
        if disturbance != "freeze":
            self.position = 0

    def next_unit(self) -> AccessUnit:
        """The next picture. A frozen camera repeats its last key frame: the stream lives, the picture does not."""
        if self.disturbance == "freeze" and self.key_frame is not None:
            return self.key_frame
        view: View = self.disturbance if self.disturbance in VIEWS else "clear"
        clip = self.clips[view]
        unit = clip[self.position % len(clip)]
        self.position += 1
        if unit.key:
            self.key_frame = unit
        return unit


def build_channel(cache: Path, scene: str) -> Channel:
    clips = {view: load_clip(cache, scene, view) for view in VIEWS}
    sets = {nal[0] & 0x1F: nal for nal in clips["clear"][0].nals}
    return Channel(Stream(f"/{scene}", (sets[7], sets[8])), clips)


async def pace(channels: dict[str, Channel]) -> None:
    """Send every camera's pictures in real time, spread over the interval so that they do not come in one burst."""
    loop = asyncio.get_running_loop()
    start, number, step = loop.time(), 0, 1 / FPS / len(channels)
    while True:
        for offset, channel in enumerate(channels.values()):
            await asyncio.sleep(max(0.0, start + number / FPS + offset * step - loop.time()))
            if channel.stream.present:
                channel.stream.send(channel.next_unit(), number / FPS)
        number += 1


async def control(
    channels: dict[str, Channel], key: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One line in, one line out: `{"key": …, "scene": "gate", "do": "cover"}`, or without `do` to ask."""
    try:
        line = await asyncio.wait_for(reader.readline(), 5)
        asked = json.loads(line[:_LONGEST_LINE])
        if not secrets.compare_digest(str(asked.get("key", "")), key):
            answer = {"error": "wrong key"}
        elif "do" not in asked:
            answer = {name: channel.disturbance for name, channel in channels.items()}
        elif asked.get("scene") not in channels or asked["do"] not in DISTURBANCES:
            answer = {"error": "no such scene or disturbance"}
        else:
            channels[asked["scene"]].disturb(asked["do"])
            answer = {asked["scene"]: asked["do"]}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
    except (OSError, TypeError, ValueError, AttributeError, TimeoutError):
        pass  # whoever asked left, or spoke nonsense
    finally:
        writer.close()


async def serve(folder: Path, cache: Path, port: int) -> None:
    for done, total in render_all(cache):
        print(json.dumps({"rendered": done, "of": total}), flush=True)
    channels = {scene: build_channel(cache, scene) for scene in SCENES}
    by_path = {channel.stream.path: channel.stream for channel in channels.values()}
    key = secrets.token_hex(16)
    server = RtspServer(by_path.get)
    rtsp = await server.start(port)
    door = await asyncio.start_server(
        lambda reader, writer: control(channels, key, reader, writer), "127.0.0.1", 0, limit=_LONGEST_LINE
    )
    state = {"rtsp": rtsp, "control": door.sockets[0].getsockname()[1], "key": key, "pid": os.getpid()}
    write_state(folder, state)
    print(json.dumps({"ready": rtsp}), flush=True)
    pacing = asyncio.create_task(pace(channels))
    try:
        await _standard_input_closed()
    finally:
        pacing.cancel()
        door.close()
        await server.stop()
        remove_state(folder)


async def _standard_input_closed() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
