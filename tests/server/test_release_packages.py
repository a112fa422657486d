"""Packages of releases over the API: fetched by those who hand recordings out, on record first, whole or not at all."""

import hashlib
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from hub.client.http import HttpClient
from hub.client.release_packages import (
    SHA256_HEADER,
    PackageProgress,
    fetch_package,
    package_progress,
    release_key,
    release_preview,
)
from hub.core.event import Event
from hub.core.people.account import DOMAINS
from hub.core.recordings import RecordingViewed
from hub.core.releases.events import (
    ReleaseApproved,
    ReleaseChecked,
    ReleaseFetched,
    ReleaseHandedOver,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRequested,
)
from hub.errors import ClientError, NotAllowed, NotFound, Refused, WrongState
from tests.server.conftest import Plant, account_id, everybody
from tests.server.reels import BEGIN

DATA = b"a sealed package" * 100_000
SPECIALIST = account_id("specialist", ["security"])


def requested(domain: str = "security", camera: str = "gate-1") -> list[Event]:
    return [
        ReleaseRequested(
            release="F-1",
            kind="external",
            agency="Police",
            reason="Theft",
            content="Who left",
            cameras=[camera],
            from_at=BEGIN,
            to_at=BEGIN + timedelta(minutes=10),
            domain=domain,
        ),
        ReleaseChecked(release="F-1"),
        ReleaseApproved(release="F-1"),
    ]


@pytest.fixture
def packages(plant: Plant) -> Plant:
    """A plant with a package that is ready to be handed over."""
    folder = plant.data / "releases"
    folder.mkdir()
    (folder / "F-1.tar").write_bytes(DATA)
    plant.backend.footage.packages.folder = folder
    plant.backend.write(*requested(), ReleasePreparing(release="F-1"))
    plant.backend.write(
        ReleasePrepared(
            release="F-1",
            package="F-1.tar",
            sha256=hashlib.sha256(DATA).hexdigest(),
            bytes=len(DATA),
            segments=2,
            key="ab" * 32,
        )
    )
    return plant


def written(plant: Plant, kind: type[Event]) -> list[tuple[str, Event]]:
    return [(record.actor, record.event) for record in plant.backend.records if isinstance(record.event, kind)]


def silent(done: int, total: int) -> None:
    return


async def test_a_package_is_fetched_whole_and_by_whom_is_on_record(packages: Plant, tmp_path: Path) -> None:
    client = await packages.signed_in(SPECIALIST)
    told: list[tuple[int, int]] = []
    sha256 = await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=lambda *both: told.append(both))
    assert (tmp_path / "a.tar").read_bytes() == DATA
    assert sha256 == hashlib.sha256(DATA).hexdigest()
    assert told[-1] == (len(DATA), len(DATA))
    assert written(packages, ReleaseFetched) == [(f"person:{SPECIALIST}", ReleaseFetched(release="F-1"))]
    with pytest.raises(Refused, match="there already"):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=silent)


async def test_only_those_who_hand_out_in_its_domain_fetch_it_look_at_it_or_ask_how_far_it_is(
    packages: Plant, tmp_path: Path
) -> None:
    packages.backend.footage.packages.under_way["F-1"] = PackageProgress(step="copy", done=1, total=2)
    packages.backend.footage.viewing.pictures[BEGIN] = b"\xff\xd8\xff"
    may: set[str] = set()
    for number, account in enumerate(everybody()):
        if account.role == "reader":
            continue
        client = await packages.signed_in(account.id)
        outcomes = []
        for ask in (
            fetch_package(client, "F-1", tmp_path / f"{number}.tar", on_bytes=silent),
            release_preview(client, "F-1", "gate-1", BEGIN),
            package_progress(client, "F-1"),
        ):
            try:
                outcomes.append(await ask is not None)
            except (NotAllowed, NotFound):
                outcomes.append(False)
        assert len(set(outcomes)) == 1, (account.id, outcomes)
        may |= {account.id} if outcomes[0] else set()
    wanted = {account_id("specialist", domains) for domains in (["security"], list(DOMAINS))}
    assert may == wanted
    assert SPECIALIST in may
    assert account_id("watch_officer", ["security"]) not in may
    assert {actor for actor, _ in written(packages, ReleaseFetched)} == {f"person:{name}" for name in may}


async def test_nothing_is_to_be_had_without_signing_in(packages: Plant) -> None:
    client = packages.client()
    for path in ("release-key", "releases/F-1/package/progress", "releases/F-1/preview?camera=gate-1&at=x"):
        with pytest.raises(ClientError):
            await client.fetch(path)
    assert written(packages, ReleaseFetched) == []


