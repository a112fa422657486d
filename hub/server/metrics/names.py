"""Every metric: its name, its labels and what it means. docs/operate/metrics.md is this list in words.

Labels hold ids of hub.toml, of workers, and words of fixed sets; never names that people type, texts or numbers that
grow. How many series there are follows from the numbers of cameras, devices, plugins and workers alone.
"""

from typing import Literal, NamedTuple, get_args

from hub.client.views import CameraCondition
from hub.core.alarms.model import AlarmState
from hub.core.devices.look import Contact
from hub.core.releases.model import ReleaseState
from hub.core.rounds.model import RoundState
from hub.core.tickets.model import TicketState

PREFIX = "watchroom_"

CONDITIONS: tuple[CameraCondition, ...] = get_args(CameraCondition)
ALARM_STATES: tuple[AlarmState, ...] = tuple(each for each in get_args(AlarmState) if each != "cleared")
TICKET_STATES: tuple[TicketState, ...] = tuple(
    each for each in get_args(TicketState) if each not in ("closed", "cancelled")
)
ROUND_STATES: tuple[RoundState, ...] = get_args(RoundState)
RELEASE_STATES: tuple[ReleaseState, ...] = tuple(
    each for each in get_args(ReleaseState) if each not in ("refused", "withdrawn", "closed")
)
CONTACTS: tuple[Contact, ...] = get_args(Contact)


class Metric(NamedTuple):
    """`name` is without the prefix and, of a counter, without `_total`."""

    name: str
    kind: Literal["gauge", "counter"]
    labels: tuple[str, ...]
    help: str

    @property
    def written(self) -> str:
        """The name as Prometheus has it."""
        return f"{PREFIX}{self.name}{'_total' if self.kind == 'counter' else ''}"


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, "gauge", labels, text)


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, "counter", labels, text)


METRICS: tuple[Metric, ...] = (
    _gauge("info", "The hub that runs; always 1.", "version"),
    _gauge("start_time_seconds", "When the hub was started, in seconds since 1970."),
    _counter("journal_records", "Records in the journal: the number of the newest."),
    _gauge("journal_blocked", "1 while nothing can be put on record, such as on a full disk."),
    _gauge("journal_waiting", "Records that wait to be written."),
    _gauge("messages_waiting", "Messages and other effects of rules that wait to be carried out."),
    _counter("messages_sent", "Messages and other effects of rules that were carried out."),
    _counter("messages_given_up", "Messages and other effects of rules that nobody tries any more."),
    _gauge("notifiers_failing", "Ways to send messages of which the last message failed."),
    _gauge("plugin_ready", "1 where a plugin works, 0 where it has failed or is turned off.", "plugin"),
    _gauge("config_problems", "Problems in the site's files that keep the newest version from being used."),
    _gauge("worker_running", "1 while a watch worker runs.", "worker"),
    _counter("worker_deaths", "How often a watch worker has died.", "worker"),
    _gauge("worker_cameras", "Cameras that a watch worker watches.", "worker"),
    _gauge("worker_lag_seconds", "How late a watch worker's threads wake.", "worker"),
    _gauge("worker_cpu_ratio", "Share of one core that a watch worker takes.", "worker"),
    _gauge("worker_picture_interval_seconds", "How often a watch worker looks at a camera's picture.", "worker"),
    _gauge("worker_picture_interval_wanted_seconds", "How often it should.", "worker"),
    _gauge("cameras", "Cameras by condition.", "condition"),
    _gauge("alarms", "Alarms that stand, by priority and state.", "priority", "state"),
    _gauge("alarm_floods", "Floods of alarms that are not over."),
    _gauge("tickets", "Fault tickets that are not closed, by state.", "state"),
    _gauge("rounds", "Rounds that are due and not done, by state.", "state"),
    _gauge("releases", "Releases of recordings that are open, by state.", "state"),
    _gauge("releases_held", "Periods of a camera that are held for releases."),
    _gauge("recordings_damaged", "Cameras whose recordings are not what was sealed."),
    _gauge("recordings_proven_timestamp_seconds", "When the last whole proof of the recordings was over."),
    _gauge("backup_timestamp_seconds", "When the newest copy of the site was made by schedule."),
    _gauge("backup_failing", "1 while the copy that is due cannot be made."),
    _gauge("storage_faults", "Conditions that hold of the volumes of recordings, such as one that is full."),
    _gauge("cameras_to_record", "Cameras that are to be recorded."),
    _gauge("camera_info", "A camera of hub.toml; always 1.", "camera", "area", "domain"),
    _gauge("camera_condition", "1 for the condition that a camera is in, 0 for the others.", "camera", "condition"),
    _gauge("camera_live", "1 while a camera's stream is live; nothing when nobody watches it.", "camera"),
    _gauge("camera_frames_per_second", "Frames that come in; nothing when nobody watches it.", "camera"),
    _gauge("camera_bytes_per_second", "Bytes that come in; nothing when nobody watches it.", "camera"),
    _counter("camera_reconnects", "How often the stream was connected to again since the worker began.", "camera"),
    _gauge("camera_last_picture_timestamp_seconds", "When the newest picture came, in seconds since 1970.", "camera"),
    _gauge("camera_finding", "1 for each fault of a camera that holds, such as `view.obstructed`.", "camera", "kind"),
    _gauge("camera_recording", "1 while a camera that is to be recorded is; 0 while it is missing.", "camera"),
    _gauge("devices", "Recorders and cameras that are asked how they are, by what came of the last look.", "contact"),
    _gauge("device_faults", "What is wrong with a device now, as a number of faults.", "device"),
    _gauge("device_clock_drift_seconds", "Seconds that a device's clock is ahead; negative: behind.", "device"),
    _gauge("device_temperature_celsius", "The hottest temperature that a device told.", "device"),
)

BY_NAME = {metric.name: metric for metric in METRICS}
