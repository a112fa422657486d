"""The rules of a new site: whole, in both languages, and every branch of them proven by a case."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from hub.automation.effects import actions_of
from hub.automation.engine import adopt, build_index, step
from hub.automation.model import AlarmAction, EngineState, NotifyAction, Rule, SendMessage
from hub.automation.timers import Pending
from hub.automation.trials.branches import coverage
from hub.automation.trials.cases import run
from hub.config.clauses import CLAUSES
from hub.config.init import write_site
from hub.config.load import load_site
from hub.core.catalogue import ScheduleDue
from hub.core.event import Draft
from hub.core.people.events import SignedIn
from hub.core.text import Text
from hub.journal.chain import Head
from hub.journal.log import Journal
from hub.journal.verify import verify
from hub.runtime.rules.site import RuleSite, load_rule_site
from hub.testing.clock import FakeClock
from tests.automation.story import at, lost, record_of, rule_of
from tests.journal.making import store_in, tamper

REPOSITORY = Path(__file__).parents[2]
QUIET = {
    "watch-overloaded",
    "camera-unjudged",
    "messages-waiting",
    "effect-failed",
    "duty-late",
    "view-obstructed-under-permit",
}
"""Rules whose alarm is told to no leader: nothing is lost by it, a message about it would not get out either, or what
it becomes is told (`duty-absent`, `permit-ended-obstructed`)."""


@pytest.fixture(scope="module")
def site() -> RuleSite:
    return load_rule_site(REPOSITORY, date(2026, 1, 1))


def alarms(rule: Rule) -> list[AlarmAction]:
    return [action for action in rule.do if isinstance(action, AlarmAction)]


def told(rule: Rule, stages: range) -> set[str]:
    actions = (action for stage in stages for action in actions_of(rule, stage))
    return {action.to for action in actions if isinstance(action, NotifyAction)}


def test_they_have_no_problem_and_not_even_a_doubt(site: RuleSite) -> None:
    assert site.rules.problems == {}
    assert site.cases().problems == ()


def test_every_case_holds_and_every_branch_of_every_rule_has_one(site: RuleSite) -> None:
    index, around = site.index, site.around
    outcomes = [run(case, index, around) for case in site.cases().cases]
    assert {f"{each.case.file}:{each.case.line}": each.failures for each in outcomes if not each.holds} == {}
    assert [(each.rule, each.step) for each in coverage(site.rules.rules, outcomes) if not each.cases] == []


def test_each_serves_a_clause_and_speaks_both_languages(site: RuleSite) -> None:
    for rule in site.rules.rules:
        assert rule.clause in CLAUSES, rule.id
        texts = [
            value
            for stage in range(len(rule.escalate) + 1)
            for each in actions_of(rule, stage)
            for value in _texts(each)
        ]
        for text in (rule.title, *texts):
            assert bool(text.en) == bool(text.zh), (rule.id, text)
        assert rule.title.en
        assert all(alarm.response.en for alarm in alarms(rule)), rule.id


def _texts(action: msgspec.Struct) -> list[Text]:
    return [value for value in msgspec.structs.asdict(action).values() if isinstance(value, Text)]


def test_the_leader_is_told_of_every_alarm_that_nobody_acknowledges(site: RuleSite) -> None:
    silent = {
        rule.id
        for rule in site.rules.rules
        if alarms(rule) and "leader" not in told(rule, range(len(rule.escalate) + 1))
    }
    assert silent == QUIET


def test_thirty_cameras_are_one_message_for_each_domain(site: RuleSite) -> None:
    grouped = [rule for rule in site.rules.rules if "duty" in told(rule, range(1)) and _about_cameras(rule)]
    assert {rule.id for rule in grouped} >= {"signal-lost", "view-obstructed", "picture-black", "recording-missing"}
    for rule in grouped:
        assert rule.group is not None
        assert (rule.group.by, rule.group.wait_s <= 5) == (("camera.domain",), True), rule.id


def _about_cameras(rule: Rule) -> bool:
    return rule.on[:1] != () and rule.on[0].partition(".")[0] in {"signal", "access", "view", "picture", "recording"}


def test_they_fit_a_site_without_cameras_as_well(tmp_path: Path) -> None:
    write_site(tmp_path / "plant", demo=False)
    found = load_rule_site(tmp_path / "plant", date(2026, 1, 1))
    shipped = {rule.id for rule in load_rule_site(REPOSITORY, date(2026, 1, 1)).rules.rules}
    assert {rule.id for rule in found.rules.rules} == shipped
    assert found.rules.problems == {}
    assert load_site(tmp_path / "plant").cameras == []


# --- the proof that is sent out ---


async def test_what_is_sent_out_in_the_morning_shows_later_that_the_record_was_changed(
    site: RuleSite, tmp_path: Path
) -> None:
    clock = FakeClock()
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    rule = site.rule("journal-head")
    drafts = [Draft(SignedIn(account=f"guard-{number}"), "hub") for number in range(5)]
    records = await journal.append([*drafts, Draft(ScheduleDue(rule=rule.id, due_at=clock.now()), "hub")])
    records = [*records, *await journal.append([Draft(SignedIn(account="later"), "hub")])]
    await journal.stop()

    index = build_index([rule])
    state = adopt(index, EngineState(), records[0].seen_at)
    sent: list[object] = []
    for record in records:
        done = step(index, state, record, record.seen_at)
        state, sent = done.state, [*sent, *(effect.do for effect in done.effects)]
    (message,) = sent
    assert isinstance(message, SendMessage)
    (english,) = re.findall(r"hub verify --head (\S+)", message.body.en)
    (chinese,) = re.findall(r"hub verify --head (\S+)", message.body.zh)
    assert english == chinese
    number, _, digest = english.partition(":")
    noted = Head(int(number), bytes.fromhex(digest))
    assert noted.seq == 6

    assert verdict(tmp_path, noted)
    rewritten = tmp_path / "other"
    rewritten.mkdir()
    other = Journal(store_in(rewritten), clock)
    await other.start()
    await other.append([*drafts[:4], Draft(SignedIn(account="nobody"), "hub"), *drafts[:2]])
    await other.stop()
    assert verdict(rewritten, None)
    assert not verdict(rewritten, noted)
    tamper(tmp_path / "journal.db", ("DELETE FROM record WHERE seq > 5", ()))
    assert not verdict(tmp_path, noted)


def verdict(folder: Path, noted: Head | None) -> bool:
    store = store_in(folder)
    store.open(create=False)
    try:
        return verify(store, expected=noted).ok
    finally:
        store.close()


def test_the_proof_in_a_message_that_waits_is_that_of_the_record_it_is_about_whatever_happens_meanwhile() -> None:
    text = Text(en="$journal_seq:$journal_hash")
    rule = rule_of(on=("signal.lost",), do=(NotifyAction(to="duty", text=text, after_s=60.0),))
    index = build_index([rule])
    record = msgspec.structs.replace(record_of(1, 0, lost()), hash=bytes.fromhex("0af1"))
    waiting = step(index, adopt(index, EngineState(), at(0)), record, at(0)).state

    def sent(state: EngineState) -> str:
        (effect,) = step(index, state, None, at(60)).effects
        assert isinstance(effect.do, SendMessage)
        return effect.do.body.en

    assert sent(waiting) == "1:0af1"
    (timer,) = waiting.pending.about_subject("camera:gate-1")
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(timer), type=Pending)
    assert again == timer
    assert again.began.hash == bytes.fromhex("0af1")
