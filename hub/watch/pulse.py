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
    flow_from_s: float | None = None
    """Since when packets have come on this connection without the signal being lost."""
    doubted: bool = False
    """The newest packet proved nothing by itself."""
    usual_s: float | None = None
    """How far apart packets have come of late, to within `NOTED_EVERY_S`: some cameras send very seldom."""
    stalls: tuple[float, ...] = ()
    """When the newest stalls ended, at most `STALLS` of them."""
    stalling_since_s: float | None = None
    """The stream keeps stalling since then."""


STALLS = 4
"""So many stalls within `STALLING_WITHIN_S` are a stream that keeps stalling, until none came for `STALLING_OVER_S`."""
STALLING_WITHIN_S = 180.0
STALLING_OVER_S = 120.0
NOTED_EVERY_S = 0.2
"""A packet that follows so soon after a noted one need not be noted: nothing here is finer than this."""
AWAITED_S = 3.0
"""After a packet that proves nothing by itself, the next one is waited for as long as usual, but never longer."""
_FOLLOW = 0.25


def begin(at_s: float) -> Pulse:
    return Pulse(began_s=at_s, arrival_s=at_s)


def connect(pulse: Pulse, at_s: float) -> Pulse:
    return replace(pulse, connected=True, arrival_s=at_s, doubted=False, flow_from_s=None)


def disconnect(pulse: Pulse) -> Pulse:
    return replace(pulse, connected=False)


def arrive(pulse: Pulse, at_s: float, settings: WatchSettings, excused_s: float = 0.0) -> Pulse:
    """One more packet. After a gap of about the read timeout it proves nothing by itself.

    libav's first read timeout hands out the packet that its parser still held, which looks like life; a stream that
    really goes on delivers another one. Of a camera that sends more seldom than the timeout every packet comes that
    way: the second in a row is believed.
    """
    doubted = _late(pulse, at_s, settings)
    if doubted and not pulse.doubted:
        return replace(pulse, arrival_s=at_s, doubted=True)
    gap_from = _silent_from(pulse, excused_s)
    gap_s = at_s - gap_from
    if _awaited(pulse, at_s, gap_from, settings):
        gap_s = max(pulse.arrival_s - gap_from, at_s - pulse.arrival_s)
    lost_since = pulse.lost_since_s
    if lost_since is None and gap_s > settings.lost_after_s:
        lost_since = gap_from
    flow_from = pulse.flow_from_s
    if flow_from is None or gap_s > settings.lost_after_s:
        flow_from = at_s
    stalled = pulse.credible_s is not None and patience_s(pulse, settings) < gap_s <= settings.lost_after_s
    steady_from = None
    if lost_since is not None:
        steady_from = at_s if pulse.steady_from_s is None or stalled else pulse.steady_from_s
        if gap_s > settings.lost_after_s:
            steady_from = at_s
        if at_s - steady_from >= settings.steady_s:
            lost_since = steady_from = None
    usual = pulse.usual_s
    if pulse.credible_s is not None and gap_s <= settings.lost_after_s:
        usual = gap_s if usual is None else usual + _FOLLOW * (gap_s - usual)
    stalls = (*pulse.stalls, at_s)[-STALLS:] if stalled else pulse.stalls
    if stalls and at_s - stalls[-1] >= STALLING_OVER_S:
        stalls = ()
    return replace(
        pulse,
        arrival_s=at_s,
        credible_s=at_s,
        doubted=doubted,
        lost_since_s=lost_since,
        steady_from_s=steady_from,
        flow_from_s=flow_from,
        usual_s=usual,
        stalls=stalls,
        stalling_since_s=_stalling_since(pulse, stalls, at_s),
    )


def _stalling_since(pulse: Pulse, stalls: tuple[float, ...], at_s: float) -> float | None:
    if pulse.stalling_since_s is not None:
        return pulse.stalling_since_s if stalls else None
    return stalls[0] if len(stalls) == STALLS and at_s - stalls[0] <= STALLING_WITHIN_S else None


def patience_s(pulse: Pulse, settings: WatchSettings) -> float:
    """How long a silence of this stream may be before it is a stall: longer for a camera that sends seldom."""
    return max(settings.stalled_after_s, min(2 * (pulse.usual_s or 0.0), settings.lost_after_s))


def lost_since(pulse: Pulse, now_s: float, settings: WatchSettings, excused_s: float = 0.0) -> float | None:
    """Since when the signal is lost; None when it is not."""
    if pulse.lost_since_s is not None:
        return pulse.lost_since_s
    last_s = _silent_from(pulse, excused_s)
    if now_s - last_s <= settings.lost_after_s or _awaited(pulse, now_s, last_s, settings):
        return None
    return last_s


def signal(pulse: Pulse, now_s: float, settings: WatchSettings, excused_s: float = 0.0) -> Signal:
    """The level now. A signal that is coming back is `connecting` until it has been steady."""
    if lost_since(pulse, now_s, settings, excused_s) is not None:
        last_s = pulse.credible_s
        recovering = (
            pulse.lost_since_s is not None and last_s is not None and now_s - last_s <= patience_s(pulse, settings)
        )
        return "connecting" if recovering else "lost"
    if pulse.credible_s is None or not pulse.connected:
        return "connecting"
    return "stalled" if now_s - _silent_from(pulse, excused_s) > patience_s(pulse, settings) else "live"


def _awaited(pulse: Pulse, now_s: float, silent_from_s: float, settings: WatchSettings) -> bool:
    """Whether the packet before proved nothing by itself, came in time, and the one after it is not overdue yet.

    Of a camera that sends a picture every few seconds, one that goes missing is no loss of the signal.
    """
    in_time = pulse.doubted and pulse.arrival_s - silent_from_s <= settings.lost_after_s
    return in_time and now_s - pulse.arrival_s <= min(1.5 * (pulse.usual_s or 0.0), AWAITED_S)


def _silent_from(pulse: Pulse, excused_s: float) -> float:
    return max(excused_s, pulse.began_s if pulse.credible_s is None else pulse.credible_s)


def read_timeout_s(settings: WatchSettings) -> float:
    """How long a read waits for the next bytes; libav gives up after twice that, or on the way to it when opening."""
    return max(settings.open_timeout_s, settings.lost_after_s / 2)


def doubtful(pulse: Pulse, at_s: float, settings: WatchSettings) -> bool:
    """Whether a packet that comes now may be the one that a timed-out read lets go of, seconds old."""
    return not pulse.doubted and _late(pulse, at_s, settings)


def _late(pulse: Pulse, at_s: float, settings: WatchSettings) -> bool:
    # A little less than the timeout: the arrival before was noted up to NOTED_EVERY_S ago, and never too late.
    return at_s - pulse.arrival_s >= 0.95 * read_timeout_s(settings)
