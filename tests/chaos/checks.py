"""Whether a hub that was killed again and again did what it owed: against a clean replay, and against the oracle."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast, get_args

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Deed, Effect, EngineState
from hub.core.alarms.commands import RaiseAlarm
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.deeds import CameraTurned, SnapshotTaken
from hub.core.delivery import EffectDone, EffectFailed, MessagesListed
from hub.core.event import Record
from hub.core.findings import SignalLost, SignalRestored, ViewClear
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rounds.events import RoundMissed
from hub.core.rules.commands import StartRule
from hub.core.rules.events import RulePaused, RuleResumed, RuleStarted, VariableSet
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
MODE_AFTER_S, SLEEPY_AFTER_S = 30.0, 15.0
"""What the rules of `tests.chaos.site` say."""


_OUTCOMES = {"pending": (0, 0), "done": (1, 0), "failed": (0, 1)}
"""How often a deed is on record as done and as given up, by what the outbox says of it."""
_FACT = {"snapshot": "snapshot.taken", "preset": "camera.turned"}
"""What is on record of an errand that was carried out."""


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
    deeds = Counter(effect.key for effect in effects if isinstance(effect.do, Deed))
    assert Counter(sending.effect for sending in evidence.outbox) == deeds
    keys = Counter(record.key for record in evidence.records if record.key is not None)
    assert set(keys.values()) == {1}
    done = {key for key in keys if "#" in key}
    assert {key.partition("#")[0].partition(">")[0] for key in done} <= wanted
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
    once = [r for r in records if isinstance(r.event, VariableSet) and r.event.variable == "lost_once"]
    assert len(once) == 1


def check_modes(evidence: Evidence, areas: Mapping[str, str], most: Mapping[str, int]) -> None:
    """By the records alone: what a rule lets run beside what it has begun about an area. `areas`: of each camera."""
    restored = oracle.of(evidence.records, SignalRestored)
    let_go = 0
    for mode in get_args(oracle.Mode):
        wanted: set[str] = set()
        for area in set(areas.values()):
            calls = [record for record in restored if areas[cast(SignalRestored, record.event).camera] == area]
            acted = [*oracle.messages_of_mode(calls, mode, most.get(mode, 1), MODE_AFTER_S, evidence.ended_at)]
            wanted |= {f"mode-{mode}:{seq}:0" for seq in acted}
        assert wanted == _sent(evidence, f"mode-{mode}"), mode
        let_go += len(restored) - len(wanted)
    assert let_go > 0, "no firing met another"


def check_pauses(evidence: Evidence) -> None:
    """A rule that people turn off and on does nothing meanwhile, and everything else."""
    restored = oracle.of(evidence.records, SignalRestored)
    wanted = oracle.heeded(restored, evidence.records, "sleepy", SLEEPY_AFTER_S, evidence.ended_at)
    assert {f"sleepy:{seq}:0" for seq in wanted} == _sent(evidence, "sleepy")
    assert oracle.of(evidence.records, RulePaused), "nobody turned it off"
    ends = Counter(cast(RuleResumed, record.event).why for record in oracle.of(evidence.records, RuleResumed))
    assert ends["time"], f"no pause ended by itself: {ends}"
    assert 0 < len(wanted) < len(restored), "it was never turned off while something came back, or always"


def check_variables(evidence: Evidence) -> None:
    """The variable followed what the rules made of it, and the rule that asks for it saw it as it was."""
    records = evidence.records
    turned = oracle.of(records, SignalLost, SignalRestored)
    flips = [r for r in oracle.of(records, VariableSet) if cast(VariableSet, r.event).variable == "dark"]
    values = [cast(VariableSet, record.event).value for record in flips]
    assert all(one != other for one, other in pairwise([False, *values]))
    wants = {record.seq: isinstance(record.event, SignalLost) for record in turned}
    assert all(
        record.cause in wants and wants[record.cause] == value for record, value in zip(flips, values, strict=True)
    )
    assert evidence.state().variables["dark"] == isinstance(turned[-1].event, SignalLost)
    covered = oracle.spells(records, ViewClear)
    wanted = {f"heeding:{s.seq}:0" for s in covered if oracle.value_before(records, "dark", s.seq, False)}
    assert wanted == _sent(evidence, "heeding")
    assert 0 < len(wanted) < len(covered)


def check_deeds(evidence: Evidence, turned: Sequence[str]) -> None:
    """Every picture and every turn that was wanted has one outcome on record; the camera turned at least as often."""
    covered = oracle.spells(evidence.records, ViewClear)
    errands = [sending for sending in evidence.outbox if sending.errand]
    assert {s.effect for s in errands} == {f"pictured:{s.seq}:{item}" for s in covered for item in (0, 1)}
    done = Counter(r.event.key for r in evidence.records if isinstance(r.event, EffectDone))
    failed = Counter(r.event.key for r in evidence.records if isinstance(r.event, EffectFailed))
    for sending in errands:
        assert (done[sending.key], failed[sending.key]) == _OUTCOMES[sending.state], sending
    kept = {record.key for record in oracle.of(evidence.records, SnapshotTaken, CameraTurned)}
    assert kept == {f"{s.key}#{_FACT[s.errand]}" for s in errands if s.state == "done"}
    turns = Counter(cast(CameraTurned, r.event).camera for r in oracle.of(evidence.records, CameraTurned))
    assert turns
    assert turns <= Counter(turned)


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


def check_delivered(
    evidence: Evidence,
    receiver: Receiver,
    sent_at: datetime,
    *,
    in_lists: int = 0,
    published: Collection[str] = (),
) -> None:
    """The far side has taken every message from before `sent_at` at least once, by itself or in a list, and none that
    was not to be sent. `published`: the ids of what came through the broker."""
    keys = {sending.key for sending in evidence.outbox}
    listed = {
        key
        for record in evidence.records
        if isinstance(record.event, MessagesListed) and record.event.list in receiver.taken
        for key in record.event.keys
    }
    taken = {*receiver.taken, *published}
    assert {each for each in taken if not each.startswith("list:")} <= keys
    assert len(listed) >= in_lists
    for sending in evidence.outbox:
        if sending.errand:
            continue
        assert sending.state in ("done", "pending")
        if sending.state == "done" or sending.created_at < sent_at:
            assert sending.key in taken or sending.key in listed, f"{sending} never got there"


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
