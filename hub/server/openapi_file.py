"""Writes docs/schema/openapi.json: `python -m hub.server.openapi_file`."""

import json
from pathlib import Path

from hub.server.app import openapi

FILE = Path("docs/schema/openapi.json")


def render() -> str:
    """The file's text."""
    return json.dumps(openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
