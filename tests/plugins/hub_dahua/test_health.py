"""Disks, recording and steering, from the device's answers."""

import pytest
from hub_dahua import parse_ptz
from hub_dahua.parse_device import parse_states_json
from hub_dahua.parse_health import parse_recording, parse_recording_now, parse_uptime_s, parse_volumes

from hub.api import DeviceRejected, ProtocolError, PtzPosition, Unsupported
from tests.plugins.hub_dahua.synthetic import CAMERA, CONFIG, DOME, RECORDER, table_of


def test_disks_of_every_state_are_told_apart() -> None:
    volumes = parse_volumes(table_of(RECORDER, "storageDevice.cgi?action=getDeviceAllInfo"), overwrites=True)
    assert [(volume.id, volume.state) for volume in volumes] == [
        ("/dev/sda", "ok"),
        ("/dev/sdb", "failed"),
        ("/dev/md0", "degraded"),
    ]
    assert (volumes[0].size_bytes, volumes[0].free_bytes) == (2000398934016, 0)


def test_a_full_disk_is_full_only_where_nothing_is_overwritten() -> None:
    table = table_of(RECORDER, "storageDevice.cgi?action=getDeviceAllInfo")
    assert parse_volumes(table, overwrites=False)[0].state == "full"
    assert parse_volumes(table, overwrites=None)[0].state == "ok"


def test_sizes_in_megabytes_are_seen_to_be_so() -> None:
    (card,) = parse_volumes(table_of(CAMERA, "storageDevice.cgi?action=getDeviceAllInfo"), overwrites=True)
    assert (card.size_bytes, card.free_bytes) == (60000 * 1024**2, 59800 * 1024**2)


def test_a_partition_with_errors_is_a_failed_disk_whatever_the_disk_says() -> None:
    table = {"list.info[0].State": "Success", "list.info[0].Detail[1].IsError": "true"}
    assert parse_volumes(table, overwrites=True)[0].state == "failed"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Success", "ok"),
        ("Running", "ok"),
        ("Failure", "failed"),
        ("Initializing", "formatting"),
        ("NotExist", "absent"),
        ("Quantum", "unknown"),
    ],
)
def test_words_of_many_firmwares_for_a_disk(word: str, state: str) -> None:
    assert parse_volumes({"list[0].State": word}, overwrites=None)[0].state == state


def test_a_disk_that_can_only_be_read_is_not_sound() -> None:
    table = {"info[0].State": "OK", "info[0].Detail[0].Type": "ReadOnly"}
    assert parse_volumes(table, overwrites=None)[0].state == "degraded"


def test_an_answer_without_disks_is_not_no_disks() -> None:
    with pytest.raises(ProtocolError):
        parse_volumes({"result": "0"}, overwrites=None)


def test_a_mode_tells_only_what_it_can() -> None:
    mode = table_of(RECORDER, f"{CONFIG}RecordMode")
    volumes = parse_volumes(table_of(RECORDER, "storageDevice.cgi?action=getDeviceAllInfo"), overwrites=True)
    recording = parse_recording(mode, (1, 2, 3, 4), volumes, {})
    assert [(n, one.status, one.value) for n, one in recording.items()] == [
        (1, "unknown", None),
        (2, "ok", False),
        (3, "ok", True),
    ]


@pytest.mark.parametrize(
    ("mode", "now", "status", "value"),
    [
        ("0", True, "ok", True),
        ("0", False, "unknown", None),
        ("1", False, "ok", False),
        ("1", None, "ok", True),
        ("2", False, "ok", False),
        ("9", True, "unknown", None),
    ],
)
def test_what_is_written_just_now_is_evidence_that_a_schedule_is_not(
    mode: str, now: bool | None, status: str, value: bool | None
) -> None:
    told = {} if now is None else {1: now}
    reading = parse_recording({"table.RecordMode[0].Mode": mode}, (1,), None, told)[1]
    assert (reading.status, reading.value) == (status, value)


