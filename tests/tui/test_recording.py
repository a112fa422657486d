"""What staff see of a camera's recording: in the wall, and the day's account in the close-up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from hub.client import CameraView, RecordingDay, RecordingNow
from hub.core.recorded import Gap
from hub.core.text import Text
from hub.tui import moments, words
from hub.tui.rows import recording
from hub.tui.situation import Link, Situation
from tests.tui.conftest import NOW, Watch
from tests.tui.fake_hub import ACCOUNTS, FakeHub

DAY = date(2026, 11, 23)
LIVE = Situation(now=NOW, zone=UTC, link=Link(up=True))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def recorded(**changes: Any) -> RecordingNow:
    known = RecordingNow(stream="watched", state="recording", since_at=at(-3600), grown_at=at(-2), closed_at=at(-20))
    return replace(known, **changes)


def day(*gaps: Gap, planned_s: float = 7200.0) -> RecordingDay:
    missing_s = sum((gap.to_at - gap.from_at).total_seconds() for gap in gaps)
    name = Text(en="Press line 1", zh="冲压一线")
    return RecordingDay(
        camera="press-1",
        camera_name=name,
        day=DAY,
        planned_s=planned_s,
        actual_s=planned_s - missing_s,
        gaps=list(gaps),
    )


@pytest.fixture
async def camera(hub: FakeHub) -> CameraView:
    hub.account = ACCOUNTS["wang"]
    return (await hub.site()).cameras[0]


def said(camera: CameraView, known: RecordingNow | None, situation: Situation = LIVE) -> tuple[str, str]:
    fact = recording.fact(replace(camera, recording=known), situation)
    return fact.text, fact.tone


def test_a_camera_is_recorded_since_when_and_until_when_on_disk(camera: CameraView) -> None:
    assert said(camera, None) == ("not planned", "muted")
    assert said(camera, recorded()) == ("✓ since 01:30:00, last file until 02:29:40", "good")
    assert said(camera, recorded(closed_at=None)) == ("✓ since 01:30:00", "good")
    assert said(camera, recorded(state="starting", since_at=None, grown_at=None, closed_at=None)) == (
        "? nothing on disk yet",
        "not_judged",
    )
    missing = recorded(state="missing", since_at=None, grown_at=at(-125))
    assert said(camera, missing) == ("✗ nothing new on disk, for 2 min, last file until 02:29:40", "lost")


def test_what_is_not_known_to_hold_any_more_is_not_called_recorded(camera: CameraView) -> None:
    text, tone = said(camera, recorded(), replace(LIVE, link=Link(up=False)))
    assert text.startswith("? ")
    assert tone == "stale"


def test_the_day_says_what_is_missing_by_cause_the_longest_first() -> None:
    gaps = [
        Gap(at(-100), at(-96), "hub"),
        Gap(at(-5000), at(-4800), "camera"),
        Gap(at(-300), at(-280), "camera"),
    ]
    [fact] = recording.today(day(*gaps), LIVE)
    assert fact.text == "2 h planned, 3 min 44 s missing: camera 3 min 40 s, hub 4 s"
    assert fact.tone == "fault"
    assert [fact.text for fact in recording.today(day(), LIVE)] == ["2 h planned, nothing missing"]
    assert recording.today(None, LIVE) == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (50_580, "14 h 3 min")]
)
def test_a_length_of_time_has_its_two_largest_units(seconds: float, text: str) -> None:
    assert moments.span(seconds) == text


def test_what_an_alarm_is_about_is_said_in_words() -> None:
    assert words.subject("worker:watch-1") == "watch worker watch-1"
    assert words.subject("volume:/srv/a:b") == "volume /srv/a:b"
    assert words.subject("round:R-3") == "round R-3"
    assert words.subject("ticket:T-3") == "ticket T-3"
    assert words.subject("hub") == "hub"
    assert words.subject("config:hub.toml") == "config:hub.toml"


def test_every_cause_has_a_word() -> None:
    assert set(words.GAP_CAUSES) == {"camera", "network", "hub", "storage", "unknown"}


async def test_the_closeup_asks_for_the_day_every_ten_seconds_and_small_screens_scroll(
    watch: Watch, hub: FakeHub
) -> None:
    hub.find("press-1", "picture.blurred", evidence=False)
    hub.find("press-1", "view.moved", evidence=False)
    hub.recorded["press-1"] = recorded()
    hub.days["press-1"] = day(Gap(at(-300), at(-240), "network"))
    async with watch(hub, size=(80, 24)) as w:
        await w.until_seen("Press line 1")
        assert hub.days_asked == [], "nobody looks at the account yet"
        await w.press("enter")
        await w.until(lambda: hub.days_asked, "the account is asked for")
        assert hub.days_asked == [("press-1", DAY)]
        await w.press(*["down"] * 9)
        await w.until_seen("2 h planned, 1 min", "missing: network 1 min")
        await w.tick(5.0)
        assert len(hub.days_asked) == 1
        hub.days["press-1"] = day()
        await w.tick(6.0)
        await w.until_seen("2 h planned, nothing missing")
        await w.press(*["up"] * 9)
        await w.until_gone("nothing missing")


async def test_nobody_asks_for_the_day_of_a_camera_that_is_not_recorded(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, size=(80, 24)) as w:
        await w.press("enter")
        await w.until_seen("W: why it is judged so")
        await w.tick(1.0)
        assert hub.days_asked == []
