"""Which operation a request asks for, where one path serves many. Pure."""

import json
import re

_SOAP = re.compile(rb"<(?:[\w.-]+:)?Body\b[^>]{0,4000}>\s*(?:<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)
_LARGEST = 1024 * 1024


def parse_operation(body: bytes) -> str:
    """The first element of a SOAP Body, or `method` or `cmd` of JSON; empty where there is none.

    >>> parse_operation(b'<s:Envelope><s:Body xmlns="x"><GetProfiles xmlns="y"/></s:Body></s:Envelope>')
    'GetProfiles'
    >>> parse_operation(b'[{"cmd": "GetDevInfo"}]')
    'GetDevInfo'
    """
    if len(body) > _LARGEST:
        return ""
    if body.lstrip()[:1] in (b"{", b"["):
        return _json_operation(body)
    found = _SOAP.search(body)
    return found[1].decode("ascii", "replace") if found else ""


def _json_operation(body: bytes) -> str:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if isinstance(asked, list):
        asked = asked[0] if asked else None
    if not isinstance(asked, dict):
        return ""
    name = asked.get("method") or asked.get("cmd")
    return name if isinstance(name, str) else ""
