"""What may be asked of the hub: by people (`PersonCommand`) and by rules (`AnyOrder`).

`hub.core.decisions.decide` says what follows from each. Commands of people are checked against their rights first
(`hub.core.people.rights.check`). To add one: write it in its subject's `commands.py`, with the right that it needs.
"""

from typing import ClassVar

from hub.core.alarms.commands import AlarmCommand, AlarmOrder
from hub.core.cameras.commands import CameraCommand, CameraOrder
from hub.core.command import Command, Reason, Right
from hub.core.people.commands import PeopleCommand
from hub.core.rounds.commands import RoundCommand, RoundOrder
from hub.core.rules.commands import RuleCommand, RuleOrder
from hub.core.tickets.commands import TicketCommand, TicketOrder


class StopHub(Command, tag="hub.stop", frozen=True, kw_only=True):
    """Stop the hub; every interruption has a reason on record."""

    NEEDS: ClassVar[Right] = "stop"
    reason: Reason


PersonCommand = AlarmCommand | CameraCommand | PeopleCommand | RoundCommand | RuleCommand | TicketCommand | StopHub
AnyOrder = AlarmOrder | CameraOrder | RoundOrder | RuleOrder | TicketOrder
