"""VAPIX's answers in plain text: parameters, the view's position, temperatures, accounts, the old clock. Pure.

Every function takes text of any origin and raises nothing but kinds of `DeviceError`. A refusal may come as text with
HTTP 200: `# Error: …`, or `Error:` with the reason on the next line.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime

from hub.api import DeviceRejected, DeviceUser, ProtocolError, PtzPreset, Temperature, redact

MOST_PARAMETERS = 20_000
_PARAMETER = re.compile(r"(?:root\.)?([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)=(.*)")
_REFUSAL = re.compile(r"\s*(?:#\s*)?(?:error|request failed)\b[:\s]*(.*)", re.IGNORECASE | re.DOTALL)
_REFUSED_LINE = re.compile(r"#\s*(?:error|request failed)\b", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r\n?|\n")
"""Not the other signs at which Python ends a line: they stand in names."""
_PAIR = re.compile(r"\s*([A-Za-z][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*")
_PRESET = re.compile(r"presetposno(\d{1,4})=(.*)")
_OLD_TIME = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2}), +(\d{4}) +(\d{1,2}):(\d{2}):(\d{2})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_ACCOUNTS = 1000
_LEVELS = (("admin", "administrator"), ("operator", "operator"), ("viewer", "viewer"))


def decode(body: bytes) -> str:
    """The text of an answer: UTF-8, or Latin-1 as older devices write. Raises `ProtocolError` for a web page or
    bytes that are no text."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    if "\0" in text:
        raise ProtocolError("The device answered with bytes that are no text.")
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        raise ProtocolError("The device answered with a page instead of data.", hint="Is it an Axis device?")
    return text


def refusal(text: str) -> str | None:
    """The reason, fit to be shown, when `text` is a refusal."""
    found = _REFUSAL.match(text[:2000])
    return None if found is None else redact(" ".join(found[1].split()))[:200] or "no reason given"


def accept(text: str) -> str:
    """`text`, when it is no refusal. Raises `DeviceRejected`."""
    reason = refusal(text)
    if reason is not None:
        raise DeviceRejected(f"The device refused: {reason}.")
    return text


def parse_parameters(text: str) -> dict[str, str]:
    """What `param.cgi?action=list` gives, without the `root.` before every name.

    A group that the device does not have is a refused line among the others, or all there is: it has none of it.

    >>> parse_parameters("root.Brand.Brand=AXIS")
    {'Brand.Brand': 'AXIS'}
    """
    found: dict[str, str] = {}
    last, refused = "", False
    for line in _LINE_ENDS.split(text.rstrip("\r\n")):
        match = _PARAMETER.fullmatch(line)
        if match is None and _REFUSED_LINE.match(line):
            refused = True
        elif match is not None:
            last = match[1]
            found[last] = match[2]
        elif last:
            # The text of an overlay may hold a line break, and is written as it is.
            found[last] = f"{found[last]}\n{line}"[:10_000]
        elif line.strip():
            raise ProtocolError("The device's list of parameters cannot be read.")
        if len(found) > MOST_PARAMETERS:
            raise ProtocolError(f"The device lists more than {MOST_PARAMETERS} parameters.")
    if not found and not refused:
        raise ProtocolError("The device's list of parameters is empty.")
    return found


def parse_pairs(text: str) -> dict[str, str]:
    """Lines `name=value`, names in small letters; other lines are headings. Raises `ProtocolError` when there is none.

    >>> parse_pairs("pan=12.5\\r\\ntilt=-30")
    {'pan': '12.5', 'tilt': '-30'}
    """
    pairs = {
        match[1].lower(): match[2]
        for line in accept(text).splitlines()[:5000]
        if (match := _PAIR.fullmatch(line)) is not None
    }
    if not pairs:
        raise ProtocolError("The device's answer holds no values.")
    return pairs


