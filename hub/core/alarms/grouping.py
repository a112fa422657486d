"""Alarms with a common cause, put under one parent: a switch that fails is one line with thirty cameras below it.

What a camera hangs on is read from its tags (`switch:sw-3`, `recorder:nvr-1` …) and from the parent links of the asset
register. Alarms of one kind that come together belong together: those on one device from two cameras on, those in one
area from three on. Where several parents would do, the one with the most alarms is it, and among equals the one nearest
to the root of the fault: power before a switch before a recorder before an area.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Literal, get_args

import msgspec

from hub.core.alarms.model import Alarm
from hub.core.assets.model import Assets
from hub.core.devices.model import Devices
from hub.core.site import Camera, Site
from hub.core.text import Text

ParentKind = Literal["power", "ups", "switch", "line", "encoder", "server", "recorder", "area"]
PARENT_KINDS: tuple[ParentKind, ...] = get_args(ParentKind)
"""Nearest to the root of a fault first; a tag that begins with one of them and a colon names a parent."""

TOGETHER_WITHIN = timedelta(seconds=60)
"""Alarms come together when each follows the one before within this time: what fails with a switch is found out within
the half minute in which each camera is looked at."""
FEWEST_ON_A_DEVICE = 2
FEWEST_IN_AN_AREA = 3
_LONGEST_CHAIN = 8
_NONE = Devices()


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """What several alarms have in common."""

    kind: ParentKind
    id: str
    name: Text
    alarm_kind: str
    """The kind of the alarms below it."""
    first: str
    """Number of the first of the alarms below it: with it, the same parent at another time is another line."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}|{self.alarm_kind}|{self.first}"


def parents_of(
    alarms: Iterable[Alarm],
    site: Site,
    links: Mapping[str, tuple[ParentKind, str, Text]] | None = None,
    *,
    within: timedelta = TOGETHER_WITHIN,
) -> dict[str, Parent]:
    """The parent of each alarm that has one, by number. `links`: the parent of each asset and camera, by id.

    `within`: how long after the one before an alarm still comes with it; in a flood, longer.
    """
    cameras = {camera.id: camera for camera in site.cameras}
    areas = {area.id: area.name for area in site.areas}
    below: dict[tuple[ParentKind, str, str], list[Alarm]] = defaultdict(list)
    names: dict[tuple[ParentKind, str], Text] = {}
    for alarm in alarms:
        camera = cameras.get(alarm.camera or "")
        if camera is None:
            continue
        for kind, parent_id, name in _hangs_on(camera, areas, links or {}):
            names[kind, parent_id] = name
            below[kind, parent_id, alarm.kind].append(alarm)
    together = [
        (kind, parent_id, alarm_kind, run)
        for (kind, parent_id, alarm_kind), those in below.items()
        for run in _runs(those, within)
        if len({each.camera for each in run}) >= (FEWEST_IN_AN_AREA if kind == "area" else FEWEST_ON_A_DEVICE)
    ]
    together.sort(key=lambda each: (each[0] == "area", -len(each[3]), PARENT_KINDS.index(each[0]), each[1]))
    found: dict[str, Parent] = {}
    for kind, parent_id, alarm_kind, run in together:
        free = [alarm for alarm in run if alarm.id not in found]
        if len({each.camera for each in free}) < (FEWEST_IN_AN_AREA if kind == "area" else FEWEST_ON_A_DEVICE):
            continue
        parent = Parent(kind=kind, id=parent_id, name=names[kind, parent_id], alarm_kind=alarm_kind, first=free[0].id)
        found |= dict.fromkeys((alarm.id for alarm in free), parent)
    return found


def links_of(assets: Assets, devices: Devices = _NONE) -> dict[str, tuple[ParentKind, str, Text]]:
    """What each asset and camera hangs on, as the register says it; a camera of which it says nothing: the recorder
    whose channel it is by hub.toml."""
    found: dict[str, tuple[ParentKind, str, Text]] = {
        camera: ("recorder", device.configured.id, device.configured.name)
        for device in devices.by_id.values()
        if not device.configured.own
        for camera in device.configured.cameras.values()
    }
    for asset in assets.by_id.values():
        parent = assets.by_id.get(asset.parent)
        kind = next((each for each in PARENT_KINDS if parent is not None and each == parent.kind), None)
        if parent is not None and kind is not None:
            found[asset.id] = (kind, parent.id, Text(en=parent.name))
    return found


def _hangs_on(
    camera: Camera, areas: Mapping[str, Text], links: Mapping[str, tuple[ParentKind, str, Text]]
) -> list[tuple[ParentKind, str, Text]]:
    found: list[tuple[ParentKind, str, Text]] = []
    for tag in camera.tags:
        word, _, name = tag.partition(":")
        kind = next((each for each in PARENT_KINDS if each == word and each != "area"), None)
        if kind is not None and name:
            found.append((kind, name, Text(en=name)))
    link = links.get(camera.id)
    for _step in range(_LONGEST_CHAIN):
        if link is None or link[:2] in [each[:2] for each in found]:
            break
        found.append(link)
        link = links.get(link[1])
    if camera.area:
        found.append(("area", camera.area, areas.get(camera.area, Text(en=camera.area))))
    return found


def _runs(alarms: Sequence[Alarm], within: timedelta) -> list[list[Alarm]]:
    """The alarms in order of their coming, broken where none came for a while."""
    runs: list[list[Alarm]] = []
    for alarm in sorted(alarms, key=lambda each: (each.raised_at, len(each.id), each.id)):
        if runs and alarm.raised_at - runs[-1][-1].raised_at <= within:
            runs[-1].append(alarm)
        else:
            runs.append([alarm])
    return runs
