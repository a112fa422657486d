"""What the hub fills in on a sheet by itself, beside what the watch finds: its disk, its scores, what it lacks."""

import pytest

from hub.core.assets.events import AssetRegistered
from hub.core.decisions import decide
from hub.core.findings import CameraJudged
from hub.core.recordings import RecordingPlanned
from hub.core.rounds.answers import Answer, Reading
from hub.core.rounds.commands import AnswerRound, FillReadings, SignRound, StartRound
from hub.core.rounds.events import RoundFaultFound, RoundMeasured, RoundsLoaded
from hub.core.rounds.kinds import Checklist, Measured, RoundKind
from hub.core.rounds.lines import Line, lines_of
from hub.core.rounds.measured import NO_RECORDING, NOT_JUDGED, to_be_read
from hub.core.rounds.targets import OWN
from hub.core.storage import StorageLow
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from tests.core.conftest import History
from tests.core.test_rounds_made import SUN, make_due

STORAGE = Measured(id="storage", ask=Text(en="Volume"), measure="storage", fault=Text(en="Volume"))
FULL = Measured(id="disk", ask=Text(en="Disk"), measure="disk", at_most=95.0, fault=Text(en="Disk full"))
HEAT = Measured(id="heat", ask=Text(en="Heat"), measure="temperature", at_most=70.0, must=False)
SHARP = Measured(id="sharp", ask=Text(en="Sharp"), measure="sharpness", must=False)
KIND = RoundKind(
    id="technical",
    name=Text(en="Technical round"),
    checklists=(
        Checklist(of="recorder", items=(STORAGE, FULL, HEAT)),
        Checklist(of="camera", items=(SHARP,)),
    ),
)
NO_SENSOR = Text(en="no sensor", zh="无传感器")


@pytest.fixture
def begun(history: History) -> History:
    """A round over two cameras and the hub's own recorder, which was begun."""
    for camera in ("press-1", "gate-1"):
        history.happen(CameraJudged(camera=camera), RecordingPlanned(camera=camera, stream="main"))
    history.happen(RoundsLoaded(kinds=[KIND]))
    history.decide(decide, StartRound(round=make_due(history)), SUN)
    return history


def fill(history: History, asset: str, item: str, value: float | None, lacking: Text = Text(en="")) -> list[object]:
    reading = Reading(asset=asset, item=item, value=value, lacking=lacking, at=history.now)
    return list(history.decide(decide, FillReadings(round="R-1", readings=[reading])))


def line(history: History, asset: str, item: str) -> Line:
    return next(e for e in lines_of(history.state.round_sheets["R-1"]) if (e.asset, e.item) == (asset, item))


def test_the_volume_of_recordings_is_good_until_it_is_found_low(begun: History) -> None:
    assert (line(begun, OWN, "storage").value, line(begun, OWN, "storage").bad) == (True, False)
    fill(begun, OWN, "disk", 50.0)
    begun.happen(StorageLow(volume="/video", free_bytes=1))
    measured, ticket, fault, done = begun.decide(decide, SignRound(round="R-1"), SUN)
    assert isinstance(measured, RoundMeasured)
    assert [(each.item, each.value, each.found) for each in measured.readings] == [("storage", False, ["storage.low"])]
    assert isinstance(ticket, TicketOpened)
    assert isinstance(fault, RoundFaultFound)
    assert done.bad == 1  # type: ignore[attr-defined]


def test_a_recording_that_nobody_ordered_says_so(history: History) -> None:
    recorded = Measured(id="kept", ask=Text(en="Recorded"), measure="recording")
    picture = Measured(id="good", ask=Text(en="Picture"), measure="picture")
    kind = RoundKind(id="technical", name=KIND.name, checklists=(Checklist(of="camera", items=(recorded, picture)),))
    history.happen(CameraJudged(camera="press-1"), RoundsLoaded(kinds=[kind]))
    history.decide(decide, StartRound(round=make_due(history)), SUN)
    assert line(history, "press-1", "kept").lacking == NO_RECORDING
    assert line(history, "press-1", "good").value is True
    assert line(history, "gate-1", "good").lacking == NOT_JUDGED


