"""Pure: what the arrival of packets says about a camera's signal.

A blocked read cannot tell that nothing arrives, so the reader only notes arrivals here, and whoever wants to know
asks for the level at a moment of their choosing. Times are monotonic seconds.

`excused_s`: until then this process itself stood still (a paused virtual machine, a starved one), so that a silence
before it says nothing about the camera.
"""

import msgspec
from msgspec.structs import replace

from hub.core.status import Signal
from hub.watch.messages import WatchSettings


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one camera's packets."""

    began_s: float
    """When the watch of this camera began."""
    arrival_s: float
    """The newest packet, credible or not; the opening of the connection before there is one."""
    credible_s: float | None = None
    """The newest packet that proves life."""
    connected: bool = False
    lost_since_s: float | None = None
    """The signal was lost then and packets have not flowed for long enough since."""
    steady_from_s: float | None = None
    """Since when packets have flowed without a stall after a loss."""


def begin(at_s: float) -> Pulse:
    return Pulse(began_s=at_s, arrival_s=at_s)


def connect(pulse: Pulse, at_s: float) -> Pulse:
    return replace(pulse, connected=True, arrival_s=at_s)


def disconnect(pulse: Pulse) -> Pulse:
    return replace(pulse, connected=False)


def arrive(pulse: Pulse, at_s: float, settings: WatchSettings, excused_s: float = 0.0) -> Pulse:
    """One more packet. After a gap of about the read timeout it proves nothing by itself.

    libav's first read timeout hands out the packet that its parser still held, which looks like life; a stream that
    really goes on delivers another one soon.
    """
    if doubtful(pulse, at_s, settings):
        return replace(pulse, arrival_s=at_s)
    lost_since = pulse.lost_since_s
    gap_from = _silent_from(pulse, excused_s)
    if lost_since is None and at_s - gap_from > settings.lost_after_s:
        lost_since = gap_from
    if lost_since is None:
        return replace(pulse, arrival_s=at_s, credible_s=at_s)
    steady_from = pulse.steady_from_s
    if steady_from is None or at_s - gap_from > settings.stalled_after_s:
        steady_from = at_s
    if at_s - steady_from >= settings.steady_s:
        return replace(pulse, arrival_s=at_s, credible_s=at_s, lost_since_s=None, steady_from_s=None)
    return replace(pulse, arrival_s=at_s, credible_s=at_s, lost_since_s=lost_since, steady_from_s=steady_from)


def lost_since(pulse: Pulse, now_s: float, settings: WatchSettings, excused_s: float = 0.0) -> float | None:
    """Since when the signal is lost; None when it is not."""
    if pulse.lost_since_s is not None:
        return pulse.lost_since_s
    last_s = _silent_from(pulse, excused_s)
    return last_s if now_s - last_s > settings.lost_after_s else None


def signal(pulse: Pulse, now_s: float, settings: WatchSettings, excused_s: float = 0.0) -> Signal:
    """The level now. A signal that is coming back is `connecting` until it has been steady."""
    if lost_since(pulse, now_s, settings, excused_s) is not None:
        last_s = pulse.credible_s
        recovering = (
            pulse.lost_since_s is not None and last_s is not None and now_s - last_s <= settings.stalled_after_s
        )
        return "connecting" if recovering else "lost"
    if pulse.credible_s is None or not pulse.connected:
        return "connecting"
    return "stalled" if now_s - _silent_from(pulse, excused_s) > settings.stalled_after_s else "live"


def _silent_from(pulse: Pulse, excused_s: float) -> float:
    return max(excused_s, pulse.began_s if pulse.credible_s is None else pulse.credible_s)


def read_timeout_s(settings: WatchSettings) -> float:
    """libav gives up after twice its timeout, so half of what the watch allows."""
    return settings.lost_after_s / 2


def doubtful(pulse: Pulse, at_s: float, settings: WatchSettings) -> bool:
    """Whether a packet that comes now, after the gap before it, may be the one that a timed-out read lets go of."""
    return at_s - pulse.arrival_s >= 0.8 * read_timeout_s(settings)
