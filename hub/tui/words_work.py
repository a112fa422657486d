"""Alarms, tickets, permits and rounds, in words.

Where a pair stands, the shape comes before the word; what shapes are for: `hub.tui.words`.
"""

from hub.locale import N_

PRIORITIES: dict[str, tuple[str, str]] = {
    "critical": ("1", N_("Critical")),
    "high": ("2", N_("High")),
    "medium": ("3", N_("Medium")),
    "low": ("4", N_("Low")),
}

ALARM_STATES: dict[str, tuple[str, str]] = {
    "unacknowledged": ("!", N_("Unacknowledged")),
    "acknowledged": ("✓", N_("Acknowledged")),
    "returned": ("<", N_("Returned")),
    "cleared": ("-", N_("Cleared")),
    "shelved": ("z", N_("Shelved")),
    "suppressed": ("p", N_("Suppressed")),
    "out_of_service": ("o", N_("Out of service")),
}

ALARM_MARKS: dict[str, tuple[str, str]] = {
    "chattering": ("[~]", N_("Chattering")),
    "stale": ("[24]", N_("Stale")),
    "done": ("[ok]", N_("Response confirmed")),
}
"""Beside the state of an alarm."""

ALARM_VERDICTS: dict[str, tuple[str, str]] = {
    "real": ("✓", N_("Real")),
    "false": ("✗", N_("False")),
    "nuisance": ("!", N_("Nuisance")),
}
"""What people say of an alarm."""

PARENTS: dict[str, str] = {
    "power": N_("power {name}"),
    "ups": N_("UPS {name}"),
    "switch": N_("switch {name}"),
    "line": N_("line {name}"),
    "encoder": N_("encoder {name}"),
    "server": N_("server {name}"),
    "recorder": N_("recorder {name}"),
    "area": N_("area {name}"),
}
"""What alarms that come together have in common."""

TICKET_STATES: dict[str, tuple[str, str]] = {
    "open": ("!", N_("Open")),
    "acknowledged": ("o", N_("Noted")),
    "assigned": (">", N_("Assigned")),
    "arrived": ("@", N_("At the place")),
    "waiting": ("z", N_("On hold")),
    "repaired": ("r", N_("Repaired")),
    "restored": ("<", N_("Restored")),
    "verifying": ("~", N_("Under check")),
    "verified": ("✓", N_("Verified")),
    "closed": ("-", N_("Closed")),
    "cancelled": ("x", N_("Cancelled")),
}

TICKET_PRIORITIES: dict[str, tuple[str, str]] = {
    "urgent": ("!", N_("Urgent")),
    "normal": ("", N_("Normal")),
    "low": ("", N_("Low")),
}

TICKET_TROUBLES: dict[str, str] = {
    "finding": N_("the watch sees a fault"),
    "recording": N_("it is not recorded"),
    "not_judged": N_("the camera is not judged"),
    "unwatched": N_("nothing comes from its watch or its recording"),
    "alarm": N_("its alarm stands"),
    "fault": N_("the fault is still there"),
}
"""Why a repair is not verified."""

LATE_ENDS: dict[str, str] = {
    "estimate": N_("another time is agreed on"),
    "waiting": N_("it waits until later"),
    "named": N_("somebody is named"),
    "repaired": N_("a repair is reported"),
    "restored": N_("the service is seen good"),
    "cancelled": N_("cancelled"),
}
"""Why a ticket is no longer overdue, or no longer without a repairer."""

VERIFIED_BY: dict[str, str] = {"watch": N_("by the watch"), "signature": N_("by signature")}

TICKET_PHASES: dict[str, str] = {
    "acknowledge": N_("until noted"),
    "dispatch": N_("until somebody was named"),
    "arrive": N_("until at the place"),
    "repair": N_("until repaired"),
    "wait": N_("of that, waiting"),
    "verify": N_("until verified"),
    "whole": N_("until restored (MTTR)"),
}
"""The parts of the time to repair."""

PERMIT_STATES: dict[str, tuple[str, str]] = {
    "applied": ("!", N_("Waits")),
    "approved": (">", N_("Approved")),
    "active": ("p", N_("In force")),
    "refused": ("✗", N_("Refused")),
    "withdrawn": ("-", N_("Withdrawn")),
    "lapsed": ("-", N_("Lapsed")),
    "ended": ("✓", N_("Ended")),
    "revoked": ("✗", N_("Revoked")),
}

PERMIT_ENDS: dict[str, str] = {
    "time": N_("by time"),
    "done": N_("the work is done"),
}
"""How a permit ended."""

ROUND_STATES: dict[str, tuple[str, str]] = {
    "due": (">", N_("Round due")),
    "missed": ("✗", N_("Round missed")),
    "started": ("…", N_("Being made")),
    "late": ("!", N_("Made late")),
    "handed_in": ("?", N_("To be signed")),
    "done": ("✓", N_("Made")),
    "cancelled": ("-", N_("Cancelled")),
}
