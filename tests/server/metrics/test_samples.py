"""What the metrics say follows from the state; what nobody knows is left out."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from hub.client.devices import DeviceNow
from hub.client.views import HealthView, JournalHealth, RecordingNow, WorkerPace
from hub.core.alarms.events import AlarmRaised
from hub.core.backups import Backups
from hub.core.catalogue import SiteConfigured
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured, DeviceUnreachable
from hub.core.event import Event, Record
from hub.core.findings import CameraJudged, ViewObstructed
from hub.core.fold import fold
from hub.core.proof.model import Proof
from hub.core.site import Area, Camera, Site
from hub.core.state import PluginHealth, State, WorkerHealth
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.server.metrics.names import BY_NAME, METRICS
from hub.server.metrics.page import render
from hub.server.metrics.samples import Look, samples
from hub.testing.clock import START


def state_of(*events: Event) -> State:
    state = State()
    for seq, event in enumerate(events, 1):
        state = fold(state, Record(seq, START, START, "hub", None, event, None, b""))
    return state


def site(*names: str) -> SiteConfigured:
    cameras = [Camera(id=name, name=Text(en=name), area="hall", domain="production") for name in names]
    return SiteConfigured(site=Site(areas=[Area(id="hall", name=Text(en="Hall"))], cameras=cameras))


def health() -> HealthView:
    return HealthView(
        version="1.2",
        started_at=START,
        journal=JournalHealth(seq=7, hash="", store="sqlite", outbox={"pending": 2, "done": 5}),
        plugins={"mail": PluginHealth(ready=True), "acme": PluginHealth(ready=False)},
        workers={"w1": WorkerHealth(running=True, deaths=3)},
        config_problems={},
        paces={"w1": WorkerPace(cameras=["a"], lag_s=0.25, cpu=0.5, asked_every_s=2, picture_every_s=3)},
    )


def look(state: State, **more: object) -> Look:
    plain = Look(now=START, state=state, statuses={}, recorded={}, devices={}, health=health())
    return replace(plain, **more)


def found(look: Look) -> dict[tuple[str, ...], float]:
    return {(sample.name, *sample.labels): sample.value for sample in samples(look)}


def live(camera: str, **more: object) -> CameraStatus:
    plain = CameraStatus(camera=camera, at=START, signal="live", fps=25.0, kbps=2_000.0, reconnects=4)
    return replace(plain, last_picture_at=START, **more)


def test_a_camera_that_is_watched_says_how_it_is() -> None:
    state = state_of(site("gate"), CameraJudged(camera="gate"))
    said = found(look(state, statuses={"gate": live("gate")}, recorded={"gate": now("recording")}))
    assert said["camera_info", "gate", "hall", "production"] == 1
    assert [said["camera_condition", "gate", each] for each in ("good", "fault", "lost", "not_judged")] == [1, 0, 0, 0]
    assert (said["camera_live", "gate"], said["camera_frames_per_second", "gate"]) == (1, 25)
    assert (said["camera_bytes_per_second", "gate"], said["camera_reconnects", "gate"]) == (250_000, 4)
    assert said["camera_last_picture_timestamp_seconds", "gate"] == START.timestamp()
    assert (said["camera_recording", "gate"], said["cameras", "good"], said["cameras", "lost"]) == (1, 1, 0)


def test_nothing_is_said_of_a_camera_that_nobody_watches_but_that_it_is_not_judged() -> None:
    state = state_of(site("gate"), CameraJudged(camera="gate"))
    old = live("gate", at=START - timedelta(minutes=5))
    said = found(look(state, statuses={"gate": old}, recorded={"gate": now("starting")}))
    assert said["camera_condition", "gate", "not_judged"] == 1
    silent = {"camera_live", "camera_frames_per_second", "camera_bytes_per_second", "camera_recording"}
    assert silent.isdisjoint(key[0] for key in said)


def test_each_fault_that_holds_is_named_by_its_kind() -> None:
    state = state_of(
        site("gate"), CameraJudged(camera="gate"), ViewObstructed(camera="gate", since_at=START, share=0.5)
    )
    said = found(look(state, statuses={"gate": live("gate")}))
    assert said["camera_finding", "gate", "view.obstructed"] == 1
    assert said["camera_condition", "gate", "fault"] == 1


def test_alarms_are_counted_by_priority_and_state_and_none_is_a_number_too() -> None:
    raised = AlarmRaised(
        alarm="A-1", rule="r", kind="k", subject="camera:gate", camera="gate", priority="high", title=Text(en="Gate")
    )
    said = found(look(state_of(site("gate"), raised)))
    assert said["alarms", "high", "unacknowledged"] == 1
    assert said["alarms", "critical", "unacknowledged"] == 0
    assert sum(value for key, value in said.items() if key[0] == "alarms") == 1


def test_the_hub_and_its_workers_say_how_they_are() -> None:
    said = found(look(state_of(site())))
    assert (said["info", "1.2"], said[("journal_records",)], said[("messages_waiting",)]) == (1, 7, 2)
    assert (said["plugin_ready", "mail"], said["plugin_ready", "acme"]) == (1, 0)
    assert (said["worker_deaths", "w1"], said["worker_lag_seconds", "w1"], said["worker_cameras", "w1"]) == (3, 0.25, 1)
    assert (said["worker_picture_interval_seconds", "w1"], said["worker_picture_interval_wanted_seconds", "w1"]) == (
        3,
        2,
    )


def test_devices_say_what_they_told_and_no_more() -> None:
    configured = [ConfiguredDevice(id=name, name=Text(en=name), driver="acme") for name in ("nvr-1", "nvr-2")]
    state = state_of(site(), DevicesConfigured(devices=configured), DeviceUnreachable(device="nvr-2", since_at=START))
    said = found(look(state, devices={"nvr-1": DeviceNow(contact="reached", drift_s=-2.5, hottest_c=61.0)}))
    assert (said["devices", "reached"], said["devices", "unknown"]) == (1, 1)
    assert (said["device_faults", "nvr-1"], said["device_faults", "nvr-2"]) == (0, 1)
    assert said["device_clock_drift_seconds", "nvr-1"] == -2.5
    assert said["device_temperature_celsius", "nvr-1"] == 61
    assert ("device_clock_drift_seconds", "nvr-2") not in said


def test_what_is_proven_and_copied_is_told_once_it_was() -> None:
    bare = found(look(state_of(site())))
    assert (bare[("recordings_damaged",)], bare[("backup_failing",)], bare["releases", "requested"]) == (0, 0, 0)
    assert ("recordings_proven_timestamp_seconds",) not in bare
    kept = replace(state_of(site()), proof=Proof(completed_at=START), backups=Backups(made_at=START, failing="no room"))
    said = found(look(kept))
    assert said[("recordings_proven_timestamp_seconds",)] == said[("backup_timestamp_seconds",)] == START.timestamp()
    assert said[("backup_failing",)] == 1


@given(st.text(min_size=1, max_size=30))
def test_any_word_of_the_site_stays_inside_its_label(word: str) -> None:
    """The ids of hub.toml are plain words; a page is whole all the same."""
    page = render(samples(look(state_of(site(word))))).decode("utf-8", "surrogateescape")
    infos = [each for family in text_string_to_metric_families(page) for each in family.samples]
    assert [each.labels["camera"] for each in infos if each.name == "watchroom_camera_info"] == [word]


def test_every_metric_is_written_with_its_help_and_only_those() -> None:
    state = state_of(
        site("gate"),
        CameraJudged(camera="gate"),
        ViewObstructed(camera="gate", since_at=START, share=0.5),
        DevicesConfigured(devices=[ConfiguredDevice(id="nvr-1", name=Text(en="nvr-1"), driver="acme")]),
    )
    state = replace(state, proof=Proof(completed_at=START), backups=Backups(made_at=START))
    whole = look(
        state,
        statuses={"gate": live("gate")},
        recorded={"gate": now("recording")},
        devices={"nvr-1": DeviceNow(contact="reached", drift_s=1.0, hottest_c=40.0)},
    )
    assert {sample.name for sample in samples(whole)} == set(BY_NAME)
    families = {family.name: family for family in text_string_to_metric_families(render(samples(whole)).decode())}
    for metric in METRICS:
        family = families[metric.written.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.help)
        assert {tuple(sorted(each.labels)) for each in family.samples} == {tuple(sorted(metric.labels))}


def test_how_many_series_there_are_follows_from_what_hub_toml_names() -> None:
    def series(cameras: int) -> int:
        names = [f"c{number}" for number in range(cameras)]
        statuses = {name: live(name) for name in names}
        recorded = {name: now("recording") for name in names}
        return len(list(samples(look(state_of(site(*names)), statuses=statuses, recorded=recorded))))

    assert series(300) - series(200) == 100 * 11


def now(state: str) -> RecordingNow:
    return RecordingNow(stream="main", state=state)  # type: ignore[arg-type]
