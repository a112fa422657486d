"""Releases of recordings on the screen: asking, checking, deciding, packing, handing over, and who may which."""

import asyncio
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, SelectionList, TextArea

from hub.client.release_packages import PackageProgress
from hub.core.releases.commands import (
    AmendRelease,
    ApproveRelease,
    CheckRelease,
    CloseRelease,
    HandOverRelease,
    PrepareRelease,
    RefuseRelease,
    RequestRelease,
    ReturnRelease,
    WithdrawRelease,
)
from hub.core.releases.events import BlurRegion, ReleaseFetched, ReleasePreparationFailed, ReleasePrepared
from hub.tui.forms.release_fields import officer_lines, parse_officers, parse_regions, region_lines
from hub.tui.screens.form import FormScreen
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.picture import PictureView
from hub.tui.words_releases import size
from tests.tui.conftest import Watch, Watching, seen
from tests.tui.fake_hub import FakeHub
from tests.tui.pictures import jpeg, scene
from tests.tui.releases_plant import (
    KEY,
    LETTER,
    OFFICERS,
    PACKAGE,
    SHA256,
    answer_about,
    answer_with_package,
    answer_with_pictures,
    approved,
    ask,
    asked,
    in_every_state,
    packed,
    with_releases,
)


@pytest.fixture
def office(hub: FakeHub) -> FakeHub:
    return with_releases(hub)


async def at_releases(w: Watching) -> None:
    await w.press("f6")
    await w.until(lambda: w.room.where == "releases")


async def filled(w: Watching, **values: str) -> None:
    """Put values into the open form and send it."""
    await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")
    for name, value in values.items():
        entry = w.app.screen.query_one(f"#{name}")
        if isinstance(entry, TextArea):
            entry.load_text(value)
        elif isinstance(entry, SelectionList):
            for each in value.split(","):
                entry.select(each)
        else:
            entry.value = value  # type: ignore[attr-defined]
    await w.pilot.pause(0.1)
    await w.press("ctrl+s")


