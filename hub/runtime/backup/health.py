"""Pure: the copies of the site, as the health of the hub shows them."""

from hub.client.views import BackupHealth
from hub.core.backups import Backups


def backups_of(backups: Backups) -> BackupHealth | None:
    """None where none was made and none failed: hub.toml asks for none, or the hub has just begun."""
    if backups == Backups():
        return None
    return BackupHealth(
        made_at=backups.made_at,
        archive=backups.made.archive if backups.made is not None else "",
        failing=backups.failing,
    )
