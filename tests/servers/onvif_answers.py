"""What an ONVIF camera says, as text. Synthetic: written by hand from the specification, of no device."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "tns1": "http://www.onvif.org/ver10/topics",
    "ter": "http://www.onvif.org/ver10/error",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "timg": "http://www.onvif.org/ver20/imaging/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "tse": "http://www.onvif.org/ver10/search/wsdl",
    "trp": "http://www.onvif.org/ver10/replay/wsdl",
    "tan": "http://www.onvif.org/ver20/analytics/wsdl",
}
SERVICES = {
    "tds": "/onvif/device_service", "trt": "/onvif/media", "tr2": "/onvif/media2", "tptz": "/onvif/ptz",
    "timg": "/onvif/imaging", "tev": "/onvif/events", "trc": "/onvif/recording", "tse": "/onvif/search",
    "trp": "/onvif/replay", "tan": "/onvif/analytics",
}  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00synthetic\xff\xd9"
PAN_TILT = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
ZOOM = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"
_XMLNS = " ".join(f'xmlns:{prefix}="{namespace}"' for prefix, namespace in NAMESPACES.items())


def envelope(content: str) -> bytes:
    """A whole answer around `content`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {_XMLNS}><s:Body>{content}</s:Body></s:Envelope>'
    ).encode()


def fault(code: str, reason: str, sub: str = "") -> bytes:
    """A SOAP fault: `ter:NotAuthorized`, say."""
    inner = f"<s:Subcode><s:Value>{sub}</s:Value></s:Subcode>" if sub else ""
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value>{inner}</s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason></s:Fault>'
    )


def response(prefix: str, operation: str, content: str = "") -> bytes:
    """The answer of one operation."""
    return envelope(f"<{prefix}:{operation}Response>{content}</{prefix}:{operation}Response>")


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def date_time(name: str, at: datetime) -> str:
    return (
        f"<tt:{name}><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:{name}>"
    )


def system_time(at: datetime, source: str = "Manual", zone: str = "CST-8", summer: bool = False) -> bytes:
    """`at` is what the device calls UTC."""
    return response(
        "tds",
        "GetSystemDateAndTime",
        f"<tds:SystemDateAndTime><tt:DateTimeType>{source}</tt:DateTimeType>"
        f"<tt:DaylightSavings>{str(summer).lower()}</tt:DaylightSavings><tt:TimeZone><tt:TZ>{zone}</tt:TZ></tt:TimeZone>"
        f"{date_time('UTCDateTime', at)}</tds:SystemDateAndTime>",
    )


def services(base: str, left_out: frozenset[str] = frozenset()) -> bytes:
    """GetServices, with the addresses at `base` (`http://192.0.2.9:8106:8106`, say)."""
    return response(
        "tds",
        "GetServices",
        "".join(
            f"<tds:Service><tds:Namespace>{NAMESPACES[prefix]}</tds:Namespace><tds:XAddr>{base}{path}</tds:XAddr>"
            "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
            for prefix, path in SERVICES.items()
            if prefix not in left_out
        ),
    )


def encoder(token: str, codec: str, width: int, height: int, element: str = "tt:VideoEncoderConfiguration") -> str:
    return (
        f'<{element} token="{token}"><tt:Name>{token}</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>{codec}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width>"
        f"<tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>4.0</tt:Quality><tt:RateControl>"
        "<tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>"
        f"<tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:SessionTimeout>PT60S</tt:SessionTimeout></{element}>"
    )


def source(number: int, element: str = "tt:VideoSourceConfiguration") -> str:
    return (
        f'<{element} token="vsc{number}"><tt:Name>Gate {number}</tt:Name><tt:UseCount>2</tt:UseCount>'
        f"<tt:SourceToken>vs{number}</tt:SourceToken>"
        f'<tt:Bounds x="0" y="0" width="1920" height="1080"></tt:Bounds></{element}>'
    )


def profile(number: int, name: str, encoding: str, ptz: bool = True) -> str:
    """A profile of media; without an encoder where `encoding` is empty."""
    steered = f'<tt:PTZConfiguration token="ptz{number}"><tt:Name>PTZ</tt:Name></tt:PTZConfiguration>' if ptz else ""
    analytics = (
        f'<tt:VideoAnalyticsConfiguration token="va{number}"><tt:Name>A</tt:Name></tt:VideoAnalyticsConfiguration>'
    )
    return (
        f'<trt:Profiles token="{name}{number}" fixed="true"><tt:Name>{name} {number}</tt:Name>{source(number)}'
        f"{encoding}{steered}{analytics}</trt:Profiles>"
    )


def profile2(number: int, name: str, encoding: str) -> str:
    """The same of media2."""
    return (
        f'<tr2:Profiles token="{name}{number}" fixed="true"><tr2:Name>{name} {number}</tr2:Name><tr2:Configurations>'
        f'{source(number, "tr2:VideoSource")}{encoding}<tr2:PTZ token="ptz{number}"><tt:Name>PTZ</tt:Name></tr2:PTZ>'
        "</tr2:Configurations></tr2:Profiles>"
    )


