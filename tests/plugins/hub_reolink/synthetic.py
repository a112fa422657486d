"""Answers of a camera and a recorder that do not exist. Synthetic: written by hand from the documented shapes."""

import json
from collections.abc import Mapping
from typing import Any

from hub.testing.devices import Reply

TOKEN = "token0123"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 200 + b"\xff\xd9"


def value(command: str, said: Mapping[str, Any]) -> Reply:
    """A good answer."""
    return Reply(body=json.dumps([{"cmd": command, "code": 0, "value": said}]).encode(), media="application/json")


def error(command: str, number: int, detail: str = "") -> Reply:
    """A refusal."""
    said = [{"cmd": command, "code": 1, "error": {"rspCode": number, "detail": detail}}]
    return Reply(body=json.dumps(said).encode(), media="application/json")


def key(command: str) -> tuple[str, str]:
    """Where a command is asked."""
    return "POST", f"/cgi-bin/api.cgi?cmd={command}" + ("" if command == "Login" else f"&token={TOKEN}")


def time(year: int, month: int, day: int, hour: int, minute: int, second: int, *, west_s: int, dst: bool) -> Reply:
    """A clock, with European summer time."""
    rule = {
        "enable": int(dst),
        "offset": 1,
        "startMon": 3,
        "startWeek": 5,
        "startWeekday": 0,
        "startHour": 2,
        "startMin": 0,
        "startSec": 0,
        "endMon": 10,
        "endWeek": 5,
        "endWeekday": 0,
        "endHour": 3,
        "endMin": 0,
        "endSec": 0,
    }
    shown = {"year": year, "mon": month, "day": day, "hour": hour, "min": minute, "sec": second}
    return value("GetTime", {"Dst": rule, "Time": {**shown, "timeZone": west_s, "timeFmt": "DD/MM/YYYY", "hourFmt": 0}})


def _table(answers: Mapping[str, Mapping[str, Any]]) -> dict[Any, Any]:
    return {key(command): value(command, said) for command, said in answers.items()}


CAMERA: dict[Any, Any] = {
    **_table(
        {
            "Login": {"Token": {"name": TOKEN, "leaseTime": 3600}},
            "Logout": {"rspCode": 200},
            "GetDevInfo": {
                "DevInfo": {
                    "model": "RLC-0000-TEST",
                    "serial": "TEST0000000001",
                    "firmVer": "v3.1.0.1",
                    "name": "Gate",
                    "exactType": "IPC",
                    "channelNum": 1,
                    "buildDay": "build 24010101",
                }
            },
            "GetLocalLink": {"LocalLink": {"mac": "00:00:5E:00:53:31", "type": "DHCP"}},
            "GetChannelstatus": {"count": 1, "status": [{"channel": 0, "name": "Gate", "online": 1}]},
            "GetEnc": {
                "Enc": {
                    "mainStream": {"vType": "h265", "size": "3840*2160", "frameRate": 20, "bitRate": 8192},
                    "subStream": {"vType": "h264", "size": "640*360", "frameRate": 10, "bitRate": 256},
                }
            },
            "GetNetPort": {"NetPort": {"rtspEnable": 1, "rtspPort": 8554, "httpsEnable": 1}},
            "GetNtp": {"Ntp": {"enable": 1, "server": "ntp.plant.example", "port": 123, "interval": 1440}},
            "GetHddInfo": {"HddInfo": [{"capacity": 60000, "size": 200, "format": 1, "mount": 1, "id": 0}]},
            "GetRecV20": {"Rec": {"enable": 1, "overwrite": 1}},
            "GetUser": {"User": [{"userName": "admin", "level": "admin"}, {"userName": "watch", "level": "guest"}]},
            "GetPtzPreset": {
                "PtzPreset": [
                    {"id": 0, "name": "Gate", "enable": 1, "channel": 0},
                    {"id": 4, "name": "Tank farm", "enable": 1, "channel": 0},
                    {"id": 5, "name": "pos6", "enable": 0, "channel": 0},
                ]
            },
            "GetPtzCurPos": {"PtzCurPos": {"Ppos": 1234, "Tpos": 50, "channel": 0}},
            "PtzCtrl": {"rspCode": 200},
            "GetOsd": {"Osd": {"osdTime": {"enable": 1, "pos": "Top Center"}}},
            "GetIsp": {"Isp": {"dayNight": "Auto"}},
            "GetImage": {"Image": {"bright": 128}},
            "SetTime": {"rspCode": 200},
            "Reboot": {"rspCode": 200},
        }
    ),
    key("GetTime"): time(2026, 7, 1, 12, 0, 0, west_s=-3600, dst=True),
    ("GET", f"/cgi-bin/api.cgi?cmd=Snap&channel=0&token={TOKEN}"): Reply(body=JPEG, media="image/jpeg"),
}

RECORDER: dict[Any, Any] = {
    **CAMERA,
    **_table(
        {
            "GetDevInfo": {
                "DevInfo": {"model": "RLN8-TEST", "serial": "TEST0000000002", "exactType": "NVR", "channelNum": 8}
            },
            "GetChannelstatus": {
                "count": 4,
                "status": [
                    {"channel": 0, "name": "Gate", "online": 1, "typeInfo": "RLC-0000-TEST"},
                    {"channel": 1, "name": "Yard", "online": 0, "typeInfo": "RLC-0000-TEST"},
                    {"channel": 2, "name": "", "online": 0, "typeInfo": ""},
                    {"channel": 3, "name": "Tank", "online": 1, "typeInfo": ""},
                ],
            },
        }
    ),
}
