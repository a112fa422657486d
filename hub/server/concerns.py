"""Which camera a record, or a picture kept as evidence, concerns: the ground on which domains are told apart.

What an event does not say itself is looked up in the state and, for what is history, in the journal. Such facts never
change (an alarm is about one camera for ever), so they are remembered. What cannot be found out is answered with
`UNKNOWN`, a camera that only people with rights in every domain may look at.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Protocol

from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import CATALOGUE, FINDINGS
from hub.core.deeds import SnapshotTaken
from hub.core.delivery import EffectDone, EffectFailed, MessageHeld, MessageRedirected
from hub.core.event import Event, Record, wire_name
from hub.core.findings import Evidence, Finding, Picture, ReferenceLearned
from hub.core.permits.events import PermitApplied, PermitEvent
from hub.core.releases.events import ReleaseEvent, ReleaseRequested
from hub.core.state import State
from hub.core.tickets.events import TicketOpened

UNKNOWN = "?"
_PICTURED = (*FINDINGS, wire_name(ReferenceLearned), wire_name(SnapshotTaken))
_REMEMBERED = 20_000
_PAGE = 100
_PAGES = 10
_LONGEST_CHAIN = 8


class History(Protocol):
    """The part of the backend that is needed here. Called from any thread."""

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]: ...


class Concerns:
    """What concerns which camera. It may read the journal: call it from a thread other than the event loop's."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._remembered: OrderedDict[str, str | None] = OrderedDict()
        self._lock = Lock()

    def camera_of(self, record: Record, state: State) -> str | None:
        """The camera that a record concerns; None when it concerns none in particular."""
        for _ in range(_LONGEST_CHAIN):
            event = record.event
            if not isinstance(event, EffectDone | EffectFailed | MessageHeld | MessageRedirected):
                return self._camera_of_event(event, record.seq, state)
            if record.cause is None:
                return None
            led_to_it = self._history.read_last(1, before=record.cause + 1)
            if not led_to_it or led_to_it[0].seq != record.cause:
                return UNKNOWN
            record = led_to_it[0]
        return UNKNOWN

    def camera_of_picture(self, path: str, state: State) -> str | None:
        """The camera that a kept picture shows; None when no record speaks of such a picture."""
        for camera_id, picture in _pictures_now(state):
            if picture.path == path:
                return camera_id
        shows = self._search(_PICTURED, path, None, lambda event: any(p.path == path for p in pictures_in(event)))
        return getattr(shows, "camera", UNKNOWN) if shows is not None else None

    def _camera_of_event(self, event: Event, seq: int, state: State) -> str | None:
        if wire_name(event) not in CATALOGUE:
            return UNKNOWN
        if isinstance(event, AlarmRaised):
            self._remember(f"alarm:{event.alarm}", event.camera)
        elif isinstance(event, TicketOpened):
            self._remember(f"ticket:{event.ticket}", event.camera)
        elif (alarm := getattr(event, "alarm", None)) is not None:
            return self._camera_of_alarm(alarm, seq, state)
        elif (ticket := getattr(event, "ticket", None)) is not None:
            return self._camera_of_ticket(ticket, seq, state)
        if isinstance(event, PermitEvent) and not hasattr(event, "camera"):
            return self._camera_of_permit(event, seq, state)
        if isinstance(event, ReleaseEvent):
            return self._camera_of_release(event, seq, state)
        camera: str | None = getattr(event, "camera", None)
        if camera is None and (device := getattr(event, "device", None)) is not None:
            return _camera_of_device(device, state)
        return camera

    def _camera_of_alarm(self, alarm: str, seq: int, state: State) -> str | None:
        if alarm in state.alarms:
            return state.alarms[alarm].camera

        def look_up() -> str | None:
            types = [wire_name(AlarmRaised)]
            raised = self._search(types, f"alarm:{alarm}", seq, lambda event: getattr(event, "alarm", "") == alarm)
            return getattr(raised, "camera", UNKNOWN)

        return self._recall(f"alarm:{alarm}", look_up)

    def _camera_of_ticket(self, ticket: str, seq: int, state: State) -> str | None:
        if ticket in state.tickets:
            return state.tickets[ticket].camera

        def look_up() -> str | None:
            types = [wire_name(TicketOpened)]
            opened = self._search(types, f"ticket:{ticket}", seq, lambda event: getattr(event, "ticket", "") == ticket)
            return getattr(opened, "camera", UNKNOWN)

        return self._recall(f"ticket:{ticket}", look_up)

    def _camera_of_permit(self, event: PermitEvent, seq: int, state: State) -> str | None:
        """One of its cameras: they are all of one domain."""
        if isinstance(event, PermitApplied):
            return event.cameras[0]
        known = state.permits.find(event.permit)
        if known is not None:
            return known.cameras[0]

        def look_up() -> str | None:
            types = [wire_name(PermitApplied)]
            applied = self._search(
                types, f"permit:{event.permit}", seq, lambda found: getattr(found, "permit", "") == event.permit
            )
            return applied.cameras[0] if isinstance(applied, PermitApplied) else UNKNOWN

        return self._recall(f"permit:{event.permit}", look_up)

    def _camera_of_release(self, event: ReleaseEvent, seq: int, state: State) -> str | None:
        """One of its cameras: they are all of one domain."""
        if isinstance(event, ReleaseRequested):
            return event.cameras[0]
        known = state.releases.find(event.release)
        if known is not None:
            return known.cameras[0]

        def look_up() -> str | None:
            found = self._search([wire_name(ReleaseRequested)], f"release:{event.release}", seq, lambda _found: True)
            return found.cameras[0] if isinstance(found, ReleaseRequested) else UNKNOWN

        return self._recall(f"release:{event.release}", look_up)

    def _search(
        self, types: Sequence[str], subject: str, before: int | None, matches: Callable[[Event], bool]
    ) -> Event | None:
        """The newest event that matches, going back 1,000 candidates at most."""
        for _ in range(_PAGES):
            page = self._history.read_last(_PAGE, types=types, subject=subject, before=before)
            found = next((record.event for record in reversed(page) if matches(record.event)), None)
            if found is not None or len(page) < _PAGE:
                return found
            before = page[0].seq
        return None

    def _recall(self, key: str, look_up: Callable[[], str | None]) -> str | None:
        with self._lock:
            if key in self._remembered:
                return self._remembered[key]
        camera = look_up()
        self._remember(key, camera)
        return camera

    def _remember(self, key: str, camera: str | None) -> None:
        with self._lock:
            self._remembered[key] = camera
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)


