"""How far the cameras' clocks are ahead, from the last look at their devices."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.client.devices import DeviceNow
from hub.core.devices.events import ConfiguredDevice
from hub.core.devices.model import Device, Devices
from hub.core.text import Text
from hub.runtime.recording.device_clocks import DeviceClocks, offsets_of, steadied


def devices(**cameras: dict[int, str]) -> Devices:
    named = {name: ConfiguredDevice(id=name, name=Text(en=name), cameras=known) for name, known in cameras.items()}
    return Devices(by_id={name: Device(configured=each) for name, each in named.items()})


def says(drift_s: float | None) -> DeviceNow:
    return DeviceNow(contact="reached", drift_s=drift_s)


def test_the_channels_of_a_recorder_have_its_clock_and_what_says_nothing_has_none() -> None:
    known = devices(nvr={1: "gate", 2: "yard"}, dome={1: "dome"}, mute={1: "press"})
    now = {"nvr": says(-3.2), "dome": says(0.0), "mute": says(None), "stranger": says(9.0)}
    assert offsets_of(known, now) == {"gate": -3.2, "yard": -3.2, "dome": 0.0}


def test_watching_is_disturbed_only_by_a_clock_that_moves_by_more_than_devices_can_tell() -> None:
    told: list[dict[str, float]] = []
    now: dict[str, Any] = {}
    clocks = DeviceClocks(lambda: devices(dome={1: "dome"}), lambda: now)
    clocks.on_change = lambda: told.append(dict(clocks.offsets))
    for drift_s in (None, 1.0, 1.3, 0.7, 1.6, None):
        now["dome"] = says(drift_s)
        clocks.look()
    assert told == [{"dome": 1.0}, {"dome": 1.6}, {}]


OFFSETS = st.dictionaries(st.sampled_from("abc"), st.floats(-1e6, 1e6))


@given(OFFSETS, OFFSETS)
def test_what_is_kept_is_never_far_from_what_was_said_last(before: dict[str, float], now: dict[str, float]) -> None:
    kept = steadied(before, now)
    assert kept.keys() == now.keys()
    assert all(abs(kept[camera] - now[camera]) < 0.5 for camera in now)
    assert steadied(kept, now) == kept
