"""What follows from commands about the duty log: one more entry, or a refusal."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.dutylog.commands import CorrectEntry, LogCommand, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.dutylog.events import LogEntered
from hub.core.dutylog.model import Entry
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound, Refused, WrongState

LATE_AFTER = timedelta(minutes=30)
"""An entry that is written so long after it happened is marked as late."""
LONGEST_LATE = timedelta(days=31)
AHEAD = timedelta(minutes=1)
"""How far the clock of a client may be ahead."""
MOST_VISITORS = 1000


def decide(state: State, command: LogCommand, actor: str, now: datetime) -> list[Event]:
    match command:
        case WriteEntry():
            return [_write(state, command, actor, now)]
        case ReceiveVisitor():
            return [_receive(state, command, actor, now)]
        case SeeOffVisitor():
            return [_see_off(state, command, actor, now)]
        case CorrectEntry():
            return [_correct(state, command, actor, now)]


def cameras(state: State, command: LogCommand) -> Sequence[str | None]:
    """The cameras that the entry is about, and those of the alarm, the ticket and the entry that it names."""
    match command:
        case WriteEntry():
            return [*command.cameras, *command.pictures, *_linked(state, command)]
        case CorrectEntry():
            return [*(command.cameras or ()), *_cameras_of(state, command.entry)]
        case _:
            return ()


def _write(state: State, command: WriteEntry, actor: str, now: datetime) -> LogEntered:
    _check_cameras(state, [*command.cameras, *command.pictures])
    _check_files(state, command.attachments)
    _check_things(state, command)
    at = _happened(command.happened_at, now)
    post, present = _post_of(state, actor)
    return LogEntered(
        entry=_next_id(state),
        kind=command.kind,
        text=command.text,
        happened_at=at,
        late=now - at > LATE_AFTER,
        cameras=_once([*command.cameras, *command.pictures] or _linked(state, command)),
        pictures=_once(command.pictures),
        attachments=_once(command.attachments),
        post=post,
        present=present,
        alarm=command.alarm or None,
        ticket=command.ticket or None,
        about=command.about or "",
        taken_by=command.taken_by,
        reported=command.reported,
    )


def _receive(state: State, command: ReceiveVisitor, actor: str, now: datetime) -> LogEntered:
    _check_files(state, command.attachments)
    if len(state.dutylog.visitors) >= MOST_VISITORS:
        raise WrongState(
            f"{MOST_VISITORS} visitors are inside by the log.", hint="Write down first which of them are gone."
        )
    at = _happened(command.happened_at, now)
    post, present = _post_of(state, actor)
    return LogEntered(
        entry=_next_id(state),
        kind="visitor",
        text=command.note,
        happened_at=at,
        late=now - at > LATE_AFTER,
        attachments=_once(command.attachments),
        post=post,
        present=present,
        visitor=command.visitor,
        unit=command.unit,
        purpose=command.purpose,
    )


def _see_off(state: State, command: SeeOffVisitor, actor: str, now: datetime) -> LogEntered:
    arrival = state.dutylog.visitors.get(command.entry)
    if arrival is None:
        raise NotFound(
            f"{command.entry} is not the arrival of a visitor who is inside.",
            hint="`hub log visitor` without a name shows who is.",
        )
    at = _happened(command.happened_at, now)
    if at < arrival.happened_at:
        raise WrongState(
            f"{arrival.visitor} came after that time.", hint="Give the time at which the visitor went, or none for now."
        )
    post, present = _post_of(state, actor)
    return LogEntered(
        entry=_next_id(state),
        kind="visitor",
        text=command.note,
        happened_at=at,
        late=now - at > LATE_AFTER,
        post=post,
        present=present,
        about=arrival.id,
        visitor=arrival.visitor,
        unit=arrival.unit,
        purpose=arrival.purpose,
        leaving=True,
    )


def _correct(state: State, command: CorrectEntry, actor: str, now: datetime) -> LogEntered:
    wrong = state.dutylog.entry(command.entry)
    if wrong is None:
        _check_entry(state, command.entry)
        raise WrongState(
            f"{command.entry} is too old to be corrected.", hint="Write a note that names it, with what is right."
        )
    if wrong.corrected_by:
        raise WrongState(
            f"{wrong.id} was corrected already, by {wrong.corrected_by}.", hint=f"Correct {wrong.corrected_by}."
        )
    if command.cameras is not None:
        _check_cameras(state, command.cameras)
    at = wrong.happened_at if command.happened_at is None else _happened(command.happened_at, now)
    post, present = _post_of(state, actor)
    return LogEntered(
        entry=_next_id(state),
        kind=wrong.kind,
        text=command.text,
        happened_at=at,
        late=wrong.late if command.happened_at is None else now - at > LATE_AFTER,
        cameras=_once(wrong.cameras if command.cameras is None else command.cameras),
        attachments=wrong.attachments,
        post=post,
        present=present,
        alarm=wrong.alarm,
        ticket=wrong.ticket,
        about=wrong.about,
        corrects=wrong.id,
        reason=command.reason,
        taken_by=wrong.taken_by,
        reported=wrong.reported,
        visitor=wrong.visitor,
        unit=wrong.unit,
        purpose=wrong.purpose,
        leaving=wrong.leaving,
    )


def _happened(at: datetime | None, now: datetime) -> datetime:
    if at is None or now < at <= now + AHEAD:
        return now
    if at > now:
        raise WrongState("That time has not come yet.", hint="Write down what has happened.")
    if now - at > LONGEST_LATE:
        raise WrongState(
            f"That is more than {LONGEST_LATE.days} days ago.", hint="Look at the date, or name the day in the text."
        )
    return at


def _post_of(state: State, actor: str) -> tuple[str, list[str]]:
    """The post at which a person is signed on, and who else is there."""
    account = actor.removeprefix("person:")
    found = next(((post, people) for post, people in state.posts.present.items() if account in people), None)
    return (found[0], list(found[1])) if found is not None else ("", [])


def _check_cameras(state: State, names: Iterable[str]) -> None:
    for name in names:
        if state.site.camera(name) is None:
            raise NotFound(f"No camera {name} in hub.toml.", hint="See `hub cameras` for those there are.")


def _check_files(state: State, names: Iterable[str]) -> None:
    for name in names:
        if name not in state.attachments:
            raise Refused("No such file was handed over.", hint="Hand it over first, then name its id.")


def _check_things(state: State, command: WriteEntry) -> None:
    """What is over is no longer in the state, but its number says that it was there."""
    if command.alarm and not _was_there(command.alarm, "A-", state.alarm_count):
        raise NotFound(f"There is no alarm {command.alarm}.", hint="An alarm's number looks like A-7.")
    if command.ticket and not _was_there(command.ticket, "T-", state.ticket_count):
        raise NotFound(f"There is no ticket {command.ticket}.", hint="A ticket's number looks like T-7.")
    if command.about is not None:
        _check_entry(state, command.about)


def _check_entry(state: State, name: str) -> None:
    if not _was_there(name, "L-", state.dutylog.count):
        raise NotFound(f"There is no duty log entry {name}.", hint="See `hub log list` for those there are.")


def _was_there(name: str, prefix: str, count: int) -> bool:
    number = name.removeprefix(prefix)
    return name.startswith(prefix) and number.isascii() and number.isdigit() and 1 <= int(number) <= count


def _linked(state: State, command: WriteEntry) -> list[str]:
    """The cameras of what the entry belongs to, as far as it stands: it is about them, too."""
    things = (state.alarms.get(command.alarm or ""), state.tickets.get(command.ticket or ""))
    cameras = [thing.camera for thing in things if thing is not None and thing.camera is not None]
    return [*cameras, *_cameras_of(state, command.about or "")]


def _cameras_of(state: State, entry_id: str) -> list[str]:
    entry: Entry | None = state.dutylog.entry(entry_id)
    return entry.cameras if entry is not None else []


def _next_id(state: State) -> str:
    return f"L-{state.dutylog.count + 1}"


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


SUBJECT = Subject(commands=get_args(LogCommand), decide=decide, cameras=cameras)
