"""What the hub asks of every vendor, of a camera that does not exist."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hub.testing.contracts import DiskKind, VendorContract
from tests.plugins.hub_dahua.synthetic import BAD_REQUEST, CAMERA, CONFIG, RECORDER, event, footage, lines, stream

_EUROPE = RECORDER["GET", f"{CONFIG}Locales"], lines("table.NTP.Enable=false", "table.NTP.TimeZone=1")


class TestDahua(VendorContract):
    module = "hub_dahua"
    name = "dahua"
    user: ClassVar[str] = "watch"

    def replies(self) -> Mapping[Any, Any]:
        return {**CAMERA, **footage()}

    def no_channels(self) -> Mapping[Any, Any]:
        return {("GET", f"{CONFIG}ChannelTitle"): lines("table.ChannelTitle=")}

    def offline_channels(self) -> tuple[Mapping[Any, Any], frozenset[int]]:
        states = "/cgi-bin/LogicDeviceManager.cgi?action=getCameraState&uniqueChannels[0]=-1"
        said = [(0, "Connected"), (1, "Unconnect"), (2, "Disconnect"), (3, "Empty")]
        told = [f"states[{n}].{line}" for n, word in said for line in (f"channel={n}", f"connectionState={word}")]
        return {**RECORDER, ("GET", states): lines(*told)}, frozenset((2, 3))

    def disks(self, kind: DiskKind) -> Mapping[Any, Any]:
        disks = ("GET", "/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo")
        if kind == "none":
            return {disks: BAD_REQUEST}
        size = "1000204886016.000000"
        lived = "Failure" if kind == "error" else "Success"
        told = [f"State={lived}", f"Detail[0].TotalBytes={size}", f"Detail[0].UsedBytes={size}", "Name=/dev/sda"]
        overwrites = "false" if kind == "full" else "true"
        return {
            disks: lines(*(f"list.info[0].{line}" for line in told)),
            ("GET", f"{CONFIG}StorageGroup"): lines(f"table.StorageGroup[0].OverWrite={overwrites}"),
        }

    def clock_shows(self, at: datetime) -> Mapping[Any, Any]:
        locales, ntp = _EUROPE
        summer = datetime(2026, 3, 29, 1) <= at.replace(tzinfo=None) < datetime(2026, 10, 25, 1)
        local = at + timedelta(hours=2 if summer else 1)
        return {
            ("GET", "/cgi-bin/global.cgi?action=getCurrentTime"): lines(f"result={local:%Y-%m-%d %H:%M:%S}"),
            ("GET", f"{CONFIG}NTP"): ntp,
            ("GET", f"{CONFIG}Locales"): locales,
        }

    def unknown_words(self) -> Mapping[Any, Any]:
        disks = ("GET", "/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo")
        return {
            disks: lines("list.info[0].State=Entangled", "list.info[0].Detail[0].Type=Quantum"),
            ("GET", "/cgi-bin/magicBox.cgi?action=getDeviceClass"): lines("class=ORB"),
            ("GET", f"{CONFIG}RecordMode"): lines("table.RecordMode[0].Mode=9"),
            ("GET", f"{CONFIG}Encode"): lines("table.Encode[0].MainFormat[0].Video.Compression=H.299"),
        }

    def events_stream(self) -> Mapping[Any, Any]:
        attach = ("GET", "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5")
        return {attach: stream(event("Code=VideoBlind;action=Start;index=0"))}
