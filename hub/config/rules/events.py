"""The `on` of a rule: names of events, and wildcards that stand for an area of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from hub.config.problems import Problem, did_you_mean, suggestion
from hub.config.rules.values import listed
from hub.config.toml import Document, Path
from hub.core.catalogue import CATALOGUE, FINDINGS, clearing_of
from hub.core.saying import saying


@cache
def beginnings() -> dict[str, tuple[str, ...]]:
    """The events of each area that do not end another, by the area: `view` → `view.moved` …"""
    found: dict[str, tuple[str, ...]] = {}
    for name, event in CATALOGUE.items():
        if event.CLEARS is None:
            area = name.partition(".")[0]
            found[area] = (*found.get(area, ()), name)
    return found


def expanded(on: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each item of an `on` by its number, with the events that it stands for: none where it is not understood."""
    for index, name in enumerate(listed(on)):
        if not isinstance(name, str):
            continue
        if name in CATALOGUE:
            yield index, (name,)
        elif name.endswith(".*"):
            yield index, beginnings().get(name.removesuffix(".*"), ())


def check_events(document: Document, path: Path, on: Any, *, lasting: bool) -> Iterator[Problem]:
    """What is wrong with the `on` of the rule at `path`; `lasting`: it has a `for`, which something must end."""
    for index, name in enumerate(listed(on)):
        at = (*path, "on", index) if isinstance(on, list) else (*path, "on")
        if not isinstance(name, str):
            continue
        if "*" in name:
            yield from _check_wildcard(document, at, name)
        elif name not in CATALOGUE:
            hint = did_you_mean(name, CATALOGUE) or suggestion(name, FINDINGS, of=saying("findings of the watch"))
            yield document.problem(at, saying("there is no event {name!r}", name=name[:100]), hint)
    if lasting:
        for _, names in expanded(on):
            endless = [name for name in names if not clearing_of(name)]
            if endless:
                yield document.problem(
                    (*path, "for"),
                    saying("no event ends {event!r}, so nothing could stop the wait", event=endless[0]),
                    saying("`for` is only for what begins and ends, such as 'view.obstructed'; leave it out here."),
                    of_key=True,
                )
    yield from _named_twice(document, path, on)


def _check_wildcard(document: Document, at: Path, name: str) -> Iterator[Problem]:
    area = name.removesuffix(".*")
    if name == "*":
        hint = saying("Name an area, such as `picture.*`, or list the events.")
        yield document.problem(at, saying("`*` would be every event there is"), hint)
    elif "*" in area:
        hint = saying("It stands for a whole area: `view.*`.")
        yield document.problem(at, saying("the wildcard {name!r} cannot be read", name=name[:100]), hint)
    elif area not in beginnings():
        hint = suggestion(f"{area}.*", [f"{known}.*" for known in beginnings()], of=saying("areas of events"))
        yield document.problem(at, saying("there is no event like {name!r}", name=name[:100]), hint)


def _named_twice(document: Document, path: Path, on: Any) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, names in expanded(on):
        for name in names:
            if seen.setdefault(name, index) != index:
                message = saying("the event {name!r} is named twice", name=name)
                yield document.problem((*path, "on", index), message, saying("Once is enough."), level="warning")
                break
