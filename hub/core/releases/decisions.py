"""What follows from commands about releases. Time alone changes nothing: how long one waits is for rules to tell."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.event import Event
from hub.core.people.four_eyes import different
from hub.core.releases.commands import (
    AmendRelease,
    ApproveRelease,
    CheckRelease,
    CloseRelease,
    HandOverRelease,
    PrepareRelease,
    RefuseRelease,
    ReleaseCommand,
    ReleaseForm,
    RequestRelease,
    ReturnRelease,
    WithdrawRelease,
)
from hub.core.releases.events import (
    RecordingHeld,
    RecordingHoldEnded,
    ReleaseApproved,
    ReleaseChecked,
    ReleaseClosed,
    ReleaseHandedOver,
    ReleasePackageVoid,
    ReleasePreparing,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseReturned,
    ReleaseWithdrawn,
)
from hub.core.releases.model import REFUSABLE, Hold, Release
from hub.core.site import Site
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, Refused, WrongState

LONGEST = timedelta(days=31)
"""The longest period that one release may cover."""
MOST_OPEN = 200
LEAST_OFFICERS = 2
AHEAD = timedelta(minutes=1)
"""How far the clock of a client may be before the hub's."""
_AGE_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
"""As age writes the public half of a key (bech32)."""


def decide(state: State, command: ReleaseCommand, actor: str, now: datetime) -> Sequence[Event]:
    if isinstance(command, RequestRelease):
        if len(state.releases.releases) >= MOST_OPEN:
            raise WrongState(f"{MOST_OPEN} releases are open.", hint="Have those closed or refused that nobody needs.")
        requested = _requested(state, command.form, f"F-{state.releases.count + 1}", now)
        return [requested, *_held(state, requested)]
    release = _find(state, command.release)
    match command:
        case AmendRelease(form=form):
            _own(release, actor, "Only whoever asked for it may mend the request.")
            _in_state(release, "requested", "returned")
            requested = _requested(state, form, release.id, now, again=True)
            return [requested, *_held(state, requested)]
        case CheckRelease(note=note):
            _in_state(release, "requested")
            return [ReleaseChecked(release=release.id, note=note)]
        case ReturnRelease(missing=missing):
            _in_state(release, "requested", "checked")
            return [ReleaseReturned(release=release.id, missing=missing)]
        case ApproveRelease(note=note):
            _in_state(release, "checked")
            _four_eyes(release, actor)
            return [ReleaseApproved(release=release.id, note=note)]
        case RefuseRelease(reason=reason):
            _in_state(release, *REFUSABLE)
            _four_eyes(release, actor)
            return [*_void(release), ReleaseRefused(release=release.id, reason=reason), *_let_go(state, release)]
        case WithdrawRelease(reason=reason):
            _own(release, actor, "Only whoever asked for it may withdraw the request.")
            _in_state(release, *REFUSABLE)
            return [*_void(release), ReleaseWithdrawn(release=release.id, reason=reason), *_let_go(state, release)]
        case PrepareRelease():
            _in_state(release, "approved", "prepared")
            return [*_void(release), _preparing(release, command)]
        case HandOverRelease():
            return [_handed_over(state, release, command)]
        case CloseRelease(note=note):
            _in_state(release, "handed_over")
            return [ReleaseClosed(release=release.id, note=note), *_let_go(state, release)]


def cameras(state: State, command: ReleaseCommand) -> Sequence[str | None]:
    """Those that hub.toml still has; of a camera that it has no more, the domain decides."""
    known = {camera.id for camera in state.site.cameras}
    named = list(command.form.cameras) if isinstance(command, RequestRelease | AmendRelease) else []
    if not isinstance(command, RequestRelease):
        release = state.releases.find(command.release)
        named += release.cameras if release is not None else ()
    return [camera for camera in named if camera in known]


def domains(state: State, command: ReleaseCommand) -> Sequence[str]:
    if isinstance(command, RequestRelease):
        return ()
    release = state.releases.find(command.release)
    return [release.domain] if release is not None else ()


# --- the request -----------------------------------------------------------------------------------------------------


def _requested(state: State, form: ReleaseForm, number: str, now: datetime, *, again: bool = False) -> ReleaseRequested:
    domain = _domain(state.site, form.cameras)
    _check_period(form, now)
    if form.kind == "external":
        _check_external(state, form)
    else:
        _check_internal(state.site, form)
    return ReleaseRequested(
        release=number,
        kind=form.kind,
        agency=form.agency,
        officers=list(form.officers),
        letter=form.letter,
        letter_number=form.letter_number,
        purpose=form.purpose,
        reason=form.reason,
        content=form.content,
        cameras=list(dict.fromkeys(form.cameras)),
        from_at=form.from_at,
        to_at=form.to_at,
        domain=domain,
        again=again,
    )


def _check_period(form: ReleaseForm, now: datetime) -> None:
    if form.to_at <= form.from_at:
        raise WrongState("The period would end before it begins.", hint="Choose a later end.")
    if form.to_at - form.from_at > LONGEST:
        raise WrongState(
            f"A release covers {LONGEST.days} days at most.", hint="Ask for what is needed, or several times."
        )
    if form.to_at > now + AHEAD:
        raise WrongState("What is not recorded yet cannot be released.", hint="Let the period end by now.")


