"""The JSON Schemas and the reference page: made from the models, committed, and true."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hub.config.beside.roster_tables import RosterTable
from hub.config.beside.round_tables import RoundsTable
from hub.config.hub_toml.reference import page
from hub.config.hub_toml.site import SiteConfig
from hub.config.rules.action_tables import ACTIONS
from hub.config.rules.file import is_rule_file
from hub.config.rules.known import Known
from hub.config.rules.tables import EveryTable, FileTable, RuleTable
from hub.config.rules.templates import filled, templates
from hub.config.schema import rules_schema, schemas, site_schema

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["hub.json", "rules.json", "roster.json", "rounds.json", "calendar.json"])
def test_the_committed_schema_is_what_the_models_say(name):
    committed = (REPOSITORY / "docs" / "schema" / name).read_text(encoding="utf-8")
    assert committed == schemas()[name], "run `python -m hub.config.schema`"


def test_the_reference_page_is_what_the_models_say():
    committed = (REPOSITORY / "docs" / "operate" / "hub-toml.md").read_text(encoding="utf-8")
    assert committed == page(committed), "run `python -m hub.config.hub_toml.reference`"


def test_the_command_writes_the_schemas(tmp_path):
    subprocess.run([sys.executable, "-m", "hub.config.schema", str(tmp_path)], check=True, cwd=REPOSITORY)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == schemas()


@pytest.mark.parametrize(
    "model", [SiteConfig, RuleTable, FileTable, EveryTable, RosterTable, RoundsTable, *ACTIONS.values()]
)
def test_every_key_has_a_title_and_a_description(model):
    definitions = model.model_json_schema(by_alias=True)
    tables = [definitions, *definitions.get("$defs", {}).values()]
    for table in tables:
        for name, described in table.get("properties", {}).items():
            inner = described.get("anyOf", [{}])[0]
            assert described.get("title") or inner.get("title"), name
            # A description that says the same as the table's own is kept there only.
            assert described.get("description") or inner.get("description") or "$ref" in described, name


def misfits(text: str, schema: dict[str, Any]) -> list[str]:
    """Where a TOML file does not fit the schema, as an editor would say it."""
    Draft202012Validator.check_schema(schema)
    # Editors see dates as text; json knows none.
    value = json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("file", ["hub.toml", "hub/config/shipped/new_site.toml"])
def test_the_shipped_sites_fit_the_schema(file):
    assert misfits((REPOSITORY / file).read_text(encoding="utf-8"), site_schema()) == []


RULE_FILES = [path for path in sorted((REPOSITORY / "rules").glob("*.toml")) if is_rule_file(path.name)]


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda path: path.name)
def test_the_shipped_rules_fit_the_schema(file):
    assert misfits(file.read_text(encoding="utf-8"), rules_schema()) == []


@pytest.mark.parametrize("template", templates().values(), ids=lambda template: template.name)
def test_the_templates_fit_the_schema(template):
    known = Known(routes=frozenset({"duty"}), areas=frozenset({"yard"}))
    assert misfits(filled(template, "new-rule", known), rules_schema()) == []


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        (("", ""), True),
        (('on = "signal.lost"', 'on = ["signal.lost", "view.moved"]'), True),
        (('"5s"', '"1h30m"'), True),
        (('"5s"', '"5 s"'), False),
        (("signal.lost", "signal.loss"), False),
        (("title =", "titel ="), False),
        (('clause = "3.3"', 'clause = "9.9"'), False),
        (('notify = "duty"', 'notify = "duty", alarm = "x"'), False),
        (('notify = "duty"', 'alarm = "x"'), False),
        (('notify = "duty"', 'alarm = "x", priority = "low"'), True),
        (('on = "signal.lost"', ""), True),  # another rule starts it
        (('"signal.lost"', '"signal.*"'), True),
        (('"signal.lost"', '["signal.*", "view.moved"]'), True),
        (('"signal.lost"', '"signals.*"'), False),
        (('notify = "duty"', 'mqtt = "plant", topic = "a", payload = { b = "$camera" }, retain = true'), True),
        (('notify = "duty"', 'mqtt = "plant", payload = { b = 1 }'), False),
        (('notify = "duty"', "snapshot = true"), True),
        (('notify = "duty"', "snapshot = false"), False),
        (('notify = "duty"', 'set = "x", value = 1.5, after = "1m"'), True),
        (('notify = "duty"', 'set = "x"'), False),
        (("for =", 'mode = "queued"\nmost = 3\nper = "rule"\ncooldown = "1m"\ngroup = "30s"\nfor ='), True),
        (("for =", 'group = { wait = "30s", by = "camera.area" }\nfor ='), True),
        (("for =", 'group = { by = "camera.area" }\nfor ='), False),
        (("for =", 'mode = "twice"\nfor ='), False),
        (("for =", 'escalate = [{ after = "5m", repeat = "1m", times = 3, do = [{ notify = "x" }] }]\nfor ='), True),
        (("for =", 'escalate = [{ after = "5m", repeat = "1m", times = 101, do = [{ notify = "x" }] }]\nfor ='), False),
        (("for =", 'escalate = [{ do = [{ notify = "x" }] }]\nfor ='), False),
        (("[[rule]]", 'include = ["a.toml"]\n[variables]\nx = 1\ny = "z"\n[[rule]]'), True),
        (("[[rule]]", "[variables]\nX = 1\n[[rule]]"), False),
        (("[[rule]]", '[defaults]\ncooldown = "1m"\n[[rule]]'), True),
        (("[[rule]]", '[defaults]\non = "signal.lost"\n[[rule]]'), False),
        (('on = "signal.lost"\nfor = "5s"', 'every = "6h"'), True),
        (('on = "signal.lost"\nfor = "5s"', 'every = { at = "08:30", day = "last" }'), True),
        (('on = "signal.lost"\nfor = "5s"', 'every = { at = "8:30" }'), False),
        (
            ('on = "signal.lost"\nfor = "5s"', 'every = { weekday = "first mon", month = [1, "jul"], at = "08:30" }'),
            True,
        ),
        (('on = "signal.lost"\nfor = "5s"', 'every = { every = "2h", between = ["08:00", "20:00"] }'), True),
        (('on = "signal.lost"\nfor = "5s"', 'every = { at = "08:30", from = 2026-01-05, weeks = 2 }'), True),
        (('on = "signal.lost"\nfor = "5s"', 'every = { weekday = "monday" }'), False),
        (('on = "signal.lost"', 'on = "signal.lost"\nevery = "6h"'), False),
    ],
)
def test_the_schema_of_rules_accepts_and_refuses_what_the_hub_does(change, fits):
    text = (
        '[[rule]]\nid = "r"\ntitle = { en = "x", zh = "中" }\nclause = "3.3"\n'
        'on = "signal.lost"\nfor = "5s"\ndo = [{ notify = "duty" }]\n'
    )
    schema = json.loads(schemas()["rules.json"])
    assert (misfits(text.replace(*change) if change[0] else text, schema) == []) is fits
