"""The camera no longer shows its approved view: pushed, turned, rolled, zoomed."""

import math
from itertools import pairwise
from statistics import median

from hub.core.text import Text
from hub.vision.answer import Answer, Reading
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH
from hub.vision.pose import Pose, find_pose
from hub.vision.scene import Compared, Scene, other_light, same_place, sudden
from hub.vision.shake import ENOUGH, Shift
from hub.vision.signals import jitter

SAME_PLACE = 1.0
"""Pixels of 160 within which the view is found in the same place."""
_WAVERS = Text(
    en="the view lies elsewhere in each picture, so where the camera points cannot be told",
    zh="画面位置每次都不同，无法判断摄像机的指向",
)


def detect(scene: Scene, ease: float) -> Answer:
    """Suspect when the picture fits the reference elsewhere, or is sharp and suddenly another one.

    People and lorries right before the lens show something else too, for a while; hence `other_s`.
    Without references for other light, a picture that fits nowhere is a moved camera only if brightness and noise
    stayed, the change was sudden, and the edges differ whichever side is bright. Anything else may be the night.
    """
    compared, limits = scene.compared, scene.limits
    if compared is None:
        return Answer(False)
    held = "moved" in scene.held
    match, alignment = compared.match, compared.alignment
    shift = (alignment.dx**2 + alignment.dy**2) ** 0.5
    fit = compared.elsewhere
    readings = (
        Reading("shift", shift, limits.moved_shift * ease),
        Reading("fit_elsewhere", fit, max(limits.moved_fit, match.similarity + limits.moved_gain) * ease),
        Reading("similarity", match.similarity, limits.other_similarity / ease, below=True),
    )
    if not held and _wavers(scene):
        return Answer(False, readings, unknown=_WAVERS)
    if readings[0].beyond and readings[1].beyond and alignment.quality > 1.2:
        return Answer(True, readings, describe_shift(alignment.dx, alignment.dy))
    there = _stays(scene, compared)
    if there is not None:
        return Answer(True, readings, describe_shift(there.dx, there.dy))
    if compared.covered_share >= compared.mostly or match.similarity >= limits.familiar_similarity:
        return Answer(False, readings)
    # Costs as much as all the rest, so it is not tried all night long.
    pose = find_pose(compared.approved, compared.field) if scene.seeks_pose else None
    if pose is not None and pose.displacement >= limits.moved_corner:
        return Answer(True, readings, describe_pose(pose))
    if held or _other_view(scene, compared):
        return Answer(True, readings, Text(en="the camera shows another view", zh="摄像机显示的是另一处画面"))
    return Answer(False, readings)


def describe_shift(dx: float, dy: float) -> Text:
    """Which way the camera went, from the shift of the content: what it shows moves the other way.

    >>> describe_shift(19.2, -3.6).en
    'moved 12 % to the left and 4 % down'
    """
    across, down = 100 * dx / FIELD_WIDTH, 100 * dy / FIELD_HEIGHT
    parts = []
    if abs(across) >= 1:
        en, zh = ("to the left", "左") if across > 0 else ("to the right", "右")
        parts.append((f"{abs(across):.0f} % {en}", f"向{zh} {abs(across):.0f} %"))
    if abs(down) >= 1:
        en, zh = ("up", "上") if down > 0 else ("down", "下")
        parts.append((f"{abs(down):.0f} % {en}", f"向{zh} {abs(down):.0f} %"))
    return Text(
        en="moved " + (" and ".join(en for en, _ in parts) or "slightly"),
        zh="画面偏移：" + ("，".join(zh for _, zh in parts) or "轻微"),
    )


def describe_pose(pose: Pose) -> Text:
    """
    >>> describe_pose(Pose(0.0, 0.0, roll_deg=5.2, zoom=1.0, displacement=8.0, tiles=9)).en
    'rolled by 5°'
    """
    parts = []
    if abs(pose.roll_deg) >= 1:
        parts.append((f"rolled by {abs(pose.roll_deg):.0f}°", f"旋转 {abs(pose.roll_deg):.0f}°"))
    if abs(pose.zoom - 1) >= 0.02:
        en, zh = ("in", "放大") if pose.zoom > 1 else ("out", "缩小")
        by = 100 * abs(pose.zoom - 1)
        parts.append((f"zoomed {en} by {by:.0f} %", f"{zh} {by:.0f} %"))
    if not parts:
        return describe_shift(pose.dx, pose.dy)
    return Text(en=" and ".join(en for en, _ in parts), zh="，".join(zh for _, zh in parts))


def _wavers(scene: Scene) -> bool:
    """Whether the view lies elsewhere each time: a turned camera keeps its new place, one that shakes has none."""
    limits, found = scene.limits, jitter(scene.signals)
    if found is not None and found >= limits.whole.shaking:
        return True
    # The last step alone does not tell: a view that shakes passes its own place as well.
    return any(
        math.hypot(before.dx, before.dy) >= limits.moved_shift
        and math.hypot(after.dx - before.dx, after.dy - before.dy) >= limits.moved_shift
        for before, after in pairwise(scene.signals.shifts[-3:])
    )


def _stays(scene: Scene, compared: Compared) -> Shift | None:
    """Where picture after picture found the view, when that is always the same other place: along a road or a fence
    that repeats itself a turned view fits in its own place nearly as well, but no view in its place is found so often
    in the same wrong one."""
    limits, shifts = scene.limits, scene.signals.shifts
    fits = compared.elsewhere >= max(limits.weak_similarity, compared.match.similarity - limits.moved_gain)
    if len(shifts) < ENOUGH or not fits or compared.match.similarity >= limits.fitting_similarity:
        return None
    dx, dy = median(shift.dx for shift in shifts), median(shift.dy for shift in shifts)
    away = math.hypot(dx, dy) >= limits.moved_shift
    agree = all(math.hypot(shift.dx - dx, shift.dy - dy) <= SAME_PLACE for shift in shifts)
    return Shift(dx, dy, shifts[-1].at_s) if away and agree else None


def _other_view(scene: Scene, compared: Compared) -> bool:
    limits = scene.limits
    return (
        not (scene.foreign or scene.proven)
        and scene.lost_for_s >= limits.other_s
        and compared.match.similarity < limits.other_similarity
        and compared.empty_share < limits.other_empty
        and compared.match.energy >= limits.other_energy
        and sudden(scene)
        and not other_light(scene)
        and same_place(compared.template, compared.field) < limits.same_place
    )
