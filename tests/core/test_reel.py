"""Recorded files as one that plays: which fragments, at which times, and which bytes of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.recorded import Span
from hub.core.viewings.reel import (
    PIECE_S,
    Film,
    Fragment,
    Part,
    Taken,
    cuts_of,
    index_of,
    parts_of,
    patched,
    size_of,
    still_of,
)

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
SCALE = 90_000
HEAD = 700


def film(lengths_s: list[float], *, keys: list[bool] | None = None, settings: bytes = b"h264") -> Film:
    """Fragments of so many seconds, each of 1000 bytes for a second."""
    fragments, at, begin = [], 0, HEAD
    for number, seconds in enumerate(lengths_s):
        ticks, length = round(seconds * SCALE), round(seconds * 1000) + 100
        key = keys[number] if keys is not None else True
        fragments.append(Fragment(begin, length, at, ticks, 60, 8, key))
        at, begin = at + ticks, begin + length
    return Film(HEAD, SCALE, settings, tuple(fragments))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_files_one_after_the_other_play_as_one_whose_clock_goes_on() -> None:
    taken = [Taken("a", AT, film([2.0] * 5)), Taken("b", AT + seconds(10), film([2.0] * 5))]
    [part] = parts_of(taken, Span(AT, AT + seconds(20)))
    assert (part.name, part.head, part.seconds) == ("a", HEAD, 20.0)
    assert [piece.name for piece in part.pieces] == ["a", "a", "a", "b", "b", "b"]
    times = [patch.value / SCALE for piece in part.pieces for patch in piece.patches]
    assert times == [2.0 * number for number in range(10)]


def test_a_gap_between_files_is_no_gap_for_the_player_and_each_piece_knows_its_time() -> None:
    taken = [Taken("a", AT, film([4.0])), Taken("b", AT + seconds(60), film([4.0]))]
    [part] = parts_of(taken, Span(AT, AT + seconds(70)))
    assert part.seconds == 8.0
    assert [piece.at for piece in part.pieces] == [AT, AT + seconds(60)]


def test_it_begins_with_the_key_frame_before_the_period_and_ends_with_it() -> None:
    keys = [True, False, False, True, False, True]
    [part] = parts_of([Taken("a", AT, film([2.0] * 6, keys=keys))], Span(AT + seconds(5), AT + seconds(9)))
    assert [(piece.at, piece.seconds) for piece in part.pieces] == [(AT, 6.0), (AT + seconds(6), 4.0)]
    assert part.pieces[0].patches[0].value == 0


def test_what_has_another_decoder_is_another_part() -> None:
    taken = [
        Taken("a", AT, film([4.0])),
        Taken("b", AT + seconds(4), film([4.0], settings=b"hevc")),
        Taken("c", AT + seconds(8), film([4.0], settings=b"hevc")),
    ]
    parts = parts_of(taken, Span(AT, AT + seconds(12)))
    assert [(part.name, part.seconds) for part in parts] == [("a", 4.0), ("b", 8.0)]
    assert parts[1].pieces[0].patches[0].value == 0


def test_nothing_of_a_period_in_which_nothing_was_recorded() -> None:
    taken = [Taken("a", AT, film([4.0])), Taken("b", AT, Film(HEAD, SCALE, b"", ()))]
    assert parts_of(taken, Span(AT + seconds(4), AT + seconds(9))) == []
    assert parts_of([], Span(AT, AT + seconds(9))) == []


def test_a_picture_is_that_of_the_key_frame_before() -> None:
    one = film([2.0] * 4, keys=[True, False, True, False])
    found = [still_of(one, at) for at in (0.0, 3.9, 4.0, 99.0, -5.0)]
    assert [fragment.at / SCALE for fragment in found if fragment is not None] == [0.0, 0.0, 4.0, 4.0, 0.0]
    assert still_of(Film(HEAD, SCALE, b"", ()), 1.0) is None


def test_nothing_of_a_piece_is_altered_but_its_times() -> None:
    [part] = parts_of([Taken("a", AT, film([2.0, 2.0]))], Span(AT + seconds(2), AT + seconds(4)))
    [piece] = part.pieces
    [patch] = piece.patches
    data = bytes(range(256)) * 9
    shown = patched(data[: piece.length], piece.patches)
    assert len(shown) == piece.length
    assert shown[patch.at : patch.at + 8] == bytes(8)
    assert shown[: patch.at] + shown[patch.at + 8 :] == data[: patch.at] + data[patch.at + 8 : piece.length]


lengths = st.lists(st.floats(0.1, 5.0), min_size=1, max_size=12)


@given(st.lists(lengths, min_size=1, max_size=4), st.integers(0, 40_000), st.integers(1, 40_000))
def test_every_byte_of_the_file_comes_from_one_place(files: list[list[float]], start: int, length: int) -> None:
    taken, begin_at = [], AT
    for number, one in enumerate(files):
        taken.append(Taken(str(number), begin_at, film(one)))
        begin_at += seconds(sum(one))
    [part] = parts_of(taken, Span(AT, begin_at))
    size, cuts = size_of(part), cuts_of(part, start, length)
    assert sum(cut.end - cut.begin for cut in cuts) == max(0, min(start + length, size) - min(start, size))
    assert all(cut.begin < cut.end for cut in cuts)
    assert sum(cut.end - cut.begin for cut in cuts_of(part, 0, size)) == size


@given(lengths)
def test_the_index_says_where_each_piece_lies(lengths_s: list[float]) -> None:
    parts: list[Part] = parts_of([Taken("a", AT, film(lengths_s))], Span(AT, AT + seconds(sum(lengths_s) + 1)))
    index = index_of(parts[0])
    assert (
        len(index)
        == int.from_bytes(index[:4], "big")
        == size_of(parts[0]) - HEAD - sum(piece.length for piece in parts[0].pieces)
    )
    entries = [index[at : at + 12] for at in range(40, len(index), 12)]
    assert [int.from_bytes(entry[:4], "big") for entry in entries] == [piece.length for piece in parts[0].pieces]
    ticks = sum(int.from_bytes(entry[4:8], "big") for entry in entries)
    assert abs(ticks / SCALE - parts[0].seconds) < 0.001
    assert all(piece.seconds >= PIECE_S for piece in parts[0].pieces[:-1])
