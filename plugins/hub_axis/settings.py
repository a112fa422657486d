"""Which of a device's parameters are settings of people, and how they are named. Pure.

Left out is what the device changes by itself (addresses from DHCP, states, counters), what it merely is (brand,
properties), and every secret. VAPIX masks passwords already; what looks like one goes all the same.
"""

import re
from collections.abc import Iterable, Mapping

from hub.api import Unsupported

_NOT_SETTINGS = re.compile(
    r"""Brand\. | Properties\. | BasicDeviceInfo\.
      | Network\.VolatileHostName\. | Network\.DHCP\. | Network\.ZeroConf\.IPAddress | Network\.UPnP\.NATTraversal\.
        (?:Active|ExternalIPAddress|Router)$
      | Network\.Interface\.I\d+\.(?:Active\.|dot1x\.Status$|ZeroConf\.(?:IPAddress|SubnetMask)$)
      | Time\.(?:ServerDate|ServerTime|NTP\.VolatileServer)$
      | SNMP\.EngineBoots$
      | PTZ\.(?:PTZDriverStatuses|SerDriverStatuses|TargetFirmwares)\.
      | PTZ\.UserAdv\.U\d+\.(?:DeviceStatus|LastTestDate)$
      | StreamCache\.Size$
      | IOPort\.I\d+\.(?:Input|Output)\.(?:State|Active)$
    """,
    re.VERBOSE,
)
_GIVEN_BY_DHCP = re.compile(
    r"""Network\.(?:IPAddress|Broadcast|DefaultRouter|SubnetMask|DomainName|DNSServer\d|HostName)$
      | Network\.eth\d+\.(?:IPAddress|Broadcast|SubnetMask|IPv6\.) | Network\.(?:Routing|Resolver\.NameServer)
      | Network\.IPv6\.(?:IPAddress|DefaultRouter) | Network\.Resolver\.Search$
    """,
    re.VERBOSE,
)
_SECRET = re.compile(r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|community|token|key\d*|credentials?)$")
_MASKED = re.compile(r"\*+")
_USERINFO = re.compile(r"://[^/\s]*@")
_BY_HAND = re.compile(r"(?:Network|HTTPS|System|RemoteService|SNMP|SOCKS|WebService)\.")
_NAME = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")


def settings_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """`Image/I0.Appearance.Compression` → `30`, sorted by name."""
    by_dhcp = parameters.get("Network.BootProto", "").lower() == "dhcp"
    return {
        name.replace(".", "/", 1): value.strip()
        for name, value in sorted(parameters.items())
        if "." in name and not _NOT_SETTINGS.match(name) and not (by_dhcp and _GIVEN_BY_DHCP.match(name))
        if not _is_secret(name, value)
    }


def _is_secret(name: str, value: str) -> bool:
    last = name.rpartition(".")[2]
    return bool(_SECRET.search(last) or _MASKED.fullmatch(value.strip()) or _USERINFO.search(value))


def to_parameters(changes: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The changes as `param.cgi` wants them. Raises `Unsupported` for what is not set from afar: what the device does
    not have now, and what could cut the hub off from it."""
    known = frozenset(known)
    for name in sorted(changes):
        if not _NAME.fullmatch(name) or name not in known:
            raise Unsupported(
                f"The device has no setting '{name[:200]}' now.", hint="Set it on the device's own page; then approve."
            )
        if _BY_HAND.match(name.replace("/", ".", 1)):
            raise Unsupported(
                f"'{name}' is not set by the hub: it could cut the hub off from the device.",
                hint="Set it on the device's own page.",
            )
    return {f"root.{name.replace('/', '.', 1)}": value for name, value in sorted(changes.items())}
