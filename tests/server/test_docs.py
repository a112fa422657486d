"""docs/operate/api.md names every address and every kind of error."""

import re
from pathlib import Path

from hub.server.app import openapi
from hub.server.problems import STATUS, kind_of

PAGE = (Path(__file__).parents[2] / "docs" / "operate" / "api.md").read_text(encoding="utf-8")


def test_every_address_is_on_the_page() -> None:
    for path, operations in openapi()["paths"].items():
        for method in operations:
            named = re.sub(r"\{\w+\}", "ID", path.replace("{path}", "PATH"))
            assert f"`{method.upper()} {named}`" in PAGE


def test_every_kind_of_error_that_a_client_can_act_on_is_on_the_page_with_its_status() -> None:
    for error, status in STATUS.items():
        if status < 500:
            row = next((line for line in PAGE.splitlines() if f"`{kind_of(error)}`" in line), "")
            assert row.startswith(f"| {status} |"), error
