"""JSON Schemas of hub.toml and of the files in rules/. `python -m hub.config.schema [FOLDER]` writes them."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from hub.config.beside.assessment_tables import AssessmentTable
from hub.config.beside.assets_tables import ReplacementTable
from hub.config.beside.calendar_file import CalendarTable
from hub.config.beside.roster_tables import RosterTable
from hub.config.beside.round_tables import RoundsTable
from hub.config.clauses import CLAUSES
from hub.config.hub_toml.site import SiteConfig
from hub.config.rules.action_tables import ACTIONS
from hub.config.rules.events import beginnings
from hub.config.rules.tables import DefaultsTable, EveryTable, FileTable, RuleTable
from hub.config.rules.values import DURATION_SCHEMA
from hub.core.catalogue import CATALOGUE

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def site_schema() -> Schema:
    """The schema of hub.toml. Keys that belong to plugins are left open."""
    schema = _for_toml(SiteConfig.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "hub.toml"}


def rules_schema() -> Schema:
    """The schema of a file in rules/ with rules or what they share."""
    models = [(model, "validation") for model in (FileTable, DefaultsTable, RuleTable, EveryTable, *ACTIONS.values())]
    _, schema = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    tables = _for_toml(schema["$defs"])
    for table in tables.values():
        table["description"] = " ".join(table["description"].split())
    for name in ("RuleTable", "DefaultsTable"):
        tables[name]["properties"]["clause"]["oneOf"] = _clauses()
        group = tables[name]["properties"]["group"]
        group["anyOf"] = [DURATION_SCHEMA, {"$ref": group.pop("$ref")}]
    rule = tables["RuleTable"]["properties"]
    actions = [{"$ref": f"#/$defs/{model.__name__}"} for model in ACTIONS.values()]
    for table in ("RuleTable", "EscalateTable"):
        tables[table]["properties"]["do"]["items"] = {"anyOf": actions}
    rule["every"]["anyOf"] = [DURATION_SCHEMA, {"$ref": "#/$defs/EveryTable"}]
    events = {"enum": [*CATALOGUE, *(f"{area}.*" for area in beginnings())]}
    rule["on"]["anyOf"] = [events, {"type": "array", "items": events, "minItems": 1}]
    rule["where"]["examples"] = _EXAMPLES["where"]
    for table in ("RuleTable", "DefaultsTable", "EscalateTable"):
        tables[table]["properties"]["unless"]["examples"] = _EXAMPLES["unless"]
    rule["if"]["examples"] = _EXAMPLES["if"]
    # Neither of the two: another rule starts it.
    tables["RuleTable"]["not"] = {"required": ["on", "every"]}
    top = tables.pop("FileTable")["properties"]
    top["variables"]["additionalProperties"] = False
    return {
        "$schema": _DIALECT,
        "title": "Rules",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **top,
            "defaults": {"$ref": "#/$defs/DefaultsTable"},
            "rule": {"type": "array", "description": "The rules.", "items": {"$ref": "#/$defs/RuleTable"}},
        },
        "$defs": tables,
    }


def roster_schema() -> Schema:
    """The schema of rules/roster.toml."""
    schema = _for_toml(RosterTable.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "Roster"}


def calendar_schema() -> Schema:
    """The schema of rules/calendar.toml."""
    schema = _for_toml(CalendarTable.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "Calendar"}


def replacement_schema() -> Schema:
    """The schema of rules/replacement.toml."""
    schema = _for_toml(ReplacementTable.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "Replacement"}


def assessment_schema() -> Schema:
    """The schema of rules/assessment.toml."""
    schema = _for_toml(AssessmentTable.model_json_schema(by_alias=True))
    for name in ("PointTable", "CommendationTable"):
        schema["$defs"][name]["properties"]["clause"]["enum"] = list(CLAUSES)
    return {"$schema": _DIALECT, **schema, "title": "Assessment"}


def rounds_schema() -> Schema:
    """The schema of rules/rounds.toml."""
    models = [(RoundsTable, "validation"), (EveryTable, "validation")]
    _, schema = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    tables = _for_toml(schema["$defs"])
    tables["RoundTable"]["properties"]["every"]["anyOf"] = [DURATION_SCHEMA, {"$ref": "#/$defs/EveryTable"}]
    return {"$schema": _DIALECT, **tables.pop("RoundsTable"), "title": "Rounds", "$defs": tables}


_EXAMPLES: dict[str, list[Any]] = {
    "where": [
        {"camera": {"domain": "security"}},
        {"camera": {"area": ["gates", "yard"]}, "share": {"at_least": 0.3}},
        {"camera": "line-*"},
        {"camera": {"tags": {"not": "test"}}},
    ],
    "if": ["share > 0.3 and camera.area != 'gates'", 'between("22:00", "06:00")', 'count("1h") >= 3'],
    "unless": ["ticket_open(camera)", "not workday()", "var.line_stopped"],
}


def _clauses() -> list[Schema]:
    """The clauses with what they are about, which editors show beside them."""
    return [{"const": clause, "title": f"{text.en} · {text.zh}"} for clause, text in CLAUSES.items()]


def _for_toml(schema: Any) -> Any:
    """Without null, which TOML does not have."""
    if isinstance(schema, list):
        return [_for_toml(item) for item in schema if item != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _for_toml(value) for key, value in schema.items() if not (key == "default" and value is None)}
    choices = kept.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        del kept["anyOf"]
        return {**choices[0], **kept}
    return kept


def schemas() -> dict[str, str]:
    """The text of each schema by its file name."""
    made = {
        "hub.json": site_schema(),
        "rules.json": rules_schema(),
        "roster.json": roster_schema(),
        "rounds.json": rounds_schema(),
        "calendar.json": calendar_schema(),
        "replacement.json": replacement_schema(),
        "assessment.json": assessment_schema(),
    }
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in made.items()}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
