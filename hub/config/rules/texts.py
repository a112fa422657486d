"""The texts of a rule: in both languages, and with placeholders that something fills."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from hub.automation.language.slips import meant_placeholders, no_placeholders
from hub.automation.language.wording import check_placeholders
from hub.config.problems import Problem, suggestion
from hub.config.rules.values import listed
from hub.config.rules.written import Written
from hub.config.tables import has_chinese
from hub.config.toml import Path
from hub.core.saying import NOTHING, Saying, saying

_WORDS = ("title", "response", "cause", "consequence", "text", "ticket")
"""Keys of actions whose texts people read."""


_NO_ENGLISH, _NO_CHINESE = saying("there is no English text"), saying("there is no Chinese text")


def check_texts(rule: Written) -> Iterator[Problem]:
    """Texts that lack a language, and placeholders that nothing fills."""
    yield from _check_words(rule, ("title",), rule.item.get("title"))
    for at, action in actions_of(rule):
        for key in _WORDS:
            yield from _check_words(rule, (*at, key), action.get(key))
        if isinstance(topic := action.get("topic"), str):
            yield from _check_placeholders(rule, (*at, "topic"), topic)
        payload = action.get("payload")
        for key, text in payload.items() if isinstance(payload, dict) else ():
            if isinstance(text, str):
                yield from _check_placeholders(rule, (*at, "payload", key), text)


def actions_of(rule: Written) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every item of `do`, those of escalations included, with its place within the rule."""
    yield from _items(("do",), rule.item.get("do"))
    for at, stage in _items(("escalate",), rule.raw("escalate")):
        yield from _items((*at, "do"), stage.get("do"))


def started_by(items: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The ids of the rules that actions of these rules start, right or wrong."""
    found: set[str] = set()
    for item in items:
        for _, stage in ((), item), *_items((), item.get("escalate")):
            found |= {
                action["start"] for _, action in _items((), stage.get("do")) if isinstance(action.get("start"), str)
            }
    return frozenset(found)


def _items(at: Path, value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield (*at, index), item


def _check_words(rule: Written, at: Path, value: Any) -> Iterator[Problem]:
    texts: list[tuple[Path, Any]] = [(at, value)]
    if isinstance(value, dict):
        texts = [((*at, key), value.get(key)) for key in ("en", "zh")]
    written = [(place, text) for place, text in texts if isinstance(text, str) and text.strip()]
    for place, text in written:
        yield from _check_placeholders(rule, place, text)
    if len(written) == 2 and has_chinese(written[0][1]) and not has_chinese(written[1][1]):
        yield rule.problem(
            at, saying("the English text is Chinese, and the Chinese one is not"), saying("Swap them."), level="warning"
        )
    if len(written) == 1:
        chinese = has_chinese(written[0][1]) if isinstance(value, str) else written[0][0][-1] == "zh"
        yield rule.problem(
            at,
            _NO_ENGLISH if chinese else _NO_CHINESE,
            saying('Staff who read English see the Chinese one; write { en = "…", zh = "…" }.')
            if chinese
            else saying('Staff who read Chinese see the English one; write { en = "…", zh = "…" }.'),
            level="warning",
        )


def _check_placeholders(rule: Written, at: Path, text: str) -> Iterator[Problem]:
    if rule.scope is not None:
        yield from (rule.inside(at, found) for found in check_placeholders(text, rule.scope.events))
        yield from (rule.inside(at, found) for found in no_placeholders(text, rule.scope.events))
        for found in meant_placeholders(text, rule.scope.events):
            yield replace(rule.inside(at, found), level="warning")


def no_field(name: str, without: str | None) -> Saying:
    """The rule's events have no such field; `without`: others of them have it, and this one has not."""
    if without is None:
        return saying("the event has no field {name!r}", name=name[:100])
    return saying("the event {event!r} has no field {name!r}", event=without, name=name[:100])


def listed_names(rule: Written, at: Path, value: Any) -> Iterator[Problem]:
    """Names of fields that the rule's events lack, in keys such as `per`; `rule` stands for the rule as a whole."""
    if rule.scope is None:
        return
    fields = rule.scope.names.fields
    for index, name in enumerate(listed(value)):
        if isinstance(name, str) and name != "rule" and name not in fields:
            place = (*at, index) if isinstance(value, list) else at
            without = rule.scope.names.lacking.get(name)
            hint = suggestion(name, [*fields, "rule"], of=saying("names")) if without is None else NOTHING
            yield rule.problem(place, no_field(name, without), hint)
