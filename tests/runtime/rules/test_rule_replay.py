"""Rules over a real journal: an account of one rule, what a change comes to, and how fast that is."""

import time as clock
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from pathlib import Path

import pytest
from hub_sqlite.store import SqliteStore

from hub.automation.engine import build_index
from hub.automation.language.condition import compile_condition
from hub.automation.language.fields import fields_of
from hub.automation.model import AlarmAction, Escalation, Every, Group, Match, NotifyAction, Rule
from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised, AlarmShelved, AlarmUnshelved
from hub.core.catalogue import ClockStepped, ScheduleDue, SiteConfigured
from hub.core.event import Event
from hub.core.findings import CameraJudged, ViewClear, ViewObstructed
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened, TicketUnassigned
from hub.journal.chain import START as NOTHING
from hub.journal.chain import record_hash
from hub.journal.codec import encode, to_us
from hub.ports import StoredRecord, Transaction
from hub.runtime.rules.replay import compare, explain
from tests.automation.story import SITE, lost, obstructed, restored, rule_of
from tests.journal.making import store_in

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
END = START + timedelta(days=7)
BY_CAMERA = {"production": "press-1", "security": "gate-1"}

Told = tuple[float, Event]


class Journal:
    """A real journal in a file, written as fast as its store takes it."""

    def __init__(self, folder: Path) -> None:
        self.store: SqliteStore = store_in(folder)
        self.store.open(create=True)
        self._seq, self._hash = 0, NOTHING.hash
        self._batch: list[StoredRecord] = []
        self.write((0, SiteConfigured(site=SITE)))

    def write(self, *told: Told) -> None:
        for seconds, event in told:
            self._seq += 1
            name, version, body = encode(event)
            us = to_us(START + timedelta(seconds=seconds))
            fields = (self._seq, us, us, "watch:w1", None, name, version, body, None)
            self._hash = record_hash(self._hash, *fields)
            self._batch.append(StoredRecord(*fields, self._hash))
            if len(self._batch) == 10_000:
                self.flush()
        self.flush()

    def flush(self) -> None:
        if self._batch:
            self.store.commit([Transaction(records=self._batch)])
            self._batch = []


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path)
    yield found
    found.store.close()


def condition(source: str, **variables: bool) -> object:
    return compile_condition(source, fields_of(["view.obstructed"]), variables=variables)


def obstruction(**more: object) -> Rule:
    more.setdefault("for_s", 20.0)
    more.setdefault("do", (AlarmAction(kind="obstruction", priority="high"), NotifyAction(to="duty")))
    return rule_of("view-obstructed", on=("view.obstructed",), **more)


def account_of(journal: Journal, rule: Rule, since: float = 0, until: datetime = END, **more: object):  # type: ignore[no-untyped-def]
    return explain(
        journal.store, build_index([rule]), rule, since=START + timedelta(seconds=since), until=until, **more
    )


def test_each_firing_is_told_and_each_time_it_did_not_fire_with_the_first_reason(journal: Journal) -> None:
    rule = obstruction(where=(Match(path="share", at_least=0.3),))
    journal.write(
        (100, obstructed()),
        (200, ViewClear(camera="gate-1")),
        (300, obstructed(share=0.2)),
        (301, obstructed("press-1", share=0.1)),
        (400, obstructed("press-1")),
        (410, ViewClear(camera="press-1")),
        (500, CameraJudged(camera="gate-1")),
        (600, obstructed()),
    )
    account = account_of(journal, rule)
    assert account.fired == 2
    assert [(told.at, told.subject, told.seq) for told in account.firings] == [
        (START + timedelta(seconds=620), "camera:gate-1", 9),
        (START + timedelta(seconds=120), "camera:gate-1", 2),
    ]
    reasons = {reason.step: reason for reason in account.reasons}
    assert account.not_fired == 3
    assert {step: reason.count for step, reason in reasons.items()} == {"where.share": 2, "for": 1}
    assert {found.detail for found in reasons["where.share"].found} == {
        "share is 0.2; wanted is at least 0.3",
        "share is 0.1; wanted is at least 0.3",
    }
    assert reasons["for"].newest.subject == "camera:press-1"
    assert account.returned == 2
    assert account.records == 9
    assert account.waiting == []


@pytest.mark.parametrize("set_by", [300.0, -300.0])
def test_a_clock_that_was_set_neither_ends_a_wait_early_nor_makes_it_longer(journal: Journal, set_by: float) -> None:
    rule = obstruction(for_s=20.0)
    journal.write(
        (0, obstructed()), (10 + set_by, ClockStepped(by_s=set_by)), (15 + set_by, ViewClear(camera="gate-1"))
    )
    assert account_of(journal, rule, since=-3600).fired == 0
    journal.write((600, obstructed()), (610 + set_by, ClockStepped(by_s=set_by)), (640 + set_by, lost()))
    (fired,) = account_of(journal, rule, since=-3600).firings
    assert fired.at == START + timedelta(seconds=620 + set_by)


