"""A device's clock: by the Time and NTP interfaces, or as older and as newer devices have it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from hub.api import DeviceClock, DeviceForbidden, DeviceRejected, ProtocolError, Unsupported
from hub_axis.parse_json import UNSET, Nothing, Ntp, NtpClient, Time, TimeOfRest, parse_instant
from hub_axis.parse_text import accept, parse_old_time
from hub_axis.vapix import Vapix
from hub_axis.zones import parse_zone, to_utc

_TIME = "/axis-cgi/time.cgi"
_OLD = "/axis-cgi/date.cgi"
_NEW = "/config/rest/time/v2/time"
_NEW_NTP = "/config/rest/network-time-sync/v1/ntp/client"


class _Source(NamedTuple):
    is_ntp: bool | None
    servers: tuple[str, ...] = ()


def read_clock(vapix: Vapix) -> DeviceClock:
    """The time that the device shows, and where it has it from."""
    try:
        return _told(vapix, lambda: vapix.call(_TIME, "getDateTimeInfo", Time).date_time)
    except Unsupported:
        pass
    try:
        return _old_clock(vapix)
    except Unsupported:
        return _told(vapix, lambda: vapix.rest("GET", _NEW, TimeOfRest).time.date_time)


def _told(vapix: Vapix, ask: Callable[[], str]) -> DeviceClock:
    before = vapix.access.now()
    at = parse_instant(ask())
    asked = before + (vapix.access.now() - before) / 2
    return _clock(at, asked, _source(vapix))


def _old_clock(vapix: Vapix) -> DeviceClock:
    """Before AXIS OS 9.30: its own local time, with the zone among the parameters."""
    before = vapix.access.now()
    local = parse_old_time(vapix.text(f"{_OLD}?action=get"))
    asked = before + (vapix.access.now() - before) / 2
    parameters = vapix.parameters("root.Time")
    return _clock(to_utc(local, _zone(parameters), asked), asked, _old_source(parameters))


def _clock(at: datetime, asked: datetime, source: _Source) -> DeviceClock:
    # A device that tells whole seconds is somewhere within that second.
    return DeviceClock(
        at=at if at.microsecond else at + timedelta(seconds=0.5),
        asked_at=asked,
        source="unknown" if source.is_ntp is None else "ntp" if source.is_ntp else "manual",
        servers=source.servers,
    )


def _source(vapix: Vapix) -> _Source:
    """Unknown where it is answered with nonsense: the time that was told is good all the same."""
    try:
        return _told_source(vapix)
    except (ProtocolError, DeviceRejected, DeviceForbidden):
        return _Source(None)


def _told_source(vapix: Vapix) -> _Source:
    try:
        vapix.need("admin")
        client = _ntp_client(vapix)
        if client is not None:
            return _Source(client.enabled, client.servers())
    except (Unsupported, DeviceForbidden):
        pass
    return _old_source(vapix.parameters("root.Time"))


def _ntp_client(vapix: Vapix) -> NtpClient | None:
    try:
        return vapix.call("/axis-cgi/ntp.cgi", "getNTPInfo", Ntp).client
    except Unsupported:
        return vapix.rest("GET", _NEW_NTP, NtpClient)


def _old_source(parameters: dict[str, str]) -> _Source:
    word = parameters.get("Time.SyncSource", "").strip().lower()
    if not word:
        return _Source(None)
    by_dhcp = parameters.get("Time.ObtainFromDHCP", "").lower() == "yes"
    server = parameters.get("Time.NTP.VolatileServer" if by_dhcp else "Time.NTP.Server", "").strip()
    is_ntp = word == "ntp"
    return _Source(is_ntp, (server[:253],) if is_ntp and server not in ("", UNSET) else ())


def _zone(parameters: dict[str, str]) -> tzinfo:
    return parse_zone(
        parameters.get("Time.POSIXTimeZone", "") or "UTC0",
        summer_time=parameters.get("Time.DST.Enabled", "yes").strip().lower() != "no",
    )


def set_clock(vapix: Vapix, at: datetime) -> None:
    """Set the time; the zone stays. Refused where NTP would undo it."""
    vapix.need("operator")
    if read_clock(vapix).source == "ntp":
        raise DeviceRejected(
            "The device takes its time from NTP.", hint="See that its time server is right and can be reached."
        )
    text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        vapix.call(_TIME, "setDateTime", Nothing, {"dateTime": text})
    except Unsupported:
        _set_otherwise(vapix, at, text)


def _set_otherwise(vapix: Vapix, at: datetime, text: str) -> None:
    try:
        local = at.astimezone(_zone(vapix.parameters("root.Time")))
        fields = ("year", "month", "day", "hour", "minute", "second")
        query = "&".join(f"{field}={getattr(local, field)}" for field in fields)
        accept(vapix.text(f"{_OLD}?action=set&{query}"))
    except Unsupported:
        vapix.rest("PATCH", f"{_NEW}/dateTime", Nothing, text)
