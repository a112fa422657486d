"""The ledger: what became of every planned instant."""

from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.model import Every, Missed, Rule
from hub.automation.schedules.ledger import Account, Entry, Ledger, ledger
from hub.core.calendar import Calendar
from hub.core.catalogue import HubStarted, ScheduleDue, ScheduleMissed
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.event import Event, Record
from hub.core.rounds.events import RoundDue
from hub.core.rules.events import RulePaused, RuleResumed
from hub.core.text import Text
from tests.automation.schedules import BERLIN, SHANGHAI, daily, rule_of, utc
from tests.automation.test_schedule_passed import HAPPENINGS, Happening, Pretended

BEGIN = utc("2026-01-05T12:00")


def hub_of(rule: Rule) -> Pretended:
    return Pretended(rule, SHANGHAI, Calendar(), BEGIN)


def book_of(hub: Pretended, *, since: datetime = BEGIN, records: list[Record] | None = None) -> Ledger:
    found = hub.records if records is None else records
    return ledger(Account(found, [hub.rule], SHANGHAI, hub.now), since, hub.now)


def outcomes(book: Ledger) -> list[str]:
    return [entry.outcome for entry in book.entries]


def record(seq: int, event: Event, at: datetime, *, cause: int | None = None, actor: str = "hub") -> Record:
    return Record(seq, at, at, actor, cause, event, None, b"")


def restarted(hub: Pretended, seconds: float) -> None:
    """Down for a while, and a start that is on record."""
    hub.now += timedelta(seconds=seconds)
    hub.newest_at = max(hub.newest_at, hub.now)
    hub.record(HubStarted(version="1", last_stop="unclean"))
    hub.look()


def test_every_instant_is_on_time_while_the_hub_runs() -> None:
    hub = hub_of(rule_of(daily("08:30")))
    hub.live(BEGIN + timedelta(days=3))
    book = book_of(hub)
    assert outcomes(book) == ["on time"] * 3
    assert all(entry.why == Text(en="") and entry.at is not None for entry in book.entries)


def test_downtime_ends_as_the_rule_wants_it_with_the_reason_in_both_languages() -> None:
    wanted: dict[Missed, list[str]] = {
        "run-once": ["skipped", "skipped", "late"],
        "skip": ["skipped", "skipped", "skipped"],
        "run-all": ["late", "late", "late"],
    }
    for policy, ends in wanted.items():
        hub = hub_of(rule_of(daily("08:30"), policy=policy))
        restarted(hub, 3 * 86_400)
        book = book_of(hub)
        assert outcomes(book) == ends, policy
        assert all(entry.why.en.startswith("the hub was down") and "停机" in entry.why.zh for entry in book.entries)
    assert book_of(hub_of(rule_of(daily("08:30")))).entries == []


def test_too_many_to_make_up_for_are_missed_and_nothing_is_unaccounted() -> None:
    hub = hub_of(rule_of(Every(interval_s=300), policy="run-all"))
    restarted(hub, 5 * 86_400 + 120)
    book = book_of(hub)
    assert book.count("late") == 100
    assert book.count("missed") == 901
    assert book.count("unaccounted") == 0
    assert book.entries[0].from_at == BEGIN + timedelta(minutes=5)


def test_a_rule_that_was_turned_off_is_skipped_with_who_and_why() -> None:
    hub = hub_of(rule_of(daily("08:30"), rule="morning"))
    hub.record(RulePaused(rule="morning", reason="stocktaking", until_at=None))
    hub.records[-1] = record(len(hub.records), hub.records[-1].event, hub.now, actor="person:lin")
    hub.live(BEGIN + timedelta(days=1))
    hub.record(RuleResumed(rule="morning", why="person"))
    hub.live(BEGIN + timedelta(days=2))
    first, second = book_of(hub).entries
    assert (first.outcome, first.why.en) == ("skipped", "turned off by lin: stocktaking")
    assert "lin" in first.why.zh
    assert second.outcome == "on time"


def test_a_clock_that_was_set_is_the_reason_where_it_was() -> None:
    hub = hub_of(rule_of(daily("20:30")))
    hub.live(utc("2026-01-05T12:10"))
    hub.step(3600)
    (entry,) = book_of(hub).entries
    assert (entry.outcome, entry.why.en) == ("late", "the clock was set")


def test_what_an_instant_led_to_is_counted_also_by_way_of_others() -> None:
    hub = hub_of(rule_of(daily("20:30")))
    hub.live(utc("2026-01-05T12:31"))
    seq = len(hub.records)
    at = hub.now
    more = [
        record(seq + 1, RoundDue(round="R-1", kind="technical", title=Text(en="R"), clause=""), at, cause=seq),
        record(seq + 2, EffectDone(key="a", kind="message"), at, cause=seq),
        record(seq + 3, EffectFailed(key="b", kind="message", reason="no"), at, cause=seq + 1),
        record(seq + 4, EffectDone(key="c", kind="message"), at, cause=2),
    ]
    (entry,) = book_of(hub, records=[*hub.records, *more]).entries
    assert entry.results == {"round.due": 1, "effect.done": 1, "effect.failed": 1}


def test_an_instant_without_an_entry_is_shown_as_unaccounted() -> None:
    hub = hub_of(rule_of(daily("08:30", "20:30")))
    hub.live(BEGIN + timedelta(days=2))
    gone = [each for each in hub.records if not isinstance(each.event, ScheduleDue) or each.event.due_at.day != 6]
    book = book_of(hub, records=gone)
    assert [(entry.outcome, entry.due_at) for entry in book.entries if entry.outcome == "unaccounted"] == [
        ("unaccounted", utc("2026-01-06T00:30")),
        ("unaccounted", utc("2026-01-06T12:30")),
    ]
    # While a hub is down nothing is expected of it, and a minute's grace is given.
    assert (
        ledger(Account([*gone], [hub.rule], SHANGHAI, utc("2026-01-06T00:30:59")), BEGIN, hub.now).count("unaccounted")
        == 0
    )
    # Of a rule that the hub has not taken up yet nothing is known.
    changed = rule_of(daily("08:30", "20:30"), digest="edited")
    assert ledger(Account(gone, [changed], SHANGHAI, hub.now), BEGIN, hub.now).count("unaccounted") == 0


@settings(max_examples=60, deadline=None)
@given(
    policy=st.sampled_from(["run-once", "skip", "run-all"]),
    jitter_s=st.sampled_from([0.0, 900.0]),
    happenings=HAPPENINGS,
)
def test_whatever_happens_nothing_is_unaccounted_and_no_instant_stands_twice(
    policy: Missed, jitter_s: float, happenings: list[Happening]
) -> None:
    every = Every(interval_s=1800, between=(time(20), time(7)), jitter_s=jitter_s)
    hub = Pretended(rule_of(every, policy=policy), BERLIN, Calendar(), utc("2026-10-24T18:00"))
    for what, seconds in happenings:
        match what:
            case "live":
                hub.live(hub.now + timedelta(seconds=seconds))
            case "down":
                restarted(hub, seconds)
            case "step":
                hub.step(seconds)
    book = ledger(Account(hub.records, [hub.rule], BERLIN, hub.now), hub.oldest_at, hub.newest_at)
    assert book.count("unaccounted") == 0
    planned: list[Entry] = [entry for entry in book.entries if entry.from_at is None]
    assert len({entry.due_at for entry in planned}) == len(planned)
    kinds = sum(isinstance(each.event, ScheduleDue | ScheduleMissed) for each in hub.records)
    assert len(book.entries) == kinds
