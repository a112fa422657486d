"""The demo plant as a service of the hub, and its cameras."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from hub.api import DeviceUnreachable, PluginContext, PluginError, ProtocolError, StreamSpec, Unsupported
from hub_demo.options import DemoCameraOptions, DemoPlantOptions
from hub_demo.state import read_state

_LONGEST_START_S = 55.0
_LONGEST_TURN_S = 5.0
_LONGEST_ANSWER = 1000

PRESETS = {"home": "clear", "beside": "turn"}
"""What the plant does to a camera's picture for each preset."""


def cache_folder() -> Path:
    """Where rendered clips are kept, for all demo plants of this user."""
    from platformdirs import user_cache_path

    return user_cache_path("watchroom")


class DemoPlant:
    """Starts the plant's process, and ends it with the hub."""

    def __init__(self, options: DemoPlantOptions, context: PluginContext) -> None:
        self._options = options
        self._folder = context.data
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        # The name of the module, not of this file: the plugin may lie anywhere on the path.
        command = [sys.executable, "-m", "hub_demo.plant", str(self._folder), str(cache_folder())]
        # A session of its own: Ctrl-C in the hub's terminal must not reach it before the hub has stopped watching.
        self._process = await asyncio.create_subprocess_exec(
            *command,
            str(self._options.port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_LONGEST_START_S):
                await self._ready(self._process)
        except TimeoutError:
            raise PluginError(
                "The demo plant was not ready in time.", hint="The first start renders its pictures: start again."
            ) from None

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if b'"ready"' in line:
                return
        hint = f"Is the port {self._options.port} taken?" if self._options.port else ""
        raise PluginError("The demo plant ended before it was ready.", hint=hint)

    async def stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 3)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class DemoCamera:
    """One of the plant's cameras: an RTSP address like any other camera's, and two presets."""

    def __init__(self, options: DemoCameraOptions, context: PluginContext) -> None:
        self._scene = options.scene
        self._folder = context.data

    async def stream(self) -> StreamSpec:
        state = await self._plant()
        options = {"rtsp_transport": "tcp", "analyzeduration": "500000", "probesize": "100000"}
        return StreamSpec(f"rtsp://127.0.0.1:{int(state['rtsp'])}/{self._scene}", options)

    async def turn_to(self, preset: str) -> None:
        if preset not in PRESETS:
            raise Unsupported(f"There is no preset {preset!r}; the demo's cameras have {' and '.join(PRESETS)}.")
        state = await self._plant()
        asked = {"key": state["key"], "scene": self._scene, "do": PRESETS[preset]}
        try:
            async with asyncio.timeout(_LONGEST_TURN_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", int(state["control"]))
                try:
                    writer.write(json.dumps(asked).encode() + b"\n")
                    answer = json.loads(await reader.read(_LONGEST_ANSWER))
                finally:
                    writer.close()
        except (OSError, TimeoutError, ValueError) as error:
            raise DeviceUnreachable("The demo plant does not answer.") from error
        if answer != {self._scene: PRESETS[preset]}:
            raise ProtocolError(f"The demo plant did not turn the camera: {str(answer)[:100]}.")

    async def _plant(self) -> dict[str, Any]:
        state = await asyncio.to_thread(read_state, self._folder)
        if state is None:
            raise DeviceUnreachable("The demo plant is not running.", hint="hub.toml needs the table [plugins.demo].")
        return state
