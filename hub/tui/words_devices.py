"""The words for what is said of devices."""

from hub.locale import N_

FAULTS: dict[str, str] = {
    "device.unreachable": N_("Does not answer"),
    "device.refused": N_("Refuses the credentials"),
    "device.untrusted": N_("Line not safe"),
    "device.clock_drifted": N_("Clock wrong"),
    "device.disk_failed": N_("Disk failed"),
    "device.recording_stopped": N_("Does not record"),
    "device.channel_offline": N_("Camera missing"),
    "device.overheated": N_("Too hot"),
    "device.fan_failed": N_("Fan stands still"),
    "device.certificate_ending": N_("Certificate ends"),
    "device.weak": N_("Weakness"),
    "device.reported": N_("Reports"),
}
"""What is wrong with a device."""

DISKS: dict[str, str] = {
    "ok": N_("good"),
    "full": N_("full"),
    "absent": N_("empty slot"),
    "unformatted": N_("not formatted"),
    "formatting": N_("being formatted"),
    "degraded": N_("degraded"),
    "failed": N_("failed"),
    "unknown": N_("unknown"),
}
"""How a disk of a device is."""

ORDERS: dict[str, str] = {"clock": N_("take the hub's time"), "reboot": N_("start anew")}
"""What a device is told to do."""

CONTACTS: dict[str, tuple[str, str]] = {
    "reached": ("✓", N_("Answers")),
    "failed": ("✗", N_("Does not answer")),
    "refused": ("✗", N_("Refuses sign-in")),
    "untrusted": ("✗", N_("Line not safe")),
    "unknown": ("?", N_("Unknown")),
}
"""Whether a device can be asked."""

SOURCES: dict[str, str] = {"ntp": N_("time server"), "manual": N_("set by hand"), "unknown": N_("unknown")}
"""Where a device takes its time from."""

READINGS: dict[str, str] = {
    "unknown": N_("unknown"),
    "unsupported": N_("cannot be told"),
    "error": N_("could not be asked"),
}
"""Why a device has not said something."""
