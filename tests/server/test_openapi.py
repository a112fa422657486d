"""The published description of the API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from hub.server.app import openapi
from hub.server.openapi_file import render
from tests.server.conftest import Plant

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "openapi.json"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        yield from part.get("discriminator", {}).get("mapping", {}).values()
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_published_file_is_what_the_code_says_now() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == render(), "run: python -m hub.server.openapi_file"


def test_every_reference_leads_somewhere() -> None:
    document = openapi()
    schemas = document["components"]["schemas"]
    found = set(references(document))
    assert len(found) > 20
    assert {reference.removeprefix("#/components/schemas/") for reference in found} <= schemas.keys()


WITH_BODY = (
    *("/api/sign-in", "/api/commands", "/api/viewings", "/api/viewings/live"),
    "/api/viewings/{viewing}/links",
    *(f"/api/discovery/{what}" for what in ("search", "certificate", "probe", "add")),
)


def test_every_operation_describes_its_answers_and_its_errors() -> None:
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert answers.keys() & {"200", "204"}, path
            if path != "/api/sign-in":
                assert operation["security"] == [{"HTTPBearer": []}], path
            for status, answer in answers.items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (path, status)
            assert ("requestBody" in operation) is (method == "post" and path in WITH_BODY), (method, path)


async def test_the_description_and_a_page_that_needs_no_internet_are_served(plant: Plant) -> None:
    async with httpx2.AsyncClient(base_url=plant.server.urls[0]) as raw:
        assert (await raw.get("/api/openapi.json")).json() == json.loads(render())
        page = (await raw.get("/api/docs")).text
    for path in openapi()["paths"]:
        assert path in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
