"""The kinds of service by which cameras and recorders announce themselves, and what each speaks for."""

import re

import msgspec


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of service. `any_device`: printers and lamps announce it too, so its name or text must tell more."""

    drivers: tuple[str, ...]
    maker: str = ""
    any_device: bool = False
    own_port: bool = False
    """The port it names is where the driver asks; else that of a stream, say."""


KINDS: dict[str, Kind] = {
    "_axis-video._tcp.local.": Kind(drivers=("axis", "onvif"), maker="Axis", own_port=True),
    "_axis-nvr._tcp.local.": Kind(drivers=("axis", "onvif"), maker="Axis", own_port=True),
    "_onvif._tcp.local.": Kind(drivers=("onvif",), own_port=True),
    "_psia._tcp.local.": Kind(drivers=("hikvision", "onvif"), own_port=True),
    "_CGI._tcp.local.": Kind(drivers=("hikvision", "onvif"), own_port=True),
    "_ezviz._tcp.local.": Kind(drivers=("hikvision", "onvif"), maker="EZVIZ"),
    "_camera._tcp.local.": Kind(drivers=("onvif",)),
    "_nvr._tcp.local.": Kind(drivers=("onvif",)),
    "_rtsp._tcp.local.": Kind(drivers=("onvif", "rtsp")),
    "_hap._tcp.local.": Kind(drivers=("onvif",), any_device=True),
    "_http._tcp.local.": Kind(drivers=("onvif",), any_device=True, own_port=True),
}

HOMEKIT_CAMERAS = ("17", "18")
"""Categories of HomeKit: camera, and door bell with a camera."""

MAKERS = (
    ("hikvision", "Hikvision", re.compile(r"(?i)hikvision|\bDS-[0-9K]|\biDS-")),
    ("dahua", "Dahua", re.compile(r"(?i)dahua|\bDHI?-|\bIPC-H")),
    ("axis", "Axis", re.compile(r"(?i)\baxis\b")),
)
CAMERA_WORDS = re.compile(r"(?i)camera|\bcam\b|\bipc|\bnvr\b|\bdvr\b|onvif|netcam|摄像|录像")


def kind_of(name: str) -> tuple[str, Kind] | None:
    """The kind of service that a name belongs to, and the instance's own name: the first part of it.

    >>> kind_of("AXIS P3245 - ACCC8E000000._axis-video._tcp.local.")[0]
    'AXIS P3245 - ACCC8E000000'
    """
    folded = name.casefold()
    for type_, kind in KINDS.items():
        if folded.endswith("." + type_.casefold()):
            return name[: -len(type_) - 1], kind
    return None
