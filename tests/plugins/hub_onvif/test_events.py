"""Events: what they mean, and the subscription that brings them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hub_onvif import pullpoint
from hub_onvif.events import parse_granted, parse_notifications, parse_time, started_at, to_event
from hub_onvif.media import Layout, build_layout, parse_profiles
from hub_onvif.session import OnvifSession
from hub_onvif.soap import parse_answer
from hub_onvif.tree import Element

from hub.api import DeviceBusy, DeviceError, DeviceEvent, DeviceUnreachable
from tests.plugins.hub_onvif.conftest import MakePair
from tests.servers import onvif_answers as say


def until(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    end = time.monotonic() + within_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


class Listener:
    """`events()` on a thread of its own, as the hub runs it."""

    def __init__(self, session: OnvifSession) -> None:
        self.heard: list[DeviceEvent] = []
        self.silences = 0
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(session,), daemon=True)
        self.thread.start()

    def _run(self, session: OnvifSession) -> None:
        try:
            for event in session.events():
                if event is None:
                    self.silences += 1
                else:
                    self.heard.append(event)
        except DeviceError as error:
            self.error = error

    def ended(self, within_s: float = 2.0) -> bool:
        self.thread.join(within_s)
        return not self.thread.is_alive()


def answer(*messages: str) -> Element:
    content = parse_answer(say.response("tev", "PullMessages", "".join(messages)), "PullMessages")
    assert not hasattr(content, "codes")
    return content  # type: ignore[return-value]


def event(topic: str, source: dict[str, str], data: dict[str, str], operation: str = "Changed") -> DeviceEvent | None:
    told = parse_notifications(answer(say.notification(topic, "2026-01-05T08:00:00Z", operation, source, data)))
    return to_event(told[0], layout())


def layout() -> Layout:
    profiles = parse_answer(say.profiles(2), "GetProfiles")
    return build_layout(parse_profiles(profiles), ["vs1", "vs2"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("topic", "data", "expected"),
    [
        ("tns1:VideoSource/GlobalSceneChange/ImagingService", {"State": "true"}, ("scene-change", "start")),
        ("tns1:VideoSource/GlobalSceneChange/AnalyticsService/.", {"State": "0"}, ("scene-change", "stop")),
        ("tns1:RuleEngine/TamperDetector/Tamper/", {"IsTamper": "1"}, ("tamper", "start")),
        ("tns1:RuleEngine/CellMotionDetector/Motion", {"IsMotion": "false"}, ("motion", "stop")),
        ("tns1:VideoSource/SignalLoss", {"State": "true"}, ("video-loss", "start")),
        ("tns1:VideoSource/ImageTooBlurry/ImagingService", {"State": "true"}, ("defocus", "start")),
        ("tns1:Device/HardwareFailure/StorageFailure", {"Failed": "true"}, ("disk-error", "start")),
        ("tns1:Device/HardwareFailure/FanFailure", {"Failed": "false"}, ("fan", "stop")),
        ("tns1:Device/Trigger/tnshik:AlarmIn", {"State": "true"}, ("input", "start")),
        ("tns1:Device/Trigger/DigitalInput", {"LogicalState": "false"}, ("input", "stop")),
        ("tns1:RecordingConfig/JobState", {"State": "Error"}, ("recording-failed", "start")),
        ("tns1:RecordingConfig/JobState", {"State": "Active"}, ("recording-failed", "stop")),
        ("tns1:PTZController/PTZPresets/Reached", {"PresetToken": "1"}, ("ptz-moved", "pulse")),
        ("tns1:Monitoring/OperatingTime/LastReboot", {"Status": "2026-01-05T08:00:00Z"}, ("rebooted", "pulse")),
        ("tnsacme:Odd/Thing", {"State": "sideways"}, ("other", "pulse")),
    ],
)
def test_topics_mean_what_they_say(topic: str, data: dict[str, str], expected: tuple[str, str]) -> None:
    found = event(topic, {"Source": "vs2"}, data)
    assert found is not None
    assert (found.kind, found.phase) == expected
    assert found.channel == 2
    assert not found.code.endswith(("/", "."))


def test_the_detail_is_what_kind_phase_and_channel_do_not_say() -> None:
    plain = event("tns1:VideoSource/SignalLoss", {"Source": "vs2"}, {"State": "true"})
    disk = event("tns1:Device/HardwareFailure/StorageFailure", {"Token": "sd-1"}, {"Failed": "true", "Code": "7"})
    secret = event("tns1:VideoSource/SignalLoss", {"Source": "elsewhere"}, {"Url": "rtsp://a:hunter2@h/"})
    assert plain is not None
    assert disk is not None
    assert secret is not None
    assert (plain.detail, disk.detail) == ("", "Token: sd-1; Code: 7")
    assert "hunter2" not in secret.detail


def test_what_changes_all_the_time_is_no_event() -> None:
    assert event("tns1:Monitoring/ProcessorUsage", {}, {"Value": "40"}) is None


def test_a_present_state_is_told_and_what_only_happens_is_not() -> None:
    dark = event("tns1:VideoSource/ImageTooDark/ImagingService", {"Source": "vs1"}, {"State": "true"}, "Initialized")
    assert dark is not None
    assert (dark.kind, dark.phase) == ("too-dark", "start")
    assert event("tns1:PTZController/PTZPresets/Reached", {}, {"PresetToken": "1"}, "Initialized") is None
    assert event("tns1:Monitoring/OperatingTime/LastReboot", {}, {"Status": "2026-01-05"}, "Initialized") is None
    gone = event("tns1:VideoSource/SignalLoss", {"Source": "vs1"}, {"State": "true"}, "Deleted")
    assert gone is not None
    assert gone.phase == "stop"


def test_a_source_that_nobody_knows_leaves_the_channel_open() -> None:
    found = event("tns1:VideoSource/SignalLoss", {"Source": "elsewhere"}, {"State": "true"})
    assert found is not None
    assert found.channel is None


@pytest.mark.parametrize(
    "bad", ["0000-00-00T00:00:00Z", "2023-05-15T00:61:16Z", "yesterday", "", "2023-13-01T00:00:00Z", "9" * 60]
)
def test_a_bad_date_leaves_the_event_without_a_time(bad: str) -> None:
    assert parse_time(bad) is None
    told = parse_notifications(
        answer(say.notification("tns1:VideoSource/SignalLoss", bad, "Changed", {"Source": "vs1"}, {"State": "true"}))
    )
    found = to_event(told[0], layout())
    assert found is not None
    assert found.at is None
    assert found.kind == "video-loss"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2023-05-15T-07:10:32Z", datetime(2023, 5, 15, 7, 10, 32, tzinfo=UTC)),
        ("2023-05-15T07:10:32.123456789+08:00", datetime(2023, 5, 14, 23, 10, 32, 123456, tzinfo=UTC)),
        ("2023-5-5T7:1:2Z", datetime(2023, 5, 5, 7, 1, 2, tzinfo=UTC)),
        ("2023-05-15T07:10:32", datetime(2023, 5, 15, 7, 10, 32, tzinfo=UTC)),
    ],
)
def test_odd_dates_are_read(written: str, read: datetime) -> None:
    assert parse_time(written) == read


def test_one_message_that_cannot_be_read_leaves_the_others() -> None:
    good = say.notification("tns1:VideoSource/SignalLoss", "", "Changed", {}, {"State": "true"})
    told = parse_notifications(answer("<wsnt:NotificationMessage><wsnt:Topic/></wsnt:NotificationMessage>", good))
    assert [each.topic for each in told] == ["VideoSource/SignalLoss"]


def test_how_long_a_subscription_lasts_is_by_the_device_s_own_times() -> None:
    def granted(now: str, end: str) -> float | None:
        told = f"<wsnt:CurrentTime>{now}</wsnt:CurrentTime><wsnt:TerminationTime>{end}</wsnt:TerminationTime>"
        content = parse_answer(say.response("wsnt", "Renew", told), "Renew")
        return parse_granted(content)  # type: ignore[arg-type]

    assert granted("2005-01-01T00:00:00Z", "2005-01-01T00:02:00Z") == 120
    assert granted("", "PT1M30S") == 90
    assert granted("2005-01-01T00:00:00Z", "1970-01-01T00:00:00Z") is None
    assert granted("nonsense", "2005-01-01T00:00:00Z") is None


def test_events_come_and_the_subscription_is_given_back(meet: MakePair) -> None:
    camera, session, access = meet(skew_s=-25_200.0)
    listener = Listener(session)
    assert until(lambda: len(listener.heard) == 1)
    assert (listener.heard[0].kind, listener.heard[0].phase, listener.heard[0].at) == ("too-dark", "start", None)
    camera.tell(
        say.notification(
            "tns1:RuleEngine/TamperDetector/Tamper", "2026-01-05T08:00:00Z", "Changed", {"Source": "vs1"},
            {"IsTamper": "true"},
        )
    )  # fmt: skip
    assert until(lambda: len(listener.heard) == 2)
    assert (listener.heard[1].kind, listener.heard[1].channel) == ("tamper", 1)
    access.close()
    assert listener.ended()
    assert listener.error is None
    assert camera.subscriptions == 1, "it is given back by close()"
    with access.farewell(5.0):
        session.close()
    assert camera.subscriptions == 0
    assert set(camera.references) == {"1"}, "the reference parameters are sent back"


def test_addressing_goes_to_operations_of_events_alone(meet: MakePair) -> None:
    camera, session, access = meet()
    listener = Listener(session)
    assert until(lambda: bool(listener.heard))
    session.position(1)
    session.users()
    assert camera.addressed.keys() == {"CreatePullPointSubscription", "PullMessages"}
    assert camera.addressed["PullMessages"] == "http://192.0.2.9:8106:8106/onvif/pull", "as the device calls it"
    access.close()
    assert listener.ended()


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The times of a subscription, fifty times shorter: a wait of minutes cannot be made for real here."""
    monkeypatch.setattr(pullpoint, "_SHORTEST_S", 1.0)


