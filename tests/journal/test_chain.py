import hashlib
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hub.journal.chain import START, Head, follow, problem_with, record_hash
from hub.ports import StoredRecord
from tests.journal.making import chained

INT64 = st.integers(min_value=-(2**63), max_value=2**63 - 1)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "seq": INT64,
    "at_us": INT64,
    "seen_at_us": INT64,
    "actor": TEXT,
    "cause": st.none() | INT64,
    "type": TEXT,
    "version": st.integers(min_value=0, max_value=2**32 - 1),
    "body": st.binary(max_size=30),
    "key": st.none() | TEXT,
}
RECORDS = st.builds(StoredRecord, **FIELDS, hash=st.just(b""))


def test_the_hash_is_what_the_documentation_says() -> None:
    body = '{"type":"view.clear","camera":"大门"}'.encode()
    by_hand = hashlib.sha256()
    by_hand.update(bytes(32))
    by_hand.update((1).to_bytes(8, "big"))
    by_hand.update((1_700_000_000_000_000).to_bytes(8, "big"))
    by_hand.update((1_700_000_000_000_500).to_bytes(8, "big"))
    by_hand.update((0).to_bytes(8, "big"))
    by_hand.update(bytes([2]))
    for number in (1, 8, 10, 2, len(body)):
        by_hand.update(number.to_bytes(4, "big"))
    by_hand.update(b"watch:w1" + b"view.clear" + b"k9" + body)

    ours = record_hash(
        START.hash, 1, 1_700_000_000_000_000, 1_700_000_000_000_500, "watch:w1", None, "view.clear", 1, body, "k9"
    )

    assert ours == by_hand.digest()


def test_the_hash_never_changes_between_versions_of_the_software() -> None:
    assert chained(4)[-1].hash.hex() == "d547725206cb57af57bfdb3846e01dd82cd7b48cb56ec268901d7c06cd0eedce"


@given(RECORDS, RECORDS)
@example(
    StoredRecord(1, 0, 0, "ab", None, "c", 1, b"", None, b""), StoredRecord(1, 0, 0, "a", None, "bc", 1, b"", None, b"")
)
@example(StoredRecord(1, 0, 0, "", None, "", 1, b"", None, b""), StoredRecord(1, 0, 0, "", None, "", 1, b"", "", b""))
@example(StoredRecord(1, 0, 0, "", None, "", 1, b"", None, b""), StoredRecord(1, 0, 0, "", 0, "", 1, b"", None, b""))
def test_different_records_have_different_hashes(one: StoredRecord, other: StoredRecord) -> None:
    assume(one != other)
    assert record_hash(START.hash, *one[:9]) != record_hash(START.hash, *other[:9])


@given(st.data(), st.integers(min_value=0, max_value=5), st.sampled_from(sorted(FIELDS)))
def test_a_change_of_any_field_is_seen_at_that_record(data: st.DataObject, index: int, field: str) -> None:
    records = chained(6)
    changed: dict[str, Any] = {field: data.draw(FIELDS[field])}
    assume(changed[field] != getattr(records[index], field))
    head = START if index == 0 else follow(records[index - 1])

    assert problem_with(records[index], head) == ""
    assert problem_with(records[index]._replace(**changed), head) != ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", None),
        ("actor", b"bytes"),
        ("actor", "\udcff"),
        ("at_us", "soon"),
        ("at_us", 2**70),
        ("version", -1),
        ("body", None),
        ("key", 5),
        ("seq", None),
    ],
)
def test_a_value_that_no_record_can_hold_is_a_problem_not_a_crash(field: str, value: Any) -> None:
    record = chained(1)[0]._replace(**{field: value})
    assert "Record 1" in problem_with(record, START)


def test_the_problem_says_whether_records_are_missing_or_inserted() -> None:
    records = chained(5)
    assert problem_with(records[2], follow(records[0])) == "Record 2 is missing."
    assert problem_with(records[4], follow(records[0])) == "Records 2 to 4 are missing."
    assert "inserted" in problem_with(records[1], follow(records[1]))
    assert "does not match its hash" in problem_with(records[1], Head(1, bytes(32)))
