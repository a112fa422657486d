"""What is wrong with a value that a person sent, as a sentence: which field, and what is wanted of it. Pure."""

import re
from typing import NamedTuple

_PLACE = re.compile(r"(?P<said>.*) - at `(?P<path>(?:key in )?\$[^`]*)`", re.DOTALL)
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a time",
    "null": "nothing",
}
_TIME = "{field} must be a time with its zone, such as 2026-03-02T08:00:00+08:00."
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"Expected `str` of length >= 1", "{field} must not be empty."),
    (r"Expected `str` of length >= (?P<n>\d+)", "{field} must have at least {n} characters."),
    (r"Expected `str` of length <= (?P<n>\d+)", "{field} must have at most {n} characters."),
    (r"Expected `(?:array|object)` of length >= 1", "{field} must not be empty."),
    (r"Expected `(?:array|object)` of length >= (?P<n>\d+)", "{field} must have at least {n} entries."),
    (r"Expected `(?:array|object)` of length <= (?P<n>\d+)", "{field} must have at most {n} entries."),
    (r"Expected `str` matching regex '\\\\?S'", "{field} must not be empty."),
    (r"Expected `str` matching regex '(?P<form>.*)'", "{field} must have the form {form}."),
    (r"Expected `(?:int|float)` >= (?P<n>\S+)", "{field} must be at least {n}."),
    (r"Expected `(?:int|float)` <= (?P<n>\S+)", "{field} must be at most {n}."),
    (r"Expected `(?:int|float)` > (?P<n>\S+)", "{field} must be more than {n}."),
    (r"Expected `(?:int|float)` < (?P<n>\S+)", "{field} must be less than {n}."),
    (r"Expected `datetime` with a timezone component", _TIME),
    (r"Invalid RFC3339 encoded datetime", _TIME),
    (r"Invalid RFC3339 encoded date", "{field} must be a day, such as 2026-03-02."),
    (r"Object missing required field `(?P<name>[^`]*)`", "The field `{name}` is missing."),
    (r"Object contains unknown field `(?P<name>[^`]*)`", "There is no field `{name}` here."),
    (r"Invalid (?:enum )?value (?P<value>'.{0,200}'|[\d.-]{1,30})", "{field} cannot be {value}."),
)


class Misfit(NamedTuple):
    """`sentence` is for people. `path` is for programs, such as `$.cameras[0]`; empty where none is known."""

    sentence: str
    path: str


def misfit(said: str) -> Misfit:
    """What is wrong, from what msgspec says of it; what is not known here stays as it was said.

    >>> misfit("Expected `str` of length >= 8 - at `$.password`")
    Misfit(sentence='`password` must have at least 8 characters.', path='$.password')
    >>> misfit("Object missing required field `reason`")
    Misfit(sentence='The field `reason` is missing.', path='$.reason')
    """
    placed = _PLACE.fullmatch(said)
    what, path = (placed["said"], placed["path"]) if placed else (said, "$")
    field = f"`{path.removeprefix('$.')}`" if path.startswith("$.") else "What was sent"
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, what, re.DOTALL)
        if found is not None:
            given = found.groupdict()
            return Misfit(sentence.format(field=field, **given), f"{path}.{given['name']}" if "name" in given else path)
    other = re.fullmatch(r"Expected `(?P<wanted>[a-z |]+)`, got `(?P<sent>\w+)`", what)
    if other is not None:
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in other["wanted"].split(" | "))
        return Misfit(f"{field} must be {wanted}, not {_KINDS.get(other['sent'], other['sent'])}.", path)
    return Misfit(f"{said}.", path if placed else "")
