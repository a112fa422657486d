"""Answers of real devices, where they are to be had. They are read, never copied."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hub_onvif.client import parse_capabilities, parse_services
from hub_onvif.clock import parse_servers, parse_time
from hub_onvif.device import parse_information, parse_mac, parse_name, parse_users
from hub_onvif.events import parse_subscription
from hub_onvif.flat import leaves
from hub_onvif.media import build_layout, choose_streams, parse_profiles, parse_sources, parse_uri
from hub_onvif.ptz import Spaces, parse_presets, parse_spaces, parse_status
from hub_onvif.recordings import parse_jobs
from hub_onvif.soap import Fault, fault_error, parse_answer
from hub_onvif.tree import Element, name_of, parse_document

from hub.api import DeviceError, ProtocolError

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "vendors"
CAPTURES = sorted(path for path in (FOLDER / "onvif").rglob("*.xml") if path.stem != "Probe")
MALFORMED = sorted((FOLDER / "malformed" / "onvif").rglob("*.xml"))
pytestmark = pytest.mark.skipif(not CAPTURES, reason="the captured answers of devices are not beside the project")

PARSERS: dict[str, Callable[[Element], Any]] = {
    "GetServices": parse_services,
    "GetCapabilities": parse_capabilities,
    "GetSystemDateAndTime": parse_time,
    "GetNTP": parse_servers,
    "GetDeviceInformation": lambda answer: parse_information(answer, mac="", name="", kind="unknown"),
    "GetNetworkInterfaces": parse_mac,
    "GetScopes": parse_name,
    "GetUsers": parse_users,
    "GetProfiles": parse_profiles,
    "GetVideoSources": parse_sources,
    "GetStreamUri": parse_uri,
    "GetSnapshotUri": parse_uri,
    "GetStatus": lambda answer: parse_status(answer, Spaces()),
    "GetPresets": parse_presets,
    "GetConfigurationOptions": parse_spaces,
    "GetRecordingJobs": parse_jobs,
    "CreatePullPointSubscription": parse_subscription,
}
BARE = "media2/GetProfiles"
"""Asked without Type, so that they hold no configuration."""


def content_of(payload: bytes) -> str:
    body = next(each for each in parse_document(payload, "x") if name_of(each) == "Body")
    return name_of(next(iter(body)))


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_answer_of_a_device_is_read(path: Path) -> None:
    payload = path.read_bytes()
    named = content_of(payload)
    operation = named.removesuffix("Response")
    if not named.endswith(("Response", "Fault")):
        # One device's answer was recorded as the question that it answers.
        with pytest.raises(ProtocolError):
            parse_answer(payload, operation)
        return
    answer = parse_answer(payload, operation)
    if isinstance(answer, Fault):
        assert isinstance(fault_error(answer, operation, 400), DeviceError)
        return
    assert all(isinstance(leaf.value, str) for _, leaf in leaves(answer, "x"))
    parser = PARSERS.get(operation)
    if parser is not None and BARE not in str(path):
        assert parser(answer) is not None


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.name)
def test_what_is_not_well_formed_is_a_protocol_error(path: Path) -> None:
    with pytest.raises(ProtocolError):
        parse_answer(path.read_bytes(), path.stem.rpartition(".")[2])


def read(name: str, operation: str) -> Element:
    answer = parse_answer((FOLDER / "onvif" / name).read_bytes(), operation)
    assert not isinstance(answer, Fault)
    return answer


def test_h265_that_media_lists_is_tolerated() -> None:
    profiles = parse_profiles(read("easy_onvif/ENP1A14-IR_25X/media1/GetProfilesResponse.xml", "GetProfiles"))
    chosen = choose_streams(build_layout(profiles, ()).of(1))
    assert (chosen[0][0], chosen[0][1].codec) == ("main", "H265")
    assert chosen[0][1].area > chosen[1][1].area


def test_profiles_without_configurations_are_no_answer() -> None:
    for device in ("ENP1A14-IR_25X", "IPG-8150PSS", "happytimesoft"):
        with pytest.raises(ProtocolError):
            parse_profiles(read(f"easy_onvif/{device}/media2/GetProfilesResponse.xml", "GetProfiles"))


def test_a_position_that_is_not_normalised_has_units_of_its_own() -> None:
    spaces = parse_spaces(
        read("easy_onvif/IPD-H4K8M05-BS/ptz/GetConfigurationOptionsResponse.xml", "GetConfigurationOptions")
    )
    told = parse_status(read("easy_onvif/IPD-H4K8M05-BS/ptz/GetStatusResponse.xml", "GetStatus"), spaces)
    assert (told.pan, told.tilt, told.zoom, told.space) == (32768, 32768, 12644, "device device")


def test_of_many_slots_the_used_ones_are_shown() -> None:
    empty = parse_presets(read("easy_onvif/IPD-H4K8M05-BS/ptz/GetPresetsResponse.xml", "GetPresets"))
    assert len(empty) == 255
    assert not any(each.used for each in empty)
    used = parse_presets(read("easy_onvif/ENP1A14-IR_25X/ptz/GetPresetsResponse.xml", "GetPresets"))
    assert {"MIMBER", "Bayan"} <= {each.name for each in used if each.used}
