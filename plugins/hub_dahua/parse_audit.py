"""What the device itself says is switched off or weak. Pure: it reads settings, and tries nothing."""

from collections.abc import Mapping

from hub.api import DeviceUser, Weakness
from hub_dahua.parse_table import Table, flag, rows

DETECTIONS: Mapping[str, str] = {
    "MotionDetect": "VideoMotion",
    "BlindDetect": "VideoBlind",
    "LossDetect": "VideoLoss",
    "VideoAbnormalDetection": "VideoAbnormalDetection",
}
"""Setting, by channel → the event that is not sent while it is off."""
ALARMS = ("StorageNotExist", "StorageFailure", "StorageLowSpace", "NetAbort", "IPConflict", "LoginFailureAlarm")
"""Settings of the device as a whole; each is named like its event."""
SILENCERS: Mapping[str, tuple[str, str]] = {
    "DisableEventNotify": ("events are not notified at all", "完全不上报事件"),
    "DisableLinkage": ("the device is disarmed: events have no consequences", "设备已撤防：事件不产生联动"),
}
"""What it means in English and in Chinese, as below."""
SERVICES: Mapping[str, tuple[str, str]] = {
    "Telnet": ("telnet", ""),
    "SSHD": ("ssh", ""),
    "UPnP": ("opens ports in the router by itself", "自行打开路由器端口"),
    "T2UServer": ("can be reached through the maker's cloud (P2P)", "可经厂商云（P2P）访问"),
}
_MAKERS_ACCOUNTS = ("888888", "666666", "default")
NAMES = (*DETECTIONS, *ALARMS, *SILENCERS, *SERVICES, "General")
"""Every setting that is looked at."""


def parse_weaknesses(
    tables: Mapping[str, Table], users: tuple[DeviceUser, ...], channels: frozenset[int]
) -> tuple[Weakness, ...]:
    """`tables`: the settings that the device has, by name; `channels`: those in use (empty: all that are told)."""
    return (
        *_detections(tables, channels),
        *(
            Weakness(kind="event-off", what=name, detail="switched off in the device", detail_zh="在设备中已关闭")
            for name in ALARMS
            if flag(tables.get(name, {}).get(f"table.{name}.Enable")) is False
        ),
        *(
            Weakness(kind="event-off", what=name, detail=detail, detail_zh=detail_zh)
            for name, (detail, detail_zh) in SILENCERS.items()
            if flag(tables.get(name, {}).get(f"table.{name}.Enable")) is True
        ),
        *(
            Weakness(kind="open-service", what=name, detail=detail, detail_zh=detail_zh)
            for name, (detail, detail_zh) in SERVICES.items()
            if _is_open(name, tables.get(name, {}))
        ),
        *_accounts(tables.get("General", {}), users),
    )


def _detections(tables: Mapping[str, Table], channels: frozenset[int]) -> list[Weakness]:
    return [
        Weakness(
            kind="event-off",
            channel=n + 1,
            what=event,
            detail=f"{name} is switched off",
            detail_zh=f"{name} 已关闭",
        )
        for name, event in DETECTIONS.items()
        for n, row in rows(tables.get(name, {}), f"table.{name}").items()
        if flag(row.get("Enable")) is False and (not channels or n + 1 in channels)
    ]


def _is_open(name: str, table: Table) -> bool:
    said = [flag(value) for key, value in table.items() if key in (f"table.{name}.Enable", f"table.{name}[0].Enable")]
    return any(said)


def _accounts(general: Table, users: tuple[DeviceUser, ...]) -> list[Weakness]:
    found = [
        Weakness(
            kind="other",
            what="account",
            detail=f"an account of the maker is still there: {user.name}",
            detail_zh=f"厂商预置账户仍然存在：{user.name}",
        )
        for user in users
        if user.name.lower() in _MAKERS_ACCOUNTS
    ]
    if flag(general.get("table.General.LockLoginEnable")) is False:
        found.append(
            Weakness(
                kind="other",
                what="LockLoginEnable",
                detail="passwords can be tried without limit",
                detail_zh="密码可无限次尝试",
            )
        )
    return found
