"""The fake hub with devices: one of every kind of trouble.

To look at it: `python -m tests.tui.devices_plant [--language zh_CN]`, key F5.
"""

import argparse
import asyncio
from datetime import timedelta
from typing import Any

from hub.client.devices import DeviceNow, DeviceView, DiskNow
from hub.clock import SystemClock
from hub.core.devices.events import (
    ConfiguredDevice,
    DeviceDescribed,
    DeviceReported,
    DevicesConfigured,
)
from hub.core.devices.look import Disk, Drift, Limits, Look, reconcile
from hub.core.devices.words import REPORTS
from hub.core.text import Text
from hub.server.views.devices import device_views
from hub.tui.app import run_tui_async
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

DEVICES = [
    ConfiguredDevice(
        id="nvr-1",
        name=Text(en="Recorder 1", zh="录像机 1"),
        driver="hikvision",
        cameras={1: "gate-1", 2: "gate-2"},
        allow=["clock", "reboot"],
    ),
    ConfiguredDevice(id="nvr-2", name=Text(en="Recorder 2", zh="录像机 2"), driver="dahua", cameras={1: "furnace"}),
    ConfiguredDevice(
        id="crane-3", name=Text(en="Crane 3", zh="天车 3"), driver="onvif", cameras={1: "crane-3"}, own=True
    ),
]


def with_devices(hub: FakeHub) -> dict[str, DeviceNow]:
    """Devices on record, and a hub that answers about them from its state; what they say now may be changed."""
    now = hub.clock.now()
    hub.happen(DevicesConfigured(devices=DEVICES))
    hub.happen(
        DeviceDescribed(device="nvr-1", maker="Hikvision", model="DS-7608NI", serial="C123", firmware="V4.61"),
        DeviceDescribed(device="crane-3", camera="crane-3", maker="Axis", model="P3245", firmware="11.11"),
    )
    looks = {
        "nvr-1": Look(
            at=now,
            contact="reached",
            drift=Drift(63, 0.6, "manual"),
            disks={"1": Disk(False), "2": Disk(True, "failed")},
        ),
        "nvr-2": Look(at=now, contact="failed", failures=2, why="No connection to 10.1.2.4:80 within 5 seconds."),
    }
    for name, look in looks.items():
        hub.happen(*reconcile(hub.state.devices.by_id[name], look, Limits()))
    hub.happen(
        DeviceReported(
            device="nvr-1",
            camera="gate-2",
            since_at=now,
            report="shelteralarm @2",
            kind="tamper",
            code="shelteralarm",
            detail=REPORTS["tamper"],
        )
    )
    said = {
        "nvr-1": DeviceNow(
            contact="reached",
            asked_at=now,
            answered_at=now,
            clock="ok",
            drift_s=63.0,
            within_s=0.6,
            clock_source="manual",
            storage="ok",
            disks=[
                DiskNow(id="1", state="ok", size_bytes=4 * 10**12, free_bytes=10**11),
                DiskNow(id="2", state="failed"),
                DiskNow(id="3", state="absent"),
            ],
            online={1: True, 2: False},
            recorded={1: True},
            hottest_c=48.0,
            certificate_ends_at=now + timedelta(days=300),
            listening="listening",
        ),
        "nvr-2": DeviceNow(contact="failed", why="No connection to 10.1.2.4:80 within 5 seconds.", asked_at=now),
    }

    def views(asked: Any) -> list[DeviceView]:
        return device_views(hub.account or ACCOUNTS["wang"], hub.state, said)

    hub.answers["devices"] = views
    for device in DEVICES:
        hub.answers[f"devices/{device.id}"] = lambda asked, name=device.id: next(
            view for view in views(asked) if view.id == name
        )
    return said


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", default="en")
    asked = parser.parse_args()
    hub = troubled_plant(SystemClock())
    with_devices(hub)
    hub.account = ACCOUNTS["wang"]
    await run_tui_async(hub, signed_in=True, language=asked.language)


if __name__ == "__main__":
    asyncio.run(_main())