def number(text: str | None) -> float | None:
    """A finite number. `nan`, which an axis has that is not there, is None."""
    try:
        value = float(text) if text is not None and len(text) < 40 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def parse_presets(text: str) -> tuple[PtzPreset, ...]:
    """The presets of one view, in the order of their numbers. Where there is none there is the heading only."""
    lines = accept(text).splitlines()[:5000]
    presets = {
        int(found[1]): PtzPreset(id=str(int(found[1])), name=found[2].strip()[:200])
        for line in lines
        if (found := _PRESET.fullmatch(line.strip())) is not None
    }
    if not presets and not any("preset" in line.lower() for line in lines):
        raise ProtocolError("The device's list of presets cannot be read.")
    return tuple(presets[key] for key in sorted(presets))


def parse_temperatures(text: str) -> tuple[tuple[Temperature, ...], bool | None]:
    """What `temperaturecontrol.cgi?action=statusall` gives: the sensors, and whether the fans are well (None: there is
    no fan, or one says nothing). A fan or heater that stands still is well: the device runs it when it must."""
    pairs = parse_pairs(text)
    names: dict[str, str] = {}
    degrees: dict[str, float] = {}
    fans: list[bool | None] = []
    for key, value in pairs.items():
        kind, _, rest = key.partition(".")
        which, _, what = rest.partition(".")
        if kind == "sensor" and what == "name":
            names[which] = value[:100]
        elif kind == "sensor" and what == "celsius" and (celsius := number(value)) is not None:
            degrees[which] = celsius
        elif kind == "fan" and what == "status":
            fans.append(_fan(value))
    sensors = tuple(
        Temperature(name=names.get(which) or which.upper(), celsius=celsius)
        for which, celsius in sorted(degrees.items())
        if -100 <= celsius <= 200
    )
    return sensors, False if False in fans else None if None in fans or not fans else True


def _fan(status: str) -> bool | None:
    """Whether a fan is well; None for a word that says nothing: `N/A`."""
    word = status.lower()
    if "fail" in word:
        return False
    return True if re.match(r"(?:running|stopped|ok\b|normal)", word) else None


def parse_groups(text: str) -> frozenset[str]:
    """To which groups the account belongs: the second line of `usergroup.cgi`."""
    lines = [line for line in accept(text).splitlines() if line.strip()]
    if len(lines) < 2:
        raise ProtocolError("The device does not say which rights the account has.")
    return frozenset(lines[1].lower().split()[:50])


def parse_users(text: str) -> tuple[DeviceUser, ...]:
    """People's accounts: those that may sign in (`digusers`), with the highest of their groups. The device's own
    helpers, which are in the groups as well, are left out."""
    groups: dict[str, tuple[str, ...]] = {}
    for line in accept(text).splitlines()[:500]:
        name, equals, members = line.strip().partition("=")
        if equals:
            listed = (one.strip() for one in members.strip('"').split(","))
            groups[name.lower()] = tuple(one for one in listed if one)[:_MOST_ACCOUNTS]
    names = groups.get("digusers")
    if names is None:
        names = tuple(dict.fromkeys(one for group, _ in _LEVELS for one in groups.get(group, ())))
    if not names:
        raise ProtocolError("The device lists no account at all.")
    return tuple(DeviceUser(name=name[:100], level=_level(name, groups)) for name in dict.fromkeys(names))


def _level(name: str, groups: Mapping[str, tuple[str, ...]]) -> str:
    level = next((word for group, word in _LEVELS if name in groups.get(group, ())), "")
    return f"{level}, ptz" if level == "viewer" and name in groups.get("ptz", ()) else level


def parse_old_time(text: str) -> datetime:
    """What `date.cgi?action=get` gives, by the device's own zone: `Feb 04, 2007 15:44:39`. Naive."""
    found = _OLD_TIME.search(accept(text)[:500])
    if found is None or found[1] not in _MONTHS:
        raise ProtocolError("The device's time cannot be read.")
    year, month, day = int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])
    try:
        local = datetime(year, month, day, int(found[4]), int(found[5]), int(found[6]))  # noqa: DTZ001
    except ValueError:
        raise ProtocolError("The device's time is none that there is.") from None
    if not 1970 <= year <= 9000:
        raise ProtocolError("The device's time cannot be.")
    return local
