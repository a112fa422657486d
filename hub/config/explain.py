"""What pydantic found wrong, in plain words: what was expected, what was found, and where."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from hub.config.problems import Problem, did_you_mean, suggestion
from hub.config.toml import Document, Path
from hub.core.saying import NOTHING, Saying, saying, verbatim
from hub.secret import Secret, redact

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
TAG_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}(:[a-z0-9][a-z0-9_-]{0,62})?$"
_SECRET_NAME = re.compile(r"(?i)pass|pwd|secret|token|credential|(?:^|_)key$")

_TEXT, _WHOLE, _NUMBER = saying("a text in quotes"), saying("a whole number"), saying("a number")
_FLAG, _LIST, _TABLE = saying("true or false"), saying("a [list]"), saying("a table")
_EXPECTED: dict[str, Saying] = {
    "string_type": _TEXT,
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), _NUMBER),
    "finite_number": saying("a number that is not infinite"),
    **dict.fromkeys(("bool_type", "bool_parsing"), _FLAG),
    **dict.fromkeys(("list_type", "tuple_type", "set_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _TABLE),
    "path_type": saying("a path in quotes"),
    "time_type": saying("a time"),
    "date_type": saying("a date"),
}
_BOUNDS: dict[str, tuple[str, Callable[[Any], Saying]]] = {
    "greater_than_equal": ("ge", lambda bound: saying("at least {bound}", bound=bound)),
    "greater_than": ("gt", lambda bound: saying("more than {bound}", bound=bound)),
    "less_than_equal": ("le", lambda bound: saying("at most {bound}", bound=bound)),
    "less_than": ("lt", lambda bound: saying("less than {bound}", bound=bound)),
}
_SIZES: dict[str, Callable[[Any], Saying]] = {
    "string_too_short": lambda size: saying("expected at least {number} characters", number=size),
    "too_short": lambda size: saying("expected at least {number} items", number=size),
    "string_too_long": lambda size: saying("expected at most {number} characters", number=size),
    "too_long": lambda size: saying("expected at most {number} items", number=size),
}


def explain(
    error: ValidationError,
    document: Document,
    base: Path,
    model: type[BaseModel],
    *,
    also: Iterable[str] = (),
) -> list[Problem]:
    """Each mistake that `error` lists about the table at `base`, as a problem of the file.

    `model` is what the table was checked against; `also` are further keys that the table may hold.
    """
    return [_problem(details, document, base, model, also) for details in error.errors(include_url=False)]


def unknown_key(document: Document, path: Path, known: Iterable[str]) -> Problem:
    """A key that nothing reads."""
    return document.problem(
        path, saying("unknown key"), suggestion(str(path[-1]), known, of=saying("keys here")), of_key=True
    )


def _problem(
    details: ErrorDetails, document: Document, base: Path, model: type[BaseModel], also: Iterable[str]
) -> Problem:
    kind = details["type"]
    within = _in_data(document, base, details["loc"], kind)
    path = (*base, *within)
    if kind == "extra_forbidden" and len(within) > 1 and path[-1] in keys_of(model):
        table = ".".join(str(part) for part in path[:-1] if isinstance(part, str))
        hint = saying("It belongs to the table before: write it above [[{table}]].", table=table)
        return document.problem(path, saying("unknown key here"), hint, of_key=True)
    if kind == "extra_forbidden":
        return unknown_key(document, path, [*_keys(_model_at(model, within[:-1])), *(also if len(within) == 1 else ())])
    field = _field_at(model, within)
    if kind == "missing":
        # Its description as it stands: `tests.guards.messages` collects those of the keys that a table must have.
        hint = Saying(field.description) if field is not None and field.description else NOTHING
        tables = _model_at(model, within[:-1])
        if any(table.model_config.get("extra") == "allow" for table in tables) and isinstance(details["input"], dict):
            # There an unknown key is no mistake by itself: it may belong to a plugin.
            others = set(map(str, details["input"])) - set(_keys(tables))
            slip = next((key for key in sorted(others) if did_you_mean(key, [str(path[-1])])), None)
            hint = saying("Is `{key}` meant to be it?", key=slip) if slip else hint
        return document.problem(path, saying("is missing"), hint)
    message, hint = _said(details, _secret(within, field))
    return document.problem(path, message, hint)


def _said(details: ErrorDetails, secret: bool) -> tuple[Saying, Saying]:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    found = _found(value, secret)
    if kind in _EXPECTED:
        return _wanted(_EXPECTED[kind], found), _unquoted(kind, value) if not secret else NOTHING
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        bound = context.get(key)
        return _wanted(words(f"{bound:g}" if isinstance(bound, float) else bound), found), NOTHING
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", ""))
        choices = re.findall(r"'([^']*)'", expected)
        hint = did_you_mean(value, choices) if isinstance(value, str) and not secret else NOTHING
        return _wanted(_one_of(choices, expected), found), hint
    if kind == "string_pattern_mismatch":
        return _of_form(str(context.get("pattern")), value, found)
    if kind in _SIZES:
        size = context.get("min_length", context.get("max_length"))
        empty = "short" in kind and size == 1
        return saying("must not be empty") if empty else _SIZES[kind](size), NOTHING
    hint = context.get("hint", "")
    hint = hint if isinstance(hint, Saying) else verbatim(str(hint))
    said = _of_validator(context)
    if said is not None and not secret:
        return said, hint
    message = details["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    message = _without(message, value) if secret else redact(message)
    return verbatim(message[:1].lower() + message[1:300]), hint


def _of_validator(context: Mapping[str, Any]) -> Saying | None:
    """What a check of ours says, in words that can be told in both languages."""
    message, error = context.get("message"), context.get("error")
    if isinstance(message, Saying):
        return message
    return error.args[0] if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Saying) else None


def _wanted(wanted: Saying, found: Saying) -> Saying:
    return saying("expected {wanted}, found {found}", wanted=wanted, found=found)


def _one_of(choices: Sequence[str], expected: str) -> Saying:
    *others, last = [f"'{choice}'" for choice in choices] or [""]
    said = saying("{first} or {last}", first=tuple(others), last=last)
    return said if str(said) == expected else verbatim(expected)


def _of_form(pattern: str, value: Any, found: Saying) -> tuple[Saying, Saying]:
    if pattern == ID_PATTERN:
        wanted = saying("lower-case letters, digits, '-' and '_' (at most 63)")
        return _wanted(wanted, found), _as_id(value)
    if pattern == TAG_PATTERN:
        return _wanted(saying("a word such as indoor, or a kind and an id such as switch:sw-3"), found), NOTHING
    return _wanted(saying("a text of the form {pattern}", pattern=pattern), found), NOTHING


def _unquoted(kind: str, value: Any) -> Saying:
    if kind == "date_type" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return saying("Without quotes: {value}.", value=value)
    if kind == "list_type" and isinstance(value, dict):
        return saying("A list of tables is written [{ … }, { … }], or as [[…]] with two brackets.")
    return NOTHING


def _without(message: str, value: Any) -> str:
    """A message of somebody else's check, without the value that it was about."""
    return redact(message.replace(str(value), "***") if str(value) else message)


