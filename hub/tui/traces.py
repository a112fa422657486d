"""Why a rule acted or did not, in the language in force.

The engine says it in English, with names as the author wrote them (conditions, ids, numbers stay as they are). As with
what the hub refuses (`hub.tui.refusals`), a saying that is not known here is shown as it came. Parts in braces whose
name begins with `say_` are sayings themselves.
"""

import re

from hub.locale import N_, _, language
from hub.tui.refusals import pattern_of

OUTCOMES: dict[str, str] = {
    "fired": N_("acted"),
    "waiting": N_("waits"),
    "held": N_("is held"),
    "stopped": N_("was kept from it"),
    "not_matched": N_("is not about it"),
}

SAYINGS: tuple[str, ...] = (
    N_("{outcome} at {step}: {say_why}"),
    N_("{outcome} at {step}"),
    N_("{say_what}; fires later if it still holds then"),
    N_("{say_why}: what it raised about {what} is over"),
    N_("{say_why}: nobody is disturbed"),
    N_("{say_what} goes out with others, {time} after the first"),
    N_("{say_what}: nothing was left of {n} when it was to go out"),
    N_("{say_what} about {n}; {over} were over before"),
    N_("{say_what} about {n}"),
    N_("{say_why}: goes on when that is over"),
    N_("{say_why}: that of record {n} is held already"),
    N_("that of record {n} goes on"),
    N_("{say_what}, in {time}"),
    N_("{say_what}; it begins afterwards"),
    N_("`{condition}` does not hold: {found}"),
    N_("`{condition}` holds: {found}"),
    N_("{found}; wanted is {wanted}"),
    N_("unless `{condition}`, which holds"),
    N_("turned off: what waited is dropped, steps: {n}"),
    N_("turned off: {reason}"),
    N_("fires when it has lasted {time}"),
    N_("waits already because of record {n}"),
    N_("fired {n} times within a minute about {what}"),
    N_("fired about the same less than {time} ago"),
    N_("it was over before its turn came"),
    N_("{what} came again and differs"),
    N_("{what} came before the time was over"),
    N_("the camera left hub.toml"),
    N_("the rule was changed"),
    N_("a firing about the same is under way because of record {n}"),
    N_("as many firings about the same are under way as may be: {n}"),
    N_("as many firings about the same wait already as may: {n}"),
    N_("record {n} has it begin anew; what waited is dropped, steps: {steps}"),
    N_("{n} records led to this one, each because of the one before: rules feed on each other"),
    N_("{alarm} is acknowledged"),
    N_("{alarm} is shelved"),
    N_("{alarm} is suppressed"),
    N_("{alarm} is out of service"),
    N_("{alarm} is chattering"),
    N_("{say_what} (after {time})"),
    N_("alarm {kind} ({priority})"),
    N_("round {kind}"),
    N_("notify {to}"),
    N_("send the daily report to {to}"),
    N_("send the weekly report to {to}"),
    N_("send the monthly report to {to}"),
    N_("send the clause report to {to}"),
    N_("protect the recording"),
    N_("preset {preset}"),
    N_("ticket"),
    N_("snapshot"),
    N_("set {variable}"),
    N_("start {rule}"),
)
"""The most particular first: what fits one of them may fit a later one as well."""

_UNITS = (("d", "天"), ("h", "小时"), ("min", "分钟"), ("s", "秒"))
_TIME = re.compile(r"(\d[\d.]*) (d|h|min|s)\b ?")


def in_words(saying: str) -> str:
    """A saying of the engine, or several with commas between them, in the language in force."""
    if language() == "en":
        return saying
    parts = saying.split(", ")
    said = [_saying(part) for part in parts]
    if all(after != before for after, before in zip(said, parts, strict=True)):
        return "、".join(said)
    return _saying(saying)


def _saying(saying: str) -> str:
    for known in SAYINGS:
        found = pattern_of(known).fullmatch(saying)
        if found is not None:
            return _(known).format(**{name: _part(name, value) for name, value in found.groupdict().items()})
    return saying


def _part(name: str, value: str) -> str:
    if name.startswith("say_"):
        return in_words(value)
    if name == "outcome":
        return _(OUTCOMES.get(value, value))
    return _time(value) if name == "time" else value


def _time(english: str) -> str:
    units = dict(_UNITS)
    return _TIME.sub(lambda found: found[1] + units[found[2]], english)
