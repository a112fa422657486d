"""Sections of the documents that follow from the code. Each function gives Markdown; `SECTIONS` names them.

A page that people write holds such a section between `<!-- made: NAME -->` and `<!-- /made -->`.
"""

import ast
import inspect
import tomllib
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import groupby
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import typer

import hub
from bench.picture import page as accuracy
from hub.cli import exit_codes
from hub.cli.main import app
from hub.core.catalogue import CATALOGUE, clearing_of
from hub.core.commands import PersonCommand
from hub.core.event import wire_name
from hub.core.people.account import ROLES
from hub.core.people.rights import roles_for
from hub.plugin_host import discover, find_commands, load_command
from hub.vision.diagnosis import DETECTORS, KINDS
from hub.vision.names import FAULTS, MEASURES
from tests.guards import figure_table, state_diagrams

ROOT = Path(__file__).parents[2]
_KINDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    datetime: "time (UTC)",
    date: "day",
    time: "time of day",
}


def _structures() -> tuple[type[msgspec.Struct], ...]:
    """The structures that fields of events hold, and those within them, in the order in which a reader meets them."""
    found: dict[type[msgspec.Struct], None] = {}
    left: list[Any] = [hint for cls in CATALOGUE.values() for hint in typing.get_type_hints(cls).values()]
    while left:
        hint = left.pop(0)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            if hint not in found:
                found[hint] = None
                left += typing.get_type_hints(hint).values()
        elif get_origin(hint) is not Literal:
            left += [argument for argument in get_args(hint) if argument is not Ellipsis]
    return tuple(found)


STRUCTURES = _structures()

# --- events -----------------------------------------------------------------------------------------------------


def events() -> str:
    """Every event of the catalogue by area, then the structures that their fields hold."""
    lines: list[str] = []
    for area, names in groupby(CATALOGUE, key=lambda name: name.partition(".")[0]):
        lines += [f"## Events: {area}", ""]
        for name in names:
            lines += _event(name)
    lines += ["## Structures", "", "What a field may hold beside plain values.", ""]
    for structure in STRUCTURES:
        lines += [f"### {structure.__name__}", "", _sentences(structure), "", *_fields(structure)]
    return "\n".join(lines).rstrip()


def _event(name: str) -> Iterator[str]:
    cls = CATALOGUE[name]
    yield from (f"### `{name}`", "", f"`{cls.__name__}`, version {cls.VERSION}. {_sentences(cls)}")
    if cls.CLEARS is not None:
        yield f"It ends `{wire_name(cls.CLEARS)}`."
    if endings := sorted(clearing_of(name)):
        yield f"It lasts until {' or '.join(f'`{ending}`' for ending in endings)}."
    yield ""
    yield from _fields(cls)


def _fields(structure: type[msgspec.Struct]) -> Iterator[str]:
    fields = msgspec.structs.fields(structure)
    if not fields:
        return
    hints = typing.get_type_hints(structure, include_extras=True)
    yield from ("| field | type | | what it is |", "|---|---|---|---|")
    for field in fields:
        kind, said = _kind(hints[field.name]), _described(hints[field.name]) or _elsewhere(field.name)
        yield f"| `{field.encode_name}` | {kind} | {'' if field.required else 'optional'} | {said} |"
    yield ""


