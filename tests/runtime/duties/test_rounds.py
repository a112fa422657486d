"""Sheets are filled in and cleaning jobs scored: a real journal, a real index of recordings, the real machine."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.core.catalogue import HubStarted, SiteConfigured
from hub.core.decisions import decide
from hub.core.event import Draft, Event
from hub.core.explanation import Explanation, MeasureNow
from hub.core.findings import CameraJudged, LensCleaned, LensSoiled, SignalLost, SignalRestored
from hub.core.recordings import RecordingPlanned, Segment
from hub.core.rounds.answers import Answer, Reading
from hub.core.rounds.commands import AnswerRound, MakeRoundDue, SignRound, StartRound
from hub.core.rounds.events import CleaningProven, RoundMeasured, RoundsLoaded
from hub.core.rounds.kinds import Checklist, Measured, RoundKind, YesNo
from hub.core.rounds.measured import NOBODY, NOT_JUDGED
from hub.core.rounds.targets import OWN
from hub.core.site import Area, Camera, Site
from hub.core.status import CameraStatus, FindingLevel
from hub.core.text import Text
from hub.runtime.core_loop import CoreLoop
from hub.runtime.devices import own_machine
from hub.runtime.duties.round_readings import NO_SENSOR, NO_TIME_SERVER, OTHER_VIEW, TOO_SHORT, UNREADABLE
from hub.runtime.duties.rounds import TRY_AGAIN_S, build_round_watch
from hub.runtime.recording.index import RecordIndex
from hub.runtime.recording.reading import RecordReading
from hub.testing.clock import FakeClock
from tests.runtime.running import happens, journal_of, records_of, running, settled

SUN = "person:sun-wei"
ZONE = "Asia/Shanghai"
SITE = Site(
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[
        Camera(id="gate", name=Text(en="Gate"), area="yard", domain="security"),
        Camera(id="press", name=Text(en="Press"), area="yard", domain="security"),
    ],
)


def item(name: str, **more: float) -> Measured:
    return Measured(id=name, ask=Text(en=name), measure=name, must=False, **more)  # type: ignore[arg-type]


WEEKLY = RoundKind(
    id="technical",
    name=Text(en="Technical round"),
    checklists=(
        Checklist(of="camera", items=tuple(map(item, ("picture", "online", "recorded", "sharpness", "likeness")))),
        Checklist(of="recorder", items=tuple(map(item, ("storage", "disk", "disk-free", "clock", "temperature")))),
    ),
)
JOB = RoundKind(
    id="clean-lens",
    name=Text(en="Clean the lens"),
    checklists=(Checklist(of="camera", items=(YesNo(id="cleaned", ask=Text(en="Cleaned")),)),),
)
BEGINNING: tuple[Event, ...] = (
    SiteConfigured(site=SITE),
    HubStarted(version="1", last_stop="first"),
    RoundsLoaded(kinds=[WEEKLY, JOB]),
    RecordingPlanned(camera="gate", stream="main"),
    CameraJudged(camera="gate"),
)


class Bench:
    """A core loop with its watch over rounds; what comes in from cameras is in the test's hands."""

    def __init__(self, core: CoreLoop, clock: FakeClock, folder: Path) -> None:
        self.core, self.clock = core, clock
        self.status: dict[str, CameraStatus] = {}
        self.measured: dict[str, float] = {}
        self.index = RecordIndex(folder / "recordings.db", create=True)
        self.watch = build_round_watch(
            core,
            clock,
            ZoneInfo(ZONE),
            journal=journal_of(core),
            recordings=RecordReading(folder / "recordings.db", folder, clock, ZONE, dict),
            statuses=lambda: self.status,
            explain=self.explain,
            folder=folder / "video",
        )

    async def explain(self, camera: str) -> Explanation | None:
        measures = [
            MeasureNow(key=key, name=Text(en=key), means=Text(en=key), unit="", bad="high", value=value)
            for key, value in self.measured.items()
        ]
        return Explanation(why=Text(en="x"), measures=measures) if measures else None

    async def happen(self, *events: Event) -> None:
        await happens(self.core, *(Draft(event, actor="hub") for event in events))

    async def ask(self, *commands: object) -> None:
        for command in commands:
            await self.core.propose(
                lambda state, command=command: [  # type: ignore[misc]
                    Draft(event, actor=SUN) for event in decide(state, command, SUN, self.clock.now())
                ]
            )
        await settled(self.core)

    async def round(self, kind: str = "technical", camera: str | None = None, finding: str = "") -> None:
        order = MakeRoundDue(
            rule="r",
            kind=kind,
            title=Text(en="Round"),
            team="",
            due_in_s=None,
            clause="",
            camera=camera,
            finding=finding,
        )
        await self.ask(order)
        await self.ask(StartRound(round=next(reversed(self.core.state.rounds))))

    def sees(self, camera: str = "gate", *found: str, **measures: float) -> None:
        levels = [FindingLevel(kind=kind, since_at=self.clock.now()) for kind in found]
        self.status[camera] = CameraStatus(
            camera=camera, at=self.clock.now(), signal="live", measures=measures, findings=levels
        )

    def readings(self) -> dict[tuple[str, str], Reading]:
        (sheet,) = self.core.state.round_sheets.values()
        return {(each.asset, each.item): each for each in sheet.readings.values()}


