"""A round at the TUI, as whoever cleans or looks after the room makes it: from Home, in both languages."""

from hub.core.rounds.commands import AnswerRound, SignRound, StartRound
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import IN_BOTH_LANGUAGES, WIDE, commanded, fill, from_home, tongue
from tests.tui.test_rounds import due  # noqa: F401 - a fixture


@IN_BOTH_LANGUAGES
async def test_begins_the_round_answers_it_key_by_key_and_signs(watch: Watch, due: FakeHub, language: str) -> None:  # noqa: F811
    say = tongue(language)
    async with watch(due, account="li", panel="home", language=language, size=WIDE) as w:
        await w.until_seen(say("Room check", "环境检查"))
        await from_home(w, "round:R-1")
        await w.press("b")
        assert await commanded(w, StartRound) == StartRound(round="R-1")
        await w.until_seen(say("Clean and tidy", "清洁整齐"), say("Warmth", "室温"))
        await w.press("y", "n", *"22", "enter")
        await commanded(w, AnswerRound)
        await w.until(lambda: due.state.rounds["R-1"].open_must == 0, "every item answered")
        await w.press("s")
        await fill(w)
        assert (await commanded(w, SignRound)).round == "R-1"
        await w.until(lambda: "R-1" not in due.state.rounds, "the round is made")
        await w.press("escape", "0")
        await w.until_seen(say("Nothing waits. All is well.", "无待办事项，一切正常。"))
