"""What `hub_s3` asks of a server, and what it makes of answers. A real server; a bare one where answers must be bad."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hub_s3.options import S3Options
from hub_s3.storage import PART, S3Storage

from hub.clock import SystemClock
from hub.errors import NotStored, StorageLocked, StorageRefused, StorageUnavailable
from hub.plugin_host import build_context
from hub.testing.contracts.storage import make_content
from tests.plugins.hub_s3.conftest import ACCESS, SECRET, make_options

_NAME = "gate-1/2026-01-05/a.mp4"


def storage_at(folder: Path, endpoint: str, bucket: str, **more: Any) -> S3Storage:
    context = build_context("s3", site=folder, data=folder / "data", clock=SystemClock(), language="en")
    return S3Storage(S3Options.model_validate(make_options(endpoint, bucket, **more)), context)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(make_content(200_000))
    return path


def put(storage: S3Storage, source: Path, *, days: float | None = None, digest: str = "") -> None:
    until_at = SystemClock().now() + timedelta(days=days) if days is not None else None
    digest = digest or sha256(source.read_bytes()).hexdigest()
    storage.put(_NAME, source, sha256=digest, keep_until_at=until_at)


def test_where_the_bucket_offers_it_each_object_is_locked_until_it_is_to_be_deleted(
    tmp_path: Path, server: str, locking: str, admin: Any, source: Path
) -> None:
    storage = storage_at(tmp_path, server, locking)
    put(storage, source, days=30)
    kept = admin.head_object(Bucket=locking, Key=_NAME)
    assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert abs(kept["ObjectLockRetainUntilDate"] - SystemClock().now() - timedelta(days=30)) < timedelta(minutes=1)
    with pytest.raises(StorageLocked):
        storage.delete(_NAME)
    assert storage.read(_NAME, 0, 200_000) == source.read_bytes()


def test_a_large_object_is_locked_too(tmp_path: Path, server: str, locking: str, admin: Any, source: Path) -> None:
    source.write_bytes(make_content(PART + 1))
    put(storage_at(tmp_path, server, locking, lock="compliance"), source, days=30)
    assert admin.head_object(Bucket=locking, Key=_NAME)["ObjectLockMode"] == "COMPLIANCE"


def without_lock(client: Any, *operations: str) -> None:
    """The server takes the object and does not hear of its lock."""

    def strip(params: dict[str, Any], **_: Any) -> None:
        for header in [name for name in params["headers"] if name.lower().startswith("x-amz-object-lock")]:
            del params["headers"][header]

    for operation in operations:
        client.meta.events.register(f"before-call.s3.{operation}", strip)


@pytest.mark.parametrize("size", [200_000, PART + 1])
def test_a_lock_that_the_server_did_not_take_along_is_set_afterwards(
    tmp_path: Path, server: str, locking: str, admin: Any, source: Path, size: int
) -> None:
    source.write_bytes(make_content(size))
    storage = storage_at(tmp_path, server, locking)
    without_lock(storage._open(), "PutObject", "CreateMultipartUpload")
    put(storage, source, days=30)
    assert admin.head_object(Bucket=locking, Key=_NAME)["ObjectLockMode"] == "GOVERNANCE"


def test_a_server_that_offers_locks_and_sets_none_is_not_relied_on(
    tmp_path: Path, server: str, locking: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = storage_at(tmp_path, server, locking)
    client = storage._open()
    without_lock(client, "PutObject")
    monkeypatch.setattr(client, "put_object_retention", lambda **_: {})
    with pytest.raises(StorageRefused, match=r"does not say that .* is locked"):
        put(storage, source, days=30)


@pytest.mark.parametrize("then", ["it is sent again", "it is deleted"])
def test_parts_that_a_hub_that_died_had_sent_are_thrown_away(
    tmp_path: Path, server: str, bucket: str, admin: Any, source: Path, then: str
) -> None:
    source.write_bytes(make_content(PART + 1))
    for key in (_NAME, f"{_NAME}.other"):
        admin.create_multipart_upload(Bucket=bucket, Key=key)
    storage = storage_at(tmp_path, server, bucket)
    if "again" in then:
        put(storage, source)
        assert storage.read(_NAME, 0, 10) == source.read_bytes()[:10]
    else:
        storage.delete(_NAME)
    left = [one["Key"] for one in admin.list_multipart_uploads(Bucket=bucket).get("Uploads", ())]
    assert left == [f"{_NAME}.other"], "what is not its own stays"


def test_a_lock_that_is_not_wanted_is_not_set(
    tmp_path: Path, server: str, locking: str, admin: Any, source: Path
) -> None:
    storage = storage_at(tmp_path, server, locking, lock="off")
    put(storage, source, days=30)
    assert "ObjectLockMode" not in admin.head_object(Bucket=locking, Key=_NAME)
    put(storage, source)
    storage.delete(_NAME)
    left = admin.list_object_versions(Bucket=locking)
    assert (left.get("Versions"), left.get("DeleteMarkers")) == (None, None), "nothing is only hidden"


def test_a_plain_bucket_takes_what_is_to_be_kept_without_a_lock(
    tmp_path: Path, server: str, bucket: str, source: Path
) -> None:
    storage = storage_at(tmp_path, server, bucket)
    put(storage, source, days=30)
    storage.delete(_NAME)
    with pytest.raises(NotStored):
        storage.read(_NAME, 0, 1)


@pytest.mark.parametrize("size", [200_000, PART + 1])
def test_the_server_is_given_the_checksums_to_compare_with(
    tmp_path: Path, server: str, bucket: str, admin: Any, source: Path, size: int
) -> None:
    source.write_bytes(make_content(size))
    put(storage_at(tmp_path, server, bucket), source)
    said = admin.get_object_attributes(
        Bucket=bucket, Key=_NAME, ObjectAttributes=["Checksum", "ObjectSize", "ObjectParts"]
    )
    assert said["ObjectSize"] == size
    assert "ChecksumSHA256" in said["Checksum"]


def test_a_large_object_that_breaks_off_leaves_nothing(
    tmp_path: Path, server: str, bucket: str, admin: Any, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.write_bytes(make_content(2 * PART + 10))
    storage = storage_at(tmp_path, server, bucket)
    client = storage._open()
    sent: list[int] = []
    upload = client.upload_part

    def break_off(**part: Any) -> Any:
        sent.append(part["PartNumber"])
        if len(sent) == 2:
            raise ClientError(
                {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "UploadPart"
            )
        return upload(**part)

    monkeypatch.setattr(client, "upload_part", break_off)
    with pytest.raises(StorageUnavailable):
        put(storage, source)
    assert sent == [1, 2]
    assert list(storage.names("")) == []
    assert not admin.list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_a_bucket_that_is_not_there_is_a_matter_for_a_person(tmp_path: Path, server: str, source: Path) -> None:
    with pytest.raises(StorageRefused) as caught:
        storage_at(tmp_path, server, "no-such-bucket").space()
    assert "the hub makes none" in caught.value.hint


def test_the_environment_of_whoever_started_the_hub_changes_nothing(
    tmp_path: Path, server: str, bucket: str, source: Path, monkeypatch: pytest.MonkeyPatch, nobody: str
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody)
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", nobody)
    monkeypatch.delenv("no_proxy", raising=False)
    put(storage_at(tmp_path, server, bucket), source)


def test_a_secret_that_is_not_there_is_told_with_the_way_out(tmp_path: Path, server: str, bucket: str) -> None:
    with pytest.raises(StorageRefused, match="NO_SUCH_KEY"):
        storage_at(tmp_path, server, bucket, secret_key="env:NO_SUCH_KEY").space()


@contextmanager
def answering(status: int, code: str, *, body: bytes | None = None) -> Iterator[str]:
    """A server that answers everything in one way."""

    class Answer(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = body or f"<Error><Code>{code}</Code><Message>{SECRET[:0]}no</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _answer

        def log_message(self, *args: object) -> None:
            return

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}"
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


@pytest.mark.parametrize(
    ("status", "kind"), [(500, StorageUnavailable), (503, StorageUnavailable), (403, StorageRefused)]
)
def test_what_the_server_says_is_told_apart(tmp_path: Path, status: int, kind: type[Exception]) -> None:
    with answering(status, "Oops") as endpoint, pytest.raises(kind) as caught:
        storage_at(tmp_path, endpoint, "recordings").space()
    assert ACCESS not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_answer_that_is_no_answer_of_an_object_storage_is_no_crash(tmp_path: Path) -> None:
    with (
        answering(200, "", body=b"<html>a page</html>") as endpoint,
        pytest.raises((StorageUnavailable, StorageRefused)),
    ):
        list(storage_at(tmp_path, endpoint, "recordings").names(""))
