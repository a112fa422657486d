"""The main and the sub stream, for recording another one than is watched."""

from pathlib import Path

import pytest
from hub_rtsp.driver import RtspCamera
from hub_rtsp.options import RtspOptions
from pydantic import ValidationError

from hub.api import NamedStreams, PluginContext
from hub.testing.clock import FakeClock


def camera(folder: Path, **options: str) -> RtspCamera:
    context = PluginContext(plugin="rtsp", data=folder, site=folder, clock=FakeClock(), language="en")
    return RtspCamera(RtspOptions.model_validate({"url": "rtsp://10.0.0.8/sub", **options}), context)


async def test_each_stream_has_its_address_and_the_same_credentials(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("s3:cret\n")
    one = camera(tmp_path, main_url="rtsp://10.0.0.8/main", user="watch", password="file:word")
    assert isinstance(one, NamedStreams)
    assert (await one.stream()).url == "rtsp://watch:s3%3Acret@10.0.0.8/sub"
    assert (await one.named_stream("main")).url == "rtsp://watch:s3%3Acret@10.0.0.8/main"


async def test_a_stream_without_an_address_of_its_own_is_the_watched_one(tmp_path: Path) -> None:
    one = camera(tmp_path)
    assert await one.named_stream("main") == await one.named_stream("sub") == await one.stream()


def test_a_wrong_address_is_told_when_hub_toml_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="ftp"):
        camera(tmp_path, main_url="ftp://10.0.0.8/main")


async def test_what_a_camera_is_known_by_reaches_the_watch(tmp_path: Path) -> None:
    pinned = camera(tmp_path, url="rtsps://10.0.0.8/sub", tls_fingerprint="AB:" * 31 + "AB")
    assert (await pinned.stream()).options["tls_fingerprint"] == "AB:" * 31 + "AB"
    signed = camera(tmp_path, url="rtsps://10.0.0.8/sub", ca_file="plant.pem")
    assert (await signed.stream()).options["ca_file"] == str(tmp_path / "plant.pem")
