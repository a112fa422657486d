"""A rule set, arranged so that an event finds the rules about it in the same time however many there are.

Rules lie by the name of their event, and within it by the one value that tells them apart best: of the lines of `where`
that ask for certain values, the line whose field takes the most different ones among the rules on that event. So of ten
thousand rules on `view.obstructed`, each for a camera of its own, an event is asked of one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from hub.automation.effects import summary
from hub.automation.language.context import NOWHEN
from hub.automation.language.fields import Places
from hub.automation.model import Rule
from hub.core.event import Record
from hub.core.fold import fold
from hub.core.matching import Value
from hub.core.state import State

_Placed = tuple[int, Rule]
"""A rule with its place in the rule set."""


class Listeners(msgspec.Struct, frozen=True):
    """The rules on one event."""

    always: tuple[_Placed, ...]
    """Those that no value keeps out."""
    by_value: dict[str, dict[Value, tuple[_Placed, ...]]]
    """The others, by a field and the value that it must have."""
    everyone: tuple[Rule, ...]
    """All of them."""

    def to(self, names: Mapping[str, Any]) -> Sequence[Rule]:
        """Those that an event with these values may concern, in the order of the rule set."""
        if not self.by_value:
            return self.everyone
        found = list(self.always)
        for path, by_value in self.by_value.items():
            value = names.get(path)
            if isinstance(value, list):
                for item in value:
                    found += by_value.get(item, ())
            elif value is not None:
                found += by_value.get(value, ())
        if len(found) > 1:
            # By place; a rule that two items of a list lead to is there once.
            return [rule for _, rule in sorted(dict(found).items())]
        return [rule for _, rule in found]


_NOBODY = Listeners((), {}, ())


class RuleIndex(msgspec.Struct, frozen=True, kw_only=True):
    """A rule set, arranged for the engine. `zone` is the site's, for times in texts and conditions."""

    rules: dict[str, Rule]
    by_event: dict[str, tuple[Rule, ...]]
    listeners: dict[str, Listeners]
    scheduled: dict[str, Rule]
    timed: frozenset[str]
    """The rules whose firings can be under way: with delayed items or escalations."""
    said: dict[str, str]
    """What each rule does, in a few words."""
    counting: dict[str, float]
    """How far back the conditions of a rule count, in seconds."""
    zone: tzinfo = UTC
    manned: Callable[[str, datetime], bool] = NOWHEN.manned
    """Whether the roster has somebody at a post at an instant."""
    places: Places = msgspec.field(default_factory=Places)
    follow: Callable[[State, Record], State] = fold
    """How the state of the site follows from a record."""

    def listening(self, event: str) -> Listeners:
        """The rules on the event with this wire name."""
        return self.listeners.get(event, _NOBODY)


def build_index(
    rules: Sequence[Rule],
    *,
    zone: tzinfo = UTC,
    manned: Callable[[str, datetime], bool] = NOWHEN.manned,
    telling: bool = False,
) -> RuleIndex:
    """Arrange `rules` for `step`, once per rule set. Of rules with the same id the last one counts.

    Rules that the index keeps from an event are not asked, and no trace tells why they did not fire. With `telling`
    every rule on an event is asked, which costs as much as there are: for explaining a few.
    """
    by_id = {rule.id: rule for rule in rules}
    by_event: dict[str, list[Rule]] = {}
    for rule in by_id.values():
        for name in dict.fromkeys(rule.on):
            by_event.setdefault(name, []).append(rule)
    return RuleIndex(
        rules=by_id,
        by_event={name: tuple(found) for name, found in by_event.items()},
        listeners={name: _listeners(found, telling) for name, found in by_event.items()},
        scheduled={rule.id: rule for rule in by_id.values() if rule.every is not None},
        timed=frozenset(rule.id for rule in by_id.values() if _is_timed(rule)),
        said={rule.id: summary(rule) for rule in by_id.values()},
        counting={rule.id: counts_s for rule in by_id.values() if (counts_s := _counts_s(rule))},
        zone=zone,
        manned=manned,
    )


def _listeners(rules: Sequence[Rule], telling: bool) -> Listeners:
    if telling:
        return Listeners(tuple(enumerate(rules)), {}, tuple(rules))
    variety: dict[str, set[Value]] = {}
    for rule in rules:
        for match in rule.where:
            if match.one_of and not match.like:
                variety.setdefault(match.path, set()).update(match.one_of)
    always: list[_Placed] = []
    by_value: dict[str, dict[Value, list[_Placed]]] = {}
    for place, rule in enumerate(rules):
        keys = [match for match in rule.where if match.one_of and not match.like]
        if not keys:
            always.append((place, rule))
            continue
        key = max(keys, key=lambda match: len(variety[match.path]))
        for value in dict.fromkeys(key.one_of):
            by_value.setdefault(key.path, {}).setdefault(value, []).append((place, rule))
    return Listeners(
        tuple(always),
        {path: {value: tuple(found) for value, found in values.items()} for path, values in by_value.items()},
        tuple(rules),
    )


def _is_timed(rule: Rule) -> bool:
    return bool(rule.escalate) or any(action.after_s for action in rule.do)


def _counts_s(rule: Rule) -> float:
    conditions = (rule.condition, rule.unless, *(escalation.unless for escalation in rule.escalate))
    return max((condition.counts_s for condition in conditions if condition is not None), default=0.0)
