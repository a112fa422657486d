"""What the metrics are now: a pure function from what is known of the hub. Nothing is said of what nobody knows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from hub.client.devices import DeviceNow
from hub.client.views import HealthView, RecordingNow
from hub.core.alarms.events import PRIORITIES
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.server.metrics.names import (
    ALARM_STATES,
    CONDITIONS,
    CONTACTS,
    RELEASE_STATES,
    ROUND_STATES,
    TICKET_STATES,
)
from hub.server.views.state import camera_view

Word = TypeVar("Word", bound=str)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at one moment. Immutable: another thread may count it."""

    now: datetime
    state: State
    statuses: Mapping[str, CameraStatus]
    recorded: Mapping[str, RecordingNow]
    devices: Mapping[str, DeviceNow]
    health: HealthView


class Sample(NamedTuple):
    """A value of the metric `name` of `hub.server.metrics.names`; `labels` in the order that stands there."""

    name: str
    labels: tuple[str, ...]
    value: float


def samples(look: Look) -> Iterator[Sample]:
    """Every sample; those of one metric are not always next to each other."""
    yield from _hub(look)
    yield from _keeping(look.state)
    yield from _workers(look)
    yield from _work(look.state)
    yield from _cameras(look)
    yield from _devices(look)


def _hub(look: Look) -> Iterator[Sample]:
    health, state = look.health, look.state
    yield Sample("info", (health.version,), 1)
    yield Sample("start_time_seconds", (), health.started_at.timestamp())
    yield Sample("journal_records", (), health.journal.seq)
    yield Sample("journal_blocked", (), bool(health.journal.blocked))
    yield Sample("journal_waiting", (), health.journal.waiting)
    if outbox := health.journal.outbox:
        yield Sample("messages_waiting", (), outbox.get("pending", 0))
        yield Sample("messages_sent", (), outbox.get("done", 0))
        yield Sample("messages_given_up", (), outbox.get("failed", 0))
    yield Sample("notifiers_failing", (), len(state.notifiers_failing))
    for name, plugin in health.plugins.items():
        yield Sample("plugin_ready", (name,), plugin.ready)
    yield Sample("config_problems", (), sum(len(problems) for problems in state.config_problems.values()))
    yield Sample("storage_faults", (), sum(len(conditions) for conditions in state.storage.values()))


def _keeping(state: State) -> Iterator[Sample]:
    """What is kept: whether it is proven, and copied."""
    yield Sample("recordings_damaged", (), len(state.proof.damaged))
    if state.proof.completed_at is not None:
        yield Sample("recordings_proven_timestamp_seconds", (), state.proof.completed_at.timestamp())
    if state.backups.made_at is not None:
        yield Sample("backup_timestamp_seconds", (), state.backups.made_at.timestamp())
    yield Sample("backup_failing", (), bool(state.backups.failing))


def _workers(look: Look) -> Iterator[Sample]:
    for name, worker in look.health.workers.items():
        yield Sample("worker_running", (name,), worker.running)
        yield Sample("worker_deaths", (name,), worker.deaths)
    for name, pace in look.health.paces.items():
        yield Sample("worker_cameras", (name,), len(pace.cameras))
        yield Sample("worker_lag_seconds", (name,), pace.lag_s)
        yield Sample("worker_cpu_ratio", (name,), pace.cpu)
        if pace.asked_every_s:
            yield Sample("worker_picture_interval_seconds", (name,), pace.picture_every_s)
            yield Sample("worker_picture_interval_wanted_seconds", (name,), pace.asked_every_s)


def _work(state: State) -> Iterator[Sample]:
    standing: Counter[tuple[str, str]] = Counter((each.priority, each.state) for each in state.alarms.values())
    for priority in PRIORITIES:
        for alarm_state in ALARM_STATES:
            yield Sample("alarms", (priority, alarm_state), standing[(priority, alarm_state)])
    yield Sample("alarm_floods", (), len(state.arrivals.floods))
    yield from _counts("tickets", Counter(each.state for each in state.tickets.values()), TICKET_STATES)
    yield from _counts("releases", Counter(each.state for each in state.releases.releases.values()), RELEASE_STATES)
    yield Sample("releases_held", (), len(state.releases.holds))
    yield from _counts("rounds", Counter(each.state for each in state.rounds.values()), ROUND_STATES)


def _cameras(look: Look) -> Iterator[Sample]:
    state, conditions = look.state, Counter[str]()
    for camera in state.site.cameras:
        name = (camera.id,)
        view = camera_view(camera, state.cameras.get(camera.id), look.statuses.get(camera.id), look.now)
        conditions[view.condition] += 1
        yield Sample("camera_info", (camera.id, camera.area, camera.domain), 1)
        for condition in CONDITIONS:
            yield Sample("camera_condition", (camera.id, condition), condition == view.condition)
        if view.signal != "unknown":
            yield Sample("camera_live", name, view.signal == "live")
            yield Sample("camera_frames_per_second", name, view.fps)
            yield Sample("camera_bytes_per_second", name, view.kbps * 125)
            yield Sample("camera_reconnects", name, view.reconnects)
        if view.last_picture_at is not None:
            yield Sample("camera_last_picture_timestamp_seconds", name, view.last_picture_at.timestamp())
        for finding in view.findings:
            yield Sample("camera_finding", (camera.id, finding.kind), 1)
        recording = look.recorded.get(camera.id)
        if recording is not None and recording.state != "starting":
            yield Sample("camera_recording", name, recording.state == "recording")
    yield from _counts("cameras", conditions, CONDITIONS)
    yield Sample("cameras_to_record", (), len(look.recorded))


def _devices(look: Look) -> Iterator[Sample]:
    known = look.state.devices.by_id
    looked = {name: now for name in known if (now := look.devices.get(name)) is not None}
    contacts = Counter(now.contact for now in looked.values())
    contacts["unknown"] += len(known) - len(looked)
    yield from _counts("devices", contacts, CONTACTS)
    for name, device in known.items():
        yield Sample("device_faults", (name,), len(device.faults))
        now = looked.get(name)
        if now is not None and now.drift_s is not None:
            yield Sample("device_clock_drift_seconds", (name,), now.drift_s)
        if now is not None and now.hottest_c is not None:
            yield Sample("device_temperature_celsius", (name,), now.hottest_c)


def _counts(name: str, found: Mapping[Word, int], words: Iterable[Word]) -> Iterator[Sample]:
    """Each word of a fixed set, those that were not found as none."""
    for word in words:
        yield Sample(name, (word,), found.get(word, 0))
