"""What is worth keeping over a restart besides the references: learned ranges."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import msgspec

from hub.vision import aged
from hub.vision.aged import Aged
from hub.vision.habit import Habit, Packed, pack_habit, unpack_habit
from hub.vision.usual import Usual

if TYPE_CHECKING:
    from hub.vision.view import View

VERSION = 1
MAX_BYTES = 2_000_000
MAX_REFERENCES = 12
"""Of how many references the habits are kept, those that were used most; the others are soon learned again."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What `remember` keeps."""

    version: int = VERSION
    numbered: int = 0
    aged: Aged = Aged()
    habits: Annotated[dict[str, Packed], msgspec.Meta(max_length=MAX_REFERENCES)] = {}
    usuals: Annotated[dict[str, Usual], msgspec.Meta(max_length=MAX_REFERENCES)] = {}
    switches: Annotated[tuple[float, ...], msgspec.Meta(max_length=16)] = ()


def remember(view: "View") -> bytes:
    """What is known of a camera besides its references, to be given to `fresh` after a restart; at most 2 MB."""
    used = sorted(view.habits, key=lambda name: view.habits[name].count, reverse=True)[:MAX_REFERENCES]
    memory = Memory(
        numbered=view.bank.numbered,
        aged=aged.pack(view.history, view.lasting, view.trend),
        habits={name: pack_habit(view.habits[name]) for name in used},
        usuals={name: view.usuals[name] for name in used if name in view.usuals},
        switches=view.switches,
    )
    return msgspec.msgpack.encode(memory)


def habits_of(memory: Memory, known: Collection[str]) -> dict[str, Habit]:
    """The habits of those references that are still known; damaged ones are left out."""
    habits = {name: unpack_habit(packed) for name, packed in memory.habits.items() if name in known}
    return {name: habit for name, habit in habits.items() if habit is not None}


def recall(data: bytes) -> Memory:
    """Read what `remember` wrote; nothing is known when it is damaged, too large or of another version."""
    if not data or len(data) > MAX_BYTES:
        return Memory()
    try:
        memory = msgspec.msgpack.decode(data, type=Memory)
    # Names that are no UTF-8 raise an error of their own.
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Memory()
    return memory if memory.version == VERSION else Memory()