def _kind(hint: Any) -> str:
    """A field's type in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _kind(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(argument) for argument in arguments if argument is not NoneType))
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (list, tuple):
        return f"list of {_kind(arguments[0])}"
    if origin in (dict, Mapping):
        return f"{_kind(arguments[1])} by {'day' if arguments[0] is date else 'name'}"
    return _KINDS.get(hint) or f"[{hint.__name__}](#{hint.__name__.lower()})"


def _described(hint: Any) -> str:
    """The description of an annotation, else the first sentence of its structure."""
    if get_origin(hint) is Annotated:
        found = [meta.description for meta in get_args(hint)[1:] if getattr(meta, "description", None)]
        return found[-1] if found else _described(get_args(hint)[0])
    inner = next((argument for argument in get_args(hint) if argument is not NoneType), hint)
    return _sentences(inner) if inner in STRUCTURES else ""


def _elsewhere(name: str) -> str:
    """What the field of this name is in the first event that describes it: `clause` is the same everywhere."""
    for cls in CATALOGUE.values():
        hint = typing.get_type_hints(cls, include_extras=True).get(name)
        if hint is not None and (said := _described(hint)):
            return said
    return ""


def _sentences(thing: Any) -> str:
    """The first paragraph of a docstring of its own, on one line."""
    return " ".join(inspect.cleandoc(thing.__dict__.get("__doc__") or "").partition("\n\n")[0].split())


# --- commands ---------------------------------------------------------------------------------------------------


def command_tree() -> Any:
    """The whole `hub` command as its command-line parser has it, with what the plugins in the box add."""
    tree: Any = typer.main.get_command(app)
    for name, command in find_commands(discover()).items():
        group: Any = typer.main.get_command(load_command(command))
        group.name, group.rich_help_panel = name, "Plugins"
        tree.commands[name] = group
    return tree


def commands() -> str:
    """Every command with its options, by the panels of `hub --help`."""
    tree = command_tree()
    lines: list[str] = []
    panels = dict.fromkeys(command.rich_help_panel for command in tree.commands.values())
    for panel in panels:
        lines += [f"## {panel}", ""]
        for name, command in tree.commands.items():
            if command.rich_help_panel == panel:
                lines += _command(f"hub {name}", command)
    return "\n".join(lines).rstrip()


def _command(name: str, command: Any) -> Iterator[str]:
    yield from (f"### {name}", "")
    yield from (*_paragraphs(command.help), "")
    below = dict(_below(command))
    own = _usage(name, command)
    usages = [own] if not below or command.invoke_without_command else []
    usages += [
        _usage(f"{name} {sub}", subcommand, None if " " in sub else command) for sub, subcommand in below.items()
    ]
    yield from ("```text", *usages, "```", "")
    rows = [row for row in map(_option_row, command.params) if row]
    for sub, subcommand in below.items():
        words = " ".join(subcommand.help.split()) if subcommand.help else ""
        rows.append(f"| **`{sub}`** | {_cell(words)} |")
        rows += [row for row in map(_option_row, subcommand.params) if row]
    if rows:
        yield from ("| | |", "|---|---|", *rows, "")


def _below(command: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """The sub-commands, and those of groups among them by both words; a group that does something itself is one."""
    for name, sub in getattr(command, "commands", {}).items():
        inner = getattr(sub, "commands", {})
        if not inner or sub.invoke_without_command:
            yield f"{before}{name}", sub
        yield from _below(sub, f"{before}{name} ")


def _usage(name: str, command: Any, above: Any = None) -> str:
    words, last = name.rsplit(" ", 1)
    before = "".join(f" {_usage_of(option)}" for option in above.params if _is_shared(option)) if above else ""
    before = before.replace(" [--json]", "") if above is not None else before
    return " ".join([words + before, last, *map(_usage_of, command.params)])


def _usage_of(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]"
    option = max(parameter.opts, key=len)
    value = "" if parameter.is_flag else f" {_value_name(parameter)}"
    return f"{option}{value}" if parameter.required else f"[{option}{value}]"


def _value_name(parameter: Any) -> str:
    named: str = {"site": "DIR", "url": "URL", "limit": "N", "minutes": "N"}.get(parameter.name, "TEXT")
    return named


def _option_row(parameter: Any) -> str:
    if _is_shared(parameter) or "completion" in parameter.name:
        return ""
    said = parameter.help or ""
    if parameter.default not in (None, "", False) and parameter.show_default:
        said += f" Without it: `{parameter.default}`."
    if parameter.multiple and "twice" not in said:
        said += " May be given more than once."
    return f"| {_names(parameter)} | {_cell(said.strip())} |"


def _names(parameter: Any) -> str:
    names = [parameter.name.upper()] if parameter.param_type_name == "argument" else sorted(parameter.opts, key=len)
    return ", ".join(f"`{name}`" for name in names)


def _is_shared(parameter: Any) -> bool:
    return bool(set(parameter.opts) & {"--site", "--url", "--json"})


def shared_options() -> str:
    """The options that many commands have."""
    lines = ["| option | environment | |", "|---|---|---|"]
    for option in filter(_is_shared, command_tree().commands["status"].params):
        environment = f"`{option.envvar}`" if option.envvar else ""
        lines.append(f"| {_names(option)} | {environment} | {_cell(option.help)} |")
    return "\n".join(lines)


def _paragraphs(text: str | None) -> Sequence[str]:
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n")]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- the rest ---------------------------------------------------------------------------------------------------


def exit_code_table() -> str:
    """What the exit code of `hub` means, from the enumeration and the strings below its members."""
    (cls,) = (node for node in ast.parse(inspect.getsource(exit_codes)).body if isinstance(node, ast.ClassDef))
    lines = ["| code | name | meaning |", "|---|---|---|"]
    for statement, after in zip(cls.body, [*cls.body[1:], None], strict=True):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            code = exit_codes.Exit[statement.targets[0].id]
            said = "It worked."
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                said = " ".join(str(after.value.value).split())
            lines.append(f"| {int(code)} | `{code.name}` | {said} |")
    return "\n".join(lines)


def rights() -> str:
    """Who may give which command."""
    roles = [role for role in ROLES if role != "reader"]
    lines = [f"| command | right | | {' | '.join(role.replace('_', ' ') for role in roles)} |"]
    lines.append("|---" * (len(roles) + 3) + "|")
    for command in get_args(PersonCommand):
        marks = " | ".join("yes" if role in roles_for(command) else "" for role in roles)
        lines.append(f"| `{command.__struct_config__.tag}` | {command.NEEDS or ''} | {_sentences(command)} | {marks} |")
    return "\n".join(lines)


def folders() -> str:
    """Every package and module directly below hub/, with the first sentence of its docstring."""
    home = Path(hub.__file__).parent
    places = [path.parent for path in sorted(home.glob("*/__init__.py"))]
    places += [path for path in sorted(home.glob("*.py")) if not path.name.startswith("__")]
    lines = ["| | |", "|---|---|"]
    for place in places:
        source = place if place.is_file() else place / "__init__.py"
        doc = inspect.cleandoc(ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "")
        name = f"hub/{place.name}" + ("" if place.is_file() else "/")
        lines.append(f"| `{name}` | {_cell(' '.join(doc.partition(chr(10) * 2)[0].split()))} |")
    return "\n".join(lines)


def parts_of(package: str) -> str:
    """The packages in `hub/<package>`."""
    lines = ["| folder | what it is |", "|---|---|"]
    for init in sorted((ROOT / "hub" / package).glob("*/__init__.py")):
        first = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
        lines.append(f"| `{init.parent.relative_to(ROOT)}/` | {first} |")
    return "\n".join(lines)


def layers() -> str:
    """The import layers, as the import contract has them."""
    contract = next(contract for contract in _contracts() if contract["type"] == "layers")
    return "\n".join(["```text", *(layer.replace("hub.", "") for layer in contract["layers"]), "```"])


def contracts() -> str:
    """The names of the import contracts."""
    return "\n".join(f"- {contract['name']}." for contract in _contracts())


def _contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def plugins() -> str:
    """The plugins in the box."""
    lines = ["| plugin | what it brings | |", "|---|---|---|"]
    for manifest in discover():
        page = f"../plugins/{manifest.package}/README.md"
        name = f"[`{manifest.package}`]({page})" if (ROOT / "docs" / page).is_file() else f"`{manifest.package}`"
        lines.append(f"| {name} | {', '.join(manifest.kinds)} | {manifest.title.en} |")
    return "\n".join(lines)


def measures() -> str:
    """Every measure of the picture judgement."""
    lines = ["| measure | called | unit | bad | is |", "|---|---|---|---|---|"]
    units = {"/255": "gray levels", "%": "share", "%/w": "share a week", "/160": "160ths of the width"}
    bad = {"high": "high", "low": "low", "either": "both", "none": ""}
    for key, measure in MEASURES.items():
        unit = units.get(measure.unit, "")
        lines.append(f"| `{key}` | {measure.name.en} | {unit} | {bad[measure.bad]} | {_cell(measure.means.en)} |")
    return "\n".join(lines)


def findings() -> str:
    """The findings of the picture, with the measures that each is judged by."""
    lines = ["| finding | called | measures |", "|---|---|---|"]
    for kind in KINDS:
        modules = dict.fromkeys(inspect.getmodule(each.detect) for each in DETECTORS if each.kind == kind)
        names = dict.fromkeys(name for module in modules for name in readings_of(ast.parse(inspect.getsource(module))))
        lines.append(f"| `{kind}` | {FAULTS[kind].en} | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(lines)


def readings_of(module: ast.Module) -> Iterator[str]:
    """The name of every reading that a detector's module gives, in the order of the text."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reading":
            name = node.args[0]
            assert isinstance(name, ast.Constant), "the name of a reading is a plain text"
            yield str(name.value)


SECTIONS: Mapping[str, Callable[[], str]] = {
    "events": events,
    "commands": commands,
    "shared options": shared_options,
    "exit codes": exit_code_table,
    "rights": rights,
    "folders": folders,
    "runtime": partial(parts_of, "runtime"),
    "config": partial(parts_of, "config"),
    "automation": partial(parts_of, "automation"),
    "server": partial(parts_of, "server"),
    "cli": partial(parts_of, "cli"),
    "layers": layers,
    "contracts": contracts,
    "plugins": plugins,
    "measures": measures,
    "findings": findings,
    **accuracy.SECTIONS,
    "states": state_diagrams.diagrams,
    "figures": figure_table.figures,
}
"""The sections by the name in their marker."""