@pytest.fixture
async def bench(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Bench]:
    async with running(tmp_path, clock) as core:
        bench = Bench(core, clock, tmp_path)
        await bench.happen(*BEGINNING)
        yield bench
        bench.index.close()


async def test_shares_of_the_week_scores_of_the_picture_and_the_machine_itself_are_filled_in(bench: Bench) -> None:
    began_at = bench.clock.now()
    bench.index.plan("gate", "main", began_at)
    bench.clock.advance(86_400)
    await bench.happen(SignalLost(camera="gate", since_at=bench.clock.now()))
    bench.clock.advance(86_400)
    await bench.happen(SignalRestored(camera="gate", since_at=began_at))
    bench.clock.advance(2 * 86_400)
    recorded = Segment(
        camera="gate",
        stream="main",
        begin_at=began_at,
        end_at=began_at + timedelta(days=3),
        media_s=3 * 86_400.0,
        frames=1,
        bytes=1,
        sha256="0" * 64,
        codec="h264",
        ended="camera",
    )
    bench.index.add([recorded])
    bench.sees(softness=0.105, similarity=0.9)
    await bench.round()
    await bench.watch.look()
    read = bench.readings()
    assert read["gate", "picture"].value is True
    assert (read["gate", "online"].value, read["gate", "recorded"].value) == (75.0, 75.0)
    assert (read["gate", "sharpness"].value, read["gate", "likeness"].value) == (90.0, 90.0)
    assert read[OWN, "storage"].value is True
    used, free = read[OWN, "disk"].value, read[OWN, "disk-free"].value
    assert isinstance(used, float) and 0 < used <= 100  # noqa: PT018
    assert isinstance(free, float) and free >= 0  # noqa: PT018


async def test_what_nothing_can_tell_stays_open_and_says_why(bench: Bench) -> None:
    bench.clock.advance(3600)
    await bench.round()
    await bench.watch.look()
    read = bench.readings()
    why = {name: (read[name].value, read[name].lacking) for name in read}
    assert why["gate", "online"] == (None, TOO_SHORT)
    assert ("press", "recorded") not in why, "nothing records it"
    assert why["press", "sharpness"] == (None, NOT_JUDGED)
    for name, lacking, told in (
        ("clock", NO_TIME_SERVER, own_machine.clock_error_s()),
        ("temperature", NO_SENSOR, own_machine.temperature()),
    ):
        assert (why[OWN, name][0] is None) == (told is None)
        assert why[OWN, name][1] == (lacking if told is None else Text(en=""))


async def test_a_picture_that_is_covered_is_not_called_sharp(bench: Bench) -> None:
    bench.sees(softness=0.0, similarity=-0.016)
    await bench.round()
    await bench.watch.look()
    sharpness = bench.readings()["gate", "sharpness"]
    assert (sharpness.value, sharpness.lacking) == (None, OTHER_VIEW)
    assert bench.readings()["gate", "likeness"].value == 0.0


