"""Answers of a camera, a recorder for network cameras and a hybrid recorder. All synthetic: written by hand after the
documented shapes, of no real device."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hub.testing.devices import Answer, Reply

Table = dict[tuple[str, str], Answer]

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 4 + b"\xff\xd9"
NAMESPACE = "http://www.hikvision.com/ver20/XMLSchema"
NEWER = "http://www.isapi.org/ver20/XMLSchema"
MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 2000
PLAYBACK = "rtsp://10.0.0.8/Streaming/tracks/101/?starttime=20260105T{}0000Z&amp;endtime=20260105T{}0000Z&amp;size=4096"


def xml(inner: str, namespace: str = NAMESPACE, **more: object) -> Reply:
    """A document; the root's namespace is put into its first tag."""
    head, end, rest = inner.strip().partition(">")
    head, slash = (head[:-1], "/") if head.endswith("/") else (head, "")
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{head} version="2.0" xmlns="{namespace}"{slash}{end}{rest}\n'
    return Reply(body=text.encode(), media="application/xml", **more)  # type: ignore[arg-type]


def told(code: int, word: str, reason: str = "", *, status: int = 200) -> Reply:
    """A `ResponseStatus`."""
    return xml(
        f"<ResponseStatus><requestURL>/ISAPI/x</requestURL><statusCode>{code}</statusCode>"
        f"<statusString>{word}</statusString><subStatusCode>{reason}</subStatusCode></ResponseStatus>",
        status=status,
    )


OK = told(1, "OK", "ok")
NOT_SUPPORTED = told(4, "Invalid Operation", "notSupport", status=403)


def info(kind: str, model: str, firmware: str = "V5.7.3") -> Reply:
    return xml(
        f"<DeviceInfo><deviceName>Gate & yard</deviceName><model>{model}</model>"
        f"<serialNumber>{model}20260101AAWRC1</serialNumber><macAddress>BC-AD-28-00-11-22</macAddress>"
        f"<firmwareVersion>{firmware}</firmwareVersion><firmwareReleasedDate>build 220112</firmwareReleasedDate>"
        f"<deviceType>{kind}</deviceType></DeviceInfo>"
    )


def stream(number: int, codec: str = "H.264", width: int = 1920, height: int = 1080, enabled: str = "true") -> str:
    return (
        f"<StreamingChannel><id>{number}</id><channelName>c</channelName><enabled>{enabled}</enabled>"
        "<Transport><rtspPortNo>554</rtspPortNo></Transport>"
        f"<Video><enabled>true</enabled><videoCodecType>{codec}</videoCodecType>"
        f"<videoResolutionWidth>{width}</videoResolutionWidth><videoResolutionHeight>{height}</videoResolutionHeight>"
        "<maxFrameRate>2500</maxFrameRate></Video></StreamingChannel>"
    )


def streams(*numbers: int) -> Reply:
    return xml(f"<StreamingChannelList>{''.join(map(stream, numbers))}</StreamingChannelList>")


def inputs(*entries: tuple[int, str, str]) -> Reply:
    made = "".join(
        f"<VideoInputChannel><id>{number}</id><inputPort>{number}</inputPort><name>{name}</name>"
        f"<videoInputEnabled>true</videoInputEnabled><resDesc>{seen}</resDesc></VideoInputChannel>"
        for number, name, seen in entries
    )
    return xml(f"<VideoInputChannelList>{made}</VideoInputChannelList>")


def proxy(number: int, name: str) -> str:
    return (
        f"<InputProxyChannel><id>{number}</id><name>{name}</name><sourceInputPortDescriptor>"
        f"<ipAddress>192.168.254.{number}</ipAddress><userName>admin</userName><password>hidden</password>"
        "</sourceInputPortDescriptor></InputProxyChannel>"
    )


def proxy_state(number: int, online: bool, found: str = "connect") -> str:
    return (
        f"<InputProxyChannelStatus><id>{number}</id><online>{str(online).lower()}</online>"
        f"<chanDetectResult>{found}</chanDetectResult></InputProxyChannelStatus>"
    )


def disk(number: int, status: str, capacity: int, free: int) -> str:
    return (
        f"<hdd><id>{number}</id><hddName>hdd{number}</hddName><hddType>SATA</hddType><status>{status}</status>"
        f"<capacity>{capacity}</capacity><freeSpace>{free}</freeSpace><property>RW</property></hdd>"
    )


