"""What a device says of its own guard: which alarms it sends, how good its password is, who may sign in. Pure."""

from collections.abc import Iterator

from hub.api import DeviceUser, ProtocolError, Weakness
from hub_hikvision.parse_events import place
from hub_hikvision.tree import Node, child_of, children_of, flag_of, name_of, number_of, text_of

MOST_TRIGGERS = 4000
MOST_USERS = 256
_OPEN = {"TELNET", "SSH", "FTP"}
"""Services of `adminAccesses` that no camera needs."""


def parse_triggers(root: Node, known: frozenset[int] = frozenset()) -> tuple[Weakness, ...]:
    """The alarms that no client hears: those of `EventTriggerList` whose ways of telling lack `center`, "Notify
    Surveillance Center"."""
    inner = root if name_of(root) == "EventTriggerList" else child_of(root, "EventTriggerList")
    found = []
    for count, node in enumerate(children_of(inner, "EventTrigger")):
        if count >= MOST_TRIGGERS:
            raise ProtocolError(f"The device tells of more than {MOST_TRIGGERS} alarms.")
        methods = {
            text_of(each, "notificationMethod").lower()
            for each in children_of(node, "EventTriggerNotificationList/EventTriggerNotification")
        }
        code = text_of(node, "eventType", "id")[:64]
        if "center" in methods or not code:
            continue
        channel = number_of(node, "videoInputChannelID", "dynVideoInputChannelID")
        rest = ", ".join(sorted(filter(None, methods)))
        found.append(
            Weakness(
                kind="event-off",
                channel=place(channel, known),
                what=code,
                detail=f'"Notify Surveillance Center" (上传中心) is off{f"; it only does: {rest}" if rest else ""}'[
                    :300
                ],
                detail_zh=f"未勾选“上传中心”{f'，仅联动：{rest}' if rest else ''}"[:300],
            )
        )
    return tuple(found)


def parse_user_check(root: Node) -> tuple[Weakness, ...]:
    """`userCheck`: what the device thinks of the password that we signed in with."""
    found = []
    if flag_of(root, "isDefaultPassword"):
        found.append(
            Weakness(
                kind="default-password",
                what="isDefaultPassword",
                detail="the maker's password is set",
                detail_zh="仍为出厂密码",
            )
        )
    if flag_of(root, "isRiskPassword"):
        found.append(
            Weakness(
                kind="weak-password",
                what="isRiskPassword",
                detail="the device calls the password weak",
                detail_zh="设备判定密码为弱密码",
            )
        )
    if flag_of(root, "isActivated") is False:
        found.append(
            Weakness(
                kind="no-password",
                what="isActivated",
                detail="the device has no password yet",
                detail_zh="设备尚未设置密码",
            )
        )
    if text_of(root, "lockStatus").lower() in ("lock", "locked"):
        wait = number_of(root, "unlockTime")
        found.append(
            Weakness(
                kind="other",
                what="lockStatus",
                detail=f"opens again in {wait} s" if wait else "the account is locked",
                detail_zh=f"{wait} 秒后解锁" if wait else "账户已锁定",
            )
        )
    return tuple(found)


def parse_lock(root: Node) -> tuple[Weakness, ...]:
    """`IllegalLoginLock`: whether wrong passwords lock an account at all."""
    if flag_of(root, "enabled") is False:
        free = Weakness(
            kind="other",
            what="illegalLoginLock",
            detail="wrong passwords lock nobody out",
            detail_zh="密码错误不会锁定账户",
        )
        return (free,)
    return ()


def parse_services(root: Node) -> tuple[Weakness, ...]:
    """`AdminAccessProtocolList`: services that should not be open."""
    return tuple(
        Weakness(
            kind="open-service",
            what=protocol,
            detail=f"port {number_of(node, 'portNo') or '?'}",
            detail_zh=f"端口 {number_of(node, 'portNo') or '?'}",
        )
        for node in children_of(root, "AdminAccessProtocol")
        if (protocol := text_of(node, "protocol").upper()) in _OPEN and flag_of(node, "enabled") is not False
    )


def parse_shell(root: Node) -> tuple[Weakness, ...]:
    """`SSH`: whether a shell is open."""
    return (Weakness(kind="open-service", what="SSH"),) if flag_of(root, "enabled") else ()


def parse_users(root: Node) -> tuple[DeviceUser, ...]:
    """`UserList`."""
    return tuple(_users(root))


def _users(root: Node) -> Iterator[DeviceUser]:
    for count, node in enumerate(children_of(root, "User")):
        if count >= MOST_USERS:
            raise ProtocolError(f"The device tells of more than {MOST_USERS} users.")
        if name := text_of(node, "userName"):
            yield DeviceUser(name=name[:200], level=text_of(node, "userLevel")[:60])
