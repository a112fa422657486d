"""`hub_uniview` keeps the contract of vendors, over real sockets with HTTP digest. All answers are synthetic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.testing.contracts.vendor import VendorContract
from tests.plugins.hub_uniview.synthetic import NOT_SUPPORTED, camera, channels, data, disks, get, info, time_is

STORAGE = get("Storage/Containers/DetailInfos")


class TestUniview(VendorContract):
    module = "hub_uniview"
    name = "uniview"
    # LAPI has no word for a full disk that does not overwrite.
    disk_kinds = ("none", "error", "overwriting")

    def replies(self) -> Mapping[Any, Any]:
        return camera()

    def no_channels(self) -> Mapping[Any, Any]:
        return {get("Channels/System/ChannelDetailInfos"): channels()}

    def offline_channels(self) -> tuple[Mapping[Any, Any], frozenset[int]]:
        told = channels((1, 0, "10.0.1.1"), (2, 1, "10.0.1.2"), (5, 0, "10.0.1.5"))
        return {get("Channels/System/ChannelDetailInfos"): told}, frozenset({1, 5})

    def disks(self, kind: str) -> Mapping[Any, Any]:
        told = {"none": disks((0, 0)), "error": disks((5, 10)), "overwriting": disks((3, 0))}
        return {STORAGE: told[kind]}

    def clock_shows(self, at: datetime) -> Mapping[Any, Any]:
        return {get("System/Time"): time_is(at)}

    def unknown_words(self) -> Mapping[Any, Any]:
        return {
            get("System/DeviceInfo"): info("HOLO-1"),
            STORAGE: disks((99, 10)),
            get("System/Time/NTP"): data({"Enabled": "perhaps"}),
            get("Channels/0/Alarm/MotionDetection/Rule"): data({"Enabled": "dreaming"}),
            get("Channels/0/Alarm/TamperDetection/Rule"): NOT_SUPPORTED,
        }

    def events_stream(self) -> Mapping[Any, Any]:
        return {}
