"""What the hub fills in on a sheet by itself, as far as the record says it. What is not judged is no answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from hub.core.rounds.answers import Reading, key_of
from hub.core.rounds.kinds import Measure, Measured
from hub.core.rounds.model import Sheet
from hub.core.state import CameraState, State

_PICTURE = ("picture.", "view.", "lens.", "night.")
_SIGNAL = ("signal.", "access.")
_NO_SIGNAL = frozenset({"starting", "worker"})
"""Without a report of the watch nobody knows of a camera's signal."""


def measured(sheet: Sheet) -> Iterator[tuple[str, Measured]]:
    """The asset and the item of every cell that the hub fills in."""
    items = {item.id: item for list_ in sheet.kind.checklists for item in list_.items if isinstance(item, Measured)}
    for target in sheet.targets:
        yield from ((target.asset, items[item_id]) for item_id in target.items if item_id in items)


def readings_of(state: State, sheet: Sheet, now: datetime) -> list[Reading]:
    """What the record says of cameras now: what is new against the sheet, or was found otherwise before.

    A reading that cannot be repeated (nobody judges the camera at the moment) keeps its value and its time.
    """
    found: list[Reading] = []
    for asset, item in measured(sheet):
        if item.measure in ("disk", "temperature"):
            continue
        value, why = read_camera(state, asset, item.measure)
        known = sheet.readings.get(key_of(asset, item.id))
        if known is None or (value is not None and (known.value, known.found) != (value, list(why))):
            found.append(Reading(asset=asset, item=item.id, value=value, found=list(why), at=now))
    return found


def read_camera(state: State, camera_id: str, measure: Measure) -> tuple[bool | None, Sequence[str]]:
    """Whether the picture, the signal or the recording of a camera is good, with the findings that say it is not."""
    camera = state.cameras.get(camera_id)
    if camera is None:
        return None, ()
    match measure:
        case "picture":
            return _good(camera, _PICTURE, known=camera.not_judged is None)
        case "signal":
            return _good(camera, _SIGNAL, known=camera.not_judged not in _NO_SIGNAL)
        case "recording":
            return _good(camera, ("recording.",), known=camera_id in state.recorded)
        case _:
            return None, ()


def _good(camera: CameraState, areas: tuple[str, ...], *, known: bool) -> tuple[bool | None, Sequence[str]]:
    found = sorted(kind for kind in camera.findings if kind.startswith(areas))
    if found:
        return False, found
    return (True, ()) if known else (None, ())
