"""What permits, attention checks and walks of the wall are in the log, in words."""

from hub.core.attention.events import (
    AttentionAnswered,
    AttentionAsked,
    AttentionMissed,
    AttentionOver,
    AttentionPlanned,
)
from hub.core.event import Event
from hub.core.patrol.events import Look, PatrolBegun, PatrolDone, PatrolMissed, PatrolSeen
from hub.core.permits.events import (
    PermitApplied,
    PermitApproved,
    PermitBegan,
    PermitEnded,
    PermitEndedWhileObstructed,
    PermitEndsSoon,
    PermitLapsed,
    PermitObstructionRemoved,
    PermitRefused,
    PermitRevoked,
    PermitWithdrawn,
)
from hub.core.permits.kinds import KINDS, kind_of
from hub.locale import N_, _, say
from hub.tui import words
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    PermitApplied: N_("Permit {permit} applied for: {cameras}, {from_at} to {to_at}: {reason}"),
    PermitApproved: N_("Permit {permit} approved"),
    PermitRefused: N_("Permit {permit} refused: {reason}"),
    PermitWithdrawn: N_("Permit {permit} withdrawn {reason}"),
    PermitLapsed: N_("Permit {permit} lapsed: nobody decided on it in time"),
    PermitBegan: N_("Permit {permit} is in force until {to_at}: {cameras}"),
    PermitEndsSoon: N_("Permit {permit} ends at {to_at}; still covered: {covered}"),
    PermitEnded: N_("Permit {permit} is over, {how}"),
    PermitRevoked: N_("Permit {permit} revoked: {reason}"),
    PermitEndedWhileObstructed: N_("{camera}: permit {permit} is over and it is still so: {kind}"),
    PermitObstructionRemoved: N_("{camera}: no longer so, {after_s} s after the end of permit {permit}: {kind}"),
    AttentionPlanned: N_("How often those at posts are asked was read anew"),
    AttentionAsked: N_("{post_name}: attention check {check}: {people}"),
    AttentionMissed: N_("{post_name}: nobody answered attention check {check}: {people}"),
    AttentionAnswered: N_("Attention check {check} answered after {delay_s} s, {right}"),
    AttentionOver: N_("Attention check {check} is over, {how}: unwatched for {unwatched_s} s"),
    PatrolBegun: N_("{post_name}: the walk of the wall {patrol} begins"),
    PatrolSeen: N_("Walk {patrol}: looked at {looks}"),
    PatrolMissed: N_("{post_name}: the wall was not walked by {due_at}, channels not confirmed: {unseen}"),
    PatrolDone: N_("Walk {patrol} of the wall of {post} done, good: {good}, bad: {bad}"),
}


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    match name, value:
        case ("kind", str()) if isinstance(event, PermitEndedWhileObstructed | PermitObstructionRemoved):
            kind = kind_of(value)
            return say(KINDS[kind].name) if kind is not None else value
        case ("how", str()) if isinstance(event, PermitEnded):
            return words.word(words.PERMIT_ENDS, value)
        case ("how", str()) if isinstance(event, AttentionOver):
            return words.word(words.CHECK_ENDS, value)
        case ("right", _) if isinstance(event, AttentionAnswered):
            return _("nothing was to be named") if value is None else _("rightly") if value else _("wrongly")
        case ("looks", list()):
            return words.listed(_look(look, names) for look in value if isinstance(look, Look))
        case ("people", list()) if isinstance(event, AttentionAsked | AttentionMissed):
            return words.listed(names.person(str(person)) for person in value)
        case ("delay_s" | "unwatched_s" | "after_s", float() | int()):
            return f"{value:.0f}"
        case _:
            return None


def _look(look: Look, names: Names) -> str:
    camera = names.camera(look.camera)
    return camera if look.good else words.about(camera, look.remark)
