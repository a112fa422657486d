"""What the hub fills in on a sheet by itself. What is not judged is no answer.

Part of it stands on record: what the watch found, and what became of the volume of recordings. The rest (shares of the
last week, how sharp a picture is, what the hub's own machine says of itself) is read outside of the core and comes with
`FillReadings`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from hub.core.rounds.answers import Reading, key_of
from hub.core.rounds.kinds import Measure, Measured
from hub.core.rounds.model import Sheet
from hub.core.rounds.targets import OWN
from hub.core.state import CameraState, State
from hub.core.text import Text

_PICTURE = ("picture.", "view.", "lens.", "night.")
_SIGNAL = ("signal.", "access.")
_NO_SIGNAL = frozenset({"starting", "worker"})
"""Without a report of the watch nobody knows of a camera's signal."""
NOBODY = Text(en="Nothing tells the hub: please look.", zh="系统无从得知，请人工检查。")
NOT_JUDGED = Text(en="The watch does not judge this camera now: please look.", zh="系统此刻未判断画面，请人工检查。")
NO_RECORDING = Text(
    en="The hub does not record this camera: please look where it is recorded.",
    zh="本系统未录制该摄像机，请到其录像设备上检查。",
)
ON_RECORD: frozenset[Measure] = frozenset({"picture", "recording", "signal", "storage"})
"""The measures that follow from the record."""


def measured(sheet: Sheet) -> Iterator[tuple[str, Measured]]:
    """The asset and the item of every cell that the hub fills in."""
    items = {item.id: item for list_ in sheet.kind.checklists for item in list_.items if isinstance(item, Measured)}
    for target in sheet.targets:
        yield from ((target.asset, items[item_id]) for item_id in target.items if item_id in items)


def readings_of(state: State, sheet: Sheet, now: datetime) -> list[Reading]:
    """What the record says now: what is new against the sheet, or was found otherwise before.

    A reading that cannot be repeated (nobody judges the camera at the moment) keeps its value and its time.
    """
    found: list[Reading] = []
    for asset, item in measured(sheet):
        if item.measure in ON_RECORD:
            value, why = _read(state, asset, item.measure)
            lacking = _lacking(state, asset, item.measure) if value is None else Text(en="")
            found.append(Reading(asset=asset, item=item.id, value=value, found=list(why), lacking=lacking, at=now))
    return news(sheet, found)


def news(sheet: Sheet, readings: Iterable[Reading]) -> list[Reading]:
    """The readings that say something which the sheet does not say yet."""
    return [each for each in readings if _is_news(sheet.readings.get(each.key), each)]


def to_be_read(sheet: Sheet) -> list[tuple[str, Measured]]:
    """The asset and the item of what is read outside of the core and has no value yet."""
    return [
        (asset, item)
        for asset, item in measured(sheet)
        if item.measure not in ON_RECORD
        and ((known := sheet.readings.get(key_of(asset, item.id))) is None or known.value is None)
    ]


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


def _lacking(state: State, asset: str, measure: Measure) -> Text:
    """Why the record says nothing of it."""
    if measure == "recording":
        return NO_RECORDING if asset not in state.recorded else NOT_JUDGED
    return NOBODY if measure == "storage" else NOT_JUDGED


def is_own(state: State, asset: str) -> bool:
    """Whether an asset is the hub's own machine, or a part of it."""
    known = state.assets.by_id.get(asset)
    return asset == OWN or (known is not None and known.parent == OWN)


def _read(state: State, asset: str, measure: Measure) -> tuple[bool | None, Sequence[str]]:
    if measure != "storage":
        return read_camera(state, asset, measure)
    if not is_own(state, asset) or not state.recorded:
        return None, ()
    wrong = sorted({kind for kinds in state.storage.values() for kind in kinds})
    return not wrong, wrong


def _is_news(known: Reading | None, new: Reading) -> bool:
    if known is None:
        return True
    if new.value is None:
        return known.value is None and known.lacking != new.lacking
    return (known.value, known.found) != (new.value, new.found)


def _good(camera: CameraState, areas: tuple[str, ...], *, known: bool) -> tuple[bool | None, Sequence[str]]:
    found = sorted(kind for kind in camera.findings if kind.startswith(areas))
    if found:
        return False, found
    return (True, ()) if known else (None, ())
