"""A round that is to be made."""

from datetime import datetime

import msgspec

from hub.core.text import Text


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round that is to be made."""

    id: str
    kind: str
    title: Text
    team: str
    since_at: datetime
    due_at: datetime | None
    rule: str | None
    clause: str
    missed: bool = False