def storage(*disks: str, shares: str = "") -> Reply:
    return xml(
        f"<storage><hddList>{''.join(disks)}</hddList><nasList>{shares}</nasList><workMode>quota</workMode></storage>"
    )


def trigger(code: str, channel: int | None, *methods: str) -> str:
    of = "" if channel is None else f"<videoInputChannelID>{channel}</videoInputChannelID>"
    ways = "".join(
        f"<EventTriggerNotification><id>{way}</id><notificationMethod>{way}</notificationMethod>"
        "</EventTriggerNotification>"
        for way in methods
    )
    return (
        f"<EventTrigger><id>{code}-{channel or 0}</id><eventType>{code}</eventType>{of}"
        f"<EventTriggerNotificationList>{ways}</EventTriggerNotificationList></EventTrigger>"
    )


def triggers(*entries: str) -> Reply:
    return xml(f"<EventTriggerList>{''.join(entries)}</EventTriggerList>")


def time_is(local: str, zone: str = "CST-8:00:00", mode: str = "manual") -> Reply:
    return xml(f"<Time><timeMode>{mode}</timeMode><localTime>{local}</localTime><timeZone>{zone}</timeZone></Time>")


NEW_YORK = "EST5:00:00EDT01:00:00,M3.2.0/02:00:00,M11.1.0/02:00:00"


def new_york(at: datetime, mode: str = "manual") -> Reply:
    """A clock in New York whose suffix says winter all year, as much firmware has it."""
    summer = datetime(at.year, 3, 15, tzinfo=UTC) < at < datetime(at.year, 10, 31, tzinfo=UTC)
    wall = at.astimezone(UTC) - timedelta(hours=4 if summer else 5)
    return time_is(f"{wall:%Y-%m-%dT%H:%M:%S}-05:00", NEW_YORK, mode)


def alert(
    code: str, state: str = "active", channel: int = 1, count: int = 1, at: str = "2026-01-05T10:00:00+08:00"
) -> bytes:
    return (
        f'<EventNotificationAlert version="2.0" xmlns="{NAMESPACE}">\r\n<ipAddress>10.0.0.8</ipAddress>\r\n'
        f"<channelID>{channel}</channelID>\r\n<dateTime>{at}</dateTime>\r\n<activePostCount>{count}</activePostCount>\r\n"
        f"<eventType>{code}</eventType>\r\n<eventState>{state}</eventState>\r\n"
        "<eventDescription>Motion & more</eventDescription>\r\n<channelName>Gate & yard</channelName>\r\n"
        "</EventNotificationAlert>"
    ).encode()


HEARTBEAT = alert("videoloss", "inactive", 0, 0)


def part(body: bytes, media: str = 'application/xml; charset="UTF-8"', boundary: str = "boundary") -> bytes:
    head = f"--{boundary}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return head + body + b"\r\n"


def alert_stream(*parts: bytes | float) -> Reply:
    return Reply(media="multipart/mixed; boundary=boundary", stream=parts)


def found(*spans: tuple[int, int], status: str = "OK", track: int = 101) -> Reply:
    items = "".join(
        f"<searchMatchItem><trackID>{track}</trackID><timeSpan><startTime>2026-01-05T{start:02}:00:00Z</startTime>"
        f"<endTime>2026-01-05T{end:02}:00:00Z</endTime></timeSpan><mediaSegmentDescriptor>"
        f"<playbackURI>{PLAYBACK.format(f'{start:02}', f'{end:02}')}</playbackURI></mediaSegmentDescriptor>"
        "<metadataMatches><metadataDescriptor>recordType.meta.hikvision.com/timing</metadataDescriptor>"
        "</metadataMatches></searchMatchItem>"
        for start, end in spans
    )
    return xml(
        f"<CMSearchResult><responseStatus>true</responseStatus><responseStatusStrg>{status}</responseStatusStrg>"
        f"<numOfMatches>{len(spans)}</numOfMatches><matchList>{items}</matchList></CMSearchResult>",
        NEWER,
    )


