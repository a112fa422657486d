"""The functions that conditions may call: one table, with their types and what they say."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from hub.automation.language.context import Context
from hub.core.calendar import WEEKDAYS, is_worked
from hub.core.catalogue import FINDINGS
from hub.core.durations import parse_duration
from hub.core.permits.kinds import NAMES
from hub.core.rules.events import VariableValue
from hub.core.saying import saying
from hub.core.state import State

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class Parameter(msgspec.Struct, frozen=True):
    """One argument; `choices` lists what a text written in the rule may be (empty: anything)."""

    name: str
    kind: type
    choices: frozenset[str] = frozenset()
    of: str = ""
    """What it is the id of, where it is one: `camera`, `post`, `round`."""
    read: Callable[[str], Any] | None = None
    """Turns the text into the value that is handed over; it must then stand in the condition as it is. Raises
    `ValueError` saying what was expected."""


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function for conditions. `call` gets the state of the site first (`timed`: the context instead) and never
    raises for declared types."""

    parameters: tuple[Parameter, ...] = ()
    gives: type
    says: str
    call: Callable[..., object]
    timed: bool = False
    choices: frozenset[str] = frozenset()
    """The only texts that it gives; empty: any."""
    counts: bool = False
    """Whether its argument is a time over which events are counted."""

    apart: bool = False
    """Whether it can only hold where its arguments differ."""

    def signature(self, name: str) -> str:
        return f"{name}({', '.join(parameter.name for parameter in self.parameters)})"


def value_of(state: State, variable: str, declared: VariableValue) -> VariableValue:
    """What a variable holds: what was set last, unless its declaration has become one of another type since."""
    value = state.variables.get(variable, declared)
    return value if type(value) is type(declared) else declared


def _alarm_active(state: State, camera: str, kind: str) -> bool:
    return any(a.active and a.camera == camera and a.kind == kind for a in state.alarms.values())


def _finding_active(state: State, camera: str, finding: str) -> bool:
    known = state.cameras.get(camera)
    return known is not None and finding in known.findings


def _ticket_open(state: State, camera: str) -> bool:
    return any(ticket.camera == camera for ticket in state.tickets.values())


def _permit_covers(state: State, camera: str, kind: str) -> bool:
    return state.at is not None and state.permits.covering(camera, kind, state.at) is not None


def _references_waiting(state: State) -> bool:
    views = (view for camera in state.cameras.values() for view in camera.references.values())
    return any(view.state == "proposed" for view in views)


def _round_open(state: State, kind: str) -> bool:
    return any(each.kind == kind for each in state.rounds.values())


def _open_alarms(state: State, kind: str) -> int:
    return sum(alarm.active and alarm.kind == kind for alarm in state.alarms.values())


def _between(context: Context, start: int, end: int) -> bool:
    local = context.local
    minute = local.hour * 60 + local.minute
    return start <= minute < end if start <= end else minute >= start or minute < end


def _weekday(context: Context) -> str:
    return WEEKDAYS[context.local.weekday()]


def _workday(context: Context) -> bool:
    return is_worked(context.calendar, context.local.date())


def _holiday(context: Context) -> bool:
    return not _workday(context)


def _count(context: Context, seconds: float) -> int:
    since = context.at - timedelta(seconds=seconds)
    return sum(since < at <= context.at for at in context.matched)


def _on_duty(context: Context, post: str) -> bool:
    return context.manned(post, context.at)


def _minute(text: str) -> int:
    """The minute of the day."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(saying('expected a time of day such as "08:30"'))
    return int(found[1]) * 60 + int(found[2])


_CAMERA = Parameter("camera", str, of="camera")

FUNCTIONS: dict[str, Function] = {
    "alarm_active": Function(
        parameters=(_CAMERA, Parameter("kind", str, of="kind of alarm")),
        gives=bool,
        says="An alarm of this kind about the camera has not returned to normal.",
        call=_alarm_active,
    ),
    "between": Function(
        parameters=(Parameter("from", str, read=_minute), Parameter("to", str, read=_minute)),
        gives=bool,
        says="The time of day, in the site's zone, is at or after the first and before the second: "
        '`between("22:00", "06:00")` by night.',
        call=_between,
        timed=True,
        apart=True,
    ),
    "count": Function(
        parameters=(Parameter("within", str, read=parse_duration),),
        gives=float,
        says="How often within this time, now included, an event fitted the `on` and `where` of the rule "
        'about the same: `count("1h") >= 3`. At most the newest 1000 are counted.',
        call=_count,
        timed=True,
        counts=True,
    ),
    "finding_active": Function(
        parameters=(_CAMERA, Parameter("finding", str, frozenset(FINDINGS))),
        gives=bool,
        says="The watch sees this condition on the camera now, such as `signal.lost`.",
        call=_finding_active,
    ),
    "holiday": Function(
        gives=bool,
        says="Today is a day that is not worked, by the site's calendar.",
        call=_holiday,
        timed=True,
    ),
    "on_duty": Function(
        parameters=(Parameter("post", str, of="post"),),
        gives=bool,
        says="The roster has somebody at this post now.",
        call=_on_duty,
        timed=True,
    ),
    "open_alarms": Function(
        parameters=(Parameter("kind", str, of="kind of alarm"),),
        gives=float,
        says="How many alarms of this kind have not returned to normal.",
        call=_open_alarms,
    ),
    "permit_covers": Function(
        parameters=(_CAMERA, Parameter("kind", str, NAMES)),
        gives=bool,
        says="An approved permit is in force that allows this kind of alarm on the camera now, such as `obstruction` "
        "(or `view.obstructed`, by the name of the finding).",
        call=_permit_covers,
    ),
    "references_waiting": Function(
        gives=bool,
        says="A reference view of some camera waits for a leader's approval.",
        call=_references_waiting,
    ),
    "round_open": Function(
        parameters=(Parameter("kind", str, of="round"),),
        gives=bool,
        says="A round of this kind is due and not made yet.",
        call=_round_open,
    ),
    "ticket_open": Function(
        parameters=(_CAMERA,),
        gives=bool,
        says="A fault ticket about the camera is not closed yet.",
        call=_ticket_open,
    ),
    "weekday": Function(
        gives=str,
        says='The day of the week, in the site\'s zone: `weekday() in ["sat", "sun"]`.',
        call=_weekday,
        timed=True,
        choices=frozenset(WEEKDAYS),
    ),
    "workday": Function(
        gives=bool,
        says="Today is a day that is worked, by the site's calendar.",
        call=_workday,
        timed=True,
    ),
}
"""Every function by its name."""
