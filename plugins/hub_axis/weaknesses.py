"""What a device's own parameters say is switched off or open. Pure: a look at what it told, no attempt at anything."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from hub.api import Weakness


class _Rule(NamedTuple):
    name: str
    is_weak: Callable[[str], bool]
    kind: Literal["no-password", "open-service", "other"]
    detail: str
    detail_zh: str


def _yes(value: str) -> bool:
    return value in ("yes", "true", "on", "1")


def _no(value: str) -> bool:
    return value in ("no", "false", "off", "0")


def _anonymous(value: str) -> bool:
    return value == "anonymous"


_RULES = (
    _Rule("System.RootPwdSet", _no, "no-password", "nobody has set the password of root", "未设置 root 密码"),
    _Rule(
        "System.BoaProtViewer",
        _anonymous,
        "open-service",
        "anybody may see the pictures over HTTP",
        "任何人可经 HTTP 查看图像",
    ),
    _Rule(
        "Network.RTSP.ProtViewer",
        _anonymous,
        "open-service",
        "anybody may see the pictures over RTSP",
        "任何人可经 RTSP 查看图像",
    ),
    _Rule("PTZ.BoaProtPTZOperator", _anonymous, "open-service", "anybody may steer the camera", "任何人可控制云台"),
    _Rule("Network.SSH.Enabled", _yes, "open-service", "SSH is on", "SSH 已开启"),
    _Rule("Network.FTP.Enabled", _yes, "open-service", "FTP is on", "FTP 已开启"),
    _Rule(
        "SNMP.V1",
        _yes,
        "open-service",
        "SNMP v1 is on: its communities travel in the clear",
        "SNMP v1 已开启：团体名明文传输",
    ),
    _Rule(
        "SNMP.V2c",
        _yes,
        "open-service",
        "SNMP v2c is on: its communities travel in the clear",
        "SNMP v2c 已开启：团体名明文传输",
    ),
    _Rule(
        "Network.UPnP.NATTraversal.Enabled",
        _yes,
        "open-service",
        "the device opens the router for itself",
        "设备自行打开路由器端口",
    ),
    _Rule(
        "RemoteService.Enabled",
        _yes,
        "open-service",
        "the device keeps a line to the maker's servers",
        "设备与厂商服务器保持连接",
    ),
    _Rule("HTTPS.AllowSSLV3", _yes, "other", "SSL 3 is allowed", "允许 SSL 3"),
    _Rule("HTTPS.AllowTLS1", _yes, "other", "TLS 1.0 is allowed", "允许 TLS 1.0"),
    _Rule("HTTPS.AllowTLS11", _yes, "other", "TLS 1.1 is allowed", "允许 TLS 1.1"),
    _Rule(
        "System.EditCgi", _yes, "other", "files of the device can be edited from the network", "可从网络编辑设备文件"
    ),
    _Rule(
        "WebService.UsernameToken.ReplayAttackProtection",
        _no,
        "other",
        "recorded ONVIF calls can be played back",
        "ONVIF 请求可被重放",
    ),
    _Rule(
        "System.PreventDoSAttack.ActivatePasswordThrottling",
        _no,
        "other",
        "guessing of passwords is not slowed",
        "未限制密码猜测速度",
    ),
)


def weaknesses_of(parameters: Mapping[str, str]) -> tuple[Weakness, ...]:
    """In the order of the rules above; what the device does not tell is not weak."""
    told = {name: value.strip().lower() for name, value in parameters.items()}
    found = [
        Weakness(kind=rule.kind, what=rule.name, detail=rule.detail, detail_zh=rule.detail_zh)
        for rule in _RULES
        if rule.name in told and rule.is_weak(told[rule.name])
    ]
    if told.get("Network.HTTP.AuthenticationPolicy") == "basic" and not _yes(told.get("HTTPS.Enabled", "")):
        found.append(
            Weakness(
                kind="open-service",
                what="Network.HTTP.AuthenticationPolicy",
                detail="passwords travel in the clear: basic authentication without HTTPS",
                detail_zh="密码明文传输：基本认证且未启用 HTTPS",
            )
        )
    return (*found, *_tampering(told))


def _tampering(told: Mapping[str, str]) -> Iterator[Weakness]:
    if told.get("Properties.Tampering.Tampering") == "yes" and not any(name.startswith("Tampering.") for name in told):
        yield Weakness(
            kind="event-off",
            what="Tampering",
            detail="no view has tampering detection",
            detail_zh="没有任何画面启用防破坏检测",
        )
    for name, value in told.items():
        group, _, rest = name.partition(".")
        which, _, what = rest.partition(".")
        if group == "Tampering" and what in ("Enabled", "DarkDetectionEnabled") and _no(value):
            channel = int(which[1:]) + 1 if which[1:].isdigit() and len(which) < 4 else None
            detail, detail_zh = (
                ("tampering detection is off", "防破坏检测已关闭")
                if what == "Enabled"
                else ("a lens that is covered dark raises nothing", "镜头被遮黑时不报警")
            )
            yield Weakness(kind="event-off", channel=channel, what=name, detail=detail, detail_zh=detail_zh)
