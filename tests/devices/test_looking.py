"""From what a session told to what the core is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.devices.look import Disk
from hub.devices.looking import LONGEST_TEXT, drift_of, look_at, shown, told, weak_of
from hub.vendor.values import (
    Channel,
    DeviceClock,
    DeviceEvent,
    Health,
    Reading,
    Temperature,
    Volume,
    Weakness,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_device_that_says_nothing_is_no_evidence_of_anything():
    look = look_at(Health(), at=NOW, took_s=0.1)
    assert (look.contact, look.drift, look.disks, look.recording, look.online) == ("reached", None, None, {}, {})
    assert (look.hottest_c, look.fans, look.weak) == (None, None, None)


@pytest.mark.parametrize("status", ["unknown", "unsupported", "error"])
def test_a_reading_that_is_not_ok_is_nothing_whatever_it_holds(status: str):
    wrong = Health(
        volumes=Reading(status=status, value=(Volume(id="1", state="failed"),)),  # type: ignore[arg-type]
        fans=Reading(status=status, value=False),  # type: ignore[arg-type]
        recording={1: Reading(status=status, value=False)},  # type: ignore[arg-type]
    )
    look = look_at(wrong, at=NOW, took_s=0.1)
    assert (look.disks, look.fans, look.recording) == (None, None, {})


def test_the_drift_is_known_to_half_the_exchange_and_half_a_second():
    clock = DeviceClock(at=NOW + timedelta(seconds=9), asked_at=NOW, source="ntp")
    assert drift_of(clock, 3.0) == (9.0, 2.0, "ntp")


@pytest.mark.parametrize(
    ("state", "bad"),
    [
        ("ok", False),
        ("absent", False),
        ("full", True),
        ("unformatted", True),
        ("degraded", True),
        ("failed", True),
        ("formatting", None),
        ("unknown", None),
        ("made-up", None),
    ],
)
def test_which_disks_are_bad(state: str, bad: bool | None):
    health = Health(volumes=Reading(status="ok", value=(Volume(id="1", state=state),)))  # type: ignore[arg-type]
    assert look_at(health, at=NOW, took_s=0).disks == {"1": Disk(bad, state)}


def test_channels_heat_and_fans():
    health = Health(
        channels=Reading(
            status="ok", value=(Channel(number=1, online=True), Channel(number=2), Channel(number=3, online=False))
        ),
        recording={1: Reading(status="ok", value=False), 2: Reading()},
        temperatures=Reading(
            status="ok",
            value=(
                Temperature(name="a", celsius=40),
                Temperature(name="b", celsius=61.5),
                Temperature(name="broken", celsius=float("nan")),
                Temperature(name="absurd", celsius=6553.5),
            ),
        ),
        fans=Reading(status="ok", value=True),
    )
    look = look_at(health, at=NOW, took_s=0)
    assert (look.online, look.recording, look.hottest_c, look.fans) == ({1: True, 3: False}, {1: False}, 61.5, True)


def test_words_that_a_plugin_made_up_can_be_read_again_from_the_record():
    one = told(DeviceEvent(kind="nonsense", phase="sometimes", code=""), NOW)  # type: ignore[arg-type]
    assert (one.kind, one.phase, one.code) == ("other", "pulse", "nonsense")


def test_what_a_device_said_is_cleaned_of_secrets_and_of_what_cannot_be_shown():
    assert shown("see\x1b[31m rtsp://admin:p@ss@10.0.0.8/ \x00now") == "see [31m rtsp://***@10.0.0.8/  now"


@given(st.text())
def test_nothing_that_a_device_said_is_long_or_unprintable(text: str):
    said = shown(text)
    assert len(said) <= LONGEST_TEXT
    assert not any(ord(sign) < 32 or ord(sign) == 127 for sign in said)


def test_a_weakness_keeps_its_channel():
    (weak,) = weak_of((Weakness(kind="event-off", channel=2, what="shelteralarm", detail="no center"),))
    assert weak.part == "event-off shelteralarm @2"
