"""From what several finders say to one line for each device, with every contradiction kept. Pure.

Theory: a MAC address names a device best, then its serial number, then the address and port at which it answers. So
findings are joined by MAC first; those without one by serial number, and to the one device with that serial; what has
neither goes to the one device at its address and port. Where that is not one device but several, it stands by itself:
rather a line too many than two devices in one. Two devices of different MAC or serial are never joined, and both are
marked where they claim the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from hub.vendor.finding import Found

Field = Literal["address", "port", "maker", "model", "serial", "mac", "name", "firmware", "activated"]
_FIELDS: tuple[Field, ...] = ("address", "port", "maker", "model", "serial", "mac", "name", "firmware", "activated")
_RANK = {"sadp": 0, "dhip": 1, "ws-discovery": 2, "mdns": 3}
"""Whose word is shown where several differ: the maker's own protocol knows best."""
_NO_SERIAL = frozenset(("", "0", "none", "unknown", "null", "n/a", "default"))
_SHORTEST_SERIAL = 4


class Claim(msgspec.Struct, frozen=True):
    """One value that is claimed of a device, and who says so."""

    field: Field
    value: str
    by: tuple[str, ...]


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of one device. Anybody on the network may have said this."""

    address: str
    port: int | None = None
    tls: bool = False
    drivers: tuple[str, ...] = ()
    maker: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    name: str = ""
    firmware: str = ""
    activated: bool | None = None
    by: tuple[str, ...] = ()
    """The finders that heard of it."""
    differing: tuple[Claim, ...] = ()
    """Every value of each field about which the finders do not agree."""
    shared: tuple[Literal["address", "serial"], ...] = ()
    """What another device of the same search claims to have as well."""


def merge(found: Iterable[Found]) -> tuple[Device, ...]:
    """The devices, by address. The order of what was found, and hearing it twice, change nothing."""
    each = sorted(set(found), key=_order)
    groups = _by_mac_and_serial(each)
    devices = [_device(group) for group in groups]
    return tuple(sorted(_marked(devices), key=lambda device: (_sortable(device.address), device.port or 0, device.mac)))


def _order(found: Found) -> tuple[int, str, str]:
    return _RANK.get(found.by, len(_RANK)), found.by, repr(found)


def serial_of(found: Found) -> str:
    """The serial number in the form by which two are compared; nothing for what names no device."""
    return _identifying(found.serial)


def _identifying(serial: str) -> str:
    folded = serial.casefold()
    # All of one sign is what many write where none was set.
    names_one = folded not in _NO_SERIAL and len(folded) >= _SHORTEST_SERIAL and len(set(folded)) > 1
    return folded if names_one else ""


def _by_mac_and_serial(found: Sequence[Found]) -> list[list[Found]]:
    by_mac = _grouped((each for each in found if each.mac), lambda each: each.mac)
    named = list(by_mac.values())
    for serial, group in _grouped((e for e in found if not e.mac and serial_of(e)), serial_of).items():
        same = [known for known in by_mac.values() if serial in map(serial_of, known)]
        if len(same) == 1:
            same[0].extend(group)
        else:
            named.append(group)
    named = _joined_at_places(named)
    bare = _grouped((e for e in found if not e.mac and not serial_of(e)), lambda e: f"{e.address} {e.port or ''}")
    # What knows its port goes first: what does not may then find a single device at its address.
    alone: list[list[Found]] = []
    for group in sorted(bare.values(), key=lambda group: group[0].port is None):
        at_place = [known for known in [*named, *alone] if _meet(known, group)]
        if len(at_place) == 1:
            at_place[0].extend(group)
        else:
            alone.append(group)
    return [*named, *alone]


def _joined_at_places(groups: list[list[Found]]) -> list[list[Found]]:
    """A device known by its serial alone and one known by its MAC alone are one where they answer at one place, and
    nobody else does."""
    macs = [group for group in groups if any(each.mac for each in group)]
    serials = [group for group in groups if not any(each.mac for each in group)]
    left = []
    for group in serials:
        here = [known for known in macs if _meet(known, group)]
        rivals = [other for other in serials if other is not group and _meet(other, group)]
        if len(here) == 1 and not rivals and not any(serial_of(each) for each in here[0]):
            here[0].extend(group)
        else:
            left.append(group)
    return [*macs, *left]


def _meet(one: Sequence[Found], other: Sequence[Found]) -> bool:
    """Whether both answer at the same address and port; a port that is not told fits any."""
    return any(
        a.address == b.address and (a.port == b.port or a.port is None or b.port is None) for a in one for b in other
    )


def _grouped(found: Iterable[Found], key: Callable[[Found], str]) -> dict[str, list[Found]]:
    groups: dict[str, list[Found]] = defaultdict(list)
    for each in found:
        groups[key(each)].append(each)
    return dict(groups)


def _device(group: Sequence[Found]) -> Device:
    group = sorted(group, key=_order)
    claims = {field: _claims(field, group) for field in _FIELDS}
    best = {field: _best(field, group) for field in _FIELDS}
    at_place = [each for each in group if each.address == best["address"]]
    place = next((each for each in at_place if each.port is not None), at_place[0])
    best["port"] = place.port
    return Device(
        **best,  # type: ignore[arg-type]
        tls=place.tls,
        drivers=tuple(dict.fromkeys(driver for each in group for driver in each.drivers)),
        by=tuple(dict.fromkeys(each.by for each in group)),
        # Also the one port that is claimed, where it is at another address than the one that is shown.
        differing=tuple(
            claim
            for field, said in claims.items()
            if len(said) > 1 or (said and best[field] in ("", None))
            for claim in said
        ),
    )


def _best(field: Field, group: Sequence[Found]) -> object:
    values = [getattr(each, field) for each in group]
    return next((value for value in values if value not in ("", None)), values[0])


def _claims(field: Field, group: Sequence[Found]) -> list[Claim]:
    """What is said of a field, each value once, whatever its capitals."""
    said: dict[str, tuple[str, list[str]]] = {}
    for each in group:
        value = getattr(each, field)
        if value in ("", None):
            continue
        word = {True: "yes", False: "no"}.get(value, str(value)) if field == "activated" else str(value)
        said.setdefault(word.casefold(), (word, []))[1].append(each.by)
    return [Claim(field, word, tuple(dict.fromkeys(by))) for word, by in said.values()]


def _marked(devices: Sequence[Device]) -> list[Device]:
    """The same, each marked with what another claims as well."""
    owners: dict[tuple[str, str], int] = defaultdict(int)
    for device in devices:
        for claim in _identity(device):
            owners[claim] += 1
    return [
        msgspec.structs.replace(
            device,
            shared=tuple(
                kind
                for kind in ("address", "serial")
                if any(owners[claim] > 1 for claim in _identity(device) if claim[0] == kind)
            ),
        )
        for device in devices
    ]


def _identity(device: Device) -> set[tuple[str, str]]:
    place = f"{device.address}:{device.port}" if device.port is not None else device.address
    serials = {device.serial, *(claim.value for claim in device.differing if claim.field == "serial")}
    said = {("address", place), *(("serial", _identifying(serial)) for serial in serials)}
    return {(kind, value) for kind, value in said if value}


def _sortable(address: str) -> tuple[int, ...] | tuple[int, str]:
    parts = address.split(".")
    return (4, *map(int, parts)) if len(parts) == 4 and all(p.isdigit() for p in parts) else (6, address)
