"""Compares the settings of devices with those approved, and puts them back when somebody asks for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

import structlog

from hub.clock import Clock
from hub.core.baselines.commands import BaselineOrder, EndRestore, ReportSettings
from hub.core.baselines.compare import MOST_TOLD, back, changes
from hub.core.baselines.events import SettingChange, SettingsRestoring
from hub.core.state import State
from hub.core.text import Text
from hub.errors import (
    AccountLocked,
    AuthRejected,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    DeviceUnreachable,
    DeviceUntrusted,
    HubError,
    NotActivated,
    ProtocolError,
    RebootRequired,
    SiteError,
    Unsupported,
)
from hub.runtime.devices.kept_settings import KeptSettings

log = structlog.get_logger("settings")

MOST_SETTINGS = 20_000
LONGEST_VALUE = 10_000
_TICK_S = 5.0
_SETTLE_S = 60.0
"""After a start: devices are asked how they are first."""


_CHANGED = Text(
    en="The settings have changed since it was asked for; look again.", zh="提出恢复之后参数又有变化，请重新查看。"
)
_ADDED = Text(en="What was added cannot be written away.", zh="新增的参数无法通过写入移除。")
_KINDS: Sequence[tuple[type[HubError], str]] = (
    (AccountLocked, "设备已锁定系统使用的账户。"),
    (AuthRejected, "设备拒绝了用户名或密码。"),
    (DeviceForbidden, "该账户在设备上没有修改参数的权限。"),
    (DeviceBusy, "设备正忙，请稍后再试。"),
    (DeviceUnreachable, "设备没有应答。"),
    (DeviceUntrusted, "与设备的连接不安全（证书与登记的不符，或须明文发送密码），未与其通信。"),
    (NotActivated, "设备尚未激活（未设置密码）。"),
    (Unsupported, "设备不支持写入这些参数。"),
    (RebootRequired, "设备已接受参数，重启后才生效。"),
    (DeviceRejected, "设备不接受这些参数值。"),
    (ProtocolError, "设备的应答无法识别。"),
    (DeviceError, "设备没有按要求完成。"),
    (SiteError, "系统保存的参数无法读取。"),
)
"""The first that fits."""
_OTHER = "无法恢复参数，原因见系统日志。"


class _NotRestored(HubError):
    """Settings were not put back, for a reason of the hub's own."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


class SettingsReach(Protocol):
    """How settings of devices are read and written. On the hub's event loop; raises `DeviceError`."""

    def telling(self) -> Sequence[str]:
        """The devices that can tell their settings."""
        ...

    async def read(self, device: str) -> Mapping[str, str]: ...

    async def write(self, device: str, wanted: Mapping[str, str]) -> None: ...


class Compared(NamedTuple):
    """What a device has now, against what is approved."""

    settings: Mapping[str, str]
    digest: str
    found: list[SettingChange]
    approved: str


