"""Asks a device what it is and which channels it has."""

from hub.api import Channel, DeviceForbidden, DeviceInfo, ProtocolError, Unsupported
from hub_dahua.cgi import Cgi, or_nothing
from hub_dahua.parse_clock import Zone, parse_zone
from hub_dahua.parse_device import (
    Identity,
    is_hybrid,
    parse_channels,
    parse_info,
    parse_remote,
    parse_states,
    parse_states_json,
)
from hub_dahua.parse_events import parse_active
from hub_dahua.parse_table import Table


def read_info(cgi: Cgi) -> DeviceInfo:
    """What the device says it is."""
    cgi.forget()
    system = read_system(cgi)
    model = system.get("deviceType", "")
    if model.isdigit() and "updateSerial" not in system:
        model = cgi.optional("magicBox.cgi?action=getDeviceType", "its type").get("type", model)
        system = {**system, "deviceType": model}
    return parse_info(
        Identity(
            system=system,
            version=cgi.optional("magicBox.cgi?action=getSoftwareVersion", "its firmware"),
            vendor=cgi.optional("magicBox.cgi?action=getVendor", "its maker"),
            name=cgi.optional("magicBox.cgi?action=getMachineName", "its name"),
            kind=cgi.optional("magicBox.cgi?action=getDeviceClass", "its kind"),
            network=cgi.optional_config("Network"),
        )
    )


def read_system(cgi: Cgi) -> Table:
    """The one answer that every device has for every account."""
    return cgi.table("magicBox.cgi?action=getSystemInfo", "what it is", essential=True)


def read_channels(cgi: Cgi) -> tuple[Channel, ...]:
    """The channels in use, of a recorder with the state of the line to each camera."""
    titles = cgi.kept_config("ChannelTitle")
    remote = parse_remote(or_nothing(lambda: cgi.kept_config("RemoteDevice")))
    states = _states(cgi)
    if not remote and not states:
        return parse_channels(titles, remote, states, None, hybrid=False)
    system = cgi.kept("magicBox.cgi?action=getSystemInfo", "what it is")
    hybrid = is_hybrid(" ".join((system.get("deviceType", ""), system.get("updateSerial", ""))))
    return parse_channels(titles, remote, states, None if states else _lost(cgi), hybrid)


def read_zone_settings(cgi: Cgi) -> tuple[Table, Table]:
    """The settings that tell where the device believes to be: `NTP`, `Locales`."""
    try:
        return cgi.kept_config("NTP"), or_nothing(lambda: cgi.kept_config("Locales"))
    except DeviceForbidden as error:
        raise DeviceForbidden(
            "The device does not tell this account its time zone, without which its clock cannot be judged.",
            hint="Give the account the right to read the settings.",
        ) from error


def read_zone(cgi: Cgi) -> Zone:
    """Where the device believes to be. Raises `Unsupported` where it does not say."""
    return parse_zone(*read_zone_settings(cgi))


def _states(cgi: Cgi) -> dict[int, str]:
    """The lines to a recorder's cameras; empty where it does not tell, or is none."""
    told = cgi.optional("LogicDeviceManager.cgi?action=getCameraState&uniqueChannels[0]=-1", "its cameras")
    if told:
        return parse_states(told)
    try:
        asked = b'{"uniqueChannels":[-1]}'
        return parse_states_json(cgi.newer("LogicDeviceManager/getCameraState", asked, "its cameras"))
    except (Unsupported, DeviceForbidden):
        return {}


def _lost(cgi: Cgi) -> frozenset[int] | None:
    try:
        said = cgi.active("VideoLoss")
        return frozenset() if said is None else frozenset(index + 1 for index in parse_active(said))
    except (Unsupported, DeviceForbidden, ProtocolError):
        return None
