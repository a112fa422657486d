from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.proof.compare import Held, compare, parse_name, settled
from hub.core.proof.events import Damage
from hub.core.recordings import Listed, segment_name

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
NAMES = [segment_name("gate", "main", AT + timedelta(minutes=n)) for n in range(12)]
LISTED = {name: Listed(name, 100 + n, f"hash-{n}") for n, name in enumerate(NAMES[:8])}
WHOLE = {name: Held(one.bytes, one.sha256) for name, one in LISTED.items()}


def sealed_as(contents: Collection[str]) -> dict[str, str]:
    return {one.sha256: one.name for one in LISTED.values() if one.sha256 in contents}


def damages(held: dict[str, Held], *, removed: set[str] = frozenset(), waiting: set[str] = frozenset()) -> list[Damage]:  # type: ignore[assignment]
    return compare(LISTED, held, removed=removed.__contains__, waiting=waiting, sealed_as=sealed_as).damages


def test_what_is_as_it_was_sealed_is_counted_and_nothing_else_is_said() -> None:
    found = compare(LISTED, WHOLE, removed=lambda name: False, waiting=(), sealed_as=sealed_as)
    assert found == (8, sum(one.bytes for one in LISTED.values()), 0, 0, [])


def test_what_the_record_says_was_deleted_is_not_missing() -> None:
    held = {name: one for name, one in WHOLE.items() if name not in NAMES[2:4]}
    found = compare(LISTED, held, removed=lambda name: name == NAMES[2], waiting=(), sealed_as=sealed_as)
    assert (found.intact, found.removed, found.damages) == (6, 1, [Damage(NAMES[3], "missing")])


def test_a_file_that_cannot_be_read_is_neither_good_nor_changed() -> None:
    assert damages(WHOLE | {NAMES[0]: Held(100, "")}) == [Damage(NAMES[0], "unreadable")]
    assert damages(WHOLE | {NAMES[0]: Held(99, "")}) == [Damage(NAMES[0], "truncated")]
    assert damages(WHOLE | {NAMES[0]: Held(101, "")}) == [Damage(NAMES[0], "changed")]


def test_what_waits_for_its_seal_is_no_forgery() -> None:
    new = {NAMES[9]: Held(5, "x"), NAMES[10]: Held(5, "y")}
    found = compare(LISTED, WHOLE | new, removed=lambda name: False, waiting={NAMES[9]}, sealed_as=sealed_as)
    assert (found.waiting, found.damages) == (1, [Damage(NAMES[10], "inserted")])


def test_a_copy_of_what_is_there_is_not_called_a_renaming() -> None:
    found = damages(WHOLE | {NAMES[9]: Held(100, "hash-0")})
    assert settled(found) == found == [Damage(NAMES[9], "inserted", NAMES[0])]


def test_missing_here_and_found_there_is_one_damage() -> None:
    held = {name: one for name, one in WHOLE.items() if name != NAMES[0]} | {NAMES[9]: Held(100, "hash-0")}
    assert settled(damages(held)) == [Damage(NAMES[0], "renamed", NAMES[9])]


FILES = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(Held, st.sampled_from([100, 103, 107, 5]), st.sampled_from(["hash-0", "hash-3", "hash-7", "x", ""])),
)


@given(FILES, st.sets(st.sampled_from(NAMES)))
def test_every_segment_is_accounted_for_once_whatever_was_done(changes: dict[str, Held], gone: set[str]) -> None:
    held = {name: one for name, one in (WHOLE | changes).items() if name not in gone}
    found = compare(LISTED, held, removed=lambda name: name == NAMES[1], waiting=(), sealed_as=sealed_as)
    about = [one.segment for one in found.damages]
    assert len(about) == len(set(about))
    assert found.intact + found.removed + sum(one.segment in LISTED for one in found.damages) == len(LISTED)
    assert {name for name in held if name not in LISTED} == {
        one.segment for one in found.damages if one.flaw == "inserted"
    }
    for name, one in LISTED.items():
        good = held.get(name) == Held(one.bytes, one.sha256) or (name not in held and name == NAMES[1])
        assert (name not in about) is good
    told = {one.segment for one in settled(found.damages)} | {one.other for one in settled(found.damages)}
    assert set(about) <= told


def test_a_name_says_what_it_says_only_in_its_own_folder() -> None:
    named = parse_name(NAMES[0])
    assert named is not None
    assert (named.camera, named.stream, named.begin_at, named.day) == ("gate", "main", AT, "2026-01-05")
    for other in (
        "",
        "gate.mp4",
        NAMES[0].replace("gate/", "yard/"),
        NAMES[0].replace("01-05/", "01-06/"),
        "../" + NAMES[0],
    ):
        assert parse_name(other) is None
