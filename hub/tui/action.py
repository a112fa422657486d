"""What an action is: one thing that can be done on a panel or everywhere, with its keys and the words for it."""

from typing import Literal

import msgspec

from hub.core.command import Command

Where = Literal[
    "everywhere",
    "home",
    "wall",
    "alarms",
    "tickets",
    "log",
    "duty",
    "permits",
    "rounds",
    "assets",
    "people",
    "reviews",
    "rules",
    "devices",
    "releases",
    "health",
]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `keys` as Textual names them; `label` for the key bar; `help` is one sentence."""

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    where: Where = "everywhere"
    command: type[Command] | None = None
    in_bar: bool = True
    priority: bool = False

    @property
    def primary(self) -> str:
        return self.keys[0]
