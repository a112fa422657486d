"""Several references: one for each light and position, told apart, proposed, approved, forgotten, remembered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision import bank as banks
from hub.vision.bank import MAX_LIGHTS, Bank
from hub.vision.frame import Frame
from hub.vision.judge import Circumstances, Limits, Verdict, View, approve, forget, fresh, judge, remember
from hub.vision.left import AWAY_S
from tests.vision.conftest import kinds
from tests.vision.scenes import Camera, Gray, cover

LIMITS = Limits()
COMPARED = {"picture.blurred", "view.obstructed", "view.moved"}
COLOURED = np.stack([np.full((45, 80), 118, np.uint8), np.full((45, 80), 140, np.uint8)])
NEUTRAL = np.full((2, 45, 80), 128, np.uint8)


class Site:
    """A camera with a lamp of its own: by day in colour, at night without."""

    def __init__(self, seed: int = 1, view: View | None = None):
        self.camera = Camera("hall", seed)
        self.view = fresh() if view is None else view
        self.at_s = 0.0
        self.learned: list[str] = []
        self.raised: set[str] = set()

    def see(self, gray: Gray, *, infrared: bool = False, step_s: float = 2.0, preset: str = "", moving: bool = False):
        self.at_s += step_s
        frame = Frame(gray, NEUTRAL if infrared else COLOURED)
        around = Circumstances(preset=preset, moving=moving)
        self.view, verdict = judge(self.view, frame, self.at_s, LIMITS, around)
        if verdict.learned is not None:
            self.learned.append(verdict.learned.id)
        self.raised |= kinds(verdict)
        return verdict

    def run(self, pictures: int, *, infrared: bool = False, preset: str = "", **shoot) -> Verdict:
        verdict = Verdict()
        for _ in range(pictures):
            gray = self.night(**shoot) if infrared else self.camera.shoot(**shoot)
            verdict = self.see(gray, infrared=infrared, preset=preset)
        return verdict

    def night(self, **shoot) -> Gray:
        """The lamp beside the lens lights the middle, and the sensor's gain brings noise."""
        y, x = np.mgrid[0:180, 0:320].astype(np.float32)
        spot = np.exp(-(((x - 160) / 150) ** 2) - ((y - 90) / 90) ** 2)
        change = shoot.pop("change", lambda image: image)
        return self.camera.shoot(
            change=lambda image: (change(image) * 0.7 + 20) * (0.3 + 0.9 * spot), noise=4.0, **shoot
        )


@pytest.fixture(scope="module")
def day_and_night() -> Site:
    site = Site()
    site.run(30)
    site.run(80, infrared=True)
    return site


def again(site: Site) -> Site:
    """The same site from here on, without changing it for others."""
    other = Site(1, site.view)
    other.at_s = site.at_s
    other.camera.second = 500
    return other


def test_the_night_is_learned_by_itself_when_its_edges_lie_where_those_of_the_day_lay(day_and_night) -> None:
    assert day_and_night.learned == ["day-1", "infrared-2"]
    assert [each.light for each in day_and_night.view.bank.references] == ["day", "infrared"]
    assert all(each.proven and not each.approved for each in day_and_night.view.bank.references)
    assert not day_and_night.raised & COMPARED


def test_each_light_is_compared_with_its_own_reference(day_and_night) -> None:
    site = again(day_and_night)
    for infrared, name in ((False, "day-1"), (True, "infrared-2"), (False, "day-1")):
        verdict = site.run(8, infrared=infrared)
        assert verdict.reference == name
        assert verdict.not_judged is None
        assert not COMPARED & set(verdict.undecided)
    assert not site.raised & COMPARED


def test_right_after_the_switch_nothing_is_judged(day_and_night) -> None:
    site = again(day_and_night)
    site.run(4)
    assert site.run(2, infrared=True).not_judged == "light"


def test_a_day_so_dark_that_its_colour_is_gone_is_dark_and_no_night(day_and_night) -> None:
    site = again(day_and_night)
    site.run(8)
    assert "picture.dark" not in site.raised
    for _ in range(30):
        site.see(site.camera.shoot(change=lambda image: 0.22 * image, noise=0.5), infrared=True)
    assert "picture.dark" in site.raised
    site.run(10)
    site.raised.clear()
    site.run(40, infrared=True)
    assert not site.raised & {"picture.dark", "picture.black"}


@pytest.mark.parametrize("infrared", [False, True])
def test_a_cover_and_a_shift_are_found_by_day_and_at_night(day_and_night, infrared) -> None:
    covered, turned = again(day_and_night), again(day_and_night)
    covered.run(8, infrared=infrared)
    assert kinds(covered.run(14, infrared=infrared, change=lambda image: cover(image, 1.0, 110))) & {"view.obstructed"}
    turned.run(8, infrared=infrared)
    assert "view.moved" in kinds(turned.run(14, infrared=infrared, aim={"right": 40}))


def test_a_view_without_a_reference_of_its_position_is_learned_for_that_position() -> None:
    site = Site()
    site.run(30, preset="gate")
    assert site.run(6, preset="yard", aim={"right": 100}).not_judged == "learning"
    site.run(26, preset="yard", aim={"right": 100})
    assert [(each.preset, each.light) for each in site.view.bank.references] == [("gate", "day"), ("yard", "day")]
    assert site.run(8, preset="gate").reference == "day-1"
    assert site.run(8, preset="yard", aim={"right": 100}).reference == "day-2"
    assert not site.raised & COMPARED


