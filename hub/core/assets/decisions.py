"""What follows from commands about the register of assets, and from the passing of time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import get_args

from hub.core.assets import proposals
from hub.core.assets.checks import BY_ID, checks_of, seen
from hub.core.assets.commands import (
    AddAssetFile,
    AnswerCheck,
    AssetCommand,
    BeginCommissioning,
    ChangeAsset,
    HandOverAsset,
    ImportAssets,
    ImportRow,
    RegisterAsset,
    RemoveAssetFile,
    RestoreAsset,
    RetireAsset,
    TakeOverAsset,
)
from hub.core.assets.completeness import completeness
from hub.core.assets.entering import enter
from hub.core.assets.events import (
    AssetCommissioned,
    AssetFileAdded,
    AssetFileRemoved,
    AssetHandedOver,
    AssetRegistered,
    AssetReinstated,
    AssetRetired,
    AssetsAppraised,
    CheckAnswered,
    CommissioningBegun,
    WarrantyEnding,
)
from hub.core.assets.fields import OF_SITE
from hub.core.assets.model import Asset, Commissioning
from hub.core.assets.register import asset_of, children, places_of, register
from hub.core.assets.signing import check_other_side, departments_of
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound, Refused, WrongState

APPRAISED_EVERY = timedelta(days=1)
MOST_FILES = 50
_NAMED_FAULTS = 5


def decide(state: State, command: AssetCommand, actor: str, now: datetime) -> list[Event]:
    match command:
        case RegisterAsset():
            if (known := asset_of(state, command.asset)) is not None:
                raise WrongState(f"{known.id} is in the register already.", hint="Change it instead.")
            return _entered(state, [ImportRow(command.asset, command.kind, command.values)], imported=False)
        case ChangeAsset():
            asset = _asset(state, command.asset)
            return _entered(state, [ImportRow(asset.id, asset.kind, command.values)], imported=False)
        case ImportAssets():
            return _entered(state, command.rows, imported=True)
        case AddAssetFile():
            return _add_file(state, command)
        case RemoveAssetFile():
            asset = _asset(state, command.asset)
            if all(file.attachment != command.attachment for file in asset.files):
                raise NotFound(f"{asset.id} has no file {command.attachment[:12]}….")
            return [AssetFileRemoved(asset=asset.id, attachment=command.attachment, reason=command.reason)]
        case RetireAsset():
            return _retire(state, command)
        case RestoreAsset():
            asset = _asset(state, command.asset)
            if asset.retired is None:
                return []
            return [AssetReinstated(asset=asset.id, reason=command.reason)]
        case BeginCommissioning():
            return _begin(state, command, now)
        case AnswerCheck():
            return _answer(state, command)
        case HandOverAsset():
            return _hand_over(state, command, actor, now)
        case TakeOverAsset():
            return _take_over(state, command, actor)
        case _:
            standing = _entry(state, asset_of(state, getattr(command, "asset", "")))
            return [*standing, *proposals.decide(state, command, actor, now)]


def due(state: State, now: datetime) -> list[Event]:
    """What was not done in time and, once a day, what a look through the register brings."""
    events: list[Event] = [*proposals.overdue(state, now)]
    at = appraisal_at(state)
    if at is not None and at <= now:
        events += _appraisal(state, now)
    return events


def next_due(state: State) -> Iterable[datetime]:
    for proposal in state.assets.proposals.values():
        if proposal.due_at is not None and not proposal.overdue:
            yield proposal.due_at
    if (at := appraisal_at(state)) is not None:
        yield at


def appraisal_at(state: State) -> datetime | None:
    """When the register is looked through next; None where no scheme is in force."""
    if state.assets.scheme is None or state.at is None:
        return None
    last = state.assets.appraised_at
    return last + APPRAISED_EVERY if last is not None else state.at


def cameras(state: State, command: AssetCommand) -> Sequence[str | None]:
    """The cameras among the assets that a command touches."""
    return [name for name in _touched(state, command) if state.site.camera(name) is not None]


def domains(state: State, command: AssetCommand) -> Sequence[str]:
    """The domains of the assets that a command touches, before and after; an asset that serves both has none."""
    found = [asset.domain for name in _touched(state, command) if (asset := asset_of(state, name)) is not None]
    match command:
        case RegisterAsset() | ChangeAsset():
            found.append(command.values.get("domain", ""))
        case ImportAssets():
            found += [row.values.get("domain", "") for row in command.rows]
    return [domain for domain in dict.fromkeys(found) if domain]


def _touched(state: State, command: AssetCommand) -> list[str]:
    if isinstance(command, ImportAssets):
        return [row.asset for row in command.rows]
    proposal = state.assets.proposals.get(getattr(command, "proposal", ""))
    names = [getattr(command, "asset", ""), getattr(command, "by_asset", "")]
    names.append(proposal.asset if proposal is not None else "")
    return [asset.id if (asset := asset_of(state, name)) is not None else name for name in names if name]


def _asset(state: State, name: str) -> Asset:
    asset = asset_of(state, name)
    if asset is None:
        raise NotFound(f"There is no asset {name} in the register.", hint="`hub assets list` shows those there are.")
    return asset


def _entered(state: State, rows: Sequence[ImportRow], *, imported: bool) -> list[Event]:
    known = register(state)
    found = enter(known, places_of(state, known), rows, imported=imported)
    if found.faults:
        several = len(rows) > 1
        said = [f"{rows[f.row].asset}: {f}" if several else str(f) for f in found.faults[:_NAMED_FAULTS]]
        more = len(found.faults) - len(said)
        raise WrongState(
            " ".join(said) + (f" And {more} more." if more > 0 else ""),
            hint="Nothing was entered." if several else "",
        )
    events: list[Event] = []
    for event in found.events:
        if not isinstance(event, AssetRegistered):
            events += _entry(state, known[event.asset])
        events.append(event)
    return events


def _entry(state: State, asset: Asset | None) -> list[Event]:
    """The entry of a camera that hub.toml names and nobody added anything to yet."""
    if asset is None or asset.id in state.assets.by_id:
        return []
    # What hub.toml says now is kept for the time when it no longer names the camera.
    values = {name: asset.values[name] for name in sorted(OF_SITE & asset.values.keys())}
    return [AssetRegistered(asset=asset.id, kind="camera", values=values, domain=asset.domain)]


def _add_file(state: State, command: AddAssetFile) -> list[Event]:
    asset = _asset(state, command.asset)
    known = state.attachments.get(command.attachment)
    if known is None:
        raise Refused(
            f"No file {command.attachment[:12]}… was handed over.", hint="Hand it over first, then name its id."
        )
    if command.sort == "photo" and not known.media.startswith("image/"):
        raise WrongState("A photo is a JPEG or PNG picture.", hint="Add it as a document.")
    if any(file.attachment == command.attachment for file in asset.files):
        return []
    if len(asset.files) >= MOST_FILES:
        raise WrongState(f"{asset.id} has {MOST_FILES} files already.", hint="Take out what is outdated.")
    added = AssetFileAdded(
        asset=asset.id, attachment=command.attachment, sort=command.sort, title=command.title or known.name
    )
    return [*_entry(state, asset), added]


def _retire(state: State, command: RetireAsset) -> list[Event]:
    asset = _asset(state, command.asset)
    if asset.retired is not None:
        return []
    if state.site.camera(asset.id) is not None:
        raise WrongState(
            f"{asset.id} is a camera of hub.toml, and watched.",
            hint="Take it out of hub.toml first, or commission the new device under the same id.",
        )
    hanging = children(register(state)).get(asset.id, [])
    if hanging and command.replaced_by is None:
        shown = ", ".join(hanging[:5]) + (" …" if len(hanging) > 5 else "")
        raise WrongState(f"{shown} hang on {asset.id}.", hint="Connect them elsewhere first, or name its successor.")
    successor = _asset(state, command.replaced_by).id if command.replaced_by is not None else ""
    if successor == asset.id:
        raise WrongState("An asset does not replace itself.")
    return [AssetRetired(asset=asset.id, reason=command.reason, replaced_by=successor)]


def _begin(state: State, command: BeginCommissioning, now: datetime) -> list[Event]:
    asset = _asset(state, command.asset)
    if asset.state in ("retired", "commissioning"):
        if asset.state == "retired":
            raise WrongState(f"{asset.id} is retired.")
        raise WrongState(f"{asset.id} is being commissioned already.")
    begun = CommissioningBegun(asset=asset.id, checks=[check.id for check in checks_of(asset.kind)])
    return [*_entry(state, asset), begun, *_what_is_seen(state, asset, None, now)]


def _what_is_seen(state: State, asset: Asset, known: Commissioning | None, now: datetime) -> list[Event]:
    """What the hub can see of the checks, as far as it is not on record so already."""
    events: list[Event] = []
    for check, ok, detail in seen(state, asset, now):
        before = known.checks.get(check) if known is not None else None
        if before is None or (before.ok != ok and before.by == "hub"):
            events.append(CheckAnswered(asset=asset.id, check=check, ok=ok, detail=detail))
    return events


def _record(asset: Asset) -> Commissioning:
    if asset.commissioning is None or asset.state != "commissioning":
        raise WrongState(f"{asset.id} is not being commissioned.", hint="Begin its commissioning record first.")
    return asset.commissioning


def _answer(state: State, command: AnswerCheck) -> list[Event]:
    asset = _asset(state, command.asset)
    record = _record(asset)
    if command.check not in record.checks:
        raise NotFound(f"There is no check {command.check}.", hint=f"The checks are: {', '.join(record.checks)}.")
    if record.handed_over is not None:
        raise WrongState(f"The record of {asset.id} is signed, and its answers stand.")
    if BY_ID[command.check].seen and not command.note:
        raise WrongState(
            f"The hub sees {command.check} by itself.", hint="To answer it in its place, say in a note why."
        )
    return [CheckAnswered(asset=asset.id, check=command.check, ok=command.ok, note=command.note)]


def _hand_over(state: State, command: HandOverAsset, actor: str, now: datetime) -> list[Event]:
    asset = _asset(state, command.asset)
    record = _record(asset)
    if record.handed_over is not None:
        raise WrongState(f"{asset.id} was handed over already, by {record.handed_over.by}.")
    fresh = _what_is_seen(state, asset, record, now)
    answers = {check: answer.ok for check, answer in record.checks.items() if answer is not None}
    answers |= {event.check: event.ok for event in fresh if isinstance(event, CheckAnswered)}
    open_ = [check for check in record.checks if not answers.get(check)]
    if open_:
        raise WrongState(
            f"{asset.id} cannot be handed over: {', '.join(open_)} not found right.",
            hint="Every check must be answered, and right.",
        )
    own = departments_of(state, actor)
    return [*fresh, AssetHandedOver(asset=asset.id, department=own[0] if own else "", note=command.note)]


def _take_over(state: State, command: TakeOverAsset, actor: str) -> list[Event]:
    asset = _asset(state, command.asset)
    record = _record(asset)
    if record.handed_over is None:
        raise WrongState(f"{asset.id} has not been handed over yet.", hint="The technical department signs first.")
    department = check_other_side(state, record.handed_over, actor)
    return [AssetCommissioned(asset=asset.id, department=department, note=command.note)]


def _appraisal(state: State, now: datetime) -> list[Event]:
    assets = register(state)
    events: list[Event] = []
    notice = timedelta(seconds=proposals.scheme_of(state).warranty_notice_s)
    for asset in assets.values():
        until = asset.values.get("warranty", "")
        if not until or until == asset.warned or asset.retired is not None:
            continue
        if now.date() <= date.fromisoformat(until) <= (now + notice).date():
            events += _entry(state, asset)
            events.append(
                WarrantyEnding(
                    asset=asset.id,
                    name=asset.name,
                    until=until,
                    supplier=asset.values.get("supplier", ""),
                    responsible=asset.values.get("responsible", ""),
                )
            )
    entered = {event.asset for event in events if isinstance(event, AssetRegistered)}
    for proposed in proposals.due_proposals(state, assets, now):
        events += [] if proposed.asset in entered else _entry(state, assets[proposed.asset])
        events.append(proposed)
    found = completeness(assets.values(), state.cameras)
    share = round(found.share, 4) if found.share is not None else 1.0
    return [*events, AssetsAppraised(assets=found.assets, complete=found.whole, share=share)]


SUBJECT = Subject(
    commands=get_args(AssetCommand), decide=decide, due=due, next_due=next_due, cameras=cameras, domains=domains
)
