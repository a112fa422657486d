"""Which clause of the regulation each kind of record serves: what can be shown to whoever asks."""

from collections.abc import Mapping
from types import MappingProxyType

RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1.2": ("site.configured", "account.created"),
        "2.1": ("shift.begun", "shift.ended"),
        "2.2": ("alarm.acknowledged", "ticket.closed", "log.*"),
        "2.3": (
            *("asset.registered", "asset.changed", "training.recorded", "qualification.*", "confidentiality.signed"),
            *("account.created", "person.signed_in", "person.sign_in_refused"),
        ),
        "2.4": (
            *("asset.commissioning_begun", "asset.handed_over", "asset.commissioned", "device.*", "devices.*"),
            *("round.due", "round.done", "round.missed", "rounds.loaded", "ticket.closed"),
        ),
        "2.5": ("roster.*", "swap.*", "post.attendance", "attention.asked", "attention.answered"),
        "3.1": ("signal.*", "access.*", "picture.*", "camera.*", "recording.missing", "storage.*", "patrol.*"),
        "3.2": ("alarm.*", "view.moved", "view.returned", "reference.*", "log.*"),
        "3.3": (
            *("ticket.*", "shift.*", "relief.*", "post.unmanned", "post.manned", "handover.*"),
            *("effect.*", "message.*"),
        ),
        "3.4": (
            *("device.*", "post.*", "attention.*", "settings.*", "config.*"),
            *("rule.paused", "rule.resumed", "recording.viewed"),
        ),
        "3.5": ("round.due", "round.done", "handover.signed"),
        "3.6a": ("hub.*", "recording.gap", "journal.blocked", "worker.*"),
        "3.6b": ("view.obstructed", "view.clear", "permit.*"),
        "3.7": ("lens.*", "view.overgrown", "view.cut_back", "view.shaking", "view.steady", "round.done", "cleaning.*"),
        "3.8": ("replacement.*", "night.*"),
        "4.1": ("recordings.*", "recording.protected", "recording.viewed", "live.viewed", "viewing.ended"),
        "4.2": ("release.*", "recording.held", "recording.hold_ended"),
        "5.1": ("assessment.loaded", "review.*", "report.made"),
    }
)
"""Wire names of events by clause; `signal.*` stands for every event of the area."""
