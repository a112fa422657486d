"""Records that lead to one another: rules that feed on each other are cut off, and that is reported once."""

from collections.abc import Sequence
from typing import Any

from hub.automation.language.matching import Reason, mismatch
from hub.automation.memory import Link
from hub.automation.model import Effect, Rule
from hub.automation.work import Work
from hub.core.event import Record
from hub.core.rules.commands import ReportLoop

LONGEST_CHAIN = 10
"""Records in a row, each led to by the one before, after which rules no longer act: some rules feed on each other."""

_TOGETHER = 64
_MOST_PAGES = 16
_LOOPS_KEPT = 100


def follow(work: Work, record: Record) -> Link | None:
    """What led to the record; None when nothing of the automation's own did."""
    if record.cause is None:
        return None
    known = work.chains.get(record.cause // _TOGETHER, {}).get(record.cause)
    link = Link(known.root, known.depth + 1) if known is not None else Link(record.cause, 1)
    page = record.seq // _TOGETHER
    work.chains = {**work.chains, page: {**work.chains.get(page, {}), record.seq: link}}
    if len(work.chains) > _MOST_PAGES:
        del work.chains[min(work.chains)]
    return link


def cut(work: Work, link: Link, rules: Sequence[Rule], subject: str, record: Record, names: dict[str, Any]) -> None:
    """The chain is too long: say so of each rule that would go on with it, once for each chain."""
    for rule in rules:
        context = work.context(rule, subject, record.seen_at)
        if rule.id in work.site.paused or mismatch(rule, names, work.site, context) is not None:
            continue
        many = f"{link.depth} records led to this one, each because of the one before: rules feed on each other"
        work.tell(rule.id, record.seq, record.seen_at, "stopped", Reason("limit", many))
        loop = f"{rule.id}:{link.root}"
        if loop in work.looped:
            continue
        work.looped = (*work.looped[1 - _LOOPS_KEPT :], loop)
        # Because of the record outside of the circle: the report must not itself be cut off as a part of it.
        order = ReportLoop(rule=rule.id, records=link.depth)
        work.effects.append(Effect(key=f"{loop}:loop", rule=rule.id, cause=link.root, do=order))