def _camera_of_device(device: str, state: State) -> str | None:
    """A camera of the device where all of them are of one domain, and so is the device; None where it is of several,
    or of none: then it is everybody's."""
    known = state.devices.by_id.get(device)
    cameras = [state.site.camera(each) for each in known.configured.cameras.values()] if known is not None else []
    domains = {camera.domain for camera in cameras if camera is not None}
    return next(camera.id for camera in cameras if camera is not None) if len(domains) == 1 else None


def pictures_in(event: Event) -> list[Picture]:
    """The pictures that an event speaks of."""
    if isinstance(event, ReferenceLearned):
        return [event.picture] if event.picture is not None else []
    return _both(event.evidence) if isinstance(event, Finding | SnapshotTaken) else []


def _pictures_now(state: State) -> Iterator[tuple[str, Picture]]:
    """The pictures that staff look at now, each with its camera."""
    for camera in state.cameras.values():
        yield from ((camera.id, view.picture) for view in camera.references.values() if view.picture is not None)
        for finding in camera.findings.values():
            yield from ((camera.id, picture) for picture in _both(finding.evidence))
    for alarm in state.alarms.values():
        if alarm.camera is not None:
            yield from ((alarm.camera, picture) for picture in _both(alarm.evidence))


def _both(evidence: Evidence | None) -> list[Picture]:
    return [picture for picture in (evidence.before, evidence.after) if picture is not None] if evidence else []
