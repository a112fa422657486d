"""Examples in the pages must be what the hub accepts: pieces of hub.toml laid over the demo plant, whole rules,
calendars, rosters and rounds."""

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import tomlkit

from hub.config.beside.calendar_file import CalendarTable, parse_calendar
from hub.config.beside.roster_file import FILE as ROSTER
from hub.config.beside.roster_file import parse_roster, places_of
from hub.config.beside.roster_tables import RosterTable
from hub.config.beside.round_file import parse_rounds
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import check_plugin_tables, parse_site
from hub.config.problems import Problem, errors_of
from hub.config.rules.file import Known, known_of, parse_rules
from hub.plugin_host import PluginHost, discover
from tests.guards.page_checks import Pages, blocks

_SITE_TABLES = frozenset(SiteConfig.model_fields)
_LISTS = ("departments", "areas", "devices", "cameras", "storages", "routes", "contacts")


def broken_examples(pages: Pages, root: Path) -> Iterator[str]:
    """Pieces of hub.toml and whole rules that `hub check` would refuse."""
    base = tomllib.loads((root / "hub.toml").read_text(encoding="utf-8"))
    for page, text in pages.items():
        for block in blocks(text):
            for problem in _problems(_read(block.text), base) if block.kind == "toml" else ():
                yield f"{page}:{block.line}: the example is refused: {problem}"


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _problems(example: dict[str, Any], base: dict[str, Any]) -> list[Problem]:
    if example and example.keys() <= _SITE_TABLES:
        return _site_problems(_laid_over(base, example))
    if example and example.keys() <= CalendarTable.model_fields.keys():
        return errors_of(parse_calendar(tomlkit.dumps(example), "example", date(2026, 1, 1))[1])
    if example and example.keys() <= RosterTable.model_fields.keys():
        return _roster_problems(example, base)
    if example.keys() == {"round"}:
        return errors_of(parse_rounds(tomlkit.dumps(example), "example", known=_known(base))[1])
    rules = example.get("rule", [])
    if rules and all("do" in rule and "id" in rule for rule in rules):
        return _rule_problems(example, base)
    return []


def _laid_over(base: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """The demo plant with the example's tables; what has the same id is replaced, and areas it names are there."""
    site = dict(base)
    for name, table in example.items():
        if name in _LISTS:
            ids = {item.get("id") for item in table}
            site[name] = [item for item in base.get(name, []) if item["id"] not in ids] + table
        else:
            site[name] = {**base.get(name, {}), **table}
    known = {area["id"] for area in site["areas"]}
    named = {camera.get("area") for camera in example.get("cameras", [])} - known - {None}
    site["areas"] = [*site["areas"], *({"id": area, "name": area} for area in sorted(named))]
    return site


def _site_problems(site: dict[str, Any]) -> list[Problem]:
    config, problems = parse_site(tomlkit.dumps(site))
    if config is None:
        return errors_of(problems)
    # A folder of the reader's own, and what lies in it, is not there.
    return errors_of(check_plugin_tables(config, _plugins()).problems)


def _rule_problems(example: dict[str, Any], base: dict[str, Any]) -> list[Problem]:
    return errors_of(parse_rules(tomlkit.dumps(example), "example", known=_known(base))[1])


def _roster_problems(example: dict[str, Any], base: dict[str, Any]) -> list[Problem]:
    """Of a whole roster, or of what is different on a day in the roster of the demo plant."""
    config, _ = parse_site(tomlkit.dumps(base))
    assert config is not None
    shipped = tomllib.loads((Path(__file__).parents[2] / ROSTER).read_text(encoding="utf-8"))
    roster = example if "post" in example else {**shipped, **example}
    text = tomlkit.dumps(roster)
    return errors_of(parse_roster(text, "example", places=places_of(config), is_workday=lambda day: True)[1])


def _known(base: dict[str, Any]) -> Known:
    config, _ = parse_site(tomlkit.dumps(base))
    assert config is not None
    return known_of(config)


@cache
def _plugins() -> PluginHost:
    host = PluginHost()
    host.load(discover())
    return host
