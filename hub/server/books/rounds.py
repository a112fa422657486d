"""The rounds of the past, told once from the journal and carried on: their history, their figures, their sheets.

Only the records of rounds are read, a page at a time; what was told stays in memory (the newest ten thousand rounds, a
few hundred bytes each). A year of a plant (some three thousand rounds) takes about a second, once after a start.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import cast, get_args

from hub.core.event import Record, wire_name
from hub.core.rounds.events import RoundDone, RoundDue, RoundsLoaded, RoundStarted
from hub.core.rounds.kinds import RoundKind
from hub.core.rounds.ledger import TYPES, PastRound, RoundCount, counts, tell
from hub.core.rounds.model import LaterEvent, Round, Sheet, apply, became_due
from hub.core.state import State
from hub.errors import NotFound
from hub.server.books.book import Book, Records

MOST_KEPT = 10_000
_PAGE = 2_000
_MOST_PAGES = 50
_SHEET_TYPES = [wire_name(event) for event in (RoundDue, *get_args(LaterEvent), RoundDone)]


class RoundBook:
    """Answers one question at a time. It reads the journal: call it from a thread other than the event loop's."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._rounds: dict[str, PastRound] = {}
        self._book = Book(records, TYPES, self._tell)

    def history(self, state: State, *, until_s: float | None = None) -> list[PastRound]:
        """Every round that is remembered, newest first. Raises `SiteError` while they are still being read."""
        with self._book.followed(state.position, until_s=until_s):
            return list(reversed(self._rounds.values()))

    def figures(self, state: State, from_at: datetime, to_at: datetime) -> list[RoundCount]:
        """How the rounds were kept whose time ended in the period. Raises as `history`."""
        return counts(self.history(state), from_at, to_at, self._records.clock.now())

    def past(self, state: State, round_id: str) -> tuple[Round, Sheet, PastRound]:
        """A round that is over, with the sheet as it was signed. Raises `NotFound`, and as `history`."""
        with self._book.followed(state.position):
            known = self._rounds.get(round_id)
        if known is None:
            raise NotFound(f"There is no round {round_id}.", hint="See `hub rounds list` and `hub rounds history`.")
        round_: Round | None = None
        sheet = Sheet(kind=RoundKind(id=known.kind, name=known.title))
        for record in self._story(known):
            event = record.event
            if isinstance(event, RoundDue):
                round_ = became_due(record, event)
            elif round_ is not None and not isinstance(event, RoundDone):
                if isinstance(event, RoundStarted):
                    sheet = Sheet(kind=self._kind(known, record.seq))
                round_, sheet = apply(round_, sheet, record, cast(LaterEvent, event))
        if round_ is None:
            raise NotFound(f"The record of {round_id} cannot be found.")
        return round_, sheet, known

    def _story(self, known: PastRound) -> Iterator[Record]:
        position = known.first_seq - 1
        for _ in range(_MOST_PAGES):
            page = self._records.read(position, _PAGE, types=_SHEET_TYPES)
            for record in page:
                if record.seq <= known.last_seq and getattr(record.event, "round", "") == known.id:
                    yield record
            if len(page) < _PAGE or page[-1].seq >= known.last_seq:
                return
            position = page[-1].seq

    def _kind(self, known: PastRound, seq: int) -> RoundKind:
        """The kind as it was in force when the round was begun."""
        for record in self._records.read_last(1, types=[wire_name(RoundsLoaded)], before=seq):
            if isinstance(record.event, RoundsLoaded):
                for kind in record.event.kinds:
                    if kind.id == known.kind:
                        return kind
        return RoundKind(id=known.kind, name=known.title)

    def _tell(self, record: Record) -> None:
        tell(self._rounds, record)
        while len(self._rounds) > MOST_KEPT:
            del self._rounds[next(iter(self._rounds))]
