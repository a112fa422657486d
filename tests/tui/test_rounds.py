"""Rounds in the TUI: the list, and the sheet answered key by key, through a lost connection as well."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from hub.core.attachments.events import AttachmentAdded
from hub.core.rounds.answers import Reading
from hub.core.rounds.commands import AnswerRound, SignRound, StartRound
from hub.core.rounds.events import RoundDue, RoundMeasured, RoundsLoaded
from hub.core.rounds.fold import sheet_of
from hub.core.rounds.kinds import Checklist, Measured, Number, RoundKind, Words, YesNo
from hub.core.rounds.ledger import PastRound, RoundCount
from hub.core.rounds.lines import RoundSheet, lines_of
from hub.core.rounds.targets import targets_of
from hub.core.text import Text
from hub.errors import NotFound
from tests.tui.conftest import NOW, Watch, Watching
from tests.tui.fake_hub import FakeHub

KIND = RoundKind(
    id="room",
    name=Text(en="Room check", zh="环境检查"),
    checklists=(
        Checklist(
            of="room",
            items=(
                YesNo(id="clean", ask=Text(en="Clean and tidy", zh="清洁整齐")),
                YesNo(id="rags", ask=Text(en="Rags about", zh="有湿布"), good=False, photo_of_fault=True),
                Number(id="warmth", ask=Text(en="Warmth", zh="室温"), unit="°C", at_least=10, at_most=30),
                Words(id="words", ask=Text(en="Remarks", zh="说明"), must=False),
            ),
        ),
    ),
)


@pytest.fixture
def due(hub: FakeHub) -> FakeHub:
    """A check of the room is due; the hub answers with its sheet as it stands."""
    hub.happen(
        RoundsLoaded(kinds=[KIND]),
        RoundDue(round="R-1", kind="room", title=KIND.name, team="guards", due_at=NOW + timedelta(hours=2)),
    )

    def sheet(_parameters: Mapping[str, Any]) -> RoundSheet:
        round_ = hub.state.rounds.get("R-1")
        if round_ is None:
            raise NotFound("There is no round R-1.")
        known = hub.state.round_sheets.get("R-1")
        begun = known is not None
        if known is None:
            empty = sheet_of(hub.state, round_)
            known = type(empty)(kind=empty.kind, targets=tuple(targets_of(hub.state, empty.kind)))
        return RoundSheet(round=round_, name=KIND.name, signed_by="maker", begun=begun, lines=lines_of(known))

    hub.answers["rounds/R-1"] = sheet
    return hub


def answers(hub: FakeHub) -> dict[str, Any]:
    sheet = hub.state.round_sheets["R-1"]
    return {key: given.answer.value for key, given in sheet.answers.items()}


async def opened(w: Watching) -> None:
    await w.until_seen("Room check", "Round due")
    await w.press("enter")
    await w.until_seen("Clean and tidy", "Not begun")


async def begun(w: Watching) -> None:
    await opened(w)
    await w.press("b")
    await w.until_seen("0 of 4 answered")


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_round_is_made_with_one_key_an_item_and_signed(
    due: FakeHub, watch: Watch, size: tuple[int, int]
) -> None:
    async with watch(due, panel="rounds", size=size) as w:
        await begun(w)
        await w.press("y")
        await w.until(lambda: answers(due) == {"room/clean": True}, "the first answer")
        await w.press("n")
        await w.until(lambda: answers(due).get("room/rags") is False, "the second answer")
        await w.until_seen("2 of 4 answered")
        await w.press("2", "1", "enter")
        await w.until(lambda: answers(due).get("room/warmth") == 21.0, "the number")
        await w.press("s")
        await w.until_seen("Sign round R-1")
        await w.press("enter", "enter")
        await w.until(lambda: "R-1" not in due.state.rounds, "it is signed")
    assert [type(command) for command in due.commands if not isinstance(command, AnswerRound)] == [
        StartRound,
        SignRound,
    ]


async def test_what_is_answered_without_a_hub_is_kept_and_sent_when_it_is_back(due: FakeHub, watch: Watch) -> None:
    async with watch(due, panel="rounds") as w:
        await begun(w)
        due.lose()
        await w.until_seen("The hub does not answer")
        await w.press("y")
        await w.until_seen("not sent yet: 1")
        assert answers(due) == {}
        await w.press("escape")
        await w.press("enter")
        await w.until_seen("not sent yet: 1")
        due.recover()
        await w.until_gone("The hub does not answer")
        for _ in range(3):
            await w.tick(2)
        await w.until(lambda: answers(due) == {"room/clean": True}, "it was sent")
        await w.until_gone("not sent yet")


async def test_a_bad_answer_that_needs_a_photo_asks_for_it(due: FakeHub, watch: Watch, tmp_path: Any) -> None:
    photo = tmp_path / "rags.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0rags")
    async with watch(due, panel="rounds") as w:
        await begun(w)
        await w.press("down", "y")
        await w.until_seen("needs a photo")
        assert answers(due) == {}
        await w.press(*str(photo), "enter")
        await w.until(lambda: answers(due) == {"room/rags": True}, "answered with its photo")
    (attached,) = [record.event for record in due.records if isinstance(record.event, AttachmentAdded)]
    given = due.state.round_sheets["R-1"].answers["room/rags"].answer
    assert given.photos == [attached.attachment]


async def test_what_is_not_possible_is_said_with_its_reason_and_a_wrong_number_is_not_taken(
    due: FakeHub, watch: Watch
) -> None:
    async with watch(due, panel="rounds") as w:
        await begun(w)
        await w.press("x", *"locked", "enter")
        await w.until_seen("not possible: l")
        await w.press("down", "2", "x", "enter")
        await w.until_seen("is no number")
    assert answers(due) == {"room/clean": None}


async def test_the_past_is_shown_with_how_rounds_were_kept(due: FakeHub, watch: Watch) -> None:
    past = PastRound(
        id="R-0",
        kind="room",
        title=Text(en="Earlier check"),
        team="guards",
        since_at=NOW - timedelta(days=1),
        outcome="late",
        makers=["person:li"],
        note="swept",
    )
    due.answers["rounds/history"] = [past]
    count = RoundCount(kind="room", team="guards", title=Text(en="x"), in_time=11, late=1)
    due.answers["rounds/figures"] = [count]
    async with watch(due, panel="rounds", size=(140, 40)) as w:
        await w.until_seen("Room check")
        await w.press("f")
        await w.until_seen("Earlier check", "Made late", "92% in time (11 of 12)")
        await w.press("f")
        await w.until_gone("Earlier check")


async def test_a_past_job_shows_by_what_it_was_proven(due: FakeHub, watch: Watch) -> None:
    past = PastRound(
        id="R-0",
        kind="clean-lens",
        title=Text(en="Clean the lens"),
        team="guards",
        since_at=NOW - timedelta(days=1),
        outcome="done",
        proven=True,
        before={"soiled": 0.31, "decline": 0.05},
        after={"soiled": 0.012},
    )
    due.answers["rounds/history"] = [past]
    due.answers["rounds/figures"] = []
    async with watch(due, panel="rounds", size=(140, 40)) as w:
        await w.press("f")
        await w.until_seen("Clean the lens")
        await w.press("down")
        await w.until_seen("31 % before, 1.2 % after", "5.0 % before, not measured after")


async def test_what_the_hub_lacks_is_said_on_the_line(due: FakeHub, watch: Watch) -> None:
    why = Text(en="The machine shows no sensor: please look.", zh="主机未提供温度传感器，请人工检查。")
    heat = Measured(id="heat", ask=Text(en="Heat of the machine"), measure="temperature", must=False)
    kind = RoundKind(id="room", name=KIND.name, checklists=(Checklist(of="room", items=(heat,)),))
    due.happen(RoundsLoaded(kinds=[kind]))
    async with watch(due, panel="rounds") as w:
        await w.until_seen("Room check", "Round due")
        await w.press("enter", "b")
        await w.until_seen("0 of 1 answered")
        due.happen(
            RoundMeasured(round="R-1", readings=[Reading(asset="room", item="heat", value=None, lacking=why, at=NOW)])
        )
        await w.until_seen("The machine shows no sensor")


async def test_the_sheet_is_in_chinese_as_well(due: FakeHub, watch: Watch) -> None:
    async with watch(due, panel="rounds", language="zh_CN") as w:
        await w.until_seen("环境检查")
        await w.press("enter")
        await w.until_seen("清洁整齐")
