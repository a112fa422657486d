"""The items of `do`: from their tables to actions, and what is wrong with them."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from hub.automation.model import (
    Act,
    Action,
    AlarmAction,
    NotifyAction,
    PresetAction,
    ProtectAction,
    PublishAction,
    ReportAction,
    RoundAction,
    SetAction,
    SnapshotAction,
    StartAction,
    TicketAction,
)
from hub.automation.recipients import parse_recipient
from hub.config.clauses import CLAUSES
from hub.config.explain import explain
from hub.config.nouns import NOUNS
from hub.config.problems import Problem, all_of, did_you_mean, suggestion
from hub.config.rules.action_tables import (
    ACTIONS,
    ActionTable,
    AlarmTable,
    MqttTable,
    NotifyTable,
    PresetTable,
    ProtectTable,
    ReportTable,
    RoundTable,
    SetTable,
    SnapshotTable,
    StartTable,
    TicketTable,
    WebhookTable,
    kinds_of,
)
from hub.config.rules.case_values import SORTS, kind_of
from hub.config.rules.written import Written
from hub.config.tables import Words
from hub.config.toml import Path
from hub.core.saying import NOTHING, Saying, said_by, saying
from hub.core.text import Text


def actions_in(rule: Written, at: Path, value: Any, problems: list[Problem]) -> tuple[Action, ...]:
    """The actions of the list `value` at `at` within the rule; what is wrong with them is added to `problems`."""
    found: list[Action] = []
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            action = _action(rule, (*at, index), item, problems)
            if action is None:
                continue
            if isinstance(action, AlarmAction | TicketAction) and any(type(other) is type(action) for other in found):
                message = saying("a rule has one alarm and one ticket at most: this one would never come")
                problems.append(rule.problem((*at, index), message, saying("Make two rules of it.")))
            found.append(action)
    return tuple(found)


def _action(rule: Written, at: Path, item: dict[str, Any], problems: list[Problem]) -> Action | None:
    kinds = kinds_of(item)
    if len(kinds) != 1:
        problems.append(_not_one(rule, at, item, kinds))
        return None
    model = ACTIONS[kinds[0]]
    document, path = rule.place(at)
    try:
        table = model.model_validate(item)
    except ValidationError as error:
        problems += explain(error, document, path, model)
        return None
    check = _CHECKS.get(model)
    if check is not None:
        problems += check(rule, at, table)
    action: Action = _BUILT[model](table)
    return action


def _not_one(rule: Written, at: Path, item: dict[str, Any], kinds: list[str]) -> Problem:
    if kinds:
        return rule.problem(
            at,
            saying("one action does one thing, found {kinds}", kinds=all_of(kinds)),
            saying("Write a table for each."),
        )
    *others, last = ACTIONS
    hint = next((hint for key in item if (hint := did_you_mean(key, ACTIONS))), NOTHING)
    return rule.problem(at, saying("expected an action: {others} or {last}", others=tuple(others), last=last), hint)


# --- what is built --------------------------------------------------------------------------------------------------


def _text(words: Words | None) -> Text | None:
    return words.text() if words is not None else None


def _alarm(table: AlarmTable) -> Act:
    return AlarmAction(
        kind=table.alarm,
        priority=table.priority,
        title=_text(table.title),
        response=_text(table.response) or Text(en=""),
        cause=_text(table.cause) or Text(en=""),
        consequence=_text(table.consequence) or Text(en=""),
        after_s=table.after or 0.0,
    )


def _round(table: RoundTable) -> Act:
    return RoundAction(
        kind=table.round,
        title=_text(table.title),
        due_in_s=table.due,
        team=table.team,
        after_s=table.after or 0.0,
    )


def _protect(table: ProtectTable) -> Act:
    said = {"before_s": table.before, "keep_s": table.keep}
    given = {name: value for name, value in said.items() if value is not None}
    return ProtectAction(for_s=table.protect, camera=table.camera or "", after_s=table.after or 0.0, **given)


def _mqtt(table: MqttTable) -> Act:
    return PublishAction(
        kind="mqtt",
        to=table.mqtt,
        topic=table.topic,
        payload=table.payload,
        retain=table.retain,
        after_s=table.after or 0.0,
    )


_BUILT: dict[type[ActionTable], Callable[[Any], Any]] = {
    AlarmTable: _alarm,
    TicketTable: lambda table: TicketAction(title=table.ticket.text(), after_s=table.after or 0.0),
    RoundTable: _round,
    NotifyTable: lambda table: NotifyAction(to=table.notify, text=_text(table.text), after_s=table.after or 0.0),
    ReportTable: lambda table: ReportAction(
        kind=table.report, to=table.notify, clause=table.clause, text=_text(table.text), after_s=table.after or 0.0
    ),
    SnapshotTable: lambda table: SnapshotAction(
        camera="" if table.snapshot is True else table.snapshot, after_s=table.after or 0.0
    ),
    ProtectTable: _protect,
    PresetTable: lambda table: PresetAction(preset=table.preset, camera=table.camera or "", after_s=table.after or 0.0),
    WebhookTable: lambda table: PublishAction(
        kind="webhook", to=table.webhook, payload=table.payload, after_s=table.after or 0.0
    ),
    MqttTable: _mqtt,
    SetTable: lambda table: SetAction(variable=table.set, value=table.value, after_s=table.after or 0.0),
    StartTable: lambda table: StartAction(rule=table.start, after_s=table.after or 0.0),
}


# --- what they name ---------------------------------------------------------------------------------------------------


def _check_round(rule: Written, at: Path, table: RoundTable) -> Iterator[Problem]:
    yield from _named(rule, (*at, "round"), "round", table.round, rule.known.rounds)
    if table.team:
        yield from _named(rule, (*at, "team"), "team", table.team, rule.known.teams)


def _check_report(rule: Written, at: Path, table: ReportTable) -> Iterator[Problem]:
    yield from _check_recipient(rule, at, table.notify)
    if table.clause and table.report != "clause":
        yield rule.problem(
            (*at, "clause"),
            saying("a {report} report is not about one clause", report=table.report),
            saying('Write report = "clause".'),
        )
    elif table.clause and table.clause not in CLAUSES:
        hint = suggestion(table.clause, CLAUSES, of=saying("clauses"))
        yield rule.problem((*at, "clause"), saying("there is no clause {name!r}", name=table.clause), hint)


def _check_notify(rule: Written, at: Path, table: NotifyTable) -> Iterator[Problem]:
    yield from _check_recipient(rule, at, table.notify)


def _check_recipient(rule: Written, at: Path, to: str) -> Iterator[Problem]:
    place, known = (*at, "notify"), rule.known
    try:
        recipient = parse_recipient(to)
    except ValueError as error:
        yield rule.problem(place, said_by(error))
        return
    match recipient.kind:
        case "route":
            yield from check_route(rule, place, recipient.id)
        case "person":
            yield from _named(rule, place, "account with contacts", recipient.id, known.contacts)
        case "role":
            yield from _named(rule, place, "role", recipient.id, known.roles)
        case "post":
            yield from _named(rule, place, "post", recipient.id, known.posts)
        case "department-leader":
            yield from _check_leader(rule, place)


def check_route(rule: Written, at: Path, route: str) -> Iterator[Problem]:
    """A route that hub.toml has not, or that no loaded plugin carries."""
    if route not in rule.known.routes:
        hint = suggestion(route, rule.known.routes, of=saying("routes"))
        yield rule.problem(at, saying("there is no route {name!r} in hub.toml", name=route[:63]), hint)
        return
    carriers = rule.known.carriers.get(route)
    if carriers and rule.known.notifiers is not None and not carriers & rule.known.notifiers:
        names = tuple(sorted(carriers))
        message = saying(
            "nobody hears the route {route!r}: no loaded plugin brings {names}", route=route[:63], names=names
        )
        yield rule.problem(at, message, saying("`hub plugins list` shows them."), level="warning")


def _check_leader(rule: Written, at: Path) -> Iterator[Problem]:
    if rule.known.led is not None and not rule.known.led:
        message = saying("no department has a leader, so the message would reach nobody")
        yield rule.problem(at, message, saying('Name one in hub.toml: `leader = "ACCOUNT"` in [[departments]].'))
    yield from _needs_camera(rule, at, "")


def _check_snapshot(rule: Written, at: Path, table: SnapshotTable) -> Iterator[Problem]:
    camera = "" if table.snapshot is True else table.snapshot
    yield from _needs_camera(rule, (*at, "snapshot"), camera)


def _check_protect(rule: Written, at: Path, table: ProtectTable) -> Iterator[Problem]:
    yield from _needs_camera(rule, (*at, "camera") if table.camera else at, table.camera or "")


def _check_preset(rule: Written, at: Path, table: PresetTable) -> Iterator[Problem]:
    yield from _needs_camera(rule, (*at, "camera") if table.camera else at, table.camera or "")
    presets = (rule.known.presets or {}).get(table.camera or "")
    yield from _named(rule, (*at, "preset"), "preset", table.preset, presets)


def _needs_camera(rule: Written, at: Path, camera: str) -> Iterator[Problem]:
    if camera:
        yield from _named(rule, at, "camera", camera, rule.known.cameras)
    elif rule.scope is not None and "camera" not in rule.scope.names.fields:
        message = saying("the event is about no camera")
        yield rule.problem(at, message, saying("Name one, or leave the action out."))


def _check_webhook(rule: Written, at: Path, table: WebhookTable) -> Iterator[Problem]:
    yield from _check_carrier(rule, (*at, "webhook"), "webhook", table.webhook)


def _check_mqtt(rule: Written, at: Path, table: MqttTable) -> Iterator[Problem]:
    yield from _check_carrier(rule, (*at, "mqtt"), "mqtt", table.mqtt)
    if any(sign in table.topic for sign in "+#\x00") or "//" in f"{table.topic}/" or table.topic.startswith("/"):
        message = saying("nothing can be published to the topic {topic!r}", topic=table.topic[:63])
        yield rule.problem((*at, "topic"), message, saying("Write words with `/` between, without `+` and `#`."))


def _check_carrier(rule: Written, at: Path, notifier: str, route: str) -> Iterator[Problem]:
    carriers = rule.known.carriers.get(route)
    if route in rule.known.routes and carriers is not None and notifier not in carriers:
        fitting = [name for name, via in rule.known.carriers.items() if notifier in via]
        hint = suggestion(route, fitting, of=saying("routes that do"))
        yield rule.problem(
            at,
            saying("the route {route!r} does not go through {notifier!r}", route=route[:63], notifier=notifier),
            hint,
        )
    else:
        yield from check_route(rule, at, route)


def _check_set(rule: Written, at: Path, table: SetTable) -> Iterator[Problem]:
    if rule.scope is None:
        return
    declared = rule.scope.names.variables
    if table.set not in declared:
        hint = saying("Declare it in a table [variables] of a rule file.")
        if declared:
            hint = suggestion(table.set, declared, of=saying("variables"))
        yield rule.problem((*at, "set"), saying("there is no variable {name!r}", name=table.set), hint)
    elif _kind(table.value) != _kind(declared[table.set]):
        message = saying(
            "`{variable}` is {kind}, not {other}",
            variable=table.set,
            kind=_kind(declared[table.set]),
            other=_kind(table.value),
        )
        yield rule.problem((*at, "value"), message)


def _kind(value: bool | float | str) -> Saying:
    return SORTS[kind_of(value)]


def _named(rule: Written, at: Path, what: str, name: str, known: frozenset[str] | None) -> Iterator[Problem]:
    if known is not None and name not in known:
        noun = NOUNS[what]
        yield rule.problem(
            at,
            saying("there is no {thing} {name!r}", thing=noun.one, name=name[:63]),
            suggestion(name, known, of=noun.many),
        )


_CHECKS: dict[type[ActionTable], Callable[[Written, Path, Any], Iterator[Problem]]] = {
    RoundTable: _check_round,
    NotifyTable: _check_notify,
    ReportTable: _check_report,
    SnapshotTable: _check_snapshot,
    ProtectTable: _check_protect,
    PresetTable: _check_preset,
    WebhookTable: _check_webhook,
    MqttTable: _check_mqtt,
    SetTable: _check_set,
}
