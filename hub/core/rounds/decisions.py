"""What follows from commands and orders about rounds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from hub.core.event import Event
from hub.core.rounds import cleaning
from hub.core.rounds.answering import Found, faults, refuse_wrong, telling
from hub.core.rounds.answers import Answer, Reading
from hub.core.rounds.commands import (
    AnswerRound,
    CancelRound,
    CompleteRound,
    CountersignRound,
    FillReadings,
    MakeRoundDue,
    ReturnRound,
    RoundCommand,
    RoundOrder,
    ScoreCleaning,
    SignRound,
    StartRound,
)
from hub.core.rounds.events import (
    RoundAnswered,
    RoundCancelled,
    RoundCaughtUp,
    RoundDone,
    RoundDue,
    RoundHandedIn,
    RoundJoined,
    RoundMeasured,
    RoundMissed,
    RoundReturned,
    RoundStarted,
)
from hub.core.rounds.fold import sheet_of
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.measured import news, readings_of
from hub.core.rounds.model import Round, Sheet, counted, open_items
from hub.core.rounds.targets import targets_of
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, WrongState

_NAMED = 5
"""So many open items are named where a signature is refused; the sheet shows the rest."""


def decide(state: State, command: RoundCommand | RoundOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case StartRound():
            return _start(state, _round(state, command.round), actor, now)
        case AnswerRound():
            return _answer(state, command, actor)
        case SignRound():
            return _sign(state, command, actor, now)
        case CountersignRound():
            return _countersign(state, command, actor)
        case ReturnRound():
            round_ = _handed_in(state, command.round)
            missed = (
                [RoundMissed(round=round_.id, camera=round_.camera, title=round_.title)]
                if _passed(round_, now) and not round_.missed
                else []
            )
            return [RoundReturned(round=round_.id, camera=round_.camera, reason=command.reason), *missed]
        case CompleteRound():
            return _complete(state, command, actor, now)
        case CancelRound():
            round_ = _round(state, command.round)
            cancelled = RoundCancelled(round=round_.id, camera=round_.camera, reason=command.reason)
            return [cancelled, *_caught_up(state, round_, "cancelled")]
        case MakeRoundDue():
            return _make_due(state, command, now)
        case FillReadings():
            return _fill(state, command)
        case ScoreCleaning():
            return cleaning.score(state, command)


def due(state: State, now: datetime) -> list[Event]:
    """Rounds that are not made in time, and cleaning jobs that did not help."""
    missed = [
        RoundMissed(round=round_.id, camera=round_.camera, title=round_.title)
        for round_ in state.rounds.values()
        if _can_be_missed(round_, now)
    ]
    return [*missed, *cleaning.due(state, now)]


def next_due(state: State) -> Iterable[datetime]:
    for round_ in state.rounds.values():
        if round_.due_at is not None and not round_.missed and round_.handed_in_at is None:
            yield round_.due_at
    yield from cleaning.next_due(state)


def cameras(state: State, command: RoundCommand | RoundOrder) -> Sequence[str | None]:
    """The camera that a round is about, and the cameras that are answered for."""
    if isinstance(command, MakeRoundDue | FillReadings | ScoreCleaning):
        return ()
    round_ = state.rounds.get(command.round)
    about = [round_.camera] if round_ is not None and round_.camera is not None else []
    if not isinstance(command, AnswerRound):
        return about
    sheet = state.round_sheets.get(command.round)
    ids = {target.asset for target in sheet.targets if target.of == "camera"} if sheet is not None else set()
    return list(dict.fromkeys([*about, *(each.asset for each in command.answers if each.asset in ids)]))


def _round(state: State, round_id: str) -> Round:
    round_ = state.rounds.get(round_id)
    if round_ is None:
        raise NotFound(f"No round {round_id} is due.")
    return round_


def _handed_in(state: State, round_id: str) -> Round:
    round_ = _round(state, round_id)
    if round_.state != "handed_in":
        raise WrongState(
            f"The round {round_.id} is {round_.state}.", hint="Its makers hand it in first, by signing it."
        )
    return round_


def _being_made(state: State, round_id: str) -> tuple[Round, Sheet]:
    round_ = _round(state, round_id)
    if round_.state == "handed_in":
        raise WrongState(f"{round_.id} is handed in.", hint="A leader signs it, or gives it back with a reason.")
    if round_.started_at is None:
        raise WrongState(f"{round_.id} was not started.", hint="Start it first: `hub rounds start`.")
    return round_, sheet_of(state, round_)


def _start(state: State, round_: Round, actor: str, now: datetime) -> list[Event]:
    if round_.state == "handed_in":
        raise WrongState(f"{round_.id} is handed in.", hint="A leader signs it, or gives it back with a reason.")
    if round_.started_at is not None:
        return [] if actor in round_.makers else [RoundJoined(round=round_.id, camera=round_.camera)]
    sheet = sheet_of(state, round_)
    targets = targets_of(state, sheet.kind, round_.camera)
    started = RoundStarted(round=round_.id, camera=round_.camera, targets=targets)
    readings = readings_of(state, Sheet(kind=sheet.kind, targets=tuple(targets)), now)
    return [started, RoundMeasured(round=round_.id, camera=round_.camera, readings=readings)] if readings else [started]


def _answer(state: State, command: AnswerRound, actor: str) -> list[Event]:
    round_, sheet = _being_made(state, command.round)
    new: list[Answer] = []
    for answer in {each.key: each for each in command.answers}.values():
        refuse_wrong(state, round_, sheet, answer)
        known = sheet.answers.get(answer.key)
        if known is None or known.answer != answer:
            new.append(answer)
    if not new:
        return []
    joined = [] if actor in round_.makers else [RoundJoined(round=round_.id, camera=round_.camera)]
    found: list[Found] = [(each.asset, each.item, each.value, each.photos) for each in new]
    return [
        *joined,
        RoundAnswered(round=round_.id, camera=round_.camera, answers=new),
        *faults(state, round_, sheet, found),
    ]


def _fill(state: State, order: FillReadings) -> list[Event]:
    round_ = state.rounds.get(order.round)
    if round_ is None or round_.state not in ("started", "late"):
        return []  # what its makers signed is not changed any more
    sheet = sheet_of(state, round_)
    readings = news(sheet, (each for each in order.readings if sheet.has(each.asset, each.item)))
    if not readings:
        return []
    return [
        RoundMeasured(round=round_.id, camera=round_.camera, readings=readings),
        *faults(state, round_, sheet, _read(readings)),
    ]


def _sign(state: State, command: SignRound, actor: str, now: datetime) -> list[Event]:
    round_, sheet = _being_made(state, command.round)
    if actor not in round_.makers:
        raise NotAllowed(f"{round_.id} was made by {_people(round_)}.", hint="Who made it signs it.")
    events: list[Event] = []
    readings = readings_of(state, sheet, now)
    if readings:
        measured = RoundMeasured(round=round_.id, camera=round_.camera, readings=readings)
        sheet = _with_readings(sheet, measured)
        events.append(measured)
    round_ = counted(round_, sheet)
    _refuse_open(round_, sheet)
    events += faults(state, round_, sheet, _read(sheet.readings.values()))
    if sheet.kind.signed_by == "leader":
        return [*events, RoundHandedIn(round=round_.id, camera=round_.camera, note=command.note)]
    return [*events, _done(round_, sheet, command.note, late=round_.missed), *_caught_up(state, round_, "made")]


def _countersign(state: State, command: CountersignRound, actor: str) -> list[Event]:
    round_ = _handed_in(state, command.round)
    if actor in round_.makers:
        raise NotAllowed(f"You made {round_.id} yourself.", hint="Another leader must sign it.")
    done = _done(round_, sheet_of(state, round_), command.note or round_.note, late=round_.missed)
    return [done, *_caught_up(state, round_, "made")]


def _complete(state: State, command: CompleteRound, actor: str, now: datetime) -> list[Event]:
    round_ = _round(state, command.round)
    sheet = sheet_of(state, round_)
    if round_.started_at is not None:
        _refuse_open(round_, sheet)
    elif sheet.kind.checklists:
        ahead = Sheet(kind=sheet.kind, targets=tuple(targets_of(state, sheet.kind, round_.camera)))
        _refuse_open(counted(round_, ahead), ahead)
    if sheet.kind.signed_by == "leader" and sheet.kind.checklists:
        raise WrongState(f"{round_.id} takes a leader's signature.", hint="Start it, and sign it when it is answered.")
    makers = list(dict.fromkeys([*round_.makers, actor]))
    return [
        RoundDone(
            round=round_.id,
            camera=round_.camera,
            note=command.note,
            late=round_.missed or _passed(round_, now),
            makers=makers,
        ),
        *_caught_up(state, round_, "made"),
    ]


def _caught_up(state: State, round_: Round, how: Literal["made", "cancelled"]) -> list[Event]:
    """The end of what was missed. Of two rounds about one camera the last one ends it: they are one matter."""
    others = (each for each in state.rounds.values() if each.id != round_.id and each.missed)
    if not round_.missed or (round_.camera is not None and any(each.camera == round_.camera for each in others)):
        return []
    return [RoundCaughtUp(round=round_.id, camera=round_.camera, how=how)]


def _done(round_: Round, sheet: Sheet, note: str, *, late: bool) -> RoundDone:
    return RoundDone(
        round=round_.id,
        camera=round_.camera,
        note=note,
        late=late,
        makers=round_.makers,
        answered=round_.answered,
        not_possible=sum(bool(given.answer.not_possible) for given in sheet.answers.values()),
        bad=round_.bad,
    )


def _read(readings: Iterable[Reading]) -> list[Found]:
    return [(each.asset, each.item, each.value, ()) for each in readings]


def _with_readings(sheet: Sheet, measured: RoundMeasured) -> Sheet:
    return Sheet(
        kind=sheet.kind,
        targets=sheet.targets,
        answers=sheet.answers,
        readings={**sheet.readings, **{each.key: each for each in measured.readings}},
        tickets=sheet.tickets,
    )


def _refuse_open(round_: Round, sheet: Sheet) -> None:
    """Nothing is signed while something that must be answered is open."""
    if not round_.open_must:
        return
    missing = [telling(target, item) for target, item in open_items(sheet)]
    named = ", ".join(missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    raise WrongState(
        f"{round_.id} has items without an answer: {named}{more}.",
        hint="Answer them; what cannot be answered is answered `not possible`, with a reason.",
    )


def _people(round_: Round) -> str:
    return ", ".join(maker.removeprefix("person:") for maker in round_.makers)


def _passed(round_: Round, now: datetime) -> bool:
    return round_.due_at is not None and round_.due_at <= now


def _can_be_missed(round_: Round, now: datetime) -> bool:
    return not round_.missed and round_.handed_in_at is None and _passed(round_, now)


def _make_due(state: State, order: MakeRoundDue, now: datetime) -> list[Event]:
    """What the rule leaves unsaid is as `rules/rounds.toml` has it for this kind of round. A camera has one open round
    of a kind, whatever its findings do."""
    if order.camera is not None and any(
        round_.kind == order.kind and round_.camera == order.camera for round_ in state.rounds.values()
    ):
        return []
    kind = state.round_kinds.get(order.kind) or RoundKind(id=order.kind, name=order.title)
    due_in_s = order.due_in_s if order.due_in_s is not None else kind.due_in_s
    camera = state.cameras.get(order.camera or "")
    finding = camera.findings.get(order.finding) if camera is not None else None
    return [
        RoundDue(
            round=f"R-{state.round_count + 1}",
            kind=order.kind,
            title=order.title,
            team=order.team or kind.team,
            due_at=now + timedelta(seconds=due_in_s) if due_in_s is not None else None,
            rule=order.rule,
            clause=order.clause or kind.clause,
            camera=order.camera,
            finding=finding.kind if finding is not None else "",
            forecast_at=finding.forecast_at if finding is not None else None,
            before=finding.measures if finding is not None else {},
        )
    ]


SUBJECT = Subject(
    commands=get_args(RoundCommand | RoundOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
