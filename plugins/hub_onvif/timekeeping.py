"""Asks for and sets a device's time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.api import DeviceClock, DeviceForbidden, DeviceRejected, ProtocolError, Unsupported
from hub_onvif.client import Client
from hub_onvif.clock import parse_servers


def read_clock(client: Client) -> DeviceClock:
    """The device's time. Where signing has shown that it calls its local time UTC, that is set right."""
    told, asked_at = client.device_time()
    servers: tuple[str, ...] = ()
    if told.source == "ntp":
        try:
            servers = parse_servers(client.call("device", "GetNTP"))
        except (Unsupported, DeviceRejected, DeviceForbidden, ProtocolError):
            servers = ()
    at = told.at - timedelta(seconds=_mistake_s(client))
    return DeviceClock(at=at, asked_at=asked_at, source=told.source, servers=servers)


def write_clock(client: Client, at: datetime) -> None:
    """Set the time; zone and summer time stay. Refused where the device takes its time from NTP."""
    told, _ = client.device_time()
    if told.source == "ntp":
        raise DeviceRejected(
            "The device takes its time from NTP.", hint="Correct its time server, or turn NTP off on the device."
        )
    utc = at.astimezone(UTC) + timedelta(seconds=_mistake_s(client))
    arguments: dict[str, Any] = {"TimeZone": {"TZ": told.zone}} if told.zone else {}
    client.call(
        "device",
        "SetSystemDateAndTime",
        DateTimeType="Manual",
        DaylightSavings=told.summer,
        UTCDateTime={
            "Time": {"Hour": utc.hour, "Minute": utc.minute, "Second": utc.second},
            "Date": {"Year": utc.year, "Month": utc.month, "Day": utc.day},
        },
        **arguments,
    )
    client.forget()


def _mistake_s(client: Client) -> float:
    signing = client.signing
    return signing.mistake_s if signing is not None else 0.0
