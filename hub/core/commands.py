"""What may be asked of the hub: by people (`PersonCommand`) and by rules (`AnyOrder`).

`hub.core.decisions.decide` says what follows from each. Commands of people are checked against their rights first
(`hub.core.people.rights.check`). To add one: write it in its subject's `commands.py`, with the right that it needs.
"""

from typing import ClassVar

from hub.core.alarms.commands import AlarmCommand, AlarmOrder
from hub.core.assets.commands import AssetCommand
from hub.core.attention.commands import AttentionCommand, AttentionOrder
from hub.core.baselines.commands import BaselineCommand
from hub.core.cameras.commands import CameraCommand, CameraOrder
from hub.core.command import Command, Reason, Right
from hub.core.devices.commands import DeviceCommand
from hub.core.duty.commands import SwapCommand
from hub.core.dutylog.commands import LogCommand
from hub.core.homes.commands import HomeCommand
from hub.core.patrol.commands import PatrolCommand
from hub.core.people.commands import PeopleCommand
from hub.core.permits.commands import PermitCommand
from hub.core.posts.commands import PostCommand
from hub.core.releases.commands import ReleaseCommand
from hub.core.reviews.commands import ReviewCommand, ReviewOrder
from hub.core.rounds.commands import RoundCommand, RoundOrder
from hub.core.rules.commands import RuleCommand, RuleOrder
from hub.core.tickets.commands import TicketCommand, TicketOrder


class StopHub(Command, tag="hub.stop", frozen=True, kw_only=True):
    """Stop the hub; every interruption has a reason on record."""

    NEEDS: ClassVar[Right] = "stop"
    reason: Reason


PersonCommand = (
    AlarmCommand
    | AssetCommand
    | AttentionCommand
    | BaselineCommand
    | CameraCommand
    | DeviceCommand
    | HomeCommand
    | LogCommand
    | PatrolCommand
    | PeopleCommand
    | PermitCommand
    | PostCommand
    | ReleaseCommand
    | ReviewCommand
    | RoundCommand
    | RuleCommand
    | SwapCommand
    | TicketCommand
    | StopHub
)
AnyOrder = AlarmOrder | AttentionOrder | CameraOrder | ReviewOrder | RoundOrder | RuleOrder | TicketOrder
