"""What may be asked about the settings of devices, and what the hub reports of them."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.baselines.events import SettingChange
from hub.core.command import Command, Note, Order, Reason, Right
from hub.core.text import Text

_Device = Annotated[str, Meta(min_length=1, max_length=100)]
_Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Setting = Annotated[str, Meta(min_length=1, max_length=500)]


class ApproveSettings(Command, tag="settings.approve", frozen=True, kw_only=True):
    """Approve the settings of a device: those read first, or those that were changed (then with a reason)."""

    NEEDS: ClassVar[Right] = "reference"
    device: _Device
    digest: _Digest
    reason: Note = ""


class RestoreSettings(Command, tag="settings.restore", frozen=True, kw_only=True):
    """Put the settings of a device back: to those approved, or to those of another kept snapshot (to undo it)."""

    NEEDS: ClassVar[Right] = "administer"
    device: _Device
    found: _Digest
    """The settings that whoever asks has seen; refused when they have changed since."""
    target: _Digest | None = None
    """None: the approved ones."""
    only: Annotated[tuple[_Setting, ...], Meta(max_length=1000)] = ()
    reason: Reason


class ReportSettings(Order, tag="settings.report", frozen=True, kw_only=True):
    """The settings of a device were read. `changes` are those against the approved ones, the first fifty."""

    device: str
    digest: str
    entries: int
    serial: str
    approved: str
    """What they were compared with; empty: nothing is approved."""
    count: int = 0
    changes: tuple[SettingChange, ...] = ()


class EndRestore(Order, tag="settings.end_restore", frozen=True, kw_only=True):
    """Settings were written and read back, or why not."""

    device: str
    target: str
    before: str = ""
    written: int = 0
    left: tuple[SettingChange, ...] = ()
    problem: Text | None = None


BaselineCommand = ApproveSettings | RestoreSettings
BaselineOrder = ReportSettings | EndRestore
