"""What a round looks at: the assets in the scope of its checklists, as they are now."""

from collections.abc import Iterator

from hub.core.rounds.events import Target
from hub.core.rounds.kinds import AnyItem, AssetKind, Checklist, Measured, RoundKind, Scope
from hub.core.state import State
from hub.core.text import Text

ROOM = "room"
OWN = "hub"
"""The asset that stands for the hub's own machine, where it records and the register names no recorder."""
MOST_CELLS = 20_000
"""Items over all assets of one round; a plant with more splits its rounds by area."""


def targets_of(state: State, kind: RoundKind, camera: str | None = None) -> list[Target]:
    """What is looked at, checklist by checklist; with `camera`, on this one only."""
    found: list[Target] = []
    cells = 0
    for checklist in kind.checklists:
        every = tuple(item.id for item in checklist.items)
        unrecorded = tuple(item.id for item in checklist.items if not _asks_of_recording(item))
        for asset, name in _assets(state, checklist, camera):
            items = unrecorded if checklist.of == "camera" and not _may_be_recorded(state, asset) else every
            cells += len(items)
            if cells > MOST_CELLS:
                return found
            if items:
                found.append(Target(of=checklist.of, asset=asset, name=name, items=items))
    return found


def _asks_of_recording(item: AnyItem) -> bool:
    return isinstance(item, Measured) and item.measure in ("recording", "recorded")


def _may_be_recorded(state: State, camera: str) -> bool:
    """Whether the hub records a camera, or a recorder may: one that the camera hangs on by the register. Where the hub
    records no camera at all, all are recorded elsewhere, whether the register says so or not."""
    if not state.recorded or camera in state.recorded:
        return True
    known, seen = state.assets.by_id.get(camera), {camera}
    while known is not None and known.parent and known.parent not in seen:
        seen.add(known.parent)
        known = state.assets.by_id.get(known.parent)
        if known is not None and known.kind == "recorder":
            return True
    return False


Found = tuple[str, Text]


def _assets(state: State, checklist: Checklist, camera: str | None) -> Iterator[Found]:
    if camera is not None:
        yield from (each for each in _cameras(state, checklist.scope) if checklist.of == "camera" and each[0] == camera)
    elif checklist.of == "camera":
        yield from _cameras(state, checklist.scope)
    elif checklist.of == "room":
        yield ROOM, Text(en="Control room", zh="监控室")
    else:
        yield from _registered(state, checklist.of, checklist.scope)


def _cameras(state: State, scope: Scope) -> Iterator[Found]:
    for camera in state.site.cameras:
        if (
            (not scope.assets or camera.id in scope.assets)
            and (not scope.areas or camera.area in scope.areas)
            and (not scope.tags or set(camera.tags) & set(scope.tags))
            and (not scope.domain or camera.domain == scope.domain)
        ):
            yield camera.id, camera.name


def _registered(state: State, of: AssetKind, scope: Scope) -> Iterator[Found]:
    """Assets of the register that are not retired. Where it names no recorder and the hub records, the hub is one."""
    any_of_kind = False
    for asset in state.assets.by_id.values():
        if asset.kind != of or asset.retired is not None:
            continue
        any_of_kind = True
        if (
            (not scope.assets or asset.id in scope.assets)
            and (not scope.areas or asset.values.get("area", "") in scope.areas)
            and (not scope.domain or asset.domain == scope.domain)
        ):
            yield asset.id, Text(en=asset.name)
    if of == "recorder" and not any_of_kind and state.recorded and not (scope.areas or scope.domain):
        yield OWN, Text(en="The hub's own recorder", zh="本系统录像主机")
