"""The documents: `python -m tests.guards.docs` writes what follows from the code, `--check` says what is not true.

Whole pages and sections are made by those who own their subject; this module calls them. Sections between
`<!-- made: NAME -->` and `<!-- /made -->` come from `tests.guards.made_sections`.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from hub.config.hub_toml import reference as config_reference
from hub.config.hub_toml.site import SiteConfig
from hub.config.rules import reference as rule_reference
from hub.config.rules.tables import RuleTable
from hub.config.schema import schemas
from hub.core.catalogue import CATALOGUE
from hub.plugin_host.registration import HOOKS
from hub.server import openapi_file
from hub.tui.actions import key_table
from tests.guards import example_checks, name_checks, page_checks, plugin_pages
from tests.guards.made_sections import SECTIONS, command_tree

ROOT = Path(__file__).parents[2]
START = PurePosixPath("README.md")

_SECTION = re.compile(r"<!-- made: (?P<name>[\w ]+) -->\n(?P<text>.*?)<!-- /made -->", re.DOTALL)
_KEYS = re.compile(r"<!-- keys -->\n.*?<!-- /keys -->", re.DOTALL)
_VARIABLE = re.compile(r"\bHUB_[A-Z]+(?:_[A-Z]+)*\b")


def written(root: Path = ROOT) -> dict[PurePosixPath, str]:
    """Every page as it stands."""
    files = [root / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    files += [*sorted((root / "docs").rglob("*.md")), *sorted((root / "plugins").glob("*/README.md"))]
    return {PurePosixPath(file.relative_to(root)): file.read_text(encoding="utf-8") for file in files}


def made(pages: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    """Every file that follows from the code, whole or in part, as it should be; `pages` is how they stand."""
    now = dict(pages)
    now |= {PurePosixPath(page.relative_to(ROOT)): text for page, text in plugin_pages.pages().items()}
    config_page = PurePosixPath("docs/operate/hub-toml.md")
    now[config_page] = config_reference.page(now[config_page])
    rule_page = PurePosixPath("docs/rules/reference.md")
    now[rule_page] = rule_reference.page(now[rule_page])
    keys = f"<!-- keys -->\n{key_table()}<!-- /keys -->"
    now = {page: _KEYS.sub(lambda _: keys, with_sections(text)) for page, text in now.items()}
    now |= {PurePosixPath("docs/schema") / name: text for name, text in schemas().items()}
    return now | {PurePosixPath(openapi_file.FILE): openapi_file.render()}


def with_sections(text: str) -> str:
    """The page with its made sections anew; one of an unknown name stays, and `unknown_sections` reports it."""

    def anew(match: re.Match[str]) -> str:
        section = SECTIONS.get(match["name"])
        return f"<!-- made: {match['name']} -->\n{section()}\n<!-- /made -->" if section else match[0]

    return _SECTION.sub(anew, text)


def drift(root: Path = ROOT) -> dict[PurePosixPath, str]:
    """The files that are not what the code says, with the text they should have."""
    found = {}
    for page, text in made(written(root)).items():
        file = root / page
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            found[page] = text
    return found


def problems(pages: page_checks.Pages, root: Path = ROOT) -> Iterator[str]:
    """Everything in the pages that is not so."""
    tree = command_tree()
    yield from unknown_sections(pages)
    yield from page_checks.broken_links(pages, root)
    yield from page_checks.unreachable(pages, START)
    yield from page_checks.missing_files(pages, root)
    yield from name_checks.unknown_names(pages)
    yield from page_checks.unknown_commands(pages, tree)
    yield from page_checks.unknown_targets(pages, (root / "Makefile").read_text(encoding="utf-8"))
    yield from page_checks.foreign_places(pages, root)
    yield from page_checks.broken_blocks(pages)
    yield from example_checks.broken_examples(pages, root)
    yield from undescribed(pages, tree, root)
    yield from unit_problems((root / "packaging" / "watchroom.service").read_text(encoding="utf-8"), tree)


def undescribed(pages: page_checks.Pages, tree: Any, root: Path = ROOT) -> Iterator[str]:
    """Events, hooks, keys, commands and environment variables that the page in charge of them leaves out."""
    in_charge: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("docs/design/events.md", "event", list(CATALOGUE)),
        ("docs/rules/reference.md", "key of a rule", list(_keys(RuleTable))),
        ("docs/operate/hub-toml.md", "key", sorted(_config_keys())),
        ("docs/operate/commands.md", "option", sorted(_options(tree))),
        ("docs/operate/commands.md", "environment variable", sorted(_variables(root))),
    )
    for page, what, names in in_charge:
        yield from page_checks.unmentioned(pages, page, names, what)
    yield from _headless(pages, "docs/operate/commands.md", [f"hub {name}" for name in tree.commands])
    yield from _headless(pages, "docs/plugins/hooks.md", [f"{name}(register)" for name in HOOKS])


def _headless(pages: page_checks.Pages, page: str, headings: Sequence[str]) -> Iterator[str]:
    found = set(re.findall(r"^#+ (.+)$", pages.get(PurePosixPath(page), ""), re.MULTILINE))
    yield from (f"{page}: there is no heading for {heading}" for heading in headings if heading not in found)


def _keys(model: Any) -> Iterator[str]:
    yield from (field.alias or name for name, field in model.model_fields.items())


def _config_keys() -> set[str]:
    definitions = SiteConfig.model_json_schema(by_alias=True)["$defs"]
    words = {"en", "zh"}
    return {name for table in definitions.values() for name in table.get("properties", {})} - words


def _options(command: Any) -> set[str]:
    own = {max(option.opts, key=len) for option in command.params if option.param_type_name == "option"}
    below = set().union(*map(_options, getattr(command, "commands", {}).values()))
    return {name for name in own | below if "completion" not in name}


def _variables(root: Path) -> set[str]:
    sources = [*(root / "hub").rglob("*.py"), *(root / "plugins").rglob("*.py")]
    return {name for source in sources for name in _VARIABLE.findall(source.read_text(encoding="utf-8"))}


def unknown_sections(pages: page_checks.Pages) -> Iterator[str]:
    """Sections that nobody makes, and markers without their end."""
    for page, text in pages.items():
        closed = [match["name"] for match in _SECTION.finditer(text)]
        yield from (f"{page}: nobody makes a section {name!r}" for name in closed if name not in SECTIONS)
        if text.count("<!-- made: ") != len(closed):
            yield f"{page}: a made section has no end"


def unit_problems(unit: str, tree: Any) -> Iterator[str]:
    """The systemd unit must call the hub with options that it has."""
    for number, line in enumerate(unit.splitlines(), start=1):
        if line.startswith("ExecStart="):
            for words in page_checks.hub_calls(line.removeprefix("ExecStart=")):
                if problem := page_checks.command_problem(words, tree, whole=True):
                    yield f"packaging/watchroom.service:{number}: {problem}"


def write(root: Path = ROOT) -> list[PurePosixPath]:
    """Write what follows from the code; returns the files that changed."""
    changed = drift(root)
    for page, text in changed.items():
        (root / page).write_text(text, encoding="utf-8")
    return list(changed)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.guards.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is not true")
    chosen = parser.parse_args(arguments)
    if chosen.check:
        found = [f"{page} is not what the code says: run `make docs`" for page in drift()]
    else:
        found = []
        for page in write():
            print(f"wrote {page}")
    found += problems(written())
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print("The documents are true.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
