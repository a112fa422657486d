"""Whether a hub that was killed again and again did what it owed: against a clean replay, and against the oracle."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Effect, EngineState, SendMessage
from hub.core.alarms.commands import RaiseAlarm
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.delivery import MessagesListed
from hub.core.event import Record
from hub.core.findings import SignalRestored, ViewClear
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rounds.events import RoundMissed
from hub.core.rules.commands import StartRule
from hub.core.rules.events import RuleStarted, VariableSet
from hub.core.tickets.commands import OpenTicket
from hub.core.tickets.events import TicketOpened
from tests.chaos import oracle
from tests.chaos.evidence import Evidence
from tests.chaos.receiver import Receiver

_FIRST_EVENT = {
    RaiseAlarm: "alarm.raised",
    OpenTicket: "ticket.opened",
    MakeRoundDue: "round.due",
    StartRule: "rule.started",
}
"""What an order always leads to; a ticket that stands already is not opened again."""
REMINDED_AFTER_S = (30.0, 50.0, 70.0)
DELAYED_S, COOLDOWN_S, STARTED_AFTER_S = 40.0, 120.0, 3.0
"""What the rules of `tests.chaos.site` say."""


def replayed(records: Sequence[Record], index: RuleIndex) -> list[Effect]:
    """The effects of the records by an engine that was never interrupted."""
    state = engine.adopt(index, EngineState(), records[0].seen_at)
    effects: list[Effect] = []
    for record in records:
        step = engine.step(index, state, record, record.seen_at)
        state = step.state
        effects += step.effects
    keys = Counter(effect.key for effect in effects)
    assert max(keys.values(), default=1) == 1, [key for key, count in keys.items() if count > 1]
    return effects


def check_effects(evidence: Evidence, index: RuleIndex) -> None:
    """Every effect of the replay is in the outbox or the journal, once, and nothing else is."""
    effects = replayed(evidence.records, index)
    wanted = {effect.key for effect in effects}
    messages = Counter(effect.key for effect in effects if isinstance(effect.do, SendMessage))
    assert Counter(sending.effect for sending in evidence.outbox) == messages
    keys = Counter(record.key for record in evidence.records if record.key is not None)
    assert set(keys.values()) == {1}
    done = {key for key in keys if "#" in key}
    assert {key.partition("#")[0] for key in done} <= wanted
    opened = {key.partition("#")[0] for key in done if "#ticket." in key}
    for effect in effects:
        first = _FIRST_EVENT.get(type(effect.do))
        if first is not None and not (isinstance(effect.do, OpenTicket) and effect.key not in opened):
            assert f"{effect.key}#{first}:0" in done, f"{effect.key} was not carried out"


def check_faults(evidence: Evidence, lost_for_s: float, covered_for_s: float, *, at_least: int) -> None:
    """By the records alone: who was alarmed, about what, and what has returned."""
    records, end = evidence.records, evidence.ended_at
    lost, covered = oracle.spells(records, SignalRestored), oracle.spells(records, ViewClear)
    assert min(len(lost), len(covered)) >= at_least, "hardly anything happened"
    lasting = {
        "lost-now": lost,
        "lost-long": [spell for spell in lost if spell.lasted(lost_for_s, end)],
        "covered": [spell for spell in covered if spell.lasted(covered_for_s, end)],
    }
    waits = {"lost-now": 0.0, "lost-long": lost_for_s, "covered": covered_for_s}
    returned = Counter(r.event.alarm for r in records if isinstance(r.event, AlarmReturned))
    due_back: Counter[str] = Counter()
    sent = Counter(sending.effect for sending in evidence.outbox)
    state = evidence.state()
    for rule, fired in lasting.items():
        raised = {r.cause: r.event for r in records if isinstance(r.event, AlarmRaised) and r.event.rule == rule}
        assert len(raised) == sum(1 for r in records if isinstance(r.event, AlarmRaised) and r.event.rule == rule)
        assert raised.keys() == {spell.seq for spell in fired}
        messages = {key for key in sent if key.startswith(f"{rule}:") and "escalate" not in key}
        wanted = {
            f"{rule}:{spell.seq}:{_place_of_message(rule)}"
            for spell in fired
            if oracle.loud(spell, records, rule, waits[rule])
        }
        assert messages == wanted, (messages - wanted, wanted - messages)
        standing = {alarm.camera for alarm in state.alarms.values() if alarm.rule == rule and alarm.active}
        assert standing == {spell.camera for spell in fired if spell.ended_at is None}
        due_back.update(raised[spell.seq].alarm for spell in fired if spell.ended_at is not None)
    assert returned == due_back
    alarms = [r.event.alarm for r in records if isinstance(r.event, AlarmRaised)]
    assert list(dict.fromkeys(alarms)) == [f"A-{n}" for n in range(1, len(set(alarms)) + 1)]
    tickets = [r.event.ticket for r in records if isinstance(r.event, TicketOpened)]
    assert tickets == [f"T-{n}" for n in range(1, len(tickets) + 1)]
    for ticket in state.tickets.values():
        holds = any(s.camera == ticket.camera and s.ended_at is None for s in lasting[ticket.rule or ""])
        assert (ticket.restored_at is None) == holds


def check_steps(evidence: Evidence) -> None:
    """By the records alone: reminders, delayed messages, cooldowns and rules that others start."""
    records, end = evidence.records, evidence.ended_at
    lost, covered = oracle.spells(records, SignalRestored), oracle.spells(records, ViewClear)
    reminders = {
        f"lost-now:{spell.seq}:escalate.1.{place + 1}.0"
        for spell in lost
        for place in oracle.escalations(spell, records, "lost-now", REMINDED_AFTER_S, end)
    }
    assert reminders == _sent(evidence, "lost-now", "escalate")
    assert len(reminders) > 5, "nobody had to be reminded"
    assert {f"delayed:{s.seq}:0" for s in covered if s.lasted(DELAYED_S, end)} == _sent(evidence, "delayed")
    assert {f"seldom:{s.seq}:0" for s in oracle.let_through(covered, COOLDOWN_S, end)} == _sent(evidence, "seldom")
    started = [record for record in records if isinstance(record.event, RuleStarted)]
    assert Counter(record.cause for record in started) == Counter(spell.seq for spell in lost)
    due = {r.seq for r in started if end - r.seen_at >= timedelta(seconds=STARTED_AFTER_S)}
    assert {f"started:{seq}:0" for seq in due} == _sent(evidence, "started")
    assert len([r for r in records if isinstance(r.event, VariableSet)]) == 1


def _sent(evidence: Evidence, rule: str, containing: str = "") -> set[str]:
    keys = {sending.effect for sending in evidence.outbox}
    return {key for key in keys if key.startswith(f"{rule}:") and containing in key}


def check_rounds(evidence: Evidence, *, at_least: int) -> None:
    """A round that was not made in time was reported once, and no other."""
    must, may = oracle.rounds_missed(evidence.records, evidence.ended_at)
    missed = Counter(r.event.round for r in evidence.records if isinstance(r.event, RoundMissed))
    assert set(missed.values()) <= {1}
    assert must <= missed.keys() <= must | may
    assert len(must) >= at_least
    told = {s.effect for s in evidence.outbox if s.effect.startswith("round-missed:")}
    assert told == {f"round-missed:{r.seq}:0" for r in evidence.records if isinstance(r.event, RoundMissed)}


def check_delivered(evidence: Evidence, receiver: Receiver, sent_at: datetime, *, in_lists: int = 0) -> None:
    """The far side has taken every message from before `sent_at` at least once, by itself or in a list, and none that
    was not to be sent."""
    keys = {sending.key for sending in evidence.outbox}
    listed = {
        key
        for record in evidence.records
        if isinstance(record.event, MessagesListed) and record.event.list in receiver.taken
        for key in record.event.keys
    }
    assert {taken for taken in receiver.taken if not taken.startswith("list:")} <= keys
    assert len(listed) >= in_lists
    for sending in evidence.outbox:
        assert sending.state in ("done", "pending")
        if sending.state == "done" or sending.created_at < sent_at:
            assert sending.key in receiver.taken or sending.key in listed, f"{sending} never got there"


def check_acknowledged(evidence: Evidence, acknowledged: dict[int, str]) -> None:
    """What the hub told somebody it has written is in the journal, as it was told."""
    kept = {record.seq: record.hash.hex() for record in evidence.records}
    assert acknowledged.items() <= kept.items()


def check_schedule(evidence: Evidence, rule: str, missed: str, planned: Sequence[datetime]) -> oracle.Ledger:
    """The ledger of a scheduled rule is whole."""
    kept = oracle.ledger(evidence.records, rule)
    oracle.check_ledger(kept, missed, planned)
    return kept


def _place_of_message(rule: str) -> int:
    return 1 if rule == "lost-long" else 2
