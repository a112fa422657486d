"""The words for what the register of assets knows, and for its fields."""

from collections.abc import Mapping

from hub.core.assets.fields import BY_NAME
from hub.locale import N_, _, say
from hub.tui.names import Names

KINDS: Mapping[str, str] = {
    "camera": N_("camera"),
    "line": N_("line"),
    "switch": N_("switch"),
    "encoder": N_("encoder"),
    "server": N_("server"),
    "recorder": N_("recorder"),
    "disk": N_("disk"),
    "monitor": N_("monitor"),
    "ups": N_("UPS"),
    "room": N_("room"),
}
STATES: Mapping[str, str] = {
    "uncommissioned": N_("not commissioned"),
    "commissioning": N_("being commissioned"),
    "in_use": N_("in use"),
    "retired": N_("retired"),
}
PROPOSALS: Mapping[str, str] = {
    "proposed": N_("waits for signatures"),
    "decided": N_("decided, to be ordered"),
    "ordered": N_("ordered"),
    "fitted": N_("in place, to be closed"),
}
PARTIES: Mapping[str, str] = {
    "planning": N_("planning"),
    "technical": N_("technical"),
    "using": N_("using"),
}
STAGES: Mapping[str, str] = {
    "signatures": N_("the three signatures are lacking"),
    "order": N_("it is not ordered"),
    "commissioning": N_("the new device is not in use"),
}
FILES: Mapping[str, str] = {"photo": N_("photo"), "document": N_("document")}
DOMAINS: Mapping[str, str] = {"production": N_("production safety"), "security": N_("security")}
_MORE: Mapping[str, str] = {"photo": N_("photo"), "reference": N_("approved view")}


def word(table: Mapping[str, str], key: str) -> str:
    """The word of a table, in the language in force; the key itself where newer software knows more."""
    return _(table[key]) if key in table else key


def label(field: str) -> str:
    """What a field of the register is called."""
    if field in BY_NAME:
        return say(BY_NAME[field].label)
    return word(_MORE, field)


def value(field: str, said: str, names: Names) -> str:
    """What a field of the register says, in words where it holds an id."""
    match BY_NAME[field].sort if field in BY_NAME else "text":
        case "area":
            return names.area(said)
        case "department":
            return names.department(said)
        case "domain":
            return word(DOMAINS, said)
        case _:
            return said
