"""What follows from commands about devices. What comes of an order is put on record when the device has answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from hub.core.devices.commands import DeviceCommand, RebootDevice, RetryDevice, SetDeviceClock
from hub.core.devices.events import DeviceClockDrifted, DeviceOrder, DeviceOrdered, DeviceRetried
from hub.core.devices.model import Device
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, WrongState


def decide(state: State, command: DeviceCommand, actor: str, now: datetime) -> Sequence[Event]:
    device = _device(state, command.device)
    match command:
        case RetryDevice():
            return [DeviceRetried(device=command.device)]
        case SetDeviceClock():
            known = device.fault(DeviceClockDrifted, camera=device.configured.camera)
            if known is not None and known.source == "ntp":
                raise WrongState(
                    f"{command.device} takes its time from a time server; its clock cannot be set.",
                    hint="Have its time server looked at: see the device's own settings.",
                )
            return [_order(device, "clock", command.reason)]
        case RebootDevice():
            return [_order(device, "reboot", command.reason)]


def cameras(state: State, command: DeviceCommand) -> Sequence[str | None]:
    """Those that the device is, or is the recorder of: an order touches all of them."""
    known = state.devices.by_id.get(command.device)
    return list(known.configured.cameras.values()) if known is not None else ()


def _order(device: Device, order: DeviceOrder, reason: str) -> DeviceOrdered:
    name = device.configured.id
    if order not in device.configured.allow:
        raise NotAllowed(
            f"hub.toml does not allow the hub to write this to {name}.", hint=f'Add "{order}" to its `allow`.'
        )
    if device.ordered is not None:
        raise WrongState(f"{name} is doing something already.", hint="Wait until it is done, then ask again.")
    return DeviceOrdered(device=name, order=order, reason=reason)


def _device(state: State, device: str) -> Device:
    known = state.devices.by_id.get(device)
    if known is None:
        raise NotFound(f"No device {device} in hub.toml.", hint="`hub devices list` shows those there are.")
    return known


SUBJECT = Subject(commands=get_args(DeviceCommand), decide=decide, cameras=cameras)
