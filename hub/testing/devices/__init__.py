"""Devices to test with: servers that answer as cameras and recorders do, and as they do when something is wrong."""

from hub.testing.devices.access import TestAccess, open_access
from hub.testing.devices.captured import load_captured
from hub.testing.devices.replies import FAULTS, Answer, Fault, FaultKind, Key, Reply, Seen
from hub.testing.devices.server import ReplayServer

__all__ = [
    "FAULTS",
    "Answer",
    "Fault",
    "FaultKind",
    "Key",
    "ReplayServer",
    "Reply",
    "Seen",
    "TestAccess",
    "load_captured",
    "open_access",
]
