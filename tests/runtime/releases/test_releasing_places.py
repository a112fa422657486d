"""Packages of what lies elsewhere: in a vendor's recorder behind its own protocol, or in a storage."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage
from hub_hikvision.options import HikvisionOptions
from hub_hikvision.session import HikvisionSession

from hub.api import PluginContext
from hub.clock import SystemClock
from hub.core.fetched import FootageFetched
from hub.core.recorded import Span
from hub.devices.fleet import DeviceSpec
from hub.devices.trust import TlsTrust
from hub.footage import verify
from hub.runtime.recording.index import RecordIndex
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.releases import releasing
from hub.runtime.storages.calls import StorageCalls
from hub.testing.devices import Fault, ReplayServer, Reply
from hub.vendor.access import Credentials
from tests.footage.packing import BEGIN, SECONDS, unpacked, write_segment
from tests.plugins.hub_hikvision.synthetic import found, recorder
from tests.runtime.releasing_stage import CAMERAS, INDEX, Stage, preparing, requested, stage

DOWNLOAD = "/ISAPI/ContentMgmt/download"
PASSWORD = "p@ss/#?%:ü"


@contextmanager
def nvr(more: Mapping[Any, Any]) -> Iterator[tuple[ReplayServer, DeviceSpec]]:
    """A Hikvision recorder that has camera 7 from 08:00 to 09:00, and how the hub reaches it."""
    table = {**recorder(), ("POST", "/ISAPI/ContentMgmt/search"): found((8, 9), track=701), **more}
    with ReplayServer(table, user="hub", password=PASSWORD, digest="MD5") as server:
        yield (
            server,
            DeviceSpec(
                id="nvr-1",
                plugin="hikvision",
                settings="nvr-1",
                address=server.address,
                credentials=lambda: Credentials("hub", PASSWORD),
                trust=TlsTrust(),
                poll_s=3600.0,
                open=lambda access: HikvisionSession(access, HikvisionOptions(), SystemClock()),
            ),
        )


async def test_footage_of_a_vendors_recorder_goes_into_the_package_as_it_came(tmp_path: Path) -> None:
    write_segment(tmp_path / "nvr.mp4", first=90)
    footage = (tmp_path / "nvr.mp4").read_bytes()
    replies = {("POST", DOWNLOAD): Reply(body=footage, media="video/mp4")}
    with nvr(replies) as (server, spec):
        async with stage(tmp_path, specs=[spec]) as made:
            await made.write(*requested(CAMERAS[:1], seconds=2 * SECONDS + 10), preparing())
            release = await made.settled()
            assert release.state == "prepared", release.failure
            [fetched] = made.records(FootageFetched)
            assert isinstance(fetched.event, FootageFetched)
            assert (fetched.event.device, fetched.event.bytes) == ("nvr-1", len(footage))
            assert fetched.event.sha256 == hashlib.sha256(footage).hexdigest()
            assert release.package is not None
            package = made.releasing.file(release.package.name)
            assert verify.check(str(package), made.releasing.key().fingerprint).findings == []
            bag = unpacked(package, tmp_path / "bag")
            [came] = (bag / "data/recorder").glob("*/*.mp4")
            assert came.read_bytes() == footage
            assert len(list((bag / "data/original").glob("gate-1/*/*.mp4"))) == 2
            assert fetched.event.sha256 in (bag / "data/custody.html").read_text()
        questions = [seen for seen in server.requests if seen.path == "/ISAPI/ContentMgmt/search"]
        assert any(b"<trackID>701</trackID>" in each.body for each in questions)
        assert server.failed_sign_ins == 0


async def test_an_export_that_a_recorder_cuts_off_is_a_gap_and_nothing_of_it_is_packed(tmp_path: Path) -> None:
    with nvr({("POST", DOWNLOAD): Fault("truncated")}) as (_, spec):
        async with stage(tmp_path, specs=[spec]) as made:
            await made.write(*requested(CAMERAS[:1], seconds=2 * SECONDS + 10), preparing())
            release = await made.settled()
            assert release.state == "prepared", release.failure
            assert made.records(FootageFetched) == []
            assert release.package is not None
            bag = unpacked(made.releasing.file(release.package.name), tmp_path / "bag")
            assert not (bag / "data/recorder").exists()
            assert "nvr-1 gave none" in (bag / "data/custody.html").read_text()


# --- in a storage ---------------------------------------------------------------------------------------------------


def to_storage(made: Stage, place: Path, *, every: bool = True) -> RecordPlaces:
    """Move the recordings of the release to a storage, all or the first; where files are from then on."""
    data = made.folder / "plugins" / "disk"
    data.mkdir(parents=True)
    context = PluginContext(plugin="disk", data=data, site=made.folder, clock=SystemClock(), language="en")
    nas = StorageCalls("nas", DiskStorage(DiskOptions(path=place, mounted=False, min_free_gb=0.0), context))
    with closing(RecordIndex(made.folder / INDEX, create=True)) as index:
        here = index.within(Span(BEGIN, made.release().to_at))
        for one in here if every else here[:1]:
            path = made.recordings / one.segment.name
            nas.store(one.segment, path, keep_until_at=None)
            index.moved([one.segment.name], "nas")
            path.unlink()
    return RecordPlaces(made.folder / INDEX, made.recordings, {"nas": nas})


@pytest.mark.parametrize("every", [True, False])
async def test_originals_that_lie_in_a_storage_are_packed_and_proven_like_any_other(
    tmp_path: Path, every: bool
) -> None:
    async with stage(tmp_path) as made:
        await made.write(*requested())
        (tmp_path / "nas").mkdir()
        made.releasing._places = to_storage(made, tmp_path / "nas", every=every)
        await made.write(preparing(copy=True))
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert release.package is not None
        report = verify.check(str(made.releasing.file(release.package.name)), made.releasing.key().fingerprint)
        assert (report.findings, report.originals, report.sealed) == ([], 4, 4)


async def test_a_storage_that_is_not_there_is_the_reason_and_nothing_is_left(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        await made.write(*requested())
        (tmp_path / "nas").mkdir()
        to_storage(made, tmp_path / "nas")
        made.releasing._places = RecordPlaces(made.folder / INDEX, made.recordings, {})
        await made.write(preparing())
        release = await made.settled()
        assert release.state == "approved"
        assert "nas" in release.failure
        assert list(made.packages.iterdir()) == []


async def test_what_is_moved_away_while_the_package_is_made_is_packed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nas").mkdir()
    async with stage(tmp_path) as made:
        await made.write(*requested())
        bring = releasing.bring_here

        def and_moved(*args: Any) -> Any:
            found = bring(*args)
            to_storage(made, tmp_path / "nas")
            return found

        monkeypatch.setattr(releasing, "bring_here", and_moved)
        await made.write(preparing())
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert release.package is not None
        report = verify.check(str(made.releasing.file(release.package.name)), made.releasing.key().fingerprint)
        assert report.findings == []