def profiles(channels: int, ptz: bool = True) -> bytes:
    """Of each channel a main stream, a smaller one, a JPEG one, and a profile with no encoder, the small one first."""
    return response(
        "trt",
        "GetProfiles",
        "".join(
            profile(n, "bare", "", ptz)
            + profile(n, "sub", encoder(f"enc{n}b", "H264", 640, 360), ptz)
            + profile(n, "main", encoder(f"enc{n}a", "H264", 1920, 1080), ptz)
            + profile(n, "still", encoder(f"enc{n}c", "JPEG", 2560, 1440), ptz)
            for n in range(1, channels + 1)
        ),
    )


def profiles2(channels: int) -> bytes:
    return response(
        "tr2",
        "GetProfiles",
        "".join(
            profile2(n, "main", encoder(f"enc{n}a", "H265", 3840, 2160, "tr2:VideoEncoder"))
            + profile2(n, "sub", encoder(f"enc{n}b", "H265", 640, 360, "tr2:VideoEncoder"))
            for n in range(1, channels + 1)
        ),
    )


def video_sources(channels: int) -> bytes:
    return response(
        "trt",
        "GetVideoSources",
        "".join(
            f'<trt:VideoSources token="vs{n}"><tt:Framerate>25</tt:Framerate></trt:VideoSources>'
            for n in range(1, channels + 1)
        ),
    )


def media_uri(operation: str, uri: str, prefix: str = "trt") -> bytes:
    shown = escape(uri)
    if prefix == "tr2":
        return response(prefix, operation, f"<tr2:Uri>{shown}</tr2:Uri>")
    return response(
        prefix,
        operation,
        f"<{prefix}:MediaUri><tt:Uri>{shown}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        f"<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></{prefix}:MediaUri>",
    )


def position(name: str, pan: float, tilt: float, zoom: float) -> str:
    return (
        f'<tt:{name}><tt:PanTilt x="{pan}" y="{tilt}" space="{PAN_TILT}"/><tt:Zoom x="{zoom}" space="{ZOOM}"/>'
        f"</tt:{name}>"
    )


def status(pan: float, tilt: float, zoom: float, moving: str = "IDLE") -> bytes:
    return response(
        "tptz",
        "GetStatus",
        f"<tptz:PTZStatus>{position('Position', pan, tilt, zoom)}<tt:MoveStatus><tt:PanTilt>{moving}</tt:PanTilt>"
        "<tt:Zoom>IDLE</tt:Zoom></tt:MoveStatus><tt:UtcTime>0000-00-00T00:00:00Z</tt:UtcTime></tptz:PTZStatus>",
    )


def presets(named: Mapping[str, str], slots: int = 300) -> bytes:
    """`named` in the first slots, and empty ones as far as `slots`."""
    placed = position("PTZPosition", 0.5, 0.1, 0)
    filled = "".join(
        f'<tptz:Preset token="{token}"><tt:Name>{escape(name)}</tt:Name>{placed}</tptz:Preset>'
        for token, name in named.items()
    )
    empty = "".join(
        f'<tptz:Preset token="{n}"><tt:Name>Preset {n}</tt:Name></tptz:Preset>'
        for n in range(1, slots + 1)
        if str(n) not in named
    )
    return response("tptz", "GetPresets", filled + empty)


def spaces() -> bytes:
    across = "<tt:XRange><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:XRange>"
    upright = "<tt:YRange><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:YRange>"
    return response(
        "tptz",
        "GetConfigurationOptions",
        "<tptz:PTZConfigurationOptions><tt:Spaces><tt:AbsolutePanTiltPositionSpace>"
        f"<tt:URI>{PAN_TILT}</tt:URI>{across}{upright}</tt:AbsolutePanTiltPositionSpace><tt:AbsoluteZoomPositionSpace>"
        f"<tt:URI>{ZOOM}</tt:URI><tt:XRange><tt:Min>0</tt:Min><tt:Max>1</tt:Max></tt:XRange>"
        "</tt:AbsoluteZoomPositionSpace></tt:Spaces></tptz:PTZConfigurationOptions>",
    )


