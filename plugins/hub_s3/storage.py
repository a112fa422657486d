"""Objects in a bucket: put with a checksum that the server verifies, in parts where they are large."""

import base64
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from hub.api import PluginContext, StorageRefused, StorageSpace, StorageUnavailable, StoredObject
from hub_s3.client import code_of, is_behind_the_end, open_client, understood
from hub_s3.options import S3Options

PART = 8 * 1024 * 1024
"""Bytes of a part; what is larger goes in several."""

_NAME = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_LONGEST = 200
_ROUNDED = timedelta(seconds=1)
"""Servers keep no fractions of a second."""


class S3Storage:
    """A storage in a bucket. The client of boto3 may be used by several threads."""

    def __init__(self, options: S3Options, context: PluginContext) -> None:
        self._options = options
        self._context = context
        self._where = f"{options.endpoint} bucket {options.bucket}"
        self._client: Any = None
        self._making = threading.Lock()
        self._versions = self._locks = False

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: datetime | None) -> None:
        key, client = self._key(name), self._open()
        lock: dict[str, Any] = {}
        # A time that is past is refused by servers.
        if self._locks and keep_until_at is not None and keep_until_at > self._context.clock.now():
            lock = {"ObjectLockMode": self._options.lock.upper(), "ObjectLockRetainUntilDate": keep_until_at}
        with understood(self._where, name), source.open("rb") as file:
            if source.stat().st_size <= PART:
                checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
                client.put_object(
                    **self._at(key), Body=file, ChecksumAlgorithm="SHA256", ChecksumSHA256=checksum, **lock
                )
            else:
                self._end_uploads(client, key)
                self._put_in_parts(client, key, file, lock)
            if lock:
                self._make_sure(client, key, lock["ObjectLockMode"], lock["ObjectLockRetainUntilDate"])

    def _make_sure(self, client: Any, key: str, mode: str, until_at: datetime) -> None:
        """Not every server takes the lock along with the object, of an upload in parts least of all."""
        for last in (False, True):
            said = client.head_object(**self._at(key))
            kept_until_at = said.get("ObjectLockRetainUntilDate")
            if said.get("ObjectLockMode") == mode and kept_until_at and kept_until_at >= until_at - _ROUNDED:
                return
            if not last:
                client.put_object_retention(**self._at(key), Retention={"Mode": mode, "RetainUntilDate": until_at})
        raise StorageRefused(
            f"{self._where} offers object lock and does not say that {key} is locked.",
            hint='The keys need s3:GetObjectRetention; `lock = "off"` does without.',
        )

    def _end_uploads(self, client: Any, key: str) -> None:
        """Throw away the parts of this object that a hub that died had begun to send: unseen, they cost room."""
        with suppress(ClientError):
            pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=self._options.bucket, Prefix=key)
            for one in (one for page in pages for one in page.get("Uploads", ())):
                if one["Key"] == key:
                    client.abort_multipart_upload(**self._at(key), UploadId=one["UploadId"])

    def _put_in_parts(self, client: Any, key: str, file: Any, lock: dict[str, Any]) -> None:
        """Each part with its checksum; nothing is seen before all are there, and nothing is left of a failure."""
        upload = client.create_multipart_upload(**self._at(key), ChecksumAlgorithm="SHA256", **lock)["UploadId"]
        parts: list[dict[str, Any]] = []
        try:
            while block := file.read(PART):
                number = len(parts) + 1
                answer = client.upload_part(
                    **self._at(key), UploadId=upload, PartNumber=number, Body=block, ChecksumAlgorithm="SHA256"
                )
                part = {"ETag": answer["ETag"], "PartNumber": number}
                if "ChecksumSHA256" in answer:
                    part["ChecksumSHA256"] = answer["ChecksumSHA256"]
                parts.append(part)
            client.complete_multipart_upload(**self._at(key), UploadId=upload, MultipartUpload={"Parts": parts})
        except BaseException:
            # Where the server does not even answer this, the bucket's own rule for unfinished uploads tidies up.
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**self._at(key), UploadId=upload)
            raise

    def read(self, name: str, start: int, length: int) -> bytes:
        key, client = self._key(name), self._open()
        if length <= 0:
            return b""
        with understood(self._where, name):
            try:
                answer = client.get_object(**self._at(key), Range=f"bytes={start}-{start + length - 1}")
            except ClientError as error:
                if is_behind_the_end(error):
                    return b""
                raise
            with answer["Body"] as body:
                content: bytes = body.read(length)
        return content

    def delete(self, name: str) -> None:
        key, client = self._key(name), self._open()
        with understood(self._where, name):
            self._end_uploads(client, key)
            if not self._versions:
                client.delete_object(**self._at(key))
                return
            # In a bucket with versions, deleting without one only hides it.
            pages = client.get_paginator("list_object_versions").paginate(Bucket=self._options.bucket, Prefix=key)
            for page in pages:
                for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    if one["Key"] == key:
                        client.delete_object(**self._at(key), VersionId=one["VersionId"])

    def names(self, prefix: str) -> Iterator[StoredObject]:
        client, own = self._open(), self._options.prefix
        with understood(self._where):
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._options.bucket, Prefix=own + prefix)
            for page in pages:
                if page.get("Name") != self._options.bucket:
                    raise StorageUnavailable(f"{self._where} answered something else than a list.")
                for one in page.get("Contents", ()):
                    yield StoredObject(one["Key"].removeprefix(own), int(one["Size"]))

    def space(self) -> StorageSpace:
        client = self._open()
        with understood(self._where):
            client.head_bucket(Bucket=self._options.bucket)
        return StorageSpace()

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _open(self) -> Any:
        """The client, when the bucket has once said what it offers."""
        with self._making:
            if self._client is not None:
                return self._client
            client = open_client(self._options, self._context)
            with understood(self._where):
                client.head_bucket(Bucket=self._options.bucket)
                self._versions = client.get_bucket_versioning(Bucket=self._options.bucket).get("Status") is not None
                self._locks = self._offers_lock(client)
            self._client = client
            return client

    def _offers_lock(self, client: Any) -> bool:
        if self._options.lock == "off":
            return False
        try:
            found = client.get_object_lock_configuration(Bucket=self._options.bucket)
        except ClientError as error:
            if code_of(error) in ("ObjectLockConfigurationNotFoundError", "NotImplemented", "InvalidRequest"):
                return False
            raise
        return bool(found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._options.bucket, "Key": key}

    def _key(self, name: str) -> str:
        if not _NAME.fullmatch(name) or len(name) > _LONGEST or any(not part.strip(".") for part in name.split("/")):
            raise StorageRefused(f"{name[:_LONGEST]!r} is no name that a storage takes.")
        return self._options.prefix + name
