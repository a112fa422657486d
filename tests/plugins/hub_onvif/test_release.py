"""A release of footage that only an ONVIF recorder has: searched, replayed, hashed and packed."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import av
from hub_onvif.options import OnvifOptions
from hub_onvif.session import OnvifSession

from hub.api import Credentials
from hub.core.fetched import FootageFetched
from hub.devices.fleet import DeviceSpec
from hub.devices.trust import TlsTrust
from tests.footage.packing import BEGIN, SECONDS, unpacked
from tests.runtime.releases.test_releasing import report_on
from tests.runtime.releasing_stage import CAMERAS, Stage, preparing, requested, stage
from tests.servers.clips import Clips
from tests.servers.onvif import OnvifDevice
from tests.servers.recorder import Recorder

ACCOUNT = ("admin", "p@ss/#?%:ü")
_MISSING_S = 10


@asynccontextmanager
async def released(folder: Path, clip: Path, *, holds_s: float) -> AsyncIterator[Stage]:
    """A release of eight seconds that the hub has and ten more that its recorder says it has, prepared. What the
    recorder has indeed ends `holds_s` after the beginning."""
    held = (f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}", f"{BEGIN + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    with (
        Recorder(clip, BEGIN, hours=holds_s / 3600, account=ACCOUNT) as recorder,
        OnvifDevice(channels=7, held=held, held_of="vs7", recorded={held[0]: True}) as device,
    ):
        options = OnvifOptions(rtsp_port=recorder.port)
        spec = DeviceSpec(
            id="nvr-1",
            plugin="onvif",
            settings="nvr-1",
            open=lambda access: OnvifSession(access, options),
            address=device.server.address,
            credentials=lambda: Credentials(*ACCOUNT),
            trust=TlsTrust(),
            poll_s=3600.0,
        )
        async with stage(folder, specs=[spec]) as made:
            await made.write(*requested(CAMERAS[:1], seconds=2 * SECONDS + _MISSING_S), preparing(copy=True))
            release = await made.settled()
            assert release.state == "prepared", release.failure
            assert report_on(made).findings == []
            yield made


def opened(made: Stage, into: Path) -> Path:
    package = made.release().package
    assert package is not None
    return unpacked(made.releasing.file(package.name), into)


async def test_what_only_an_onvif_recorder_has_is_fetched_and_lies_in_the_package(tmp_path: Path, clips: Clips) -> None:
    async with released(tmp_path, clips.path("plain"), holds_s=3600) as made:
        [fetched] = made.records(FootageFetched)
        bag = opened(made, tmp_path / "unpacked")
        [path] = (bag / "data/recorder").glob("*/*.ts")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == fetched.event.sha256
        with av.open(str(path)) as file:
            pictures = sum(1 for _ in file.decode(video=0))
        # The search begins a second early, and the replay with the key frame before.
        assert _MISSING_S * 10 <= pictures <= (_MISSING_S + 3) * 10
        assert "Not recorded" not in (bag / "data/custody.html").read_text()
        shown = (bag / "data/copy/gate-1" / path.with_suffix(".mp4").name).stat().st_size
        assert shown > 0, "what was fetched can be shown"


async def test_what_the_recorder_promised_and_had_not_is_named_on_the_custody_page(
    tmp_path: Path, clips: Clips
) -> None:
    async with released(tmp_path, clips.path("plain"), holds_s=2 * SECONDS + 5) as made:
        [fetched] = made.records(FootageFetched)
        assert fetched.event.to_at == BEGIN + timedelta(seconds=2 * SECONDS + 4.9)
        assert "Not recorded" in (opened(made, tmp_path / "unpacked") / "data/custody.html").read_text()
