"""Answers of a turning camera and of a recorder. All synthetic: written by hand after second-hand descriptions."""

import json
from datetime import UTC, datetime
from typing import Any

from hub.testing.devices import Answer, Reply

Table = dict[tuple[str, str], Answer]
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 4 + b"\xff\xd9"
BASE = "/LAPI/V1.0"


def data(inner: Any, *, status: int = 200, code: int = 0, word: str = "Succeed") -> Reply:
    told = {"Response": {"ResponseURL": "/x", "ResponseCode": code, "ResponseString": word, "Data": inner}}
    return Reply(status=status, body=json.dumps(told).encode(), media="application/json")


OK = data(None)
NOT_SUPPORTED = data(None, code=4, word="Not Supported")


def get(path: str) -> tuple[str, str]:
    return ("GET", f"{BASE}/{path}")


def put(path: str) -> tuple[str, str]:
    return ("PUT", f"{BASE}/{path}")


def info(model: str) -> Reply:
    return data({"DeviceName": "Dock", "DeviceModel": model, "SerialNumber": "210235X", "FirmwareVersion": "B1221"})


def disks(*entries: tuple[int, int]) -> Reply:
    made = [
        {"ID": number, "TotalCapacity": 1000, "RemainCapacity": left, "Status": status}
        for number, (status, left) in enumerate(entries, start=1)
    ]
    return data({"LocalHDDNum": len(made), "LocalHDDList": made, "NASNum": 0})


def time_is(at: datetime) -> Reply:
    return data({"TimeZone": "GMT+08:00", "DeviceTime": round(at.timestamp()), "DateFormat": 1})


def channels(*entries: tuple[int, int, str]) -> Reply:
    made = [
        {"ID": number, "Name": f"c{number}", "Status": status, "AddressInfo": {"Address": address}}
        for number, status, address in entries
    ]
    return data({"Nums": len(made), "DetailInfos": made})


def stream(path: str) -> Reply:
    return data({"LoginName": "admin", "PIN": "4711", "URL": f"rtsp://192.168.1.30:5540/{path}"})


def camera() -> Table:
    now = datetime.now(UTC)
    return {
        get("System/DeviceInfo"): info("IPC6424SR"),
        get("Channels/0/Media/Video/Streams/0/LiveStreamURL"): stream("media/video1"),
        get("Channels/0/Media/Video/Streams/1/LiveStreamURL"): stream("media/video2"),
        get("Channels/0/Media/Video/Streams/0/Snapshot"): Reply(body=JPEG, media="image/jpeg"),
        get("Channels/0/PTZ/Presets"): data({"Nums": 1, "PresetInfos": [{"ID": 7, "Name": "Gate"}]}),
        put("Channels/0/PTZ/Presets/7/Goto"): OK,
        get("Channels/0/PTZ/AbsoluteMove"): data({"Longitude": 12.5, "Latitude": -3.25}),
        put("Channels/0/PTZ/AbsoluteMove"): OK,
        get("Channels/0/PTZ/AbsoluteZoom"): data({"ZoomRatio": 2.0}),
        put("Channels/0/PTZ/AbsoluteZoom"): OK,
        get("Channels/0/Alarm/MotionDetection/Rule"): data({"Enabled": 0, "Sensitivity": 50}),
        put("Channels/0/Alarm/MotionDetection/Rule"): OK,
        get("Channels/0/Alarm/TamperDetection/Rule"): data({"Enabled": 1, "Sensitivity": 50, "Duration": 10}),
        get("System/Time"): time_is(now),
        put("System/Time"): OK,
        get("System/Time/NTP"): data({"Enabled": 0, "IPAddress": "10.0.0.1", "Password": "hidden"}),
        get("Storage/Containers/DetailInfos"): disks((3, 10)),
        put("System/Reboot"): Reply(),
    }


def recorder() -> Table:
    return {
        get("System/DeviceInfo"): data(None, code=4, word="Not Supported"),
        get("System/DeviceBasicInfo"): info("NVR302-16S2"),
        get("Channels/System/ChannelDetailInfos"): channels((1, 1, "10.0.1.1"), (2, 0, "10.0.1.2"), (3, 0, "")),
        get("Channels/1/Media/Video/Streams/0/LiveStreamURL"): stream("unicast/c1/s0/live"),
        get("System/Time"): time_is(datetime.now(UTC)),
        get("System/Time/NTP"): data({"Enabled": 1, "DomainName": "ntp.example"}),
        get("Storage/Containers/DetailInfos"): disks((3, 0), (5, 9), (0, 0), (1, 0)),
    }
