"""What must hold of every page, whoever wrote it. Each check takes pages and yields problems as `file:line: what`.

A page is its path relative to the checkout and its text; nothing here writes anything.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

Pages = Mapping[PurePosixPath, str]

_FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,})(?P<kind>[\w-]*)")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_INLINE = re.compile(r"(?<!`)`(?P<code>[^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_OUR_FILE = re.compile(r"^(?:hub|docs|tests|packaging|bench)/[\w./-]+$|^plugins/hub_\w+/[\w./-]+$")
_HUB = re.compile(r"(?:^|\s)(?:\S*/)?(?:hub|python3? -m hub)(?=\s|$)")
_MAKE = re.compile(r"(?:^|\s|`)make (?P<target>[a-z][a-z-]*)")
_MACHINE = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|workspace|mnt|tmp)/[\w.-]+")
_HOST = re.compile(r"https?://(?P<host>[\w.-]*[a-z][\w.-]*)", re.IGNORECASE)
_REGISTRY = re.compile(r"(?i)\b(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs)\.[a-z]+\b")
_SHELLS = ("sh", "console", "bash", "")
_HOSTS = frozenset(
    {
        *("localhost", "hub", "toml.io", "github.com", "www.apache.org", "age-encryption.org"),
        *("keepachangelog.com", "semver.org"),
    }
)
"""Hosts that our pages may name, beside those of examples."""


class Block(NamedTuple):
    """A fenced code block; `line` is that of its first line of text."""

    kind: str
    line: int
    text: str


# --- links ------------------------------------------------------------------------------------------------------


def broken_links(pages: Pages, root: Path) -> Iterator[str]:
    """Relative links to files or headings that are not there."""
    anchors = {page: anchors_of(text) for page, text in pages.items()}
    for page, text in pages.items():
        for line, found in _outside_code(text):
            for link in _LINK.finditer(re.sub(r"`[^`]*`", lambda code: "x" * len(code[0]), found)):
                if problem := _link_problem(link["target"], page, anchors, root):
                    yield f"{page}:{line}: {problem}"


def _link_problem(target: str, page: PurePosixPath, anchors: Mapping[PurePosixPath, set[str]], root: Path) -> str:
    if re.match(r"[a-z]+:", target):
        return ""
    path, _, anchor = target.partition("#")
    file = page if not path else _resolved(page.parent / path)
    if file is None or (file not in anchors and not (root / file).exists()):
        return f"the link {target} leads nowhere"
    if anchor and file in anchors and anchor not in anchors[file]:
        return f"{file} has no heading #{anchor}"
    return ""


def _resolved(path: PurePosixPath) -> PurePosixPath | None:
    """The path without `..`; None when it leaves the checkout."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)


def anchors_of(text: str) -> set[str]:
    """The anchors that a page's headings get."""
    found: dict[str, int] = {}
    anchors = set()
    for _, line in _outside_code(text):
        if heading := _HEADING.match(line):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"])
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            count = found[slug] = found.get(slug, -1) + 1
            anchors.add(f"{slug}-{count}" if count else slug)
    return anchors


def unreachable(pages: Pages, start: PurePosixPath) -> Iterator[str]:
    """Pages below docs/ that no chain of links from `start` reaches."""
    seen, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for _, line in _outside_code(pages.get(page, "")):
            for link in _LINK.finditer(line):
                target = _resolved(page.parent / link["target"].partition("#")[0])
                if target is not None and target in pages and target not in seen:
                    seen.add(target)
                    waiting.append(target)
    yield from (f"{page}: no page leads here" for page in pages if page.parts[0] == "docs" and page not in seen)


def missing_files(pages: Pages, root: Path) -> Iterator[str]:
    """Files of the project that a page names in code and that are not there."""
    for page, text in pages.items():
        for line, code in inline_code(text):
            if _OUR_FILE.match(code) and not (root / code).exists():
                yield f"{page}:{line}: there is no file {code}"


# --- commands ---------------------------------------------------------------------------------------------------


def unknown_commands(pages: Pages, tree: Any) -> Iterator[str]:
    """`hub …` with a sub-command or an option that the command does not have; in code blocks also with less than it
    needs."""
    for page, text in pages.items():
        shown = [(line, code, False) for line, code in inline_code(text) if code.startswith("hub ")]
        for block in blocks(text):
            if block.kind in _SHELLS:
                shown += [(line, code, True) for line, code in _command_lines(block)]
        for line, code, whole in sorted(shown):
            for words in hub_calls(code):
                if problem := command_problem(words, tree, whole=whole):
                    yield f"{page}:{line}: {problem}"


def hub_calls(line: str) -> Iterator[list[str]]:
    """The words after `hub` in each command of a shell line."""
    for part in re.split(r"\||&&|;|(?<!\d)>|\d>", line):
        if found := _HUB.search(part):
            try:
                words = shlex.split(part[found.end() :], comments=True)
            except ValueError:
                continue
            if words and words[0] != "=":
                yield words


