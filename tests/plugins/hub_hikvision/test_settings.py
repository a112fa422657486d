"""Settings of a camera, read and given back, over real sockets. All answers are synthetic."""

import pytest

from hub.api import DeviceRejected, ProtocolError, RebootRequired, Unsupported
from hub.testing.devices import Fault
from tests.plugins.hub_hikvision.opened import asked, opened
from tests.plugins.hub_hikvision.synthetic import camera, told


def test_settings_are_flat_and_hold_neither_secrets_nor_what_changes_by_itself() -> None:
    with opened(camera()) as (session, _):
        settings = session.settings()
    assert settings["System/time/timeMode"] == "manual"
    assert "System/time/localTime" not in settings
    assert settings["Streaming/channels/StreamingChannel[101]/Video/videoCodecType"] == "H.264"
    overlay = "System/Video/inputs/channels/1/overlays/TextOverlayList/TextOverlay[1]/displayText"
    assert settings[overlay] == "Gate & yard"
    assert settings["Event/triggers/EventTrigger[VMD-1]/eventType"] == "VMD"
    assert list(settings) == sorted(settings)


def test_settings_fail_as_a_whole_rather_than_lose_a_part() -> None:
    table = {**camera(), ("GET", "/ISAPI/Event/triggers"): Fault(500)}
    with opened(table) as (session, _), pytest.raises(ProtocolError):
        session.settings()


def test_a_setting_is_given_back_within_the_whole_of_what_was_read() -> None:
    changes = {
        "Streaming/channels/StreamingChannel[101]/Video/videoCodecType": "H.265",
        "System/Video/inputs/channels/1/motionDetection/MotionDetectionLayout/sensitivityLevel": "80",
    }
    with opened(camera()) as (session, server):
        session.apply(changes)
        puts = {seen.path: seen.body for seen in server.requests if seen.method == "PUT"}
    stream = puts["/ISAPI/Streaming/channels/101"]
    assert b"<videoCodecType>H.265</videoCodecType>" in stream
    assert b"<maxFrameRate>2500</maxFrameRate>" in stream
    assert b"hikvision.com/ver20/XMLSchema" in stream
    assert b"<sensitivityLevel>80<" in puts["/ISAPI/System/Video/inputs/channels/1/motionDetection"]


@pytest.mark.parametrize(
    "name",
    [
        "System/Network/interfaces/NetworkInterface[1]/IPAddress/ipAddress",
        "Security/users/User[1]/userName",
        "System/time/noSuchThing",
        "System/time",
        "Nowhere/at/all",
        "Streaming/channels/StreamingChannel[999]/enabled",
    ],
)
def test_what_is_set_by_hand_only_is_refused_before_anything_is_set(name: str) -> None:
    good = "System/Video/inputs/channels/1/motionDetection/enabled"
    with opened(camera()) as (session, server):
        with pytest.raises(Unsupported):
            session.apply({good: "false", name: "x"})
        assert asked(server, "PUT") == []


def test_settings_that_need_a_restart_are_all_set_first() -> None:
    motion = "/ISAPI/System/Video/inputs/channels/1/motionDetection"
    table = {**camera(), ("PUT", motion): told(7, "Reboot Required", "rebootRequired")}
    with opened(table) as (session, server):
        with pytest.raises(RebootRequired):
            session.apply(
                {
                    "System/Video/inputs/channels/1/motionDetection/enabled": "false",
                    "Streaming/channels/StreamingChannel[101]/enabled": "true",
                }
            )
        assert len(asked(server, "PUT")) == 2


def test_values_that_the_device_refuses_are_rejected() -> None:
    refused = told(6, "Invalid Content", "badParameters", status=400)
    table = {**camera(), ("PUT", "/ISAPI/Streaming/channels/101"): refused}
    with opened(table) as (session, _), pytest.raises(DeviceRejected, match="badParameters"):
        session.apply({"Streaming/channels/StreamingChannel[101]/Video/videoCodecType": "H.999"})