@pytest.mark.usefixtures("short_turns")
def test_a_subscription_is_renewed_before_it_ends_and_silence_is_told(meet: MakePair) -> None:
    camera, session, access = meet(grant_s=3.0)
    listener = Listener(session)
    assert until(lambda: camera.renewed >= 2, 10.0)
    assert listener.silences >= 1
    assert listener.error is None
    assert camera.operations().count("CreatePullPointSubscription") == 1
    access.close()
    assert listener.ended()


@pytest.mark.usefixtures("short_turns")
def test_a_device_that_cannot_renew_is_subscribed_to_anew_without_a_gap(meet: MakePair) -> None:
    camera, session, access = meet(grant_s=3.0, slots=1, missing=frozenset({"Renew"}))
    listener = Listener(session)
    assert until(lambda: camera.operations().count("CreatePullPointSubscription") == 2, 8.0)
    assert until(lambda: len(listener.heard) == 2)
    assert listener.error is None
    access.close()
    assert listener.ended()


def test_a_device_that_restarts_breaks_the_line_and_gives_a_new_subscription(meet: MakePair) -> None:
    camera, session, access = meet(slots=1)
    listener = Listener(session)
    assert until(lambda: bool(listener.heard))
    camera.restart()
    assert listener.ended(10.0)
    assert isinstance(listener.error, DeviceUnreachable)
    again = Listener(session)
    assert until(lambda: bool(again.heard))
    assert camera.subscriptions == 1
    access.close()
    assert again.ended()