async def test_what_nothing_could_tell_is_read_again_after_a_while_and_only_news_goes_on_record(bench: Bench) -> None:
    await bench.round()
    for _ in range(3):
        await bench.watch.look()
    before = len(records_of(bench.core, RoundMeasured))
    bench.clock.advance(TRY_AGAIN_S)
    bench.sees("press", softness=0.0, similarity=1.0)
    await bench.watch.look()
    *_, last = records_of(bench.core, RoundMeasured)
    assert len(records_of(bench.core, RoundMeasured)) == before + 1
    assert isinstance(last.event, RoundMeasured)
    assert {(each.asset, each.item, each.value) for each in last.event.readings} == {
        ("press", "sharpness", 100.0),
        ("press", "likeness", 100.0),
    }


async def test_a_source_that_is_broken_keeps_nobody_from_the_rest_of_the_sheet(bench: Bench, tmp_path: Path) -> None:
    bench.index.close()
    for file in tmp_path.glob("recordings.db*"):
        file.write_bytes(b"this is no index of recordings" * 1000)
    bench.sees(softness=0.0, similarity=1.0)
    await bench.round()
    await bench.watch.look()
    assert bench.readings()["gate", "recorded"].lacking == UNREADABLE
    assert bench.readings()["gate", "sharpness"].value == 100.0


async def test_a_machine_that_is_not_the_hubs_own_tells_nothing(bench: Bench) -> None:
    elsewhere = Checklist(of="camera", items=(item("temperature"),))
    await bench.happen(RoundsLoaded(kinds=[RoundKind(id="technical", name=Text(en="x"), checklists=(elsewhere,))]))
    await bench.round()
    await bench.watch.look()
    assert {each.lacking for each in bench.readings().values()} == {NOBODY}


async def test_a_cleaning_job_is_proven_by_what_the_watch_measures_afterwards(bench: Bench) -> None:
    await bench.happen(LensSoiled(camera="gate", since_at=bench.clock.now(), measures={"soiled": 0.3}))
    await bench.round("clean-lens", camera="gate", finding="lens.soiled")
    await bench.ask(AnswerRound(round="R-1", answers=[Answer(asset="gate", item="cleaned", value=True)]))
    await bench.ask(SignRound(round="R-1"))
    await bench.happen(LensCleaned(camera="gate"))
    bench.clock.advance(660)
    await bench.watch.look()
    assert records_of(bench.core, CleaningProven) == [], "nobody looks now"
    bench.sees("gate", "lens.soiled", soiled=0.3)
    await bench.watch.look()
    assert records_of(bench.core, CleaningProven) == [], "it is seen again"
    bench.sees("gate")
    await bench.watch.look()
    assert records_of(bench.core, CleaningProven) == [], "its worker does not say what it measures"
    bench.measured = {"soiled": 0.01, "contrast": 40.0}
    await bench.watch.look()
    (proven,) = records_of(bench.core, CleaningProven)
    assert isinstance(proven.event, CleaningProven)
    assert (proven.event.before, proven.event.after) == ({"soiled": 0.3}, {"soiled": 0.01})
    assert bench.core.state.cleanings == {}


def test_the_hottest_sensor_counts_and_one_that_is_asleep_does_not(tmp_path: Path) -> None:
    assert own_machine.temperature(tmp_path) is None
    for number, text in enumerate(("41500\n", "67000\n", "asleep", "999000\n")):
        (tmp_path / f"thermal_zone{number}").mkdir()
        (tmp_path / f"thermal_zone{number}" / "temp").write_text(text)
    (tmp_path / "thermal_zone9").mkdir()
    assert own_machine.temperature(tmp_path) == 67.0


def test_the_clock_is_wrong_by_something_or_nobody_knows() -> None:
    error_s = own_machine.clock_error_s()
    assert error_s is None or 0 <= error_s < 100