def command_problem(words: Sequence[str], tree: Any, *, whole: bool) -> str:
    """What is wrong with a call of `hub`, or nothing. `whole`: all that the command needs must be there."""
    command, name, rest = tree, "hub", list(words)
    known = _options(tree)
    needed: set[str] = set()
    given = 0
    while rest:
        word = rest.pop(0)
        if word in ("…", "...", "COMMAND"):
            return ""
        if word.startswith("-") and word != "-":
            option, _, value = word.partition("=")
            if option not in known:
                return f"`{name}` has no option {option}"
            needed.discard(known[option].name)
            if not known[option].is_flag and not value and rest:
                rest.pop(0)
        elif word in (below := getattr(command, "commands", {})):
            command, name = below[word], f"{name} {word}"
            known |= _options(command)
            needed = {parameter.name for parameter in command.params if parameter.required}
        elif getattr(command, "commands", None):
            return f"there is no command `{name} {word}`"
        else:
            given += 1
    return _count_problem(command, name, given, needed if whole else set())


def _count_problem(command: Any, name: str, given: int, needed: set[str]) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    if given > len(arguments) and all(argument.nargs != -1 for argument in arguments):
        return f"`{name}` takes {len(arguments)} arguments, not {given}"
    missing = needed - {argument.name for argument in arguments[:given]}
    return f"`{name}` needs {', '.join(sorted(missing))}" if missing else ""


def _options(command: Any) -> dict[str, Any]:
    found = {name: parameter for parameter in command.params for name in parameter.opts if name.startswith("-")}
    helps = {name: _Flag("help") for name in ("--help", "-h")}
    return {**helps, **found}


class _Flag(NamedTuple):
    name: str
    is_flag: bool = True


def unknown_targets(pages: Pages, makefile: str) -> Iterator[str]:
    """`make …` with a target that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for page, text in pages.items():
        shown = [(line, code) for line, code in inline_code(text) if code.startswith("make ")]
        shown += [found for block in blocks(text) if block.kind in _SHELLS for found in _command_lines(block)]
        for line, code in shown:
            for found in _MAKE.finditer(code.partition("#")[0]):
                if found["target"] not in targets:
                    yield f"{page}:{line}: the Makefile has no target {found['target']}"


# --- what must be mentioned -------------------------------------------------------------------------------------


def unmentioned(pages: Pages, page: str, names: Sequence[str], what: str) -> Iterator[str]:
    """Names that the page in charge of them does not have in code."""
    text = pages.get(PurePosixPath(page), "")
    said = {code for _, code in inline_code(text)} | {line for block in blocks(text) for line in block.text.split("\n")}
    words = {word for code in said for word in re.split(r"[\s\[\](),=]+", code)} | said
    yield from (f"{page}: the {what} {name} is not described" for name in names if name not in words)


# --- texts ------------------------------------------------------------------------------------------------------


def foreign_places(pages: Pages, root: Path) -> Iterator[str]:
    """Paths of a developer's machine, package registries, and hosts that are not known."""
    for page, text in pages.items():
        for number, line in enumerate(text.splitlines(), start=1):
            for found in (*_MACHINE.findall(line), *([str(root)] if str(root) in line else [])):
                yield f"{page}:{number}: the path {found} is of one machine only"
            for found in _REGISTRY.findall(line):
                yield f"{page}:{number}: {found} is a package registry"
            for host in (match["host"].lower().rstrip(".") for match in _HOST.finditer(line)):
                if host not in _HOSTS and not re.search(r"(?:^|\.)example(?:\.(?:com|org|net))?$", host):
                    yield f"{page}:{number}: {host} is a host that no page names yet; is it meant?"


def broken_blocks(pages: Pages) -> Iterator[str]:
    """Code blocks marked `toml` that no TOML parser reads."""
    for page, text in pages.items():
        for block in blocks(text):
            if block.kind == "toml":
                try:
                    tomllib.loads(block.text)
                except tomllib.TOMLDecodeError as error:
                    yield f"{page}:{block.line}: this is no TOML: {error}"


# --- parts of a page --------------------------------------------------------------------------------------------


def blocks(text: str) -> list[Block]:
    """The fenced code blocks of a page (kind "text" where it names none), and each indented line (kind "")."""
    found, inside, first, lines = [], "", 0, []
    kind, previous = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        fence = _FENCE.match(line)
        if inside:
            if fence and fence["mark"].startswith(inside) and not fence["kind"]:
                found.append(Block(kind, first, "\n".join(lines)))
                inside = ""
            else:
                lines.append(line)
        elif fence:
            inside, kind, first, lines = fence["mark"], fence["kind"] or "text", number + 1, []
        elif line.startswith("    ") and (not previous.strip() or previous.startswith("    ")):
            found.append(Block("", number, line[4:]))
        previous = line
    return found


def inline_code(text: str) -> list[tuple[int, str]]:
    """Line and text of each piece of code within sentences."""
    return [(line, match["code"]) for line, found in _outside_code(text) for match in _INLINE.finditer(found)]


def _outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Line number and line of everything but fenced blocks."""
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        fence = _FENCE.match(line)
        if inside:
            inside = "" if fence and fence["mark"].startswith(inside) and not fence["kind"] else inside
        elif fence:
            inside = fence["mark"]
        else:
            yield number, line


def _command_lines(block: Block) -> list[tuple[int, str]]:
    """The lines of a shell block in which somebody types; lines that end in a backslash are joined."""
    typed = []
    lines = block.text.split("\n")
    prompts = any(line.startswith("$ ") for line in lines)
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line = f"{line[:-1]} {lines[number].strip()}"
        number += 1
        if not prompts or line.startswith("$ "):
            typed.append((block.line + first, line.removeprefix("$ ").strip()))
    return typed
