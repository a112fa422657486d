"""Whom a message is for, as rules write it: `duty`, `person:wang`, `role:repairer`, `post:gate` …"""

from typing import Literal

import msgspec

from hub.core.saying import saying

Kind = Literal["route", "person", "role", "post", "department-leader"]

_PREFIXES: dict[str, Kind] = {"person": "person", "role": "role", "post": "post"}


class Recipient(msgspec.Struct, frozen=True):
    """`id` is that of the route, account, role or post; empty for the leader of the camera's department."""

    kind: Kind
    id: str = ""


def parse_recipient(written: str) -> Recipient:
    """What `written` names; a word without a colon is a route of hub.toml. Raises `ValueError` for another prefix."""
    if written == "department-leader":
        return Recipient("department-leader")
    prefix, colon, rest = written.partition(":")
    if not colon:
        return Recipient("route", written)
    if prefix not in _PREFIXES or not rest:
        known = tuple(f"`{each}:…`" for each in _PREFIXES)
        raise ValueError(saying("expected a route, {known} or `department-leader`", known=known))
    return Recipient(_PREFIXES[prefix], rest)
