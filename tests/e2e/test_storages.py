"""A hub that moves its recordings to a share and to an object storage, and reads and proves them there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.recordings import RecordingsMoved
from hub.core.storage import StorageAway, StorageBack
from tests.e2e.hubs import Site
from tests.runtime.shares import Share, share
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

KEYS = {"S3_ACCESS": "AKIAWATCHROOM0000002", "S3_SECRET": "e2e-secret-0123456789"}


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    with CameraFarm({"plain": clips.path("plain")}, cameras=2, fps=clips.fps) as running:
        yield running


@pytest.fixture
def bucket() -> Iterator[tuple[str, Any]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEYS["S3_ACCESS"],
        aws_secret_access_key=KEYS["S3_SECRET"],
    )
    client.create_bucket(Bucket="recordings", ObjectLockEnabledForBucket=True)
    yield address, client
    client.close()
    server.stop()


@pytest.fixture
def nas(tmp_path: Path) -> Iterator[Share]:
    with share(tmp_path) as made:
        yield made


def settings(nas: Share, endpoint: str) -> str:
    return f"""
[recording]
segment_s = 2
min_free_gb = 0.001

[[recording.tiers]]
storage = "nas"
after_days = 0
cameras = ["gate-0"]

[[recording.tiers]]
storage = "archive"
after_days = 0
cameras = ["gate-1"]

[[storages]]
id = "nas"
via = "disk"
path = "{nas.path}"
mounted = {str(nas.mounted).lower()}
min_free_gb = 0.001

[[storages]]
id = "archive"
via = "s3"
endpoint = "{endpoint}"
bucket = "recordings"
access_key = "env:S3_ACCESS"
secret_key = "env:S3_SECRET"
"""


def test_recordings_move_to_a_share_and_a_bucket_and_are_found_whole_there(
    site: Site, farm: CameraFarm, nas: Share, bucket: tuple[str, Any]
) -> None:
    endpoint, client = bucket
    site.env |= KEYS
    site.append(settings(nas, endpoint))
    for number in range(2):
        site.add_camera(f"gate-{number}", farm.url(number))
        site.append('recording = { stream = "watched" }\n')
    assert "hub.toml" not in site.hub("check", code=None).stderr
    site.start()
    here = site.data / "recordings"
    site.until(lambda: all(len(list(here.glob(f"gate-{n}/*/*.mp4"))) >= 2 for n in range(2)), 40, "files of both")
    site.stop()  # which seals them

    site.start()
    site.recorded(RecordingsMoved, storage="nas", within_s=40)
    site.recorded(RecordingsMoved, storage="archive", within_s=40)
    listed = site.json("recordings", "list")
    moved = [one for one in listed if one["storage"]]
    assert {(one["camera"], one["storage"]) for one in moved} == {("gate-0", "nas"), ("gate-1", "archive")}
    assert all(one["path"] == "" for one in moved)
    for one in moved:
        assert not (here / one["name"]).exists()
        if one["storage"] == "nas":
            assert (nas.path / one["name"]).stat().st_size == one["bytes"]
        else:
            head = client.head_object(Bucket="recordings", Key=one["name"])
            assert (head["ContentLength"], head["ObjectLockMode"]) == (one["bytes"], "GOVERNANCE")
    lies = {one["storage"]: one for one in site.json("recordings", "storages")}
    assert lies["nas"]["segments"] + lies["archive"]["segments"] == len(moved)
    assert (lies["nas"]["waiting"], lies["nas"]["left_over"], lies["nas"]["problem"]) == (0, 0, "")
    shown = site.hub("recordings", "check", "--hash").stdout
    assert f"{len(moved)} files lie in storages" in shown
    site.hub("verify", "--recordings")

    nas.leave()
    gone = site.recorded(StorageAway, volume="nas", within_s=90).event
    assert gone.reason
    site.recorded(AlarmRaised, rule="storage-away")
    nas.come_back()
    site.recorded(StorageBack, volume="nas", within_s=60)
    site.recorded(AlarmReturned, within_s=10)

    one = next(one for one in moved if one["storage"] == "nas")
    path = nas.path / one["name"]
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    assert os.path.basename(one["name"]) in site.hub("verify", "--recordings", code=5).stdout
    site.stop()
    for secret in KEYS.values():
        assert secret not in site.words()
