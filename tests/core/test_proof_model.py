from datetime import UTC, datetime

import pytest

from hub.core.event import Event, Record
from hub.core.proof.events import (
    MOST_TOLD,
    Damage,
    ListDamage,
    RecordingDamaged,
    RecordingMended,
    RecordingsProven,
    SealsDamaged,
    SealsMended,
)
from hub.core.proof.model import Proof, changes, follow

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
CHANGED = Damage("gate/a", "changed")
MISSING = Damage("gate/b", "missing")
LIST = ListDamage(".seals/a.txt", "changed")


def after(*events: Event) -> Proof:
    proof = Proof()
    for seq, event in enumerate(events, 1):
        proof = follow(proof, Record(seq, AT, AT, "hub", None, event, None, b""), event)  # type: ignore[arg-type]
    return proof


def test_a_pass_is_known_by_how_far_it_came_until_it_is_over() -> None:
    part = RecordingsProven(began_at=AT, until="2026-01-05 gate", segments=3, bytes=9)
    assert after(part) == Proof(began_at=AT, until="2026-01-05 gate", proven_at=AT)
    whole = RecordingsProven(began_at=AT, until="2026-01-06 yard", segments=3, bytes=9, completed=True)
    assert after(part, whole) == Proof(proven_at=AT, completed_at=AT)


def test_what_is_damaged_goes_on_record_once_and_again_when_it_is_something_else() -> None:
    [first] = changes(Proof(), {"gate": [CHANGED]}, [])
    assert first == RecordingDamaged(camera="gate", count=1, damaged=[CHANGED])
    assert changes(after(first), {"gate": [CHANGED]}, []) == []
    [second] = changes(after(first), {"gate": [MISSING, CHANGED]}, [])
    assert second == RecordingDamaged(camera="gate", count=2, damaged=[CHANGED, MISSING])
    assert changes(Proof(), {"gate": []}, []) == []
    assert changes(after(first, second), {}, []) == [RecordingMended(camera="gate")]
    assert after(first, second, RecordingMended(camera="gate")).damaged == {}


def test_lists_that_are_damaged_have_a_condition_of_their_own() -> None:
    assert changes(Proof(), {}, [LIST]) == [SealsDamaged(count=1, damaged=[LIST])]
    damaged = after(SealsDamaged(count=1, damaged=[LIST]))
    assert changes(damaged, {}, [LIST]) == []
    assert changes(damaged, {}, []) == [SealsMended()]


@pytest.mark.parametrize("count", [MOST_TOLD, MOST_TOLD + 1, 20_000])
def test_a_record_stays_short_however_much_is_damaged(count: int) -> None:
    found = {"gate": [Damage(f"gate/{n:06}", "missing") for n in range(count)]}
    [event] = changes(Proof(), found, [])
    assert isinstance(event, RecordingDamaged)
    assert (event.count, len(event.damaged)) == (count, MOST_TOLD)
    assert changes(after(event), found, []) == []
    # After a restart only what stands in the record is known: that is no news.
    assert changes(after(event), {"gate": event.damaged}, []) == []
