"""Whether a cleaning job helped: the finding that asked for it must be gone, by the watch's own eyes.

The measures before and after stand beside the verdict. The finding itself weighs them already, with its own limits and
hysteresis, so nothing is judged twice by other limits here. A job that did not help is asked for once more; when that
does not help either, dirt is not what is wrong, and a ticket is opened.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from hub.core.event import Event
from hub.core.rounds.commands import ScoreCleaning
from hub.core.rounds.events import CleaningNotProven, CleaningProven, RoundDue
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.model import Cleaning
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.decisions import report

SETTLES = timedelta(minutes=10)
"""A picture is not judged sooner after a job: somebody still stands before the lens."""
_IN_VAIN = Text(en="Two jobs on site did not help the picture", zh="两次现场处理后画面仍未改善")
ASKED_AGAIN_AFTER = timedelta(hours=24)
"""So long the watch has to see that it helped; it judges dirt by averages over tens of minutes, some only by day."""


def score(state: State, order: ScoreCleaning) -> list[Event]:
    """What the watch's measures after a job come to."""
    cleaning = state.cleanings.get(order.round)
    if cleaning is None:
        return []
    after = compared(cleaning, order.after)
    if order.at - cleaning.done_at < SETTLES or _holds(state, cleaning) or not _judged(state, cleaning):
        return _not_proven(state, cleaning, order.at, after)
    return [
        CleaningProven(
            round=cleaning.round,
            camera=cleaning.camera,
            finding=cleaning.finding,
            before=cleaning.before,
            after=after,
        )
    ]


def waiting(state: State, now: datetime) -> Iterator[Cleaning]:
    """Jobs that can be scored now: the picture has settled, is judged, and what was found is gone."""
    for cleaning in state.cleanings.values():
        if now - cleaning.done_at >= SETTLES and not _holds(state, cleaning) and _judged(state, cleaning):
            yield cleaning


def due(state: State, now: datetime) -> list[Event]:
    """Jobs of which nobody could say in all that time that they helped. One at a time: each makes a new round."""
    for cleaning in state.cleanings.values():
        if now - cleaning.done_at >= ASKED_AGAIN_AFTER:
            return _not_proven(state, cleaning, now, {})
    return []


def next_due(state: State) -> Iterable[datetime]:
    return (cleaning.done_at + ASKED_AGAIN_AFTER for cleaning in state.cleanings.values())


def compared(cleaning: Cleaning, after: dict[str, float]) -> dict[str, float]:
    """The measures that were there before, as they are after."""
    return {name: after[name] for name in cleaning.before if name in after}


def _not_proven(state: State, cleaning: Cleaning, now: datetime, after: dict[str, float]) -> list[Event]:
    if now - cleaning.done_at < ASKED_AGAIN_AFTER:
        return []
    kind = state.round_kinds.get(cleaning.kind) or RoundKind(id=cleaning.kind, name=cleaning.title)
    found = state.cameras.get(cleaning.camera)
    finding = found.findings.get(cleaning.finding) if found is not None else None
    not_proven = CleaningNotProven(
        round=cleaning.round,
        camera=cleaning.camera,
        finding=cleaning.finding,
        why="still" if finding is not None else "not_judged",
        before=cleaning.before,
        after=after,
    )
    if finding is None:
        return [not_proven]  # nothing says that it is dirty; when the watch judges again, it says so anew
    if cleaning.again_after:
        subject, opened_from = f"camera:{cleaning.camera}", f"round:{cleaning.round}"
        ticket = report(
            state,
            subject=subject,
            camera=cleaning.camera,
            title=_IN_VAIN,
            opened_from=opened_from,
            clause=cleaning.clause,
        )
        return [not_proven, *ticket]
    return [
        not_proven,
        RoundDue(
            round=f"R-{state.round_count + 1}",
            kind=cleaning.kind,
            title=cleaning.title,
            team=cleaning.team,
            due_at=now + timedelta(seconds=kind.due_in_s) if kind.due_in_s is not None else None,
            rule=cleaning.rule,
            clause=cleaning.clause,
            camera=cleaning.camera,
            finding=cleaning.finding,
            forecast_at=finding.forecast_at,
            before=finding.measures or cleaning.before,
            again_after=cleaning.round,
        ),
    ]


def _holds(state: State, cleaning: Cleaning) -> bool:
    camera = state.cameras.get(cleaning.camera)
    return camera is not None and cleaning.finding in camera.findings


def _judged(state: State, cleaning: Cleaning) -> bool:
    camera = state.cameras.get(cleaning.camera)
    return camera is not None and camera.not_judged is None
