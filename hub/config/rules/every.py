"""The `every` of a rule: from a length of time or a table to `Every`, and what is wrong with it."""

from pydantic import ValidationError

from hub.automation.model import Every
from hub.automation.schedules.schedule import validate
from hub.config.explain import explain
from hub.config.problems import Problem
from hub.config.rules.tables import EveryTable
from hub.config.rules.values import NTH_WEEKDAYS, duration_meant
from hub.config.rules.written import Written
from hub.config.toml import Path
from hub.core.calendar import WEEKDAYS
from hub.core.durations import parse_duration
from hub.core.saying import said_by, saying

_KEYS: dict[str, Path] = {
    "interval_s": ("every",),
    "weekdays": ("weekday",),
    "nth": ("weekday",),
    "days": ("day",),
    "months": ("month",),
    "since": ("from",),
    "jitter_s": ("jitter",),
}
"""How a field of `Every` is written, where it is not by its own name."""


def every_of(rule: Written, problems: list[Problem]) -> Every | None:
    """The rule's `every`; what is wrong with it is added to `problems`."""
    value, every = rule.item.get("every"), None
    match value:
        case None:
            return None
        case str():
            try:
                every = Every(interval_s=parse_duration(value))
            except ValueError as error:
                hint = duration_meant(value) or saying('Days and times are a table: { weekday = "mon", at = "08:30" }.')
                problems.append(rule.problem(("every",), said_by(error), hint))
        case dict():
            try:
                table = EveryTable.model_validate(value)
            except ValidationError as error:
                problems += explain(error, rule.document, (*rule.path, "every"), EveryTable)
            else:
                every = _built(table)
        case _:
            message = saying('expected a length of time such as \'6h\', or { weekday = "mon", at = "08:30" }')
            problems.append(rule.problem(("every",), message))
    if every is None:
        return None
    for found in validate(every):
        written = _KEYS.get(found.key, (found.key,)) if isinstance(value, dict) else ()
        problems.append(rule.problem(("every", *written), found.message, found.hint))
    return every


def _built(table: EveryTable) -> Every:
    return Every(
        interval_s=table.every,
        at=tuple(sorted(table.at)),
        weekdays=tuple(day for day in WEEKDAYS for written in table.weekday if written == day),
        nth=tuple(NTH_WEEKDAYS[day] for day in table.weekday if day in NTH_WEEKDAYS),
        days=tuple(table.day),
        months=tuple(table.month),
        only=table.only,
        weeks=table.weeks,
        since=table.since,
        between=(table.between[0], table.between[1]) if table.between is not None else None,
        jitter_s=table.jitter or 0.0,
    )
