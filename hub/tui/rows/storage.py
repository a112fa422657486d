"""Copies of the site and room for recordings, as parts of the hub's health."""

from hub.client.views import BackupHealth, HealthView
from hub.core.text import Text
from hub.locale import N_, _, say
from hub.tui import moments, words
from hub.tui.refusals import translated
from hub.tui.rows.proof import Part
from hub.tui.situation import Situation

_CONDITIONS = {
    "storage.gone": N_("cannot be written"),
    "storage.away": N_("cannot be used"),
    "storage.low": N_("no room"),
    "storage.short": N_("will be too small"),
}


def backup(backups: BackupHealth, situation: Situation) -> Part:
    """When the newest copy was made, or why the one that is due is not."""
    if backups.failing:
        return Part("backup", _("Backup"), False, _("not made"), translated(backups.failing))
    assert backups.made_at is not None, "one that does not fail was made"
    age = _("{age} ago").format(age=moments.since(backups.made_at, situation.now))
    return Part("backup", _("Backup"), True, _("copied"), words.about(age, backups.archive))


def volumes(health: HealthView, situation: Situation) -> list[Part]:
    """The volumes of recordings with which something is the matter."""
    found = []
    for volume, standing in sorted(health.storage.items()):
        said = words.listed(_(_CONDITIONS[kind]) for kind in standing if kind in _CONDITIONS)
        text = say(health.storage_reasons.get(volume, Text(en="")))
        if "storage.short" in standing and health.short_at is not None:
            text = _("too little from {at} on: hub recordings forecast").format(
                at=moments.stamp(health.short_at, situation.zone)[:16]
            )
        if said:
            found.append(Part(f"volume:{volume}", volume, False, said, text))
    return found
