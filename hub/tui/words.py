"""The words, and the shapes beside them, for every state that staff see.

A state is never told by colour alone: it has a shape, a colour (`hub.tui.colours`) and a word. The shapes are
characters that every terminal draws one cell wide; those of ambiguous width (bullets, arrows, dashes) would push
Chinese columns out of line.
"""

from collections.abc import Iterable

from hub.locale import N_, _, say
from hub.tui.words_duty import (
    CHANGES,
    CHECK_ENDS,
    GAP_ENDS,
    HANDOVER_STATES,
    LOG_KINDS,
    PLACE_STATES,
    SIGNINGS,
    SWAP_STATES,
    VERDICTS,
)
from hub.tui.words_people import DOMAINS, QUALIFICATIONS, RIGHTS, ROLES, SIGN_IN_REFUSALS
from hub.tui.words_watch import CONDITIONS, FINDINGS, GAP_CAUSES, LIGHTS, NOT_JUDGED, OWN_MEASURES, SIGNALS
from hub.tui.words_work import (
    ALARM_MARKS,
    ALARM_STATES,
    ALARM_VERDICTS,
    LATE_ENDS,
    PARENTS,
    PERMIT_ENDS,
    PERMIT_STATES,
    PRIORITIES,
    ROUND_STATES,
    TICKET_PHASES,
    TICKET_PRIORITIES,
    TICKET_STATES,
    TICKET_TROUBLES,
    VERIFIED_BY,
)
from hub.vision.names import MEASURES

__all__ = [
    "ALARM_MARKS",
    "ALARM_STATES",
    "ALARM_VERDICTS",
    "AREAS",
    "CAUGHT_UP",
    "CHANGES",
    "CHECK_ENDS",
    "CONDITIONS",
    "DOMAINS",
    "EFFECTS",
    "FINDINGS",
    "GAP_CAUSES",
    "GAP_ENDS",
    "HANDOVER_STATES",
    "HELD",
    "LAST_STOPS",
    "LATE_ENDS",
    "LIGHTS",
    "LOG_KINDS",
    "NOT_JUDGED",
    "OUTBOX",
    "OWN_MEASURES",
    "PARENTS",
    "PERMIT_ENDS",
    "PERMIT_STATES",
    "PLACE_STATES",
    "PRIORITIES",
    "QUALIFICATIONS",
    "RIGHTS",
    "ROLES",
    "ROUND_STATES",
    "RULE_STATES",
    "SIGNALS",
    "SIGNINGS",
    "SIGN_IN_REFUSALS",
    "SUBJECTS",
    "SWAP_STATES",
    "TICKET_PHASES",
    "TICKET_PRIORITIES",
    "TICKET_STATES",
    "TICKET_TROUBLES",
    "VALUE_KINDS",
    "VERDICTS",
    "VERIFIED_BY",
    "about",
    "beside",
    "cameras",
    "clauses",
    "domains",
    "listed",
    "measure",
    "named",
    "roles",
    "shape",
    "subject",
    "word",
]


CAUGHT_UP: dict[str, str] = {"made": N_("made late"), "cancelled": N_("cancelled")}
"""How a missed round came to its end."""


AREAS: dict[str, str] = {
    "access": N_("Camera"),
    "account": N_("People"),
    "alarm": N_("Alarm"),
    "attachment": N_("File"),
    "attention": N_("Attention check"),
    "camera": N_("Camera"),
    "confidentiality": N_("People"),
    "config": N_("Settings"),
    "device": N_("Device"),
    "devices": N_("Device"),
    "hub": N_("Hub"),
    "log": N_("Duty log"),
    "password": N_("People"),
    "permit": N_("Permit"),
    "person": N_("People"),
    "plugin": N_("Plugin"),
    "qualification": N_("People"),
    "recording": N_("Recording"),
    "recordings": N_("Recording"),
    "reference": N_("View"),
    "release": N_("Release"),
    "roster": N_("Roster"),
    "round": N_("Round"),
    "rule": N_("Rule"),
    "session": N_("People"),
    "shift": N_("Shift"),
    "snapshot": N_("Picture"),
    "ticket": N_("Ticket"),
    "totp": N_("People"),
    "training": N_("People"),
    "variable": N_("Variable"),
}
"""What a record is about, by the first part of its wire name."""


