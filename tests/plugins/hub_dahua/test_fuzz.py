"""Whatever a device writes, nothing comes out of the parsers but values and the hub's own errors."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hub_dahua import parse_footage, parse_ptz
from hub_dahua.parse_audit import parse_weaknesses
from hub_dahua.parse_clock import Zone, parse_clock
from hub_dahua.parse_device import (
    Identity,
    parse_channels,
    parse_info,
    parse_remote,
    parse_rtsp_port,
    parse_states,
    parse_states_json,
    parse_streams,
    parse_users,
)
from hub_dahua.parse_dhip import parse_answer
from hub_dahua.parse_events import parse_active, parse_part
from hub_dahua.parse_health import parse_overwrites, parse_recording, parse_recording_now, parse_uptime_s, parse_volumes
from hub_dahua.parse_parts import Pending, fold_parts, parse_boundary
from hub_dahua.parse_settings import SECTIONS, parse_settings
from hub_dahua.parse_table import Table, parse_refusal, parse_table
from hypothesis import given
from hypothesis import strategies as st

from hub.api import Datagram, DeviceError
from tests.plugins.hub_dahua.synthetic import CAMERA, DOME, HEARTBEAT, RECORDER, event

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_GOOD = sorted({reply.body for device in (CAMERA, RECORDER, DOME) for reply in device.values() if reply.body})
_PARSERS: tuple[Callable[[Table], object], ...] = (
    lambda table: parse_info(
        Identity(system=table, version=table, vendor=table, name=table, kind=table, network=table)
    ),
    lambda table: parse_channels(table, parse_remote(table), parse_states(table), frozenset(), hybrid=True),
    lambda table: parse_streams(table, 1, "h", 554),
    parse_rtsp_port,
    parse_users,
    lambda table: parse_clock(table, table, table, _NOW),
    lambda table: parse_volumes(table, overwrites=parse_overwrites(table)),
    lambda table: parse_recording(table, (1, 2), None, {}),
    parse_uptime_s,
    parse_active,
    lambda table: parse_ptz.parse_position(table, parse_ptz.PtzAbilities(None, None, None)),
    parse_ptz.parse_abilities,
    parse_ptz.parse_presets,
    parse_footage.parse_finder,
    parse_footage.parse_found,
    lambda table: parse_footage.parse_items(table, 1, Zone(timedelta(hours=8))),
    lambda table: [parse_settings(section, table) for section in SECTIONS],
    lambda table: parse_weaknesses(dict.fromkeys(("MotionDetect", "General", "Telnet"), table), (), frozenset()),
)


@st.composite
def _damaged(draw: st.DrawFn, good: list[bytes]) -> bytes:
    body = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 40)))
        body = (
            body[:start] + draw(st.binary(max_size=12) | st.sampled_from([b"9" * 400, b"[0]", b"=", b"{"])) + body[end:]
        )
    return body


def _whole_stream() -> bytes:
    data = 'Code=VideoMotion;action=Start;index=0;data={\n "Id" : [ 0 ], "RealUTC" : 1775756069 }'
    return event(data) + HEARTBEAT + event("Code=VideoBlind;action=Stop;index=2")


def _dhip() -> bytes:
    from tests.plugins.hub_dahua.test_finder import answer

    return answer()


@pytest.mark.parametrize("parse", _PARSERS)
@given(body=_damaged(_GOOD) | st.binary(max_size=300))
def test_a_damaged_table_is_read_or_refused(parse: Callable[[Table], object], body: bytes) -> None:
    with suppress(DeviceError):
        parse(parse_table(body))


_JSON = [
    b'{"state": [{"Main": {"State": 1}}, {"Main": {"State": 0}}]}',
    b'{"states": [{"channel": 0, "connectionState": "Connected"}]}',
]


@given(_damaged(_JSON) | st.binary(max_size=100))
def test_a_damaged_answer_in_json_is_read_or_refused(body: bytes) -> None:
    for parse in (parse_recording_now, parse_states_json):
        with suppress(DeviceError):
            parse(body)


@given(st.integers(100, 599), _damaged(_GOOD) | st.binary(max_size=300))
def test_a_damaged_refusal_is_one_of_ours(status: int, body: bytes) -> None:
    error = parse_refusal(status, body, "its disks")
    assert error is None or isinstance(error, DeviceError)
    assert status == 200 or error is not None


@given(st.lists(_damaged([_whole_stream()]) | st.binary(max_size=200), max_size=5))
def test_a_damaged_stream_of_events_is_read_or_refused(pieces: list[bytes]) -> None:
    pending = Pending(b"--myboundary")
    with suppress(DeviceError):
        for piece in pieces:
            pending, parts = fold_parts(pending, piece)
            for part in parts:
                with suppress(DeviceError):
                    parse_part(part)


@given(st.text(max_size=60))
def test_a_damaged_header_of_the_stream_is_read_or_refused(said: str) -> None:
    with suppress(DeviceError):
        assert parse_boundary(f"multipart/{said}").startswith(b"--")


@given(_damaged([_dhip()]) | st.binary(max_size=200), st.sampled_from(["10.0.0.8", "", "nowhere"]))
def test_a_damaged_announcement_is_read_or_refused(payload: bytes, sender: str) -> None:
    with suppress(DeviceError):
        parse_answer(Datagram(payload, sender))
