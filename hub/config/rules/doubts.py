"""Rules that are well written and cannot do what they say: what can never fit, or always is excepted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from hub.automation.language.fields import ranges_of
from hub.automation.language.matching import elsewhere
from hub.automation.language.possible import Names, Numbers, Possible, Truth, Words, meet, narrowed
from hub.automation.model import AlarmAction, RoundAction, Rule, SetAction, TicketAction
from hub.config.problems import Problem
from hub.config.rules.cameras import is_of_camera
from hub.config.rules.written import Written
from hub.core.matching import Match, fits_pattern
from hub.core.saying import NOTHING, after, saying

_NEVER = saying("the rule can never fire")


def _cameras(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    """A camera that is named is not in the area or domain that is named with it, and the like."""
    # Tags are free words: one that no camera has yet is a warning of its own.
    lines = [match for match in rule.where if is_of_camera(match) and match.path != "camera.tags"]
    if lines and written.cameras and not written.cameras.fitting(lines):
        yield written.problem(
            ("where",),
            saying("no camera fits all of this together, so {never}", never=_NEVER),
            of_key=True,
        )


def _bounds(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    """A range that lies outside of what the number can be."""
    for name, (least, most) in ranges_of(rule.on).items():
        for match in rule.where:
            if match.path == name and meet(Numbers(least, most), _of_match(match) or Numbers()) is None:
                message = saying(
                    "`{name}` is between {least:g} and {most:g}, so {never}",
                    name=name,
                    least=least,
                    most=most,
                    never=_NEVER,
                )
                yield written.problem(("where", name), message)


def _if(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    if rule.condition is None or narrowed(rule.condition.source, names, holds=True) is not None:
        return
    alone = narrowed(rule.condition.source, possible_names(rule, written, where=False), holds=True) is None
    ranges = [(name, bounds) for name, bounds in ranges_of(rule.on).items() if name in rule.condition.names]
    hint = NOTHING
    for name, (least, most) in ranges if alone else ():
        hint = after(hint, saying("`{name}` is between {least:g} and {most:g}.", name=name, least=least, most=most))
    yield written.problem(
        ("if",),
        saying("it can never hold, so {never}", never=_NEVER)
        if alone
        else saying("it can never hold together with `where`, so {never}", never=_NEVER),
        hint,
    )


def _unless(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    if rule.unless is None:
        return
    left = narrowed(rule.condition.source, names, holds=True) if rule.condition is not None else names
    if left is not None and narrowed(rule.unless.source, left, holds=False) is None:
        yield written.problem(("unless",), saying("it always holds, so {never}", never=_NEVER))


def _stages(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    for index, stage in enumerate(rule.escalate):
        if stage.unless is None:
            continue
        if narrowed(stage.unless.source, names, holds=False) is None:
            message = saying("it always holds, so this step never comes")
            yield written.problem(("escalate", index, "unless"), message)


def _feeds_itself(rule: Rule, written: Written, names: Names) -> Iterator[Problem]:
    """A rule on the very event that its own action makes."""
    for index, action in enumerate(rule.do):
        event, facts = _made(rule, action)
        if event not in rule.on or elsewhere(_about(rule, facts), facts) is not None:
            continue
        known: dict[str, Possible] = {name: Words(frozenset((value,))) for name, value in facts.items()}
        if rule.condition is not None and narrowed(rule.condition.source, known, holds=True) is None:
            continue
        message = saying("this makes {event!r}, which sets the same rule off again", event=event)
        hint = saying('Shut it out with `where`, such as `rule = { not = "…" }`.')
        yield written.problem(("do", index), message, hint, level="warning")


RULE_DOUBTS: tuple[Callable[[Rule, Written, Names], Iterator[Problem]], ...] = (
    _cameras,
    _bounds,
    _if,
    _unless,
    _stages,
    _feeds_itself,
)
"""Everything that is asked of a rule that is otherwise well written; each gets what its names can be."""


def doubts(rule: Rule, written: Written) -> list[Problem]:
    """Why the rule cannot do what it says."""
    names = possible_names(rule, written)
    return [problem for check in RULE_DOUBTS for problem in check(rule, written, names)]


def possible_names(rule: Rule, written: Written, *, where: bool = True) -> Names:
    """What the names of the rule's events can be, by the catalogue, the site and the rule's `where`."""
    names: dict[str, Possible] = {}
    if written.scope is not None:
        names |= {name: Words(choices) for name, choices in written.scope.names.choices.items() if choices}
        names |= {name: Truth() for name, kind in written.scope.names.fields.items() if kind is bool}
    names |= {name: Numbers(least, most) for name, (least, most) in ranges_of(rule.on).items()}
    if not where:
        return names
    if any(is_of_camera(match) for match in rule.where):
        names |= {name: Words(values) for name, values in written.cameras.values(rule.where).items()}
    for match in rule.where:
        found = _of_match(match)
        if found is not None:
            known = names.get(match.path)
            both = meet(known, found) if known is not None else found
            if both is not None:
                names[match.path] = both
    return names


def _about(rule: Rule, names: Any) -> Rule:
    """The rule with only those lines of its `where` that are about these names."""
    return replace(rule, where=tuple(match for match in rule.where if match.path in names))


def _of_match(match: Match) -> Possible | None:
    if match.at_least is not None or match.at_most is not None:
        least = match.at_least if match.at_least is not None else Numbers().least
        return Numbers(least, match.at_most if match.at_most is not None else Numbers().most)
    if match.path == "camera.tags":
        return None
    texts = frozenset(value for value in match.one_of if isinstance(value, str))
    if match.one_of and not match.like:
        numbers = [value for value in match.one_of if isinstance(value, int | float) and not isinstance(value, bool)]
        if numbers:
            return Numbers(min(numbers), max(numbers))
        flags = frozenset(value for value in match.one_of if isinstance(value, bool))
        return Truth(flags) if flags else Words(texts)
    none_of = frozenset(value for value in match.none_of if isinstance(value, str))
    return Words(None, none_of) if none_of else None


def _made(rule: Rule, action: Any) -> tuple[str, dict[str, Any]]:
    """The event that an action makes, and what is known of it."""
    match action:
        case AlarmAction():
            return "alarm.raised", {"rule": rule.id, "kind": action.kind, "priority": action.priority}
        case TicketAction():
            return "ticket.opened", {"rule": rule.id}
        case RoundAction():
            return "round.due", {"rule": rule.id, "kind": action.kind}
        case SetAction():
            return "variable.set", {"rule": rule.id, "variable": action.variable}
        case _:
            return "", {}


def can_meet(one: Sequence[Match], other: Sequence[Match]) -> bool:
    """Whether some event may fit both; it may say so of some that do not exist."""
    for match in one:
        for same in other:
            if match.path == same.path and match.path != "camera.tags" and not _overlap(match, same):
                return False
    return True


def _overlap(one: Match, other: Match) -> bool:
    first, second = _of_match(one), _of_match(other)
    if first is not None and second is not None and meet(first, second) is None:
        return False
    for match, same in ((one, other), (other, one)):
        if match.like and not match.one_of and same.one_of and not same.like:
            texts = [value for value in same.one_of if isinstance(value, str)]
            return any(fits_pattern(text, pattern) for text in texts for pattern in match.like)
    return True
