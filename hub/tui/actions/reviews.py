"""What can be done on the reviews panel."""

from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = ()
