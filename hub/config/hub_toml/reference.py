"""The page docs/operate/hub-toml.md: every key of hub.toml, made from the models.

`python -m hub.config.hub_toml.reference [FILE]` writes the tables below the marker; what stands above it
is written by hand.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hub.config.hub_toml.backup import BackupTable
from hub.config.hub_toml.devices import DeviceLimitsTable, DeviceTable
from hub.config.hub_toml.people import PeopleTable
from hub.config.hub_toml.recording import CameraRecording, KeepingTable, RecordingTable
from hub.config.hub_toml.releases import ReleasesTable
from hub.config.hub_toml.routes import ContactTable, QuietTable, RouteTable, SendTable
from hub.config.hub_toml.site import (
    ApiTable,
    AreaTable,
    CameraTable,
    CameraWatch,
    DepartmentTable,
    JournalTable,
    PluginsTable,
    SiteConfig,
    SiteTable,
    TicketsTable,
    WatchTable,
)
from hub.config.hub_toml.storages import StorageTable, TierTable
from hub.config.hub_toml.viewing import ViewingTable

MARKER = "<!-- Made by `python -m hub.config.hub_toml.reference`. Change the models in hub/config instead. -->"

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[site]", SiteTable),
    ("[journal]", JournalTable),
    ("[api]", ApiTable),
    ("[watch]", WatchTable),
    ("[backup]", BackupTable),
    ("[recording]", RecordingTable),
    ("[recording.domains.NAME]", KeepingTable),
    ("[[recording.tiers]]", TierTable),
    ("[viewing]", ViewingTable),
    ("[[storages]]", StorageTable),
    ("[tickets]", TicketsTable),
    ("[releases]", ReleasesTable),
    ("[people]", PeopleTable),
    ("[device_limits]", DeviceLimitsTable),
    ("[[departments]]", DepartmentTable),
    ("[[areas]]", AreaTable),
    ("[[devices]]", DeviceTable),
    ("[[cameras]]", CameraTable),
    ("[cameras.watch]", CameraWatch),
    ("[cameras.recording]", CameraRecording),
    ("[[routes]]", RouteTable),
    ("[[contacts]]", ContactTable),
    ("send, within a route or contacts", SendTable),
    ("quiet, within a route or contacts", QuietTable),
    ("[plugins]", PluginsTable),
)


def tables() -> str:
    """The tables of keys, as Markdown."""
    schema = SiteConfig.model_json_schema(by_alias=True)["$defs"]
    return "\n".join(line for title, model in _TABLES for line in _table(title, model, schema))


def _table(title: str, model: type[BaseModel], schema: dict[str, Any]) -> Iterator[str]:
    yield f"\n## `{title}`\n"
    yield f"{(model.__doc__ or '').strip()}\n"
    yield "| key | what it is | values | without it |"
    yield "|---|---|---|---|"
    properties = schema[model.__name__]["properties"]
    for key, field in model.model_fields.items():
        name = field.alias or key
        what = field.description or _described(properties[name])
        yield f"| `{name}` | {what} | {_values(properties[name], schema)} | {_default(field)} |"


def _described(described: dict[str, Any]) -> str:
    """What the type of an optional key says of it."""
    return next((choice["description"] for choice in described.get("anyOf", ()) if "description" in choice), "")


def _values(described: dict[str, Any], schema: dict[str, Any]) -> str:
    choices = [choice for choice in described.get("anyOf", []) if choice != {"type": "null"}]
    if "$ref" in described:
        return _named(described["$ref"])
    if choices:
        return _values({**choices[0], **{key: value for key, value in described.items() if key != "anyOf"}}, schema)
    if "enum" in described:
        return " or ".join(f"`{value}`" for value in described["enum"])
    if described.get("type") == "array":
        items = described.get("items", {})
        if "$ref" in items:
            return f"list of {_named(items['$ref'])}"
        return "list of texts" if items.get("type") == "string" else "list of lists of numbers"
    if "minimum" in described:
        kind = "whole number" if described["type"] == "integer" else "number"
        return f"{kind}, {described['minimum']:g} to {described['maximum']:g}"
    return _KINDS[described["type"]]


_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "`true` or `false`",
    "object": "table",
}
_NAMES = {
    "Words": "text, or `{ en = …, zh = … }`",
    CameraWatch.__name__: "table",
    SendTable.__name__: "tables",
    QuietTable.__name__: "tables",
}


def _named(reference: str) -> str:
    return _NAMES.get(reference.rpartition("/")[2], "table")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, [], {}, "") or isinstance(value, BaseModel):
        return "nothing"
    if isinstance(value, list):
        return f"`{json.dumps(value)}`"
    if isinstance(value, bool):
        return f"`{value}`".lower()
    return f"`{value:g}`" if isinstance(value, float | int) else f"`{value}`"


def page(written: str) -> str:
    """The page with its tables made anew; what is above the marker stays."""
    intro = written.partition(MARKER)[0].rstrip()
    return f"{intro}\n\n{MARKER}\n{tables()}\n"


def main(file: Path) -> None:
    file.write_text(page(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/operate/hub-toml.md"))
