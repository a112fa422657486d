"""The door through which the demo plant's cameras are disturbed: whatever is said to it, it answers or closes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hub_demo.driver import DemoCamera
from hub_demo.options import DemoCameraOptions
from hub_demo.plant import Channel, control
from hub_demo.rtsp import Stream
from hub_demo.state import write_state

from hub.api import DeviceUnreachable, PluginContext, Presets, ProtocolError, Unsupported
from hub.testing.clock import FakeClock


@pytest.fixture
def gate() -> Channel:
    return Channel(Stream("/gate", (b"", b"")), {})


@pytest.fixture
async def faults() -> list[Any]:
    """What nobody caught while the test ran."""
    found: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: found.append(context))
    return found


async def asked(gate: Channel, line: bytes) -> Any:
    server = await asyncio.start_server(
        lambda reader, writer: control({"gate": gate}, "key", reader, writer), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(line + b"\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await asyncio.sleep(0)
    return json.loads(answer) if answer else None


async def test_a_camera_is_disturbed_by_whoever_has_the_key(gate: Channel) -> None:
    assert await asked(gate, b'{"key": "key", "scene": "gate", "do": "cover"}') == {"gate": "cover"}
    assert gate.disturbance == "cover"


async def test_without_the_key_nothing_is_done(gate: Channel) -> None:
    assert await asked(gate, b'{"key": "yek", "scene": "gate", "do": "cover"}') == {"error": "wrong key"}
    assert gate.disturbance == "clear"


async def test_a_camera_turns_to_its_presets_and_says_what_it_cannot(
    gate: Channel, tmp_path: Path, hub_clock: FakeClock
) -> None:
    context = PluginContext(plugin="demo", data=tmp_path, site=tmp_path, clock=hub_clock, language="en")
    camera = DemoCamera(DemoCameraOptions(scene="gate"), context)
    assert isinstance(camera, Presets)
    with pytest.raises(DeviceUnreachable, match="not running"):
        await camera.turn_to("beside")
    server = await asyncio.start_server(
        lambda reader, writer: control({"gate": gate}, "key", reader, writer), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        write_state(tmp_path, {"rtsp": 1, "control": port, "key": "key", "pid": 1})
        await camera.turn_to("beside")
        assert gate.disturbance == "turn"
        await camera.turn_to("home")
        assert gate.disturbance == "clear"
        with pytest.raises(Unsupported, match="the demo's cameras have home and beside"):
            await camera.turn_to("door")
        write_state(tmp_path, {"rtsp": 1, "control": port, "key": "yek", "pid": 1})
        with pytest.raises(ProtocolError, match="wrong key"):
            await camera.turn_to("home")
    with pytest.raises(DeviceUnreachable, match="does not answer"):
        await camera.turn_to("home")


@pytest.mark.parametrize(
    "line", ["nonsense", "[1]", '{"key": "é"}', '{"key": "key", "scene": [1], "do": "cover"}', '{"key": "\\ud800"}']
)
async def test_nonsense_is_not_answered_and_breaks_nothing(gate: Channel, faults: list[Any], line: str) -> None:
    assert await asked(gate, line.encode()) is None
    assert faults == []
    assert gate.disturbance == "clear"
