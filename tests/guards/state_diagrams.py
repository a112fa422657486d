"""The states of everything that has states, as diagrams made from the tables in the code."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import hub.core
from hub.core.catalogue import CATALOGUE


def tables() -> Iterator[tuple[str, str, tuple[tuple[str, str, str], ...]]]:
    """Each module of the core with a table: its name, its first sentence and the table."""
    for found in sorted(pkgutil.walk_packages(hub.core.__path__, "hub.core."), key=lambda each: each.name):
        module = importlib.import_module(found.name)
        table = getattr(module, "TRANSITIONS", None)
        if table is not None and not found.ispkg:
            doc = inspect.cleandoc(module.__doc__ or "").partition("\n\n")[0]
            yield found.name, " ".join(doc.split()), table


def diagrams() -> str:
    """One section for each, in Mermaid; GitHub and most readers of Markdown draw it."""
    lines: list[str] = []
    for name, doc, table in tables():
        title = name.removeprefix("hub.core.").removesuffix(".model").replace(".", ": ")
        lines += [f"### {title.capitalize()}", "", doc, "", "```mermaid", "stateDiagram-v2"]
        arrows: dict[tuple[str, str], list[str]] = {}
        for source, event, target in table:
            if source != target:  # what changes no state would hide those that do
                arrows.setdefault((_state(source), _state(target)), []).append(event)
        lines += [f"    {begin} --> {end} : {', '.join(events)}" for (begin, end), events in arrows.items()]
        lines += ["```", ""]
    return "\n".join(lines).rstrip()


def unknown_events() -> list[str]:
    """Events in the tables that nothing puts on record."""
    return [
        f"{name}: {event}"
        for name, _doc, table in tables()
        for _source, events, _target in table
        for event in events.split(" or ")
        if event not in CATALOGUE
    ]


def _state(name: str) -> str:
    return "[*]" if name in ("", "*", "nothing") else name.replace(" ", "_").replace("-", "_")
