"""Everything that is remembered of one camera's pictures."""

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision import aged as ages
from hub.vision import bank as banks
from hub.vision.answer import Answer
from hub.vision.bank import Bank
from hub.vision.diagnosis import Diagnosis
from hub.vision.gradients import Alignment
from hub.vision.habit import Habit
from hub.vision.history import History
from hub.vision.lasting import Lasting, trusting
from hub.vision.lately import Lately
from hub.vision.learning import Learning
from hub.vision.left import Left
from hub.vision.measures import COLUMNS, ROWS, Plane
from hub.vision.memory import habits_of, recall
from hub.vision.minute import Minute
from hub.vision.persistence import Track
from hub.vision.picture import Picture
from hub.vision.place import Trust
from hub.vision.reference import Reference
from hub.vision.scene import Light
from hub.vision.signals import Signals
from hub.vision.template import Cells, Template, build_template
from hub.vision.trend import Trend
from hub.vision.usual import Usual


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Everything remembered of one camera's pictures, about 1 MB. `reference` is the one in use, never adapted;
    a copy of it follows slow change (seasons, dirt that is swept, furniture) while nothing is suspected. `ignored`
    are the cells that the configuration leaves out."""

    bank: Bank = Bank()
    reference: Reference | None = None
    ignored: Cells | None = None
    approved: Template | None = None
    rolling: Template | None = None
    habits: dict[str, Habit] = {}
    usuals: dict[str, Usual] = {}
    fit: float = 0.0
    strange: float = 0.0
    learned_s: float = 0.0
    fielded_s: float = 0.0
    trust: Trust = Trust()
    fitting_s: float = 0.0
    unfamiliar_s: float | None = None
    left: dict[str, Left] = {}  # by position; while the camera looks elsewhere
    returned_s: tuple[float, ...] = ()
    switches: tuple[float, ...] = ()
    switched_s: float | None = None
    hold_until_s: float = 0.0
    alignment: Alignment | None = None  # the last one worked out, and when
    aligned_s: float = 0.0
    posed_s: float | None = None  # when rolling and zooming were last looked for
    pictures: int = 0
    interval_s: float = 2.0
    learning: Learning = Learning()
    light: Light | None = None
    before: Picture | None = None
    began_s: float | None = None
    at_s: float | None = None
    time_s: float | None = None
    differences: tuple[float, ...] = ()
    tracks: dict[str, Track] = {}
    told: dict[str, Answer] = {}
    diagnosis: Diagnosis | None = None
    history: History = History()
    lasting: Lasting = Lasting()
    trend: Trend = Trend()
    signals: Signals = Signals()
    lately: Lately | None = None
    minute: Minute = Minute()
    stuck_s: Plane = msgspec.field(default_factory=lambda: np.zeros((ROWS, COLUMNS), np.float32))
    stuck_since_s: npt.NDArray[np.float64] = msgspec.field(default_factory=lambda: np.zeros((ROWS, COLUMNS)))


def fresh(bank: Bank = Bank(), *, ignored: Cells | None = None, memory: bytes = b"") -> View:
    """The state of a camera of which no picture was judged yet; without a reference it learns one first.

    `ignored`: cells, bool of shape (9, 16), that are left out of every comparison. `memory`: what `remember` gave;
    a damaged one counts as none.
    """
    if ignored is not None and (ignored.dtype != np.bool_ or ignored.shape != (ROWS, COLUMNS)):
        raise ValueError(f"expected ignored cells of bool ({ROWS}, {COLUMNS}), got {ignored.dtype} {ignored.shape}")
    known = recall(memory)
    bank = msgspec.structs.replace(bank, numbered=max(bank.numbered, known.numbered))
    history, lasting, trend = ages.unpack(known.aged)
    lasting = trusting(lasting, bank.references)
    known_ids = {reference.id for reference in bank.references}
    view = View(
        bank=bank,
        ignored=ignored,
        habits=habits_of(known, known_ids),
        usuals={name: usual for name, usual in known.usuals.items() if name in known_ids},
        switches=known.switches,
        history=history,
        lasting=lasting,
        trend=trend,
    )
    return use(view, next((each for each in bank.references if each.approved or each.proven), None))


def usual_of(view: View) -> Usual:
    """What is usual for the reference in use: as followed since, else as the period showed that it was learned from."""
    if view.reference is None:
        return Usual()
    return view.usuals.get(view.reference.id, view.reference.usual)


def use(view: View, reference: Reference | None) -> View:
    """The view compared with that reference from now on."""
    if reference is None:
        return msgspec.structs.replace(view, reference=None, approved=None, rolling=None, alignment=None)
    approved = build_template(reference, ignored=view.ignored)
    habit = view.habits.get(reference.id)
    rolling = approved if habit is None else build_template(reference, habit, ignored=view.ignored)
    return msgspec.structs.replace(view, reference=reference, approved=approved, rolling=rolling, alignment=None)


def approve(view: View, reference_id: str) -> View:
    """The view with that reference of the bank approved; unchanged when there is none of that id."""
    bank = banks.approve(view.bank, reference_id)
    reference = banks.find(bank, view.reference.id) if view.reference is not None else None
    return msgspec.structs.replace(view, bank=bank, reference=reference)


def forget(view: View, reference_id: str) -> View:
    """The view without that reference; when it was the last one of its position, it is learned anew."""
    view = msgspec.structs.replace(
        view,
        bank=banks.forget(view.bank, reference_id),
        habits={name: habit for name, habit in view.habits.items() if name != reference_id},
        usuals={name: usual for name, usual in view.usuals.items() if name != reference_id},
    )
    if view.reference is None or view.reference.id != reference_id:
        return view
    return use(view, None)
