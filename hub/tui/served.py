"""Which clause of the regulation each panel of the screen serves."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.tui.action import Where

SCREENS: Mapping[str, tuple[Where, ...]] = MappingProxyType(
    {
        "1.2": ("wall",),
        "2.1": ("wall", "duty"),
        "2.2": ("alarms", "tickets", "log"),
        "2.3": ("assets", "people"),
        "2.4": ("assets", "rounds", "rules"),
        "2.5": ("duty",),
        "3.1": ("wall", "alarms", "health"),
        "3.2": ("wall", "alarms", "log"),
        "3.3": ("alarms", "tickets", "duty"),
        "3.4": ("duty", "devices", "rules", "log"),
        "3.5": ("rounds",),
        "3.6a": ("health", "log"),
        "3.6b": ("wall", "alarms", "permits"),
        "3.7": ("wall", "tickets", "rounds"),
        "3.8": ("assets",),
        "4.2": ("releases",),
        "5.1": ("reviews",),
    }
)
"""Panels by clause."""
