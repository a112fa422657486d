"""The API's description as one page without scripts: it must be readable in a plant without internet."""

from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "code{background:#f0f0f0;padding:0 .2em}h2{margin-top:2rem}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}"
)


def docs_page(document: Mapping[str, Any]) -> str:
    """An OpenAPI document as HTML: every address, and every schema that it uses."""
    addresses = [
        _address(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    schemas = [_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(document['info']['title'])} API</title>"
        f"<style>{_STYLE}</style><h1>{escape(document['info']['title'])} API</h1>"
        f"<p>{escape(document['info']['description'])} The same for machines: "
        "<a href=openapi.json>openapi.json</a>.</p>"
        f"<h2>Addresses</h2>{''.join(addresses)}<h2>Schemas</h2>{''.join(schemas)}</html>"
    )


def _address(method: str, path: str, operation: Mapping[str, Any]) -> str:
    body = operation.get("requestBody")
    rows = [
        (f"<code>{escape(item['name'])}</code>", escape(item["in"]), escape(item.get("description", "")))
        for item in operation.get("parameters", [])
    ]
    if body is not None:
        rows.append(("body", "JSON", _content(body)))
    rows += [
        (escape(status), "answer", f"{escape(answer['description'])} {_content(answer)}")
        for status, answer in sorted(operation["responses"].items())
    ]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    about = escape(operation.get("description", ""))
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code></h3><p>{escape(operation['summary'])}. {about}</p>"
        f"<table>{table}</table>"
    )


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(key)}</code>{'' if key in required else ' (optional)'}</td>"
        f"<td>{_type(value)}</td><td>{escape(value.get('description', ''))}</td></tr>"
        for key, value in schema.get("properties", {}).items()
    )
    return (
        f"<h3 id={escape(name)}>{escape(name)}</h3><p>{escape(schema.get('description', ''))}</p><table>{rows}</table>"
    )


def _content(part: Mapping[str, Any]) -> str:
    return ", ".join(_type(content["schema"]) for content in part.get("content", {}).values())


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f"<a href=#{name}>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "prefixItems" in schema:
        return f"list of {', '.join(_type(item) for item in schema['prefixItems'])}"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(str(schema.get("type", "anything")))
