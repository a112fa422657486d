"""Answers of three devices that do not exist: a camera, a recorder and a dome. Synthetic: written by hand from the
documented shapes, no byte of it comes from a device."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub_dahua.parse_table import parse_table

from hub.testing.devices import Reply, Seen

CONFIG = "/cgi-bin/configManager.cgi?action=getConfig&name="
BAD_REQUEST = Reply(body=b"Error\r\nBad Request!\r\n", media="text/plain", status=400)
NO_EVENTS = b"Error: No Events\r\n"
NO_RIGHT = Reply(
    body=b'{"error":{"code":403,"message":"Authority:check failure."},"result":false}',
    media="application/json",
    status=403,
)
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 200 + b"\xff\xd9"

Answers = Mapping[tuple[str, str], Reply]


def lines(*written: str) -> Reply:
    """An answer as such devices write it."""
    return Reply(body="".join(f"{line}\r\n" for line in written).encode(), media="text/plain")


def table_of(device: Answers, path: str) -> dict[str, str]:
    """The lines that a device answers to a question, whole or behind `/cgi-bin/`."""
    return parse_table(device["GET", path if path.startswith("/") else f"/cgi-bin/{path}"].body)


def _cgi(answers: Mapping[str, Reply | bytes]) -> dict[tuple[str, str], Reply]:
    return {
        ("GET", f"/cgi-bin/{path}"): answer if isinstance(answer, Reply) else Reply(body=answer, media="text/plain")
        for path, answer in answers.items()
    }


def _config(name: str, *rest: str) -> tuple[tuple[str, str], Reply]:
    return ("GET", f"{CONFIG}{name}"), lines(*(f"table.{name}{line}" for line in rest))


OK = b"OK\r\n"
HEARTBEAT = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nHeartbeat\r\n\r\n"


def event(text: str, *, length: int | None = None) -> bytes:
    """One part of the stream of events."""
    size = len(text) if length is None else length
    return f"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\n\r\n{text}\r\n\r\n".encode()


def stream(*parts: bytes | float, ends: bool = False) -> Reply:
    """The stream of events."""
    return Reply(stream=parts, media="multipart/x-mixed-replace; boundary=myboundary", ends=ends)


_TIME = (
    _config(
        "NTP",
        *(".Address=ntp.plant.example", ".Enable=true", ".Port=123", ".TimeZone=13", ".TimeZoneDesc=Beijing"),
        *(".ServerList[0].Address=ntp.plant.example", ".ServerList[0].Enable=true"),
        *(".ServerList[1].Address=pool.example", ".ServerList[1].Enable=false", ".UpdatePeriod=60"),
    ),
    _config("Locales", ".DSTEnable=false", ".TimeFormat=yyyy-MM-dd HH:mm:ss"),
)
_STATES = ("VideoLoss", "VideoBlind", "VideoAbnormalDetection", "StorageNotExist", "StorageFailure", "StorageLowSpace")

CAMERA: Answers = {
    **_cgi(
        {
            "magicBox.cgi?action=getSystemInfo": lines(
                "appAutoStart=true",
                "deviceType=IPC-HX0000-TEST",
                "hardwareVersion=1.00",
                "processor=S0",
                "serialNumber=TEST0CAMERA0001",
                "updateSerial=IPC-HX0000",
            ),
            "magicBox.cgi?action=getSoftwareVersion": lines("version=2.800.0000016.0.R,build:2024-06-05"),
            "magicBox.cgi?action=getVendor": lines("vendor=Dahua"),
            "magicBox.cgi?action=getMachineName": "name=北门\r\n".encode(),
            "magicBox.cgi?action=getDeviceClass": lines("class=IPC"),
            "magicBox.cgi?action=getUpTime": lines("info.last=169692", "info.total=1000000"),
            "magicBox.cgi?action=reboot": OK,
            "global.cgi?action=getCurrentTime": lines("result=2026-11-24 00:00:05"),
            "storageDevice.cgi?action=getDeviceAllInfo": lines(
                "list.info[0].Detail[0].IsError=false",
                "list.info[0].Detail[0].Path=/mnt/sd",
                "list.info[0].Detail[0].TotalBytes=60000",
                "list.info[0].Detail[0].Type=ReadWrite",
                "list.info[0].Detail[0].UsedBytes=200",
                "list.info[0].Name=/dev/mmc0",
                "list.info[0].State=Success",
            ),
            "snapshot.cgi?channel=1": Reply(body=JPEG, media="image/jpeg"),
            "userManager.cgi?action=getUserInfoAll": lines(
                *("users[0].Group=admin", "users[0].Name=admin", "users[0].Password=******"),
                *("users[1].Group=user", "users[1].Name=watch", "users[2].Group=admin", "users[2].Name=888888"),
            ),
            **{f"eventManager.cgi?action=getEventIndexes&code={code}": NO_EVENTS for code in _STATES},
            "eventManager.cgi?action=attach&codes=[All]&heartbeat=5": stream(HEARTBEAT),
            "ptz.cgi?action=getCurrentProtocolCaps&channel=1": BAD_REQUEST,
        }
    ),
    **dict(_TIME),
    **dict(
        (
            _config("ChannelTitle", "[0].Name=北门"),
            _config(
                "Encode",
                *("[0].MainFormat[0].Video.Compression=H.265", "[0].MainFormat[0].Video.FPS=25"),
                *("[0].MainFormat[0].Video.resolution=2688x1520", "[0].MainFormat[0].Video.BitRate=4096"),
                *("[0].ExtraFormat[0].VideoEnable=true", "[0].ExtraFormat[0].Video.Compression=H.264H"),
                *("[0].ExtraFormat[0].Video.Width=704", "[0].ExtraFormat[0].Video.Height=576"),
                *("[0].ExtraFormat[0].Video.FPS=12.5", "[0].ExtraFormat[1].VideoEnable=false"),
                "[0].ExtraFormat[1].Video.Compression=MJPG",
            ),
            _config("RTSP", ".Enable=true", ".Port=10554"),
            _config(
                "Network",
                *(".DefaultInterface=eth0", ".Hostname=cam", ".eth0.DhcpEnable=true", ".eth0.IPAddress=10.0.0.8"),
                *(".eth0.PhysicalAddress=00:00:5E:00:53:20", ".eth0.MTU=1500", ".wlan0.PSKPassword=hidden-here"),
            ),
            _config("General", ".MachineName=cam", ".LockLoginEnable=false", ".LockLoginTimes=5"),
            _config("MotionDetect", "[0].Enable=true"),
            _config("BlindDetect", "[0].Enable=false"),
            _config("LossDetect", "[0].Enable=true"),
            _config("RecordMode", "[0].Mode=1", "[0].ModeExtra1=2"),
            _config("StorageGroup", "[0].Name=ReadWrite", "[0].OverWrite=true"),
            _config("StorageFailure", ".Enable=false"),
            _config("StorageNotExist", ".Enable=true"),
            _config("DisableEventNotify", ".Enable=true"),
            _config("Telnet", ".Enable=true"),
        )
    ),
}

RECORDER: Answers = {
    **_cgi(
        {
            "magicBox.cgi?action=getSystemInfo": lines(
                "deviceType=31", "processor=ST0000", "serialNumber=TEST0RECORDER01", "updateSerial=DH-NVR0008-TEST"
            ),
            "magicBox.cgi?action=getSoftwareVersion": lines("version=5.001.0000000.2.R,build:2026-03-31"),
            "magicBox.cgi?action=getMachineName": lines("name=NVR"),
            "global.cgi?action=getCurrentTime": lines("result=2026-07-01 12:00:00"),
            "LogicDeviceManager.cgi?action=getCameraState&uniqueChannels[0]=-1": lines(
                *("states[0].channel=0", "states[0].connectionState=Connected"),
                *("states[1].channel=1", "states[1].connectionState=Unconnect"),
                *("states[2].channel=2", "states[2].connectionState=Connected"),
                *("states[3].channel=3", "states[3].connectionState=Empty"),
            ),
            "storageDevice.cgi?action=getDeviceAllInfo": lines(
                *("list.info[0].Detail[0].IsError=false", "list.info[0].Detail[0].TotalBytes=2000398934016.000000"),
                *("list.info[0].Detail[0].UsedBytes=2000398934016.000000", "list.info[0].Name=/dev/sda"),
                *("list.info[0].State=Success", "list.info[1].Detail[0].IsError=true"),
                *("list.info[1].Detail[0].TotalBytes=2000398934016.000000", "list.info[1].Name=/dev/sdb"),
                *("list.info[1].State=Failure", "list.info[2].Name=/dev/md0", "list.info[2].State=Degraded"),
            ),
            "eventManager.cgi?action=getEventIndexes&code=VideoLoss": lines("channels[0]=1"),
            "eventManager.cgi?action=getEventIndexes&code=StorageFailure": lines("channels[0]=0"),
            "eventManager.cgi?action=attach&codes=[All]&heartbeat=5": stream(HEARTBEAT),
            "snapshot.cgi?channel=1": Reply(body=JPEG, media="image/jpeg"),
        }
    ),
    **dict(
        (
            _config("NTP", ".Address=10.0.0.1", ".Enable=false", ".TimeZone=1", ".TimeZoneDesc=Berlin"),
            _config(
                "Locales",
                *(".DSTEnable=true", ".DSTStart.Year=2026", ".DSTStart.Month=3", ".DSTStart.Week=-1"),
                *(".DSTStart.Day=0", ".DSTStart.Hour=2", ".DSTStart.Minute=0", ".DSTEnd.Year=2026"),
                *(".DSTEnd.Month=10", ".DSTEnd.Week=-1", ".DSTEnd.Day=0", ".DSTEnd.Hour=3", ".DSTEnd.Minute=0"),
            ),
            _config("ChannelTitle", "[0].Name=Gate", "[1].Name=Yard", "[2].Name=Tank", "[3].Name=CAM 4"),
            _config(
                "RemoteDevice",
                *(".uuid:System_CONFIG_NETCAMERA_INFO_0.Address=10.0.0.21",),
                *(".uuid:System_CONFIG_NETCAMERA_INFO_0.Enable=true",),
                *(".uuid:System_CONFIG_NETCAMERA_INFO_0.Password=hidden-here",),
                *(".uuid:System_CONFIG_NETCAMERA_INFO_1.Address=10.0.0.22",),
                *(".uuid:System_CONFIG_NETCAMERA_INFO_1.Enable=true",),
            ),
            _config("General", ".MachineName=NVR", ".LockLoginEnable=true"),
            _config("LossDetect", "[0].Enable=true", "[1].Enable=true", "[2].Enable=false", "[3].Enable=false"),
            _config("RecordMode", "[0].Mode=0", "[1].Mode=2", "[2].Mode=1"),
            _config("StorageGroup", "[0].OverWrite=true"),
        )
    ),
}
# This recorder says the same to a name of a setting that it does not know and to an account without the right.
RECORDER = {("GET", "/cgi-bin/configManager.cgi"): NO_RIGHT, **RECORDER}

DOME: Answers = {
    **CAMERA,
    **_cgi(
        {
            "magicBox.cgi?action=getSystemInfo": lines("deviceType=SD0000-TEST", "serialNumber=TEST0DOME00001"),
            "ptz.cgi?action=getCurrentProtocolCaps&channel=1": lines(
                *("caps.Pan=true", "caps.Tile=true", "caps.Zoom=true", "caps.PtzMotionRange.HorizontalAngle[0]=0"),
                *("caps.PtzMotionRange.HorizontalAngle[1]=360", "caps.PtzMotionRange.VerticalAngle[0]=-5"),
                *("caps.PtzMotionRange.VerticalAngle[1]=90", "caps.ZoomMax=30", "caps.ZoomMin=1"),
            ),
            "ptz.cgi?action=getStatus&channel=1": lines(
                *("status.Action=Preset", "status.MoveStatus=Idle", "status.PTS=0", "status.Postion[0]=91.600000"),
                *("status.Postion[1]=2.600000", "status.Postion[2]=1.000000", "status.PresetID=2"),
                "status.ZoomStatus=Idle",
            ),
            "ptz.cgi?action=getPresets&channel=1": lines(
                "presets[0].Index=1", "presets[0].Name=Gate", "presets[1].Index=7", "presets[1].Name=Tank farm"
            ),
            "ptz.cgi?action=start&channel=1&code=GotoPreset&arg1=0&arg2=7&arg3=0": OK,
            "ptz.cgi?action=start&channel=1&code=PositionABS&arg1=10.5&arg2=0&arg3=2": OK,
        }
    ),
}

DAV = b"DHAV" + bytes(range(256)) * 40
_PAGES: tuple[Reply, ...] = (
    lines(
        *("found=2", "items[0].Channel=0", "items[0].StartTime=2026-01-05 18:00:00"),
        *("items[0].EndTime=2026-01-05 19:00:00", "items[0].Flags[0]=Timing", "items[0].Length=10244"),
        *("items[0].FilePath=/mnt/sd/2026-01-05/001/dav/18/18.00.00-19.00.00[R][0@0][0].dav", "items[0].Type=dav"),
        *("items[1].Channel=0", "items[1].StartTime=2026-01-05 17:00:00", "items[1].EndTime=2026-01-05 18:00:00"),
        *("items[1].Flags[0]=Event", "items[1].Events[0]=VideoMotion", "items[1].Length=10244"),
        *("items[1].FilePath=/mnt/sd/2026-01-05/001/dav/17/17.00.00-18.00.00[M][0@0][0].dav", "items[1].Type=dav"),
    ),
    lines("found=0"),
)


def footage(pages: Sequence[Reply] = _PAGES, finder: str = "1234567") -> dict[Any, Any]:
    """A device with recordings: a finder, its pages in turn, its end, and the files."""
    turn: Iterator[Reply] = iter(())

    def finders(seen: Seen) -> Reply:
        nonlocal turn
        if "action=factory.create" in seen.path:
            turn = iter(pages)
            return lines(f"result={finder}")
        if "action=findNextFile" in seen.path:
            return next(turn, lines("found=0"))
        return Reply(body=OK, media="text/plain")

    return {
        ("GET", "/cgi-bin/mediaFileFind.cgi"): finders,
        **{
            ("GET", f"/cgi-bin/RPC_Loadfile/mnt/sd/2026-01-05/001/dav/{name}.dav"): Reply(
                body=DAV, media="application/octet-stream"
            )
            for name in ("17/17.00.00-18.00.00[M][0@0][0]", "18/18.00.00-19.00.00[R][0@0][0]")
        },
    }
