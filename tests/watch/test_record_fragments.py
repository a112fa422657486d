"""What a player is given of a recording: read from real files, and from what is left of broken ones."""

import itertools
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.recorded import Span
from hub.core.viewings.reel import Film, Taken, index_of, parts_of, patched, still_of
from hub.testing.clock import FakeClock
from hub.watch.recording.fragments import read_film
from hub.watch.still import still
from tests.servers.clips import Clips
from tests.watch.recording import Fed, folder_of_recordings, segments_in


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> list[Taken]:
    """A camera that was recorded in three files; `name` is where each lies."""
    clips = Clips(tmp_path_factory.mktemp("clips"))
    folder = folder_of_recordings(tmp_path_factory.mktemp("recordings"))
    fed = Fed(folder, FakeClock(), segment_s=6.0)
    for _ in range(3):
        fed.feed(fed.connect(clips.path("plain")), fps=clips.fps)
    fed.recorder.end("stopped")
    fed.recorder.write(room=True)
    taken = []
    for path, segment in segments_in(folder):
        film = film_of(path.read_bytes())
        assert film is not None
        taken.append(Taken(str(path), segment.begin_at, film))
    assert len(taken) == 3
    return taken


def film_of(data: bytes) -> Film | None:
    return read_film(lambda start, length: data[start : start + length], len(data))


def test_fragments_follow_each_other_and_together_are_the_file(recorded: list[Taken]) -> None:
    for one in recorded:
        fragments = one.film.fragments
        data = Path(one.name).read_bytes()
        assert fragments[0].begin == one.film.head
        assert all(b.begin == a.begin + a.length for a, b in itertools.pairwise(fragments))
        assert all(b.at == a.at + a.ticks for a, b in itertools.pairwise(fragments))
        assert data[fragments[-1].begin + fragments[-1].length :][4:8] == b"uuid"
        assert fragments[0].key
        assert one.film.settings == recorded[0].film.settings


def test_three_files_play_as_one_and_players_find_their_way_in_it(recorded: list[Taken], tmp_path: Path) -> None:
    [part] = parts_of(recorded, Span(recorded[0].begin_at, recorded[-1].begin_at + timedelta(minutes=1)))
    head = Path(part.name).read_bytes()[: part.head]
    pieces = [
        patched(Path(piece.name).read_bytes()[piece.begin : piece.begin + piece.length], piece.patches)
        for piece in part.pieces
    ]
    whole = tmp_path / "whole.mp4"
    whole.write_bytes(head + index_of(part) + b"".join(pieces))
    said = probed(whole, "-count_frames", "-show_entries", "format=duration:stream=nb_read_frames")
    assert float(said["format"]["duration"]) == pytest.approx(part.seconds, abs=0.2)
    assert int(said["streams"][0]["nb_read_frames"]) == 180
    for at in (3, 7, 13):
        [first, *_] = probed(whole, "-read_intervals", f"{at}%+0.5", "-show_entries", "packet=pts_time")["packets"]
        assert at - 6 < float(first["pts_time"]) <= at


def test_a_single_picture_is_decoded_and_made_small(recorded: list[Taken]) -> None:
    data = Path(recorded[0].name).read_bytes()
    fragment = still_of(recorded[0].film, 3.0)
    assert fragment is not None
    head, body = data[: recorded[0].film.head], data[fragment.begin : fragment.begin + fragment.length]
    assert still(head, body, 160)[:2] == b"\xff\xd8"
    assert len(still(head, body, 160)) < len(still(head, body, 480))
    assert still(head, b"no fragment", 160) == b""
    assert still(b"", b"", 160) == b""


def test_of_a_file_that_is_being_written_what_is_whole_is_played(recorded: list[Taken]) -> None:
    film, data = recorded[0].film, Path(recorded[0].name).read_bytes()
    third = film.fragments[2]
    cut = film_of(data[: third.begin + third.length - 1])
    assert cut is not None
    assert cut.fragments == film.fragments[:2]
    assert film_of(data[: film.head]) is None
    assert film_of(b"") is None


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_is_broken_breaks_nothing(recorded: list[Taken], data: st.DataObject) -> None:
    whole = bytearray(Path(recorded[0].name).read_bytes()[:30_000])
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    film = film_of(bytes(whole))
    if film is not None:
        assert all(one.begin + one.length <= len(whole) for one in film.fragments)
        assert all(0 <= one.stamp < one.length for one in film.fragments)


def test_no_byte_of_the_head_that_is_broken_raises(recorded: list[Taken]) -> None:
    whole = Path(recorded[0].name).read_bytes()
    film = film_of(whole)
    assert film is not None
    start = whole[: film.head + film.fragments[0].length]
    for place in range(film.head):
        for value in (0, 255):
            film_of(start[:place] + bytes([value]) + start[place + 1 :])


def probed(path: Path, *more: str) -> dict[str, object]:
    shown = subprocess.run(
        ["ffprobe", "-v", "warning", *more, "-of", "json", str(path)], capture_output=True, text=True, check=True
    )
    assert shown.stderr == ""
    return json.loads(shown.stdout)
