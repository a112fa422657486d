"""What is approved of the settings of devices, and what differs.

state       means                                       leaves by
proposed    read, and nothing is approved yet           approve → approved
approved    the device has the approved settings        read, others → drifted
drifted     it has others                               read, the approved → approved · approve → approved
restoring   somebody wants them put back                written and read again → drifted until the next look says more
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.baselines.events import (
    BaselineEvent,
    SettingChange,
    SettingsApproved,
    SettingsDrifted,
    SettingsMatched,
    SettingsNotRestored,
    SettingsProposed,
    SettingsRestored,
    SettingsRestoring,
)
from hub.core.event import Record

BaselineState = Literal["proposed", "approved", "drifted"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "settings.proposed", "proposed"),
    ("proposed", "settings.proposed", "proposed"),
    ("proposed", "settings.approved", "approved"),
    ("approved", "settings.proposed", "proposed"),
    ("approved", "settings.drifted", "drifted"),
    ("drifted", "settings.proposed", "proposed"),
    ("drifted", "settings.drifted", "drifted"),
    ("drifted", "settings.matched", "approved"),
    ("drifted", "settings.approved", "approved"),
)
"""Putting settings back leaves the state as it is: the next look at the device says what came of it."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one device."""

    device: str
    state: BaselineState
    digest: str
    """What was read last and is on record."""
    entries: int = 0
    approved: str = ""
    """What is approved; empty: nothing."""
    approved_at: datetime | None = None
    approved_by: str = ""
    serial: str = ""
    """Of the device whose settings were approved."""
    count: int = 0
    changes: tuple[SettingChange, ...] = ()
    """Where they differ from those approved, the first fifty of `count`."""
    since_at: datetime | None = None
    """Since when they differ, or wait for approval."""
    restoring: str = ""
    """The settings that are being put back."""
    undo: str = ""
    """What they were before they were put back last."""


class Baselines(msgspec.Struct, frozen=True, kw_only=True):
    """By device."""

    devices: dict[str, Baseline] = {}


def follow(baselines: Baselines, record: Record, event: BaselineEvent) -> Baselines:
    """What stands after one more record."""
    known = baselines.devices.get(event.device)
    after = _after(known, record, event)
    return baselines if after is None else Baselines(devices={**baselines.devices, event.device: after})


def _after(known: Baseline | None, record: Record, event: BaselineEvent) -> Baseline | None:
    if isinstance(event, SettingsProposed):
        return Baseline(
            device=event.device,
            state="proposed",
            digest=event.digest,
            entries=event.entries,
            since_at=record.seen_at,
        )
    if known is None:
        return None
    match event:
        case SettingsApproved():
            return replace(
                known,
                state="approved",
                digest=event.digest,
                approved=event.digest,
                approved_at=record.seen_at,
                approved_by=record.actor,
                serial=event.serial,
                count=0,
                changes=(),
                since_at=None,
            )
        case SettingsDrifted():
            return replace(
                known,
                state="drifted",
                digest=event.digest,
                count=event.count,
                changes=tuple(event.changes),
                since_at=event.since_at,
            )
        case SettingsMatched():
            if event.how != "again":
                return known  # the record beside it says what stands now
            return replace(known, state="approved", digest=event.digest, count=0, changes=(), since_at=None)
        case SettingsRestoring():
            return replace(known, restoring=event.target)
        case SettingsRestored():
            return replace(known, restoring="", undo=event.before)
        case SettingsNotRestored():
            return replace(known, restoring="")
