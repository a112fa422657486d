"""What must hold between the rules of a folder: who starts whom, and what two of them would do twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from hub.automation.language.grammar import ConditionProblem
from hub.automation.language.possible import texts_given
from hub.automation.model import Action, AlarmAction, NotifyAction, PublishAction, ReportAction, Rule
from hub.automation.recipients import parse_recipient
from hub.config.hub_toml.site import SiteConfig
from hub.config.problems import Problem, suggestion
from hub.config.rules.doubts import can_meet
from hub.config.rules.texts import actions_of
from hub.config.rules.written import Written
from hub.config.toml import Path
from hub.core.saying import saying


class Built(msgspec.Struct, frozen=True):
    """A rule, and how it is written."""

    rule: Rule
    written: Written


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a folder. `ids` are those of all rules in it, of broken ones as well."""

    built: Sequence[Built]
    written: Sequence[Written]
    whole: bool
    """Whether every file of it could be read: else what is missing here may stand there."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.written)


def _started(folder: Folder) -> Iterator[Problem]:
    """Rules that others are to start, and none does."""
    started = {target for rule in folder.written for _, target in _starts(rule)}
    for rule in folder.written:
        if "on" in rule.item or "every" in rule.item or rule.id in started or not folder.whole:
            continue
        yield rule.problem(
            (),
            saying("neither `on` nor `every` says when the rule acts"),
            saying('Add one of the two, or let another rule start it: {{ start = "{id}" }}.', id=rule.id[:63]),
        )


def _targets(folder: Folder) -> Iterator[Problem]:
    """Rules that are to be started and are not there."""
    for rule in folder.written:
        for at, target in _starts(rule):
            if target not in folder.ids and folder.whole:
                hint = suggestion(target, folder.ids, of=saying("rules"))
                yield rule.problem(at, saying("there is no rule {name!r}", name=target[:63]), hint)


def _circles(folder: Folder) -> Iterator[Problem]:
    """Rules that start one another in a circle."""
    starts = {rule.id: [target for _, target in _starts(rule)] for rule in folder.written}
    told: set[frozenset[str]] = set()
    for rule in folder.written:
        for at, target in _starts(rule):
            circle = _way(starts, target, rule.id)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                around = " → ".join([rule.id, *circle])
                message = saying("the rule starts itself in a circle: {around}", around=around)
                hint = saying(
                    "The hub would cut it after ten steps; for something that comes again and again use `every`."
                )
                yield rule.problem(at, message, hint)


def _way(starts: dict[str, list[str]], begin: str, end: str) -> list[str]:
    """The shortest way from one rule to another by what they start; nothing where there is none."""
    ways = [[begin]]
    seen = {begin}
    for way in ways:
        if way[-1] == end:
            return way
        for target in starts.get(way[-1], ()):
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def _same_alarm(folder: Folder) -> Iterator[Problem]:
    """Two rules that raise the same alarm about the same thing at the same moment."""
    by_kind: dict[tuple[str, str], list[Built]] = defaultdict(list)
    for each in folder.built:
        for action in each.rule.do:
            if isinstance(action, AlarmAction):
                for event in each.rule.on:
                    by_kind[event, action.kind].append(each)
    told: set[str] = set()
    for rules in by_kind.values():
        for one, other in combinations(rules[:_MOST_COMPARED], 2):
            if other.rule.id not in (one.rule.id, *told) and _alike(one.rule, other.rule):
                told.add(other.rule.id)
                message = saying("the rule {id!r} raises the same alarm about the same thing", id=one.rule.id)
                where = saying(
                    "It is in {file}; tell them apart with `where` or `if`, or leave one out.", file=one.rule.file
                )
                yield other.written.problem(("id",), message, where, level="warning")


_MOST_COMPARED = 100


def _alike(one: Rule, other: Rule) -> bool:
    same = (one.condition, one.unless, one.for_s) == (other.condition, other.unless, other.for_s)
    return same and can_meet(one.where, other.where)


def _kinds_asked(folder: Folder) -> Iterator[Problem]:
    """Conditions about alarms of a kind that no rule raises."""
    raised = {str(action["alarm"]) for rule in folder.written for _, action in actions_of(rule) if "alarm" in action}
    for each in folder.built:
        for at, source in _conditions(each.rule):
            for column, kind in texts_given(source, "kind of alarm"):
                if kind not in raised and folder.whole:
                    found = ConditionProblem(
                        column,
                        saying("no rule raises an alarm `{kind}`.", kind=kind[:40]),
                        suggestion(kind, raised, of=saying("kinds")),
                    )
                    yield msgspec.structs.replace(each.written.inside(at, found), level="warning")


def _conditions(rule: Rule) -> Iterator[tuple[Path, str]]:
    if rule.condition is not None:
        yield ("if",), rule.condition.source
    if rule.unless is not None:
        yield ("unless",), rule.unless.source
    for index, stage in enumerate(rule.escalate):
        if stage.unless is not None:
            yield ("escalate", index, "unless"), stage.unless.source


def _starts(rule: Written) -> Iterator[tuple[Path, str]]:
    for at, action in actions_of(rule):
        if isinstance(action.get("start"), str):
            yield (*at, "start"), action["start"]


FOLDER_CHECKS: tuple[Callable[[Folder], Iterator[Problem]], ...] = (
    _started,
    _targets,
    _circles,
    _same_alarm,
    _kinds_asked,
)
"""Everything that is asked of the rules of a folder together."""


def check_folder(folder: Folder) -> list[Problem]:
    """What is wrong between the rules of a folder."""
    return [problem for check in FOLDER_CHECKS for problem in check(folder)]


def unused_routes(rules: Iterable[Rule], config: SiteConfig) -> list[Problem]:
    """Routes of hub.toml that no rule sends anything along."""
    used = {route for rule in rules for action in all_actions(rule) for route in _route_of(action)}
    return [
        config.document.problem(
            ("routes", index, "id"),
            saying("no rule uses the route {id!r}", id=route.id),
            saying('Use it in a rule, `{{ notify = "{id}" }}`, or take it out.', id=route.id),
            level="warning",
        )
        for index, route in enumerate(config.routes)
        if route.id not in used
    ]


def all_actions(rule: Rule) -> tuple[Action, ...]:
    """Everything that the rule may do, its escalations included."""
    return (*rule.do, *(action for stage in rule.escalate for action in stage.do))


def _route_of(action: Action) -> Iterator[str]:
    match action:
        case NotifyAction(to=to) | ReportAction(to=to):
            recipient = parse_recipient(to)
            if recipient.kind == "route":
                yield recipient.id
        case PublishAction(to=to):
            yield to
        case _:
            return
