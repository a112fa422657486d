"""Which records are for the audit, and how grave each is. Pure."""

from hub.api import FollowedRecord

EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL, DEBUG = range(8)
"""Severities of RFC 5424, section 6.2.1."""

_AUDITED = frozenset(
    {
        "access",
        "account",
        "assessment",
        "calendar",
        "confidentiality",
        "config",
        "discovery",
        "home",
        "hub",
        "journal",
        "live",
        "password",
        "person",
        "plugin",
        "qualification",
        "recordings",
        "release",
        "roster",
        "rounds",
        "rule",
        "rules",
        "seals",
        "session",
        "settings",
        "site",
        "totp",
        "training",
        "variable",
        "viewing",
    }
)
"""Areas of events (what stands before the dot) that are audited whoever brought them about."""
_AUDITED_EVENTS = frozenset(
    {
        "backup.taken",
        "clock.stepped",
        "device.clock_drifted",
        "device.order_failed",
        "device.ordered",
        "effect.failed",
        "permit.lapsed",
        "recording.damaged",
        "recording.held",
        "recording.hold_ended",
        "recording.protected",
        "recording.viewed",
    }
)
_GRAVE = frozenset({"journal.blocked", "recording.damaged", "seals.damaged"})
_REFUSED = frozenset({"person.sign_in_refused", "person.two_places", "config.rejected", "clock.stepped"})
_BY_PRIORITY = {"critical": CRITICAL, "high": ERROR, "medium": WARNING, "low": NOTICE}


def audited(record: FollowedRecord) -> bool:
    """Whether a record belongs to the audit: what people did, and what befell the hub, its files and its record."""
    area = record.type.partition(".")[0]
    return record.actor.startswith("person:") or area in _AUDITED or record.type in _AUDITED_EVENTS


def severity(record: FollowedRecord) -> int:
    """How grave a record is, by RFC 5424.

    `CRITICAL` where the record itself is at stake; alarms by their priority; otherwise what failed is an error, what
    was refused a warning, what people did worth a notice."""
    if record.type in _GRAVE:
        return CRITICAL
    if record.type in ("alarm.raised", "alarm.prioritised"):
        return _BY_PRIORITY.get(str(record.body.get("priority")), NOTICE)
    if record.type in _REFUSED:
        return WARNING
    if record.type.endswith(("failed", "died", "damaged", "skipped")):
        return ERROR
    return NOTICE if record.actor.startswith("person:") else INFORMATIONAL
