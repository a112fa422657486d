"""The contract of vendors, once for a camera that wants HTTP digest and once for one that wants UsernameToken."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from hub.testing.contracts import DiskKind, Replies, VendorContract
from hub.testing.devices import Fault, Reply
from hub.testing.devices.replies import Seen
from tests.servers import onvif_answers as say
from tests.servers.onvif import OPEN
from tests.servers.onvif_security import Gate
from tests.servers.scripted_recorder import LAST, ScriptedRecorder, footage

_MEDIA = "application/soap+xml; charset=utf-8"
_ROOT, _EVENTS, _PULL = "/onvif/device_service", "/onvif/events", "/onvif/pull"


def _reply(body: bytes, *, public: bool = False) -> Reply:
    return Reply(body=body, media=_MEDIA, public=public)


def _table(replays_at: str = "rtsp://192.0.2.9/replay") -> dict[tuple[str, str, str], Reply]:
    """A camera that turns, records and replays."""
    now = datetime.now(UTC)
    uri, picture = "rtsp://u:p@192.0.2.9/live", "http://192.0.2.9:8106:8106/snap.jpg?user=u&password=p"
    by_service: dict[str, dict[str, bytes]] = {
        "tds": {
            "GetSystemDateAndTime": say.system_time(now),
            "GetServices": say.services("http://192.0.2.9", frozenset({"tr2"})),
            "GetDeviceInformation": say.information(),
            "GetNetworkInterfaces": say.interfaces(),
            "GetScopes": say.scopes(),
            "GetNTP": say.ntp("time.example.com"),
            "GetUsers": say.users({"admin": "Administrator"}),
        },
        "trt": {
            "GetProfiles": say.profiles(2),
            "GetVideoSources": say.video_sources(2),
            "GetStreamUri": say.media_uri("GetStreamUri", uri),
            "GetSnapshotUri": say.media_uri("GetSnapshotUri", picture),
        },
        "tptz": {
            "GetStatus": say.status(0.1, 0.2, 0),
            "GetPresets": say.presets({"1": "Gate"}),
            "GetConfigurationOptions": say.spaces(),
        },
        "timg": {"GetImagingSettings": say.imaging("50")},
        "trc": {"GetRecordingJobs": say.jobs(), "GetRecordingJobState": say.job_state("Active")},
        "tse": {
            "FindRecordings": say.response("tse", "FindRecordings", "<tse:SearchToken>1</tse:SearchToken>"),
            "FindEvents": say.response("tse", "FindEvents", "<tse:SearchToken>2</tse:SearchToken>"),
            "GetRecordingSearchResults": say.recording_information("2026-01-05T00:00:00Z", "2026-01-05T06:00:00Z"),
            "GetEventSearchResults": say.recording_changes({"2026-01-05T01:00:00Z": True}),
            "EndSearch": say.response("tse", "EndSearch"),
        },
        "trp": {"GetReplayUri": say.replay_uri(replays_at), "GetServiceCapabilities": say.replay_capabilities()},
    }
    return {
        ("POST", say.SERVICES[prefix], operation): _reply(body, public=operation in OPEN)
        for prefix, answers in by_service.items()
        for operation, body in answers.items()
    }


def _subscribed() -> bytes:
    return say.response(
        "tev",
        "CreatePullPointSubscription",
        f"<tev:SubscriptionReference><wsa:Address>http://192.0.2.9{_PULL}</wsa:Address></tev:SubscriptionReference>"
        "<wsnt:CurrentTime>2026-01-05T08:00:00Z</wsnt:CurrentTime>"
        "<wsnt:TerminationTime>2026-01-05T08:03:00Z</wsnt:TerminationTime>",
    )


class TestOnvif(VendorContract):
    module = "hub_onvif"
    name = "onvif"
    digest: ClassVar[Any] = "MD5"
    replays_at = "rtsp://192.0.2.9/replay"

    @pytest.fixture(autouse=True)
    def _replaying(self) -> Iterator[None]:
        with ScriptedRecorder(lambda at: footage(at, 30, flags=LAST), account=(self.user, self.password)) as recorder:
            self.replays_at = f"rtsp://u:p@192.0.2.9:{recorder.port}/replay/rec1"
            yield

    def replies(self) -> Replies:
        return {**_table(self.replays_at), ("GET", "/snap.jpg"): Reply(body=say.JPEG, media="image/jpeg")}

    def parts(self, opened: Any, name: str) -> list[tuple[str, str, str]]:
        # What the device does not have cannot go wrong; of what several questions share, one tries it.
        own = {"describe", "health", "streams", "snapshot", "position", "presets", "search"}
        found = [part for part in super().parts(opened, name) if part in _table() or part[0] == "GET"]
        return found if name in own else found[-3:]

    def no_channels(self) -> Replies:
        empty = say.response("trt", "GetProfiles")
        return {("POST", say.SERVICES["trt"], "GetProfiles"): _reply(empty)}

    def offline_channels(self) -> tuple[Replies, frozenset[int]]:
        # ONVIF does not tell whether a camera behind a recorder delivers.
        return {}, frozenset()

    def disks(self, kind: DiskKind) -> Replies:
        return {}

    def clock_shows(self, at: datetime) -> Replies:
        body = say.system_time(at, zone="CET-1CEST,M3.5.0,M10.5.0/3", summer=at.month == 7)
        return {("POST", _ROOT, "GetSystemDateAndTime"): _reply(body, public=True)}

    def unknown_words(self) -> Replies:
        table = _table(self.replays_at)
        words = (
            (b"H264", b"VVC/Main"), (b"IDLE", b"LEVITATING"), (b"Manual", b"Quantum"), (b"Administrator", b"Deity"),
            (b">Active<", b">Dreaming<"), (b">Video<", b">Smell<"), (b"AUTO", b"TELEPATHY"),
        )  # fmt: skip
        changed = {}
        for key, reply in table.items():
            body = reply.body
            for old, new in words:
                body = body.replace(old, new)
            changed[key] = _reply(body, public=reply.public)
        return changed

    def events_stream(self) -> Replies:
        dark = say.notification(
            "tns1:VideoSource/ImageTooDark", "2026-01-05T08:00:00Z", "Changed", {"Source": "vs1"}, {"State": "true"}
        )
        silent = Reply(stream=[b" "], media=_MEDIA, chunked=True)
        return {
            ("POST", _EVENTS, "CreatePullPointSubscription"): _reply(_subscribed()),
            ("POST", _PULL, "PullMessages"): [_reply(say.response("tev", "PullMessages", dark)), silent],
            ("POST", _PULL, "Unsubscribe"): _reply(say.response("wsnt", "Unsubscribe")),
        }


class TestOnvifBySignature(TestOnvif):
    digest: ClassVar[Any] = None

    @pytest.fixture(autouse=True)
    def _signed(self) -> None:
        self.gate = Gate(self.user, self.password)

    def replies(self) -> Replies:
        table: dict[Any, Any] = dict(super().replies())
        if hasattr(self, "gate"):
            for key, reply in _table(self.replays_at).items():
                if key[2] not in OPEN:
                    table[key] = self._gated(reply)
        return table

    def _gated(self, reply: Reply) -> Any:
        def answer(seen: Seen) -> Reply | Fault:
            if self.gate.check(seen.body, datetime.now(UTC)) == "right":
                return reply
            return Reply(body=say.fault("ter:NotAuthorized", "Sender not Authorized"), status=400, media=_MEDIA)

        return answer

    def clock_shows(self, at: datetime) -> Replies:
        self.gate = Gate(self.user, self.password, window_s=timedelta(days=400).total_seconds())
        return super().clock_shows(at)

    def refusals(self) -> Replies:
        refused = Reply(body=say.fault("ter:NotAuthorized", "Sender not Authorized"), status=400, media=_MEDIA)
        return {key: refused for key in _table() if key[2] not in OPEN}

    def parts(self, opened: Any, name: str) -> list[tuple[str, str, str]]:
        # What is wrong with an answer does not depend on how it was asked for: one part of each question is enough.
        return super().parts(opened, name)[-1:]
