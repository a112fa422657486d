"""What pydantic found wrong, in plain words: what was expected, what was found, and where."""

import re
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from hub.config.problems import Problem, did_you_mean, suggestion
from hub.config.toml import Document, Path
from hub.secret import Secret, redact

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
TAG_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}(:[a-z0-9][a-z0-9_-]{0,62})?$"
_SECRET_NAME = re.compile(r"(?i)pass|pwd|secret|token|credential|(?:^|_)key$")

_EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number that is not infinite",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a [list]",
    "tuple_type": "a [list]",
    "set_type": "a [list]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "path_type": "a path in quotes",
    "time_type": "a time",
    "date_type": "a date",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
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
    return document.problem(path, "unknown key", suggestion(str(path[-1]), known, of="keys here"), of_key=True)


def _problem(
    details: ErrorDetails, document: Document, base: Path, model: type[BaseModel], also: Iterable[str]
) -> Problem:
    kind = details["type"]
    within = _in_data(document, base, details["loc"], kind)
    path = (*base, *within)
    if kind == "extra_forbidden" and len(within) > 1 and path[-1] in keys_of(model):
        table = ".".join(str(part) for part in path[:-1] if isinstance(part, str))
        hint = f"It belongs to the table before: write it above [[{table}]]."
        return document.problem(path, "unknown key here", hint, of_key=True)
    if kind == "extra_forbidden":
        return unknown_key(document, path, [*_keys(_model_at(model, within[:-1])), *(also if len(within) == 1 else ())])
    field = _field_at(model, within)
    if kind == "missing":
        hint = field.description if field is not None and field.description else ""
        tables = _model_at(model, within[:-1])
        if any(table.model_config.get("extra") == "allow" for table in tables) and isinstance(details["input"], dict):
            # There an unknown key is no mistake by itself: it may belong to a plugin.
            others = set(map(str, details["input"])) - set(_keys(tables))
            slip = next((key for key in sorted(others) if did_you_mean(key, [str(path[-1])])), None)
            hint = f"Is `{slip}` meant to be it?" if slip else hint
        return document.problem(path, "is missing", hint)
    message, hint = _said(details, _secret(within, field))
    return document.problem(path, message, hint)


def _said(details: ErrorDetails, secret: bool) -> tuple[str, str]:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    found = _found(value, secret)
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, found {found}", _unquoted(kind, value) if not secret else ""
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        bound = context.get(key)
        shown = f"{bound:g}" if isinstance(bound, float) else bound
        return f"expected {words} {shown}, found {found}", ""
    if kind in ("literal_error", "enum"):
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        hint = did_you_mean(value, choices) if isinstance(value, str) and not secret else ""
        return f"expected {context.get('expected')}, found {found}", hint
    if kind == "string_pattern_mismatch":
        if context.get("pattern") == ID_PATTERN:
            return f"expected lower-case letters, digits, '-' and '_' (at most 63), found {found}", _as_id(value)
        if context.get("pattern") == TAG_PATTERN:
            return f"expected a word such as indoor, or a kind and an id such as switch:sw-3, found {found}", ""
        return f"expected a text of the form {context.get('pattern')}, found {found}", ""
    if kind in ("string_too_short", "too_short"):
        least = context.get("min_length")
        of = "characters" if kind == "string_too_short" else "items"
        return ("must not be empty" if least == 1 else f"expected at least {least} {of}"), ""
    if kind in ("string_too_long", "too_long"):
        of = "characters" if kind == "string_too_long" else "items"
        return f"expected at most {context.get('max_length')} {of}", ""
    message = details["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    message = _without(message, value) if secret else redact(message)
    return message[:1].lower() + message[1:300], str(context.get("hint", ""))


def _unquoted(kind: str, value: Any) -> str:
    if kind == "date_type" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"Without quotes: {value}."
    if kind == "list_type" and isinstance(value, dict):
        return "A list of tables is written [{ … }, { … }], or as [[…]] with two brackets."
    return ""


def _without(message: str, value: Any) -> str:
    """A message of somebody else's check, without the value that it was about."""
    return redact(message.replace(str(value), "***") if str(value) else message)


def _as_id(value: Any) -> str:
    changed = re.sub(r"[^a-z0-9_-]+", "-", str(value).lower()).strip("-_")[:63]
    return f"Such as '{changed}'." if changed and isinstance(value, str) else ""


def _found(value: Any, secret: bool) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float() if not secret:
            return str(value)[:60]
        case str() if not secret:
            shown = redact(value)
            return repr(shown if len(shown) <= 60 else shown[:60] + "…")
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


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


def _models(annotation: Any) -> list[type[BaseModel]]:
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
        candidates = _models(field.annotation)
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
    return _models(field.annotation)


def _keys(models: Iterable[type[BaseModel]]) -> list[str]:
    return [key for model in models for key in keys_of(model)]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table of this model may hold, as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]