class SettingsKeeper:
    """On the hub's event loop; files are touched in a thread."""

    def __init__(
        self,
        reach: SettingsReach,
        kept: KeptSettings,
        clock: Clock,
        *,
        state: Callable[[], State],
        submit: Callable[[BaselineOrder, str], Awaitable[object]],
        every_s: Callable[[], float],
    ) -> None:
        """`every_s` gives how often the settings of a device are read; devices take turns."""
        self._reach = reach
        self._kept = kept
        self._clock = clock
        self._state = state
        self._submit = submit
        self._every_s = every_s
        self._read_at: dict[str, float] = {}
        self._restoring: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look at each device in turn. Runs for ever."""
        await self._give_up_old()
        await asyncio.sleep(_SETTLE_S)
        try:
            while True:
                device = self._next()
                if device is not None:
                    await self._look(device)
                await asyncio.sleep(_TICK_S)
        finally:
            for task in self._restoring:
                task.cancel()

    def restore(self, event: SettingsRestoring) -> None:
        """Somebody wants settings put back: begin; what comes of it is put on record."""
        task = asyncio.create_task(self._restore(event), name=f"settings of {event.device}")
        self._restoring.add(task)
        task.add_done_callback(self._restoring.discard)

    async def compare(self, device: str) -> Compared:
        """Read the settings of a device now, keep them, and report how they differ. Raises `HubError`."""
        settings = _bounded(await self._reach.read(device))
        digest = await asyncio.to_thread(self._kept.keep, device, settings)
        known = self._state().baselines.devices.get(device)
        approved = known.approved if known is not None else ""
        found = changes(await asyncio.to_thread(self._kept.load, device, approved), settings) if approved else []
        order = ReportSettings(
            device=device,
            digest=digest,
            entries=len(settings),
            serial=self._serial(device),
            approved=approved,
            count=len(found),
            changes=tuple(found[:MOST_TOLD]),
        )
        await self._submit(order, "hub")
        needed = {digest, approved, known.undo if known is not None else ""}
        await asyncio.to_thread(self._kept.prune, device, needed)
        return Compared(settings, digest, found, approved)

    async def differences(self, device: str, was: str, now: str) -> list[SettingChange]:
        """All changes between two kept snapshots; `was` empty: everything, as added. Raises `SiteError`."""
        before = await asyncio.to_thread(self._kept.load, device, was) if was else {}
        return changes(before, await asyncio.to_thread(self._kept.load, device, now))

    def _next(self) -> str | None:
        now, every_s = self._clock.monotonic(), self._every_s()
        waiting = [device for device in self._reach.telling() if now - self._read_at.get(device, -1e9) >= every_s]
        return min(waiting, key=lambda device: self._read_at.get(device, -1e9), default=None)

    async def _look(self, device: str) -> None:
        self._read_at[device] = self._clock.monotonic()
        try:
            await self.compare(device)
        except HubError as error:
            # A device that does not answer has a finding of its own; nothing is known of its settings meanwhile.
            log.warning("settings_not_compared", device=device, error=str(error))

    async def _restore(self, event: SettingsRestoring) -> None:
        device, before, written = event.device, "", 0
        try:
            wanted = await asyncio.to_thread(self._kept.load, device, event.target)
            now = _bounded(await self._reach.read(device))
            before = await asyncio.to_thread(self._kept.keep, device, now)
            if before != event.found:
                raise _NotRestored(_CHANGED)
            writing = back(changes(wanted, now), event.only)
            if not writing:
                raise _NotRestored(_ADDED)
            written = len(writing)
            await self._reach.write(device, writing)
            after = await self._reach.read(device)
        except HubError as error:
            log.warning("settings_not_restored", device=device, reason=error.message)
            order = EndRestore(device=device, target=event.target, problem=_told(error))
        else:
            left = [change for change in changes(wanted, after) if change.setting in writing]
            order = EndRestore(
                device=device, target=event.target, before=before, written=written, left=tuple(left[:MOST_TOLD])
            )
        await self._submit(order, "hub")
        await self._look(device)

    async def _give_up_old(self) -> None:
        """What was being put back when the hub ended was not; the next look says what the device has."""
        why = Text(en="The hub was stopped meanwhile.", zh="其间系统停止运行。")
        for known in [*self._state().baselines.devices.values()]:
            if known.restoring:
                await self._submit(EndRestore(device=known.device, target=known.restoring, problem=why), "hub")

    def _serial(self, device: str) -> str:
        known = self._state().devices.by_id.get(device)
        return known.description.serial if known is not None and known.description is not None else ""


def _bounded(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings, if a person could have made so many."""
    if not settings:
        raise ProtocolError("The device told no settings at all.")
    if len(settings) > MOST_SETTINGS or any(len(value) > LONGEST_VALUE for value in settings.values()):
        raise ProtocolError(f"The device told more than {MOST_SETTINGS} settings, or one of more than {LONGEST_VALUE}.")
    return dict(settings)


def _told(error: HubError) -> Text:
    """What kept the settings from being put back. What a device says of it is in the maker's language, or in English:
    the Chinese text says what kind of refusal it was."""
    if isinstance(error, _NotRestored):
        return error.words
    return Text(en=error.message, zh=next((words for kind, words in _KINDS if isinstance(error, kind)), _OTHER))
