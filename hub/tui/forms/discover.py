"""What is filled in to add a device: first where it is and how to sign in, then what hub.toml is to say."""

import re
from urllib.parse import urlsplit

from hub.client import SiteView
from hub.client.discovery import STREAM_PORTS, Adding, ChannelView, FoundView, NewCamera, ProbeView, SearchView, Target
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import Choice, Field, Problems, Values

_HOST = re.compile(r"[A-Za-z0-9.:_%\-]{1,253}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def target_fields(device: FoundView | None, search: SearchView) -> list[Field]:
    """Where a device is, as it was found, and how to sign in."""
    found = device or FoundView(address="")
    drivers = list(dict.fromkeys((*search.drivers, *search.stream_drivers)))
    driver = found.driver or (drivers[0] if len(drivers) == 1 else "")
    yes_no = (Choice("no", _("no")), Choice("yes", _("yes")))
    return [
        Field("driver", _("Driver"), "", driver, kind="choice", choices=tuple(Choice(each, each) for each in drivers)),
        Field("host", _("Address"), _("IP address or name; of a stream: rtsp://…"), found.address, 1000),
        Field("port", _("Port"), _("empty: the driver's usual one"), str(found.port or ""), 5),
        Field("tls", "TLS", "", "yes" if found.tls else "no", kind="choice", choices=yes_no),
        Field("user", _("User"), _("the account the hub signs in with"), "", 100),
        Field("password", _("Password"), _("as it is, or env:NAME, or file:PATH"), "", 1000, kind="secret"),
        Field("fingerprint", _("Certificate"), _("SHA-256; with TLS it is read from the device"), "", 100),
    ]


def read_target(values: Values, search: SearchView) -> Target | Problems:
    """What was filled in; not approved yet."""
    if "://" in values.get("host", ""):
        return _read_stream(values, search)
    problems: Problems = {}
    host, port = values.get("host", "").strip(), values.get("port", "").strip()
    fingerprint = values.get("fingerprint", "").strip()
    if not values.get("driver"):
        problems["driver"] = _("Choose one.")
    elif values["driver"] not in search.drivers:
        problems["host"] = _("This driver knows a camera by the address of its stream: rtsp://…")
    if not _HOST.fullmatch(host):
        problems.setdefault("host", _("An IP address or a name."))
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        problems["port"] = _("A number from 1 to 65535, or nothing.")
    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        problems["fingerprint"] = _("64 hexadecimal digits, or nothing.")
    if problems:
        return problems
    tls = values.get("tls") == "yes"
    return _target(values, host, int(port) if port else None, tls=tls)


def _read_stream(values: Values, search: SearchView) -> Target | Problems:
    """A camera that is known by the address of its stream, which says port and TLS itself."""
    url, problems = values["host"].strip(), Problems()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or STREAM_PORTS.get(parts.scheme, 0)
    except ValueError:
        return {"host": _("An address like rtsp://10.0.0.8:554/live.")}
    if not _HOST.fullmatch(host) or not port:
        problems["host"] = _("An address like rtsp://10.0.0.8:554/live.")
    elif parts.username is not None or parts.password is not None:
        problems["host"] = _("Without user and password: they are kept apart, in the fields below.")
    if values.get("driver") not in search.stream_drivers:
        known = ", ".join(search.stream_drivers) or "-"
        problems["driver"] = _("The address of a stream goes with: {drivers}.").format(drivers=known)
    if values.get("port", "").strip() not in ("", str(port)):
        problems["port"] = _("The address names the port itself.")
    fingerprint = values.get("fingerprint", "").strip()
    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        problems["fingerprint"] = _("64 hexadecimal digits, or nothing.")
    if problems:
        return problems
    return _target(values, host, port, tls=parts.scheme in ("rtsps", "https"), url=url)


def _target(values: Values, host: str, port: int | None, *, tls: bool, url: str = "") -> Target:
    return Target(
        driver=values["driver"],
        host=host,
        port=port,
        url=url,
        tls=tls,
        fingerprint=values.get("fingerprint", "").strip() if tls else "",
        user=values.get("user", "").strip(),
        password=values.get("password", ""),
    )


def camera_fields(probed: ProbeView, search: SearchView | None, site: SiteView | None) -> list[Field]:
    """What hub.toml is to say, as it is proposed."""
    proposal = probed.channels[0].proposal if len(probed.channels) == 1 else probed.proposal
    known = {area.id: say(area.name) for area in site.areas} if site is not None else {}
    areas = tuple(Choice(each, known.get(each, each)) for each in (search.areas if search is not None else known))
    domains = tuple(Choice(each, words.word(words.DOMAINS, each)) for each in ("production", "security"))
    yes_no = (Choice("no", _("no")), Choice("yes", _("yes")))
    fields = [
        Field("id", _("Id"), _("small letters, digits, - and _"), proposal.id, 63),
        Field("name", _("Its name"), "", proposal.name, 200),
        Field("area", _("Area"), "", proposal.area, kind="choice", choices=areas),
        Field("domain", _("Domain"), "", proposal.domain, kind="choice", choices=domains),
    ]
    if len(probed.channels) > 1:
        channels = tuple(Choice(str(each.number), _channel_words(each)) for each in probed.channels)
        delivering = ",".join(str(each.number) for each in probed.channels if each.online is not False)
        hint = _("those that become cameras")
        fields.append(Field("channels", _("Channels"), hint, delivering, kind="several", choices=channels))
    else:
        steered = "yes" if probed.channels[0].steered else "no"
        hint = _("turned and zoomed: its view is compared only where it says where it points")
        fields.append(Field("ptz", _("Steered"), hint, steered, kind="choice", choices=yes_no))
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
        camera = _camera(values, device, name, probed.channels[0].number, steered=values.get("ptz") == "yes")
        return Adding(target=target, cameras=[camera])
    cameras = [
        _camera(values, each.proposal.id, each.proposal.name, each.number, steered=each.steered is True)
        for each in probed.channels
        if str(each.number) in wanted
    ]
    return Adding(target=target, cameras=cameras, device=device, device_name=name)


def _channel_words(channel: ChannelView) -> str:
    """A channel as it is chosen: its number, the name that is proposed, and that nothing comes where nothing does."""
    lost = _("delivers nothing") if channel.online is False else ""
    steered = _("steering") if channel.steered else ""
    return "  ".join(part for part in (str(channel.number), channel.proposal.name, lost, steered) if part)


def _camera(values: Values, id_: str, name: str, channel: int, *, steered: bool) -> NewCamera:
    chinese = bool(_CHINESE.search(name))
    return NewCamera(
        id=id_,
        name_en="" if chinese else name,
        name_zh=name if chinese else "",
        area=values["area"],
        domain=values["domain"],  # type: ignore[arg-type]
        channel=channel,
        ptz=steered,
    )
