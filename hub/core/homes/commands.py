"""What may be asked about where steered cameras stand, and what the hub reports of it."""

from typing import ClassVar

from hub.core.command import Command, Id, Note, Order, Reason, Right
from hub.core.homes.position import Position
from hub.core.text import Text


class ReturnHome(Command, tag="home.return", frozen=True, kw_only=True):
    """Send a steered camera back to its home preset."""

    NEEDS: ClassVar[Right] = "ptz"
    camera: Id
    reason: Note = ""


class ApproveHome(Command, tag="home.approve", frozen=True, kw_only=True):
    """Where the camera stands now is where its home preset shall be from now on."""

    NEEDS: ClassVar[Right] = "reference"
    camera: Id
    reason: Reason


class ReportPosition(Order, tag="home.report", frozen=True, kw_only=True):
    """Where a camera stands: two readings said the same. `turned`: the hub has just sent it to its home preset."""

    camera: str
    preset: str
    position: Position
    turned: bool = False


class EndReturn(Order, tag="home.end_return", frozen=True, kw_only=True):
    """The camera could not be sent to its home preset."""

    camera: str
    preset: str
    problem: Text


HomeCommand = ReturnHome | ApproveHome
HomeOrder = ReportPosition | EndReturn
