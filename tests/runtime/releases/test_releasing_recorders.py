"""Packages with footage that the hub has not and a recorder has, or may have, or cannot be asked for."""

import asyncio
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.fetched import FootageFetched
from hub.devices.fleet import DeviceSpec
from hub.devices.trust import TlsTrust
from hub.errors import DeviceError, DeviceRejected, DeviceUnreachable
from hub.runtime.releases import fetching
from hub.vendor.access import Address
from hub.vendor.session import Recordings
from hub.vendor.values import Capability, DeviceInfo, DeviceRecording, Export, Health, Support
from tests.e2e.disks import small_disk
from tests.footage.packing import BEGIN, SECONDS
from tests.runtime.releasing_stage import CAMERAS, custody_of, opened, preparing, report_on, requested, stage


class Recorder:
    """A device that holds what the hub has not, in pieces of five seconds.

    `fails`: what it says instead of a piece. `errors`: what its next pieces end with, halfway. It describes itself
    when `answers` is set.
    """

    def __init__(
        self, footage: bytes = b"", fails: str = "", errors: Sequence[DeviceError] = (), answers: bool = True
    ) -> None:
        self.footage, self.fails, self.errors = footage, fails, list(errors)
        self.answers = threading.Event()
        self.unreachable = False
        if answers:
            self.answers.set()

    def describe(self) -> DeviceInfo:
        if self.unreachable or not self.answers.wait(10):
            raise DeviceUnreachable("No route to host.")
        return DeviceInfo(model="NVR", serial="1", firmware="1")

    def capabilities(self) -> Mapping[Capability, Support]:
        return {"recordings": "yes", "export": "yes"}

    def health(self) -> Health:
        return Health()

    def close(self) -> None:
        return

    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        assert channel == 7
        if self.unreachable:
            raise DeviceUnreachable("No route to host.")
        for number in range(2):
            at = BEGIN + timedelta(seconds=2 * SECONDS + 5 * number)
            yield DeviceRecording(id=f"{number}", channel=7, start_at=at, end_at=at + timedelta(seconds=5))

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        if self.fails:
            raise DeviceRejected(self.fails)
        if self.errors:
            write(self.footage[:1000])
            raise self.errors.pop(0)
        for at in range(0, len(self.footage), 1000):
            write(self.footage[at : at + 1000])
        return Export(media_type="video/mp4", size_bytes=len(self.footage), device_hash="sha256:feed")


def spec_of(recorder: Recorder) -> DeviceSpec:
    more: dict[str, Any] = {"open": lambda access: recorder}
    return DeviceSpec(
        id="nvr-1",
        plugin="acme",
        settings="nvr-1",
        address=Address(host="127.0.0.1", port=9),
        credentials=lambda: None,
        trust=TlsTrust(),
        poll_s=3600.0,
        **more,
    )


TEN_MORE = requested(CAMERAS[:1], seconds=2 * SECONDS + 10)
"""A release whose last ten seconds the hub has not recorded."""


async def test_what_the_hub_has_not_is_fetched_from_the_recorder_and_its_hash_is_on_record(tmp_path: Path) -> None:
    footage = os.urandom(5_500)
    async with stage(tmp_path, specs=[spec_of(Recorder(footage))]) as made:
        await made.write(*TEN_MORE, preparing())
        release = await made.settled()
        assert release.state == "prepared", release.failure
        fetched = [record.event for record in made.records(FootageFetched)]
        assert {one.sha256 for one in fetched} == {hashlib.sha256(footage).hexdigest()}
        assert [(one.bytes, one.device_hash) for one in fetched] == 2 * [(5_500, "sha256:feed")]
        bag = opened(made, tmp_path)
        paths = sorted((bag / "data/recorder").glob("*/*.mp4"))
        assert [path.read_bytes() for path in paths] == [footage, footage]
        assert "Not recorded" not in custody_of(bag)
        assert report_on(made).findings == []


async def test_what_a_recorder_refuses_is_a_gap_with_its_reason_and_the_rest_is_packed(tmp_path: Path) -> None:
    async with stage(tmp_path, specs=[spec_of(Recorder(fails="The disk is being formatted."))]) as made:
        await made.write(*TEN_MORE, preparing())
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert "The disk is being formatted." in custody_of(opened(made, tmp_path))
        assert made.records(FootageFetched) == []


