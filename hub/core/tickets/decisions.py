"""What follows from commands and orders about fault tickets, and from the passing of time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.text import Text
from hub.core.tickets import lateness, seeing
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ContinueRepair,
    OpenTicket,
    ReopenTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    TicketCommand,
    TicketOrder,
    WaitWithRepair,
)
from hub.core.tickets.events import (
    TicketAcknowledged,
    TicketArrived,
    TicketAssigned,
    TicketCancelled,
    TicketClosed,
    TicketContinued,
    TicketOpened,
    TicketRelapsed,
    TicketReopened,
    TicketRepaired,
    TicketRestored,
    TicketVerified,
    TicketWaiting,
)
from hub.core.tickets.model import Ticket
from hub.errors import NotAllowed, NotFound, WrongState


def decide(state: State, command: TicketCommand | TicketOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case ReportFault():
            return _report_fault(state, command, now)
        case OpenTicket():
            return _open(state, command, now)
        case ReopenTicket():
            return _reopen(state, command, now)
        case CloseTicket():
            return _close(state, command)
        case CancelTicket():
            return lateness.with_ends(state, _cancel(state, command), now)
        case SignTicket():
            return _sign(state, command, actor)
        case _:
            return lateness.with_ends(state, _work(state, command, now), now)


def due(state: State, now: datetime) -> list[Event]:
    """Repairs that are not made in time, faults that nobody was named for, waitings that end; what the hub sees."""
    return [event for ticket in state.tickets.values() for event in _due(state, ticket, now)]


def next_due(state: State) -> Iterable[datetime]:
    for ticket in state.tickets.values():
        late = (lateness.overdue_at(ticket), lateness.unassigned_at(state, ticket))
        times = (*late, _continues_at(ticket), seeing.seen_at(state, ticket))
        yield from (at for at in times if at is not None)


def cameras(state: State, command: TicketCommand | TicketOrder) -> Sequence[str | None]:
    match command:
        case OpenTicket():
            return []
        case ReportFault():
            return [] if (camera := _camera_of(command)) is None else [camera]
        case _:
            ticket = state.tickets.get(command.ticket) or state.closed_tickets.get(command.ticket)
            return [ticket.camera] if ticket is not None and ticket.camera is not None else []


def report(
    state: State,
    *,
    subject: str,
    camera: str | None,
    title: Text,
    opened_from: str,
    clause: str = "",
    photos: Sequence[str] = (),
    one_of_several: bool = False,
) -> list[Event]:
    """A fault that another subject of the core found: a new ticket, or nothing where one about `subject` is open.

    With `one_of_several` only a ticket with the same title counts: a loose bracket is not repaired by who cleans the
    lens. Without it whatever is open about `subject` does: who sees a bad picture sees only that it is bad.
    `opened_from` says where it was found: `round:R-3`, `patrol:W-1`. An open ticket that was restored meanwhile has
    relapsed; one about the same with the same title that was closed a few days ago is reopened. Where the hub saw a
    fault end that a rule had found, this is another one. Only one ticket can be opened with one decision: the next id
    follows from the state.
    """
    found = [
        ticket
        for ticket in state.tickets.values()
        if ticket.subject == subject
        and (ticket.title == title or not one_of_several)
        and not (ticket.rule and ticket.restored_at is not None)
    ]
    if found:
        return [TicketRelapsed(ticket=ticket.id) for ticket in found if ticket.restored_at is not None]
    for ticket in reversed(state.closed_tickets.values()):
        same = ticket.subject == subject and ticket.title == title
        if same and state.at is not None and _reopens(state, ticket, state.at):
            return [_reopened(ticket, reason=opened_from)]
    return [
        TicketOpened(
            ticket=_next_id(state),
            title=title,
            subject=subject,
            camera=camera,
            clause=clause,
            opened_from=opened_from,
            photos=list(photos),
            findings=_findings(state, camera),
        )
    ]


def restored(state: State, rule: str, subject: str, now: datetime) -> list[Event]:
    """The fault that a rule opened a ticket about is gone."""
    about = _tickets_about(state, rule, subject)
    gone = [TicketRestored(ticket=ticket.id) for ticket in about if ticket.restored_at is None]
    return lateness.with_ends(state, gone, now)


def relapsed(state: State, rule: str, subject: str) -> list[Event]:
    """The fault that a rule opened a ticket about is there again."""
    about = _tickets_about(state, rule, subject)
    return [TicketRelapsed(ticket=ticket.id) for ticket in about if ticket.restored_at is not None]


def _ticket(state: State, ticket_id: str) -> Ticket:
    ticket = state.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound(f"No ticket {ticket_id} is open.")
    return ticket


def _unverified(state: State, ticket_id: str) -> Ticket:
    ticket = _ticket(state, ticket_id)
    if ticket.verified_at is not None:
        raise WrongState(f"{ticket.id} is verified already.", hint="Close it with its cause.")
    return ticket


def _next_id(state: State) -> str:
    return f"T-{state.ticket_count + 1}"


def _findings(state: State, camera: str | None) -> list[str]:
    known = state.cameras.get(camera) if camera is not None else None
    return sorted(known.findings) if known is not None else []


def _camera_of(command: ReportFault) -> str | None:
    kind, _, name = command.subject.partition(":")
    return command.camera or (name if kind == "camera" else None)


def _subject_of(state: State, subject: str) -> str:
    """`asset:SW-3` where somebody wrote what is on the device, `SW-3`."""
    device = subject in state.assets.by_id and state.site.camera(subject) is None
    return f"asset:{subject}" if device else subject


def _check_photos(state: State, photos: Sequence[str]) -> None:
    for photo in photos:
        if photo not in state.attachments:
            raise NotFound(f"No attachment {photo} was handed over.", hint="Hand the file over first.")


def _report_fault(state: State, command: ReportFault, now: datetime) -> list[Event]:
    camera = _camera_of(command)
    subject = _subject_of(state, command.subject)
    if camera is not None and state.site.camera(camera) is None:
        raise NotFound(f"No camera {camera} in hub.toml.")
    if camera is not None and command.subject.startswith("camera:") and command.subject != f"camera:{camera}":
        raise WrongState(f"{command.subject} and the camera {camera} are two things.", hint="Name one of them.")
    _check_photos(state, command.photos)
    for ticket in state.tickets.values():
        if ticket.subject == subject and command.title in (ticket.title.en, ticket.title.zh):
            raise WrongState(f"{ticket.id} says the same and is not closed.", hint="Look at it, or say what differs.")
    return [
        TicketOpened(
            ticket=_next_id(state),
            title=Text(en=command.title),
            subject=subject,
            camera=camera,
            clause="3.3",
            opened_from="hand",
            description=command.description,
            cause=command.cause,
            priority=command.priority,
            photos=command.photos,
            findings=_findings(state, camera),
        )
    ]


def _open(state: State, order: OpenTicket, now: datetime) -> list[Event]:
    if _tickets_about(state, order.rule, order.subject):
        return relapsed(state, order.rule, order.subject)
    for ticket in reversed(state.closed_tickets.values()):
        if ticket.rule == order.rule and ticket.subject == order.subject and _reopens(state, ticket, now):
            return [_reopened(ticket, rule=order.rule)]
    alarm = state.alarm_about(order.rule, order.subject)
    return [
        TicketOpened(
            ticket=_next_id(state),
            title=order.title,
            subject=order.subject,
            camera=order.camera,
            alarm=alarm.id if alarm is not None else None,
            rule=order.rule,
            clause=order.clause,
            findings=_findings(state, order.camera),
        )
    ]


def _reopens(state: State, ticket: Ticket, now: datetime) -> bool:
    days = timedelta(days=state.site.tickets.reopen_days)
    return ticket.closed_at is not None and not ticket.cancelled and now < ticket.closed_at + days


def _reopened(ticket: Ticket, *, rule: str | None = None, reason: str = "") -> TicketReopened:
    return TicketReopened(
        ticket=ticket.id,
        title=ticket.title,
        camera=ticket.camera,
        rule=rule,
        reason=reason,
        times=ticket.reopened + 1,
    )


def _reopen(state: State, command: ReopenTicket, now: datetime) -> list[Event]:
    if command.ticket in state.tickets:
        raise WrongState(f"Ticket {command.ticket} is open already.", hint="Look at it.")
    ticket = state.closed_tickets.get(command.ticket)
    if ticket is None or not _reopens(state, ticket, now):
        raise NotFound(
            f"{command.ticket} was not closed in the last {state.site.tickets.reopen_days} days.",
            hint="Report the fault as a new one.",
        )
    return [_reopened(ticket, reason=command.reason)]


def _work(
    state: State,
    command: AcknowledgeTicket | AssignTicket | ArriveAtFault | WaitWithRepair | ContinueRepair | ReportRepair,
    now: datetime,
) -> list[Event]:
    match command:
        case AcknowledgeTicket():
            ticket = _ticket(state, command.ticket)
            if ticket.acknowledged_at is not None:
                return []
            return [TicketAcknowledged(ticket=ticket.id, note=command.note)]
        case AssignTicket():
            return _assign(state, command)
        case ArriveAtFault():
            ticket = _unverified(state, command.ticket)
            return [] if ticket.arrived_at and not ticket.waiting else [TicketArrived(ticket=ticket.id)]
        case WaitWithRepair():
            ticket = _unverified(state, command.ticket)
            if command.until_at is not None and command.until_at <= now:
                raise WrongState("It would wait until a time in the past.", hint="Choose a later time.")
            return [TicketWaiting(ticket=ticket.id, reason=command.reason, until_at=command.until_at)]
        case ContinueRepair():
            ticket = _ticket(state, command.ticket)
            if ticket.waiting is None:
                raise WrongState(f"{ticket.id} waits for nothing.")
            return [TicketContinued(ticket=ticket.id)]
        case ReportRepair():
            ticket = _ticket(state, command.ticket)
            _check_photos(state, command.photos)
            repaired = TicketRepaired(
                ticket=ticket.id, cause=command.cause, done=command.done, parts=command.parts, photos=command.photos
            )
            if ticket.verified_at is None:
                return [repaired]
            return [repaired, TicketClosed(ticket=ticket.id, cause=command.cause, note=command.done)]


def _assign(state: State, command: AssignTicket) -> list[Event]:
    ticket = _ticket(state, command.ticket)
    if command.account is not None and state.staff.person(command.account) is None:
        raise NotFound(f"There is no account {command.account}.", hint="Name an outside firm without an account.")
    changed = ticket.estimate_at is not None and command.estimate_at != ticket.estimate_at
    if changed and not command.reason.strip():
        raise WrongState(f"{ticket.id} has another estimate.", hint="Say why it changes.")
    return [
        TicketAssigned(
            ticket=ticket.id,
            repairer=command.repairer,
            account=command.account,
            cause=command.cause,
            estimate_at=command.estimate_at,
            reason=command.reason,
        )
    ]


def _close(state: State, command: CloseTicket) -> list[Event]:
    ticket = _ticket(state, command.ticket)
    if ticket.verified_at is not None:
        return [TicketClosed(ticket=ticket.id, cause=command.cause, note=command.note)]
    if found := seeing.standing(state, ticket):
        raise WrongState(
            f"{ticket.id} cannot be closed: the watch still sees {', '.join(found)}.",
            hint="It can be closed when the picture is verified good again.",
        )
    camera = state.cameras.get(ticket.camera) if ticket.camera else None
    if camera is not None and camera.not_judged is not None:
        raise WrongState(
            f"{ticket.id} cannot be closed: the camera is not judged at the moment ({camera.not_judged}).",
            hint="Wait until the watch judges it again.",
        )
    raise WrongState(
        f"{ticket.id} cannot be closed: it is not verified.",
        hint="Report the repair: it closes by itself when the hub has seen it good, or a leader signs.",
    )


def _cancel(state: State, command: CancelTicket) -> list[Event]:
    ticket = _ticket(state, command.ticket)
    other = command.duplicate_of
    if other == ticket.id:
        raise WrongState(f"{ticket.id} is no duplicate of itself.", hint="Name the other ticket.")
    if other is not None and other not in state.tickets and other not in state.closed_tickets:
        raise NotFound(f"No ticket {other} is open.")
    return [TicketCancelled(ticket=ticket.id, reason=command.reason, duplicate_of=other)]


def _sign(state: State, command: SignTicket, actor: str) -> list[Event]:
    ticket = _unverified(state, command.ticket)
    repair = ticket.repair
    if repair is None or not repair.held:
        raise WrongState(f"No repair of {ticket.id} is reported.", hint="The repairer reports it first.")
    who = actor.removeprefix("person:")
    if actor == repair.by or ticket.account == who or ticket.repairer in (who, state.staff.name(who)):
        raise NotAllowed(f"{who} repaired {ticket.id}: nobody signs for a repair of their own.", hint="Ask a leader.")
    verified = TicketVerified(ticket=ticket.id, by="signature", since_at=repair.at, reason=command.reason)
    return [verified, *seeing.closing(ticket)]


def _tickets_about(state: State, rule: str, subject: str) -> list[Ticket]:
    return [ticket for ticket in state.tickets.values() if ticket.rule == rule and ticket.subject == subject]


def _due(state: State, ticket: Ticket, now: datetime) -> Iterator[Event]:
    yield from lateness.told(state, ticket, now)
    if (at := _continues_at(ticket)) is not None and at <= now:
        yield TicketContinued(ticket=ticket.id)
    yield from seeing.seen(state, ticket, now)


def _continues_at(ticket: Ticket) -> datetime | None:
    return ticket.waiting.until_at if ticket.waiting is not None else None


SUBJECT = Subject(
    commands=get_args(TicketCommand | TicketOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
