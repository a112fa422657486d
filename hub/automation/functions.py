"""The functions that conditions may call: one table, with their types and what they say."""

from collections.abc import Callable

import msgspec

from hub.core.catalogue import FINDINGS
from hub.core.state import State


class Parameter(msgspec.Struct, frozen=True):
    """One argument; `choices` lists what a text written in the rule may be (empty: anything)."""

    name: str
    kind: type
    choices: frozenset[str] = frozenset()


class Function(msgspec.Struct, frozen=True):
    """A function for conditions. `call` gets the state of the site first and never raises for declared types."""

    parameters: tuple[Parameter, ...]
    gives: type
    says: str
    call: Callable[..., object]

    def signature(self, name: str) -> str:
        return f"{name}({', '.join(parameter.name for parameter in self.parameters)})"


def _alarm_active(state: State, camera: str, kind: str) -> bool:
    return any(a.active and a.camera == camera and a.kind == kind for a in state.alarms.values())


def _finding_active(state: State, camera: str, finding: str) -> bool:
    known = state.cameras.get(camera)
    return known is not None and finding in known.findings


def _ticket_open(state: State, camera: str) -> bool:
    return any(ticket.camera == camera for ticket in state.tickets.values())


def _references_waiting(state: State) -> bool:
    views = (view for camera in state.cameras.values() for view in camera.references.values())
    return any(view.state == "proposed" for view in views)


_CAMERA = Parameter("camera", str)

FUNCTIONS: dict[str, Function] = {
    "alarm_active": Function(
        (_CAMERA, Parameter("kind", str)),
        bool,
        "An alarm of this kind about the camera has not returned to normal.",
        _alarm_active,
    ),
    "finding_active": Function(
        (_CAMERA, Parameter("finding", str, frozenset(FINDINGS))),
        bool,
        "The watch sees this condition on the camera now, such as `signal.lost`.",
        _finding_active,
    ),
    "references_waiting": Function(
        (),
        bool,
        "A reference view of some camera waits for a leader's approval.",
        _references_waiting,
    ),
    "ticket_open": Function(
        (_CAMERA,),
        bool,
        "A fault ticket about the camera is not closed yet.",
        _ticket_open,
    ),
}
"""Every function by its name."""
