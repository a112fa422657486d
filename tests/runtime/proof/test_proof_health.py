from datetime import UTC, datetime, timedelta

from hub.client.views import ProofHealth
from hub.core.proof.events import Damage, ListDamage
from hub.core.proof.model import Damaged, Proof
from hub.runtime.proof.health import health_of

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_before_anything_was_proven_there_is_nothing_to_show() -> None:
    assert health_of(Proof(), 30, NOW) is None


def test_everything_that_is_damaged_counts() -> None:
    damages = [Damage("gate/a", "changed")]
    damaged = {name: Damaged(since_at=NOW, count=70, damaged=damages) for name in ("gate", "yard")}
    proof = Proof(damaged=damaged, lists=[ListDamage("a", "missing")], completed_at=NOW)
    assert health_of(proof, 30, NOW) == ProofHealth(damaged=140, lists=1, completed_at=NOW)


def test_a_pass_is_late_when_its_days_are_over() -> None:
    proof = Proof(began_at=NOW - timedelta(days=30), until="2026-01-05 gate")
    on_time, late = health_of(proof, 31, NOW), health_of(proof, 29, NOW)
    assert on_time is not None
    assert late is not None
    assert (on_time.late, late.late) == (False, True)