def test_a_device_that_wants_a_time_instead_of_a_duration_gets_one_by_its_own_clock(meet: MakePair) -> None:
    camera, session, access = meet(absolute_only=True, skew_s=-86_400.0)
    listener = Listener(session)
    assert until(lambda: bool(listener.heard))
    assert camera.subscriptions == 1
    access.close()
    assert listener.ended()


def test_a_device_that_does_not_wait_is_not_asked_all_the_time(meet: MakePair) -> None:
    camera, session, access = meet(impatient=True)
    listener = Listener(session)
    assert until(lambda: camera.pulled == 3, 6.0)
    assert listener.silences <= 2
    assert not until(lambda: camera.pulled > 4, 1.0)
    access.close()
    assert listener.ended()


def test_a_device_without_a_free_slot_is_busy(meet: MakePair) -> None:
    _, session, _ = meet(slots=0)
    with pytest.raises(DeviceBusy):
        next(iter(session.events()))


def test_however_often_the_line_breaks_only_one_slot_is_taken(meet: MakePair) -> None:
    camera, session, access = meet(slots=1)
    for turn in range(1, 5):
        listener = Listener(session)
        assert until(lambda: camera.pulled == 2 * turn or listener.error is not None)  # noqa: B023 - called at once
        assert listener.error is None
        camera.cut_lines()
        assert listener.ended(10.0)
        assert isinstance(listener.error, DeviceUnreachable)
        assert camera.subscriptions == 0, "it was given back on a new connection"
    access.close()


def test_setting_the_clock_while_events_are_waited_for_costs_no_refusal(meet: MakePair) -> None:
    camera, session, access = meet(skew_s=4000.0)
    listener = Listener(session)
    assert until(lambda: camera.pulled == 2)
    session.set_clock(datetime.now(UTC))
    assert session.users()
    camera.tell(say.notification("tns1:VideoSource/SignalLoss", "", "Changed", {"Source": "vs1"}, {"State": "true"}))
    assert until(lambda: len(listener.heard) == 2 and camera.pulled == 3)
    assert session.users()
    assert camera.gate.refusals == 0
    access.close()
    assert listener.ended()


def test_a_start_that_is_told_shows_in_health(meet: MakePair) -> None:
    camera, session, access = meet()
    listener = Listener(session)
    assert until(lambda: bool(listener.heard))
    message = say.notification(
        "tns1:Monitoring/OperatingTime/LastReboot", "", "Initialized", {}, {"Status": "2026-01-05T08:00:00Z"}
    )
    assert started_at(parse_notifications(answer(message))[0]) == datetime(2026, 1, 5, 8, tzinfo=UTC)
    camera.tell(message)
    assert until(lambda: session.health().started_at.status == "ok")
    assert session.health().started_at.value == datetime(2026, 1, 5, 8, tzinfo=UTC)
    access.close()
    assert listener.ended()
