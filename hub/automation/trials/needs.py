"""Which events a replay of some rules has to look at: all others change nothing for them."""

import re
from collections.abc import Iterable, Iterator

from hub.automation.language.condition import Condition
from hub.automation.model import Rule
from hub.core.catalogue import CATALOGUE, FINDINGS, clearing_of
from hub.core.event import wire_name

_ALWAYS = ("calendar.loaded", "clock.stepped", "rule.paused", "rule.resumed", "rule.started", "site.configured")
_CALL = re.compile(r"\b([a-z_]+)\s*\(")
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NOTHING: tuple[str, ...] = ()
_AREAS: dict[str, tuple[str, ...]] = {
    "alarm_active": ("alarm",),
    "open_alarms": ("alarm",),
    "ticket_open": ("ticket",),
    "round_open": ("round",),
    "permit_covers": ("permit",),
    "references_waiting": ("reference", "camera"),
    **dict.fromkeys(("between", "count", "holiday", "on_duty", "weekday", "workday"), _NOTHING),
}
"""What the functions of conditions look at. One that is not here may look at anything."""


def needed_types(rules: Iterable[Rule]) -> frozenset[str] | None:
    """The wire names of the events that decide what these rules do; None when any may."""
    found: set[str] = set(_ALWAYS)
    for rule in rules:
        for name in rule.on:
            found |= {name, *clearing_of(name)}
        if rule.every is not None:
            found.add("schedule.due")
        if rule.escalate:
            found |= {*_of_area("alarm"), *_of_area("ticket")}
        for condition in _conditions(rule):
            read = _read_by(condition)
            if read is None:
                return None
            found |= read
    return frozenset(found & CATALOGUE.keys())


def _conditions(rule: Rule) -> Iterator[Condition]:
    for condition in (rule.condition, rule.unless, *(stage.unless for stage in rule.escalate)):
        if condition is not None:
            yield condition


def _read_by(condition: Condition) -> set[str] | None:
    found: set[str] = set()
    source = _TEXT.sub("''", condition.source)
    if "var." in source:
        found.add("variable.set")
    for call in {each[1] for each in _CALL.finditer(source)}:
        if call in ("and", "or", "not", "in", "if", "else"):
            continue
        if call == "finding_active":
            found |= _findings(condition.source)
        elif call in _AREAS:
            found |= {name for area in _AREAS[call] for name in _of_area(area)}
        else:
            return None
    return found


def _findings(source: str) -> set[str]:
    """The findings that are named in a condition, and what ends them; all where none is."""
    named = {found[1] or found[2] for found in _TEXT.finditer(source)} & FINDINGS.keys()
    pairs = (FINDINGS[name] for name in named or FINDINGS)
    return {wire_name(cls) for pair in pairs for cls in pair}


def _of_area(area: str) -> set[str]:
    return {name for name in CATALOGUE if name.partition(".")[0] == area}
