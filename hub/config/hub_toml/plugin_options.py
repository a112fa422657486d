"""One table of hub.toml against the model of the plugin that it belongs to."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from hub.config.explain import explain, keys_of, unknown_key
from hub.config.nouns import Noun
from hub.config.problems import Problem, suggestion
from hub.config.toml import Document, Path
from hub.core.saying import after, saying
from hub.secret import Secret, redact

_OFFERED = {
    "vendor": Noun(saying("vendor"), saying("loaded vendors")),
    "camera driver": Noun(saying("camera driver"), saying("loaded camera drivers")),
    "notifier": Noun(saying("notifier"), saying("loaded notifiers")),
    "notifier or service": Noun(saying("notifier or service"), saying("loaded notifiers or services")),
    "storage": Noun(saying("storage"), saying("loaded storages")),
    "store": Noun(saying("store"), saying("loaded stores")),
}
"""What plugins bring."""
_LOADED = saying("Is its plugin loaded? `hub plugins list` shows.")
IN_CLEAR = saying("a secret is written in clear")
BY_REFERENCE = saying("Anyone who reads the file reads it; give it as 'env:NAME' or 'file:PATH'.")
_NO_SECRET = ("user", "username")
"""Keys that plugins guard like secrets and that may well stand in the file."""


def not_loaded(kind: str, name: str, offered: Iterable[str], path: Path, document: Document) -> Problem:
    noun = _OFFERED[kind]
    hint = after(suggestion(name, offered, of=noun.many), _LOADED)
    return document.problem(
        path, saying("no loaded plugin brings the {thing} {name!r}", thing=noun.one, name=name), hint, plugin=name
    )


def checked(
    model: type[BaseModel],
    table: dict[str, Any],
    path: Path,
    document: Document,
    problems: list[Problem],
    *,
    also: Iterable[str] = (),
) -> BaseModel | None:
    """The table as an instance of the plugin's model; what is wrong is added to `problems`."""
    keys = keys_of(model)
    ignored = (
        [] if model.model_config.get("extra") in ("forbid", "allow") else [key for key in table if key not in keys]
    )
    problems += [unknown_key(document, (*path, key), [*keys, *also]) for key in ignored]
    try:
        options = model.model_validate(table)
    except ValidationError as error:
        problems += explain(error, document, path, model, also=also)
        return None
    except Exception as error:  # The check is the plugin's own code, and must not take the rest of the file with it.
        reason = redact(f"{type(error).__name__}: {error}")[:200]
        problems.append(
            document.problem(
                path,
                saying("the plugin's own check broke: {reason}", reason=reason),
                saying("Tell the plugin's author."),
            )
        )
        return None
    problems += secrets_in_clear(options, path, document)
    return None if ignored else options


def secrets_in_clear(value: Any, path: Path, document: Document) -> Iterator[Problem]:
    if isinstance(value, Secret):
        if not (value.by_reference or path[-1] in _NO_SECRET or _harmless(value)):
            yield document.problem(
                path,
                IN_CLEAR,
                BY_REFERENCE,
                level="warning",
            )
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from secrets_in_clear(getattr(value, name), (*path, field.alias or name), document)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from secrets_in_clear(item, (*path, str(key)), document)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from secrets_in_clear(item, (*path, index), document)


def _harmless(secret: Secret) -> bool:
    """Whether it is an address that could hold a password and does not, or nothing at all."""
    text = secret.reveal()
    return not text or ("://" in text and redact(text) == text)