def sadp_answer(
    address: str = "127.0.0.1", activated: str = "true", mac: str = "bc-ad-28-00-11-22", brand: str = "N/A"
) -> bytes:
    """What a device says over SADP; the `&` stands there as it is."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ProbeMatch>\n<Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid>\n'
        "<Types>inquiry</Types>\n<DeviceType>35847</DeviceType>\n"
        "<DeviceDescription>DS-2CD2142FWD-I</DeviceDescription>\n"
        f"<DeviceSN>DS-2CD2142FWD-I20260101{mac.replace('-', '').upper()}</DeviceSN>\n"
        f"<CommandPort>8000</CommandPort>\n<HttpPort>80</HttpPort>\n<MAC>{mac}</MAC>\n"
        f"<IPv4Address>{address}</IPv4Address>\n<SoftwareVersion>V5.4.5build 170123</SoftwareVersion>\n"
        "<DSPVersion>V7.3 & more</DSPVersion>\n<BootTime>2026-01-05 08:00:00</BootTime>\n"
        f"<OEMinfo>{brand}</OEMinfo>\n<Activated>{activated}</Activated>\n</ProbeMatch>\n"
    ).encode()


USER_CHECK = (
    "<userCheck><statusValue>200</statusValue><statusString>OK</statusString>"
    "<isDefaultPassword>{}</isDefaultPassword><isRiskPassword>{}</isRiskPassword><isActivated>true</isActivated>"
    "<lockStatus>unlock</lockStatus></userCheck>"
)
ACCESSES = xml(
    "<AdminAccessProtocolList>"
    "<AdminAccessProtocol><id>1</id><enabled>true</enabled><protocol>HTTP</protocol><portNo>80</portNo></AdminAccessProtocol>"
    "<AdminAccessProtocol><id>2</id><enabled>true</enabled><protocol>RTSP</protocol><portNo>10554</portNo></AdminAccessProtocol>"
    "</AdminAccessProtocolList>"
)


def camera() -> Table:
    """A turning camera with a card."""
    now = datetime.now(UTC)
    return {
        ("GET", "/ISAPI/System/deviceInfo"): info("IPDome", "DS-2DE4225IW"),
        ("GET", "/ISAPI/System/Video/inputs/channels"): inputs((1, "Gate & yard", "")),
        ("GET", "/ISAPI/Streaming/channels"): streams(101, 102, 103),
        ("GET", "/ISAPI/Streaming/channels/101"): xml(stream(101)),
        ("PUT", "/ISAPI/Streaming/channels/101"): OK,
        ("GET", "/ISAPI/Streaming/channels/101/picture"): Reply(body=JPEG, media="image/jpeg"),
        ("GET", "/ISAPI/Security/adminAccesses"): ACCESSES,
        ("GET", "/ISAPI/System/time"): time_is(f"{now + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00"),
        ("PUT", "/ISAPI/System/time"): OK,
        ("GET", "/ISAPI/System/time/ntpServers"): xml(
            "<NTPServerList><NTPServer><id>1</id><addressingFormatType>hostname</addressingFormatType>"
            "<hostName>ntp.example</hostName><portNo>123</portNo></NTPServer></NTPServerList>"
        ),
        ("GET", "/ISAPI/System/status"): xml(
            "<DeviceStatus><currentDeviceTime>2026-01-05T10:00:00+08:00</currentDeviceTime>"
            "<deviceUpTime>86400</deviceUpTime><TemperatureList><Temperature>"
            "<tempSensorDescription>board</tempSensorDescription><temperature>41.50</temperature></Temperature>"
            "</TemperatureList></DeviceStatus>"
        ),
        ("GET", "/ISAPI/ContentMgmt/Storage"): storage(disk(1, "ok", 121_000, 0)),
        ("GET", "/ISAPI/ContentMgmt/record/tracks"): xml(
            "<TrackList><Track><id>101</id><Channel>101</Channel><Enable>true</Enable><CustomExtensionList>"
            "<CustomExtension><enableSchedule>true</enableSchedule></CustomExtension></CustomExtensionList></Track>"
            "</TrackList>"
        ),
        ("GET", "/ISAPI/Event/triggers"): triggers(
            trigger("VMD", 1, "record", "center"), trigger("tamperdetection", 1, "email"), trigger("diskfull", None)
        ),
        ("GET", "/ISAPI/Security/userCheck"): xml(USER_CHECK.format("false", "true")),
        ("GET", "/ISAPI/Security/illegalLoginLock"): xml(
            "<IllegalLoginLock><enabled>true</enabled></IllegalLoginLock>"
        ),
        ("GET", "/ISAPI/Security/users"): xml(
            "<UserList><User><id>1</id><userName>admin</userName><userLevel>Administrator</userLevel></User>"
            "<User><id>2</id><userName>hub</userName><userLevel>Operator</userLevel></User></UserList>"
        ),
        ("GET", "/ISAPI/System/Video/inputs/channels/1/overlays"): xml(
            "<VideoOverlay><TextOverlayList><TextOverlay><id>1</id><enabled>true</enabled>"
            "<displayText>Gate & yard</displayText></TextOverlay></TextOverlayList></VideoOverlay>"
        ),
        ("GET", "/ISAPI/System/Video/inputs/channels/1/motionDetection"): xml(
            "<MotionDetection><enabled>true</enabled><MotionDetectionLayout><sensitivityLevel>60</sensitivityLevel>"
            "</MotionDetectionLayout></MotionDetection>"
        ),
        ("PUT", "/ISAPI/System/Video/inputs/channels/1/motionDetection"): OK,
        ("GET", "/ISAPI/PTZCtrl/channels/1/status"): xml(
            "<PTZStatus><AbsoluteHigh><elevation>125</elevation><azimuth>2705</azimuth><absoluteZoom>10</absoluteZoom>"
            "</AbsoluteHigh></PTZStatus>"
        ),
        ("GET", "/ISAPI/PTZCtrl/channels/1/capabilities"): xml(
            "<PTZChanelCap><AbsolutePanTiltPositionSpace><XRange><Min>0</Min><Max>3600</Max></XRange>"
            "<YRange><Min>-150</Min><Max>900</Max></YRange></AbsolutePanTiltPositionSpace>"
            "<AbsoluteZoomPositionSpace><ZRange><Min>10</Min><Max>250</Max></ZRange></AbsoluteZoomPositionSpace>"
            "</PTZChanelCap>"
        ),
        ("GET", "/ISAPI/PTZCtrl/channels/1/presets"): xml(
            "<PTZPresetList><PTZPreset><enabled>true</enabled><id>1</id><presetName>Gate</presetName></PTZPreset>"
            "<PTZPreset><enabled>false</enabled><id>2</id><presetName>Unused</presetName></PTZPreset></PTZPresetList>"
        ),
        ("PUT", "/ISAPI/PTZCtrl/channels/1/presets/1/goto"): OK,
        ("PUT", "/ISAPI/PTZCtrl/channels/1/absolute"): OK,
        ("POST", "/ISAPI/ContentMgmt/search"): found((1, 2), (2, 3)),
        ("POST", "/ISAPI/ContentMgmt/download"): Reply(body=MP4, media="video/mp4"),
        ("GET", "/ISAPI/Event/notification/alertStream"): alert_stream(part(HEARTBEAT), part(alert("VMD"))),
        ("PUT", "/ISAPI/System/reboot"): told(7, "Reboot Required", "rebootRequired"),
    }


def recorder() -> Table:
    """For network cameras: one has left, one refuses the recorder's password, a disk has failed, nothing is told to
    clients."""
    return {
        ("GET", "/ISAPI/System/deviceInfo"): info("NVR", "DS-7608NI-K2", "V4.31.100"),
        ("GET", "/ISAPI/System/Video/inputs/channels"): NOT_SUPPORTED,
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels"): xml(
            f"<InputProxyChannelList>{''.join(proxy(n, f'Camera {n}') for n in (1, 2, 3, 4))}</InputProxyChannelList>"
        ),
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels/status"): xml(
            "<InputProxyChannelStatusList>"
            + proxy_state(1, True)
            + proxy_state(2, False, "netUnreachable")
            + proxy_state(3, True, "userNameOrPasswordError")
            + proxy_state(4, True)
            + "</InputProxyChannelStatusList>"
        ),
        # No lists of streams: only one by one.
        **{
            ("GET", f"/ISAPI/Streaming/channels/{number}"): xml(stream(number, "H.265"), NEWER)
            for number in (101, 102, 201, 202, 401)
        },
        ("GET", "/ISAPI/Streaming/channels/101/picture"): told(6, "Invalid Content", "badXmlContent"),
        ("GET", "/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture"): Reply(body=JPEG, media="image/jpeg"),
        ("GET", "/ISAPI/Streaming/channels/401/picture"): [
            told(3, "Device Error", "deviceError", status=500),
            Reply(body=JPEG, media="image/jpeg"),
        ],
        ("GET", "/ISAPI/System/time"): new_york(datetime.now(UTC), "NTP"),
        ("GET", "/ISAPI/System/time/ntpServers"): xml(
            "<NTPServerList><NTPServer><id>1</id><ipAddress>10.0.0.1</ipAddress></NTPServer></NTPServerList>"
        ),
        ("GET", "/ISAPI/System/status"): xml("<DeviceStatus><deviceUpTime>1000</deviceUpTime></DeviceStatus>"),
        ("GET", "/ISAPI/ContentMgmt/Storage"): storage(
            disk(1, "ok", 3_815_447, 0),
            disk(2, "error", 3_815_447, 100),
            disk(3, "smartFailed", 3_815_447, 9),
            shares="<nas><id>9</id><ipAddress>10.0.0.9</ipAddress><path>/cctv</path><status>offline</status>"
            "<capacity>1000</capacity><freeSpace>1000</freeSpace></nas>",
        ),
        ("GET", "/ISAPI/ContentMgmt/Storage/hdd/1/SMARTTest/status"): xml(
            "<SMARTTestStatus><id>1</id><temprature>38</temprature><powerOnDay>400</powerOnDay></SMARTTestStatus>"
        ),
        ("GET", "/ISAPI/System/workingstatus"): Reply(
            body=b'{"WorkingStatus":{"ChanStatus":[{"chanNo":1,"enable":1,"online":1,"record":1},'
            b'{"chanNo":2,"enable":1,"online":0,"record":0},{"chanNo":4,"enable":1,"online":1,"record":1},'
            b'{"chanNo":5,"enable":0,"record":0}]}}',
            media="application/json",
        ),
        ("GET", "/ISAPI/Event/triggers"): triggers(
            trigger("VMD", 33, "record"), trigger("videoloss", 34, "beep"), trigger("diskerror", None, "beep")
        ),
        ("GET", "/ISAPI/Security/users"): xml("<UserList><User><id>1</id><userName>admin</userName></User></UserList>"),
        ("GET", "/ISAPI/Event/notification/alertStream"): NOT_SUPPORTED,
        ("GET", "/Event/notification/alertStream"): alert_stream(part(HEARTBEAT), part(alert("videoloss", channel=34))),
        ("POST", "/ISAPI/ContentMgmt/search"): [
            found((1, 2), (2, 3), status="MORE"),
            found((3, 4)),
        ],
        ("POST", "/ISAPI/ContentMgmt/download"): told(4, "Invalid Operation", "methodNotAllowed", status=403),
        ("GET", "/ISAPI/ContentMgmt/download"): Reply(body=b"IMKH" + MP4, media="application/octet-stream"),
    }


def hybrid() -> Table:
    """A DVR: two analogue inputs, of which one has no picture, and a network camera behind them."""
    return {
        ("GET", "/ISAPI/System/deviceInfo"): info("DVR", "DS-7204HQHI-K1"),
        ("GET", "/ISAPI/System/Video/inputs/channels"): inputs((1, "Hall", "1080P25"), (2, "Stairs", "NO VIDEO")),
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels"): told(4, "Invalid Operation", "notSupport", status=400),
        ("GET", "/ISAPI/System/capabilities"): xml(
            "<DeviceCap><RacmCap><inputProxyNums>6</inputProxyNums></RacmCap></DeviceCap>"
        ),
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels/3"): xml(proxy(3, "Yard")),
        ("GET", "/ISAPI/ContentMgmt/InputProxy/channels/3/status"): xml(proxy_state(3, True)),
        ("GET", "/ISAPI/Streaming/channels"): streams(101, 102, 201, 202),
        ("GET", "/ISAPI/Streaming/channels/301"): xml(stream(301)),
        ("GET", "/ISAPI/ContentMgmt/Storage"): storage(disk(1, "offline", 0, 0)),
        ("GET", "/ISAPI/System/time"): time_is("2026-07-01T12:00:00", ""),
    }


def bodies(table: Mapping[tuple[str, str], Answer]) -> list[bytes]:
    """All the bodies of a table, to damage them."""
    replies = [each for answer in table.values() for each in (answer if isinstance(answer, list) else [answer])]
    return [reply.body for reply in replies if isinstance(reply, Reply) and reply.body]
