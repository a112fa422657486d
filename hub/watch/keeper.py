"""One camera's view over its life: taken up from disk, brought in line with what people decided, judged by, kept."""

from hub.vision.frame import Frame
from hub.vision.judge import View, fresh, judge, remember
from hub.vision.verdict import Verdict
from hub.watch.level import limits_of
from hub.watch.messages import WatchOrder
from hub.watch.pictures import Pictures, Still
from hub.watch.settling import begin, begin_anew, circumstances, joins, missing, settle, undecided

REMEMBER_EVERY_S = 600.0


class ViewKeeper:
    """Belongs to the camera's own thread; `view` and `save_memory` may be used by any."""

    def __init__(self, camera: str, pictures: Pictures) -> None:
        self.view: View = fresh()
        self._camera = camera
        self._pictures = pictures
        self._settled: WatchOrder | None = None
        """The order that the view is in line with; None until the files were read."""
        self._remembered_s: float | None = None

    def recall(self, order: WatchOrder, predecessor: "ViewKeeper | None") -> None:
        """Take up the references that are kept, and what was learned besides; tell again of those that nobody
        decided about."""
        kept = self._pictures.load_references(self._camera)
        newer = predecessor is not None and predecessor._settled is not None
        memory = remember(predecessor.view) if predecessor is not None and newer else kept.memory
        self.view = begin(order, kept.references, memory)
        self._remove_rejected(order)
        self._settled = order
        # In case the hub did not hear of them when they were learned.
        for view in undecided(kept.references, order):
            self._pictures.announce_reference(self._camera, view)

    def obey(self, order: WatchOrder, *, anew: bool) -> bool:
        """Bring the view in line with an order; `anew`: learn it from the beginning. True when it was begun anew: what
        was seen until now says nothing any more."""
        before = self.view
        if order is not self._settled:
            read = (self._pictures.load_reference(self._camera, name) for name in missing(before, order))
            self.view = settle(before, order, [view for view in read if view is not None])
            self._remove_rejected(order)
            self._settled = order
        if anew:
            # One that was learned a moment ago reaches the hub after it put the others out of use, as a new proposal.
            for view in undecided(self.view.bank.references, order):
                self._pictures.announce_reference(self._camera, view, outdated=True)
            self.view = begin_anew(self.view, order)
        return self.view is not before and self.view.before is None

    def judge(self, frame: Frame, still: Still, now_s: float, order: WatchOrder) -> Verdict:
        """Judge one more picture, and keep what was learned by it."""
        before = self.view
        self.view, verdict = judge(before, frame, now_s, limits_of(order.settings), circumstances(order, still.at))
        if verdict.learned is not None:
            self._pictures.save_reference(self._camera, verdict.learned, still, beside=joins(before, verdict))
        if self._remembered_s is None:
            self._remembered_s = now_s
        elif now_s - self._remembered_s >= REMEMBER_EVERY_S:
            self._remembered_s = now_s
            self.save_memory()
        return verdict

    def save_memory(self) -> None:
        """Keep what was learned besides the references, for the next start."""
        if self._settled is not None:
            self._pictures.save_memory(self._camera, remember(self.view))

    def _remove_rejected(self, order: WatchOrder) -> None:
        before = self._settled.decided if self._settled is not None else {}
        rejected = [name for name, state in order.decided.items() if state == "rejected"]
        if any(before.get(name) != "rejected" for name in rejected):
            self._pictures.remove_references(self._camera, rejected)
