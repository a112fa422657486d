"""Whether a rule applies to an event: `where`, `if` and `unless`, and in plain words why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hub.automation.language.condition import Condition
from hub.automation.language.context import NOWHEN, Context
from hub.automation.language.functions import value_of
from hub.automation.model import Rule
from hub.core.matching import Match, fits
from hub.core.state import State


class Reason(NamedTuple):
    """The key of the rule that decided, and what was found there."""

    step: str
    detail: str


def mismatch(rule: Rule, names: Mapping[str, Any], site: State, context: Context = NOWHEN) -> Reason | None:
    """Why the event is none that the rule is about; None when it is."""
    outside = elsewhere(rule, names)
    if outside is not None:
        return outside
    if rule.condition is not None and not rule.condition.holds(names, site, context):
        return Reason("if", f"`{rule.condition.source}` does not hold: {_found(rule.condition, names, site)}")
    return None


def elsewhere(rule: Rule, names: Mapping[str, Any]) -> Reason | None:
    """Why the event lies outside the rule's `where`; None when it does not."""
    for match in rule.where:
        if not fits(match, names.get(match.path)):
            return Reason(f"where.{match.path}", f"{_shown(match.path, names)}; wanted is {_wanted(match)}")
    return None


def exception(rule: Rule, names: Mapping[str, Any], site: State, context: Context = NOWHEN) -> Reason | None:
    """Why the rule's `unless` keeps it from firing; None when it does not."""
    if rule.unless is not None and rule.unless.holds(names, site, context):
        return Reason("unless", f"`{rule.unless.source}` holds: {_found(rule.unless, names, site)}")
    return None


def _wanted(match: Match) -> str:
    wanted = []
    if match.one_of or match.like:
        wanted.append(" or ".join([*map(_word, match.one_of), *(f"like {_word(each)}" for each in match.like)]))
    if match.none_of or match.unlike:
        unwanted = [*map(_word, match.none_of), *(f"like {_word(each)}" for each in match.unlike)]
        wanted.append(f"not {' or '.join(unwanted)}")
    if match.at_least is not None:
        wanted.append(f"at least {match.at_least:g}")
    if match.at_most is not None:
        wanted.append(f"at most {match.at_most:g}")
    return " and ".join(wanted)


def _found(condition: Condition, names: Mapping[str, Any], site: State) -> str:
    found = [_shown(name, names) for name in condition.names]
    found += [
        f"var.{name} is {_word(value_of(site, name, declared))}" for name, declared in condition.variables.items()
    ]
    return ", ".join(found) or "it names nothing of the event"


def _shown(name: str, names: Mapping[str, Any]) -> str:
    return f"{name} is {_word(names[name])}" if name in names else f"{name} is not known"


def _word(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}'" if len(value) <= 80 else f"'{value[:79]}…'"
        case int() | float():
            return f"{value:g}"
        case datetime():
            return value.isoformat(timespec="seconds")
        case list():
            return f"[{', '.join(_word(item) for item in value[:10])}]"
        case _:
            return str(value)[:80]