def notification(topic: str, at: str, operation: str, source: Mapping[str, str], data: Mapping[str, str]) -> str:
    def items(name: str, values: Mapping[str, str]) -> str:
        inner = "".join(f'<tt:SimpleItem Name="{key}" Value="{escape(value)}"/>' for key, value in values.items())
        return f"<tt:{name}>{inner}</tt:{name}>"

    return (
        '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
        f"{topic}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{at}" PropertyOperation="{operation}">{items("Source", source)}{items("Data", data)}'
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def imaging(brightness: str) -> bytes:
    return response(
        "timg",
        "GetImagingSettings",
        f"<timg:ImagingSettings><tt:Brightness>{brightness}</tt:Brightness><tt:Contrast>50.000000</tt:Contrast>"
        "<tt:IrCutFilter>AUTO</tt:IrCutFilter></timg:ImagingSettings>",
    )


def users(names: Mapping[str, str]) -> bytes:
    return response(
        "tds",
        "GetUsers",
        "".join(
            f"<tds:User><tt:Username>{escape(name)}</tt:Username><tt:UserLevel>{level}</tt:UserLevel></tds:User>"
            for name, level in names.items()
        ),
    )


def interfaces() -> bytes:
    return response(
        "tds",
        "GetNetworkInterfaces",
        '<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name>'
        "<tt:HwAddress>02:00:5E:10:00:07</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info><tt:IPv4>"
        "<tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>192.0.2.9</tt:Address>"
        "<tt:PrefixLength>24</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4>"
        "</tds:NetworkInterfaces>",
    )


def ntp(server: str) -> bytes:
    return response(
        "tds",
        "GetNTP",
        "<tds:NTPInformation><tt:FromDHCP>false</tt:FromDHCP><tt:NTPManual><tt:Type>DNS</tt:Type>"
        f"<tt:DNSname>{server}</tt:DNSname></tt:NTPManual></tds:NTPInformation>",
    )


def information(model: str = "WR-1") -> bytes:
    return response(
        "tds",
        "GetDeviceInformation",
        f"<tds:Manufacturer>Watchroom</tds:Manufacturer><tds:Model>{model}</tds:Model>"
        "<tds:FirmwareVersion>1.2.3</tds:FirmwareVersion><tds:SerialNumber>WR0001</tds:SerialNumber>"
        "<tds:HardwareId>1</tds:HardwareId>",
    )


def scopes() -> bytes:
    return response(
        "tds",
        "GetScopes",
        "<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
        "<tt:ScopeItem>onvif://www.onvif.org/name/North%20gate</tt:ScopeItem></tds:Scopes>",
    )


def recording_information(start: str, end: str, source: str = "vs1") -> bytes:
    return response(
        "tse",
        "GetRecordingSearchResults",
        "<tse:ResultList><tt:SearchState>Completed</tt:SearchState><tt:RecordingInformation>"
        "<tt:RecordingToken>rec1</tt:RecordingToken><tt:Source>"
        f"<tt:SourceId>{source}</tt:SourceId><tt:Name>Gate</tt:Name>"
        "</tt:Source><tt:EarliestRecording>" + start + "</tt:EarliestRecording><tt:LatestRecording>" + end +
        "</tt:LatestRecording><tt:Content>all</tt:Content><tt:Track><tt:TrackToken>v</tt:TrackToken>"
        f"<tt:TrackType>Video</tt:TrackType><tt:DataFrom>{start}</tt:DataFrom><tt:DataTo>{end}</tt:DataTo></tt:Track>"
        "<tt:RecordingStatus>Recording</tt:RecordingStatus></tt:RecordingInformation></tse:ResultList>",
    )  # fmt: skip


def recording_changes(changes: Mapping[str, bool]) -> bytes:
    """When `rec1` was begun and ended."""
    results = "".join(
        f"<tt:Result><tt:RecordingToken>rec1</tt:RecordingToken><tt:TrackToken/><tt:Time>{at}</tt:Time><tt:Event>"
        '<wsnt:Topic Dialect="x">tns1:RecordingHistory/Recording/State</wsnt:Topic><wsnt:Message><tt:Message '
        f'UtcTime="{at}"><tt:Data><tt:SimpleItem Name="IsRecording" Value="{str(on).lower()}"/></tt:Data></tt:Message>'
        "</wsnt:Message></tt:Event><tt:StartStateEvent>false</tt:StartStateEvent></tt:Result>"
        for at, on in changes.items()
    )
    return response(
        "tse",
        "GetEventSearchResults",
        f"<tse:ResultList><tt:SearchState>Completed</tt:SearchState>{results}</tse:ResultList>",
    )


def jobs() -> bytes:
    return response(
        "trc",
        "GetRecordingJobs",
        "<trc:JobItem><tt:JobToken>job1</tt:JobToken><tt:JobConfiguration><tt:RecordingToken>rec1</tt:RecordingToken>"
        "<tt:Mode>Active</tt:Mode><tt:Priority>1</tt:Priority><tt:Source><tt:SourceToken><tt:Token>main1</tt:Token>"
        "</tt:SourceToken></tt:Source></tt:JobConfiguration></trc:JobItem>",
    )


def job_state(state: str) -> bytes:
    return response(
        "trc",
        "GetRecordingJobState",
        f"<trc:State><tt:RecordingToken>rec1</tt:RecordingToken><tt:State>{state}</tt:State></trc:State>",
    )


def replay_uri(uri: str) -> bytes:
    return response("trp", "GetReplayUri", f"<trp:Uri>{escape(uri)}</trp:Uri>")


def replay_capabilities(over_tcp: bool | None = True) -> bytes:
    """None: it does not say."""
    said = f' RTP_RTSP_TCP="{str(over_tcp).lower()}"' if over_tcp is not None else ""
    return response("trp", "GetServiceCapabilities", f'<trp:Capabilities ReversePlayback="false"{said}/>')
