"""Whatever a device sends: an answer, or an error of the taxonomy, in bounded time."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hub_onvif.client import parse_capabilities, parse_services, read_answer
from hub_onvif.clock import parse_servers, parse_time
from hub_onvif.device import parse_information, parse_mac, parse_name, parse_users
from hub_onvif.events import parse_granted, parse_notifications, parse_subscription, started_at, to_event
from hub_onvif.flat import leaves
from hub_onvif.media import build_layout, choose_streams, parse_profiles, parse_sources, parse_uri
from hub_onvif.ptz import Spaces, parse_presets, parse_spaces, parse_status, shown_presets
from hub_onvif.recordings import by_channel, parse_changes, parse_holdings, parse_job_state, parse_jobs, to_pieces
from hub_onvif.soap import Fault, fault_error
from hub_onvif.tree import Element, body_head
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.api import DeviceError
from tests.servers import onvif_answers as say

DAY = datetime(2026, 1, 5, tzinfo=UTC)
SUBSCRIBED = say.response(
    "tev",
    "CreatePullPointSubscription",
    "<tev:SubscriptionReference><wsa:Address>http://h/p</wsa:Address><wsa:ReferenceParameters><a/>"
    "</wsa:ReferenceParameters></tev:SubscriptionReference><wsnt:CurrentTime>2026-01-05T08:00:00Z</wsnt:CurrentTime>"
    "<wsnt:TerminationTime>2026-01-05T08:03:00Z</wsnt:TerminationTime>",
)
EVENTS = say.response(
    "tev",
    "PullMessages",
    say.notification("tns1:VideoSource/SignalLoss/.", "2026-01-05T08:00:00Z", "Changed", {"Source": "vs1"},
                     {"State": "true"})
    + say.notification("tns1:Monitoring/OperatingTime/LastReboot", "x", "Initialized", {},
                       {"Status": "2026-01-05T08:00:00+08:00"}),
)  # fmt: skip


def read_profiles(answer: Element) -> Any:
    layout = build_layout(parse_profiles(answer), ["vs1", "vs2"])
    return [choose_streams(channel) for channel in layout.channels if channel]


def read_events(answer: Element) -> Any:
    return [(to_event(told, None), started_at(told)) for told in parse_notifications(answer)]


def read_footage(answer: Element) -> Any:
    holdings, _ = parse_holdings(answer)
    return [to_pieces(each, (), 1, DAY, datetime(9999, 1, 1, tzinfo=UTC)) for each in holdings]


def read_jobs(answer: Element) -> Any:
    jobs = parse_jobs(answer)
    profiles = read_answer(200, say.profiles(1), "GetProfiles")
    return by_channel(dict.fromkeys(jobs, True), jobs, build_layout(parse_profiles(profiles), ()))  # type: ignore[arg-type]


SUBJECTS: list[tuple[str, bytes, Callable[[Element], Any]]] = [
    ("GetServices", say.services("http://h"), parse_services),
    ("GetCapabilities", say.response("tds", "GetCapabilities", "<tds:Capabilities><tt:Media><tt:XAddr>http://h/m"
     "</tt:XAddr></tt:Media></tds:Capabilities>"), parse_capabilities),
    ("GetSystemDateAndTime", say.system_time(DAY, "NTP", "CET-1CEST,M3.5.0,M10.5.0/3"), parse_time),
    ("GetSystemDateAndTime", say.system_time(DAY).replace(b"UTCDate", b"LocalDate"), parse_time),
    ("GetNTP", say.ntp("time.example.com"), parse_servers),
    ("GetDeviceInformation", say.information(),
     lambda answer: parse_information(answer, mac="", name="", kind="unknown")),
    ("GetNetworkInterfaces", say.interfaces(), parse_mac),
    ("GetScopes", say.scopes(), parse_name),
    ("GetUsers", say.users({"a": "User"}), parse_users),
    ("GetProfiles", say.profiles(2), read_profiles),
    ("GetProfiles", say.profiles2(1), read_profiles),
    ("GetVideoSources", say.video_sources(2), parse_sources),
    ("GetStreamUri", say.media_uri("GetStreamUri", "rtsp://a:b@h:554/x?user=a"), parse_uri),
    ("GetStatus", say.status(0.1, 0.2, 0.3), lambda answer: parse_status(answer, Spaces())),
    ("GetPresets", say.presets({"1": "a"}, 40), lambda answer: shown_presets(parse_presets(answer))),
    ("GetConfigurationOptions", say.spaces(), parse_spaces),
    ("CreatePullPointSubscription", SUBSCRIBED, lambda answer: (parse_subscription(answer), parse_granted(answer))),
    ("PullMessages", EVENTS, read_events),
    ("GetRecordingSearchResults", say.recording_information("2026-01-05T00:00:00Z", "2026-01-05T06:00:00Z"),
     read_footage),
    ("GetEventSearchResults", say.recording_changes({"2026-01-05T01:00:00Z": True}), parse_changes),
    ("GetRecordingJobs", say.jobs(), read_jobs),
    ("GetRecordingJobState", say.job_state("Active"), parse_job_state),
    ("GetImagingSettings", say.imaging("50"), lambda answer: list(leaves(answer, "x"))),
]  # fmt: skip

ODD = st.sampled_from(
    ["", "NaN", "-1", "9" * 30, "1e400", "0000-00-00T00:00:00Z", "true", "\u2603" * 40, "../..", "a" * 5000, "rtsp://",
     "http://[", "P1Y", "PT99999999999S", "24", "60", "&amp;", "://@"]
)  # fmt: skip


def ask(operation: str, payload: bytes, parser: Callable[[Element], Any], status: int = 200) -> None:
    began, message = time.process_time(), ""
    try:
        answer = read_answer(status, payload, operation)
        if isinstance(answer, Fault):
            assert isinstance(fault_error(answer, operation, status), DeviceError)
        else:
            parser(answer)
    except DeviceError as error:
        message = error.message
    assert len(message) < 1500
    assert time.process_time() - began < 2.0


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """The body with pieces gone, doubled, overwritten, or with odd values in it."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(body) - 1, 0)))
        end = min(len(body), start + draw(st.integers(0, 60)))
        kind = draw(st.sampled_from(["cut", "double", "noise", "odd", "odd", "end"]))
        if kind == "cut":
            body = body[:start] + body[end:]
        elif kind == "double":
            body = body[:end] + body[start:]
        elif kind == "noise":
            body = body[:start] + draw(st.binary(max_size=8)) + body[end:]
        elif kind == "end":
            body = body[:start]
        else:
            texts = list(re.finditer(rb'(?<=>)[^<>]+(?=<)|(?<=")[^"<>]+(?=")', body))
            if texts:
                found = texts[draw(st.integers(0, len(texts) - 1))]
                body = body[: found.start()] + draw(ODD).encode() + body[found.end() :]
    return body


