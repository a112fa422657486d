"""Devices: what follows from a look, from what they tell, and from what people ask. No reading is no evidence."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.catalogue import CATALOGUE, part_of, subject_of
from hub.core.command import Command
from hub.core.decisions import cameras_of, decide
from hub.core.devices.commands import RebootDevice, RetryDevice, SetDeviceClock
from hub.core.devices.events import (
    FAULTS,
    MENDED,
    ConfiguredDevice,
    DeviceClockDrifted,
    DeviceDiskFailed,
    DeviceFault,
    DeviceMended,
    DeviceOrderDone,
    DeviceOrdered,
    DeviceReported,
    DevicesConfigured,
    DeviceSignalled,
    DeviceUnreachable,
    ReportKind,
)
from hub.core.devices.look import Contact, Disk, Drift, Limits, Look, Weak, reconcile, reconfigure
from hub.core.devices.model import Description, Device, Devices
from hub.core.devices.reports import MOST_REPORTS, Heard, Told, hear, reconcile_reports, settle, signals_due
from hub.core.devices.words import REPORTS
from hub.core.event import Event, Record, wire_name
from hub.core.fold import fold
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, WrongState
from hub.vendor.values import EventKind

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LIMITS = Limits()
NVR = ConfiguredDevice(
    id="nvr-1", name=Text(en="Recorder 1"), cameras={1: "gate-1", 2: "gate-2"}, allow=["clock", "reboot"]
)
CAM = ConfiguredDevice(id="yard-1", name=Text(en="Yard"), cameras={1: "yard-1"}, own=True)


class Plant:
    """A state that follows what is decided about devices."""

    def __init__(self, *configured: ConfiguredDevice) -> None:
        self.state = State()
        self.happen(DevicesConfigured(devices=list(configured or (NVR, CAM))))

    def happen(self, *events: Event, actor: str = "hub") -> list[str]:
        for event in events:
            seq = self.state.position + 1
            self.state = fold(self.state, Record(seq, NOW, NOW, actor, None, event, None, b""))
        return [wire_name(event) for event in events]

    def device(self, name: str = "nvr-1") -> Device:
        return self.state.devices.by_id[name]

    def look(self, name: str = "nvr-1", *, contact: Contact = "reached", **seen: Any) -> list[str]:
        return self.happen(*reconcile(self.device(name), Look(at=NOW, contact=contact, **seen), LIMITS))

    def decide(self, command: Command) -> list[str]:
        return self.happen(*decide(self.state, command, "person:zhang", NOW), actor="person:zhang")


@pytest.mark.parametrize(
    ("bad", "none", "good", "begins", "ends"),
    [
        ({"contact": "failed", "failures": 2}, {"contact": "unknown"}, {}, "device.unreachable", "device.reachable"),
        ({"contact": "refused"}, {"contact": "failed", "failures": 1}, {}, "device.refused", "device.accepted"),
        ({"contact": "untrusted"}, {"contact": "unknown"}, {}, "device.untrusted", "device.trusted"),
        ({"drift": Drift(9, 1)}, {}, {"drift": Drift(-1, 1)}, "device.clock_drifted", "device.clock_right"),
        ({"drift": Drift(-9, 1)}, {}, {"drift": Drift(3, 0.5)}, "device.clock_drifted", "device.clock_right"),
        (
            {"disks": {"1": Disk(True, "failed")}},
            {"disks": {"1": Disk(None)}},
            {"disks": {"1": Disk(False)}},
            "device.disk_failed",
            "device.disk_repaired",
        ),
        (
            {"recording": {1: False}},
            {},
            {"recording": {1: True}},
            "device.recording_stopped",
            "device.recording_running",
        ),
        (
            {"online": {2: False}},
            {"online": {1: True}},
            {"online": {2: True}},
            "device.channel_offline",
            "device.channel_online",
        ),
        ({"hottest_c": 80.0}, {"hottest_c": 72.0}, {"hottest_c": 60.0}, "device.overheated", "device.cooled"),
        ({"fans": False}, {}, {"fans": True}, "device.fan_failed", "device.fan_turning"),
        (
            {"certificate_ends_at": NOW + timedelta(days=29)},
            {},
            {"certificate_ends_at": NOW + timedelta(days=300)},
            "device.certificate_ending",
            "device.certificate_renewed",
        ),
        ({"weak": (Weak("event-off", "tamper", 1),)}, {}, {"weak": ()}, "device.weak", "device.strengthened"),
        (
            {"shares_password": True},
            {"weak": ()},
            {"shares_password": False},
            "device.weak",
            "device.strengthened",
        ),
    ],
)
def test_a_fault_begins_once_and_only_evidence_ends_it(
    bad: dict[str, Any], none: dict[str, Any], good: dict[str, Any], begins: str, ends: str
):
    plant = Plant()
    assert plant.look(**bad) == [begins]
    assert plant.look(**bad) == []
    assert plant.look(**none) == []
    assert begins in {fault.kind for fault in plant.device().faults.values()}
    assert plant.look(**good) == [ends]
    assert plant.device().faults == {}


def test_one_lost_answer_is_not_unreachable_and_then_every_look_counts():
    plant = Plant()
    assert plant.look(contact="failed", failures=1, why="timed out") == []
    assert plant.look(contact="failed", failures=2, why="timed out") == ["device.unreachable"]
    assert plant.look(contact="failed", failures=1) == []
    assert plant.look() == ["device.reachable"]


def test_a_device_that_refuses_answers_and_one_that_is_silent_neither_refuses_nor_accepts():
    plant = Plant()
    plant.look(contact="failed", failures=2)
    assert plant.look(contact="refused") == ["device.reachable", "device.refused"]
    assert plant.look(contact="failed", failures=2) == ["device.unreachable"]
    assert {fault.kind for fault in plant.device().faults.values()} == {"device.unreachable", "device.refused"}
    assert plant.look() == ["device.reachable", "device.accepted"]


@pytest.mark.parametrize(("seconds", "within_s"), [(5.0, 0.0), (8.0, 4.0), (-5.5, 1.0)])
def test_a_clock_that_may_be_right_is_not_wrong(seconds: float, within_s: float):
    assert Plant().look(drift=Drift(seconds, within_s)) == []


def test_an_empty_slot_is_no_fault_and_a_disk_that_was_taken_out_ends_one():
    plant = Plant()
    assert plant.look(disks={"1": Disk(False, "absent"), "2": Disk(True, "full")}) == ["device.disk_failed"]
    assert plant.look(disks={"1": Disk(False, "absent")}) == ["device.disk_repaired"]


def test_two_disks_of_one_device_are_two_conditions_of_it():
    plant = Plant()
    events = reconcile(
        plant.device(), Look(at=NOW, contact="reached", disks={"1": Disk(True), "2": Disk(True)}), LIMITS
    )
    assert [(subject_of(event), part_of(event)) for event in events] == [("device:nvr-1", "1"), ("device:nvr-1", "2")]


def test_what_is_about_a_channel_names_its_camera_and_a_camera_that_is_its_own_device_names_itself():
    plant = Plant()
    channel = reconcile(plant.device(), Look(at=NOW, recording={2: False, 9: False}), LIMITS)
    own = reconcile(plant.device("yard-1"), Look(at=NOW, contact="failed", failures=2), LIMITS)
    assert [subject_of(event) for event in (*channel, *own)] == ["camera:gate-2", "camera:yard-1"]


def test_a_device_says_what_it_is_once_and_again_when_its_firmware_changed():
    plant = Plant()
    known = Description(maker="Acme", model="X", serial="1", firmware="1.0")
    assert plant.look(described=known) == ["device.described"]
    assert plant.look(described=known) == []
    assert plant.look(described=replace(known, firmware="1.1")) == ["device.described"]
    assert plant.device().description == replace(known, firmware="1.1")


def test_what_leaves_hub_toml_ends_its_faults_without_saying_that_it_is_well():
    plant = Plant()
    plant.look(contact="failed", failures=2, recording={1: False, 2: False})
    fewer = replace(NVR, cameras={1: "gate-1"})
    events = reconfigure(plant.state.devices, [fewer, CAM])
    assert plant.happen(*events) == ["device.recording_running", "devices.configured"]
    assert [event.gone for event in events if isinstance(event, DeviceMended)] == [True]
    gone = reconfigure(plant.state.devices, [CAM])
    assert plant.happen(*gone) == [
        "device.unreachable".replace("un", ""),
        "device.recording_running",
        "devices.configured",
    ]
    assert list(plant.state.devices.by_id) == ["yard-1"]
    assert reconfigure(plant.state.devices, [CAM]) == []


def told(phase: str, *, kind: str = "tamper", code: str = "shelteralarm", channel: int | None = 1) -> Told:
    return Told(kind=kind, phase=phase, code=code, channel=channel, at=NOW)  # type: ignore[arg-type]


def test_a_report_begins_once_and_ends_when_the_device_says_so():
    plant, heard = Plant(), Heard()
    for phase in ("start", "start"):
        heard = hear(heard, told(phase))
        plant.happen(*reconcile_reports(plant.device(), heard))
    assert [fault.camera for fault in plant.device().faults.values()] == ["gate-1"]
    # The line broke: another listener has heard nothing yet, and that ends nothing.
    assert reconcile_reports(plant.device(), Heard()) == []
    again = hear(Heard(), told("start"))
    assert reconcile_reports(plant.device(), again) == []
    assert plant.happen(*reconcile_reports(plant.device(), hear(again, told("stop")))) == ["device.report_ended"]


def test_the_same_report_of_two_channels_is_two():
    plant, heard = Plant(), hear(hear(Heard(), told("start")), told("start", channel=2))
    assert plant.happen(*reconcile_reports(plant.device(), heard)) == ["device.reported", "device.reported"]
    heard = hear(heard, told("stop", channel=2))
    plant.happen(*reconcile_reports(plant.device(), heard))
    assert [fault.camera for fault in plant.device().faults.values()] == ["gate-1"]


def test_signals_are_on_record_once_a_minute_and_counted_between():
    plant, heard = Plant(), Heard()
    for _ in range(5):
        heard = hear(heard, told("pulse", kind="illegal-access", code="illAccess", channel=None))
    events, recorded = signals_due(plant.device(), heard, NOW)
    assert [event.times for event in events if isinstance(event, DeviceSignalled)] == [5]
    heard = settle(hear(heard, told("pulse", kind="illegal-access", code="illAccess", channel=None)), recorded, NOW)
    assert [count for _, count in heard.signals.values()] == [1]
    heard = hear(heard, told("pulse", kind="illegal-access", code="illAccess", channel=None))
    assert signals_due(plant.device(), heard, NOW + timedelta(seconds=59))[0] == []
    later = NOW + timedelta(seconds=60)
    events, recorded = signals_due(plant.device(), heard, later)
    assert [event.times for event in events if isinstance(event, DeviceSignalled)] == [2]
    assert settle(heard, recorded, later).signals == {}


def test_motion_is_not_put_on_record():
    heard = hear(hear(Heard(), told("start", kind="motion", code="VMD")), told("pulse", kind="other", code="x"))
    assert heard == Heard()


def test_a_device_that_reports_without_end_is_bounded():
    heard = Heard()
    for number in range(3 * MOST_REPORTS):
        heard = hear(heard, told("start", code=f"made-up-{number}"))
        heard = hear(heard, told("pulse", code=f"made-up-{number}"))
    assert len(heard.levels) == len(heard.signals) == MOST_REPORTS
    plant = Plant()
    plant.happen(*reconcile_reports(plant.device(), heard))
    more = Heard(levels={f"x{number}": told("start", code=f"x{number}") for number in range(50)})
    assert reconcile_reports(plant.device(), more) == []


def test_an_order_needs_to_be_allowed_and_is_given_once_at_a_time():
    plant = Plant()
    assert plant.decide(RetryDevice(device="nvr-1")) == ["device.retried"]
    assert plant.decide(RebootDevice(device="nvr-1", reason="it hangs")) == ["device.ordered"]
    with pytest.raises(WrongState, match="doing something already"):
        plant.decide(SetDeviceClock(device="nvr-1"))
    plant.happen(DeviceOrderDone(device="nvr-1", order="reboot"))
    assert plant.decide(SetDeviceClock(device="nvr-1")) == ["device.ordered"]
    with pytest.raises(NotAllowed, match="does not allow"):
        plant.decide(SetDeviceClock(device="yard-1"))
    with pytest.raises(NotFound):
        plant.decide(RetryDevice(device="nvr-9"))


def test_the_clock_of_a_device_that_asks_a_time_server_is_not_set_by_hand():
    plant = Plant()
    plant.look(drift=Drift(60, 1, "ntp"))
    with pytest.raises(WrongState, match="time server"):
        plant.decide(SetDeviceClock(device="nvr-1"))


def test_an_order_touches_every_camera_of_the_device():
    plant = Plant()
    assert list(cameras_of(plant.state, RebootDevice(device="nvr-1", reason="x"))) == ["gate-1", "gate-2"]


def test_every_fault_has_its_end_and_both_are_told_apart_by_the_same_part():
    for begun in FAULTS:
        ended = MENDED[begun]
        assert CATALOGUE[wire_name(begun)] is begun
        assert not begun.APART or begun.APART in ended.__struct_fields__


levels = st.one_of(st.none(), st.booleans())
looks = st.builds(
    Look,
    at=st.just(NOW),
    contact=st.sampled_from(["reached", "failed", "refused", "untrusted", "unknown"]),
    failures=st.integers(0, 3),
    drift=st.one_of(st.none(), st.builds(Drift, st.floats(-1e5, 1e5), st.floats(0, 30))),
    disks=st.one_of(st.none(), st.dictionaries(st.sampled_from("123"), st.builds(Disk, levels), max_size=3)),
    recording=st.dictionaries(st.integers(1, 3), st.booleans()),
    online=st.dictionaries(st.integers(1, 3), st.booleans()),
    hottest_c=st.one_of(st.none(), st.floats(-40, 150)),
    fans=levels,
    certificate_ends_at=st.one_of(st.none(), st.just(NOW), st.just(NOW + timedelta(days=90))),
    weak=st.one_of(st.none(), st.sampled_from([(), (Weak("event-off"),), (Weak("event-off"), Weak("other"))])),
)
SILENT = Look(at=NOW)


@given(st.lists(looks, max_size=8))
def test_faults_begin_and_end_in_turn_and_a_look_that_saw_nothing_changes_nothing(seen: list[Look]):
    plant = Plant()
    for look in seen:
        before = set(plant.device().faults)
        events = reconcile(plant.device(), look, LIMITS)
        begun = [event for event in events if isinstance(event, DeviceFault)]
        plant.happen(*events)
        assert len(set(plant.device().faults) - before) == len(begun)
        assert reconcile(plant.device(), look, LIMITS) == []
        assert reconcile(plant.device(), SILENT, LIMITS) == []
    plant.happen(*reconfigure(plant.state.devices, []))
    assert plant.state.devices == Devices()


@given(st.lists(st.tuples(st.sampled_from(["start", "stop", "pulse"]), st.sampled_from(["a", "b"]), st.integers(1, 2))))
def test_the_record_always_holds_the_newest_word_of_the_device(words: list[tuple[str, str, int]]):
    plant, heard = Plant(), Heard()
    now: dict[str, str] = {}
    for phase, code, channel in words:
        each = told(phase, code=code, channel=channel)
        heard = hear(heard, each)
        plant.happen(*reconcile_reports(plant.device(), heard))
        if phase != "pulse":
            now[each.part] = phase
    assert {fault.part for fault in plant.device().faults.values()} == {
        p for p, phase in now.items() if phase == "start"
    }


def test_events_of_devices_say_what_they_are_about():
    assert subject_of(DeviceUnreachable(device="nvr-1", since_at=NOW)) == "device:nvr-1"
    assert (
        subject_of(DeviceReported(device="d", camera="c", since_at=NOW, report="x", kind="other", code="x"))
        == "camera:c"
    )
    assert subject_of(DeviceDiskFailed(device="nvr-1", since_at=NOW, disk="1")) == "device:nvr-1"
    assert subject_of(DeviceOrdered(device="nvr-1", order="clock")) == "device:nvr-1"
    assert subject_of(DeviceClockDrifted(device="c", camera="c", since_at=NOW)) == "camera:c"


def test_what_a_device_reports_is_said_in_both_languages_with_its_own_word():
    plant, heard = Plant(), hear(Heard(), replace(told("start"), detail="lens"))
    (event,) = reconcile_reports(plant.device(), heard)
    assert isinstance(event, DeviceReported)
    assert event.detail == Text(en="tampering lens", zh="被破坏或遮挡 lens")
    assert set(REPORTS) == set(get_args(ReportKind)) == set(get_args(EventKind))


def test_what_is_weak_is_said_in_both_languages_and_the_makers_word_in_both() -> None:
    plant = Plant()
    plant.look(weak=(Weak("open-service", "Network.SSH.Enabled", None, Text(en="SSH is on", zh="SSH 已开启")),))
    (fault,) = plant.device().faults.values()
    assert fault.detail.en == "it has an open service: Network.SSH.Enabled (SSH is on)"
    assert fault.detail.zh == "开放了服务： Network.SSH.Enabled（SSH 已开启）"


def test_what_is_wrong_with_a_disk_is_said_in_both_languages() -> None:
    plant = Plant()
    plant.look(disks={"1": Disk(True, "failed", Text(en="a partition has errors", zh="有分区出错"))})
    (fault,) = plant.device().faults.values()
    assert (fault.detail.en, fault.detail.zh) == ("a partition has errors", "有分区出错")
