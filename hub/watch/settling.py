"""Pure: a camera's view brought in line with what people decided and configured.

Orders are levels: whatever message or restart came between, the same order gives the same references in use.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from msgspec.structs import replace

from hub.core.references import ReferenceState
from hub.vision.bank import Bank, of_preset
from hub.vision.judge import Circumstances, View, approve, forget, fresh, remember
from hub.vision.measures import COLUMNS, ROWS
from hub.vision.reference import Reference
from hub.vision.template import Cells
from hub.vision.verdict import Verdict
from hub.watch.messages import WatchOrder
from hub.watch.references import number_of

_GONE: frozenset[ReferenceState] = frozenset(("superseded", "rejected"))


def begin(order: WatchOrder, kept: Sequence[Reference], memory: bytes = b"") -> View:
    """The view of a camera whose watch begins, with the kept references that are still to be used."""
    waiting = {reference.id for reference in undecided(kept, order)}
    used = [
        replace(reference, approved=reference.id not in waiting)
        for reference in kept
        if reference.id in waiting or order.decided.get(reference.id) == "approved"
    ]
    names = [*(reference.id for reference in kept), *order.decided]
    return fresh(_bank(used, names), ignored=cells_of(order.ignored), memory=memory)


def undecided(kept: Iterable[Reference], order: WatchOrder) -> list[Reference]:
    """The views that nobody has decided about.

    The hub forgets the names of views that were closed long ago, and their files are kept: a view that it does not
    name is new only when its number is higher than all those that it does name.
    """
    newest = max(map(number_of, (*order.decided, *order.proposed)), default=0)
    return [
        view
        for view in kept
        if view.id not in order.decided and (view.id in order.proposed or number_of(view.id) > newest)
    ]


def missing(view: View, order: WatchOrder) -> list[str]:
    """The approved references that the view lacks: somebody went back to a former one."""
    known = {reference.id for reference in view.bank.references}
    return [name for name, state in order.decided.items() if state == "approved" and name not in known]


def settle(view: View, order: WatchOrder, found: Iterable[Reference] = ()) -> View:
    """The view under a changed order; `found` are those of its `missing` references that could be read.

    Where the references to compare with changed altogether, what was suspected so far is dropped with them.
    """
    gone = [each.id for each in view.bank.references if order.decided.get(each.id) in _GONE]
    for name in gone:
        view = forget(view, name)
    for each in view.bank.references:
        if order.decided.get(each.id) == "approved" and not each.approved:
            view = approve(view, each.id)
    more = [replace(each, approved=True) for each in found]
    ignored = cells_of(order.ignored)
    if not more and not (gone and not view.bank.references) and _same_cells(ignored, view.ignored):
        return view
    bank = _bank([*view.bank.references, *more], order.decided, least=view.bank.numbered)
    # What was learned of a view that is gone says nothing of the next one.
    memory = remember(view) if bank.references else b""
    return fresh(bank, ignored=ignored, memory=memory)


def begin_anew(view: View, order: WatchOrder) -> View:
    """The view without anything that was learned; names of references are not used again."""
    names = [*(reference.id for reference in view.bank.references), *order.decided]
    return fresh(_bank((), names, least=view.bank.numbered), ignored=cells_of(order.ignored))


def joins(before: View, verdict: Verdict) -> bool:
    """Whether a reference that was just learned surely shows the same place as those before it: it is used at once
    although there are others of its position."""
    learned = verdict.learned
    if learned is None or verdict.reference != learned.id:
        return False
    return bool(of_preset(before.bank, learned.preset))


def circumstances(order: WatchOrder, now: datetime) -> Circumstances:
    """What is known of the moment from outside the picture. A steered camera of which nobody says where it points
    may be anywhere: it counts as moving."""
    at = now.astimezone(ZoneInfo(order.timezone)) if order.timezone else None
    pointing = order.pointing
    if pointing is None:
        return Circumstances(at=at, moving=order.ptz)
    return Circumstances(at=at, preset=pointing.preset, moving=pointing.moving)


def cells_of(packed: Sequence[int]) -> Cells | None:
    """Cells from numbers as `hub.vision.regions.pack_cells` makes them; None for none.

    >>> cells_of([0x8001] + [0] * 8)[0].nonzero()[0].tolist()
    [0, 15]
    """
    if len(packed) != ROWS:
        return None
    rows = np.array(packed, np.int64)[:, None]
    cells: Cells = (rows >> np.arange(COLUMNS)[::-1]) & 1 == 1
    return cells


def _bank(references: Sequence[Reference], names: Iterable[str] | Mapping[str, object], *, least: int = 0) -> Bank:
    numbered = max([least, *(number_of(name) for name in names)])
    return Bank(references=tuple(sorted(references, key=lambda each: number_of(each.id))), numbered=numbered)


def _same_cells(one: Cells | None, other: Cells | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))