def _as_id(value: Any) -> Saying:
    changed = re.sub(r"[^a-z0-9_-]+", "-", str(value).lower()).strip("-_")[:63]
    return saying("Such as {example!r}.", example=changed) if changed and isinstance(value, str) else NOTHING


def _found(value: Any, secret: bool) -> Saying:
    match value:
        case bool():
            return verbatim("true" if value else "false")
        case int() | float() if not secret:
            return verbatim(str(value)[:60])
        case str() if not secret:
            shown = redact(value)
            return verbatim(repr(shown if len(shown) <= 60 else shown[:60] + "…"))
        case int() | float():
            return _NUMBER
        case str():
            return saying("a text")
        case dict():
            return _TABLE
        case list() | tuple():
            return saying("a list")
        case _:
            return saying("a {type}", type=type(value).__name__)


def _secret(within: Path, field: FieldInfo | None) -> bool:
    name = next((part for part in reversed(within) if isinstance(part, str)), "")
    return bool(_SECRET_NAME.search(name)) or (field is not None and Secret in _types(field.annotation))


# --- finding the way ----------------------------------------------------------------------------------------------


def _in_data(document: Document, base: Path, location: Sequence[str | int], kind: str) -> Path:
    """`location` without the names that pydantic adds for the members of a union and the keys of a dict."""
    value: Any = document.data
    for part in base:
        value = value[part]
    path: list[str | int] = []
    for number, part in enumerate(location):
        inside = isinstance(value, dict) and part in value
        listed = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if inside or listed:
            value = value[part]
            path.append(part)
        elif number == len(location) - 1 and kind == "missing":
            path.append(part)
    return tuple(path)


def _types(annotation: Any) -> list[Any]:
    """The types that an annotation names, whatever holds them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _types(get_args(annotation)[0])
    if origin in (Union, UnionType) or (isinstance(origin, type) and issubclass(origin, list | tuple | set | dict)):
        return [found for argument in get_args(annotation) for found in _types(argument)]
    return [annotation]


def models_of(annotation: Any) -> list[type[BaseModel]]:
    """The tables that an annotation names, whatever holds them."""
    return [found for found in _types(annotation) if isinstance(found, type) and issubclass(found, BaseModel)]


def _field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    candidates: list[type[BaseModel]] = [model]
    field: FieldInfo | None = None
    for part in path:
        if isinstance(part, int):
            continue
        field = next((found for found in (_field(candidate, part) for candidate in candidates) if found), None)
        if field is None:
            return None
        candidates = models_of(field.annotation)
    return field


def _field(model: type[BaseModel], name: str) -> FieldInfo | None:
    for field_name, field in model.model_fields.items():
        if name in (field_name, field.alias, field.validation_alias):
            return field
    return None


def _model_at(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    field = _field_at(model, path)
    if field is None:
        return [model] if not any(isinstance(part, str) for part in path) else []
    return models_of(field.annotation)


def _keys(models: Iterable[type[BaseModel]]) -> list[str]:
    return [key for model in models for key in keys_of(model)]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table of this model may hold, as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]
