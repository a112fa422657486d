"""What must hold between the keys of a rule. Each check takes the rule as it is written, whatever it is.

They say nothing about what has the wrong type: the models in `hub.config.rules.tables` do. So one mistake does not
hide another.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import msgspec

from hub.automation.language.condition import Condition, ConditionErrors, ConditionProblem, compile_condition
from hub.automation.language.fields import STANDING_FIELDS
from hub.config.clauses import CLAUSES
from hub.config.problems import Problem, suggestion
from hub.config.rules.events import check_events
from hub.config.rules.tables import MOST_REPEATS, SHORTEST_REPEAT_S
from hub.config.rules.texts import actions_of, check_texts, listed_names
from hub.config.rules.written import STARTED, Written
from hub.config.toml import Path
from hub.core.durations import parse_duration
from hub.core.saying import saying


def condition_at(
    rule: Written, at: Path, source: Any, problems: list[Problem], *, standing: bool = False
) -> Condition | None:
    """The condition `source` at `at` within the rule; what is wrong with it is added to `problems`.

    `standing`: it may ask about the rule's own alarm and ticket.
    """
    if not isinstance(source, str) or rule.scope is None:
        return None
    names = rule.scope.names
    fields = {**names.fields, **dict.fromkeys(STANDING_FIELDS, bool)} if standing else names.fields
    try:
        condition = compile_condition(
            source, fields, names.choices, variables=names.variables, known=names.known, lacking=names.lacking
        )
    except ConditionErrors as errors:
        problems += [rule.inside(at, found) for found in errors.problems]
        return None
    problems += _unknown_tags(rule, at, condition)
    return condition


def _unknown_tags(rule: Written, at: Path, condition: Condition) -> Iterator[Problem]:
    """Tags are free words: one that no camera has yet may be a slip, and may come."""
    tags = rule.known.tags
    for member in condition.members:
        if tags is not None and member.within == "camera.tags" and member.word not in tags:
            hint = suggestion(member.word, tags, of=saying("tags"))
            found = ConditionProblem(member.column, saying("no camera has a tag {word!r}", word=member.word[:63]), hint)
            yield msgspec.structs.replace(rule.inside(at, found), level="warning")


def _events(rule: Written) -> Iterator[Problem]:
    yield from check_events(rule.document, rule.path, rule.item.get("on"), lasting="for" in rule.item)


def _shape(rule: Written) -> Iterator[Problem]:
    """Keys that do not go together."""
    item = rule.item
    if "on" in item and "every" in item:
        yield rule.problem(
            ("every",),
            saying("a rule has either `on` or `every`"),
            saying("Make two rules of it: one for the event and one for the schedule."),
            of_key=True,
        )
    elif "every" in item:
        for key in ("where", "for"):
            if key in item:
                yield rule.problem(
                    (key,),
                    saying("`{key}` goes with `on`", key=key),
                    saying("A rule with `every` has no event to look at."),
                    of_key=True,
                )
    elif "missed" in item:
        yield rule.problem(("missed",), saying("`missed` goes with `every`"), saying("Leave it out here."), of_key=True)
    if rule.scope is not None and rule.scope.events == STARTED and "for" in item:
        yield rule.problem(
            ("for",), saying("`for` goes with `on`"), saying("A rule that others start acts at once."), of_key=True
        )


def _clause(rule: Written) -> Iterator[Problem]:
    clause = rule.raw("clause")
    if isinstance(clause, str) and clause and clause not in CLAUSES:
        yield rule.problem(
            ("clause",),
            saying("the regulation has no clause {clause!r}", clause=clause[:20]),
            suggestion(clause, CLAUSES, of=saying("clauses")),
        )


def _mode(rule: Written) -> Iterator[Problem]:
    """Keys about firings that overlap, where none can."""
    mode, item = rule.raw("mode"), rule.item
    if "most" in item and mode not in ("queued", "parallel"):
        yield rule.problem(
            ("most",),
            saying('`most` goes with `mode = "queued"` or `"parallel"`'),
            saying("Leave it out here."),
            of_key=True,
        )
    lasts = bool(rule.raw("escalate")) or any("after" in action for _, action in actions_of(rule))
    if "mode" in item and isinstance(mode, str) and not lasts:
        yield rule.problem(
            ("mode",),
            saying("`mode` says nothing here: the rule is over as soon as it has fired"),
            saying("It is about rules with `after` or `escalate`."),
            of_key=True,
            level="warning",
        )


def _per(rule: Written) -> Iterator[Problem]:
    per = rule.raw("per")
    yield from listed_names(rule, ("per",), per)
    if isinstance(per, list) and "rule" in per and len(per) > 1:
        yield rule.problem(("per",), saying("`rule` stands for the rule as a whole, so nothing can stand beside it"))
    mode = rule.raw("mode")
    if "per" in rule.item and per and rule.raw("cooldown") is None and mode is None:
        yield rule.problem(
            ("per",),
            saying("`per` goes with `mode` or `cooldown`"),
            saying("Without one of them it counts only for the limit of ten firings a minute."),
            of_key=True,
            level="warning",
        )


def _cooldown(rule: Written) -> Iterator[Problem]:
    cooldown, every = _seconds(rule.raw("cooldown")), rule.item.get("every")
    interval = _seconds(every.get("every") if isinstance(every, dict) else every)
    if cooldown is None or interval is None or "cooldown" not in rule.item:
        return
    if cooldown < interval:
        message = saying("the cooldown is shorter than the time between two firings, so it changes nothing")
    else:
        message = saying("the cooldown is longer than the time between two firings, so it swallows some")
    yield rule.problem(("cooldown",), message, saying("Leave it out, and change `every`."), level="warning")


def _group(rule: Written) -> Iterator[Problem]:
    group = rule.raw("group")
    if group is None:
        return
    if isinstance(group, dict):
        yield from listed_names(rule, ("group", "by"), group.get("by"))
    wait = _seconds(group.get("wait") if isinstance(group, dict) else group)
    if not any("notify" in action for _, action in actions_of(rule)):
        message = saying("`group` is about messages, and the rule sends none")
        yield rule.problem(("group",), message, saying("Add a `notify`, or leave it out."), of_key=True)
    if wait is not None and wait > _LONGEST_WAIT_S:
        message = saying("messages would wait longer than an hour")
        yield rule.problem(
            ("group",), message, saying("Seconds or a few minutes are enough to see what belongs together.")
        )


_LONGEST_WAIT_S = 3600.0


def _stages(rule: Written) -> Iterator[Problem]:
    """Escalations that never end, overtake one another, or wait for what the rule does not make."""
    stages = rule.raw("escalate")
    if not isinstance(stages, list):
        return
    made: set[str] = {kind for _, action in actions_of(rule) for kind in ("alarm", "ticket") if kind in action}
    for index, stage in enumerate(stages):
        if isinstance(stage, dict):
            yield from _ending(rule, ("escalate", index), stage, made)
    times = [_seconds(stage.get("after")) if isinstance(stage, dict) else None for stage in stages]
    for index, (before, after) in enumerate(pairwise(times), start=1):
        if before is not None and after is not None and after <= before:
            message = saying("it comes no later than the one before it")
            hint = saying("`after` counts from the firing: put them in order, each later than the last.")
            yield rule.problem(("escalate", index, "after"), message, hint)


def _ending(rule: Written, at: Path, stage: dict[str, Any], made: set[str]) -> Iterator[Problem]:
    repeat, times = _seconds(stage.get("repeat")), stage.get("times")
    if "repeat" in stage and (times is None or (isinstance(times, int) and times > MOST_REPEATS)):
        key = "repeat" if times is None else "times"
        yield rule.problem(
            (*at, key),
            saying("an escalation without an end"),
            saying("Say how often at most, up to {most}: `times = 3`.", most=MOST_REPEATS),
        )
    if repeat is not None and repeat < SHORTEST_REPEAT_S:
        message = saying(
            "it would be repeated more often than every {seconds:g} seconds",
            seconds=SHORTEST_REPEAT_S,
        )
        yield rule.problem((*at, "repeat"), message, saying("Give people the time to react."))
    if isinstance(times, int) and times > 1 and "repeat" not in stage:
        yield rule.problem(
            (*at, "times"), saying("`times` goes with `repeat`"), saying('Say how long between: `repeat = "10m"`.')
        )
    unless = stage.get("unless")
    if unless is None and "alarm" not in made:
        yield rule.problem(
            at,
            saying("nothing could end this escalation: the rule raises no alarm that somebody could acknowledge"),
            saying("Say what ends it with `unless`, or raise an alarm."),
        )
    for kind in ("alarm", "ticket"):
        if isinstance(unless, str) and kind not in made and any(f"{kind}.{word}" in unless for word in _OWN[kind]):
            yield rule.problem((*at, "unless"), _MAKES_NONE[kind])


_MAKES_NONE = {
    "alarm": saying("the rule raises no alarm that could be asked about"),
    "ticket": saying("the rule opens no ticket that could be asked about"),
}
_OWN = {
    kind: [name.partition(".")[2] for name in STANDING_FIELDS if name.startswith(f"{kind}.")]
    for kind in ("alarm", "ticket")
}


def _seconds(value: Any) -> float | None:
    try:
        return parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None


RULE_CHECKS: tuple[Callable[[Written], Iterator[Problem]], ...] = (
    _events,
    _shape,
    _clause,
    check_texts,
    _mode,
    _per,
    _cooldown,
    _group,
    _stages,
)
"""Everything that is asked of a rule by itself."""


def check_rule(rule: Written) -> Iterator[Problem]:
    """What is wrong between the keys of a rule."""
    for check in RULE_CHECKS:
        yield from check(rule)
