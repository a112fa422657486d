"""What a detector says of one picture."""

from typing import NamedTuple

from hub.core.text import Text
from hub.vision.template import Cells


class Reading(NamedTuple):
    """One measure against its limit: the fault shows when `value` is beyond `limit`, above it or (`below`) below it.

    `name` is a key of `hub.vision.names.MEASURES`.
    """

    name: str
    value: float
    limit: float
    below: bool = False

    @property
    def beyond(self) -> bool:
        """Whether this measure alone speaks for the fault."""
        return self.value < self.limit if self.below else self.value > self.limit


class Answer(NamedTuple):
    """A detector's answer for one picture.

    `suspected`: the picture shows the fault. `readings`: what it was judged by, also when it is not suspected.
    `detail`: the fault in plain words when suspected, else empty. `share` and `cells`: which part of the judged view,
    where that has a meaning. `forecast_days`: when the picture will be of no use if it goes on like this.
    `unknown`: the fault can be neither seen nor excluded now, and why.
    """

    suspected: bool
    readings: tuple[Reading, ...] = ()
    detail: Text = Text(en="")
    share: float | None = None
    cells: Cells | None = None
    unknown: Text | None = None
    forecast_days: float | None = None
