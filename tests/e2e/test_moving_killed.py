"""`kill -9` while recordings move to a storage: each is whole, in one place, and the proof holds."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.recordings import RecordingsSealed, parse_manifest
from tests.e2e.hubs import Site
from tests.runtime.shares import Share, files_in, share
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    with CameraFarm({"plain": clips.path("plain")}, cameras=2, fps=clips.fps) as running:
        yield running


@pytest.fixture
def nas(tmp_path: Path) -> Iterator[Share]:
    with share(tmp_path) as made:
        yield made


def tiers(nas: Share) -> str:
    return f"""
[[recording.tiers]]
storage = "nas"
after_days = 0
[[storages]]
id = "nas"
via = "disk"
path = "{nas.path}"
mounted = {str(nas.mounted).lower()}
min_free_gb = 0.001
"""


def test_a_hub_that_is_killed_while_it_moves_loses_and_doubles_nothing(
    site: Site, farm: CameraFarm, nas: Share
) -> None:
    site.append("\n[recording]\nsegment_s = 2\nmin_free_gb = 0.001\n")
    for number in range(2):
        site.add_camera(f"gate-{number}", farm.url(number))
        site.append('recording = { stream = "watched" }\n')
    site.start()
    here = site.data / "recordings"
    site.until(lambda: len(list(here.glob("gate-*/*/*.mp4"))) >= 8, 40, "files")
    site.stop()
    sealed = [
        one
        for record in site.records(RecordingsSealed)
        for one in parse_manifest((here / record.event.manifest).read_text())
    ]
    assert len(sealed) >= 8
    text = (site.folder / "hub.toml").read_text()
    site.write(text.replace('recording = { stream = "watched" }', "") + tiers(nas))
    for wait_s in (0.0, 0.05, 0.2):
        site.start(until_ready=False)
        began = time.monotonic()
        while not any((nas.path / ".incoming").glob("*")) and not files_in(nas.path):
            assert time.monotonic() - began < 30, "nothing moves"
            time.sleep(0.005)
        time.sleep(wait_s)
        site.stop(signal.SIGKILL)
        site.until(lambda: not site.processes(), 10, "no process of the hub is left")
        for one in sealed:
            there = [folder / one.name for folder in (here, nas.path) if (folder / one.name).exists()]
            assert there, f"{one.name} is lost"
            assert one.sha256 in [hashlib.sha256(path.read_bytes()).hexdigest() for path in there]
    site.start()
    site.until(lambda: not files_in(here), 60, "everything is there")
    assert [str(path.relative_to(nas.path)) for path in files_in(nas.path)] == sorted(one.name for one in sealed)
    site.hub("verify", "--recordings")
    site.stop()
    assert os.listdir(nas.path / ".incoming") in ([], ["probe"])