def test_what_still_waits_at_the_end_is_neither(journal: Journal) -> None:
    journal.write((100, obstructed()))
    account = account_of(journal, obstruction(), until=START + timedelta(seconds=110))
    assert (account.fired, account.not_fired) == (0, 0)
    assert [told.subject for told in account.waiting] == ["camera:gate-1"]


def test_what_began_before_the_time_is_known_and_not_told(journal: Journal) -> None:
    journal.write((100, obstructed()), (200, ViewClear(camera="gate-1")), (300, obstructed("press-1")))
    account = account_of(journal, obstruction(for_s=3600.0), since=400)
    assert [told.subject for told in account.firings] == ["camera:press-1"]
    assert account.not_fired == 0
    assert account.records == 0, "no record was taken in since then"


def test_a_replay_that_begins_later_still_knows_the_site(journal: Journal) -> None:
    rule = obstruction(where=(Match(path="camera.domain", one_of=("security",)),))
    journal.write(*((float(n), CameraJudged(camera="gate-1")) for n in range(50)))
    journal.write((1000, obstructed()))
    account = account_of(journal, rule, since=900, begin=START + timedelta(seconds=800))
    assert account.fired == 1


def test_only_what_is_about_one_camera(journal: Journal) -> None:
    journal.write((100, obstructed()), (101, obstructed("press-1")))
    account = account_of(journal, obstruction(), told=lambda subject: subject == "camera:press-1")
    assert [told.subject for told in account.firings] == ["camera:press-1"]
    assert account.fired == 1


def test_what_is_about_a_ticket_is_told_to_those_who_hear_of_its_camera(journal: Journal) -> None:
    for number, camera in enumerate(("gate-1", "press-1", None), 1):
        fault = TicketUnassigned(ticket=f"T-{number}", title=Text(en="t"), camera=camera, since_at=START)
        journal.write((100, fault))
    rule = rule_of("nobody-named", on=("ticket.unassigned",))
    account = account_of(journal, rule, told=lambda about: about == "camera:press-1")
    assert [told.subject for told in account.firings] == ["ticket:T-2"]


def test_conditions_see_the_alarms_and_tickets_that_were_on_record(journal: Journal) -> None:
    rule = obstruction(unless=condition("ticket_open(camera)"))
    journal.write(
        (50, TicketOpened(ticket="T-1", title=Text(en="t"), subject="camera:gate-1", camera="gate-1")),
        (100, obstructed()),
        (101, obstructed("press-1")),
    )
    account = account_of(journal, rule)
    assert [told.subject for told in account.firings] == ["camera:press-1"]
    assert [(reason.step, reason.count) for reason in account.reasons] == [("unless", 1)]


def test_escalations_are_counted_beside_the_firings(journal: Journal) -> None:
    rule = obstruction(for_s=0.0, escalate=(Escalation(after_s=60, do=(NotifyAction(to="leader"),)),))
    raised = AlarmRaised(
        alarm="A-1",
        rule="view-obstructed",
        kind="obstruction",
        subject="camera:gate-1",
        camera="gate-1",
        priority="high",
        title=Text(en="t"),
    )
    journal.write(
        (100, obstructed()), (100, raised), (120, AlarmAcknowledged(alarm="A-1")), (500, obstructed("press-1"))
    )
    account = account_of(journal, rule)
    (stage,) = account.stages
    assert (account.fired, stage.step, stage.done, stage.ended) == (2, "escalate.1", 1, 1)


def test_an_escalation_that_is_held_is_told_with_its_reason_until_it_goes_on(journal: Journal) -> None:
    rule = obstruction(for_s=0.0, escalate=(Escalation(after_s=60, do=(NotifyAction(to="leader"),)),))
    raised = AlarmRaised(
        alarm="A-1",
        rule="view-obstructed",
        kind="obstruction",
        subject="camera:gate-1",
        camera="gate-1",
        priority="high",
        title=Text(en="t"),
    )
    shelved = AlarmShelved(alarm="A-1", reason="painting", until_at=START + timedelta(hours=9))
    journal.write((100, obstructed()), (100, raised), (120, shelved), (500, obstructed("press-1")))
    account = account_of(journal, rule)
    assert [(told.subject, told.at, told.detail) for told in account.held] == [
        ("camera:gate-1", START + timedelta(seconds=160), "A-1 is shelved: goes on when that is over")
    ]
    journal.write((700, AlarmUnshelved(alarm="A-1")))
    account = account_of(journal, rule)
    assert account.held == []
    assert [(stage.step, stage.done) for stage in account.stages] == [("escalate.1", 2)]


def test_a_message_that_goes_out_with_others_is_no_firing_of_its_own(journal: Journal) -> None:
    rule = obstruction(for_s=0.0, group=Group(wait_s=5.0))
    journal.write((100, obstructed()), (101, obstructed("press-1")))
    account = account_of(journal, rule)
    (stage,) = account.stages
    assert (account.fired, stage.step, stage.done) == (2, "group", 1)
    assert account.waiting == []


def test_a_scheduled_rule_is_told_by_what_came_due(journal: Journal) -> None:
    weekly = rule_of("weekly", every=Every(at=(day_time(8, 30),)), do=(NotifyAction(to="duty"),))
    journal.write(
        (1800, ScheduleDue(rule="weekly", due_at=START + timedelta(seconds=1800))),
        (1801, ScheduleDue(rule="other", due_at=START)),
    )
    account = account_of(journal, weekly)
    assert (account.fired, account.firings[0].subject) == (1, "rule:weekly")


