"""What follows from a command, and from the passing of time: the decisions of all subjects, put together.

`decide` turns an intention into the events that carry it out, or raises `Refused`. Nothing else does.
"""

from collections.abc import Sequence
from datetime import datetime

from hub.core.alarms import decisions as alarms
from hub.core.assets import decisions as assets
from hub.core.attention import decisions as attention
from hub.core.baselines import decisions as baselines
from hub.core.cameras import decisions as cameras
from hub.core.catalogue import HubStopped
from hub.core.command import Command, Order
from hub.core.commands import StopHub
from hub.core.devices import decisions as devices
from hub.core.duty import decisions as duty
from hub.core.dutylog import decisions as dutylog
from hub.core.event import Event
from hub.core.homes import decisions as homes
from hub.core.patrol import decisions as patrol
from hub.core.people import decisions as people
from hub.core.permits import decisions as permits
from hub.core.posts import decisions as posts
from hub.core.releases import decisions as releases
from hub.core.reviews import decisions as reviews
from hub.core.rounds import decisions as rounds
from hub.core.rules import decisions as rules
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.tickets import decisions as tickets
from hub.errors import NotFound


def _stop(state: State, command: StopHub, actor: str, now: datetime) -> Sequence[Event]:
    return [HubStopped(reason=command.reason)]


SUBJECTS: tuple[Subject, ...] = (
    alarms.SUBJECT,
    assets.SUBJECT,
    attention.SUBJECT,
    baselines.SUBJECT,
    cameras.SUBJECT,
    devices.SUBJECT,
    duty.SUBJECT,
    dutylog.SUBJECT,
    homes.SUBJECT,
    patrol.SUBJECT,
    permits.SUBJECT,
    posts.SUBJECT,
    people.SUBJECT,
    releases.SUBJECT,
    reviews.SUBJECT,
    rounds.SUBJECT,
    rules.SUBJECT,
    tickets.SUBJECT,
    Subject(commands=(StopHub,), decide=_stop),
)
_OF: dict[type[Command | Order], Subject] = {command: subject for subject in SUBJECTS for command in subject.commands}


def decide(state: State, command: Command | Order, actor: str, now: datetime) -> Sequence[Event]:
    """The events that carry out `command` in `state`, or `Refused`. Empty when it is carried out already."""
    subject = _OF.get(type(command))
    if subject is None:
        raise NotFound(f"{type(command).__name__} is not carried out here.")
    return subject.decide(state, command, actor, now)


def due(state: State, now: datetime) -> list[Event]:
    """The events that the passing of time alone brings: what ends, and what was not done in time."""
    return [event for subject in SUBJECTS for event in subject.due(state, now)]


def next_due(state: State) -> datetime | None:
    """When `due` will next have something to say."""
    return min((at for subject in SUBJECTS for at in subject.next_due(state)), default=None)


def cameras_of(state: State, command: Command) -> Sequence[str | None]:
    """The cameras that a command touches."""
    subject = _OF.get(type(command))
    return subject.cameras(state, command) if subject is not None else ()


def domains_of(state: State, command: Command) -> Sequence[str]:
    """The domains of what a command touches beside cameras."""
    subject = _OF.get(type(command))
    return subject.domains(state, command) if subject is not None else ()
