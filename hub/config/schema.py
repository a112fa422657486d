"""JSON Schemas of hub.toml and of rule files, for editors. `python -m hub.config.schema [FOLDER]` writes them."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from hub.config.clauses import CLAUSES
from hub.config.rule_tables import ACTIONS, DURATION_SCHEMA, EveryTable, RuleTable
from hub.config.site import SiteConfig
from hub.core.catalogue import CATALOGUE

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def site_schema() -> Schema:
    """The schema of hub.toml. Keys that belong to plugins are left open."""
    schema = _for_toml(SiteConfig.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "hub.toml"}


def rules_schema() -> Schema:
    """The schema of a file in rules/."""
    models = [(model, "validation") for model in (RuleTable, EveryTable, *ACTIONS.values())]
    _, schema = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    tables = _for_toml(schema["$defs"])
    rule = tables["RuleTable"]["properties"]
    rule["do"]["items"] = {"anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in ACTIONS.values()]}
    rule["every"]["anyOf"] = [DURATION_SCHEMA, {"$ref": "#/$defs/EveryTable"}]
    rule["clause"]["enum"] = list(CLAUSES)
    events = {"enum": list(CATALOGUE)}
    rule["on"]["anyOf"] = [events, {"type": "array", "items": events, "minItems": 1}]
    tables["RuleTable"]["oneOf"] = [{"required": ["on"]}, {"required": ["every"]}]
    return {
        "$schema": _DIALECT,
        "title": "Rules",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "rule": {"type": "array", "description": "The rules.", "items": {"$ref": "#/$defs/RuleTable"}},
        },
        "$defs": tables,
    }


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
    made = {"hub.json": site_schema(), "rules.json": rules_schema()}
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in made.items()}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
