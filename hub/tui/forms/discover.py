"""What is filled in to add a device: first where it is and how to sign in, then what hub.toml is to say."""

import re
from collections.abc import Sequence

from hub.client import SiteView
from hub.client.discovery import Adding, FoundView, NewCamera, ProbeView, SearchView, Target
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import Choice, Field, Problems, Values

_HOST = re.compile(r"[A-Za-z0-9.:_%\-]{1,253}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def target_fields(device: FoundView | None, drivers: Sequence[str]) -> list[Field]:
    """Where a device is, as it was found, and how to sign in."""
    found = device or FoundView(address="")
    driver = found.driver or (drivers[0] if len(drivers) == 1 else "")
    yes_no = (Choice("no", _("no")), Choice("yes", _("yes")))
    return [
        Field("driver", _("Driver"), "", driver, kind="choice", choices=tuple(Choice(each, each) for each in drivers)),
        Field("host", _("Address"), _("IP address or name"), found.address, 253),
        Field("port", _("Port"), _("empty: the driver's usual one"), str(found.port or ""), 5),
        Field("tls", "TLS", "", "yes" if found.tls else "no", kind="choice", choices=yes_no),
        Field("user", _("User"), _("the account the hub signs in with"), "", 100),
        Field("password", _("Password"), _("as it is, or env:NAME, or file:PATH"), "", 1000, kind="secret"),
        Field("fingerprint", _("Certificate"), _("SHA-256; with TLS it is read from the device"), "", 100),
    ]


def read_target(values: Values) -> Target | Problems:
    """What was filled in; not approved yet."""
    problems: Problems = {}
    host, port = values.get("host", "").strip(), values.get("port", "").strip()
    fingerprint = values.get("fingerprint", "").strip()
    if not values.get("driver"):
        problems["driver"] = _("Choose one.")
    if not _HOST.fullmatch(host):
        problems["host"] = _("An IP address or a name.")
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        problems["port"] = _("A number from 1 to 65535, or nothing.")
    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        problems["fingerprint"] = _("64 hexadecimal digits, or nothing.")
    if problems:
        return problems
    tls = values.get("tls") == "yes"
    return Target(
        driver=values["driver"],
        host=host,
        port=int(port) if port else None,
        tls=tls,
        fingerprint=fingerprint if tls else "",
        user=values.get("user", "").strip(),
        password=values.get("password", ""),
    )


def camera_fields(probed: ProbeView, search: SearchView | None, site: SiteView | None) -> list[Field]:
    """What hub.toml is to say, as it is proposed."""
    proposal = probed.channels[0].proposal if len(probed.channels) == 1 else probed.proposal
    known = {area.id: say(area.name) for area in site.areas} if site is not None else {}
    areas = tuple(Choice(each, known.get(each, each)) for each in (search.areas if search is not None else known))
    domains = tuple(Choice(each, words.word(words.DOMAINS, each)) for each in ("production", "security"))
    area = proposal.area or (areas[0].value if len(areas) == 1 else "")
    fields = [
        Field("id", _("Id"), _("small letters, digits, - and _"), proposal.id, 63),
        Field("name", _("Its name"), "", proposal.name, 200),
        Field("area", _("Area"), "", area, kind="choice", choices=areas),
        Field("domain", _("Domain"), "", proposal.domain, kind="choice", choices=domains),
    ]
    if len(probed.channels) > 1:
        channels = tuple(Choice(str(each.number), f"{each.number}  {each.proposal.name}") for each in probed.channels)
        delivering = ",".join(str(each.number) for each in probed.channels if each.online is not False)
        hint = _("those that become cameras")
        fields.append(Field("channels", _("Channels"), hint, delivering, kind="several", choices=channels))
    return fields


def read_adding(values: Values, target: Target, probed: ProbeView) -> Adding | Problems:
    """What was filled in, as it is sent."""
    problems: Problems = {}
    several = len(probed.channels) > 1
    wanted = [part for part in values.get("channels", "").split(",") if part]
    if not _ID.fullmatch(values.get("id", "").strip()):
        problems["id"] = _("Small letters, digits, - and _, at most 63.")
    if not values.get("name", "").strip():
        problems["name"] = _("Give it a name.")
    for name in ("area", "domain"):
        if not values.get(name):
            problems[name] = _("Choose one.")
    if several and not wanted:
        problems["channels"] = _("Choose one at least.")
    if problems:
        return problems
    device, name = values["id"].strip(), values["name"].strip()
    if not several:
        return Adding(target=target, cameras=[_camera(values, device, name, probed.channels[0].number)])
    cameras = [
        _camera(values, each.proposal.id, each.proposal.name, each.number)
        for each in probed.channels
        if str(each.number) in wanted
    ]
    return Adding(target=target, cameras=cameras, device=device, device_name=name)


def _camera(values: Values, id_: str, name: str, channel: int) -> NewCamera:
    chinese = bool(_CHINESE.search(name))
    return NewCamera(
        id=id_,
        name_en="" if chinese else name,
        name_zh=name if chinese else "",
        area=values["area"],
        domain=values["domain"],  # type: ignore[arg-type]
        channel=channel,
    )