@pytest.mark.parametrize(
    ("recorded", "parent", "asked"),
    [
        (("gate-1",), "", False),
        (("gate-1",), "SW-1", False),
        (("gate-1",), "NVR-1", True),
        (("gate-1", "press-1"), "", True),
        ((), "", True),
    ],
    ids=["nowhere", "on a switch", "on a recorder", "by the hub", "the hub records nothing: elsewhere"],
)
def test_a_camera_is_asked_about_its_recording_where_one_can_be(
    history: History, recorded: tuple[str, ...], parent: str, asked: bool
) -> None:
    kept = Measured(id="kept", ask=Text(en="Recorded"), measure="recording")
    share = Measured(id="share", ask=Text(en="Recorded, %"), measure="recorded", must=False)
    picture = Measured(id="good", ask=Text(en="Picture"), measure="picture")
    checklist = Checklist(of="camera", items=(kept, share, picture))
    history.happen(
        AssetRegistered(asset="SW-1", kind="switch", values={}),
        AssetRegistered(asset="NVR-1", kind="recorder", values={}),
        AssetRegistered(asset="press-1", kind="camera", values={"parent": parent} if parent else {}),
        RoundsLoaded(kinds=[RoundKind(id="technical", name=KIND.name, checklists=(checklist,))]),
        *(RecordingPlanned(camera=camera, stream="main") for camera in recorded),
    )
    history.decide(decide, StartRound(round=make_due(history)), SUN)
    targets = {target.asset: target.items for target in history.state.round_sheets["R-1"].targets}
    assert targets["press-1"] == (("kept", "share", "good") if asked else ("good",))
    assert targets["gate-1"] == ("kept", "share", "good")


def test_what_is_read_outside_of_the_core_is_asked_for_until_it_has_a_value(begun: History) -> None:
    def asked() -> list[tuple[str, str]]:
        return [(asset, item.id) for asset, item in to_be_read(begun.state.round_sheets["R-1"])]

    cameras = [("press-1", "sharp"), ("gate-1", "sharp")]
    assert asked() == [(OWN, "disk"), (OWN, "heat"), *cameras]
    fill(begun, OWN, "disk", 50.0)
    fill(begun, OWN, "heat", None, NO_SENSOR)
    assert asked() == [(OWN, "heat"), *cameras], "a sensor may come"


def test_what_nothing_can_tell_says_so_and_a_person_answers_it(begun: History) -> None:
    assert len(fill(begun, OWN, "heat", None, NO_SENSOR)) == 1
    assert fill(begun, OWN, "heat", None, NO_SENSOR) == [], "the same again is no news"
    assert (line(begun, OWN, "heat").lacking, line(begun, OWN, "heat").settled) == (NO_SENSOR, False)
    begun.decide(decide, AnswerRound(round="R-1", answers=[Answer(asset=OWN, item="heat", value=41.0)]), SUN)
    assert line(begun, OWN, "heat").value == 41.0


def test_a_number_beyond_its_limit_opens_a_ticket_as_soon_as_it_is_read(begun: History) -> None:
    measured, ticket, fault = fill(begun, OWN, "disk", 97.5)
    assert isinstance(measured, RoundMeasured)
    assert isinstance(ticket, TicketOpened)
    assert ticket.title.en == "Disk full: The hub's own recorder"
    assert isinstance(fault, RoundFaultFound)
    assert fill(begun, OWN, "disk", 97.5) == []


def test_what_was_signed_and_what_is_not_on_the_sheet_is_not_filled_in(begun: History) -> None:
    assert fill(begun, OWN, "other", 1.0) == []
    fill(begun, OWN, "disk", 50.0)
    begun.decide(decide, SignRound(round="R-1"), SUN)
    assert fill(begun, OWN, "disk", 60.0) == []


def test_a_recorder_of_the_register_is_the_hubs_own_only_under_its_name(history: History) -> None:
    history.happen(RecordingPlanned(camera="gate-1", stream="main"), RoundsLoaded(kinds=[KIND]))
    history.happen(AssetRegistered(asset="NVR-1", kind="recorder", values={"name": "North"}))
    history.happen(AssetRegistered(asset=OWN, kind="recorder", values={"name": "Ours"}))
    history.decide(decide, StartRound(round=make_due(history)), SUN)
    assert line(history, OWN, "storage").value is True
    assert line(history, "NVR-1", "storage").settled is False
