"""How a camera is judged, as its order says it: hub.toml and people's decisions together."""

from datetime import UTC, datetime

from hub.config.load import parse_site
from hub.core.event import Event, Record
from hub.core.findings import CameraRelearned, ReferenceApproved, ReferenceLearned, ReferenceRejected
from hub.core.fold import fold
from hub.core.state import State
from hub.ports import StreamSpec
from hub.runtime.watch.judged_orders import completing
from hub.watch.messages import RecordOrder, WatchOrder
from tests.config.test_site import BASE

AT = datetime(2026, 3, 2, tzinfo=UTC)
ORDER = WatchOrder("gate-1", StreamSpec("rtsp://10.0.0.8/live"))


def after(*events: Event) -> State:
    state = State()
    for seq, event in enumerate(events, start=1):
        state = fold(state, Record(seq, AT, AT, "person:li", None, event, None, b""))
    return state


def completed(toml: str, state: State) -> WatchOrder:
    config, problems = parse_site(toml)
    assert config is not None, problems
    return completing(config, state, "Asia/Shanghai")(ORDER)


def test_an_order_says_what_hub_toml_says_of_the_judgement() -> None:
    own = 'ptz = true\nwatch = { ignore = [[0, 0, 50, 100]], sensitivity = { picture.noisy = "off" } }'
    order = completed(BASE.replace("watch = { lost_after_s = 8 }", own), State())
    assert order.ptz
    assert order.ignored == [0xFF00] * 9
    assert order.settings.sensitivity == {"picture.noisy": 0.0}
    assert order.timezone == "Asia/Shanghai"
    assert order.stream == ORDER.stream
    assert completed(BASE, State()).decided == {}


def test_an_order_says_everything_that_people_decided_and_nothing_that_they_did_not() -> None:
    state = after(
        ReferenceLearned(camera="gate-1", reference="day-1"),
        ReferenceLearned(camera="gate-1", reference="dim-2", light="dim"),
        ReferenceLearned(camera="gate-1", reference="infrared-3", light="infrared"),
        ReferenceApproved(camera="gate-1", reference="day-1"),
        ReferenceRejected(camera="gate-1", reference="dim-2", reason="headlights"),
        ReferenceLearned(camera="press-1", reference="day-1"),
        ReferenceApproved(camera="press-1", reference="day-1"),
    )
    assert completed(BASE, state).decided == {"day-1": "approved", "dim-2": "rejected"}
    assert completed(BASE, state).proposed == ["infrared-3"]
    relearned = fold(
        state, Record(9, AT, AT, "person:li", None, CameraRelearned(camera="gate-1", reason="x"), None, b"")
    )
    assert completed(BASE, relearned).decided == {
        "day-1": "superseded",
        "dim-2": "rejected",
        "infrared-3": "superseded",
    }


def test_an_order_to_record_says_how_far_the_camera_s_clock_is_ahead() -> None:
    config, _ = parse_site(BASE)
    assert config is not None
    recorded = WatchOrder("gate-1", ORDER.stream, recording=RecordOrder(folder="/srv"))
    completed = completing(config, State(), "Asia/Shanghai", {"gate-1": -2.5, "press-1": 9.0})(recorded)
    assert completed.recording == RecordOrder(folder="/srv", device_offset_s=-2.5)
    assert completing(config, State(), "Asia/Shanghai", {"gate-1": -2.5})(ORDER).recording is None


def test_an_order_of_a_camera_that_left_hub_toml_stays_as_it_is() -> None:
    config, _ = parse_site(BASE)
    assert config is not None
    gone = WatchOrder("gone", StreamSpec("rtsp://10.0.0.9/live"))
    assert completing(config, State(), "Asia/Shanghai")(gone) is gone
