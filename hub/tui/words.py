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
    "out_of_service": ("o", N_("Out of service")),
}

ALARM_MARKS: dict[str, tuple[str, str]] = {
    "chattering": ("[~]", N_("Chattering")),
    "stale": ("[24]", N_("Stale")),
    "done": ("[ok]", N_("Response confirmed")),
}
"""Beside the state of an alarm."""

ALARM_VERDICTS: dict[str, tuple[str, str]] = {
    "real": ("✓", N_("Real")),
    "false": ("✗", N_("False")),
    "nuisance": ("!", N_("Nuisance")),
}
"""What people say of an alarm."""

PARENTS: dict[str, str] = {
    "power": N_("power {name}"),
    "ups": N_("UPS {name}"),
    "switch": N_("switch {name}"),
    "line": N_("line {name}"),
    "encoder": N_("encoder {name}"),
    "server": N_("server {name}"),
    "recorder": N_("recorder {name}"),
    "area": N_("area {name}"),
}
"""What alarms that come together have in common."""

TICKET_STATES: dict[str, tuple[str, str]] = {
    "open": ("!", N_("Open")),
    "acknowledged": ("o", N_("Noted")),
    "assigned": (">", N_("Assigned")),
    "arrived": ("@", N_("At the place")),
    "waiting": ("z", N_("On hold")),
    "repaired": ("r", N_("Repaired")),
    "restored": ("<", N_("Restored")),
    "verifying": ("~", N_("Under check")),
    "verified": ("✓", N_("Verified")),
    "closed": ("-", N_("Closed")),
    "cancelled": ("x", N_("Cancelled")),
}

TICKET_PRIORITIES: dict[str, tuple[str, str]] = {
    "urgent": ("!", N_("Urgent")),
    "normal": ("", N_("Normal")),
    "low": ("", N_("Low")),
}

TICKET_TROUBLES: dict[str, str] = {
    "finding": N_("the watch sees a fault"),
    "recording": N_("it is not recorded"),
    "not_judged": N_("the camera is not judged"),
    "unwatched": N_("nothing comes from its watch or its recording"),
    "alarm": N_("its alarm stands"),
    "fault": N_("the fault is still there"),
}
"""Why a repair is not verified."""

VERIFIED_BY: dict[str, str] = {"watch": N_("by the watch"), "signature": N_("by signature")}

TICKET_PHASES: dict[str, str] = {
    "acknowledge": N_("until noted"),
    "dispatch": N_("until somebody was named"),
    "arrive": N_("until at the place"),
    "repair": N_("until repaired"),
    "wait": N_("of that, waiting"),
    "verify": N_("until verified"),
    "whole": N_("until restored (MTTR)"),
}
"""The parts of the time to repair."""

PERMIT_STATES: dict[str, tuple[str, str]] = {
    "applied": ("!", N_("Waits")),
    "approved": (">", N_("Approved")),
    "active": ("p", N_("In force")),
    "refused": ("✗", N_("Refused")),
    "withdrawn": ("-", N_("Withdrawn")),
    "lapsed": ("-", N_("Lapsed")),
    "ended": ("✓", N_("Ended")),
    "revoked": ("✗", N_("Revoked")),
}

PERMIT_ENDS: dict[str, str] = {
    "time": N_("by time"),
    "done": N_("the work is done"),
}
"""How a permit ended."""

CHECK_ENDS: dict[str, str] = {
    "answered": N_("somebody answered"),
    "left": N_("nobody who was asked is at the post any more"),
}
"""How an attention check that was missed came to its end."""

ROUND_STATES: dict[str, tuple[str, str]] = {
    "due": (">", N_("Round due")),
    "missed": ("✗", N_("Round missed")),
    "started": ("…", N_("Being made")),
    "late": ("!", N_("Made late")),
    "handed_in": ("?", N_("To be signed")),
    "done": ("✓", N_("Made")),
    "cancelled": ("-", N_("Cancelled")),
}

AREAS: dict[str, str] = {
    "access": N_("Camera"),
    "account": N_("People"),
    "alarm": N_("Alarm"),
    "attachment": N_("File"),
    "attention": N_("Check"),
    "camera": N_("Camera"),
    "confidentiality": N_("People"),
    "config": N_("Settings"),
    "hub": N_("Hub"),
    "log": N_("Duty log"),
    "password": N_("People"),
    "permit": N_("Permit"),
    "person": N_("People"),
    "plugin": N_("Plugin"),
    "qualification": N_("People"),
    "recording": N_("Recording"),
    "reference": N_("View"),
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

LOG_KINDS: dict[str, tuple[str, str]] = {
    "incident": ("!", N_("Incident")),
    "measure": (">", N_("Measure")),
    "visitor": ("+", N_("Visitor")),
    "left": ("-", N_("Left")),
    "note": ("~", N_("Note")),
}
"""Kinds of entries in the duty log; `left` is the end of a visit."""

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
    "specialist": N_("footage specialist"),
    "planner": N_("planner"),
    "reader": N_("reader"),
}

RIGHTS: dict[str, str] = {
    "live": N_("see pictures"),
    "playback": N_("see recordings"),
    "export": N_("hand footage out"),
    "ptz": N_("turn cameras"),
    "reference": N_("approve views"),
    "delete": N_("delete recordings"),
    "approve": N_("approve"),
    "administer": N_("keep accounts"),
    "watch": N_("handle alarms"),
    "report": N_("report faults"),
    "repair": N_("repair"),
    "round": N_("make rounds"),
    "duty": N_("stand duty"),
    "apply": N_("apply"),
    "assets": N_("keep the register"),
    "rules": N_("switch rules"),
    "stop": N_("stop the hub"),
    "lead": N_("lead"),
}
"""What a person may do, in two or three words."""

QUALIFICATIONS: dict[str, str] = {
    "training": N_("training"),
    "confidentiality": N_("confidentiality agreement"),
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
    "code": N_("wrong code"),
    "disabled": N_("account disabled"),
}

SUBJECTS: dict[str, str] = {
    "gap": N_("roster {name}"),
    "place": N_("duty {name}"),
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