def test_an_empty_journal_gives_an_empty_account(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.open(create=True)
    account = explain(store, build_index([obstruction()]), obstruction(), since=START, until=END)
    assert (account.fired, account.not_fired, account.records) == (0, 0, 0)
    store.close()


def test_a_progress_that_raises_ends_the_replay(journal: Journal) -> None:
    journal.write((100, obstructed()))

    def enough(done: int, total: int) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        account_of(journal, obstruction(), progress=enough)


# --- comparing ------------------------------------------------------------------------------------------------------


def difference(journal: Journal, then: Sequence[Rule], now: Sequence[Rule], since: float = 0):  # type: ignore[no-untyped-def]
    found = compare(
        journal.store,
        build_index(then),
        build_index(now),
        since=START + timedelta(seconds=since),
        until=END,
    )
    return found, {rule.rule: rule for rule in found.rules}


def test_rules_that_say_the_same_are_not_compared(journal: Journal) -> None:
    journal.write((100, obstructed()))
    found, rules = difference(journal, [obstruction()], [obstruction()])
    assert (rules, found.unchanged) == ({}, 1)


def test_what_only_one_side_does_is_told_with_examples(journal: Journal) -> None:
    journal.write(
        (100, obstructed()),
        (110, ViewClear(camera="gate-1")),
        (200, obstructed("press-1")),
        (400, ViewClear(camera="press-1")),
    )
    then = obstruction(for_s=20.0, digest="old")
    now = obstruction(
        for_s=5.0, digest="new", do=(AlarmAction(kind="obstruction", priority="critical"), NotifyAction(to="duty"))
    )
    _, rules = difference(journal, [then], [now])
    change = rules["view-obstructed"]
    assert change.change == "changed"
    assert (change.only_then, change.only_now) == (1, 3)
    assert [each.says for each in change.then_examples] == ["alarm obstruction (high)"]
    assert [(each.says, each.subject) for each in change.now_examples] == [
        ("alarm obstruction (critical)", "camera:gate-1"),
        ("notify duty", "camera:gate-1"),
        ("alarm obstruction (critical)", "camera:press-1"),
    ]
    # The same message about the press, fifteen seconds earlier; and both return the alarms that they raised.
    assert change.otherwise == 1
    (other,) = change.otherwise_examples
    assert (other.says, other.at, other.other_at) == (
        "notify duty",
        START + timedelta(seconds=220),
        START + timedelta(seconds=205),
    )
    assert change.both == 2


def test_added_and_removed_rules_are_told_as_such(journal: Journal) -> None:
    journal.write((100, lost()), (200, restored()))
    signal = rule_of("signal-lost", on=("signal.lost",), do=(NotifyAction(to="duty"),))
    _, rules = difference(journal, [signal], [obstruction()])
    assert {rule: each.change for rule, each in rules.items()} == {"signal-lost": "removed", "view-obstructed": "added"}
    assert (rules["signal-lost"].only_then, rules["signal-lost"].only_now) == (1, 0)


def test_another_schedule_comes_due_at_its_own_times(journal: Journal) -> None:
    journal.write((1800, ScheduleDue(rule="daily", due_at=START + timedelta(seconds=1800))))
    then = rule_of("daily", every=Every(at=(day_time(8, 30),)), do=(NotifyAction(to="duty"),), digest="old")
    now = rule_of(
        "daily", every=Every(at=(day_time(8, 30), day_time(20, 0))), do=(NotifyAction(to="duty"),), digest="new"
    )
    _, rules = difference(journal, [then], [now])
    assert (rules["daily"].both, rules["daily"].only_then, rules["daily"].only_now) == (7, 0, 7)
    assert rules["daily"].now_examples[0].at == datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


# --- speed ----------------------------------------------------------------------------------------------------------


def test_a_large_journal_is_gone_through_fast_and_in_little_memory(journal: Journal) -> None:
    """A small part of the size that `hub rules explain` is built for; every record that matters is stepped over."""
    many = 40_000

    def events() -> Iterator[Told]:
        for number in range(many):
            seconds = number * 6.0
            if number % 20 == 0:
                yield seconds, ViewObstructed(camera="gate-1", since_at=START, share=(number % 7) / 10)
            elif number % 20 == 10:
                yield seconds, ViewClear(camera="gate-1")
            else:
                yield seconds, CameraJudged(camera="press-1")

    journal.write(*events())
    rule = obstruction(where=(Match(path="share", at_least=0.3),))
    tracemalloc.start()
    began = clock.process_time()
    seen: list[tuple[int, int]] = []
    account = account_of(journal, rule, progress=lambda done, total: seen.append((done, total)))
    spent_s = clock.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert account.fired + account.not_fired == many // 20
    assert account.records == many + 1
    assert seen[-1] == (many + 1, many + 1)
    assert spent_s < 10, "with the memory watched, which makes it several times slower"
    assert peak < 60_000_000
