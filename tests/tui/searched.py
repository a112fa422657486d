"""The duty log and the search of a hub that lives in memory: a real search file, and the server's own reading of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.clock import SystemClock
from hub.core.event import Record, wire_name
from hub.core.state import State
from hub.journal.codec import to_us
from hub.journal.log import Head
from hub.journal.projection import FILE, Projection
from hub.journal.search import Wanted, words_of
from hub.server.concerns import Concerns
from hub.server.routes.log import LARGEST_SEQ, entries_for, entry_for, seen_by
from hub.server.routes.search import found_for
from tests.server.conftest import MemoryStore
from tests.tui.fake_hub import FakeHub


class _Behind:
    """What the server's reading needs of a hub."""

    def __init__(self, hub: FakeHub, folder: Path) -> None:
        self._hub = hub
        self.clock = SystemClock()
        self.index = Projection(folder / FILE, MemoryStore(self), self._head, self.clock)  # type: ignore[arg-type]

    @property
    def records(self) -> list[Record]:
        return self._hub.records

    def state(self) -> State:
        self.index.poke()
        return self._hub.state

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        found = [
            record
            for record in self.records[: before - 1 if before is not None else None]
            if (not types or wire_name(record.event) in types)
            and (not subject or getattr(record.event, subject.partition(":")[0], None) == subject.partition(":")[2])
        ]
        return found[-limit:]

    def _head(self) -> Head:
        return Head(len(self.records), self.records[-1].hash if self.records else b"")


class _Answers(dict[str, Any]):
    """Answers by path, with those of `log/ID` made as they are asked for."""

    def __init__(self, known: Mapping[str, Any], behind: _Behind, hub: FakeHub) -> None:
        super().__init__(known)
        self._behind: Any = behind
        self._hub = hub
        self["log"] = self._entries
        self["search"] = self._search

    def __contains__(self, path: object) -> bool:
        return super().__contains__(path) or str(path).startswith("log/")

    def __missing__(self, path: str) -> Any:
        return entry_for(self._behind, self._account, path.removeprefix("log/"))

    @property
    def _account(self) -> Any:
        return self._hub.account

    def _entries(self, asked: Mapping[str, Any]) -> Any:
        return entries_for(self._behind, self._wanted(asked), int(asked["limit"]))

    def _search(self, asked: Mapping[str, Any]) -> Any:
        wanted = self._wanted({**asked, "areas": asked.get("kinds", ()), "kinds": ()})
        return found_for(self._behind, Concerns(self._behind), self._account, wanted, int(asked["limit"]))

    def _wanted(self, asked: Mapping[str, Any]) -> Wanted:
        times = {name: to_us(datetime.fromisoformat(asked[name])) for name in ("from", "to") if name in asked}
        return Wanted(
            words=words_of(asked.get("q", "")),
            areas=tuple(asked.get("areas", ())),
            kinds=tuple(asked.get("kinds", ())),
            camera=asked.get("camera", ""),
            from_us=times.get("from", 0),
            to_us=times.get("to", LARGEST_SEQ),
            before=asked.get("before", LARGEST_SEQ),
            seen=seen_by(self._account, self._behind.state()),
        )


@contextmanager
def searched(hub: FakeHub, folder: Path) -> Iterator[None]:
    """While it lasts, the hub answers about its duty log and finds things."""
    behind = _Behind(hub, folder)
    behind.index.start()
    hub.answers = _Answers(hub.answers, behind, hub)
    try:
        yield
    finally:
        behind.index.stop()
