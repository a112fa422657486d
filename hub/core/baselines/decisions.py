"""What follows from commands about the settings of devices, and from what was read of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from hub.core.baselines.commands import (
    ApproveSettings,
    BaselineCommand,
    BaselineOrder,
    EndRestore,
    ReportSettings,
    RestoreSettings,
)
from hub.core.baselines.compare import MOST_TOLD
from hub.core.baselines.events import (
    SettingsApproved,
    SettingsDrifted,
    SettingsMatched,
    SettingsNotRestored,
    SettingsProposed,
    SettingsRestored,
    SettingsRestoring,
)
from hub.core.baselines.model import Baseline
from hub.core.devices.events import ConfiguredDevice
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState

_NAMED = 3


def decide(state: State, command: BaselineCommand | BaselineOrder, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case ApproveSettings():
            return _approve(state, command)
        case RestoreSettings():
            return _restore(state, command)
        case ReportSettings():
            return _reported(state, command, now)
        case EndRestore():
            return _ended(state, command)


def cameras(state: State, command: BaselineCommand | BaselineOrder) -> Sequence[str | None]:
    device = _device(state, command.device)
    return [*device.cameras.values()] if device is not None and device.cameras else [None]


def describe(changes: Sequence[str], count: int) -> Text:
    """Which settings differ, in a few words.

    >>> describe(["NTP/Enable"], 1).en
    '1 setting differs: NTP/Enable'
    """
    named = ", ".join(changes[:_NAMED]) + (" …" if count > _NAMED else "")
    return Text(
        en=f"{count} {'setting differs' if count == 1 else 'settings differ'}: {named}",
        zh=f"{count} 项参数与批准的不一致：{named}",
    )


def _approve(state: State, command: ApproveSettings) -> list[Event]:
    device, known = _known(state, command.device)
    if known.state == "approved" and command.digest == known.approved:
        return []
    if command.digest != known.digest:
        raise WrongState(
            f"The settings of {device.id} have changed since you looked.",
            hint=f"Look again: `hub settings show {device.id}`.",
        )
    if known.approved and not command.reason:
        raise Refused(
            f"Settings of {device.id} that were changed are accepted with a reason.",
            hint="Say who changed them, and why.",
        )
    approved = SettingsApproved(
        device=device.id,
        camera=device.camera,
        digest=command.digest,
        before=known.approved,
        changed=known.count,
        serial=_serial(state, device.id),
        reason=command.reason,
    )
    return [*_settled(known, device, "accepted"), approved]


def _restore(state: State, command: RestoreSettings) -> list[Event]:
    device, known = _known(state, command.device)
    if "settings" not in device.allow:
        raise NotAllowed(
            f"The hub may not write settings of {device.id}.",
            hint=f'Put "settings" into `allow` of {device.id} in hub.toml.',
        )
    if known.restoring:
        raise WrongState(f"Settings of {device.id} are being put back just now.", hint="Wait until that is done.")
    if command.found != known.digest:
        raise WrongState(
            f"The settings of {device.id} have changed since you looked.",
            hint=f"Look again: `hub settings show {device.id}`.",
        )
    target = command.target or known.approved
    if not target:
        raise WrongState(f"No settings of {device.id} are approved.", hint="Approve them first.")
    if target == known.digest:
        raise WrongState(f"{device.id} has these settings already.", hint="There is nothing to put back.")
    return [
        SettingsRestoring(
            device=device.id,
            camera=device.camera,
            target=target,
            found=command.found,
            only=list(command.only),
            reason=command.reason,
        )
    ]


def _reported(state: State, order: ReportSettings, now: datetime) -> list[Event]:
    device = _device(state, order.device)
    if device is None:
        return []
    known = state.baselines.devices.get(device.id)
    replaced = known is not None and bool(known.serial and order.serial) and known.serial != order.serial
    if known is None or replaced or not known.approved:
        if known is not None and known.state == "proposed" and known.digest == order.digest:
            return []
        proposed = SettingsProposed(
            device=device.id,
            camera=device.camera,
            digest=order.digest,
            entries=order.entries,
            why="replaced" if replaced else "first",
        )
        return [*_settled(known, device, "replaced"), proposed]
    if order.approved != known.approved:
        return []  # compared with what was approved before; the next look compares anew
    if order.digest == known.approved:
        if known.state == "approved":
            return []
        return [SettingsMatched(device=device.id, camera=device.camera, digest=order.digest)]
    if known.state == "drifted" and known.digest == order.digest:
        return []
    return [
        SettingsDrifted(
            device=device.id,
            camera=device.camera,
            digest=order.digest,
            approved=known.approved,
            count=order.count,
            changes=list(order.changes[:MOST_TOLD]),
            since_at=known.since_at or now,
            detail=describe([change.setting for change in order.changes], order.count),
        )
    ]


def _ended(state: State, order: EndRestore) -> list[Event]:
    known = state.baselines.devices.get(order.device)
    device = _device(state, order.device)
    if known is None or known.restoring != order.target:
        return []
    camera = device.camera if device is not None else None
    if order.problem is not None:
        return [SettingsNotRestored(device=order.device, camera=camera, target=order.target, detail=order.problem)]
    return [
        SettingsRestored(
            device=order.device,
            camera=camera,
            target=order.target,
            before=order.before,
            written=order.written,
            left=list(order.left[:MOST_TOLD]),
        )
    ]


def _known(state: State, device_id: str) -> tuple[ConfiguredDevice, Baseline]:
    device = _device(state, device_id)
    if device is None:
        raise NotFound(f"There is no device {device_id} in hub.toml.", hint="`hub devices list` shows those there are.")
    known = state.baselines.devices.get(device_id)
    if known is None:
        raise NotFound(
            f"The settings of {device_id} were not read yet.",
            hint="Not every device tells its settings; see `hub devices show`.",
        )
    return device, known


def _settled(known: Baseline | None, device: ConfiguredDevice, how: Literal["accepted", "replaced"]) -> list[Event]:
    """What ends the finding that the settings differ, where there is one."""
    if known is None or known.state != "drifted":
        return []
    return [SettingsMatched(device=device.id, camera=device.camera, digest=known.digest, how=how)]


def _device(state: State, device_id: str) -> ConfiguredDevice | None:
    known = state.devices.by_id.get(device_id)
    return known.configured if known is not None else None


def _serial(state: State, device_id: str) -> str:
    known = state.devices.by_id.get(device_id)
    return known.description.serial if known is not None and known.description is not None else ""


SUBJECT = Subject(commands=(*get_args(BaselineCommand), *get_args(BaselineOrder)), decide=decide, cameras=cameras)
