"""Files that people hand over: kept unchanged under their hash, for the domains of who brought them."""

import asyncio
import errno
import hashlib
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.client.attachments import LARGEST_ATTACHMENT, media_of, read_attachment
from hub.client.http import HttpClient
from hub.core.attachments.events import AttachmentAdded
from hub.errors import ClientError, HubError, NotAllowed, NotFound, Refused, SiteError
from hub.server.attachments import fetch, keep, path_of
from tests.server.conftest import Plant

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 100
PDF = b"%PDF-1.7\n" + b"letter" * 100


@pytest.mark.parametrize(
    ("data", "media"),
    [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf"), (b"GIF89a", None), (b"", None)],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, media: str | None) -> None:
    assert media_of(data) == media


@pytest.mark.parametrize("data", [JPEG, PNG, PDF])
async def test_what_was_handed_over_is_read_again_unchanged(plant: Plant, data: bytes) -> None:
    client = await plant.signed_in("watch_officer.s")
    attachment = await client.attach("围栏.jpg", data)
    assert attachment == hashlib.sha256(data).hexdigest()
    assert await client.attachment(attachment) == data
    added = plant.backend.records[-1]
    assert isinstance(added.event, AttachmentAdded)
    assert (added.actor, added.event.name, added.event.bytes) == ("person:watch_officer.s", "围栏.jpg", len(data))


@pytest.mark.parametrize("data", [b"GIF89a....", b"", b"MZ\x90\x00", b"<svg/>"])
async def test_a_file_of_another_kind_is_refused_whatever_it_is_called(plant: Plant, data: bytes) -> None:
    client = await plant.signed_in("watch_officer.s")
    before = len(plant.backend.records)
    with pytest.raises(Refused, match="JPEG or PNG"):
        await client.attach("picture.jpg", data)
    assert len(plant.backend.records) == before
    assert not list(plant.backend.attachments.rglob("*.*"))


async def test_a_file_is_as_large_as_the_limit_and_not_a_byte_larger(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    largest = JPEG.ljust(LARGEST_ATTACHMENT, b"x")
    attachment = await client.attach("large.jpg", largest)
    assert await client.attachment(attachment) == largest
    with pytest.raises(Refused, match="longer than"):
        await client.attach("larger.jpg", largest + b"x")


@pytest.mark.parametrize("name", ["", "   ", "a\x1b[31mb", "a" * 201, "a\u202eb"])
async def test_a_name_that_nobody_should_see_is_refused_before_anything_is_kept(plant: Plant, name: str) -> None:
    client = await plant.signed_in("watch_officer.s")
    with pytest.raises(Refused):
        await client.attach(name, JPEG)
    assert not plant.backend.attachments.exists()


async def test_the_local_reader_hands_nothing_over(plant: Plant) -> None:
    token = plant.address.local_token
    assert token is not None
    with pytest.raises(NotAllowed):
        await plant.client(token.read_text()).attach("a.jpg", JPEG)


async def test_the_same_file_twice_is_one_file_and_one_record(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    first = await client.attach("a.jpg", JPEG)
    records = len(plant.backend.records)
    assert await client.attach("b.jpg", JPEG) == first
    assert len(plant.backend.records) == records
    assert plant.backend.state().attachments[first].name == "a.jpg"


async def test_a_file_of_another_domain_is_not_read(plant: Plant) -> None:
    security, production = await plant.signed_in("watch_officer.s"), await plant.signed_in("leader.p")
    attachment = await security.attach("a.jpg", JPEG)
    with pytest.raises(NotAllowed):
        await production.attachment(attachment)
    both = await plant.signed_in("leader.ps")
    assert await both.attachment(attachment) == JPEG


async def test_who_has_the_same_file_may_read_it_whoever_brought_it_first(plant: Plant) -> None:
    security, production = await plant.signed_in("watch_officer.s"), await plant.signed_in("leader.p")
    attachment = await security.attach("a.jpg", JPEG)
    assert await production.attach("b.jpg", JPEG) == attachment
    assert await production.attachment(attachment) == JPEG
    assert plant.backend.state().attachments[attachment].domains == ["security", "production"]
    assert await security.attachment(attachment) == JPEG


@pytest.mark.parametrize("attachment", ["0" * 64, "../" * 20 + "accounts.db", "A" * 64, "0" * 63])
async def test_what_was_not_handed_over_cannot_be_read(plant: Plant, attachment: str) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises((NotFound, Refused, ClientError)):
        await client.attachment(attachment)


async def test_a_file_that_was_changed_on_disk_is_not_passed_off_as_what_it_was(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    attachment = await client.attach("a.jpg", JPEG)
    place = path_of(plant.backend.attachments, attachment)
    place.chmod(0o600)
    place.write_bytes(JPEG[:-1])
    with pytest.raises(HubError, match="was changed"):
        await client.attachment(attachment)
    await client.attach("a.jpg", JPEG)
    assert await client.attachment(attachment) == JPEG
    place.unlink()
    with pytest.raises(NotFound, match="no longer"):
        await client.attachment(attachment)


async def test_many_at_once_are_taken_in_turn_or_asked_to_come_again(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    files = [PDF + bytes([number]) * 2_000_000 for number in range(8)]
    answers = await asyncio.gather(*(client.attach("a.pdf", data) for data in files), return_exceptions=True)
    kept = {answer for answer in answers if isinstance(answer, str)}
    busy = [answer for answer in answers if not isinstance(answer, str)]
    assert kept
    assert all(isinstance(answer, HubError) and "Try again" in str(answer) for answer in busy)
    assert kept == plant.backend.state().attachments.keys()


def test_the_same_bytes_from_many_threads_are_one_whole_file(tmp_path: Path) -> None:
    data = JPEG * 2000
    with ThreadPoolExecutor(8) as threads:
        kept = {digest for digest, _media in threads.map(lambda _: keep(tmp_path, data), range(24))}
    (digest,) = kept
    assert fetch(tmp_path, digest) == data
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [path_of(tmp_path, digest)]
    assert files[0].stat().st_mode & 0o777 == 0o400


_FULL = """
import resource, sys
from pathlib import Path
from hub.server.attachments import keep
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    keep(Path(sys.argv[1]), b"%PDF-" + b"x" * 100_000)
except OSError as error:
    print(error.errno)
"""


def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """The system refuses to let the file grow, as a full disk does, in a process of its own."""
    # -B: a module's compiled form would be cut off too, and break whoever imports it next.
    command = [sys.executable, "-B", "-c", _FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == str(errno.EFBIG), done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


_KILLED = """
import os, sys, signal
from pathlib import Path
from hub.server import attachments
def fsync(descriptor):
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = fsync
attachments.keep(Path(sys.argv[1]), b"%PDF-" + b"x" * 100_000)
"""


def test_a_crash_while_a_file_is_written_never_shows_half_a_file(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], capture_output=True, timeout=60, check=False)
    assert done.returncode == -9
    data = b"%PDF-" + b"x" * 100_000
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(NotFound):
        fetch(tmp_path, digest)
    assert keep(tmp_path, data) == (digest, "application/pdf")
    assert fetch(tmp_path, digest) == data


async def test_a_disk_that_cannot_be_written_is_said_and_nothing_goes_on_record(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    plant.backend.attachments.parent.mkdir(exist_ok=True)
    plant.backend.attachments.write_text("a file where the folder should be")
    before = len(plant.backend.records)
    with pytest.raises(HubError, match="cannot be read or written"):
        await client.attach("a.jpg", JPEG)
    assert len(plant.backend.records) == before


async def test_an_upload_that_breaks_off_keeps_nothing(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    socket = plant.address.socket
    assert socket is not None
    _reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(
        f"POST /api/attachments?name=a.jpg HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {_token(client)}\r\n"
        "Content-Length: 5000\r\n\r\n".encode()
        + JPEG[:300]
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await client.attach("b.jpg", PNG)
    assert list(plant.backend.state().attachments) == [hashlib.sha256(PNG).hexdigest()]


def test_a_file_of_this_machine_is_looked_at_before_it_is_sent(tmp_path: Path) -> None:
    good, wrong, large = tmp_path / "good.jpg", tmp_path / "wrong.txt", tmp_path / "large.pdf"
    good.write_bytes(JPEG)
    wrong.write_text("text")
    large.touch()
    os.truncate(large, LARGEST_ATTACHMENT + 1)
    assert read_attachment(good) == JPEG
    for path, reason in (
        (wrong, "neither"),
        (large, "larger than"),
        (tmp_path, "cannot be read"),
        (tmp_path / "x", "No such"),
    ):
        with pytest.raises(Refused, match=reason):
            read_attachment(path)


def test_a_file_that_is_gone_or_changed_is_told_apart(tmp_path: Path) -> None:
    digest, _media = keep(tmp_path, PDF)
    place = path_of(tmp_path, digest)
    place.chmod(0o600)
    place.write_bytes(b"")
    with pytest.raises(SiteError):
        fetch(tmp_path, digest)


def _token(client: HttpClient) -> str:
    token: str = client._token
    return token
