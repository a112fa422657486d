"""Facts about the settings of devices against what was approved."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.event import Event
from hub.core.text import Text

_Device = Annotated[str, Meta(description="Device id from hub.toml.")]
_Camera = Annotated[str | None, Meta(description="The camera, where the device is one camera.")]
Digest = Annotated[str, Meta(description="SHA-256 of the settings in their kept form.")]
_Entries = Annotated[int, Meta(description="How many settings it has.")]


class SettingChange(msgspec.Struct, frozen=True, kw_only=True):
    """One setting that is not as it was."""

    setting: Annotated[str, Meta(description="Section and name, as the device has them.")]
    was: Annotated[str | None, Meta(description="The value before; null: it was not there.")]
    now: Annotated[str | None, Meta(description="The value found; null: it is gone.")]


class SettingsProposed(Event, tag="settings.proposed", frozen=True, kw_only=True):
    """The settings of a device were read, and none are approved for it: somebody must look at them."""

    device: _Device
    camera: _Camera = None
    digest: Digest
    entries: _Entries
    why: Annotated[
        Literal["first", "replaced"],
        Meta(description="Nothing was approved yet; or it is another device than the approved one."),
    ] = "first"


class SettingsApproved(Event, tag="settings.approved", frozen=True, kw_only=True):
    """Somebody approved the settings of a device: those read first, or changed ones."""

    device: _Device
    camera: _Camera = None
    digest: Digest
    before: Annotated[str, Meta(description="What was approved until now; empty: nothing.")] = ""
    changed: Annotated[int, Meta(description="In how many settings they differ.")] = 0
    serial: Annotated[str, Meta(description="Of which device; empty: it does not say.")] = ""
    reason: Annotated[str, Meta(description="Why they were changed; empty for those approved first.")] = ""


class SettingsDrifted(Event, tag="settings.drifted", frozen=True, kw_only=True):
    """The settings of a device are not those that were approved. It comes again when they change further."""

    device: _Device
    camera: _Camera = None
    digest: Digest
    approved: Digest
    count: Annotated[int, Meta(description="In how many settings they differ.")]
    changes: Annotated[list[SettingChange], Meta(max_length=50, description="The first fifty of them.")]
    since_at: Annotated[datetime, Meta(description="When the hub found it first.")]
    detail: Annotated[Text, Meta(description="What exactly, in plain words.")] = Text(en="")


class SettingsMatched(Event, tag="settings.matched", frozen=True, kw_only=True):
    """The settings of a device do not differ from the approved ones any more."""

    CLEARS: ClassVar[type[Event] | None] = SettingsDrifted
    device: _Device
    camera: _Camera = None
    digest: Digest
    how: Annotated[
        Literal["again", "accepted", "replaced"],
        Meta(description="It has the approved ones again; its own were accepted; it is another device now."),
    ] = "again"


class SettingsRestoring(Event, tag="settings.restoring", frozen=True, kw_only=True):
    """Somebody wants settings of a device put back."""

    device: _Device
    camera: _Camera = None
    target: Annotated[Digest, Meta(description="The settings that it shall have.")]
    found: Annotated[Digest, Meta(description="The settings that it had when it was asked for.")]
    only: Annotated[list[str], Meta(max_length=1000, description="Just these settings; empty: all that differ.")] = []
    reason: Annotated[str, Meta(description="Why.")]


class SettingsRestored(Event, tag="settings.restored", frozen=True, kw_only=True):
    """Settings were put back, and read again to see whether the device took them."""

    device: _Device
    camera: _Camera = None
    target: Digest
    before: Annotated[Digest, Meta(description="What they were: to undo it, restore these.")]
    written: Annotated[int, Meta(description="How many settings were written.")]
    left: Annotated[
        list[SettingChange],
        Meta(max_length=50, description="What the device did not take, the first fifty; `was` is what was wanted."),
    ] = []


class SettingsNotRestored(Event, tag="settings.not_restored", frozen=True, kw_only=True):
    """Settings could not be put back, or not be read again after it."""

    device: _Device
    camera: _Camera = None
    target: Digest
    detail: Annotated[Text, Meta(description="Why, in plain words.")]


BaselineEvent = (
    SettingsProposed
    | SettingsApproved
    | SettingsDrifted
    | SettingsMatched
    | SettingsRestoring
    | SettingsRestored
    | SettingsNotRestored
)
