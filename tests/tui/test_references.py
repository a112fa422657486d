"""Reference views on the screen: beside the present picture, approved and rejected by key."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hub.core.cameras.commands import ApproveReference, RejectReference
from hub.core.findings import ReferenceApproved, ViewObstructed
from hub.tui.halfblocks import marked
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.screens.references import ReferencesScreen
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from hub.tui.widgets.table import RowTable
from tests.tui.conftest import Watch, Watching, seen
from tests.tui.fake_hub import FakeHub


def propose(hub: FakeHub) -> None:
    """The gate has an approved view and a newer one that waits; a press has its first."""
    hub.learn("gate-1", "day-1")
    hub.happen(ReferenceApproved(camera="gate-1", reference="day-1"), actor="person:wang")
    hub.clock.advance(60)
    hub.learn("gate-1", "day-2")
    hub.learn("press-1", "infrared-1", "infrared", preset="door")
    for camera in hub.state.site.cameras:
        hub.status(camera.id, reference="day-1" if camera.id == "gate-1" else "")


async def choose(w: Watching, key: str) -> None:
    table = w.app.screen.query_one(RowTable)
    await w.until(lambda: key in table.row_keys, f"{key} in the list")
    while table.chosen != key:
        await w.press("down")
    w.clock.advance(1)


async def test_a_leader_sees_every_view_that_waits_beside_the_present_picture(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub) as w:
        await w.press("V")
        await w.until_seen("Reference views that wait for approval", "Main gate", "day-2", "infra-red", "day-1")
        assert isinstance(w.app.screen, ReferencesScreen)
        live, view = w.app.screen.query_one(LivePicture), w.app.screen.query_one(EvidencePicture)
        await w.until(lambda: live.has_picture and view.has_picture, "both pictures")
        assert view.caption == "not approved: day-2 (day)"
        assert w.sees("A: approve", "B: approve beside the others", "X: reject")
        await choose(w, "press-1|infrared-1")
        await w.until(lambda: view.caption == "not approved: infrared-1 (infra-red)", "the other view")
        assert not w.sees("B: approve"), "there is nothing beside which it could stand"


async def test_a_view_is_approved_after_one_more_question(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub) as w:
        await w.press("V")
        await choose(w, "gate-1|day-2")
        await w.press("a")
        await w.until_seen("Approve the view of Main gate", "It takes the place of day-1")
        assert hub.commands == []
        await w.press("enter")
        await w.until(lambda: hub.commands == [ApproveReference(camera="gate-1", reference="day-2")], "approved")
        await w.until_gone("day-2")
        assert {v.id: v.state for v in hub.state.cameras["gate-1"].references.values()} == {
            "day-1": "superseded",
            "day-2": "approved",
        }


async def test_a_view_can_join_the_approved_ones(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub) as w:
        await w.press("V")
        await choose(w, "gate-1|day-2")
        await w.press("b")
        await w.until_seen("Approve the view of Main gate")
        assert not w.sees("It takes the place")
        await w.press("enter")
        await w.until(lambda: len(hub.commands) == 1, "sent")
        assert hub.commands == [ApproveReference(camera="gate-1", reference="day-2", beside=True)]


async def test_a_view_is_rejected_for_a_reason(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub) as w:
        await w.press("V")
        await choose(w, "gate-1|day-2")
        await w.press("x")
        await w.until_seen("Reject the view of Main gate", "what is wrong with it")
        await w.press("enter")
        await w.until_seen("Say what is wrong with it.")
        assert hub.commands == []
        await w.press(*"a lorry", "enter")
        wanted = [RejectReference(camera="gate-1", reference="day-2", reason="a lorry")]
        await w.until(lambda: hub.commands == wanted, "rejected")


async def test_the_last_view_decided_leaves_an_empty_list(watch: Watch, hub: FakeHub) -> None:
    hub.learn("gate-1", "day-1")
    async with watch(hub) as w:
        await w.press("V")
        await choose(w, "gate-1|day-1")
        await w.press("a", "enter")
        await w.until_seen("No reference view waits.")
        await w.press("a", "x", "enter")
        assert isinstance(w.app.screen, ReferencesScreen)
        await w.press("escape")
        await w.until_seen("Press line 1")


async def test_a_key_meant_for_a_view_that_has_gone_does_nothing(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub) as w:
        await w.press("V")
        await choose(w, "gate-1|day-2")
        hub.happen(ReferenceApproved(camera="gate-1", reference="day-2"), actor="person:wang")
        table = w.app.screen.query_one(RowTable)
        await w.until(lambda: table.row_keys == ["press-1|infrared-1"], "the first is gone")
        await w.press("x")
        await w.pilot.pause()
        assert not isinstance(w.app.screen, FormScreen)


async def test_who_may_not_decide_only_looks(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub, account="zhang") as w:
        await w.press("V")
        await w.until_seen("day-2", "Esc: back")
        assert not w.sees("A: approve")
        await w.press("a", "b", "x")
        await w.pilot.pause()
        assert isinstance(w.app.screen, ReferencesScreen)


async def test_the_closeup_shows_the_view_in_use_beside_the_picture_and_the_others_by_key(
    watch: Watch, hub: FakeHub
) -> None:
    propose(hub)
    async with watch(hub) as w:
        w.room.go("wall", "gate-1")
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, Closeup), "the close-up")
        view = w.app.screen.query_one("#closeup-reference", EvidencePicture)
        await w.until(lambda: view.has_picture, "the reference picture")
        assert view.caption.startswith("day-1 (day), Wang Fang 10:30")
        assert w.sees("Reference", "view day-1 (day), approved by Wang Fang, ", "To approve 1", "X: withdraw the view")
        await w.press("right")
        await w.until(lambda: view.caption == "not approved: day-2 (day)", "the next view")
        assert w.sees("A: approve")
        await w.press("right")
        await w.until(lambda: view.caption.startswith("day-1"), "round to the first")
        await w.press("left", "a", "enter")
        await w.until(lambda: hub.commands == [ApproveReference(camera="gate-1", reference="day-2")], "approved")


async def test_a_camera_without_a_view_says_so(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        w.room.go("wall", "gate-1")
        await w.press("enter")
        await w.until_seen("none yet", "no picture")
        await w.press("right", "a", "x")
        assert isinstance(w.app.screen, Closeup)


async def test_health_says_how_many_wait_and_leads_to_them(watch: Watch, hub: FakeHub) -> None:
    propose(hub)
    async with watch(hub, size=(100, 40)) as w:
        await w.press("9")
        await w.until_seen("2 wait for approval: key v")
        await w.press("v")
        await w.until_seen("Reference views that wait for approval")


@pytest.mark.parametrize("where", ["list", "closeup"])
async def test_at_80_by_24_everything_has_its_place_in_chinese(watch: Watch, hub: FakeHub, where: str) -> None:
    propose(hub)
    async with watch(hub, language="zh_CN", size=(80, 24)) as w:
        if where == "list":
            await w.press("V")
            await w.until_seen("大门", "day-2", "冲压一线")
        else:
            w.room.go("wall", "gate-1")
            await w.press("enter")
            await w.until_seen("大门")
        pictures = w.app.screen.query(EvidencePicture)
        await w.until(lambda: any(picture.has_picture for picture in pictures), "the picture")
        lines = seen(w.app).splitlines()
        assert len(lines) == 24
        assert max(map(cell_len, lines)) <= 80
        foot = w.app.screen.query_one(".foot")
        assert 1 <= foot.size.height <= 2
        assert foot.region.bottom <= 23


async def test_the_cells_of_a_finding_are_marked_on_its_picture(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed")
    found = hub.state.cameras["gate-1"].findings["view.obstructed"]
    async with watch(hub) as w:
        await w.press("2")
        after = w.room.query_one("#alarm-after", EvidencePicture)
        await w.until(lambda: after.has_picture, "the picture after")
        plain = after._image
        cells = [0xFF00] * 9
        hub.happen(
            ViewObstructed(camera="gate-1", since_at=found.since_at, evidence=found.evidence, cells=cells),
            actor="watch:w1",
        )
        await w.until(lambda: after._image is not plain, "the marks")
        assert np.array_equal(after._image[:, 160:], plain[:, 160:]), "the other half is as it was"
        assert (np.abs(after._image[:, :160].astype(int) - plain[:, :160]).mean(axis=2) > 3).mean() > 0.8


@given(st.lists(st.integers(0, 0xFFFF), min_size=9, max_size=9), st.integers(16, 200), st.integers(9, 120))
def test_marks_lie_on_the_marked_cells_and_nowhere_else(cells: list[int], width: int, height: int) -> None:
    image = np.full((height, width, 3), 40, np.uint8)
    drawn = marked(image, cells)
    changed = (drawn != image).any(axis=2)
    for row in range(9):
        for column in range(16):
            y, x = -(-row * height // 9), -(-column * width // 16)
            assert changed[y, x] == bool(cells[row] >> (15 - column) & 1)


def test_without_cells_the_picture_is_the_same() -> None:
    image = np.zeros((9, 16, 3), np.uint8)
    assert marked(image, []) is image
    assert marked(image, [0] * 9) is image
