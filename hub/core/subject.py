"""What a subject of the core offers to `hub.core.decisions`, which puts the subjects together."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from hub.core.command import Command, Order
from hub.core.event import Event
from hub.core.state import State


def _nothing(state: State, now: datetime) -> Sequence[Event]:
    return ()


def _never(state: State) -> Iterable[datetime]:
    return ()


def _no_camera(state: State, command: Any) -> Sequence[str | None]:
    return ()


def _no_domain(state: State, command: Any) -> Sequence[str]:
    return ()


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One subject's decisions. All of them are pure."""

    commands: tuple[type[Command | Order], ...]
    """What it decides on."""
    decide: Callable[[State, Any, str, datetime], Sequence[Event]]
    """The events that carry out a command of an actor (`person:wang`, `rule:view-obstructed`, `hub`), or `Refused`;
    none when it is carried out already."""
    due: Callable[[State, datetime], Sequence[Event]] = _nothing
    """The events that the passing of time alone brings, up to now. Asked about once a second and with every round of
    the core: it must cost next to nothing where nothing is open."""
    next_due: Callable[[State], Iterable[datetime]] = _never
    """The instants at which `due` will have something to say."""
    cameras: Callable[[State, Any], Sequence[str | None]] = _no_camera
    """The cameras that a command touches: the person must have rights in the domain of each. None among them: a
    camera that hub.toml does not name."""
    domains: Callable[[State, Any], Sequence[str]] = _no_domain
    """The domains of what a command touches beside cameras: the person must have rights in each."""
