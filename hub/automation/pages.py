"""A mapping from texts that is never changed: every change gives another one, which shares what stayed the same.

The engine's state is a value, and changes a little with every record. Copying a dictionary costs as much as it holds;
here a change copies three small ones (of 64, 64 and about n / 4096 entries), however much is waiting.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar
from zlib import crc32

import msgspec

V = TypeVar("V")

_BITS = 6
_LOW = (1 << _BITS) - 1


class Pages(msgspec.Struct, Generic[V], frozen=True):
    """Entries lie in pages by a checksum of their key, which is the same in every process. Equal when they hold the
    same; the order of going through them follows from the order of the changes."""

    pages: dict[int, dict[int, dict[str, V]]] = {}

    def get(self, key: str) -> V | None:
        if not self.pages:  # as most are, most of the time
            return None
        place = crc32(key.encode())
        shelf = self.pages.get(place & _LOW)
        page = shelf.get(place >> _BITS & _LOW) if shelf is not None else None
        return page.get(key) if page is not None else None

    def put(self, key: str, value: V, stale: Callable[[str, V], bool] | None = None) -> "Pages[V]":
        """With `value` under `key`. Entries of the same page that are `stale` go: so a mapping whose entries lose
        their worth with time needs no sweeping of its own, and no page keeps more than was put into it meanwhile."""
        place = crc32(key.encode())
        high, low = place & _LOW, place >> _BITS & _LOW
        pages = self.pages.copy()
        shelf = pages[high] = pages[high].copy() if high in pages else {}
        page = shelf.get(low)
        if page is None:
            shelf[low] = {key: value}
        else:
            page = page.copy() if stale is None else {k: kept for k, kept in page.items() if not stale(k, kept)}
            page[key] = value
            shelf[low] = page
        return Pages(pages)

    def drop(self, key: str) -> "Pages[V]":
        """Without `key`; the same one when it is not there."""
        place = crc32(key.encode())
        high, low = place & _LOW, place >> _BITS & _LOW
        shelf = self.pages.get(high)
        page = shelf.get(low) if shelf is not None else None
        if shelf is None or page is None or key not in page:
            return self
        pages, shelf, page = self.pages.copy(), shelf.copy(), page.copy()
        del page[key]
        shelf[low] = page
        pages[high] = shelf
        if not page:
            del shelf[low]
        if not shelf:
            del pages[high]
        return Pages(pages)

    def only(self, keep: Callable[[str, V], bool]) -> "Pages[V]":
        """The entries that `keep` takes; looks at each."""
        return self.mapped(lambda key, value: value if keep(key, value) else None)

    def mapped(self, change: Callable[[str, V], V | None]) -> "Pages[V]":
        """Every entry with its changed value; without those whose change is None."""
        pages: dict[int, dict[int, dict[str, V]]] = {}
        for high, shelf in self.pages.items():
            for low, page in shelf.items():
                changed = {key: new for key, value in page.items() if (new := change(key, value)) is not None}
                if changed:
                    pages.setdefault(high, {})[low] = changed
        return Pages(pages)

    def items(self) -> Iterator[tuple[str, V]]:
        for shelf in self.pages.values():
            for page in shelf.values():
                yield from page.items()

    def values(self) -> Iterator[V]:
        for shelf in self.pages.values():
            for page in shelf.values():
                yield from page.values()

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __bool__(self) -> bool:
        return bool(self.pages)

    def __len__(self) -> int:
        return sum(len(page) for shelf in self.pages.values() for page in shelf.values())
