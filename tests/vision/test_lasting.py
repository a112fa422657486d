"""What stays for tens of minutes: dirt, webs, stickers and plants, and what only looks so for a while.

Pictures come every 40 seconds, so that hours take seconds; the time constants are those of the clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from hub.vision import lasting, trend
from hub.vision.frame import Frame
from hub.vision.judge import Circumstances, Verdict, View, fresh, judge, remember
from hub.vision.lasting import Lasting
from hub.vision.limits import Limits
from hub.vision.trend import Trend
from hub.vision.verdict import PictureFinding
from hub.watch.evidence import forecast_at
from tests.vision.scenes import HEIGHT, WIDTH, Camera, Image, cloudy, lay, person, sight, soften, sticker

LIMITS = Limits()
STEP_S = 40.0
FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)
Change = Callable[[Image], Image]


def dirt(share: float = 0.4, seed: int = 3) -> Change:
    """Smears that blur and veil a share of the view."""
    pattern = cloudy(np.random.default_rng(seed), HEIGHT, WIDTH, 50)
    mask = soften((pattern > np.quantile(pattern, 1 - share)).astype(np.float32), 6)

    def change(image: Image) -> Image:
        return lay(image, mask, soften(image, 3) * 0.65 + float(image.mean()) * 0.35)

    return change


def web(seed: int = 2) -> Change:
    """Threads close to the lens: thin, bright and soft."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    dice = np.random.default_rng(seed)
    across, down = dice.uniform(0, WIDTH), dice.uniform(0, HEIGHT)
    ring = np.abs((np.hypot(x - across, y - down) % 14) - 7) < 1
    spoke = np.abs(np.sin(7 * np.arctan2(y - down, x - across))) * np.hypot(x - across, y - down) < 7
    mask = soften((ring | spoke).astype(np.float32), 1.4) * 0.75
    return lambda image: lay(image, mask, 210)


class Site:
    """A camera over hours."""

    def __init__(self, kind: str = "yard", seed: int = 3) -> None:
        self.camera = Camera(kind, seed)
        self.camera.crowd = []
        self.view: View = fresh()
        self.verdict = Verdict()
        self.at_s = 0.0
        self.raised: set[str] = set()

    def live(
        self, minutes: float, change: Change | None = None, *, every_s: float = STEP_S, gain: float = 1.0
    ) -> "Site":
        for _ in range(max(1, round(60 * minutes / every_s))):
            self.at_s += every_s
            gray = self.camera.shoot(change=change, gain=gain)
            at = FIRST + timedelta(seconds=self.at_s)
            self.view, self.verdict = judge(self.view, Frame(gray), self.at_s, LIMITS, Circumstances(at))
            self.raised |= self.kinds
        return self

    @property
    def kinds(self) -> set[str]:
        return {finding.kind for finding in self.verdict.findings}


@pytest.fixture(scope="module")
def settled() -> Site:
    """A camera that has been watched for three quarters of an hour."""
    return Site().live(1, every_s=1.0).live(45)


@pytest.fixture
def site(settled: Site) -> Site:
    again = Site()
    again.view, again.verdict, again.at_s = settled.view, settled.verdict, settled.at_s
    again.camera.second = settled.camera.second
    return again


def test_nothing_is_said_before_half_an_hour_and_nothing_is_found_after_it(settled: Site) -> None:
    assert settled.raised == set()
    assert "lens.soiled" not in settled.verdict.undecided
    young = Site().live(1, every_s=1.0).live(10)
    assert "lens.soiled" in young.verdict.undecided


@pytest.mark.parametrize(
    "change", [dirt(), web(), lambda image: sticker(image, 0.12, seed=5)], ids=["dirt", "web", "sticker"]
)
def test_what_spoils_the_lens_is_found_within_the_hour(site: Site, change: Change) -> None:
    site.live(60, change)
    assert site.kinds & {"lens.soiled", "view.obstructed"}
    if "lens.soiled" in site.kinds:
        found = next(finding for finding in site.verdict.findings if finding.kind == "lens.soiled")
        assert found.share is not None
        assert found.share > 0.06
        assert any(found.cells)


def test_it_is_over_soon_after_cleaning(site: Site) -> None:
    site.live(60, dirt(0.25))
    assert site.kinds & {"lens.soiled", "view.obstructed"}
    assert not site.live(20).kinds


def test_a_person_who_stands_there_for_ten_minutes_is_no_dirt(site: Site) -> None:
    def standing(image: Image) -> Image:
        return person(image, np.random.default_rng(4), 150, 150, 110)

    site.live(10, standing).live(50)
    assert "lens.soiled" not in site.raised


def test_light_that_slowly_fades_is_no_dirt(site: Site) -> None:
    for gain in np.linspace(1.0, 0.55, 12):
        site.live(5, gain=float(gain))
    assert "lens.soiled" not in site.raised


def leaves(share: float, seed: int = 6) -> Change:
    """Plants from the left border over a share of the width: fine, and never twice the same."""
    dice = np.random.default_rng(seed)
    edge = share * WIDTH + 8 * cloudy(np.random.default_rng(1), HEIGHT, 8, 12)[:, :1]
    mask = soften((np.arange(WIDTH)[None, :] < edge).astype(np.float32), 1.5)

    def change(image: Image) -> Image:
        return lay(image, mask, 80 + cloudy(dice, HEIGHT, WIDTH, 4) * 45)

    return change


def test_plants_that_grow_into_the_view_from_a_border_are_found_as_such(site: Site) -> None:
    for share in np.linspace(0.02, 0.3, 14):
        site.live(30, leaves(float(share)), every_s=90.0)
    assert "view.overgrown" in site.raised
    found = next((each for each in site.verdict.findings if each.kind == "view.overgrown"), None)
    assert found is None or (found.share is not None and found.share > 0.06)


