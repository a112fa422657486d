"""The attention check over everything: what is typed stays, one key answers, only those at the post are asked."""

import asyncio

import pytest
from textual.widgets import Input

from hub.client.attention import CheckPicture
from hub.core.attention.commands import AnswerAttention, AskAttention
from hub.core.attention.events import AttentionAnswered, AttentionAsked, AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.decisions import decide
from hub.core.posts.events import PostSignedOff, PostSignedOn
from hub.core.text import Text
from hub.server.views.state import event_view
from hub.tui.screens.attention import AttentionScreen
from hub.tui.screens.form import FormScreen
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import ACCOUNTS, FakeHub
from tests.tui.pictures import jpeg, scene

DESK = Text(en="Control room", zh="监控室")
ASK = AskAttention(post="desk", shown="gate-1", choices=("furnace", "gate-1", "press-1", "store"))


@pytest.fixture
def posted(hub: FakeHub) -> FakeHub:
    """Zhang is signed on at the desk, and the roster has those there asked."""
    plan = PostPlan(id="desk", name=DESK, cameras=["furnace", "gate-1", "press-1", "store"], day_s=7200.0)
    here = PostSignedOn(post="desk", post_name=DESK, account="zhang", name=Text(en="Zhang Wei"), how="in_time")
    hub.happen(AttentionPlanned(posts=[plan]), here)
    hub.answers["attention/C-1/picture"] = lambda asked: CheckPicture(jpeg(scene(seed=3)))
    return hub


def ask(hub: FakeHub, order: AskAttention = ASK) -> None:
    hub.happen(*decide(hub.state, order, "hub", hub.clock.now()))


async def heard(w: Watching) -> None:
    """Past the second in which keys are not taken for answers."""
    await w.tick(1.2)


async def test_one_key_names_the_camera_and_the_check_is_gone(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("Are you there? Control room", "1 Furnace mouth   2 Main gate")
        assert w.app.rung == 1
        await heard(w)
        await w.press("2")
        await w.until(lambda: not isinstance(w.app.screen, AttentionScreen))
        assert posted.commands == [AnswerAttention(check="C-1", chosen="gate-1")]
        answers = [record.event for record in posted.records if isinstance(record.event, AttentionAnswered)]
        assert [answer.right for answer in answers] == [True]


async def test_it_lies_over_a_form_and_what_was_typed_is_still_there_afterwards(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang", size=(100, 40)) as w:
        await w.press("6", "n")
        await w.until(lambda: isinstance(w.app.screen, FormScreen))
        form = w.app.screen
        await w.press("tab", *"painting th")
        ask(posted)
        await w.until_seen("Are you there?")
        await heard(w)
        await w.press("2")
        await w.until(lambda: w.app.screen is form)
        await w.press(*"e gate")
        assert form.query_one("#reason", Input).value == "painting the gate"


async def test_a_key_that_came_too_late_for_what_lies_underneath_is_no_answer(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("Are you there?")
        await w.press("1", "2", "3", "escape")
        assert posted.commands == []
        assert isinstance(w.app.screen, AttentionScreen)


async def test_whoever_is_not_at_the_post_is_not_asked(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="wang") as w:
        ask(posted)
        await w.until(lambda: w.room.panel.situation.site.checks)  # type: ignore[union-attr]
        await w.tick()
        assert not isinstance(w.app.screen, AttentionScreen)


async def test_it_goes_away_when_another_screen_answered_or_the_person_left(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("Are you there?")
        off = PostSignedOff(post="desk", post_name=DESK, account="zhang", name=Text(en="Zhang Wei"), how="in_time")
        posted.happen(off)
        from hub.core.attention.decisions import due

        posted.happen(*due(posted.state, posted.clock.now()))
        await w.until(lambda: not isinstance(w.app.screen, AttentionScreen))


async def test_the_second_question_and_a_missed_check_are_told(watch: Watch, posted: FakeHub) -> None:
    from hub.core.attention.decisions import due

    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("90 s left.")
        w.clock.advance(90)
        posted.happen(*due(posted.state, posted.clock.now()))
        await w.until_seen("Asked once more.")
        w.clock.advance(90)
        posted.happen(*due(posted.state, posted.clock.now()))
        await w.until_seen("the leader has been told")


async def test_without_a_picture_space_says_that_somebody_is_there(watch: Watch, posted: FakeHub) -> None:
    del posted.answers["attention/C-1/picture"]
    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("Space: no picture came")
        await heard(w)
        await w.press("space")
        await w.until(lambda: posted.commands)
        assert posted.commands[0].note == "No picture came."  # type: ignore[attr-defined]


async def test_a_remark_may_be_written_instead(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        ask(posted)
        await w.until_seen("R: write what you see")
        await heard(w)
        await w.press("r", *"a lorry", "enter")
        await w.until(lambda: posted.commands)
        assert posted.commands[0].note == "a lorry"  # type: ignore[attr-defined]


async def test_a_post_with_one_camera_asks_for_a_single_key(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        ask(posted, AskAttention(post="desk"))
        await w.until_seen("Press Space.")
        await heard(w)
        await w.press("space")
        await w.until(lambda: posted.commands == [AnswerAttention(check="C-1")])


async def test_nobody_reads_in_the_log_which_camera_is_shown(posted: FakeHub) -> None:
    ask(posted)
    record = next(record for record in posted.records if isinstance(record.event, AttentionAsked))
    assert event_view(ACCOUNTS["wang"], record, posted.state).event["shown"] == ""
    posted.account = ACCOUNTS["zhang"]
    site = await posted.site()
    assert "shown" not in str(site.checks)
    await posted.send(AnswerAttention(check="C-1", chosen="gate-1"))
    assert event_view(ACCOUNTS["wang"], record, posted.state).event["shown"] == "gate-1"
    await asyncio.sleep(0)
