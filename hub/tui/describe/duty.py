"""What befell the roster, posts, handovers and the duty log is in the log, in words."""

from hub.core.duty.shifts import RosterFilled, RosterGap, RosterLoaded, ShiftBegun, ShiftEnded, ShiftEndsSoon
from hub.core.duty.swap_events import (
    SwapAgreed,
    SwapApproved,
    SwapAsked,
    SwapDeclined,
    SwapExpired,
    SwapRefused,
    SwapWithdrawn,
)
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event
from hub.core.posts.events import (
    PostAbsent,
    PostAbsentOver,
    PostAttendance,
    PostClosed,
    PostCovered,
    PostLate,
    PostLateOver,
    PostLeftOpen,
    PostManned,
    PostSignedOff,
    PostSignedOn,
    PostUnmanned,
    ReliefCame,
    ReliefMissing,
)
from hub.core.posts.handover_events import (
    HandoverAbandoned,
    HandoverBegun,
    HandoverOverridden,
    HandoverSigned,
    HandoverTaken,
)
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    ShiftBegun: N_("{post_name}: {shift_name} begins, until {to_at}: {names}"),
    ShiftEndsSoon: N_("{post_name}: {shift_name} ends at {to_at}; relief: {relief_names}"),
    ShiftEnded: N_("{post_name}: {shift_name} is over: {names}"),
    RosterLoaded: N_("The roster was read anew and is in force"),
    SwapAsked: N_("{swap}: {asker_name} asks {other_name} for a change of shifts: {reason}"),
    SwapAgreed: N_("{swap}: {other_name} agrees to the change of shifts"),
    SwapDeclined: N_("{swap}: declined by the person asked: {reason}"),
    SwapApproved: N_("{swap}: the change of shifts of {asker_name} and {other_name} is approved"),
    SwapRefused: N_("{swap}: the change of shifts is refused: {reason}"),
    SwapWithdrawn: N_("{swap}: the change of shifts is withdrawn"),
    SwapExpired: N_("{swap}: nobody decided about the change of shifts of {asker_name} in time"),
    PostSignedOn: N_("{post_name}: {name} signed on ({how})"),
    PostSignedOff: N_("{post_name}: {name} signed off ({how}) {reason}"),
    PostLate: N_("{post_name}: {name} is late for {shift_name}"),
    PostLateOver: N_("{post_name}: {name} is no longer only late ({how})"),
    PostAbsent: N_("{post_name}: {name} did not come to {shift_name}"),
    PostAbsentOver: N_("{post_name}: the absence of {name} is over ({how})"),
    PostUnmanned: N_("{post_name}: nobody is there since {since_at}; rostered: {names}"),
    PostManned: N_("{post_name}: no longer without anybody"),
    PostLeftOpen: N_("{post_name}: {name} has not signed off since {until_at}"),
    PostClosed: N_("{post_name}: the sign-off of {name} is lacking no longer"),
    ReliefMissing: N_("{post_name}: the relief has not come: {relief_names}; {waiting_names} stays"),
    ReliefCame: N_("{post_name}: nobody waits for relief any more"),
    PostCovered: N_("{post_name}: {name} may stand in until {until_at}: {reason}"),
    PostAttendance: N_("{post_name}, {shift_name}: {name}: {verdict}"),
    HandoverBegun: N_("{post_name}: handover {handover} begun by {name}"),
    HandoverSigned: N_("{post_name}: {name} signed handover {handover}"),
    HandoverOverridden: N_("{post_name}: handover {handover} allowed in spite of {alarms}: {reason}"),
    HandoverTaken: N_("{post_name}: {name} took over from {outgoing_name}, {handover}"),
    HandoverAbandoned: N_("{post_name}: handover {handover} given up {reason}"),
    RosterGap: N_("{post_name}: {have} of {need} people from {from_at} to {to_at}: {why}"),
    RosterFilled: N_("{post_name}: a gap in the roster is over: {how}"),
    LogEntered: N_("Duty log {entry}, {kind}: {visitor} {text}"),
}
