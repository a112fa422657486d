"""Devices as an account is shown them: pure, cut to the cameras that it may see."""

from collections.abc import Mapping

from hub.client.devices import ChannelNow, DeviceNow, DeviceView
from hub.core.devices.model import Description, Device
from hub.core.people.account import Account
from hub.core.people.rights import sees_camera
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotFound


def device_views(account: Account, state: State, now: Mapping[str, DeviceNow]) -> list[DeviceView]:
    """The devices that the account may see, as in hub.toml."""
    return [
        device_view(account, state, device, now.get(device.configured.id, DeviceNow()))
        for device in state.devices.by_id.values()
        if sees_device(account, state, device)
    ]


def find_device(account: Account, state: State, device_id: str) -> Device:
    """Raises `NotFound`, also for a device that the account may not see: it does not learn that it exists."""
    device = state.devices.by_id.get(device_id)
    if device is None or not sees_device(account, state, device):
        raise NotFound(f"No device {device_id} in hub.toml.", hint="`hub devices list` shows those there are.")
    return device


def sees_device(account: Account, state: State, device: Device) -> bool:
    """Who may see one of its cameras may see the device; one without cameras is for those who see everything."""
    cameras = device.configured.cameras.values()
    return account.unlimited or any(sees_camera(account, camera, state) for camera in cameras)


def device_view(account: Account, state: State, device: Device, now: DeviceNow) -> DeviceView:
    configured, described = device.configured, device.description or Description()
    seen = {
        channel: camera
        for channel, camera in configured.cameras.items()
        if account.unlimited or sees_camera(account, camera, state)
    }
    names = {camera.id: camera.name for camera in state.site.cameras if camera.id in seen.values()}
    return DeviceView(
        id=configured.id,
        name=configured.name,
        driver=configured.driver,
        own=configured.own,
        allow=configured.allow,
        channels=[
            ChannelNow(
                channel=channel,
                camera=camera,
                name=names.get(camera, Text(en=camera)),
                online=now.online.get(channel),
                recorded=now.recorded.get(channel),
            )
            for channel, camera in sorted(seen.items())
        ],
        maker=described.maker,
        model=described.model,
        serial=described.serial,
        firmware=described.firmware,
        mac=described.mac,
        faults=sorted(
            (fault for fault in device.faults.values() if fault.camera is None or fault.camera in seen.values()),
            key=lambda fault: fault.seq,
        ),
        ordered=device.ordered.order if device.ordered is not None else "",
        now=now,
    )
