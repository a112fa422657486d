"""The message catalogues: `python -m tests.guards.messages` writes them anew, `--check` only says what is wrong.

Every text in `_()`, `N_()`, `ngettext()` and `saying()` of hub/ and plugins/ is collected into hub/locale/hub.pot,
merged into hub/locale/zh_CN/LC_MESSAGES/hub.po (new texts come in empty, to be translated by hand) and compiled to
hub.mo.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from pydantic import BaseModel

from hub.cli.main import help_texts
from hub.config.beside.assessment_tables import AssessmentTable
from hub.config.beside.assets_tables import ReplacementTable
from hub.config.beside.calendar_file import CalendarTable
from hub.config.beside.roster_tables import RosterTable
from hub.config.beside.round_tables import RoundsTable
from hub.config.explain import models_of
from hub.config.hub_toml.site import SiteConfig
from hub.config.rules.action_tables import ACTIONS
from hub.config.rules.tables import DefaultsTable, EveryTable, FileTable, RuleTable

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "hub" / "locale"
TEMPLATE = LOCALE / "hub.pot"
CHINESE = LOCALE / "zh_CN" / "LC_MESSAGES" / "hub.po"
SOURCES = ("hub", "plugins")

_TABLES: tuple[type[BaseModel], ...] = (
    *(RuleTable, EveryTable, DefaultsTable, FileTable, RosterTable, RoundsTable, CalendarTable),
    *(ReplacementTable, AssessmentTable, SiteConfig),
)
MARKS = {"_": None, "N_": None, "saying": None, "ngettext": (1, 2)}
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_PLACES = re.compile(r"\{(\w*)(?:[:!][^{}]*)?\}")


def extracted(root: Path = ROOT) -> Catalog:
    """Every marked text of the sources, with the files that use it; line numbers would change all the time."""
    catalog = Catalog(project="watchroom", charset="utf-8")
    for source in SOURCES:
        found = extract_from_dir(root / source, method_map=[("**.py", "python")], keywords=MARKS, comment_tags=())
        marked = (
            (file, text)
            for file, _line, texts, _comments, _context in sorted(found, key=lambda entry: (entry[0], entry[1]))
            for text in (texts if isinstance(texts, tuple) else (texts,))
        )
        for file, text in marked:
            if isinstance(text, str) and text:
                known = catalog.get(text)
                places = {place for place, _number in known.locations} if known else set()
                catalog.add(text, locations=[(place, 0) for place in sorted({*places, f"{source}/{file}"})])
    if (root / "hub" / "cli" / "main.py").exists():
        for text in sorted(set(help_texts()) - {str(message.id) for message in _messages(catalog)}):
            catalog.add(text, locations=[("hub/cli", 0)])
        for text in sorted(required_keys() - {str(message.id) for message in _messages(catalog)}):
            catalog.add(text, locations=[("hub/config", 0)])
    return catalog


def required_keys() -> set[str]:
    """What is said of the keys that the tables of our files must have: whoever leaves one out reads it."""
    waiting: list[type[BaseModel]] = [*_TABLES, *ACTIONS.values()]
    seen: set[type[BaseModel]] = set()
    found: set[str] = set()
    while waiting:
        table = waiting.pop()
        if table in seen:
            continue
        seen.add(table)
        for field in table.model_fields.values():
            waiting += models_of(field.annotation)
            if field.is_required() and field.description:
                found.add(field.description)
    return found


def problems_of(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete: texts missing, empty, fuzzy, left over, or with other fields."""
    texts = [message.id for message in _messages(wanted)]
    for text in texts:
        message = catalog.get(text)
        if message is None:
            yield f"not in the catalogue: {text!r}"
        elif not message.string:
            yield f"not translated: {text!r}"
        elif message.fuzzy:
            yield f"fuzzy, to be looked at by a person: {text!r}"
        elif sorted(_PLACES.findall(text)) != sorted(_PLACES.findall(message.string)):
            yield f"other fields in braces than the English text: {text!r}"
    known = set(texts)
    yield from (f"no longer used: {message.id!r}" for message in _messages(catalog) if message.id not in known)


def compiled(catalog: Catalog) -> bytes:
    """The binary catalogue; the dates in its header stand still, or no two runs would agree."""
    plain = Catalog(locale=catalog.locale, charset="utf-8", creation_date=_DATE, revision_date=_DATE)
    for message in _messages(catalog):
        plain.add(message.id, message.string, flags=message.flags)
    held = BytesIO()
    write_mo(held, plain)
    return held.getvalue()


def load(file: Path) -> Catalog:
    if not file.exists():
        return Catalog(locale="zh_CN", project="watchroom", charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale="zh_CN")


def check() -> list[str]:
    """Everything that is wrong with the committed catalogues; empty when all is well."""
    wanted = extracted()
    chinese = load(CHINESE)
    found = [f"{CHINESE.relative_to(ROOT)}: {problem}" for problem in problems_of(chinese, wanted)]
    binary = CHINESE.with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(chinese):
        found.append(f"{binary.relative_to(ROOT)} is not what hub.po says: run `make messages`")
    if not TEMPLATE.exists() or TEMPLATE.read_bytes() != _written(wanted):
        found.append(f"{TEMPLATE.relative_to(ROOT)} is not what the sources say: run `make messages`")
    return found


def write() -> list[str]:
    """Write template, translations and compiled catalogue; returns what is left to translate."""
    wanted = extracted()
    TEMPLATE.write_bytes(_written(wanted))
    chinese = load(CHINESE)
    chinese.update(wanted, no_fuzzy_matching=True)
    chinese.obsolete.clear()
    CHINESE.parent.mkdir(parents=True, exist_ok=True)
    CHINESE.write_bytes(_written(chinese))
    CHINESE.with_suffix(".mo").write_bytes(compiled(load(CHINESE)))
    return list(problems_of(load(CHINESE), wanted))


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _written(catalog: Catalog) -> bytes:
    """The catalogue without a header that changes with every run."""
    held = BytesIO()
    catalog.header_comment = ""
    plain = Catalog(locale=catalog.locale, charset="utf-8", header_comment="#")
    for message in sorted(_messages(catalog), key=lambda message: str(message.id)):
        plain.add(message.id, message.string, locations=message.locations, flags=message.flags)
    write_po(held, plain, width=0, omit_header=True, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header.encode() + held.getvalue()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.guards.messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is wrong")
    chosen = parser.parse_args(arguments)
    problems = check() if chosen.check else write()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("The catalogues are complete.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
