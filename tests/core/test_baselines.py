"""Settings of devices against what was approved: read, approved, changed, accepted, put back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.baselines.commands import ApproveSettings, EndRestore, ReportSettings, RestoreSettings
from hub.core.baselines.compare import back, changes, digest_of
from hub.core.baselines.decisions import decide
from hub.core.baselines.events import (
    SettingsApproved,
    SettingsDrifted,
    SettingsMatched,
    SettingsNotRestored,
    SettingsProposed,
    SettingsRestored,
    SettingsRestoring,
)
from hub.core.baselines.model import TRANSITIONS, Baseline
from hub.core.devices.events import ConfiguredDevice, DeviceDescribed, DevicesConfigured
from hub.core.event import Event, wire_name
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState

from .conftest import History

GOOD = {"NTP/Enable": "true", "Encode/Codec": "H.264", "Image/Sharpness": "50"}
CHANGED = {**GOOD, "NTP/Enable": "false", "Image/Sharpness": "10"}
FURTHER = {**CHANGED, "Encode/Codec": "H.265"}
SETTINGS = st.dictionaries(st.text(max_size=6), st.text(max_size=4), max_size=8)


@pytest.fixture
def plant(history: History) -> History:
    device = ConfiguredDevice(id="nvr-1", name=Text(en="Recorder"), cameras={1: "gate-1"}, allow=["settings"])
    history.happen(DevicesConfigured(devices=[device]))
    return history


def read(plant: History, settings: dict[str, str], serial: str = "S1") -> list[Event]:
    known = plant.state.baselines.devices.get("nvr-1")
    approved = GOOD if known is not None and known.approved == digest_of(GOOD) else settings
    found = changes(approved, settings)
    order = ReportSettings(
        device="nvr-1",
        digest=digest_of(settings),
        entries=len(settings),
        serial=serial,
        approved=known.approved if known is not None else "",
        count=len(found),
        changes=tuple(found),
    )
    return plant.decide(decide, order)


def approve(plant: History, settings: dict[str, str], reason: str = "") -> list[Event]:
    command = ApproveSettings(device="nvr-1", digest=digest_of(settings), reason=reason)
    return plant.decide(decide, command, "person:wang")


def restore(plant: History, found: dict[str, str], target: dict[str, str] | None = None) -> list[Event]:
    command = RestoreSettings(
        device="nvr-1",
        found=digest_of(found),
        target=digest_of(target) if target is not None else None,
        reason="nobody was allowed to",
    )
    return plant.decide(decide, command, "person:admin")


def standing(plant: History) -> Baseline:
    return plant.state.baselines.devices["nvr-1"]


@pytest.fixture
def approved(plant: History) -> History:
    plant.happen(DeviceDescribed(device="nvr-1", serial="S1"))
    read(plant, GOOD)
    approve(plant, GOOD)
    return plant


def names(events: list[Event]) -> list[str]:
    return [wire_name(event) for event in events]


def test_what_is_read_first_waits_for_approval_and_is_told_once(plant: History) -> None:
    assert read(plant, GOOD) == [SettingsProposed(device="nvr-1", digest=digest_of(GOOD), entries=3)]
    assert read(plant, GOOD) == []
    (again,) = read(plant, CHANGED)
    assert isinstance(again, SettingsProposed)
    with pytest.raises(WrongState, match="changed since you looked"):
        approve(plant, GOOD)
    assert names(approve(plant, CHANGED)) == ["settings.approved"]
    assert (standing(plant).state, standing(plant).approved_by) == ("approved", "person:wang")


def test_settings_that_stay_say_nothing_and_changed_ones_are_found_once_and_over_by_themselves(
    approved: History,
) -> None:
    assert read(approved, GOOD) == []
    (drifted,) = read(approved, CHANGED)
    assert isinstance(drifted, SettingsDrifted)
    assert [(each.setting, each.was, each.now) for each in drifted.changes] == [
        ("Image/Sharpness", "50", "10"),
        ("NTP/Enable", "true", "false"),
    ]
    assert drifted.detail.en == "2 settings differ: Image/Sharpness, NTP/Enable"
    assert drifted.detail.zh == "2 项参数与批准的不一致：Image/Sharpness, NTP/Enable"
    assert read(approved, CHANGED) == []
    assert names(read(approved, GOOD)) == ["settings.matched"]
    assert standing(approved).state == "approved"


def test_a_further_change_is_told_and_stands_since_the_first(approved: History) -> None:
    (first,) = read(approved, CHANGED)
    approved.pass_time(hours=2)
    (second,) = read(approved, FURTHER)
    assert isinstance(first, SettingsDrifted)
    assert isinstance(second, SettingsDrifted)
    assert (second.count, second.since_at) == (3, first.since_at)


def test_changed_settings_are_accepted_with_a_reason_which_ends_the_finding(approved: History) -> None:
    read(approved, CHANGED)
    with pytest.raises(Refused, match="with a reason"):
        approve(approved, CHANGED)
    settled, accepted = approve(approved, CHANGED, "the supplier's advice")
    assert settled == SettingsMatched(device="nvr-1", digest=digest_of(CHANGED), how="accepted")
    assert isinstance(accepted, SettingsApproved)
    assert (accepted.before, accepted.changed, accepted.reason) == (digest_of(GOOD), 2, "the supplier's advice")
    assert standing(approved).state == "approved"
    assert approve(approved, CHANGED, "again") == []


def test_another_device_in_its_place_has_settings_of_its_own_to_be_approved(approved: History) -> None:
    read(approved, CHANGED)
    events = read(approved, CHANGED, serial="S2")
    assert [(wire_name(event), getattr(event, "how", getattr(event, "why", ""))) for event in events] == [
        ("settings.matched", "replaced"),
        ("settings.proposed", "replaced"),
    ]
    assert (standing(approved).state, standing(approved).approved) == ("proposed", "")


def test_what_was_compared_with_older_settings_is_not_taken(approved: History) -> None:
    order = ReportSettings(device="nvr-1", digest=digest_of(CHANGED), entries=3, serial="S1", approved="0" * 64)
    assert approved.decide(decide, order) == []


def test_settings_are_put_back_only_where_the_site_allows_it_and_as_they_were_seen(approved: History) -> None:
    read(approved, CHANGED)
    with pytest.raises(WrongState, match="changed since you looked"):
        restore(approved, FURTHER)
    with pytest.raises(WrongState, match="has these settings already"):
        restore(approved, CHANGED, CHANGED)
    (asked,) = restore(approved, CHANGED)
    assert isinstance(asked, SettingsRestoring)
    assert (asked.target, asked.found) == (digest_of(GOOD), digest_of(CHANGED))
    with pytest.raises(WrongState, match="just now"):
        restore(approved, CHANGED)
    closed = ConfiguredDevice(id="nvr-1", name=Text(en="Recorder"))
    approved.happen(DevicesConfigured(devices=[closed]))
    with pytest.raises(NotAllowed, match="may not write settings") as refused:
        restore(approved, CHANGED)
    assert "`allow`" in refused.value.hint


def test_what_came_of_it_is_on_record_with_what_the_device_did_not_take_and_how_to_undo_it(approved: History) -> None:
    read(approved, CHANGED)
    restore(approved, CHANGED)
    left = changes(GOOD, {**GOOD, "Image/Sharpness": "10"})
    done = EndRestore(device="nvr-1", target=digest_of(GOOD), before=digest_of(CHANGED), written=2, left=tuple(left))
    (restored,) = approved.decide(decide, done)
    assert isinstance(restored, SettingsRestored)
    assert [(each.setting, each.was, each.now) for each in restored.left] == [("Image/Sharpness", "50", "10")]
    assert (standing(approved).restoring, standing(approved).undo) == ("", digest_of(CHANGED))
    assert standing(approved).state == "drifted", "only a look at the device ends it"
    assert approved.decide(decide, done) == [], "nobody waits for it any more"
    read(approved, GOOD)
    assert names(restore(approved, GOOD, CHANGED)) == ["settings.restoring"]


def test_what_could_not_be_put_back_says_why_and_can_be_asked_for_again(approved: History) -> None:
    read(approved, CHANGED)
    restore(approved, CHANGED)
    why = Text(en="The device did not answer.", zh="设备没有应答。")
    (failed,) = approved.decide(decide, EndRestore(device="nvr-1", target=digest_of(GOOD), problem=why))
    assert failed == SettingsNotRestored(device="nvr-1", target=digest_of(GOOD), detail=why)
    assert names(restore(approved, CHANGED)) == ["settings.restoring"]


def test_a_device_that_nobody_knows_is_named(plant: History) -> None:
    with pytest.raises(NotFound, match="no device nvr-9"):
        plant.decide(decide, ApproveSettings(device="nvr-9", digest="0" * 64), "person:wang")
    with pytest.raises(NotFound, match="not read yet"):
        approve(plant, GOOD)


@given(SETTINGS, SETTINGS)
def test_what_is_written_back_makes_it_as_it_was_but_for_what_came_in_addition(
    was: dict[str, str], now: dict[str, str]
) -> None:
    after = {**now, **back(changes(was, now))}
    assert {name: value for name, value in after.items() if name in was} == was
    assert set(after) - set(was) == set(now) - set(was)


@given(SETTINGS, SETTINGS)
def test_settings_differ_exactly_when_their_digests_do(was: dict[str, str], now: dict[str, str]) -> None:
    assert (changes(was, now) == []) == (digest_of(was) == digest_of(now))


@given(SETTINGS, SETTINGS, st.sets(st.text(max_size=6)))
def test_of_what_is_chosen_alone_nothing_else_is_written(
    was: dict[str, str], now: dict[str, str], only: set[str]
) -> None:
    written = back(changes(was, now), only)
    assert written.keys() <= (only or was.keys())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["read", "approve"]),
            st.sampled_from([GOOD, CHANGED, FURTHER]),
            st.sampled_from(["S1", "S2"]),
        ),
        max_size=12,
    )
)
def test_whatever_is_read_and_approved_the_state_goes_by_the_table(
    steps: list[tuple[str, dict[str, str], str]],
) -> None:
    plant = History()
    device = ConfiguredDevice(id="nvr-1", name=Text(en="Recorder"), allow=["settings"])
    plant.happen(DevicesConfigured(devices=[device]), DeviceDescribed(device="nvr-1", serial="S1"))
    state = "[*]"
    for what, settings, serial in steps:
        try:
            events = read(plant, settings, serial) if what == "read" else approve(plant, settings, "so it is")
        except Refused:
            continue
        for event in events:
            if getattr(event, "how", "again") != "again":
                continue
            allowed = {to for begin, name, to in TRANSITIONS if (begin, name) == (state, wire_name(event))}
            after = standing(plant).state
            assert after in allowed, (state, wire_name(event), after)
            state = after
