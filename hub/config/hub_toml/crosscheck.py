"""What must agree between the tables of hub.toml. Works on the raw data, so that one mistake does not hide another."""

from collections.abc import Iterator
from typing import Any

from hub.config.hub_toml.judging import check_kinds
from hub.config.hub_toml.recording import check_keeping
from hub.config.hub_toml.storages import check_tiers
from hub.config.nouns import NOUNS
from hub.config.problems import Problem, on_line, suggestion
from hub.config.toml import Document, Path
from hub.core.saying import after, saying

_KINDS = {
    "departments": "department",
    "areas": "area",
    "devices": "device",
    "cameras": "camera",
    "routes": "route",
    "storages": "storage",
}


def cross_check(document: Document) -> list[Problem]:
    """Ids used twice, and names of things that are not there."""
    problems: list[Problem] = []
    for table, kind in _KINDS.items():
        problems += _used_twice(document, table, kind)
    problems += _missing(document, "areas", "department", "departments")
    problems += _missing(document, "cameras", "area", "areas")
    problems += _contacts(document)
    problems += check_kinds(document)
    problems += check_keeping(document)
    problems += check_tiers(document)
    problems += _not_tables(document)
    return problems


def _items(document: Document, table: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    items = document.data.get(table)
    if isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield (table, index), item


def _ids(document: Document, table: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path, item in _items(document, table):
        if isinstance(item.get("id"), str):
            found.setdefault(item["id"], path)
    return found


def _used_twice(document: Document, table: str, kind: str) -> Iterator[Problem]:
    first = _ids(document, table)
    for path, item in _items(document, table):
        name = item.get("id")
        if isinstance(name, str) and first[name] != path:
            line = document.position((*first[name], "id")).line
            yield document.problem(
                (*path, "id"),
                saying("there is another {thing} with the id {name!r}", thing=NOUNS[kind].one, name=name[:63]),
                on_line(line),
            )


def _missing(document: Document, table: str, key: str, there: str) -> Iterator[Problem]:
    known = _ids(document, there)
    for path, item in _items(document, table):
        name = item.get(key)
        if isinstance(name, str) and name not in known:
            yield document.problem(
                (*path, key),
                saying("there is no {thing} {name!r}", thing=NOUNS[_KINDS[there]].one, name=name[:63]),
                suggestion(name, known, of=NOUNS[_KINDS[there]].many),
            )


def _contacts(document: Document) -> Iterator[Problem]:
    """Accounts with two contacts, and leaders with none."""
    first: dict[str, Path] = {}
    for path, item in _items(document, "contacts"):
        account = item.get("account")
        if isinstance(account, str) and first.setdefault(account, path) != path:
            line = document.position((*first[account], "account")).line
            message = saying("there are other contacts of the account {account!r}", account=account[:63])
            yield document.problem((*path, "account"), message, saying("They are on line {line}.", line=line))
    for path, item in _items(document, "departments"):
        leader = item.get("leader")
        if isinstance(leader, str) and leader not in first:
            yield document.problem(
                (*path, "leader"),
                saying("the leader {leader!r} has no [[contacts]], so no message reaches them", leader=leader[:63]),
                suggestion(leader, first, of=saying("accounts with contacts")),
                level="warning",
            )


def _not_tables(document: Document) -> Iterator[Problem]:
    plugins = document.data.get("plugins")
    if isinstance(plugins, dict):
        for name, value in plugins.items():
            if name not in ("path", "disabled") and not isinstance(value, dict):
                hint = suggestion(name, ("path", "disabled"), of=saying("keys here"))
                yield document.problem(
                    ("plugins", name),
                    saying("unknown key"),
                    after(hint, saying("The options of a plugin are a table: [plugins.{name}].", name=name[:63])),
                    of_key=True,
                )
