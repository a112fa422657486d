"""What was followed for days and months, in a form to be stored."""

import msgspec

from hub.vision import history as histories
from hub.vision import lasting as lastings
from hub.vision import trend as trends
from hub.vision.history import History
from hub.vision.lasting import Lasting
from hub.vision.trend import Trend


class Aged(msgspec.Struct, frozen=True, kw_only=True):
    """The history of the measures, what the view has been in each light, and the days of the trend."""

    history: dict[str, bytes] = {}
    known: dict[str, bytes] = {}
    trend: dict[str, tuple[int, int, bytes]] = {}


def pack(history: History, lasting: Lasting, trend: Trend) -> Aged:
    """What is to be remembered, up to 300 kB."""
    return Aged(history=histories.pack(history), known=lastings.pack_known(lasting), trend=trends.pack(trend))


def unpack(aged: Aged) -> tuple[History, Lasting, Trend]:
    """What was remembered; what cannot be understood counts as nothing, each part for itself."""
    try:
        history = histories.unpack(aged.history)
    except ValueError:
        history = History()
    try:
        lasting = lastings.unpack_known(aged.known)
    except ValueError:
        lasting = Lasting()
    try:
        trend = trends.unpack(aged.trend)
    except ValueError:
        trend = Trend()
    return history, lasting, trend
