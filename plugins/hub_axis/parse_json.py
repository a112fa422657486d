"""VAPIX's answers in JSON. Pure; raises nothing but kinds of `DeviceError`."""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from hub.api import DeviceForbidden, DeviceInfo, DeviceRejected, ProtocolError, Unsupported, redact

Data = TypeVar("Data")

UNSET = "0.0.0.0"  # noqa: S104 - nothing is bound
"""How a device writes an address that nobody gave."""

_CANNOT = frozenset({2002, 2003, 2004, 2100, 2102, 4000, 4001, 4002, 4004})
"""No such version, no such method."""
_MAY_NOT = frozenset({2001, 2105, 2106})
_WRONG_VALUE = frozenset({1000, 1001, 2103, 2104})
_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_CLOCK = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ][0-9]{2}:?[0-9]{2}", re.ASCII)
_BOM = b"\xef\xbb\xbf"


class Api(msgspec.Struct, frozen=True):
    id: str
    version: str | float | None = None


class Apis(msgspec.Struct, frozen=True, rename="camel"):
    api_list: list[Api] | None = None


class Properties(msgspec.Struct, frozen=True, rename="camel"):
    property_list: dict[str, Any]


class Time(msgspec.Struct, frozen=True, rename="camel"):
    date_time: str


class TimeOfRest(msgspec.Struct, frozen=True):
    time: Time


class NtpClient(msgspec.Struct, frozen=True, rename="camel"):
    enabled: bool
    servers_source: str | None = None
    static_servers: list[str] | None = None
    advertised_servers: list[str] | None = None

    def servers(self) -> tuple[str, ...]:
        """Those that are asked: what DHCP named where it did, else the device's own."""
        named = self.advertised_servers if (self.servers_source or "").upper() == "DHCP" else []
        return tuple(one[:253] for one in (named or self.static_servers or [])[:10] if one not in ("", UNSET))


class Ntp(msgspec.Struct, frozen=True):
    client: NtpClient | None = None


class Ready(msgspec.Struct, frozen=True):
    systemready: str = ""
    uptime: str | int | float | None = None

    def uptime_s(self) -> float | None:
        """Seconds since the device started; None where it does not tell."""
        try:
            seconds = float(self.uptime) if self.uptime is not None else -1.0
        except (ValueError, OverflowError):
            return None
        return seconds if 0 <= seconds < 100 * 366 * 86400 else None


class Nothing(msgspec.Struct, frozen=True):
    """Of an answer that says only that it was done."""


class _Fault(msgspec.Struct, frozen=True):
    code: int | str | None = None
    message: str | None = None


class _Envelope(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"{}")
    error: _Fault | str | None = None


def parse_reply(body: bytes, of: type[Data]) -> Data:
    """The data of an answer. Raises what the device's error code means, and `ProtocolError` for anything else."""
    envelope = _decode(body, _Envelope)
    if envelope.error is not None:
        raise _refusal(envelope.error)
    return _decode(bytes(envelope.data), of)


def holds_refusal(body: bytes) -> bool:
    """Whether this is a refusal in VAPIX's own words, whatever the HTTP status was."""
    try:
        return _decode(body, _Envelope).error is not None
    except ProtocolError:
        return False


def _decode(body: bytes, of: type[Data]) -> Data:
    try:
        # Some firmware writes numbers and yes or no as words.
        return msgspec.json.decode(body.removeprefix(_BOM), type=of, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProtocolError("The device's answer is not the JSON that was expected.") from None


def _refusal(said: _Fault | str) -> Exception:
    fault = _Fault(message=said) if isinstance(said, str) else said
    message = redact(" ".join((fault.message or "").split()))[:200] or "no reason given"
    try:
        code = int(fault.code or 0)
    except ValueError:
        code = 0
    if code in _CANNOT:
        return Unsupported(f"The device cannot do this: {message} ({code}).")
    if code in _MAY_NOT:
        return DeviceForbidden(
            f"The account may not do this on the device: {message} ({code}).", hint="Make it an administrator there."
        )
    if code in _WRONG_VALUE:
        return DeviceRejected(f"The device refused: {message} ({code}).")
    return ProtocolError(f"The device reports a fault of its own: {message} ({code}).")


def parse_info(properties: dict[str, Any]) -> DeviceInfo:
    """Of basic device information, or of the groups Brand and Properties of an older device, without their names.

    Axis numbers its devices with their MAC addresses.
    """
    texts = {key: str(value)[:200] for key, value in properties.items() if isinstance(value, str | int | float)}
    serial = texts.get("SerialNumber", "")
    mac = ":".join(re.findall("..", serial.lower())) if _MAC.fullmatch(serial) and serial.strip("0") else ""
    return DeviceInfo(
        maker=texts.get("Brand", "").title(),
        model=texts.get("ProdNbr", "") or texts.get("ProdShortName", "").removeprefix("AXIS "),
        serial=serial,
        firmware=texts.get("Version", ""),
        mac=mac,
        name=texts.get("ProdFullName", ""),
        kind=_kind(f"{texts.get('ProdType', '')} {texts.get('ProdFullName', '')}".lower()),
    )


def _kind(words: str) -> Any:
    if "recorder" in words:
        return "recorder"
    if "encoder" in words or "video server" in words:
        return "encoder"
    return "camera" if "camera" in words or "doorbell" in words else "unknown"


def parse_instant(text: str) -> datetime:
    """`2026-01-05T08:00:00Z`, with or without a fraction. Raises `ProtocolError`."""
    try:
        # A day alone would read as its midnight.
        at = datetime.fromisoformat(text[:40] if _CLOCK.match(text) else "")
    except ValueError:
        raise ProtocolError("The device's time cannot be read.") from None
    if not 1970 <= at.year <= 9000:  # no zone, and no minute before it, may lead out of the calendar
        raise ProtocolError("The device's time cannot be.")
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