VALUE_KINDS: dict[str, str] = {
    "true or false": N_("true or false"),
    "a number": N_("a number"),
    "a text": N_("a text"),
}
"""What a variable of the rules can hold."""

RULE_STATES: dict[str, tuple[str, str]] = {
    "on": ("✓", N_("On")),
    "off": ("!", N_("Off")),
}


LAST_STOPS: dict[str, str] = {
    "first": N_("for the first time"),
    "clean": N_("after a planned stop"),
    "unclean": N_("after an interruption that nobody explained"),
}


SUBJECTS: dict[str, str] = {
    "account": N_("account {name}"),
    "asset": N_("asset {name}"),
    "device": N_("device {name}"),
    "gap": N_("roster {name}"),
    "handover": N_("handover {name}"),
    "place": N_("duty {name}"),
    "post": N_("post {name}"),
    "notifier": N_("notifier {name}"),
    "permit": N_("permit {name}"),
    "plugin": N_("plugin {name}"),
    "release": N_("release {name}"),
    "review": N_("review {name}"),
    "round": N_("round {name}"),
    "rule": N_("rule {name}"),
    "swap": N_("change of shifts {name}"),
    "team": N_("team {name}"),
    "ticket": N_("ticket {name}"),
    "volume": N_("volume {name}"),
    "worker": N_("watch worker {name}"),
}
"""What an alarm may be about, beside cameras."""

EFFECTS: dict[str, str] = {
    "message": N_("message"),
    "snapshot": N_("picture to keep"),
    "preset": N_("turn of a camera"),
}

HELD: dict[str, str] = {
    "quiet": N_("quiet time"),
    "limit": N_("as many messages as wanted"),
}


OUTBOX: dict[str, str] = {
    "pending": N_("waiting"),
    "done": N_("sent"),
    "failed": N_("given up"),
}


def word(table: dict[str, str], key: str) -> str:
    """The word for `key` in the language in force; a key that is not in the table stands for itself."""
    return _(table.get(key, key))


def measure(key: str) -> str:
    """The name of a measure of the picture judgement; one that is not known is shown by its key."""
    known = MEASURES.get(key)
    return say(known.name) if known is not None else word(OWN_MEASURES, key)


def subject(name: str) -> str:
    """`worker:watch-1` in words; what has none stands for itself."""
    kind, _colon, rest = name.partition(":")
    return _(SUBJECTS[kind]).format(name=rest) if kind in SUBJECTS and rest else name


def shape(table: dict[str, tuple[str, str]], key: str) -> str:
    return table.get(key, ("?", key))[0]


def named(table: dict[str, tuple[str, str]], key: str, *, stale: bool = False) -> str:
    """Shape and word together, as in `! Fault`; while nobody knows whether it still holds, the shape is `?`."""
    mark, name = table.get(key, ("?", key))
    return f"{'?' if stale else mark} {_(name)}"


def listed(things: Iterable[str]) -> str:
    """`a, b, c`: things of one kind."""
    return _("{one}, {two}").format(one="", two="").join(things)


def clauses(said: Iterable[str]) -> str:
    """`a; b; c`: things that are said one after another."""
    return _("{said}; {more}").format(said="", more="").join(said)


def about(name: str, said: str) -> str:
    """`name: what is said of it`."""
    return _("{name}: {said}").format(name=name, said=said)


def beside(what: str, more: str) -> str:
    """`what (more)`: what else there is to say of it."""
    return _("{what} ({about})").format(what=what, about=more)


def cameras(count: int) -> str:
    return _("1 camera") if count == 1 else _("{n} cameras").format(n=count)


def roles(names: list[str]) -> str:
    return listed(word(ROLES, name) for name in names)


def domains(names: list[str]) -> str:
    return listed(word(DOMAINS, name) for name in names)
