"""Pictures: the newest and the kept ones, and no other file of the machine."""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.findings import Evidence, Picture, ReferenceLearned, ViewClear, ViewObstructed
from hub.errors import HubError, NotAllowed, NotFound
from hub.server.routes.pictures import is_plain, read_below
from tests.server.conftest import PASSWORD, Plant

JPEG = b"\xff\xd8picture"


def keep(plant: Plant, path: str, data: bytes = JPEG) -> Picture:
    file = plant.backend.evidence / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return Picture(path=path, sha256="")


async def test_the_newest_picture_is_never_to_be_kept_by_anybody_between(plant: Plant) -> None:
    plant.backend.pictures["gate-1"] = JPEG
    client = await plant.signed_in("watch_officer.s")
    answer = await client._http.get("/api/cameras/gate-1/picture", headers=client._headers())
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_camera_without_a_picture_says_so(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    with pytest.raises(NotFound, match="no picture of gate-1"):
        await client.picture("gate-1")


async def test_a_watch_that_does_not_answer_is_not_waited_for(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.routes.pictures._PICTURE_S", 0.1)

    async def hang(camera: str) -> bytes:
        await asyncio.sleep(60)
        return b""

    plant.backend.picture = hang
    client = await plant.signed_in("watch_officer.s")
    with pytest.raises(HubError, match="did not answer in time"):
        await client.picture("gate-1")


async def test_evidence_of_the_past_is_found_through_the_journal_and_stays_in_its_domain(plant: Plant) -> None:
    evidence = Evidence(before=keep(plant, "gate-1/1-before.jpg"), after=keep(plant, "gate-1/1-after.jpg"))
    plant.backend.write(
        ViewObstructed(camera="gate-1", since_at=plant.clock.now(), evidence=evidence), ViewClear(camera="gate-1")
    )
    theirs = await plant.signed_in("watch_officer.s")
    assert await theirs.evidence("gate-1/1-before.jpg") == JPEG
    assert await theirs.evidence("gate-1/1-after.jpg") == JPEG
    others = await plant.signed_in("leader.p")
    with pytest.raises(NotAllowed):
        await others.evidence("gate-1/1-after.jpg")


async def test_a_file_that_no_record_speaks_of_is_not_evidence(plant: Plant) -> None:
    keep(plant, "gate-1/stray.jpg")
    client = await plant.signed_in("leader.ps")
    with pytest.raises(NotFound):
        await client.evidence("gate-1/stray.jpg")


async def test_evidence_that_was_deleted_is_reported_as_missing(plant: Plant) -> None:
    picture = keep(plant, "gate-1/gone.jpg")
    plant.backend.write(ReferenceLearned(camera="gate-1", picture=picture))
    (plant.backend.evidence / picture.path).unlink()
    with pytest.raises(NotFound):
        await (await plant.signed_in("leader.ps")).evidence(picture.path)


ESCAPES = [
    "../accounts.db",
    "gate-1/../../accounts.db",
    "gate-1/../../../hub.toml",
    "/etc/passwd",
    "gate-1//reference.jpg",
    "./gate-1/reference.jpg",
    "gate-1/reference.jpg/..",
    "gate-1\\..\\reference.jpg",
    "gate-1/reference.jpg\0.jpg",
    "..%2faccounts.db",
    "%2e%2e/%2e%2e/accounts.jpg",
    "长" * 200 + ".jpg",
    "",
]


async def status_of(plant: Plant, token: str, raw_path: bytes) -> int:
    """The answer to a path that no client library made tidy before."""
    reader, writer = await asyncio.open_unix_connection(str(plant.address.socket))
    head = b"GET /api/evidence/%b HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer %b\r\nconnection: close\r\n\r\n"
    writer.write(head % (raw_path, token.encode()))
    answer = await reader.read()
    writer.close()
    assert b"SQLite format" not in answer
    return int(answer.split(b" ", 2)[1])


async def test_there_is_no_way_out_of_the_evidence_folder(plant: Plant) -> None:
    token = (await plant.client().sign_in("leader.ps", PASSWORD)).token
    for path in ESCAPES:
        plant.backend.write(ReferenceLearned(camera="gate-1", picture=Picture(path=path, sha256="")))
        encoded = "".join(f"%{byte:02x}" for byte in path.encode()).encode()
        assert await status_of(plant, token, encoded) == 404, path
        assert await status_of(plant, token, quote(path).encode()) == 404, path


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.jpg").write_bytes(JPEG)
    folder = tmp_path / "evidence"
    folder.mkdir()
    os.symlink("../outside.jpg", folder / "link.jpg")
    assert read_below(folder, "link.jpg") is None
    assert read_below(folder, "missing.jpg") is None
    (folder / "real.jpg").write_bytes(JPEG)
    assert read_below(folder, "real.jpg") == JPEG


@given(st.text(alphabet="ab./\\\0%", max_size=20).map(lambda text: text + ".jpg"))
def test_a_plain_path_always_stays_below_its_folder(path: str) -> None:
    if is_plain(path):
        assert os.path.normpath(path) == path
        assert not os.path.isabs(path)
        assert path.split("/")[0] != ".."
