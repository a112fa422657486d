"""A vendor and a finder of our own for tests, as a plugin that is dropped into a site; and the device that it asks.

The device speaks a protocol of three addresses, over the hub's real way to devices.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.testing.devices import ReplayServer, Reply
from tests.e2e.hubs import Site

PLUGIN = '''"""A toy camera."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from hub.api import Channel, DeviceInfo, Found, ProtocolError, StreamOffer, Vendor, hookimpl


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Session:
    def __init__(self, access):
        self._access = access

    def _ask(self, path):
        answer = self._access.request("GET", path)
        if answer.status != 200:
            raise ProtocolError(f"The device answered {path} with status {answer.status}.")
        return answer.body

    def describe(self):
        return DeviceInfo(**json.loads(self._ask("/info"))["info"])

    def capabilities(self):
        return {"streams": "yes", "snapshot": "yes", "events": "unknown"}

    def channels(self):
        return tuple(Channel(**each) for each in json.loads(self._ask("/info"))["channels"])

    def streams(self, channel):
        url = f"rtsp://{self._access.address.host}/{channel}"
        return (StreamOffer(name="main", url=url, codec="H264", width=1920, height=1080),)

    def snapshot(self, channel):
        return self._ask(f"/picture/{channel}")

    def health(self):
        from hub.api import Health

        return Health()

    def close(self):
        self._access.request("GET", "/bye")


VENDOR = Vendor(
    name="toy",
    title="Toy cameras",
    port=80,
    could=frozenset({"streams", "snapshot", "channels"}),
    options=Options,
    open=lambda access, options, context: Session(access),
)


def find(search, network):
    for told in json.loads((Path(__file__).with_name("_found.json")).read_text()):
        yield Found(by="toy", **told)
    while network.left_s() > 0 and search.seconds > 1:
        import time

        time.sleep(0.05)


@hookimpl
def hub_register_vendors(register):
    register(VENDOR)


@hookimpl
def hub_register_finders(register):
    register("toy", find)
'''
MANIFEST = """
id = "toycam"
title = { en = "Toy camera", zh = "玩具摄像机" }
version = "1.0"
api = 1
kinds = ["vendor", "finder"]
owner = "tests"
"""
USER, PASSWORD = "admin", "p@ss/#?%:ü \"'"
JPEG = (Path(__file__).parent / "picture.jpg").read_bytes
INFO = {
    "info": {
        "maker": "Toys",
        "model": "T-1",
        "serial": "T1-0001",
        "firmware": "1.2",
        "mac": "02:00:5e:20:00:01",
        "name": "Workshop door",
        "kind": "camera",
    },
    "channels": [{"number": 1, "name": "Workshop door", "online": True}],
}
RECORDER: Mapping[str, Any] = {
    "info": {**INFO["info"], "name": "Recorder", "kind": "recorder"},
    "channels": [
        {"number": 1, "name": "Gate \u001b[31mleft", "online": True},
        {"number": 2, "name": "通道 2", "online": False},
        {"number": 3, "name": "北门", "online": True},
    ],
}


def device(info: Mapping[str, Any] = INFO, *, tls: bool = False) -> ReplayServer:
    """The device; use it as a context."""
    told = Reply(body=json.dumps(info).encode(), media="application/json")
    picture = Reply(body=JPEG(), media="image/jpeg")
    replies = {("GET", "/info"): told, ("GET", "/bye"): Reply()}
    pictures = {("GET", f"/picture/{n}"): picture for n in (1, 2, 3)}
    return ReplayServer({**replies, **pictures}, user=USER, password=PASSWORD, tls=tls)


def drop_in(folder: Path, found: list[dict[str, Any]] | None = None) -> None:
    """Put the plugin into a site."""
    own = folder / "own" / "toycam"
    own.mkdir(parents=True)
    (own / "__init__.py").write_text(PLUGIN, encoding="utf-8")
    (own / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (own / "_found.json").write_text(json.dumps(found or []), encoding="utf-8")
    hub_toml = folder / "hub.toml"
    text = hub_toml.read_text(encoding="utf-8")
    assert "\n[plugins]\n" in text
    hub_toml.write_text(text.replace("\n[plugins]\n", '\n[plugins]\npath = "own"\n'), encoding="utf-8")


def site(home: Path, found: list[dict[str, Any]] | None = None) -> Site:
    """A new site with the plugin; no hub runs on it."""
    # What nobody names a place for is written below the test's own folder.
    made = Site(home / "plant", home, TMPDIR=str(home)).init()
    drop_in(made.folder, found)
    return made
