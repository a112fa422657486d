"""The fake hub with a register of assets.

To look at it: `python -m tests.tui.assets_plant [--language zh_CN] [--assets N]`, key 8.
"""

import argparse
import asyncio

from hub.client.assets import RegisterView
from hub.clock import SystemClock
from hub.core.assets.commands import ChangeAsset, ImportAssets, ImportRow, ProposeReplacement
from hub.core.assets.events import SchemeLoaded
from hub.core.assets.scheme import Scheme
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.event import Record
from hub.server.views.assets import archive_view, register_view, seen_asset
from hub.server.views.state import event_view
from hub.tui.app import run_tui_async
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

SCHEME = Scheme(
    points={"age": 50.0, "failures": 30.0, "night": 30.0, "parts": 30.0},
    limits={"failures": 4.0, "night": 10.0},
    life_years={"camera": 6.0, "switch": 8.0},
)
SWITCH = {"maker": "Moxa", "model": "EDS-408A", "serial": "TAHB01", "place": "Workshop, column C4", "parent": "UPS-1"}
CAMERA = {
    "maker": "Hikvision",
    "model": "DS-2CD3T46",
    "parent": "SW-1",
    "commissioned": "2019-05-01",
    "place": "Gate post",
}


def stock(hub: FakeHub, *, disks: int = 0) -> FakeHub:
    """Assets around the cameras, and a hub that answers about them from its state, whatever happens later."""
    hub.happen(SchemeLoaded(scheme=SCHEME))
    give(
        hub,
        ImportAssets(
            rows=[
                ImportRow("UPS-1", "ups", {"place": "Control room"}),
                ImportRow("SW-1", "switch", SWITCH),
                ImportRow("NVR-1", "recorder", {"parent": "UPS-1"}),
                *(
                    ImportRow(f"DISK-{number:04}", "disk", {"parent": "NVR-1", "maker": "WD"})
                    for number in range(disks)
                ),
            ]
        ),
    )
    give(hub, ChangeAsset(asset="gate-1", values=CAMERA))
    give(hub, ChangeAsset(asset="gate-2", values={"parent": "SW-1"}))
    give(hub, ProposeReplacement(asset="gate-1", reason="worn out"))
    hub.answers["assets"] = lambda asked: _register(hub)
    for asset in (*hub.state.assets.by_id, *(camera.id for camera in hub.state.site.cameras)):
        hub.answers[f"assets/{asset}"] = lambda asked, asset=asset: _archive(hub, asset)
    return hub


def give(hub: FakeHub, command: Command, actor: str = "person:li") -> list[Record]:
    return hub.happen(*decide(hub.state, command, actor, hub.clock.now()), actor=actor)


def _register(hub: FakeHub) -> RegisterView:
    return register_view(hub.account or ACCOUNTS["wang"], hub.state, hub.clock.now())


def _archive(hub: FakeHub, asset: str) -> object:
    account = hub.account or ACCOUNTS["wang"]
    found = seen_asset(account, hub.state, asset)
    history = [
        event_view(account, record, hub.state)
        for record in hub.records
        if getattr(record.event, "asset", "") == found.id
    ]
    return archive_view(account, hub.state, found.id, hub.clock.now(), history)


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", default="en")
    parser.add_argument("--assets", type=int, default=20)
    asked = parser.parse_args()
    hub = stock(troubled_plant(SystemClock()), disks=asked.assets)
    hub.account = ACCOUNTS["wang"]
    await run_tui_async(hub, signed_in=True, language=asked.language)


if __name__ == "__main__":
    asyncio.run(_main())
