"""Recordings in a folder on another disk or share. See README.md."""

from hub.api import RegisterStorage, hookimpl


@hookimpl
def hub_register_storages(register: RegisterStorage) -> None:
    from hub_disk.options import DiskOptions
    from hub_disk.storage import DiskStorage

    register("disk", DiskStorage, options=DiskOptions)
