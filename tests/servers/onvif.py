"""A camera that speaks ONVIF, over real sockets: it checks signatures against a clock of its own, moves, keeps
subscriptions, and forgets them when it restarts.

    with OnvifDevice(user="admin", password="pw", skew_s=25_200) as camera:
        session = OnvifSession(camera.access(), OnvifOptions())
"""

import itertools
import re
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Literal, Self

from lxml import etree

from hub.testing.devices import Fault, ReplayServer, Reply
from hub.testing.devices.replies import Seen
from tests.servers import onvif_answers as say
from tests.servers.onvif_security import Gate

SignIn = Literal["wsse", "http", "text", "none"]
OPEN = frozenset({"GetSystemDateAndTime", "GetServices", "GetCapabilities"})
RECORDED = {"2026-01-05T01:00:00Z": True, "2026-01-05T02:00:00Z": False, "2026-01-05T03:30:00Z": True}
_SOAP = "application/soap+xml; charset=utf-8"


class PullPoint:
    """One subscription that the device keeps."""

    def __init__(self, ends_at: float, marks: int) -> None:
        self.ends_at = ends_at
        self.marks = marks
        self.waiting: list[str] = []


class OnvifDevice:
    """A camera on 127.0.0.1.

    `sign_in`: by UsernameToken with digest, by HTTP digest alone, by UsernameToken with the password in it, or nobody
    need. `skew_s`: how far its clock is off. `calls_local_utc_s`: it fills UTC with local time, that many seconds off,
    and compares signatures with the right one. `hides_time`: even the time is for those who sign in. `says_401`:
    refusals come as status 401 rather than as faults. `told`: what it takes its own address to be. `media2`:
    it has that service, and shows its H.265 streams there alone. `slots`, `grant_s`: its subscriptions and how long
    they last; `absolute_only`: they are for a time, not for a while; `impatient`: it does not wait for events.
    `forbidden`, `missing`: operations that the account may not do, and that the device does not know. `locked`:
    somebody else has locked the account. `replays_at`: where it says that it replays recordings, and
    `replays_over_tcp`: whether it says that it does so over the connection itself. `held`: from when to when there is
    footage, `held_of`: of which source; `recorded`: when recording began and ended.
    """

    def __init__(
        self,
        *,
        user: str = "admin",
        password: str = "p@ss/#?%:ü",
        sign_in: SignIn = "wsse",
        digest: Literal["MD5", "SHA-256"] = "MD5",
        skew_s: float = 0.0,
        calls_local_utc_s: float = 0.0,
        hides_time: bool = False,
        says_401: bool = False,
        told: str = "http://192.0.2.9:8106:8106",
        channels: int = 1,
        media2: bool = False,
        slots: int = 2,
        grant_s: float = 180.0,
        forbidden: frozenset[str] = frozenset(),
        missing: frozenset[str] = frozenset(),
        source: Literal["Manual", "NTP"] = "Manual",
        absolute_only: bool = False,
        impatient: bool = False,
        locked: bool = False,
        tls: bool = False,
        replays_at: str = "rtsp://u:pw@192.0.2.9:554/replay/rec1?user=u&pwd=x",
        replays_over_tcp: bool | None = True,
        held: tuple[str, str] = ("2026-01-05T00:00:00Z", "2026-01-05T06:00:00Z"),
        held_of: str = "vs1",
        recorded: Mapping[str, bool] = RECORDED,
    ) -> None:
        self._replays_at, self._replays_over_tcp = replays_at, replays_over_tcp
        self._held, self._held_of, self._recorded = held, held_of, recorded
        self.gate = Gate(user, password)
        self.skew_s, self.grant_s = skew_s, grant_s
        self.position = (0.1, -0.2, 0.0)
        self.brightness, self.bitrate = "50.000000", "2048"
        self.presets = {"1": "Gate", "2": "Ã\x96st"}
        self.ended = 0
        self.renewed = 0
        self.pulled = 0
        self.references: list[str] = []
        self.addressed: dict[str, str] = {}
        """Operation → what its addressing was to, of those that had any."""
        self._sign_in, self._hides_time, self._says_401 = sign_in, hides_time, says_401
        self._told, self._channels, self._media2, self._slots = told, channels, media2, slots
        self._forbidden, self._missing, self._source = forbidden, missing, source
        self._local_s, self._absolute_only, self._locked = calls_local_utc_s, absolute_only, locked
        self._impatient = impatient
        self._points: dict[str, PullPoint] = {}
        self._numbers = itertools.count(1)
        self._change = threading.Condition()
        self._stopping = False
        by_http = sign_in == "http"
        table: dict[Any, Any] = {("POST", path): self._answer for path in (*say.SERVICES.values(), "/onvif/pull")}
        table["GET", "/snap.jpg"] = Reply(body=say.JPEG, media="image/jpeg")
        self.server = ReplayServer(
            table, user=user if by_http else "", password=password, digest=digest if by_http else None, tls=tls
        )
        self._user, self._password = user, password
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._stopping = True
            self._change.notify_all()
        self._stack.close()

    def access(self, *, password: str | None = None, deadline_s: float = 10.0) -> Any:
        """The hub's way to this camera, with the right name and password unless told otherwise."""
        user = "" if self._sign_in == "none" else self._user
        return self.server.access(
            user=user, password=self._password if password is None else password, deadline_s=deadline_s
        )

    def now(self) -> datetime:
        """What its clock shows, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.skew_s)

    def operations(self) -> list[str]:
        """What has been asked."""
        return [seen.operation for seen in self.server.requests]

    @property
    def subscriptions(self) -> int:
        """How many it keeps now."""
        with self._change:
            self._forget_old()
            return len(self._points)

    def tell(self, *messages: str) -> None:
        """Something happens: every subscription gets these notifications."""
        with self._change:
            for point in self._points.values():
                point.waiting += messages
            self._change.notify_all()

    def restart(self) -> None:
        """Lose every subscription, and every connection."""
        with self._change:
            self._points.clear()
            self._change.notify_all()
        self.cut_lines()

    def cut_lines(self) -> None:
        """Every connection breaks; new ones are as good as before."""
        self.server.hang_up()
        self.server.set_all(None)

    def _answer(self, seen: Seen) -> Reply | Fault:
        operation = seen.operation
        root = etree.fromstring(seen.body)
        told = root.findtext(f"{{*}}Header/{{{say.NAMESPACES['wsa']}}}To")
        if told is not None:
            self.addressed[operation] = told
        refusal = self._refusal(seen)
        if refusal is not None:
            return refusal
        body = root.find(f"{{{say.NAMESPACES['s']}}}Body")[0]
        answer = self._do(operation, body, root) if operation not in self._missing else None
        if answer is None:
            return self._reply(say.fault("ter:ActionNotSupported", "Optional Action Not Implemented"), 400)
        if isinstance(answer, tuple):
            return self._reply(say.fault(*answer), 400)
        return self._reply(answer, public=operation in OPEN and not self._hides_time)

    def _refusal(self, seen: Seen) -> Reply | Fault | None:
        is_open = seen.operation in OPEN and not (self._hides_time and seen.operation == "GetSystemDateAndTime")
        if is_open or self._sign_in == "none":
            return None
        if self._sign_in == "http":
            return None if seen.signed_in else Reply(status=400)
        if self._locked:
            return self._reply(say.fault("ter:OperationProhibited", "The account is locked", "ter:AccountLocked"), 400)
        verdict = self.gate.check(seen.body, self.now(), text_only=self._sign_in == "text")
        if verdict == "right" and seen.operation not in self._forbidden:
            return None
        if self._says_401:
            return Fault(401)
        return self._reply(say.fault("ter:NotAuthorized", "Sender not Authorized"), 400)

    def _reply(self, body: bytes, status: int = 200, *, public: bool = False) -> Reply:
        return Reply(body=body, status=status, media=_SOAP, public=public)

    def _do(self, operation: str, body: Any, root: Any) -> bytes | tuple[str, str] | None:
        """The answer; a code and a reason for a fault; None for what it does not know."""
        simple = {
            "GetSystemDateAndTime": lambda: say.system_time(
                self.now() + timedelta(seconds=self._local_s), self._source
            ),
            "GetServices": lambda: say.services(self._told, frozenset() if self._media2 else frozenset({"tr2"})),
            "GetDeviceInformation": say.information,
            "GetNetworkInterfaces": say.interfaces,
            "GetScopes": say.scopes,
            "GetNTP": lambda: say.ntp("time.example.com"),
            "GetUsers": lambda: say.users({self._user: "Administrator", "guard": "User"}),
            "GetVideoSources": lambda: say.video_sources(self._channels),
            "GetImagingSettings": lambda: say.imaging(self.brightness),
            "GetConfigurationOptions": say.spaces,
            "GetStatus": lambda: say.status(*self.position),
            "GetPresets": lambda: say.presets(self.presets),
            "FindRecordings": lambda: say.response("tse", "FindRecordings", "<tse:SearchToken>s1</tse:SearchToken>"),
            "FindEvents": lambda: say.response("tse", "FindEvents", "<tse:SearchToken>s2</tse:SearchToken>"),
            "EndSearch": lambda: say.response("tse", "EndSearch"),
            "GetRecordingSearchResults": lambda: say.recording_information(*self._held, self._held_of),
            "GetEventSearchResults": lambda: say.recording_changes(self._recorded),
            "GetReplayUri": lambda: say.replay_uri(self._replays_at),
            "GetServiceCapabilities": lambda: say.replay_capabilities(self._replays_over_tcp),
            "GetRecordingJobs": say.jobs,
            "GetRecordingJobState": lambda: say.job_state("Active"),
            "SystemReboot": lambda: say.response("tds", "SystemReboot", "<tds:Message>bye</tds:Message>"),
        }
        if operation in simple:
            return simple[operation]()
        action = getattr(self, f"_{operation}", None)
        return action(body, root) if action is not None else None

    # Media

    def _GetProfiles(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        if "ver20" not in body.tag:
            return say.profiles(self._channels)
        asked = [each.text for each in body]
        return say.profiles2(self._channels) if asked == ["All"] else ("ter:InvalidArgVal", "Type")

    def _GetStreamUri(self, body: Any, root: Any) -> bytes:
        token = _texts(body)["ProfileToken"]
        return say.media_uri("GetStreamUri", f"rtsp://a:b@192.0.2.9:554/{token}?user=a&x=1", _prefix(body))

    def _GetSnapshotUri(self, body: Any, root: Any) -> bytes:
        return say.media_uri(
            "GetSnapshotUri", "http://192.0.2.9:8106:8106/snap.jpg?user=admin&password=secret", _prefix(body)
        )

    def _GetVideoEncoderConfigurations(self, body: Any, root: Any) -> bytes:
        prefix = _prefix(body)
        codec = "H265" if prefix == "tr2" else "H264"
        text = say.encoder("enc1a", codec, 1920, 1080, f"{prefix}:Configurations")
        return say.response(prefix, "GetVideoEncoderConfigurations", text.replace("2048", self.bitrate))

    def _SetVideoEncoderConfiguration(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        written = etree.tostring(body).decode()
        found = re.search(r"BitrateLimit>(\d+)<", written)
        if found is None or int(found[1]) > 16_000 or 'token="enc1a"' not in written:
            return "ter:InvalidArgVal", "the bit rate"
        self.bitrate = found[1]
        return say.response(_prefix(body), "SetVideoEncoderConfiguration")

    def _SetImagingSettings(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        told = _texts(body)
        if told.get("VideoSourceToken") != "vs1" or not 0 <= float(told["Brightness"]) <= 100:
            return "ter:InvalidArgVal", "the brightness"
        self.brightness = f"{float(told['Brightness']):.6f}"
        return say.response("timg", "SetImagingSettings")

    # PTZ

    def _GotoPreset(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        token = _texts(body)["PresetToken"]
        if token not in self.presets:
            return "ter:InvalidArgVal", "no such preset"
        self.position = (0.5, 0.1, float(token) / 10)
        return say.response("tptz", "GotoPreset")

    def _AbsoluteMove(self, body: Any, root: Any) -> bytes:
        turned, zoomed = (body.find(f".//{{*}}{name}") for name in ("PanTilt", "Zoom"))
        self.position = (float(turned.get("x")), float(turned.get("y")), float(zoomed.get("x")))
        return say.response("tptz", "AbsoluteMove")

    # The clock

    def _SetSystemDateAndTime(self, body: Any, root: Any) -> bytes:
        told = {name: int(value) for name, value in _texts(body).items() if value.isdigit()}
        at = datetime(*(told[key] for key in ("Year", "Month", "Day", "Hour", "Minute", "Second")), tzinfo=UTC)
        self.skew_s = (at - datetime.now(UTC)).total_seconds() - self._local_s
        return say.response("tds", "SetSystemDateAndTime")

    # Events

    def _CreatePullPointSubscription(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        if self._absolute_only and not self._is_soon(_texts(body)["InitialTerminationTime"]):
            return "ter:InvalidArgVal", "give a time"
        with self._change:
            self._forget_old()
            if len(self._points) >= self._slots:
                return "ter:MaxPullPoints", "too many pull points"
            number = next(self._numbers)
            point = PullPoint(time.monotonic() + self.grant_s, number)
            point.waiting.append(
                say.notification(
                    "tns1:VideoSource/ImageTooDark/ImagingService",
                    "0000-00-00T00:00:00Z",
                    "Initialized",
                    {"Source": "vs1"},
                    {"State": "true"},
                )
            )
            self._points[str(number)] = point
        return say.response(
            "tev",
            "CreatePullPointSubscription",
            f"<tev:SubscriptionReference><wsa:Address>{self._told}/onvif/pull</wsa:Address><wsa:ReferenceParameters>"
            f'<x:Slot xmlns:x="urn:synthetic">{number}</x:Slot></wsa:ReferenceParameters></tev:SubscriptionReference>'
            + self._granted(),
        )

    def _PullMessages(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        wait_s = float(re.sub(r"\D", "", _texts(body)["Timeout"]))
        end = time.monotonic() + wait_s
        self.pulled += 1
        with self._change:
            while True:
                point = self._point(root)
                if point is None:
                    return "ter:InvalidArgVal", "no such subscription"
                if point.waiting or time.monotonic() >= end or self._stopping or self._impatient:
                    break
                self._change.wait(min(0.2, max(end - time.monotonic(), 0.01)))
            taken, point.waiting = point.waiting, []
        return say.response("tev", "PullMessages", self._granted("tev") + "".join(taken))

    def _Renew(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        with self._change:
            point = self._point(root)
            if point is None:
                return "ter:InvalidArgVal", "no such subscription"
            point.ends_at = time.monotonic() + self.grant_s
            self.renewed += 1
        return say.response("wsnt", "Renew", self._granted())

    def _Unsubscribe(self, body: Any, root: Any) -> bytes | tuple[str, str]:
        with self._change:
            point = self._point(root)
            if point is None:
                return "ter:InvalidArgVal", "no such subscription"
            del self._points[str(point.marks)]
            self.ended += 1
            self._change.notify_all()
        return say.response("wsnt", "Unsubscribe")

    def _is_soon(self, written: str) -> bool:
        """Whether it is a time, within minutes by the device's own clock."""
        if not written.endswith("Z"):
            return False
        left = datetime.fromisoformat(written.replace("Z", "+00:00")) - self.now()
        return timedelta() < left < timedelta(minutes=10)

    def _point(self, root: Any) -> PullPoint | None:
        self._forget_old()
        slot = root.find("{*}Header/{urn:synthetic}Slot")
        if slot is None:
            return None
        self.references.append(slot.text)
        return self._points.get(slot.text)

    def _granted(self, prefix: str = "wsnt") -> str:
        now = self.now()
        return (
            f"<{prefix}:CurrentTime>{say.moment(now)}</{prefix}:CurrentTime>"
            f"<{prefix}:TerminationTime>{say.moment(now + timedelta(seconds=self.grant_s))}</{prefix}:TerminationTime>"
        )

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._points = {key: point for key, point in self._points.items() if point.ends_at > now}


def _texts(body: Any) -> dict[str, str]:
    return {etree.QName(each).localname: each.text or "" for each in body.iter() if len(each) == 0}


def _prefix(body: Any) -> str:
    return "tr2" if "ver20/media" in body.tag else "trt"
