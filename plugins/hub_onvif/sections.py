"""Which settings of a device are read, and which can be written. Data, and the requests that it stands for."""

import copy
from collections.abc import Iterator
from typing import Literal, NamedTuple

from lxml import etree

from hub_onvif.names import SCHEMA, SERVICES, Service
from hub_onvif.tree import Element, children, find, text

By = Literal["", "ConfigurationToken", "VideoSourceToken"]


class Section(NamedTuple):
    """One kind of settings."""

    kind: str
    service: Service
    operation: str
    item: str
    """The elements of the answer that hold them, each with a token or alone."""
    by: By = ""
    """What the operation is asked with, once for every analytics configuration or video source."""
    write: str = ""
    """The operation that takes one back; empty: only by hand."""
    wrapper: str = ""
    """What it is called in that request."""


SECTIONS: tuple[Section, ...] = (
    Section("encoder", "media", "GetVideoEncoderConfigurations", "Configurations", write="SetVideoEncoderConfiguration",
            wrapper="Configuration"),
    Section("source", "media", "GetVideoSourceConfigurations", "Configurations", write="SetVideoSourceConfiguration",
            wrapper="Configuration"),
    Section("imaging", "imaging", "GetImagingSettings", "ImagingSettings", by="VideoSourceToken",
            write="SetImagingSettings", wrapper="ImagingSettings"),
    Section("osd", "media", "GetOSDs", "OSDs", write="SetOSD", wrapper="OSD"),
    Section("profile", "media", "GetProfiles", "Profiles"),
    Section("rule", "analytics", "GetRules", "Rule", by="ConfigurationToken"),
    Section("module", "analytics", "GetAnalyticsModules", "AnalyticsModule", by="ConfigurationToken"),
    Section("interface", "device", "GetNetworkInterfaces", "NetworkInterfaces"),
    Section("protocol", "device", "GetNetworkProtocols", "NetworkProtocols"),
    Section("dns", "device", "GetDNS", "DNSInformation"),
    Section("gateway", "device", "GetNetworkDefaultGateway", "NetworkGateway"),
    Section("hostname", "device", "GetHostname", "HostnameInformation"),
    Section("ntp", "device", "GetNTP", "NTPInformation"),
    Section("discovery", "device", "GetDiscoveryMode", "DiscoveryMode"),
    Section("user", "device", "GetUsers", "User"),
    Section("ptz", "ptz", "GetConfigurations", "PTZConfiguration"),
    Section("recording", "recording", "GetRecordings", "RecordingItem"),
    Section("job", "recording", "GetRecordingJobs", "JobItem"),
)  # fmt: skip


def items(section: Section, answer: Element, asked: str) -> Iterator[tuple[str, Element]]:
    """The elements of an answer with what tells them apart; `asked` is the token it was asked with."""
    for number, each in enumerate(children(answer, section.item), start=1):
        own = (
            each.get("token", "")
            or each.get("Name", "")
            or text(each, "Username", limit=120)
            or text(each, "RecordingToken", limit=120)
            or text(each, "JobToken", limit=120)
            or (text(each, "Name", limit=120) if section.kind == "protocol" else "")
        )
        single = section.kind in ("dns", "gateway", "hostname", "ntp", "discovery", "imaging")
        yield "/".join(part for part in (asked, own or ("" if single else str(number))) if part), each


def bare_profile(profile: Element) -> Element:
    """A profile with only the tokens of its configurations, which are told in sections of their own."""
    bare: Element = etree.Element("Profile", {"token": profile.get("token", "")})
    name: Element = etree.SubElement(bare, "Name")
    name.text = text(profile, "Name", limit=200)
    configurations = find(profile, "Configurations")
    for each in profile if configurations is None else configurations:
        if each.get("token", ""):
            kept: Element = etree.SubElement(bare, etree.QName(each).localname.removesuffix("Configuration"))
            kept.text = each.get("token", "")
    return bare


def build_write(section: Section, service: Service, item: Element, asked: str) -> Element:
    """The request that takes a changed element back. The element goes as the device gave it, whatever its maker has
    added; only its own name is that of the request."""
    namespace = SERVICES[service]
    request: Element = etree.Element(f"{{{namespace}}}{section.write}", nsmap={"tt": SCHEMA})
    if section.by:
        token: Element = etree.SubElement(request, f"{{{namespace}}}{section.by}")
        token.text = asked
    content = copy.deepcopy(item)
    content.tag = f"{{{namespace}}}{section.wrapper}"
    request.append(content)
    if section.kind != "osd" and service != "media2":
        persistent: Element = etree.SubElement(request, f"{{{namespace}}}ForcePersistence")
        persistent.text = "true"
    return request
