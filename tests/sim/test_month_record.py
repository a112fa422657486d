"""The record of a simulated month: what holds of every record, and of all of them together."""

from collections import Counter

from msgspec.structs import replace

from hub.core.delivery import EffectFailed
from hub.core.event import wire_name
from hub.core.fold import fold
from hub.core.rules.events import RulesLooped
from hub.core.state import State
from hub.journal.codec import decode, encode
from tests.sim.conftest import Plant

MUCH = {
    "alarm.raised": 200,
    "ticket.opened": 150,
    "ticket.closed": 140,
    "ticket.reopened": 5,
    "permit.ended": 5,
    "alarm.suppressed": 5,
    "post.attendance": 250,
    "handover.taken": 80,
    "attention.missed": 20,
    "patrol.done": 200,
    "round.done": 5,
    "hub.started": 4,
    "recording.gap": 3,
    "post.late": 10,
    "post.absent": 5,
    "swap.approved": 1,
    "log.entered": 50,
}


def test_a_month_is_long_enough_for_everything_to_happen(plant: Plant) -> None:
    happened = Counter(wire_name(record.event) for record in plant.records)
    assert {name: happened[name] for name, least in MUCH.items() if happened[name] < least} == {}


def test_every_record_was_looked_at(plant: Plant) -> None:
    assert plant.month.invariants.looked_at == len(plant.records)


def test_the_state_follows_from_the_written_record_alone(plant: Plant) -> None:
    state = State()
    for record in plant.records:
        name, version, body = encode(record.event)
        event = decode(name, version, body)
        state = fold(state, replace(record, event=event))
    assert state == plant.state


def test_no_order_of_a_rule_was_in_vain_and_no_rules_went_in_circles(plant: Plant) -> None:
    assert [record for record in plant.records if isinstance(record.event, EffectFailed | RulesLooped)] == []


def test_everything_that_the_books_call_forbidden_was_refused(plant: Plant) -> None:
    assert {
        "nobody relieves",
        "it is verified already",
        "the roster would not hold",
        "items are open",
        "nobody countersigns their own",
        "one's own application",
        "only a leader signs",
    } <= plant.month.refusals.keys()
