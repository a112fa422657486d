"""What hub.toml says of looking at cameras through the hub."""

from typing import Annotated

from pydantic import Field

from hub.config.tables import Table, seconds
from hub.core.viewings.limits import ViewingLimits

_USUAL = ViewingLimits()


class ViewingTable(Table):
    """Looking at recordings and live pictures, for everybody."""

    at_once: int = Field(
        default=_USUAL.at_once,
        title="At once",
        description="Viewings that may be open at the same time; each live one costs a process of about 60 MB.",
        ge=1,
        le=200,
    )
    of_one_person: int = Field(
        default=_USUAL.of_one_person,
        title="Of one person",
        description="Viewings that one person may have open at the same time.",
        ge=1,
        le=50,
    )
    idle_s: Annotated[
        float, seconds("Idle", "Seconds after which a viewing that nothing was asked of is over.", 30, 86400)
    ] = _USUAL.idle_s
    mbit_s: float = Field(
        default=_USUAL.bytes_s * 8 / 1e6,
        title="Speed",
        description="Megabits that one viewing is sent in a second, in the long run.",
        ge=1,
        le=10_000,
        allow_inf_nan=False,
    )

    def limits(self) -> ViewingLimits:
        """As the core knows them."""
        return ViewingLimits(
            at_once=self.at_once,
            of_one_person=self.of_one_person,
            idle_s=self.idle_s,
            bytes_s=self.mbit_s * 1e6 / 8,
        )
