"""The roster, posts, handovers and the duty log, in words.

Where a pair stands, the shape comes before the word; what shapes are for: `hub.tui.words`.
"""

from hub.locale import N_

GAP_ENDS: dict[str, str] = {
    "filled": N_("somebody is there"),
    "past": N_("its time is past"),
    "changed": N_("the roster was changed"),
}
"""How a gap in the roster ended."""

SIGNINGS: dict[str, str] = {
    "early": N_("early"),
    "in_time": N_("in time"),
    "cover": N_("standing in"),
    "relieved": N_("relieved"),
    "unrelieved": N_("not relieved"),
    "moved": N_("to another post"),
    "by_leader": N_("by a leader"),
    "came": N_("came"),
    "ended": N_("the shift is over"),
}
"""How somebody signed on or off, and how lateness ended."""

PLACE_STATES: dict[str, tuple[str, str]] = {
    "expected": (">", N_("expected")),
    "late": ("!", N_("late")),
    "absent": ("✗", N_("absent")),
    "present": ("✓", N_("there")),
    "came": ("✓", N_("came late")),
    "left": ("-", N_("left early")),
    "excused": ("-", N_("excused")),
    "staying": ("✓", N_("there still")),
}
"""How somebody stands who is at a post or should be."""

SWAP_STATES: dict[str, tuple[str, str]] = {
    "asked": (">", N_("asked")),
    "agreed": ("!", N_("to approve")),
}

HANDOVER_STATES: dict[str, tuple[str, str]] = {
    "begun": (">", N_("not signed yet")),
    "signed": ("!", N_("waits for whoever comes")),
}

CHANGES: dict[str, tuple[str, str]] = {
    "new": ("+", N_("new")),
    "gone": ("-", N_("gone")),
    "changed": ("~", N_("changed")),
}
"""What became of a line of a handover sheet."""

VERDICTS: dict[str, str] = {
    "attended": N_("attended"),
    "late": N_("late"),
    "absent": N_("absent"),
    "unseen": N_("the hub was down"),
    "excused": N_("excused"),
}
"""What a place in a shift comes to."""

CHECK_ENDS: dict[str, str] = {
    "answered": N_("somebody answered"),
    "left": N_("nobody who was asked is at the post any more"),
}
"""How an attention check that was missed came to its end."""

LOG_KINDS: dict[str, tuple[str, str]] = {
    "incident": ("!", N_("Incident")),
    "measure": (">", N_("Measure")),
    "visitor": ("+", N_("Visitor")),
    "left": ("-", N_("Left")),
    "note": ("~", N_("Note")),
}
"""Kinds of entries in the duty log; `left` is the end of a visit."""
