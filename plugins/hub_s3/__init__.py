"""Recordings in S3-compatible object storage. See README.md."""

from hub.api import RegisterStorage, hookimpl


@hookimpl
def hub_register_storages(register: RegisterStorage) -> None:
    from hub_s3.options import S3Options
    from hub_s3.storage import S3Storage

    register("s3", S3Storage, options=S3Options)
