"""Devices in the second pass over hub.toml: against what the loaded plugins know, and against one another."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from pydantic import BaseModel

from hub.config.explain import keys_of
from hub.config.hub_toml.devices import CameraAsDevice, CameraOfDevice, Connection, DeviceTable, StreamName
from hub.config.hub_toml.plugin_options import checked, not_loaded, secrets_in_clear
from hub.config.hub_toml.site import CameraTable, SiteConfig
from hub.config.problems import Problem, on_line, suggestion
from hub.config.toml import Document, Path
from hub.core.devices.events import ConfiguredDevice
from hub.core.saying import saying


class DeviceSettings(msgspec.Struct, frozen=True):
    """How one device is reached, and what its driver is told besides."""

    id: str
    driver: str
    connection: Connection
    options: BaseModel
    own: bool = False
    """It is a camera, and has its id."""


class CameraPlace(BaseModel):
    """Where a vendor's camera is: in `PluginTables.cameras`, in the place of a driver's options."""

    device: str
    channel: int
    stream: StreamName | None = None


class _Place(NamedTuple):
    camera: str
    path: Path


class DeviceTables(msgspec.Struct):
    """What was found so far."""

    devices: dict[str, DeviceSettings] = {}
    configured: dict[str, ConfiguredDevice] = {}
    places: dict[tuple[str, int], _Place] = {}


def read_devices(config: SiteConfig, vendors: Mapping[str, Any]) -> tuple[DeviceTables, list[Problem]]:
    """The tables `[[devices]]`."""
    found, problems, document = DeviceTables({}, {}, {}), list[Problem](), config.document
    for index, device in enumerate(config.devices):
        path: Path = ("devices", index)
        found.configured[device.id] = ConfiguredDevice(
            id=device.id, name=device.name.text(), driver=device.driver, allow=[*device.allow]
        )
        problems += _half_signed_in(device, path, document)
        problems += secrets_in_clear(device.password, (*path, "password"), document)
        vendor = vendors.get(device.driver)
        if vendor is None:
            problems.append(not_loaded("vendor", device.driver, vendors, (*path, "driver"), document))
            continue
        options = checked(vendor.options, device.rest, path, document, problems, also=keys_of(DeviceTable))
        if options is not None:
            found.devices[device.id] = DeviceSettings(device.id, device.driver, device, options)
    return found, problems


def read_camera(
    camera: CameraTable,
    path: Path,
    config: SiteConfig,
    vendor: Any,
    found: DeviceTables,
    problems: list[Problem],
) -> CameraPlace | None:
    """A camera whose driver is a vendor's: where it is. What it brings is added to `found`."""
    of_device = "device" in camera.rest
    place = (
        _of_device(camera, path, config, problems)
        if of_device
        else _as_device(camera, path, config, vendor, found, problems)
    )
    if place is None:
        return None
    other = found.places.setdefault((place.device, place.channel), _Place(camera.id, path))
    if other.camera != camera.id:
        line = config.document.position((*other.path, "id")).line
        key: Path = (*path, "channel" if "channel" in camera.rest else "device")
        problems.append(
            config.document.problem(
                key,
                saying(
                    "channel {channel} of {device!r} is the camera {camera!r} already",
                    channel=place.channel,
                    device=place.device,
                    camera=other.camera,
                ),
                on_line(line),
            )
        )
        return None
    device = found.configured[place.device]
    cameras = {**device.cameras, place.channel: camera.id}
    found.configured[place.device] = msgspec.structs.replace(device, cameras=cameras)
    return place


def _of_device(
    camera: CameraTable,
    path: Path,
    config: SiteConfig,
    problems: list[Problem],
) -> CameraPlace | None:
    document = config.document
    place = checked(CameraOfDevice, camera.rest, path, document, problems, also=keys_of(CameraTable))
    if not isinstance(place, CameraOfDevice):
        return None
    device = next((each for each in config.devices if each.id == place.device), None)
    if device is None:
        hint = suggestion(place.device, [each.id for each in config.devices], of=saying("devices"))
        problems.append(
            document.problem((*path, "device"), saying("there is no device {name!r}", name=place.device[:63]), hint)
        )
        return None
    if device.driver != camera.driver:
        message = saying(
            "the driver of the device {device!r} is {driver!r}, not {other!r}",
            device=device.id,
            driver=device.driver,
            other=camera.driver,
        )
        problems.append(
            document.problem(
                (*path, "driver"), message, saying('Write `driver = "{driver}"` here.', driver=device.driver)
            )
        )
        return None
    return CameraPlace(device=place.device, channel=place.channel, stream=place.stream)


def _as_device(
    camera: CameraTable,
    path: Path,
    config: SiteConfig,
    vendor: Any,
    found: DeviceTables,
    problems: list[Problem],
) -> CameraPlace | None:
    document = config.document
    if camera.id in {each.id for each in config.devices}:
        message = saying("there is a device with the id {id!r} besides", id=camera.id)
        problems.append(
            document.problem((*path, "id"), message, saying("A camera that is its own device needs its own id."))
        )
        return None
    own_keys = keys_of(CameraAsDevice)
    ours = {key: value for key, value in camera.rest.items() if key in own_keys}
    theirs = {key: value for key, value in camera.rest.items() if key not in own_keys}
    known = (*keys_of(CameraTable), *own_keys)
    connection = checked(CameraAsDevice, ours, path, document, problems, also=known)
    options = checked(vendor.options, theirs, path, document, problems, also=known)
    if not isinstance(connection, CameraAsDevice):
        return None
    problems += _half_signed_in(connection, path, document)
    found.configured[camera.id] = ConfiguredDevice(
        id=camera.id, name=camera.name.text(), driver=camera.driver, own=True, allow=[*connection.allow]
    )
    if options is not None:
        found.devices[camera.id] = DeviceSettings(camera.id, camera.driver, connection, options, own=True)
    return CameraPlace(device=camera.id, channel=connection.channel, stream=connection.stream)


def _half_signed_in(connection: Connection, path: Path, document: Document) -> list[Problem]:
    if connection.user is not None and connection.password is None:
        hint = saying('Give it as `password = "env:NAME"` or `"file:PATH"`.')
        return [document.problem((*path, "user"), saying("there is a user and no password"), hint)]
    if connection.password is not None and connection.user is None:
        return [
            document.problem((*path, "password"), saying("there is a password and no user"), saying("Give `user` too."))
        ]
    return []