def test_newer_firmware_tells_in_json() -> None:
    recording = b'{"state": [{"Main": {"State": 1}}, {"Main": {"State": 0}}, {}, {"Main": {"State": "?"}}]}'
    assert parse_recording_now(recording) == {1: True, 2: False}
    states = b'{"states": [{"channel": 0, "connectionState": "Connected"}, {"channel": 4, "connectionState": "Empty"}]}'
    assert parse_states_json(states) == {1: "Connected", 5: "Empty"}
    for parse in (parse_recording_now, parse_states_json):
        for body in (b"", b"[]", b"{}", b'{"state": 1, "states": 1}', b"[" * 99_999):
            with pytest.raises(ProtocolError):
                parse(body)


def test_nothing_is_recorded_onto_disks_that_have_all_failed() -> None:
    volumes = parse_volumes({"list.info[0].State": "Failure"}, overwrites=True)
    assert parse_recording({"table.RecordMode[0].Mode": "0"}, (1,), volumes, {1: True})[1].value is False


def test_a_camera_without_a_card_is_not_said_to_fail_at_recording() -> None:
    absent = parse_volumes({"list.info[0].State": "NotExist"}, overwrites=None)
    assert parse_recording({"table.RecordMode[0].Mode": "0"}, (1,), absent, {}) == {}
    assert parse_recording({"table.RecordMode[0].Mode": "2"}, (1,), None, {})[1].value is False


def test_the_time_since_the_start_is_not_the_time_of_its_life() -> None:
    assert parse_uptime_s(table_of(CAMERA, "magicBox.cgi?action=getUpTime")) == 169692
    with pytest.raises(ProtocolError):
        parse_uptime_s({"info.total": "5"})


def test_a_dome_tells_where_it_points_in_its_own_spelling() -> None:
    abilities = parse_ptz.parse_abilities(table_of(DOME, "ptz.cgi?action=getCurrentProtocolCaps&channel=1"))
    position = parse_ptz.parse_position(table_of(DOME, "ptz.cgi?action=getStatus&channel=1"), abilities)
    assert (position.pan, position.tilt, position.zoom, position.moving) == (91.6, 2.6, 1.0, False)
    assert (position.pan_range, position.tilt_range, position.zoom_range) == ((0, 360), (-5, 90), (1, 30))
    assert position.pan_wraps


def test_a_camera_that_answers_and_can_neither_turn_nor_zoom_is_not_steered() -> None:
    with pytest.raises(Unsupported):
        parse_ptz.parse_abilities({"caps.Pan": "false", "caps.Tile": "false", "caps.Zoom": "false"})
    with pytest.raises(Unsupported):
        parse_ptz.parse_abilities({"caps.Aux": "true", "caps.Auxs[0]": "Wiper"})
    with pytest.raises(ProtocolError):
        parse_ptz.parse_abilities({"status.PTS": "0"})


def test_a_preset_is_found_by_number_or_name_and_nothing_else() -> None:
    presets = parse_ptz.parse_presets(table_of(DOME, "ptz.cgi?action=getPresets&channel=1"))
    assert parse_ptz.find_preset(presets, "7").id == parse_ptz.find_preset(presets, "tank farm").id == "7"
    with pytest.raises(DeviceRejected, match="no preset") as caught:
        parse_ptz.find_preset(presets, "3")
    assert "1 (Gate)" in caught.value.hint


@pytest.mark.parametrize(
    "position",
    [
        PtzPosition(pan=1, tilt=1, zoom=1, space="degrees-of-another"),
        PtzPosition(pan=361, tilt=1, zoom=1, space=parse_ptz.SPACE, pan_range=(0, 360)),
        PtzPosition(pan=float("nan"), tilt=1, zoom=1, space=parse_ptz.SPACE),
    ],
)
def test_a_position_of_another_kind_or_out_of_range_is_not_sent(position: PtzPosition) -> None:
    with pytest.raises(DeviceRejected):
        parse_ptz.move_query(1, position)