def test_the_views_of_a_patrol_nobody_told_of_are_proposed_and_then_no_fault() -> None:
    site = Site()
    site.run(30)
    for _ in range(6):
        site.run(25, aim={"right": 90})
        site.run(12)
    assert len(site.learned) == 2
    assert "view.moved" in site.raised
    site.view = approve(site.view, site.learned[1])
    site.run(6)
    site.raised.clear()
    for _ in range(3):
        assert site.run(20, aim={"right": 90}).reference == site.learned[1]
        site.run(12)
    assert not site.raised & COMPARED
    assert "view.moved" in kinds(site.run(20, aim={"right": -90}))


def patrol(site: Site, rounds: int, *, infrared: bool, away: int = 2) -> None:
    """Both positions for 40 s each, in turn, with a few pictures on the way."""
    for _ in range(rounds):
        for preset, right in (("gate", 0), ("yard", 100)):
            for step in range(away):
                site.see(site.camera.shoot(aim={"right": 30.0 * step + 15}), infrared=infrared, moving=True)
            site.run(20, infrared=infrared, preset=preset, aim={"right": right})


def test_on_a_patrol_the_night_of_each_position_is_learned_over_several_visits() -> None:
    site = Site()
    patrol(site, 2, infrared=False)
    assert [each.preset for each in site.view.bank.references] == ["gate", "yard"]
    patrol(site, 6, infrared=True)
    nights = [each for each in site.view.bank.references if each.light == "infrared"]
    assert sorted(each.preset for each in nights) == ["gate", "yard"]
    assert not site.raised & COMPARED


def test_what_was_seen_of_a_position_long_ago_says_nothing_of_it_now() -> None:
    site = Site()
    patrol(site, 2, infrared=False)
    patrol(site, 1, infrared=True)
    assert site.view.left["gate"].unfamiliar_s is not None
    site.at_s += 2 * AWAY_S
    site.run(3, infrared=True, preset="gate")
    assert site.view.unfamiliar_s is not None
    assert site.at_s - site.view.unfamiliar_s < LIMITS.unfamiliar_s


def test_only_positions_of_which_a_view_is_known_are_remembered() -> None:
    site = Site()
    patrol(site, 2, infrared=False)
    for number in range(40):
        site.run(2, preset=f"aim {number}", aim={"right": float(number)})
    assert set(site.view.left) <= {"gate", "yard"}


def test_at_the_wrong_position_the_camera_is_moved() -> None:
    site = Site()
    site.run(30, preset="gate")
    assert "view.moved" in kinds(site.run(14, preset="gate", aim={"right": 30}))


def test_while_the_camera_is_steered_nothing_is_compared(day_and_night) -> None:
    site = again(day_and_night)
    for step in range(20):
        verdict = site.see(site.camera.shoot(aim={"right": 12.0 * step}), moving=True)
        assert verdict.not_judged == "moving"
        assert set(verdict.undecided) >= COMPARED
    assert not site.raised & COMPARED


def test_cells_that_are_ignored_are_never_called_covered(day_and_night) -> None:
    ignored = np.zeros((9, 16), bool)
    ignored[:, :9] = True
    site = Site(1, fresh(day_and_night.view.bank, ignored=ignored))
    site.camera.second = 500
    site.run(60, change=lambda image: cover(image, 0.45, 90))
    assert not site.raised & COMPARED
    with pytest.raises(ValueError, match="ignored cells"):
        fresh(ignored=np.zeros((3, 3), bool))


def test_what_was_learned_is_remembered_over_a_restart(day_and_night) -> None:
    before = day_and_night.view
    after = fresh(before.bank, memory=remember(before))
    assert after.habits.keys() == before.habits.keys()
    for name, habit in before.habits.items():
        assert after.habits[name].count == habit.count
        assert np.array_equal(after.habits[name].sharp, habit.sharp)
        assert np.array_equal(after.habits[name].edges, habit.edges)
    assert after.usuals == before.usuals
    assert before.usuals.keys() == {"day-1", "infrared-2"}
    site = Site(1, after)
    site.camera.second = 500
    verdict = site.run(8, infrared=True)
    assert verdict.reference == "infrared-2"
    assert not site.raised & COMPARED


def test_an_id_is_never_used_twice_not_even_after_a_restart(day_and_night) -> None:
    view = forget(forget(day_and_night.view, "infrared-2"), "day-1")
    assert not view.bank.references
    site = Site(1, fresh(view.bank, memory=remember(view)))
    site.run(30)
    assert site.learned == ["day-3"]


def test_approving_changes_that_reference_alone(day_and_night) -> None:
    view = approve(day_and_night.view, "infrared-2")
    assert [each.approved for each in view.bank.references] == [False, True]
    assert approve(view, "day-9").bank == view.bank


def test_a_position_has_room_for_a_bounded_number_of_lights(day_and_night) -> None:
    bank = Bank()
    reference = day_and_night.view.bank.references[0]
    while banks.room(bank, ""):
        bank, _ = banks.add(bank, reference, "day", "", proven=True)
    assert len(bank.references) == MAX_LIGHTS
    assert len({each.id for each in bank.references}) == MAX_LIGHTS


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_a_damaged_memory_counts_as_none(junk) -> None:
    assert fresh(memory=junk).bank == Bank()


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_memory_with_flipped_bytes_is_harmless(day_and_night, data) -> None:
    memory = bytearray(remember(day_and_night.view))
    for _ in range(data.draw(st.integers(1, 4))):
        memory[data.draw(st.integers(0, len(memory) - 1))] ^= data.draw(st.integers(1, 255))
    view = fresh(day_and_night.view.bank, memory=bytes(memory))
    assert set(view.habits) <= {"day-1", "infrared-2"}
