"""The language is switched while the panels are there: those in sight at once, the others when they are seen."""

import pytest

from hub.tui.panels.panel import Panel
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub


async def test_a_panel_out_of_sight_speaks_the_language_in_force_when_it_is_seen(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, size=(140, 40), panel="wall") as w:
        await w.press("2")
        await w.until(lambda: w.room.where == "alarms", "the alarms")
        english = w.table("alarms").headings
        await w.press("1", "L")
        await w.until_seen("画面墙")
        assert w.table("alarms").headings == english, "nobody sees it"
        await w.press("2")
        await w.until(lambda: w.table("alarms").headings != english, "the headings in Chinese")
        await w.press("L", "1")
        await w.until_seen("Wall")
        await w.press("2")
        await w.until(lambda: w.table("alarms").headings == english, "the headings in English")


async def test_switching_the_language_says_everything_again_in_the_panel_in_sight_alone(
    watch: Watch, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(hub, panel="wall") as w:
        said: list[str] = []
        for panel in w.room.query(Panel):
            relabel = panel.relabel

            def noted(name: str = panel.WHERE, relabel=relabel) -> None:  # type: ignore[no-untyped-def]
                said.append(name)
                relabel()

            monkeypatch.setattr(panel, "relabel", noted)
        await w.press("L")
        await w.until_seen("画面墙")
        assert said == ["wall"]
