"""The rules on the screen: opened, turned off and on, their cases run and their files checked."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from hub.automation.trials.account import Found, RuleAccount, Told, WhyNot
from hub.client import CaseView, RuleDetail, RuleFiles, RuleTrace
from hub.core.catalogue import ConfigAccepted, ConfigRejected, RulePrint, RulesLoaded
from hub.core.rules.commands import PauseRule, ResumeRule
from hub.core.text import Text
from hub.tui.screens.form import FormScreen
from hub.tui.screens.rule import ReportScreen, RuleScreen
from tests.tui.conftest import NOW, Watch, Watching, seen
from tests.tui.fake_hub import FakeHub

OBSTRUCTED = "rules/watch.toml#view-obstructed"


@pytest.fixture
def hub(hub: FakeHub) -> FakeHub:
    prints = [RulePrint(rule.id, "0") for rule in hub.rule_list]
    hub.happen(RulesLoaded(file="rules/watch.toml", rules=prints))
    hub.rule_details["view-obstructed"] = RuleDetail(
        rule=hub.rule_list[1],
        line=52,
        says=[
            Text(en="When view.obstructed has lasted 20 s.", zh="发生 view.obstructed 并持续20秒时。"),
            Text(en="Then: raise the alarm obstruction, priority high.", zh="执行：发出报警 obstruction，高级。"),
        ],
        traces=[
            RuleTrace(
                at=NOW - timedelta(minutes=3),
                seq=7,
                outcome="not_matched",
                step="where.share",
                detail="share is 0.2; wanted is at least 0.3",
            )
        ],
        next_due_at=[],
    )
    told = Told(at=NOW - timedelta(hours=2), seq=5, subject="camera:gate-1", detail="alarm obstruction (high)")
    hub.accounts_of_rules["view-obstructed"] = RuleAccount(
        rule="view-obstructed",
        since_at=NOW - timedelta(hours=24),
        until_at=NOW,
        records=4711,
        fired=1,
        firings=[told],
        not_fired=12,
        reasons=[
            WhyNot(step="where.share", count=12, found=[Found("share is 0.2; wanted is at least 0.3", 12)], newest=told)
        ],
    )
    return hub


async def choose(w: Watching, key: str) -> None:
    table = w.table("rules")
    await w.until(lambda: key in table.row_keys, f"{key} in the list")
    table.choose(key)
    w.clock.advance(1)
    await w.pilot.pause()


async def test_the_list_says_what_each_rule_is_about_and_that_it_is_on(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await w.until_seen("Camera", "3.6b", "Obstruct", "✓ On", "Next due", "Last fired", "State")
        assert w.sees("every Mon", "11-26 10:30", "10:18:00")
        assert w.sees("Enter Rule", "o Turn off", "n Turn on", "t Cases", "c Problems")


async def test_a_watch_officer_is_not_offered_to_turn_rules_off(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang") as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        assert not w.sees("o Turn off")
        await w.press("o")
        await w.until_seen("Only a leader or an administrator")
        assert hub.commands == []


async def test_a_rule_is_turned_off_with_a_reason_and_a_time_and_on_again(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("o")
        await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")
        await w.until_seen("Turn off Camera obstructed", "It does nothing meanwhile")
        await w.press("enter")
        await w.until_seen("Say why it is turned off.")
        assert hub.commands == []
        await w.press("shift+tab", *"repainting", "enter", "enter", "enter")
        await w.until(lambda: hub.commands, "the command")
        assert hub.commands == [
            PauseRule(rule="view-obstructed", reason="repainting", until_at=NOW + timedelta(hours=2, seconds=1))
        ]
        await w.tick()
        await w.until_seen(
            "Camera obstructed is off.", "! Off to 12:30", "by Wang Fang since 10:30:01, until 12:30:01: repainting"
        )
        await choose(w, OBSTRUCTED)
        await w.press("n")
        await w.until_seen("Camera obstructed is on again.")
        assert hub.commands[1:] == [ResumeRule(rule="view-obstructed")]
        await w.tick()
        await w.until_gone("! Off")


async def test_a_rule_that_is_on_cannot_be_turned_on(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("n")
        await w.until_seen("It is on already.")
        assert hub.commands == []


async def test_enter_opens_the_rule_with_its_sentences_decisions_and_its_day(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, size=(100, 40)) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, RuleScreen), "the rule")
        await w.until_seen(
            "rules/watch.toml:52",
            "What it says",
            "When view.obstructed has lasted 20 s.",
            "Then: raise the alarm obstruction, priority high.",
            "What it decided last",
            "does not fit (where.share)",
            "The last 24 hours",
            "acted: 1, did not: 12; records in all: 4711",
            "Main gate",
            "12 times at where.share",
        )
        await w.press("escape")
        await w.until(lambda: w.app.screen is w.room, "the room")


async def test_an_escalation_that_is_held_is_told_with_since_when_and_why(watch: Watch, hub: FakeHub) -> None:
    hub.rule_list[1] = replace(hub.rule_list[1], held=1, waiting=2)
    said = "A-3 is shelved: goes on when that is over"
    told = Told(at=NOW - timedelta(minutes=9), seq=5, subject="camera:gate-1", detail=said)
    account = hub.accounts_of_rules["view-obstructed"]
    hub.accounts_of_rules["view-obstructed"] = replace(account, held=[told])
    async with watch(hub, size=(110, 40)) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("enter")
        await w.until_seen(
            "2 timers are running", "1 escalation is held until its alarm may disturb", "Main gate is held since", said
        )


async def test_at_80_by_24_the_rest_of_the_rule_is_reached_by_scrolling(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("enter")
        await w.until_seen("What it says", "O: turn off", "T: run its cases", "Esc: back")
        assert not w.sees("12 times at where.share")
        for _ in range(3):
            await w.press("pagedown")
        await w.until_seen("12 times at where.share")


async def test_the_rule_is_turned_off_from_its_own_screen_too(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, size=(100, 40)) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("enter")
        await w.until_seen("What it says")
        await w.press("o")
        await w.until_seen("Turn off Camera obstructed")
        await w.press(*"x", "tab", *["backspace"] * 2, "enter", "enter")
        await w.until(lambda: hub.commands, "the command")
        assert hub.commands == [PauseRule(rule="view-obstructed", reason="x", until_at=None)]
        await w.tick()
        await w.until_seen("Turned off", "until somebody turns it on: x", "N: turn on")


async def test_cases_are_run_and_failures_told(watch: Watch, hub: FakeHub) -> None:
    hub.cases["view-obstructed"] = [
        CaseView(name="an obstruction that lasts", file="rules/cases/watch.toml", line=1, ok=True),
        CaseView(
            name="a passer-by",
            file="rules/cases/watch.toml",
            line=14,
            ok=False,
            failures=["line 20: expected never alarm; happened: 08:00:10 (+10s) alarm obstruction"],
        ),
    ]
    async with watch(hub) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        await w.press("t")
        await w.until(lambda: isinstance(w.app.screen, ReportScreen), "the page")
        await w.until_seen("Cases of Camera obstructed", "2 cases, 1 failed", "✓ holds", "✗ fails", "a passer-by")
        assert w.sees("expected never alarm")
        await w.press("escape")
        await choose(w, "rules/watch.toml#signal-lost")
        await w.press("t")
        await w.until_seen("No case names this rule")


async def test_the_files_are_checked_and_every_problem_is_listed(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await w.press("c")
        await w.until_seen("The rule files on disk", "files: 2, rules: 3", "No problem was found.")
        await w.press("escape")
        problem = Text(
            en="rules/watch.toml:14:9: rule.2.on: there is no event 'view.obstruct'.",
            zh="rules/watch.toml:14:9: rule.2.on: 没有事件 'view.obstruct'。",
        )
        hub.files = RuleFiles(files=1, rules=1, cases=0, problems=[problem], broken=["rules/watch.toml"])
        await w.press("c")
        await w.until_seen("rules/watch.toml is broken", "rules/watch.toml:14:9", "there is no event")
        await w.press("escape")
        await w.press("L")
        await w.press("c")
        await w.until_seen("rules/watch.toml:14:9", "没有事件")


async def test_a_hub_that_does_not_answer_is_said_on_the_page(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await choose(w, OBSTRUCTED)
        hub.lose()
        await w.press("c")
        await w.until(lambda: isinstance(w.app.screen, ReportScreen), "the page")
        await w.until_gone("The hub is at it.")
        assert not w.sees("No problem was found.")


async def test_broken_files_stand_above_the_list_until_they_are_mended(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f4")
        await w.until_seen("Camera")
        assert not w.sees("A rule file is broken")
        problems = [
            Text(en=f"rules/watch.toml:{line}:9: something is wrong", zh=f"rules/watch.toml:{line}:9: 有错误")
            for line in (3, 5, 7, 9)
        ]
        hub.happen(ConfigRejected(file="rules/watch.toml", problems=problems))
        await w.until_seen(
            "A rule file is broken; its last good version goes on.", "rules/watch.toml:3:9", "and 1 more"
        )
        assert w.sees("Camera obst"), "the list is still there"
        await w.press("L")
        await w.until_seen("rules/watch.toml:3:9: 有错误")
        await w.press("L")
        hub.happen(ConfigAccepted(file="rules/watch.toml"))
        await w.until_gone("A rule file is broken")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_in_chinese_columns_stand_in_line_at_every_size(
    watch: Watch, hub: FakeHub, size: tuple[int, int]
) -> None:
    hub.rule_list = [
        *hub.rule_list,
        replace(hub.rule_list[2], id="monthly", title=Text(en="Monthly cleaning", zh="每月清洁与支架检查")),
    ]
    async with watch(hub, size=size, language="zh_CN") as w:
        await w.press("f4")
        await w.until_seen("摄像机被遮挡", "每周一 08:30")
        lines = [line for line in seen(w.app).splitlines() if " 2.4 " in line]
        assert len(lines) == 2
        due = {cell_len(line[: line.index("11-26 10:30")]) for line in lines}
        assert len(due) == 1, seen(w.app)
        assert all(cell_len(line) <= size[0] for line in seen(w.app).splitlines())