@pytest.mark.parametrize("change", [dirt(), leaves(0.3)], ids=["dirt", "plants"])
def test_what_lies_on_ignored_cells_for_hours_is_neither_dirt_nor_plants(settled: Site, change: Change) -> None:
    ignored = np.zeros((9, 16), bool)
    ignored[:, :8] = True
    left = np.tile((np.arange(WIDTH) < 150).astype(np.float32), (HEIGHT, 1))
    site = Site()
    site.view = fresh(settled.view.bank, ignored=ignored, memory=remember(settled.view))
    site.camera.second, site.at_s = settled.camera.second, settled.at_s
    site.live(110, lambda image: lay(image, left, change(image)))
    assert site.raised == set()
    sight = site.view.lasting.sight
    assert sight is not None
    assert sight.judged.any()
    assert not (sight.judged | sight.spoiled | sight.gone)[ignored].any()


def test_what_the_view_has_been_outlives_a_restart_and_the_sun_that_moved_on_is_no_dirt(site: Site) -> None:
    memory = remember(site.view)
    again = fresh(site.view.bank, memory=memory)
    known, before = again.lasting.known, site.view.lasting.known
    assert set(known) == set(before) != set()
    for name, each in known.items():
        assert np.array_equal(each.edges, before[name].edges)


def test_a_damaged_memory_of_it_counts_as_none() -> None:
    with pytest.raises(ValueError, match="takes 3 bytes"):
        lasting.unpack_known({"day-1": b"abc"})
    with pytest.raises(ValueError, match="7 lights"):
        lasting.unpack_known({f"day-{number}": b"" for number in range(7)})


def test_what_a_cover_left_in_the_averages_is_not_found_once_more(site: Site) -> None:
    def half(image: Image) -> Image:
        return lay(image, np.tile((np.arange(WIDTH) < 120).astype(np.float32), (HEIGHT, 1)), 90)

    site.live(3, half, every_s=2.0).live(40, half)
    assert "view.obstructed" in site.raised
    site.raised = set()
    site.live(60)
    assert site.raised <= {"view.obstructed"}


def test_six_lights_are_known_at_most() -> None:
    site = Site().live(1, every_s=1.0)
    reference = site.view.reference
    lately = site.view.lately
    assert reference is not None
    assert lately is not None
    seen = Lasting()
    for number in range(9):
        light = replace(reference, id=f"day-{number}")
        for step in range(3):
            seen = lasting.follow(
                seen,
                site.view.before,  # type: ignore[arg-type]
                lately.detail,
                light,
                number * 100.0 + step * 10,
                usable=True,
                held=False,
            )
    assert len(seen.known) == lasting.MAX_KNOWN
    assert "day-8" in seen.known


def test_a_turned_camera_is_not_called_dirty(site: Site) -> None:
    aside = sight(site.camera.world, right=60)
    site.live(50, lambda image: aside)
    assert "lens.soiled" not in site.kinds


def declining(daily: float, days: int = 30) -> Trend:
    """A lens that loses sharpness every day."""
    known, dice = Trend(), np.random.default_rng(1)
    for day in range(days):
        for hour in range(9, 15):
            for minute in range(0, 60, 10):
                at = FIRST + timedelta(days=day - days, hours=hour, minutes=minute)
                known = trend.follow(known, "day", at, (daily * day + float(dice.normal(0, 0.01)), 0.0, 1.0))
    return trend.follow(known, "day", FIRST, (daily * days, 0.0, 1.0))


@pytest.mark.parametrize(("daily", "found"), [(-0.012, True), (-0.001, False), (0.0, False)])
def test_a_certain_decline_that_leads_somewhere_soon_is_found_with_its_forecast(
    site: Site, daily: float, found: bool
) -> None:
    site.view = replace(site.view, trend=declining(daily))
    site.live(2, every_s=2.0)
    assert ("lens.soiled" in site.kinds) == found
    if found:
        finding = next(each for each in site.verdict.findings if each.kind == "lens.soiled")
        left = (0.7 + 30 * daily) / -daily
        assert finding.forecast_days == pytest.approx(left, abs=6)
        assert "sharpness sinks by" in finding.detail.en
        assert "清晰度每周下降" in finding.detail.zh
        assert finding.measures["decline"] == pytest.approx(1 - np.exp(7 * daily), abs=0.02)


def test_the_forecast_of_a_finding_becomes_a_date() -> None:
    now = datetime(2026, 5, 4, 9, 41, tzinfo=UTC)
    finding = PictureFinding(kind="lens.soiled", since_s=0.0, forecast_days=12.2)
    assert forecast_at(finding, now) == datetime(2026, 5, 16, 14, tzinfo=UTC)
    assert forecast_at(PictureFinding(kind="lens.soiled", since_s=0.0), now) is None
    far = forecast_at(PictureFinding(kind="lens.soiled", since_s=0.0, forecast_days=1e12), now)
    assert far is not None
    assert far.year == 2036


def test_a_reference_view_of_before_is_trusted_at_once_and_a_new_one_only_after_a_while(settled: Site) -> None:
    bank = settled.view.bank
    again = Site()
    again.view, again.at_s = fresh(bank), 0.0
    again.camera.second = settled.camera.second
    again.live(50, dirt())
    assert "lens.soiled" in again.raised
    newly = Site().live(1, every_s=1.0, change=dirt()).live(50, dirt())
    assert "lens.soiled" not in newly.raised, "it has always been so, as far as anybody knows"
