"""Recordings fetched from a recorder that GStreamer serves: nothing of what it replays is ours."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic

import av
import pytest
from hub_onvif.options import OnvifOptions

from hub.api import DeviceForbidden, DeviceRecording, DeviceRejected, Export
from tests.plugins.hub_onvif.conftest import MakePair
from tests.servers.clips import Clips
from tests.servers.recorder import Recorder

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
ACCOUNT = ("admin", "p@ss/#?%:ü")
_DELIMITER = {"h264": b"\x09", "h265": b"\x46"}

MakeRecorder = Callable[..., Recorder]


@pytest.fixture
def recorder() -> Iterator[MakeRecorder]:
    with ExitStack() as stack:
        yield lambda path, **more: stack.enter_context(Recorder(path, START, account=ACCOUNT, **more))


@pytest.fixture(scope="module")
def clips265(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips265"), codec="libx265", bit_rate=2_000_000)


def units(stream: bytes, ending: str) -> list[bytes]:
    """The NAL units of an elementary stream, without the delimiters that a transport stream has besides."""
    found = (each.rstrip(b"\0") for each in stream.split(b"\0\0\1")[1:])
    return [each for each in found if not each.startswith(_DELIMITER[ending])]


def elementary(footage: bytes) -> bytes:
    with av.open(io.BytesIO(footage)) as file:
        return b"".join(bytes(packet) for packet in file.demux(video=0) if packet.size)


def times(footage: bytes) -> list[float]:
    """When each picture is shown, after all of them were decoded."""
    with av.open(io.BytesIO(footage)) as file:
        return [float(frame.time) for frame in file.decode(video=0) if frame.time is not None]


def fetch(
    meet: MakePair, recorder: Recorder, start_at: datetime, seconds: float, given: str | None = None
) -> tuple[Export, bytes]:
    session = meet(given=given, options=OnvifOptions(rtsp_port=recorder.port)).session
    recording = DeviceRecording(id="rec1@x", channel=1, start_at=start_at, end_at=start_at + timedelta(seconds=seconds))
    pieces: list[bytes] = []
    export = session.export(recording, pieces.append)
    return export, b"".join(pieces)


@pytest.mark.parametrize("ending", ["h264", "h265"])
def test_every_unit_of_a_recording_arrives_bit_for_bit(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
    clips265: Clips,
    ending: str,
) -> None:
    clip = (clips if ending == "h264" else clips265).path("plain")
    export, footage = fetch(meet, recorder(clip), START, 6.0)
    assert export.media_type == "video/mp2t"
    assert export.size_bytes == len(footage)
    assert units(elementary(footage), ending) == units(clip.read_bytes(), ending)


def test_pictures_are_shown_as_far_apart_as_they_were_taken_and_the_file_plays(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
) -> None:
    export, footage = fetch(meet, recorder(clips.path("plain")), START + timedelta(seconds=3, milliseconds=500), 10.0)
    shown = times(footage)
    assert (export.begin_at, export.end_at) == (
        START + timedelta(seconds=3),  # the key frame before
        START + timedelta(seconds=13, milliseconds=400),
    )
    assert len(shown) == 105
    assert {round(after - before, 3) for before, after in pairwise(shown)} == {0.1}


def test_a_recording_is_fetched_faster_than_it_was_taken(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
) -> None:
    began_s = monotonic()
    export, footage = fetch(meet, recorder(clips.path("plain")), START, 300.0)
    assert monotonic() - began_s < 60
    assert export.end_at == START + timedelta(seconds=299, milliseconds=900)
    assert len(times(footage)) == 3000


def test_large_pictures_come_in_fragments_and_small_ones_together(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
) -> None:
    clip = clips.path("plain")
    _, footage = fetch(meet, recorder(clip, mtu=200), START, 6.0)
    assert units(elementary(footage), "h264") == units(clip.read_bytes(), "h264")


def test_a_recording_that_ends_earlier_is_fetched_as_far_as_it_goes(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
) -> None:
    export, _ = fetch(meet, recorder(clips.path("plain"), hours=60 / 3600), START, 300.0)
    assert export.end_at == START + timedelta(seconds=59, milliseconds=900)


def test_a_wrong_password_is_tried_once_and_not_again_for_an_hour(
    meet: MakePair,
    clips: Clips,
) -> None:
    with Recorder(clips.path("plain"), START, account=("admin", "another")) as other:
        session = meet(options=OnvifOptions(rtsp_port=other.port)).session
        recording = DeviceRecording(id="rec1@x", channel=1, start_at=START, end_at=START + timedelta(seconds=5))
        with pytest.raises(DeviceForbidden, match="does not accept the name or the password") as raised:
            session.export(recording, lambda piece: None)
        assert "p@ss" not in f"{raised.value} {raised.value.hint}"
        with pytest.raises(DeviceForbidden, match="not asked again"):
            session.export(recording, lambda piece: None)
        assert session.users(), "what the account may do otherwise goes on"


def test_what_the_sink_refuses_ends_the_replay(
    meet: MakePair,
    recorder: MakeRecorder,
    clips: Clips,
) -> None:
    server = recorder(clips.path("plain"))
    session = meet(options=OnvifOptions(rtsp_port=server.port)).session
    recording = DeviceRecording(id="rec1@x", channel=1, start_at=START, end_at=START + timedelta(minutes=30))
    taken: list[int] = []

    def write(piece: bytes) -> None:
        taken.append(len(piece))
        if len(taken) == 3:
            raise DeviceRejected("The hub's disk takes no more: no space left on device.")

    with pytest.raises(DeviceRejected, match="takes no more"):
        session.export(recording, write)
    assert len(taken) == 3
    fetched, _ = fetch(meet, server, START, 5.0)
    assert fetched.size_bytes, "the recorder has a place for the next one"