def _check_external(state: State, form: ReleaseForm) -> None:
    cards = {officer.identification.strip() for officer in form.officers}
    names = {officer.name.strip() for officer in form.officers}
    if min(len(cards), len(names)) < LEAST_OFFICERS or "" in cards | names:
        raise Refused(
            f"{LEAST_OFFICERS} officers at least come together, each with a card of their own.",
            hint="Write down the name of each and the number of the card.",
        )
    if not form.letter or not form.letter_number.strip():
        raise Refused(
            "Recordings leave the site on an official letter only.", hint="Hand the letter over, with its number."
        )
    _check_file(state, form.letter)


def _check_internal(site: Site, form: ReleaseForm) -> None:
    purposes = site.releases.internal_purposes
    if form.purpose not in purposes:
        raise Refused(
            "hub.toml does not allow this purpose.",
            hint=f"Choose among {', '.join(purposes)}."
            if purposes
            else "No internal purpose is allowed; see [releases] in hub.toml.",
        )


def _check_file(state: State, name: str) -> None:
    if name not in state.attachments:
        raise Refused(f"No file {name[:12]}… was handed over.", hint="Hand it over first, then name its id.")


def _domain(site: Site, names: Sequence[str]) -> str:
    found = set()
    for name in names:
        camera = site.camera(name)
        if camera is None:
            raise NotFound(f"No camera {name} in hub.toml.", hint="See `hub cameras` for those there are.")
        found.add(camera.domain)
    if len(found) > 1:
        raise WrongState(
            "These cameras belong to two domains, whose offices hand out each their own recordings.",
            hint="Ask for a release in each of them.",
        )
    return found.pop()


# --- what the originals are held for ---------------------------------------------------------------------------------


def _held(state: State, event: ReleaseRequested) -> list[Event]:
    """What is to be held from now on, and what a mended request no longer needs."""
    wanted = {Hold(camera, event.from_at, event.to_at, event.release) for camera in event.cameras}
    present = _holds(state, event.release)
    # What is needed is held before anything else is let go.
    return [RecordingHeld(**hold._asdict()) for hold in sorted(wanted - present)] + _ended(present - wanted)


def _let_go(state: State, release: Release) -> list[Event]:
    return _ended(_holds(state, release.id))


def _ended(holds: set[Hold]) -> list[Event]:
    return [RecordingHoldEnded(**hold._asdict()) for hold in sorted(holds)]


def _holds(state: State, release_id: str) -> set[Hold]:
    return {hold for hold in state.releases.holds if hold.release == release_id}


# --- the package and its way out -------------------------------------------------------------------------------------


def _void(release: Release) -> list[Event]:
    return [ReleasePackageVoid(release=release.id)] if release.package is not None else []


def _preparing(release: Release, command: PrepareRelease) -> ReleasePreparing:
    if command.blur and not command.copy:
        raise Refused("Regions are blurred in the copy, and there is to be none.", hint="Have a copy made as well.")
    for region in command.blur:
        if region.camera not in release.cameras:
            raise NotFound(f"{region.camera} is not among the cameras of {release.id}.")
        if region.left >= region.right or region.top >= region.bottom:
            raise Refused(
                "A region to blur has no extent.",
                hint="Its left edge lies left of the right one, its top above its bottom.",
            )
        if region.from_at is not None and region.to_at is not None and region.from_at >= region.to_at:
            raise Refused("A region to blur would end before it begins.", hint="Choose a later end.")
    recipient = command.recipient.strip()
    if recipient and _AGE_RECIPIENT.fullmatch(recipient) is None:
        raise Refused(
            "This is no age recipient.", hint="It is the public key that `age-keygen` prints: age1 and 58 characters."
        )
    return ReleasePreparing(
        release=release.id,
        copy=command.copy,
        blur=list(command.blur),
        recipient=recipient,
        without_recorders=command.without_recorders,
    )


def _handed_over(state: State, release: Release, command: HandOverRelease) -> ReleaseHandedOver:
    _in_state(release, "prepared")
    if not release.fetched_by:
        raise WrongState(
            f"Nobody has fetched the package of {release.id} yet.", hint="Fetch it first: `hub releases fetch`."
        )
    receiver = command.receiver.strip()
    if release.kind == "external" and receiver not in (officer.name.strip() for officer in release.officers):
        raise NotAllowed(
            f"{receiver} is none of the officers of {release.id}; nobody else receives recordings.",
            hint="Another officer needs a request of their own.",
        )
    _check_file(state, command.receipt)
    if command.receipt == release.letter:
        raise Refused("The receipt is the very file of the letter.", hint="Hand over the signed receipt.")
    return ReleaseHandedOver(release=release.id, receiver=receiver, receipt=command.receipt, note=command.note)


# --- who, and when ---------------------------------------------------------------------------------------------------


def _find(state: State, release_id: str) -> Release:
    release = state.releases.find(release_id)
    if release is None:
        raise NotFound(f"There is no release {release_id}.", hint="See `hub releases list`.")
    return release


def _in_state(release: Release, *states: str) -> None:
    if release.state not in states:
        raise WrongState(
            f"The release {release.id} is {release.state}.",
            hint=f"This is for a release that is {' or '.join(states)}.",
        )


def _own(release: Release, actor: str, message: str) -> None:
    if release.requester != actor:
        raise NotAllowed(message, hint="A leader may refuse it.")


def _four_eyes(release: Release, actor: str) -> None:
    different(release.requester, actor)
    if release.checked_by == actor:
        raise NotAllowed(
            f"You checked {release.id} yourself: somebody else decides on it.",
            hint="Ask another leader of the domain.",
        )


SUBJECT = Subject(commands=get_args(ReleaseCommand), decide=decide, cameras=cameras, domains=domains)