@pytest.mark.parametrize(("operation", "body", "parser"), SUBJECTS, ids=[f"{n}-{s[0]}" for n, s in enumerate(SUBJECTS)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damage_is_an_answer_or_an_error_of_the_taxonomy(
    operation: str, body: bytes, parser: Callable[[Element], Any], data: st.DataObject
) -> None:
    ask(operation, body, parser)
    ask(operation, data.draw(damaged(body)), parser, data.draw(st.sampled_from([200, 200, 200, 400, 500])))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([200, 401, 404, 500]))
def test_noise_is_an_error_of_the_taxonomy(payload: bytes, status: int) -> None:
    ask("GetProfiles", payload, parse_profiles, status)
    assert len(body_head(payload)) <= 160


def test_what_is_large_and_deep_ends_in_time() -> None:
    flood = say.response("tev", "PullMessages", "<wsnt:NotificationMessage/>" * 50_000)
    ask("PullMessages", flood, read_events)
    ask("GetPresets", say.presets({}, 20_000), parse_presets)
    ask("GetProfiles", b"<a " + b"b='c' " * 50_000 + b"/>", parse_profiles)
    ask("GetProfiles", b"<?xml " + b" " * 200_000 + b"?>", parse_profiles)
    ask("GetProfiles", b"<password>" * 100_000, parse_profiles)
    deep = "<tt:a>" * 200 + "1" + "</tt:a>" * 200
    ask(
        "GetImagingSettings", say.response("timg", "GetImagingSettings", deep), lambda answer: list(leaves(answer, "x"))
    )
