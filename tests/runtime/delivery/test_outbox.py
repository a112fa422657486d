"""Keys of deliveries: the same firing always gives the same ones, another message never does."""

from datetime import UTC, datetime

from hub.automation.model import Effect, SendMessage
from hub.core.text import Text
from hub.runtime.delivery.outbox import deliveries

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def keys(route: str, targets: list[str]) -> list[str]:
    message = SendMessage(
        to=route,
        title=Text(en="Signal lost"),
        body=Text(en=""),
        priority="high",
        camera="gate-1",
        clause="3.3",
        event="signal.lost",
        evidence=None,
    )
    effect = Effect(key="lost:7:2", rule="lost", cause=7, do=message)
    return [entry.key for entry in deliveries(effect, message, targets, NOW)]


def test_every_recipient_has_a_delivery_of_its_own() -> None:
    assert len(set(keys("duty", ["mail", "webhook", "mail"]))) == 3


def test_the_same_firing_gives_the_same_keys() -> None:
    assert keys("duty", ["mail", "webhook"]) == keys("duty", ["mail", "webhook"])


def test_a_rule_that_was_edited_to_tell_somebody_else_does_so() -> None:
    assert not set(keys("duty", ["mail"])) & set(keys("leader", ["mail"]))