async def test_a_watch_officer_asks_for_an_agency_and_the_letter_is_handed_over_with_it(
    watch: Watch, office: FakeHub, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_bytes(jpeg(scene(seed=1, step=1)))
    async with watch(office, account="zhang", size=(100, 40)) as w:
        await at_releases(w)
        await w.until_seen("No release is open.")
        await w.press("n")
        await w.until_seen("Ask for recordings for an agency")
        await filled(
            w,
            agency="Harbour police",
            officers="Chen Gang 110233\nSun Li 110871",
            letter_number="2026-114",
            letter=str(letter),
            reason="theft",
            content="who left",
            cameras="gate-1",
            **{"from": "3h", "to": "2h"},
        )
        await w.until(lambda: office.commands, "the command")
        (command,) = office.commands
        assert isinstance(command, RequestRelease)
        form = command.form
        assert (form.kind, form.cameras, form.officers) == ("external", ["gate-1"], OFFICERS)
        assert office.attached[form.letter] == letter.read_bytes()
        now = office.clock.now()
        assert (form.from_at, form.to_at) == (now - timedelta(hours=3), now - timedelta(hours=2))
        await w.until_seen("F-1", "! To be checked", "Harbour police")


async def test_what_is_missing_is_said_under_the_field_before_anything_is_sent(watch: Watch, office: FakeHub) -> None:
    async with watch(office, account="zhang", size=(100, 50)) as w:
        await at_releases(w)
        await w.press("n")
        await filled(w, officers="Chen Gang 110233", **{"from": "2h", "to": "3h"})
        await w.until_seen("Two officers at least", "Say who is to get them.")
        assert office.commands == []


async def test_for_the_sites_own_use_a_purpose_is_chosen(watch: Watch, office: FakeHub) -> None:
    async with watch(office, account="zhang", size=(100, 40)) as w:
        await at_releases(w)
        await w.press("i")
        await w.until_seen("Ask for recordings for own use", "Inquiry into an accident")
        await filled(
            w, agency="Safety", reason="a fall", content="the stairs", cameras="press-1", **{"from": "3h", "to": "2h"}
        )
        await w.until(lambda: office.commands, "the command")
        (command,) = office.commands
        assert isinstance(command, RequestRelease)
        assert (command.form.kind, command.form.purpose) == ("internal", "accident")


async def test_without_a_purpose_in_hub_toml_it_is_said_where_to_allow_one(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang", size=(100, 40)) as w:
        await at_releases(w)
        await w.press("i")
        await w.until_seen("[releases]")


async def test_the_specialist_gives_back_and_whoever_asked_mends(watch: Watch, office: FakeHub) -> None:
    asked(office)
    async with watch(office, account="he", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("F-1", "! To be checked")
        await w.press("b")
        await filled(w, missing="no stamp")
        await w.until(lambda: office.commands)
        assert office.commands == [ReturnRelease(release="F-1", missing="no stamp")]
        await w.press("e")
        await w.until_seen("Somebody else asked for this")
    async with watch(office, account="zhang", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("< Given back", "no stamp")
        await w.press("e")
        await w.until_seen("Missing: no stamp", "Chen Gang 110233")
        await filled(w, letter_number="2026-115")
        await w.until(lambda: len(office.commands) == 2)
        mended = office.commands[-1]
        assert isinstance(mended, AmendRelease)
        assert (mended.form.letter, mended.form.letter_number) == (LETTER, "2026-115")
        await w.until_seen("! To be checked")


async def test_who_asked_does_not_decide_and_who_did_not_does(watch: Watch, office: FakeHub) -> None:
    asked(office, who="wang")
    ask(office, CheckRelease(release="F-1"), "he")
    async with watch(office, account="wang", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("! To be decided")
        for key in ("a", "x"):
            await w.press(key)
            await w.until_seen("somebody else must decide")
    async with watch(office, account="zhao", size=(140, 40)) as w:
        await at_releases(w)
        await w.press("a")
        await filled(w, note="only the gate")
        await w.until(lambda: office.commands)
        assert office.commands == [ApproveRelease(release="F-1", note="only the gate")]
        await w.until_seen("> Approved", "only the gate")
        await w.press("x")
        await filled(w, reason="letter taken back")
        await w.press("ctrl+s")
        await w.until(lambda: len(office.commands) == 2)
        assert office.commands[-1] == RefuseRelease(release="F-1", reason="letter taken back")
        await w.until_seen("No release is open.")
        await w.press("f")
        await w.until_seen("✗ Turned down", "former ones too")


async def test_the_specialist_orders_the_package_with_regions_to_blur(watch: Watch, office: FakeHub) -> None:
    approved(office)
    async with watch(office, account="he", size=(140, 40)) as w:
        await at_releases(w)
        await w.press("p")
        await filled(w, blur="gate-9 10 20 40 50")
        await w.until_seen("gate-9 is not among these cameras.")
        await filled(w, blur="gate-1 10 20 40 50\ngate-2 0 0 100 25%")
        await w.until(lambda: office.commands)
        (order,) = office.commands
        assert isinstance(order, PrepareRelease)
        assert order.blur == [
            BlurRegion(camera="gate-1", left=0.1, top=0.2, right=0.4, bottom=0.5),
            BlurRegion(camera="gate-2", left=0, top=0, right=1, bottom=0.25),
        ]
        await w.until_seen("… Being packed", "2 regions blurred")


async def test_how_far_a_package_is_is_shown_beside_the_list_and_on_its_own_screen(
    watch: Watch, office: FakeHub
) -> None:
    release = approved(office)
    ask(office, PrepareRelease(release=release), "he")
    path = f"releases/{release}/package/progress"
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.until_seen("is being made; another one may come first")
        office.answers[path] = PackageProgress(step="copy", done=3_000_000, total=12_000_000)
        w.clock.advance(2)
        await w.until_seen("the playable copy is made", "25 %  3.0 MB / 12.0 MB")
        await w.press("s")
        await w.until_seen("Package of F-1", "25 %")
        office.answers[path] = PackageProgress(step="waiting", done=0, total=0)
        w.clock.advance(2)
        await w.until_seen("waits until what was just recorded is sealed")
        office.answers[path] = PackageProgress(step="recorder", done=0, total=0, device="nvr-1")
        w.clock.advance(2)
        await w.until_seen("nvr-1 is asked for what the hub has not")
        office.happen(ReleasePreparationFailed(release=release, reason="No picture of a.mp4 can be decoded."))
        await w.until_seen("Not packed", "No picture of a.mp4 can be decoded.")


async def test_a_package_that_could_not_be_made_can_be_ordered_without_recorders(watch: Watch, office: FakeHub) -> None:
    release = approved(office)
    async with watch(office, account="he", size=(140, 40)) as w:
        await at_releases(w)
        await w.press("p")
        await w.until_seen("Encrypt for")
        assert "Recorders" not in seen(w.app)
        await w.press("escape")
        ask(office, PrepareRelease(release=release), "he")
        office.happen(ReleasePreparationFailed(release=release, reason="nvr-1 is away."))
        await w.until_seen("Not packed")
        await w.press("p")
        await filled(w, recorders="no")
        await w.until(lambda: office.commands)
        (order,) = office.commands
        assert isinstance(order, PrepareRelease)
        assert order.without_recorders
        await w.until_seen("… Being packed", "without recorders")
        made = ReleasePrepared(
            release=release, package="F-1.tar", sha256=SHA256, bytes=1, segments=1, key=KEY, missing_s=240
        )
        office.happen(made)
        await w.until_seen("Missing", "4 min of the period; the custody page says")


async def test_nobody_but_those_who_pack_asks_how_far_a_package_is(watch: Watch, office: FakeHub) -> None:
    release = approved(office)
    ask(office, PrepareRelease(release=release), "he")
    async with watch(office, account="zhang", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("… Being packed")
        assert not [path for path, _ in office.asked if path.endswith("progress")]


async def test_the_package_is_saved_in_a_folder_of_this_machine(watch: Watch, office: FakeHub, tmp_path: Path) -> None:
    release = packed(office)
    gate = asyncio.Event()
    answer_with_package(office, release, gate=gate)
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.press("s")
        await w.until_seen("F-1.tar: 12 originals, 48.2 MB", "5f1c 5f1c", "Folder of this machine")
        box = w.app.screen.query_one(Input)
        box.value = str(tmp_path / "nowhere")
        await w.press("enter")
        await w.until_seen("There is no folder")
        box.value = str(tmp_path)
        await w.press("enter")
        await w.until_seen("Saving", "87 %")
        assert not w.sees("Folder of this machine")
        gate.set()
        await w.until_seen("Saved")
        assert [path.name for path in tmp_path.iterdir()] == ["F-1.tar"]
        assert (tmp_path / "F-1.tar").read_bytes() == PACKAGE
        assert stat.S_IMODE((tmp_path / "F-1.tar").stat().st_mode) == 0o600
        assert office.state.releases.releases[release].fetched_by == "person:he"
        await w.press("enter")
        await w.until_seen("F-1.tar is there already. Name another file or folder.")


async def test_leaving_while_it_comes_asks_once_and_then_leaves_nothing_behind(
    watch: Watch, office: FakeHub, tmp_path: Path
) -> None:
    release = packed(office)
    answer_with_package(office, release, gate=asyncio.Event())
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.press("s")
        await w.until_seen("Folder of this machine")
        w.app.screen.query_one(Input).value = str(tmp_path)
        await w.press("enter")
        await w.until_seen("Saving")
        await w.press("escape")
        await w.until_seen("Esc once more stops it")
        assert [path.name for path in tmp_path.iterdir()] == ["F-1.tar.part"]
        await w.press("escape")
        await w.until_seen("The package was not saved.")
        await w.until(lambda: not list(tmp_path.iterdir()), "what had come is deleted")


async def test_a_package_that_was_changed_on_its_way_is_not_kept(watch: Watch, office: FakeHub, tmp_path: Path) -> None:
    release = packed(office)
    answer_with_package(office, release, pieces=7)  # the last bytes are missing
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.press("s")
        await w.until_seen("Folder of this machine")
        w.app.screen.query_one(Input).value = str(tmp_path)
        await w.press("enter")
        await w.until_seen("changed or cut short on its way")
        assert list(tmp_path.iterdir()) == []


async def test_regions_are_marked_on_the_picture_and_go_into_the_order(watch: Watch, office: FakeHub) -> None:
    release = approved(office)
    answer_with_pictures(office, release)
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.press("v")
        await w.until_seen("what is blurred in the copy of Main gate", "Nothing is blurred here")
        view = w.app.screen.query_one(PictureView)
        await w.until(lambda: view.has_picture, "the picture")
        await w.press("n", "right", "up", "shift+right")
        await w.until_seen("Region 1 of 1   gate-1 42 38 64 58 %")
        await w.press("pagedown")
        began = office.state.releases.releases[release].from_at
        await w.until(lambda: previews(office)[-1] == ("gate-1", began + timedelta(minutes=2)), "a later picture")
        await w.press("t", *"23:59", "enter")
        await w.until_seen("Write a time of the period")
        await w.press("escape", "tab")
        await w.until_seen("copy of Goods gate", "Other cameras: 1")
        await w.until(lambda: previews(office)[-1][0] == "gate-2", "the other camera")
        await w.press("n", "x", "n", "enter")
        await w.until_seen("Have the package of F-1 made")
        await w.press("ctrl+s")
        await w.until(lambda: office.commands, "the order")
        (order,) = office.commands
        assert isinstance(order, PrepareRelease)
        assert region_lines(order.blur) == "gate-1 42 38 64 58\ngate-2 40 40 60 60"


async def test_what_the_hub_says_instead_of_a_picture_is_shown_in_its_place(watch: Watch, office: FakeHub) -> None:
    approved(office)
    async with watch(office, account="he", size=(80, 24)) as w:
        await at_releases(w)
        await w.press("v")
        await w.until_seen("Nothing at releases/F-1/preview")
        await w.press("left")
        await w.until_seen("! Nothing is blurred here")
        await w.press("escape")
        await w.until(lambda: w.room.where == "releases")


def previews(office: FakeHub) -> list[tuple[str, datetime]]:
    """The pictures that were asked for: of which camera, of when."""
    found = [asked for path, asked in office.asked if path.endswith("/preview")]
    return [(asked["camera"], datetime.fromisoformat(asked["at"])) for asked in found]


async def test_a_package_is_handed_to_one_of_the_officers_and_closed_by_a_leader(
    watch: Watch, office: FakeHub, tmp_path: Path
) -> None:
    packed(office)
    receipt = tmp_path / "receipt.jpg"
    receipt.write_bytes(jpeg(scene(seed=2, step=1)))
    async with watch(office, account="he", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("p Package ready", "48.2 MB", "F-1.tar")
        await w.press("h")
        await w.until_seen("s saves it on this machine")
        office.happen(ReleaseFetched(release="F-1"), actor="person:he")
        await w.until_seen("Fetched")
        await w.press("h")
        await filled(w, receiver="Sun Li", receipt=str(receipt))
        await w.until(lambda: office.commands)
        (given,) = office.commands
        assert isinstance(given, HandOverRelease)
        assert given.receiver == "Sun Li"
        assert office.attached[given.receipt] == receipt.read_bytes()
        await w.until_seen("> Handed over")
    async with watch(office, account="wang", size=(140, 40)) as w:
        await at_releases(w)
        await w.press("o")
        await filled(w)
        await w.until(lambda: len(office.commands) == 2)
        assert office.commands[-1] == CloseRelease(release="F-1")
        assert office.state.releases.holds == frozenset()


async def test_whoever_asked_withdraws(watch: Watch, office: FakeHub) -> None:
    asked(office)
    async with watch(office, account="zhang", size=(140, 40)) as w:
        await at_releases(w)
        await w.press("w")
        await filled(w, reason="found")
        await w.until(lambda: office.commands)
        assert office.commands == [WithdrawRelease(release="F-1", reason="found")]


async def test_enter_shows_the_letter_and_the_course(watch: Watch, office: FakeHub) -> None:
    release = approved(office)
    answer_about(office, release)
    async with watch(office, account="wang", size=(100, 50)) as w:
        await at_releases(w)
        await w.press("enter")
        await w.until_seen("Release F-1", "letter.jpg")
        course = w.app.screen.query_one(FactsView)
        await w.until(lambda: "identification and letter seen: both cards seen (He Yan)" in course.text)
        assert "Held: the originals, until this is over" in course.text
        await w.press("escape")
        await w.until(lambda: w.room.where == "releases")


async def test_what_waits_for_one_is_on_the_home_panel_and_counted_on_the_tab(watch: Watch, office: FakeHub) -> None:
    in_every_state(office)
    async with watch(office, account="he", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("Releases 3")
        await w.press("0")
        await w.until_seen("Release F-1 to check", "Release F-4 to pack", "Release F-5 to hand over")
        assert not w.sees("Release F-3 to decide")
    async with watch(office, account="wang", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("Releases 1")
        await w.press("0")
        await w.until_seen("Release F-3 to decide")


async def test_others_are_told_nothing_of_releases(watch: Watch, office: FakeHub) -> None:
    asked(office)
    async with watch(office, account="li", size=(140, 40)) as w:
        await at_releases(w)
        await w.until_seen("No release is open.")
        assert not w.sees("Harbour")


@pytest.mark.parametrize("bad", ["Chen", "110233\n ", "Sun Li 1\nBao"])
def test_an_officer_without_a_card_is_named(bad: str) -> None:
    assert parse_officers(bad)[1]


def test_officers_and_regions_are_written_as_they_are_read() -> None:
    assert parse_officers(officer_lines(OFFICERS)) == (OFFICERS, "")
    assert parse_officers("陈刚，110233\n孙丽：110871")[0][1].name == "孙丽"
    regions, wrong = parse_regions("gate-1 10 20 40 50\n\n gate-2：0，0，100，12.5")
    assert (len(regions), wrong) == (2, "")
    assert parse_regions(region_lines(regions)) == (regions, "")


@pytest.mark.parametrize(
    "bad",
    ["gate-1", "gate-1 1 2 3", "gate-1 a b c d", "gate-1 40 0 10 9", "gate-1 0 0 101 9", "gate-1 0.1 0.2 0.4 0.5"],
)
def test_a_line_that_is_no_region_is_given_back(bad: str) -> None:
    assert parse_regions(bad) == ([], bad)


def test_sizes_are_written_for_people() -> None:
    assert [size(count) for count in (12, 1500, 48_200_000, 3 * 10**9)] == ["12 B", "1.5 kB", "48.2 MB", "3.0 GB"]
