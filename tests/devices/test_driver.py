"""A vendor's camera as the watch knows cameras."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.devices.driver import VendorCamera, choose, spec_of
from hub.devices.trust import TlsTrust
from hub.errors import DeviceForbidden, ProtocolError, Unsupported
from hub.ports import CameraDriver, NamedStreams, Presets, StreamSpec
from hub.vendor.access import Credentials
from hub.vendor.values import StreamOffer

PLAIN = TlsTrust()
MAIN, SUB = StreamSpec("rtsp://h/main"), StreamSpec("rtsp://h/sub")


def offer(url: str) -> StreamOffer:
    return StreamOffer(name="main", url=url)


def of(name: str, spec: StreamSpec) -> tuple[StreamOffer, StreamSpec]:
    return StreamOffer(name=name, url=spec.url), spec  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "host", "made"),
    [
        ("rtsp://10.0.0.8/live", "10.0.0.8", "rtsp://u:p%40ss@10.0.0.8/live"),
        ("rtsp://192.168.1.4:5540/a?b=c&d=%20", "nvr.plant", "rtsp://u:p%40ss@nvr.plant:5540/a?b=c&d=%20"),
        ("http://evil.example/mjpeg", "fe80::1", "http://u:p%40ss@[fe80::1]/mjpeg"),
    ],
)
def test_the_stream_is_opened_at_the_device_with_its_credentials(url: str, host: str, made: str):
    assert spec_of(offer(url), host, Credentials("u", "p@ss"), PLAIN).url == made


def test_without_credentials_there_are_none_in_the_address():
    assert spec_of(offer("rtsp://a/b"), "a", None, PLAIN).url == "rtsp://a/b"


def test_a_stream_behind_tls_is_trusted_like_the_device():
    trust = TlsTrust(fingerprint="ab" * 32)
    assert spec_of(offer("rtsps://a/b"), "a", None, trust).options["tls_fingerprint"] == "ab" * 32
    assert "tls_fingerprint" not in spec_of(offer("rtsp://a/b"), "a", None, trust).options


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "rtsp:///x", "rtsp://u:p@h/x", "rtsp://h:99999/x", "x"])
def test_an_address_that_is_none_is_a_fault_of_the_device(url: str):
    with pytest.raises(ProtocolError):
        spec_of(offer(url), "h", Credentials("u", "hunter2"), PLAIN)


@given(st.text())
def test_whatever_a_device_names_the_password_goes_to_the_device(url: str):
    with suppress(ProtocolError):
        made = spec_of(offer(url), "10.0.0.8", Credentials("u", "secret"), PLAIN)
        assert "u:secret@10.0.0.8" in made.url.split("/")[2]


def test_the_sub_stream_is_watched_unless_hub_toml_says_otherwise():
    both = [of("main", MAIN), of("sub", SUB)]
    assert choose(both, "sub", strict=False) == SUB
    assert choose([of("main", MAIN)], "sub", strict=False) == MAIN
    with pytest.raises(Unsupported, match="no sub stream"):
        choose([of("main", MAIN)], "sub", strict=True)
    with pytest.raises(Unsupported, match="no stream"):
        choose([], "sub", strict=False)


async def test_the_driver_has_every_side_that_the_watch_asks_for_and_turns_only_where_it_may():
    turned: list[str] = []

    async def streams() -> list[tuple[StreamOffer, StreamSpec]]:
        return [of("main", MAIN), of("sub", SUB)]

    async def turn(preset: str) -> None:
        turned.append(preset)

    camera = VendorCamera(watched=None, streams=streams, turn=turn, may_turn=False)
    driver: CameraDriver = camera
    assert isinstance(driver, NamedStreams)
    assert isinstance(driver, Presets)
    assert (await driver.stream(), await camera.named_stream("main")) == (SUB, MAIN)
    with pytest.raises(DeviceForbidden, match="allow"):
        await camera.turn_to("home")
    await VendorCamera(watched="main", streams=streams, turn=turn, may_turn=True).turn_to("home")
    assert turned == ["home"]
