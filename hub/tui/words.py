"""The words, and the shapes beside them, for every state that staff see.

A state is never told by colour alone: it has a shape, a colour (`hub.tui.colours`) and a word. The shapes are
characters that every terminal draws one cell wide; those of ambiguous width (bullets, arrows, dashes) would push
Chinese columns out of line.
"""

from collections.abc import Iterable

from hub.locale import N_, _, say
from hub.vision.names import MEASURES

CONDITIONS: dict[str, tuple[str, str]] = {
    "good": ("✓", N_("Good")),
    "fault": ("!", N_("Fault")),
    "lost": ("✗", N_("No signal")),
    "not_judged": ("?", N_("Not judged")),
}

FINDINGS: dict[str, str] = {
    "signal.lost": N_("Signal lost"),
    "access.refused": N_("Access refused"),
    "signal.stalled": N_("Signal stalled"),
    "recording.missing": N_("Not recorded"),
    "picture.black": N_("Black"),
    "view.obstructed": N_("Obstructed"),
    "view.moved": N_("View moved"),
    "picture.frozen": N_("Frozen"),
    "picture.damaged": N_("Decode damage"),
    "picture.bright": N_("Too bright"),
    "picture.dark": N_("Too dark"),
    "picture.blurred": N_("Blurred"),
    "picture.noisy": N_("Noise"),
    "picture.striped": N_("Stripes"),
    "picture.flat": N_("Low contrast"),
    "picture.tinted": N_("Colour cast"),
    "view.shaking": N_("Shaking"),
    "night.unusable": N_("Night unusable"),
    "lens.soiled": N_("Lens soiled"),
    "view.overgrown": N_("Overgrown"),
}
"""The gravest first: what is lost, what shows nothing or something else, what shows it badly, what wants cleaning."""

NOT_JUDGED: dict[str, str] = {
    "starting": N_("the watch has not reported on it yet"),
    "worker": N_("its watch worker died and is being restarted"),
    "learning": N_("its reference view is being learned"),
    "light": N_("it was never seen in this light"),
    "view": N_("its view cannot be compared now"),
    "moving": N_("it is being steered"),
}

LIGHTS: dict[str, str] = {
    "day": N_("day"),
    "dim": N_("dim"),
    "infrared": N_("infra-red"),
}

GAP_CAUSES: dict[str, str] = {
    "camera": N_("camera"),
    "network": N_("network"),
    "hub": N_("hub"),
    "storage": N_("storage"),
    "unknown": N_("unknown"),
}
"""Why a part of a recording is missing."""

GAP_ENDS: dict[str, str] = {
    "filled": N_("somebody is there"),
    "past": N_("its time is past"),
    "changed": N_("the roster was changed"),
}
"""How a gap in the roster ended."""

SIGNALS: dict[str, str] = {
    "connecting": N_("connecting"),
    "live": N_("live"),
    "stalled": N_("stalled"),
    "lost": N_("lost"),
    "refused": N_("refused"),
    "unknown": N_("unknown"),
}

PRIORITIES: dict[str, tuple[str, str]] = {
    "critical": ("1", N_("Critical")),
    "high": ("2", N_("High")),
    "medium": ("3", N_("Medium")),
    "low": ("4", N_("Low")),
}

ALARM_STATES: dict[str, tuple[str, str]] = {
    "unacknowledged": ("!", N_("Unacknowledged")),
    "acknowledged": ("✓", N_("Acknowledged")),
    "returned": ("<", N_("Returned")),
    "cleared": ("-", N_("Cleared")),
    "shelved": ("z", N_("Shelved")),
    "suppressed": ("p", N_("Suppressed")),
}

TICKET_STATES: dict[str, tuple[str, str]] = {
    "open": ("!", N_("Open")),
    "assigned": (">", N_("Assigned")),
    "restored": ("✓", N_("Restored")),
}

ROUND_STATES: dict[str, tuple[str, str]] = {
    "due": (">", N_("Round due")),
    "missed": ("✗", N_("Round missed")),
}

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

ROLES: dict[str, str] = {
    "watch_officer": N_("watch officer"),
    "repairer": N_("repairer"),
    "leader": N_("leader"),
    "administrator": N_("administrator"),
    "reader": N_("reader"),
}

DOMAINS: dict[str, str] = {
    "production": N_("production"),
    "security": N_("security"),
}

LAST_STOPS: dict[str, str] = {
    "first": N_("for the first time"),
    "clean": N_("after a planned stop"),
    "unclean": N_("after an interruption that nobody explained"),
}

SIGN_IN_REFUSALS: dict[str, str] = {
    "unknown": N_("unknown account"),
    "password": N_("wrong password"),
    "locked": N_("account locked"),
}

SUBJECTS: dict[str, str] = {
    "gap": N_("roster {name}"),
    "post": N_("post {name}"),
    "notifier": N_("notifier {name}"),
    "plugin": N_("plugin {name}"),
    "volume": N_("recording disk {name}"),
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

OWN_MEASURES: dict[str, str] = {
    "picture_every_s": N_("seconds between pictures"),
    "key_frame_every_s": N_("seconds between key frames"),
}
"""Of the stream, beside those of the picture."""

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


def about(name: str, said: str) -> str:
    """`name: what is said of it`."""
    return _("{name}: {said}").format(name=name, said=said)


def cameras(count: int) -> str:
    return _("1 camera") if count == 1 else _("{n} cameras").format(n=count)


def roles(names: list[str]) -> str:
    return listed(word(ROLES, name) for name in names)


def domains(names: list[str]) -> str:
    return listed(word(DOMAINS, name) for name in names)
