"""Writes what in docs/plugins follows from the code: hooks.md, ports.md and sessions.md whole, quotes in the others.

    python -m tests.guards.plugin_pages [--check]

In a page that people write, `<!-- file: PATH -->` stands above a code block with that file's text, and
`<!-- keys of plugin.toml -->` above the table of the keys.
"""

import ast
import inspect
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import msgspec

import hub.api
from hub import hookspecs, ports
from hub.plugin_host import Offer, PluginHost, discover
from hub.plugin_host.manifest import PluginToml
from hub.plugin_host.registration import HOOKS
from hub.testing.contracts.vendor_base import VendorBase
from hub.testing.devices import Fault, FaultKind
from hub.vendor import access, finding, session, values

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "plugins"
_NOTE = "<!-- Written by tests/guards/plugin_pages.py from the docstrings: change those, then run `make docs`. -->\n"
_FILE = re.compile(r"<!-- file: (?P<path>\S+) -->\n```(?P<kind>\w*)\n(?:.*\n)*?```\n")
_KEYS = re.compile(r"<!-- keys of plugin\.toml -->\n(?:\|.*\n)*")
_CASES = re.compile(r"<!-- cases of the vendor contract -->\n(?:\|.*\n)*")
_FAULTS = re.compile(r"<!-- faults of the replay server -->\n(?:\|.*\n)*")
_ALIASES: Mapping[ModuleType, tuple[str, ...]] = {values: ("Capability", "Support", "EventKind")}
_REGISTERS = {
    "hub_register_cameras": hookspecs.RegisterCamera,
    "hub_register_notifiers": hookspecs.RegisterNotifier,
    "hub_register_stores": hookspecs.RegisterStore,
    "hub_register_services": hookspecs.RegisterService,
    "hub_register_vendors": hookspecs.RegisterVendor,
    "hub_register_finders": hookspecs.RegisterFinder,
    "hub_register_storages": hookspecs.RegisterStorage,
}


def pages() -> dict[Path, str]:
    """Every page, as it should be."""
    written = {page: page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md"))}
    quoted = {page: _filled(_FILE.sub(_quote, text)) for page, text in written.items()}
    made = {"hooks.md": hooks_page(), "ports.md": ports_page(), "sessions.md": sessions_page()}
    return quoted | {PAGES / name: text for name, text in made.items()}


def hooks_page() -> str:
    """The reference of the hooks."""
    parts = [_NOTE, "# Hooks\n", _doc(hookspecs), ""]
    users = _users()
    for name in HOOKS:
        hook = getattr(hookspecs, name)
        summary, _, rest = _doc(hook).partition("\n")
        parts += [f"## {name}(register)\n", summary, _parameters(rest.strip()), ""]
        parts += ["```python", f"register{_signature(_REGISTERS[name].__call__)}", "```\n"]
        parts += [f"Used by {', '.join(f'`hub_{user}`' for user in users[name])}.\n"]
    return _page(parts)


def ports_page() -> str:
    """The reference of what a plugin implements and is given."""
    parts = [_NOTE, "# Ports\n", _doc(ports).replace("`hub.errors`", "`hub.api`"), ""]
    parts += _reference(ports, "##")
    parts += ["## Everything in hub.api\n", "| name | what it is |", "|---|---|"]
    parts += [f"| `{name}` | {_what(name)} |" for name in sorted(hub.api.__all__, key=str.lower)]
    return _page(parts)


def sessions_page() -> str:
    """The reference of what a vendor of devices implements and is given."""
    parts = [_NOTE, "# Sessions with devices\n", _doc(session).replace("`hub.errors.DeviceError`", "`DeviceError`"), ""]
    parts += ["## What a vendor implements\n", *_reference(session, "###")]
    for title, module in (("What it is given", access), ("What it tells", values), ("Finding devices", finding)):
        parts += [f"## {title}\n", _doc(module), "", *_reference(module, "###")]
        parts += [line for name in _ALIASES.get(module, ()) for line in (f"### {name}\n", *_choices(name), "")]
    return _page(parts)


def _reference(module: ModuleType, level: str) -> list[str]:
    """Every class of a module: what it is, its fields, its methods."""
    parts: list[str] = []
    for name, port in _own_classes(module):
        parts += [f"{level} {name}\n", _doc(port) if port.__doc__ else "", ""]
        parts += [f"- {line}" for line in _fields(port)]
        parts += [""]
        for method, member in vars(port).items():
            function = member.fget if isinstance(member, property) else member
            if not inspect.isfunction(function) or method.startswith("_"):
                continue
            if isinstance(member, property):
                parts += ["```python", f"{method}{_signature(function)[2:].replace(' -> ', ': ')}", "```\n"]
            else:
                keyword = "async def" if inspect.iscoroutinefunction(function) else "def"
                parts += ["```python", f"{keyword} {method}{_signature(function)}", "```\n"]
            parts += [_doc(function), ""] if function.__doc__ else []
    return parts


def _choices(name: str) -> list[str]:
    """The words that a name of `hub.api` may be."""
    return [", ".join(f"`{word}`" for word in typing.get_args(getattr(hub.api, name)))]


def _page(parts: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts).rstrip()) + "\n"


