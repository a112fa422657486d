"""`hub_axis` keeps the contract of vendors, over real sockets with HTTP digest. All answers are synthetic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.testing.contracts.vendor import VendorContract
from hub.testing.devices import Reply
from tests.plugins.hub_axis.synthetic import RECORDINGS, camera, data, disks, text, time_is


class TestAxis(VendorContract):
    module = "hub_axis"
    name = "axis"

    def replies(self) -> Mapping[Any, Any]:
        return camera()

    def no_channels(self) -> Mapping[Any, Any]:
        return {("GET", "/axis-cgi/param.cgi"): text("# Error: Error -1 getting param in group 'root.Image'\n")}

    def offline_channels(self) -> tuple[Mapping[Any, Any], frozenset[int]]:
        # VAPIX does not tell whether a picture source delivers.
        return {}, frozenset()

    def disks(self, kind: str) -> Mapping[Any, Any]:
        replies = {
            "none": disks("disconnected", size=0),
            "full": disks("OK", full="yes", policy="none"),
            "overwriting": disks("OK", full="yes"),
            "error": disks("failed"),
        }
        return {("GET", "/axis-cgi/disks/list.cgi"): replies[kind]}

    def clock_shows(self, at: datetime) -> Mapping[Any, Any]:
        return {("POST", "/axis-cgi/time.cgi"): time_is(at)}

    def unknown_words(self) -> Mapping[Any, Any]:
        strange = RECORDINGS.replace('="recording"', '="dreaming"').replace('="continuous"', '="holographic"')
        return {
            ("GET", "/axis-cgi/disks/list.cgi"): disks("levitating"),
            ("GET", "/axis-cgi/record/list.cgi"): Reply(body=strange.encode(), media="text/xml"),
            ("GET", "/axis-cgi/temperaturecontrol.cgi"): text("Laser.L0.Status=Warm\nFan.F0.Status=Gliding\n"),
            ("POST", "/axis-cgi/systemready.cgi"): data({"systemready": "perhaps", "uptime": "long"}),
        }

    def events_stream(self) -> Mapping[Any, Any]:
        return {}
