"""Files of a Linux computer, read. Pure; raises nothing but `ProtocolError`."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from hub.api import ProtocolError, redact

_MOST_PACKAGES = 20_000
_MOST_HOMES = 200
_FIELD = re.compile(r"(Package|Status|Architecture|Version): ?(.*)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.~_-]{0,200}")
_EXEC = re.compile(r"^\s*Exec\s*=\s*(.*?)\s*$", re.MULTILINE)
_HIDDEN = re.compile(r"^\s*Hidden\s*=\s*true\s*$", re.MULTILINE | re.IGNORECASE)
_BOOTED = re.compile(r"^btime (\d{1,12})$", re.MULTILINE)
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Also what turns the direction of writing, which makes a name look like another."""
_PEOPLE = range(1000, 60_000)


class Home(NamedTuple):
    user: str
    folder: str
    """Absolute, as the computer itself has it."""


def shown(name: str) -> str:
    """A file's name that can be kept and shown, whatever bytes it is of.

    >>> shown("a\\x1bb")
    'a\\\\x1bb'
    """
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", name)[:300]


def parse_packages(text: str) -> dict[str, str]:
    """Name and architecture, and version, of every package that is installed: dpkg's own list.

    Raises `ProtocolError` when there is none: no computer with dpkg has no package.
    """
    found: dict[str, str] = {}
    for fields in _paragraphs(text):
        name, status = fields.get("Package", ""), fields.get("Status", "").split()
        if len(status) != 3 or status[2] not in ("installed", "half-configured", "unpacked", "half-installed"):
            continue
        if _NAME.fullmatch(name) is None:
            raise ProtocolError("The list of packages cannot be read.")
        version = fields.get("Version", "")[:200]
        found[f"{name}:{fields.get('Architecture', '')[:40]}"] = (
            version if status[2] == "installed" else f"{version} ({status[2]})"
        )
        if len(found) > _MOST_PACKAGES:
            raise ProtocolError(f"There are more than {_MOST_PACKAGES} packages.")
    if not found:
        raise ProtocolError("The list of packages is empty.")
    return found


def _paragraphs(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            yield fields
            fields = {}
        elif (match := _FIELD.fullmatch(line)) is not None:
            fields[match[1]] = match[2].strip()
    yield fields


def parse_autostart(text: str) -> str:
    """What a desktop entry starts, fit to be shown; `off` when it is switched off."""
    if _HIDDEN.search(text):
        return "off"
    command = _EXEC.search(text)
    return shown(redact(command[1]))[:200] if command is not None and command[1] else "no command"


def parse_homes(text: str) -> tuple[Home, ...]:
    """Whose programs could start by themselves: root and people, of `/etc/passwd`."""
    homes = []
    for line in text.splitlines()[:5000]:
        parts = line.split(":")
        if len(parts) != 7 or not parts[2].isascii() or not parts[2].isdigit() or not parts[5].startswith("/"):
            continue
        if len(parts[2]) < 9 and (int(parts[2]) == 0 or int(parts[2]) in _PEOPLE) and ".." not in parts[5]:
            homes.append(Home(shown(parts[0]), parts[5]))
    return tuple(homes[:_MOST_HOMES])


def parse_system_name(text: str) -> str:
    """What the system calls itself, of `os-release`; empty where it does not say."""
    found = re.search(r'^PRETTY_NAME=["\']?(.*?)["\']?$', text[:20_000], re.MULTILINE)
    return shown(found[1])[:100] if found is not None else ""


def parse_started(text: str) -> datetime:
    """When the computer started, of `/proc/stat`."""
    found = _BOOTED.search(text)
    if found is None or int(found[1]) > 32_000_000_000:
        raise ProtocolError("When the computer started cannot be read.")
    return datetime.fromtimestamp(int(found[1]), UTC)
