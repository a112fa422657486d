"""The branches of rules, and which of them cases have touched."""

from collections.abc import Iterable

import msgspec

from hub.automation.model import Rule
from hub.automation.trials.cases import Outcome


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One way that a rule can go. `step` is the key of the rule that it is about: `where.share`, `do.2` …"""

    rule: str
    step: str
    says: str
    cases: int = 0
    """How many cases went this way."""


def branches_of(rule: Rule) -> list[Branch]:
    """Every branch of a rule, in the order in which the engine comes to them."""
    found = [(f"where.{match.path}", "an event that does not fit") for match in rule.where]
    if rule.condition is not None:
        found.append(("if", f"`{rule.condition.source}` does not hold"))
    if rule.unless is not None:
        found.append(("unless", f"`{rule.unless.source}` holds"))
    if rule.for_s:
        found.append(("for", "it ends before the time is over"))
    if rule.cooldown_s:
        found.append(("cooldown", "it happens again too soon"))
    found.append(("fired", "it fires"))
    found += [(f"do.{number}", "this is done") for number, _ in enumerate(rule.do, 1)]
    for stage, escalation in enumerate(rule.escalate, 1):
        found.append((f"escalate.{stage}.unless", "the escalation ends before this stage"))
        found += [(f"escalate.{stage}.do.{number}", "this is done") for number, _ in enumerate(escalation.do, 1)]
    return [Branch(rule=rule.id, step=step, says=says) for step, says in found]


def coverage(rules: Iterable[Rule], outcomes: Iterable[Outcome]) -> list[Branch]:
    """The branches of `rules`, each with the number of cases that went through it."""
    counts: dict[tuple[str, str], int] = {}
    for outcome in outcomes:
        for touched in _touched(outcome):
            counts[touched] = counts.get(touched, 0) + 1
    return [
        msgspec.structs.replace(branch, cases=counts.get((branch.rule, branch.step), 0))
        for rule in rules
        for branch in branches_of(rule)
    ]


def _touched(outcome: Outcome) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for trace in outcome.traces:
        if trace.outcome == "fired" and trace.step == "do":
            found.add((trace.rule, "fired"))
        elif trace.outcome not in ("fired", "waiting"):
            ended = trace.step.startswith("escalate.")
            found.add((trace.rule, f"{trace.step}.unless" if ended else trace.step))
    return found | {done for key in outcome.keys if (done := _item(key)) is not None}


def _item(key: str) -> tuple[str, str] | None:
    """The rule and the item of it that an effect with this key comes from; see `effects.key_of`."""
    rule, _, rest = key.partition(":")
    place = rest.rpartition(":")[2].split(".")
    if place[-1].isdigit():
        item = f"do.{int(place[-1]) + 1}"
        if len(place) == 1:
            return rule, item
        if place[0] == "escalate":
            return rule, f"escalate.{place[1]}.{item}"
    return None
