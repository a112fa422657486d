"""What a camera's own thread posts for the others to read."""

from hub.clock import Clock
from hub.watch import pulse as pulses
from hub.watch.level import Seen, Sight
from hub.watch.messages import WatchOrder
from hub.watch.pictures import Still
from hub.watch.trouble import NONE, STILL_REFUSED


class Posted:
    """How one camera is, as far as its thread knows. Every value is immutable and is replaced as a whole, so any thread
    may read it at any time; `order` and `picture_factor` are set from outside, the rest by the camera's thread."""

    def __init__(self, order: WatchOrder, clock: Clock) -> None:
        now_s = clock.monotonic()
        self.order = order
        self.picture_factor = 1.0
        self.progress_s = now_s
        self.pulse = pulses.begin(now_s)
        self.sight = Sight()
        self.seen: Seen | None = None
        self.still: Still | None = None
        """The newest picture."""
        self.good: tuple[Still | None, Still | None] = (None, None)
        """A picture that is surely older than any fault which is not a finding yet, and the next one to be that."""
        self.size = (0, 0)
        self.connections = 0
        self.accepted = False
        self.refused_s: float | None = None
        self.problem = NONE
        """What went wrong last."""
        if order.refused_at is not None:
            self.refused_s = now_s - max(0.0, (clock.now() - order.refused_at).total_seconds())
            self.problem = STILL_REFUSED

    @property
    def picture_every_s(self) -> float:
        """How often pictures are to be judged now."""
        return self.order.settings.picture_every_s * self.picture_factor

    def try_again(self, now_s: float) -> None:
        """Forget that the camera refused the credentials."""
        if self.refused_s is not None:
            self.pulse = pulses.begin(now_s)
            self.accepted = False
            self.refused_s = None
