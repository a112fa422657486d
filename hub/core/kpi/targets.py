"""What the figures should reach: said by the site, beside the scheme of the reviews."""

import msgspec


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A figure is good from `good_from` up and down from `good_to`, in the figure's own unit. None is no bound."""

    figure: str
    """The figure's id, as in `hub.core.kpi.figures.FIGURES`."""
    good_from: float | None = None
    good_to: float | None = None

    def reached(self, value: float) -> bool:
        """Whether the value is within both bounds.

        >>> Target(figure="online", good_from=0.95).reached(0.95), Target(figure="mttr", good_to=3600.0).reached(7200.0)
        (True, False)
        """
        above = self.good_from is None or value >= self.good_from
        return above and (self.good_to is None or value <= self.good_to)