def _users() -> dict[str, list[str]]:
    host = PluginHost()
    host.load(discover())
    offers: list[Offer] = [*host.cameras.values(), *host.notifiers.values(), *host.stores.values()]
    offers += [*host.services.values(), *host.vendors.values(), *host.finders.values()]
    return {hook: sorted({offer.plugin for offer in offers if offer.kind == kind}) for hook, kind in HOOKS.items()}


def _doc(thing: object) -> str:
    return inspect.getdoc(thing) or ""


def _parameters(text: str) -> str:
    return re.sub(r":param (\w+): ((?:.|\n)+?)(?=\n\n|\n:param|\Z)", lambda m: f"- `{m[1]}`: {_one_line(m[2])}", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _signature(function: Any) -> str:
    (node,) = ast.parse(dedent(inspect.getsource(function))).body
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({arguments}){returns}"


def _own_classes(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if inspect.isclass(value) and value.__module__ == module.__name__:
            yield name, value


def _fields(port: Any) -> Iterator[str]:
    """`name: type = default` and what stands below it in the source."""
    (node,) = ast.parse(inspect.getsource(port)).body
    assert isinstance(node, ast.ClassDef)
    for number, statement in enumerate(node.body):
        if isinstance(statement, ast.AnnAssign):
            follower = node.body[number + 1] if number + 1 < len(node.body) else None
            text = ""
            if isinstance(follower, ast.Expr) and isinstance(follower.value, ast.Constant):
                text = f": {_one_line(str(follower.value.value))}"
            yield f"`{ast.unparse(statement)}`{text}"


def _what(name: str) -> str:
    value = getattr(hub.api, name)
    if name == "hookimpl":
        return "Marks a function as the implementation of a hook."
    if name == "API_VERSION":
        return f"{value}: what `plugin.toml` names as `api`."
    if inspect.isclass(value) or inspect.isfunction(value):
        # From `vars`: a class without a docstring would show that of its base.
        first = (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__) or ""
        register = "The `register` of a hook; see [hooks](hooks.md)."
        own = f"See [sessions](sessions.md#{name.lower()})."
        return _one_line(first.strip().partition("\n\n")[0]) or (register if name.startswith("Register") else own)
    return f"`{str(value).replace('typing.', '')}`".replace("|", "\\|")


def _quote(match: re.Match[str]) -> str:
    text = (ROOT / match["path"]).read_text(encoding="utf-8").rstrip()
    return f"<!-- file: {match['path']} -->\n```{match['kind']}\n{text}\n```\n"


def _key_table(match: re.Match[str]) -> str:
    hints = typing.get_type_hints(PluginToml, include_extras=True)
    lines = ["<!-- keys of plugin.toml -->", "| key | | what it is |", "|---|---|---|"]
    for field in msgspec.structs.fields(PluginToml):
        metas = getattr(hints[field.name], "__metadata__", ())
        description = next(meta.description for meta in reversed(metas) if meta.description)
        lines.append(f"| `{field.name}` | {'needed' if field.required else ''} | {description} |")
    return "\n".join(lines) + "\n"


def _filled(text: str) -> str:
    """The tables of a page, as they should be. A function each: what is put in may hold backslashes."""
    for pattern, table in ((_KEYS, _key_table), (_CASES, _case_table), (_FAULTS, _fault_table)):
        text = pattern.sub(table, text)
    return text


def _case_table(match: re.Match[str]) -> str:
    lines = ["<!-- cases of the vendor contract -->", "| case | what it returns |", "|---|---|"]
    for name, function in vars(VendorBase).items():
        if (
            inspect.isfunction(function) and "NotImplementedError" in inspect.getsource(function)
        ) or name == "refusals":
            arguments = ", ".join(name for name in inspect.signature(function).parameters if name != "self")
            lines.append(f"| `{name}({arguments})` | {_one_line(_doc(function))} |")
    return "\n".join(lines) + "\n"


def _fault_table(match: re.Match[str]) -> str:
    lines = ["<!-- faults of the replay server -->", "| fault | what happens |", "|---|---|"]
    lines += ["| `Fault(404)` | that status, with a page of HTML; 401 counts as a failed sign-in when one was tried |"]
    told = dict(re.findall(r"`([a-z-]+)`: (.+?)\.(?= `|$)", _one_line(_doc(Fault))))
    lines += [f'| `Fault("{kind}")` | {told[kind]} |' for kind in typing.get_args(FaultKind)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are not as they should be."""
    stale = [page for page, text in pages().items() if not page.exists() or page.read_text(encoding="utf-8") != text]
    for page in stale:
        if "--check" in arguments:
            print(f"{page.relative_to(ROOT)} is out of date: run `make docs`.")
        else:
            page.write_text(pages()[page], encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
    return int("--check" in arguments and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