async def test_a_recorder_that_is_not_open_yet_is_waited_for_and_named_meanwhile(tmp_path: Path) -> None:
    nvr = Recorder(os.urandom(5_500), answers=False)
    async with stage(tmp_path, specs=[spec_of(nvr)]) as made:
        await made.write(*TEN_MORE, preparing())
        async with asyncio.timeout(10):
            while (said := made.releasing.progress("F-1")) is None or said.step != "recorder":
                await asyncio.sleep(0.01)
        assert said.device == "nvr-1"
        nvr.answers.set()
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert len(made.records(FootageFetched)) == 2
        assert "Not recorded" not in custody_of(opened(made, tmp_path))


async def test_while_a_recorder_cannot_be_asked_there_is_no_package_but_by_an_order_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_SILENT_S", 1.0)
    monkeypatch.setattr(fetching, "_SEARCH_AGAIN_S", 0.1)
    nvr = Recorder(os.urandom(5_500))
    nvr.unreachable = True
    async with stage(tmp_path, specs=[spec_of(nvr)]) as made:
        await made.write(*TEN_MORE, preparing())
        release = await made.settled()
        assert release.state == "approved"
        assert "nvr-1 may have recordings of gate-1" in release.failure
        assert "No route to host" in release.failure
        assert list(made.packages.iterdir()) == []
        await made.write(preparing(without_recorders=True))
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert "ordered without asking nvr-1" in custody_of(opened(made, tmp_path))
        assert made.records(FootageFetched) == []


async def test_a_recorder_whose_line_breaks_is_asked_until_it_answers_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_SEARCH_AGAIN_S", 0.1)
    nvr = Recorder(os.urandom(5_500))
    async with stage(tmp_path, specs=[spec_of(nvr)]) as made:
        async with asyncio.timeout(10):
            while not made.fleet.offering(Recordings, "export"):
                await asyncio.sleep(0.01)
        nvr.unreachable = True
        await made.write(*TEN_MORE, preparing())
        async with asyncio.timeout(10):
            while (said := made.releasing.progress("F-1")) is None or said.step != "recorder":
                await asyncio.sleep(0.01)
        nvr.unreachable = False
        assert (await made.settled()).state == "prepared"
        assert len(made.records(FootageFetched)) == 2


async def test_a_piece_that_was_cut_off_is_fetched_again_and_whole(tmp_path: Path) -> None:
    footage = os.urandom(5_500)
    cut = DeviceUnreachable("The line was cut.")
    async with stage(tmp_path, specs=[spec_of(Recorder(footage, errors=[cut]))]) as made:
        await made.write(*TEN_MORE, preparing())
        assert (await made.settled()).state == "prepared"
        paths = sorted((opened(made, tmp_path) / "data/recorder").glob("*/*"))
        assert [path.read_bytes() for path in paths] == [footage, footage]


async def test_a_piece_that_a_recorder_refuses_costs_itself_and_no_other(tmp_path: Path) -> None:
    refused = DeviceRejected("That file is damaged.")
    async with stage(tmp_path, specs=[spec_of(Recorder(os.urandom(5_500), errors=[refused]))]) as made:
        await made.write(*TEN_MORE, preparing())
        assert (await made.settled()).state == "prepared"
        [fetched] = made.records(FootageFetched)
        assert fetched.event.from_at == BEGIN + timedelta(seconds=2 * SECONDS + 5)
        package = made.release().package
        assert package is not None
        assert package.missing_s == 5
        custody = custody_of(opened(made, tmp_path))
        assert "Not recorded" in custody
        assert "That file is damaged." in custody


async def test_footage_that_fills_the_hubs_disk_is_no_fault_of_the_recorder(tmp_path: Path) -> None:
    with small_disk(tmp_path / "releases", os.getpid, megabytes=1):
        async with stage(tmp_path, specs=[spec_of(Recorder(os.urandom(3_000_000)))]) as made:
            await made.write(*TEN_MORE, preparing())
            release = await made.settled()
            assert release.state == "approved"
            assert "disk" in release.failure
            assert made.fleet.quarantined() == {}
            assert list(made.packages.iterdir()) == []
