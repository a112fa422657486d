"""`hub_hikvision` keeps the contract of vendors, over real sockets with HTTP digest. All answers are synthetic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.testing.contracts.vendor import VendorContract
from hub.testing.devices import Reply
from tests.plugins.hub_hikvision.synthetic import (
    HEARTBEAT,
    alert,
    alert_stream,
    camera,
    disk,
    info,
    inputs,
    new_york,
    part,
    proxy,
    proxy_state,
    storage,
    stream,
    streams,
    time_is,
    trigger,
    triggers,
    xml,
)

STORAGE = ("GET", "/ISAPI/ContentMgmt/Storage")


class TestHikvision(VendorContract):
    module = "hub_hikvision"
    name = "hikvision"

    def replies(self) -> Mapping[Any, Any]:
        return camera()

    def no_channels(self) -> Mapping[Any, Any]:
        return {
            ("GET", "/ISAPI/System/Video/inputs/channels"): inputs(),
            ("GET", "/ISAPI/Streaming/channels"): streams(),
        }

    def offline_channels(self) -> tuple[Mapping[Any, Any], frozenset[int]]:
        states = proxy_state(2, False) + proxy_state(3, True) + proxy_state(4, True, "userNameOrPasswordError")
        return {
            ("GET", "/ISAPI/ContentMgmt/InputProxy/channels"): xml(
                f"<InputProxyChannelList>{proxy(2, 'b')}{proxy(3, 'c')}{proxy(4, 'd')}</InputProxyChannelList>"
            ),
            ("GET", "/ISAPI/ContentMgmt/InputProxy/channels/status"): xml(
                f"<InputProxyChannelStatusList>{states}</InputProxyChannelStatusList>"
            ),
        }, frozenset({2, 4})

    def disks(self, kind: str) -> Mapping[Any, Any]:
        told = {
            "none": disk(1, "offline", 0, 0),
            "full": disk(1, "full", 1000, 0),
            "overwriting": disk(1, "ok", 1000, 0),
            "error": disk(1, "error", 1000, 400),
        }
        return {STORAGE: storage(told[kind])}

    def clock_shows(self, at: datetime) -> Mapping[Any, Any]:
        return {("GET", "/ISAPI/System/time"): new_york(at)}

    def unknown_words(self) -> Mapping[Any, Any]:
        return {
            ("GET", "/ISAPI/System/deviceInfo"): info("Hologram", "DS-X"),
            STORAGE: storage(disk(1, "levitating", 1000, 10)),
            ("GET", "/ISAPI/System/time"): time_is("2026-01-05T10:00:00+08:00", "nowhere", "quantum"),
            ("GET", "/ISAPI/Streaming/channels"): xml(
                f"<StreamingChannelList>{stream(101, 'H.299')}{stream(177)}</StreamingChannelList>"
            ),
            ("GET", "/ISAPI/Event/triggers"): triggers(trigger("dreamdetection", 1, "telepathy")),
            ("GET", "/ISAPI/System/workingstatus"): Reply(
                body=b'{"WorkingStatus":{"ChanStatus":[{"chanNo":1,"record":"perhaps"}],"more":[]}}'
            ),
        }

    def events_stream(self) -> Mapping[Any, Any]:
        said = part(HEARTBEAT), part(alert("VMD")), part(alert("dreamdetection"))
        return {("GET", "/ISAPI/Event/notification/alertStream"): alert_stream(*said)}