async def test_a_package_that_is_gone_or_was_changed_is_not_given_and_nothing_is_on_record(
    packages: Plant, tmp_path: Path
) -> None:
    client = await packages.signed_in(SPECIALIST)
    place = packages.data / "releases/F-1.tar"
    place.write_bytes(DATA[:-1])
    with pytest.raises(ClientError, match="changed"):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=silent)
    place.unlink()
    with pytest.raises(ClientError, match="gone"):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=silent)
    assert not (tmp_path / "a.tar").exists()
    assert written(packages, ReleaseFetched) == []


async def test_what_was_changed_on_the_disk_without_its_length_is_noticed_by_whoever_fetches(
    packages: Plant, tmp_path: Path
) -> None:
    client = await packages.signed_in(SPECIALIST)
    (packages.data / "releases/F-1.tar").write_bytes(b"X" + DATA[1:])
    with pytest.raises(ClientError, match="changed or cut short"):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=silent)
    assert not (tmp_path / "a.tar").exists()


async def test_a_fetch_that_breaks_off_leaves_no_file(packages: Plant, tmp_path: Path) -> None:
    client = await packages.signed_in(SPECIALIST)

    def full(done: int, total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(Refused, match="cannot be written"):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=full)
    assert not (tmp_path / "a.tar").exists()


async def test_what_was_handed_over_or_is_not_ready_cannot_be_fetched(packages: Plant, tmp_path: Path) -> None:
    client = await packages.signed_in(SPECIALIST)
    packages.backend.write(ReleaseHandedOver(release="F-1", receiver="Li", receipt="ab" * 32))
    with pytest.raises(WrongState):
        await fetch_package(client, "F-1", tmp_path / "a.tar", on_bytes=silent)
    with pytest.raises(NotFound):
        await fetch_package(client, "F-9", tmp_path / "a.tar", on_bytes=silent)


async def test_the_answer_says_name_length_and_hash(packages: Plant) -> None:
    client = await packages.signed_in(SPECIALIST)
    async with httpx2.AsyncClient(base_url=packages.server.urls[0]) as raw:
        token = {"authorization": f"Bearer {token_of(client)}"}
        answer = await raw.get("/api/releases/F-1/package", headers=token)
    assert answer.headers["content-disposition"] == 'attachment; filename="F-1.tar"'
    assert int(answer.headers["content-length"]) == len(DATA)
    assert answer.headers[SHA256_HEADER] == hashlib.sha256(answer.content).hexdigest()


def token_of(client: HttpClient) -> str:
    return client._token


async def test_looking_at_the_pictures_of_a_release_is_a_viewing_and_on_record_once(packages: Plant) -> None:
    client = await packages.signed_in(SPECIALIST)
    at = BEGIN + timedelta(minutes=3)
    packages.backend.footage.viewing.pictures[at] = b"\xff\xd8\xff picture"
    for _ in range(3):
        assert await release_preview(client, "F-1", "gate-1", at) == b"\xff\xd8\xff picture"
    [(actor, event)] = written(packages, RecordingViewed)
    assert actor == f"person:{SPECIALIST}"
    assert isinstance(event, RecordingViewed)
    assert (event.camera, event.reason) == ("gate-1", "Release F-1: regions of the copy")


async def test_only_what_the_release_is_about_is_shown(packages: Plant) -> None:
    client = await packages.signed_in(account_id("specialist", list(DOMAINS)))
    for camera, minutes in (("press-1", 3), ("gate-1", -1), ("gate-1", 10)):
        with pytest.raises(Refused):
            await release_preview(client, "F-1", camera, BEGIN + timedelta(minutes=minutes))
    with pytest.raises(NotFound):
        await release_preview(client, "F-1", "gate-1", BEGIN + timedelta(minutes=1))
    packages.backend.write(ReleaseHandedOver(release="F-1", receiver="Li", receipt="ab" * 32))
    with pytest.raises(WrongState):
        await release_preview(client, "F-1", "gate-1", BEGIN)
    assert written(packages, RecordingViewed) == []


async def test_how_far_a_package_is_and_which_key_signs_can_be_asked(packages: Plant) -> None:
    client = await packages.signed_in(SPECIALIST)
    assert await package_progress(client, "F-1") is None
    packages.backend.footage.packages.under_way["F-1"] = PackageProgress(step="copy", done=1, total=2)
    assert await package_progress(client, "F-1") == PackageProgress(step="copy", done=1, total=2)
    assert (await release_key(client)).fingerprint == "ab" * 32
