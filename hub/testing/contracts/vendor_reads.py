"""Everything that a session can be asked without changing the device, and what every answer must keep."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, get_args
from urllib.parse import urlsplit

from hub.vendor import session as protocols
from hub.vendor.values import (
    Capability,
    Channel,
    DeviceClock,
    DeviceEvent,
    DeviceInfo,
    EventKind,
    Health,
    PtzPosition,
    Reading,
    Volume,
)

_MOST_SETTINGS = 20_000
_MOST_RECORDINGS = 10_000
_VOLUME_STATES = frozenset({"ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"})


class Asked(NamedTuple):
    """What the questions are about."""

    channel: int
    start_at: datetime
    end_at: datetime


class Read(NamedTuple):
    """One question."""

    name: str
    capability: Capability | None
    """None: every session answers it."""
    protocol: type | None
    ask: Callable[[Any, Asked], object]
    check: Callable[[Any], None]

    def fits(self, session: object, could: frozenset[Capability]) -> bool:
        """Whether a session of a vendor that could do this can be asked it."""
        if self.capability is None or self.protocol is None:
            return True
        return self.capability in could and isinstance(session, self.protocol)


def _export_first(session: Any, asked: Asked) -> object:
    """The first recording that is found, with how many bytes came."""
    recording = next(iter(session.search(asked.channel, asked.start_at, asked.end_at)), None)
    if recording is None:
        return None
    taken: list[int] = []
    return session.export(recording, lambda piece: taken.append(len(piece))), sum(taken)


def _check_export(value: Any) -> None:
    if value is not None:
        export, taken = value
        assert export.size_bytes == taken > 0, "`Export.size_bytes` is what was handed over"
        assert "/" in export.media_type
        assert export.device_hash == "" or export.device_hash.startswith("sha256:")
        for at in filter(None, (export.begin_at, export.end_at)):
            _check_time(at)


def _check_info(info: Any) -> None:
    assert isinstance(info, DeviceInfo)
    assert info.maker or info.model or info.serial, "a device that says nothing of itself is a ProtocolError"
    if info.mac:
        parts = info.mac.split(":")
        assert len(parts) == 6, info.mac
        assert all(len(part) == 2 and set(part) <= set("0123456789abcdef") for part in parts), info.mac


def _check_capabilities(value: Any) -> None:
    assert isinstance(value, Mapping)
    assert set(value) <= set(get_args(Capability))
    assert set(value.values()) <= {"yes", "no", "unknown"}


def check_reading(reading: Any) -> None:
    """`value` is there exactly when it is `ok`; whatever else it is says why."""
    assert isinstance(reading, Reading)
    assert (reading.value is not None) == (reading.status == "ok"), reading
    assert reading.status != "error" or reading.detail, "an error says what went wrong"


def _check_health(health: Any) -> None:
    assert isinstance(health, Health)
    parts = (health.clock, health.volumes, health.channels, health.temperatures, health.fans, health.started_at)
    for reading in (*parts, *health.recording.values()):
        check_reading(reading)
    if health.clock.value is not None:
        _check_clock(health.clock.value)
    if health.volumes.value is not None:
        _check_volumes(health.volumes.value)
    if health.channels.value is not None:
        _check_channels(health.channels.value)
    if health.started_at.value is not None:
        _check_time(health.started_at.value)
    assert all(number >= 1 for number in health.recording)


def _check_volumes(volumes: tuple[Volume, ...]) -> None:
    assert len({volume.id for volume in volumes}) == len(volumes), "two volumes of one id"
    for volume in volumes:
        assert volume.state in _VOLUME_STATES
        for size in (volume.size_bytes, volume.free_bytes):
            assert size is None or 0 <= size < 1 << 60, volume


def _check_channels(channels: Any) -> None:
    assert channels, "no channel at all is a ProtocolError"
    assert all(isinstance(channel, Channel) and channel.number >= 1 for channel in channels)
    assert len({channel.number for channel in channels}) == len(channels), "two channels of one number"


def _check_clock(clock: Any) -> None:
    assert isinstance(clock, DeviceClock)
    _check_time(clock.at)
    _check_time(clock.asked_at)


def _check_time(at: datetime) -> None:
    assert at.utcoffset() == timedelta(0), f"{at!r} is not UTC"


def _check_streams(streams: Any) -> None:
    assert streams, "no stream at all is a ProtocolError"
    assert streams[0].name == "main"
    for stream in streams:
        parts = urlsplit(stream.url)
        assert parts.scheme in ("rtsp", "rtsps", "http", "https"), stream
        assert parts.hostname, stream
        assert "@" not in parts.netloc, f"a stream's address holds credentials: {parts.scheme}://***"


def _check_picture(picture: Any) -> None:
    assert isinstance(picture, bytes)
    assert picture.startswith(b"\xff\xd8"), "a snapshot is a JPEG"


def _check_position(position: Any) -> None:
    assert isinstance(position, PtzPosition)
    for span in (position.pan_range, position.tilt_range, position.zoom_range):
        assert span is None or span[0] < span[1], position


def _check_presets(presets: Any) -> None:
    assert isinstance(presets, tuple)
    assert len({preset.id for preset in presets}) == len(presets)


def _check_recordings(recordings: Any) -> None:
    for recording in recordings:
        _check_time(recording.start_at)
        _check_time(recording.end_at)
        assert recording.start_at <= recording.end_at, recording
        assert recording.id
    starts = [recording.start_at for recording in recordings]
    assert starts == sorted(starts), "recordings come in order of time"


def _check_settings(settings: Any) -> None:
    assert 0 < len(settings) <= _MOST_SETTINGS
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in settings.items())


def _check_users(users: Any) -> None:
    assert users, "no user at all is a ProtocolError"
    assert all(user.name for user in users)


def _check_audit(weaknesses: Any) -> None:
    assert isinstance(weaknesses, tuple)
    assert all(weakness.what for weakness in weaknesses)


READS: tuple[Read, ...] = (
    Read("describe", None, None, lambda session, asked: session.describe(), _check_info),
    Read("capabilities", None, None, lambda session, asked: session.capabilities(), _check_capabilities),
    Read("health", None, None, lambda session, asked: session.health(), _check_health),
    Read(
        "streams", "streams", protocols.Streams, lambda session, asked: session.streams(asked.channel), _check_streams
    ),
    Read(
        "snapshot",
        "snapshot",
        protocols.Streams,
        lambda session, asked: session.snapshot(asked.channel),
        _check_picture,
    ),
    Read("position", "ptz", protocols.Ptz, lambda session, asked: session.position(asked.channel), _check_position),
    Read("presets", "ptz", protocols.Ptz, lambda session, asked: session.presets(asked.channel), _check_presets),
    Read("clock", "clock", protocols.Clocked, lambda session, asked: session.clock(), _check_clock),
    Read(
        "search",
        "recordings",
        protocols.Recordings,
        lambda session, asked: list(
            islice(session.search(asked.channel, asked.start_at, asked.end_at), _MOST_RECORDINGS + 1)
        ),
        _check_recordings,
    ),
    Read("export", "export", protocols.Recordings, _export_first, _check_export),
    Read("settings", "settings", protocols.Settings, lambda session, asked: session.settings(), _check_settings),
    Read("users", "users", protocols.Users, lambda session, asked: session.users(), _check_users),
    Read("channels", "channels", protocols.Channels, lambda session, asked: session.channels(), _check_channels),
    Read("audit", "audit", protocols.Audits, lambda session, asked: session.audit(), _check_audit),
)
"""`health` and `capabilities` may answer where a part is missing; so may `audit`. The others raise."""

NEEDS: Mapping[Capability, type] = {
    **{read.capability: read.protocol for read in READS if read.capability and read.protocol},
    "events": protocols.Events,
    "restore": protocols.Settings,
    "reboot": protocols.Maintenance,
}
"""Which protocol a session has that has a capability; the others show in `health` alone."""


def check_event(event: Any) -> None:
    """What holds for every event."""
    if event is not None:
        assert isinstance(event, DeviceEvent)
        assert event.kind in get_args(EventKind)
        assert event.phase in ("start", "stop", "pulse")
        assert event.code
        assert event.channel is None or event.channel >= 1, "channels are counted from 1"
        assert event.at is None or event.at.tzinfo is not None
