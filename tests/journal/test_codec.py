from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, inspect

from hub.core.catalogue import CATALOGUE, ConfigRejected
from hub.core.event import Event, wire_name
from hub.core.findings import SignalLost, ViewObstructed
from hub.core.text import Text
from hub.errors import JournalDamaged, JournalError
from hub.journal.codec import Unknown, decode, encode, encode_readable, from_us, to_record, to_us
from hub.ports import StoredRecord

SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


def values_of(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a field, made from what msgspec knows of its type."""
    match kind:
        case inspect.Metadata(type=inner):
            return values_of(inner)
        case inspect.StrType(pattern=str() as pattern):
            return st.from_regex(pattern.replace("$", r"\Z"), alphabet=st.characters(codec="utf-8"))
        case inspect.StrType(min_length=least) if least:
            return st.text(st.characters(codec="utf-8"), min_size=least, max_size=least + 11)
        case inspect.StrType():
            return TEXT
        case inspect.TupleType(item_types=types):
            return st.tuples(*map(values_of, types))
        case inspect.TimeType():
            return st.times()
        case inspect.FrozenSetType(item_type=item):
            return st.frozensets(values_of(item), max_size=3)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=low, le=high):
            return st.integers(-(2**31) if low is None else low, 2**31 if high is None else high)
        case inspect.FloatType(ge=low, le=high):
            return st.floats(low, high, allow_nan=False, allow_infinity=False)
        case inspect.DateTimeType():
            return MOMENTS
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.UnionType(types=types):
            return st.one_of(*map(values_of, types))
        case inspect.ListType(item_type=item):
            return st.lists(values_of(item), max_size=3)
        case inspect.VarTupleType(item_type=item):
            return st.lists(values_of(item), max_size=3).map(tuple)
        case inspect.DateType():
            return st.dates()
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(values_of(key), values_of(value), max_size=3)
        case inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: values_of(field.type) for field in fields})
    raise AssertionError(f"no strategy for {kind}")


EVENTS = st.sampled_from(sorted(CATALOGUE)).flatmap(lambda name: values_of(inspect.type_info(CATALOGUE[name])))


@given(EVENTS)
def test_every_event_of_the_catalogue_is_read_back_as_it_was_written(event: Event) -> None:
    name, version, body = encode(event)
    assert (name, version) == (wire_name(event), event.VERSION)
    assert decode(name, version, body) == event
    assert encode_readable(event) == (name, version, body, event)


class SpeedMeasured(Event, tag="test.speed_measured", frozen=True, kw_only=True):
    """Version 1 had kilometres an hour; version 2 split the unit off; version 3 has metres a second."""

    VERSION: ClassVar[int] = 3
    camera: str
    metres_a_second: Annotated[float, Meta(ge=0)]


UPCASTERS = {
    ("test.speed_measured", 1): lambda old: {"camera": old["camera"], "speed": old["kmh"], "unit": "km/h"},
    ("test.speed_measured", 2): lambda old: {
        "camera": old["camera"],
        "metres_a_second": old["speed"] / 3.6 if old["unit"] == "km/h" else old["speed"],
    },
}
WITH_SPEED: dict[str, type[Event]] = {**CATALOGUE, "test.speed_measured": SpeedMeasured}


@pytest.mark.parametrize(
    ("version", "body"),
    [
        (1, b'{"type":"test.speed_measured","camera":"gate-1","kmh":36.0}'),
        (2, b'{"type":"test.speed_measured","camera":"gate-1","speed":36.0,"unit":"km/h"}'),
        (2, b'{"type":"test.speed_measured","camera":"gate-1","speed":10.0,"unit":"m/s"}'),
        (3, b'{"type":"test.speed_measured","camera":"gate-1","metres_a_second":10.0}'),
    ],
)
def test_an_old_record_is_brought_up_to_date_step_by_step(version: int, body: bytes) -> None:
    event = decode("test.speed_measured", version, body, catalogue=WITH_SPEED, upcasters=UPCASTERS)
    assert event == SpeedMeasured(camera="gate-1", metres_a_second=10.0)


def test_problems_of_a_file_that_were_written_down_in_english_only_still_read() -> None:
    event = decode("config.rejected", 1, b'{"type":"config.rejected","file":"hub.toml","problems":["hub.toml:1:1: x"]}')
    assert event == ConfigRejected(file="hub.toml", problems=[Text(en="hub.toml:1:1: x")])


def test_an_old_record_without_an_upcaster_reads_as_unknown() -> None:
    event = decode("test.speed_measured", 1, b'{"camera":"a"}', catalogue=WITH_SPEED, upcasters={})
    assert isinstance(event, Unknown)
    assert event.fields == {"camera": "a"}


@pytest.mark.parametrize(
    ("name", "version", "body", "reason"),
    [
        ("drone.landed", 1, b'{"type":"drone.landed","pad":3}', "no event of that name"),
        ("signal.lost", 2, b'{"type":"signal.lost"}', "newer software"),
        ("signal.lost", 1, b'{"type":"signal.lost","camera":5,"since_at":"2026-01-05T08:00:00Z"}', "ValidationError"),
        ("signal.lost", 0, b'{"type":"signal.lost","camera":"a"}', "KeyError"),
        ("signal.lost", 1, b"not json", "DecodeError"),
        ("signal.lost", 1, b'{"x":' * 100_000, "RecursionError"),
    ],
)
def test_what_cannot_be_read_is_unknown_and_says_why(name: str, version: int, body: bytes, reason: str) -> None:
    event = decode(name, version, body)
    assert isinstance(event, Unknown)
    assert (event.name, event.version) == (name, version)
    assert reason in event.reason


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(msgspec.json.encode))
def test_no_body_makes_reading_fail(body: bytes) -> None:
    assert isinstance(decode("signal.lost", 1, body), SignalLost | Unknown)


def test_an_unknown_event_is_not_in_the_catalogue_and_cannot_be_written() -> None:
    assert "unknown" not in CATALOGUE
    with pytest.raises(JournalError, match="not in the catalogue"):
        encode_readable(Unknown(name="a.b", version=1, fields={}, reason=""))


@pytest.mark.parametrize(
    "event",
    [
        SignalLost(camera=7, since_at=SINCE),  # type: ignore[arg-type]
        SignalLost(camera="a", since_at=SINCE, measures={"sharpness": float("nan")}),
        SignalLost(camera="a\ud800", since_at=SINCE),
        SignalLost(camera="a", since_at=SINCE, detail=object()),  # type: ignore[arg-type]
        ViewObstructed(camera="a", since_at=SINCE, share=1.5),
        SignalLost(camera="a", since_at=SINCE, detail=Text(en="x" * 5_000_000)),
    ],
)
def test_what_could_not_be_read_back_is_not_written(event: Event) -> None:
    with pytest.raises(JournalError, match="cannot be written"):
        encode_readable(event)


@given(MOMENTS)
def test_times_keep_every_microsecond(at: datetime) -> None:
    assert from_us(to_us(at)) == at


def test_times_of_other_zones_are_kept_as_the_same_instant() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert from_us(to_us(datetime(2026, 1, 5, 16, 0, tzinfo=shanghai))) == SINCE


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_us(datetime(2026, 1, 5))


def test_a_record_whose_time_is_impossible_is_called_damaged() -> None:
    stored = StoredRecord(7, 2**62, 0, "hub", None, "signal.lost", 1, b"{}", None, b"")
    with pytest.raises(JournalDamaged) as caught:
        to_record(stored)
    assert caught.value.seq == 7
