"""What follows from commands about permits, and from the passing of time: beginning, end, and what they suppress."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.alarms.events import AlarmSuppressed, AlarmUnsuppressed
from hub.core.alarms.model import Alarm
from hub.core.event import Event
from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    PermitCommand,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.permits.events import (
    PermitApplied,
    PermitApproved,
    PermitBegan,
    PermitEnded,
    PermitEndedWhileObstructed,
    PermitEndsSoon,
    PermitLapsed,
    PermitObstructionRemoved,
    PermitRefused,
    PermitRevoked,
    PermitWithdrawn,
)
from hub.core.permits.kinds import KINDS, PermitKind
from hub.core.permits.model import Left, Permit, key_of
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, Refused, WrongState

LONGEST = timedelta(days=14)
FURTHEST = timedelta(days=60)
"""How long beforehand a permit may be applied for."""
AHEAD = timedelta(minutes=1)
"""How far the clock of a client may be behind."""
REMIND_BEFORE = timedelta(minutes=15)
"""So long before its end whoever still covers a camera is reminded."""
LONG = timedelta(hours=24)
REMIND_LONG_BEFORE = timedelta(hours=2)
"""The end of a permit of `LONG` or more is told so long before, whatever the cameras show."""
MOST_OPEN = 500


def decide(state: State, command: PermitCommand, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case ApplyPermit():
            return [_apply(state, command, now)]
        case ExtendPermit():
            return [_extend(state, command, now)]
        case ApprovePermit():
            return [_approve(state, command, actor, now)]
        case RefusePermit():
            permit = _in_state(state, command.permit, "applied")
            if permit.applicant == actor:
                raise NotAllowed(f"{permit.id} is your own application.", hint="Withdraw it instead.")
            return [PermitRefused(permit=permit.id, reason=command.reason)]
        case WithdrawPermit():
            permit = _in_state(state, command.permit, "applied", "approved")
            if permit.applicant != actor:
                raise NotAllowed(f"{permit.id} was applied for by somebody else.", hint="A leader may refuse it.")
            return [PermitWithdrawn(permit=permit.id, reason=command.reason)]
        case EndPermit():
            permit = _in_state(state, command.permit, "active", "approved")
            return [PermitEnded(permit=permit.id, how="done", note=command.note), *_lifted(state, permit, now)]
        case RevokePermit():
            permit = _in_state(state, command.permit, "active", "approved")
            return [PermitRevoked(permit=permit.id, reason=command.reason), *_lifted(state, permit, now)]


def due(state: State, now: datetime) -> list[Event]:
    """What begins, ends, lapses and ends soon; what permits suppress and no longer do; what was cleared at last."""
    permits = state.permits
    if not permits.permits and not permits.left:
        return []
    found: list[Event] = []
    for permit in permits.permits.values():
        found += _due(state, permit, now)
    found += _suppression(state, now)
    for left in permits.left.values():
        if not _still_so(state, left) or permits.covering(left.camera, left.kind, now) is not None:
            found.append(
                PermitObstructionRemoved(
                    camera=left.camera,
                    permit=left.permit,
                    kind=left.kind,
                    after_s=max(0.0, (now - left.since_at).total_seconds()),
                )
            )
    return found


def next_due(state: State) -> Iterable[datetime]:
    for permit in state.permits.permits.values():
        yield permit.from_at if permit.state == "approved" else permit.to_at
        if permit.state == "active":
            last = permit.to_at - REMIND_BEFORE
            if (permit.told_at is None or permit.told_at < last) and covered(state, permit):
                yield last
            if permit.told_at is None and _long(permit):
                yield permit.to_at - REMIND_LONG_BEFORE


def cameras(state: State, command: PermitCommand) -> Sequence[str | None]:
    if isinstance(command, ApplyPermit):
        return command.cameras
    permit = state.permits.find(command.permit)
    return permit.cameras if permit is not None else ()


def covering(state: State, camera: str, kind: str, at: datetime) -> Permit | None:
    """The permit in force that allows this kind of alarm (or finding) on this camera at an instant, if any."""
    return state.permits.covering(camera, kind, at)


def in_force_between(state: State, camera: str) -> Iterator[tuple[Permit, datetime, datetime]]:
    """The permits for a camera that were in force, with the period in which each was; as far back as the state goes."""
    for permit in (*state.permits.past, *state.permits.permits.values()):
        if permit.began_at is not None and camera in permit.cameras:
            end = min(permit.over_at or permit.to_at, permit.to_at)
            if end > permit.began_at:
                yield permit, permit.began_at, end


def covered(state: State, permit: Permit) -> list[str]:
    """The cameras of a permit on which what it allows is so now."""
    alarmed = {alarm.camera for alarm in state.alarms.values() if alarm.active}
    # Asked all the time, of cameras that are good as a rule: those with nothing the matter are passed over at once.
    suspects = [camera for camera in permit.cameras if camera in alarmed or _has_findings(state, camera)]
    return [camera for camera in suspects if any(_holds(state, camera, kind) for kind in permit.kinds)]


# --- commands -----------------------------------------------------------------------------------------------------


def _apply(state: State, command: ApplyPermit, now: datetime) -> PermitApplied:
    from_at = command.from_at if command.from_at is not None else now
    if from_at < now - AHEAD:
        raise WrongState("A permit is not given for the past.", hint="Let it begin now, or leave the beginning out.")
    return _application(state, command, max(from_at, now), now, _domain(state, command.cameras))


def _application(
    state: State, command: ApplyPermit, from_at: datetime, now: datetime, domain: str, *, extends: str = ""
) -> PermitApplied:
    if command.to_at <= from_at:
        raise WrongState("The permit would end before it begins.", hint="Choose a later end.")
    if command.to_at - from_at > LONGEST:
        raise WrongState(f"A permit lasts {LONGEST.days} days at most.", hint="Apply for more time when that is over.")
    if from_at - now > FURTHEST:
        raise WrongState(f"A permit is applied for {FURTHEST.days} days ahead at most.", hint="Apply for it later.")
    if len(state.permits.permits) >= MOST_OPEN:
        raise WrongState(f"{MOST_OPEN} permits are open.", hint="Have those decided on or ended that nobody needs.")
    for name in command.attachments:
        if name not in state.attachments:
            raise Refused(f"No file {name[:12]}… was handed over.", hint="Hand it over first, then name its id.")
    return PermitApplied(
        permit=f"P-{state.permits.count + 1}",
        cameras=list(dict.fromkeys(command.cameras)),
        kinds=list(dict.fromkeys(command.kinds)),
        from_at=from_at,
        to_at=command.to_at,
        reason=command.reason,
        work=command.work,
        firm=command.firm,
        attachments=list(dict.fromkeys(command.attachments)),
        extends=extends,
        domain=domain,
    )


def _extend(state: State, command: ExtendPermit, now: datetime) -> PermitApplied:
    permit = _in_state(state, command.permit, "active", "approved")
    if permit.to_at <= now or command.to_at <= permit.to_at:
        raise WrongState(f"{permit.id} would not last longer by that.", hint="Choose an end after its present one.")
    waiting = next((p for p in state.permits.permits.values() if p.extends == permit.id), None)
    if waiting is not None:
        raise WrongState(f"{waiting.id} asks for more time for {permit.id} already.", hint="Have that one decided on.")
    again = ApplyPermit(
        cameras=list(permit.cameras),
        kinds=list(permit.kinds),
        to_at=command.to_at,
        reason=command.reason,
        work=permit.work,
        firm=permit.firm,
        attachments=list(permit.attachments),
    )
    return _application(state, again, permit.to_at, now, permit.domain, extends=permit.id)


def _approve(state: State, command: ApprovePermit, actor: str, now: datetime) -> PermitApproved:
    permit = _in_state(state, command.permit, "applied")
    if permit.applicant == actor:
        raise NotAllowed(f"{permit.id} is your own application.", hint="Somebody else must approve it.")
    if permit.to_at <= now:
        raise WrongState(f"The time of {permit.id} is over.", hint="It has to be applied for anew.")
    standing = [alarm.id for alarm in _alarms_of(state, permit)]
    return PermitApproved(permit=permit.id, note=command.note, standing=standing)


def _in_state(state: State, permit_id: str, *states: str) -> Permit:
    permit = state.permits.find(permit_id)
    if permit is None:
        raise NotFound(f"There is no permit {permit_id}.", hint="See `hub permits list`.")
    if permit.state not in states:
        raise WrongState(
            f"The permit {permit.id} is {permit.state}.", hint=f"This is for a permit that is {' or '.join(states)}."
        )
    return permit


def _domain(state: State, names: Sequence[str]) -> str:
    domains = set()
    for name in names:
        camera = state.site.camera(name)
        if camera is None:
            raise NotFound(f"No camera {name} in hub.toml.", hint="See `hub cameras` for those there are.")
        domains.add(camera.domain)
    if len(domains) > 1:
        raise WrongState(
            "These cameras belong to two domains, whose leaders decide each on their own.",
            hint="Apply for a permit in each of them.",
        )
    return domains.pop()


# --- what time brings -----------------------------------------------------------------------------------------------


def _due(state: State, permit: Permit, now: datetime) -> list[Event]:
    if permit.to_at <= now:
        if permit.state == "applied":
            return [PermitLapsed(permit=permit.id)]
        return [PermitEnded(permit=permit.id, how="time"), *_still(state, permit, now)]
    if permit.state == "approved" and permit.from_at <= now:
        cameras, kinds = list(permit.cameras), list(permit.kinds)
        return [PermitBegan(permit=permit.id, cameras=cameras, kinds=kinds, to_at=permit.to_at)]
    if permit.state == "active" and _to_be_told(permit, now):
        so = covered(state, permit)
        if so or (permit.told_at is None and _long(permit)):
            return [_ends_soon(permit, so)]
    return []


def _to_be_told(permit: Permit, now: datetime) -> bool:
    last = permit.to_at - REMIND_BEFORE
    if permit.told_at is not None and permit.told_at >= last:
        return False
    early = _long(permit) and permit.told_at is None and now >= permit.to_at - REMIND_LONG_BEFORE
    return early or now >= last


def _long(permit: Permit) -> bool:
    return permit.to_at - permit.from_at >= LONG


def _ends_soon(permit: Permit, covered: list[str]) -> PermitEndsSoon:
    return PermitEndsSoon(
        permit=permit.id,
        cameras=list(permit.cameras),
        covered=covered,
        to_at=permit.to_at,
        applicant=permit.applicant.removeprefix("person:"),
    )


def _suppression(state: State, now: datetime) -> Iterator[Event]:
    """What permits suppress from now on and what no longer: always exactly what those in force cover."""
    in_force = [permit for permit in state.permits.permits.values() if permit.in_force(now)]
    names = {permit.actor for permit in in_force}
    alarmed = {alarm.camera for alarm in state.alarms.values() if alarm.active}
    of_camera: dict[str, list[Permit]] = {}
    for permit in in_force:
        for camera in permit.cameras:
            if camera in alarmed:
                of_camera.setdefault(camera, []).append(permit)
    for alarm in state.alarms.values():
        for permit in of_camera.get(alarm.camera or "", ()) if alarm.active else ():
            if permit.actor not in alarm.suppressors and permit.covers(alarm.camera or "", alarm.kind, now):
                yield AlarmSuppressed(alarm=alarm.id, by=permit.actor)
        for by in alarm.suppressors:
            if by.startswith("permit:") and by not in names:
                yield AlarmUnsuppressed(alarm=alarm.id, by=by)


def _lifted(state: State, permit: Permit, now: datetime) -> list[Event]:
    """What a permit suppresses comes back, and what it allowed and still is so is put on record."""
    back = [
        AlarmUnsuppressed(alarm=alarm.id, by=permit.actor)
        for alarm in state.alarms.values()
        if permit.actor in alarm.suppressors
    ]
    return [*back, *_still(state, permit, now)]


def _still(state: State, permit: Permit, now: datetime) -> list[Event]:
    """What a permit that was in force allowed and still is so, though nothing allows it any more."""
    if permit.state != "active":
        return []
    others = [each for each in state.permits.permits.values() if each.id != permit.id]
    found: list[Event] = []
    for camera in permit.cameras:
        for kind in permit.kinds:
            allowed = any(other.covers(camera, kind, now) for other in others)
            known = key_of(camera, kind) in state.permits.left
            if not allowed and not known and _holds(state, camera, kind):
                alarm = next((each.id for each in _alarms(state, camera, kind)), "")
                found.append(PermitEndedWhileObstructed(camera=camera, permit=permit.id, kind=kind, alarm=alarm))
    return found


def _holds(state: State, camera: str, kind: PermitKind) -> bool:
    """Whether the watch sees on the camera what a kind of alarm is about, or such an alarm stands."""
    return _seen(state, camera, kind) or any(_alarms(state, camera, kind))


def _still_so(state: State, left: Left) -> bool:
    """As `_holds`; but an alarm that a rule raised because of the permit's end does not keep that from being over."""
    alarm = state.alarms.get(left.alarm)
    return _seen(state, left.camera, left.kind) or (alarm is not None and alarm.active)


def _has_findings(state: State, camera: str) -> bool:
    known = state.cameras.get(camera)
    return known is not None and bool(known.findings)


def _seen(state: State, camera: str, kind: PermitKind) -> bool:
    known = state.cameras.get(camera)
    return known is not None and any(finding in known.findings for finding in KINDS[kind].findings)


def _alarms(state: State, camera: str, kind: PermitKind) -> Iterator[Alarm]:
    return (alarm for alarm in state.alarms.values() if alarm.active and alarm.camera == camera and alarm.kind == kind)


def _alarms_of(state: State, permit: Permit) -> Iterator[Alarm]:
    return (alarm for camera in permit.cameras for kind in permit.kinds for alarm in _alarms(state, camera, kind))


SUBJECT = Subject(commands=get_args(PermitCommand), decide=decide, due=due, next_due=next_due, cameras=cameras)
