"""Proof that no record was changed, removed, inserted or moved: the whole chain, recomputed."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from hub.errors import SiteError
from hub.journal.chain import START, Head, follow, problem_with
from hub.ports import Store, StoredRecord

_AT_ONCE = 2_000
_BEFORE_ALL = -(2**63)

Progress = Callable[[int, int], None]
"""Called with how many records are done, and how many there are."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying found."""

    ok: bool
    checked: int
    """Records that hold."""
    head: Head
    """The last record that holds."""
    first_bad_seq: int | None = None
    problem: str = ""
    """What is wrong with the first bad record, in one sentence."""


def verify(
    store: Store,
    *,
    progress: Progress | None = None,
    expected: Head | None = None,
    noted: Sequence[Head] = (),
    since: Head = START,
    each: Callable[[StoredRecord], None] | None = None,
) -> Verdict:
    """Recompute the chain of an open store, up to its newest record at the time of the call.

    The store may be written meanwhile. The chain alone cannot tell that the newest records were cut off, or that
    everything was written anew; give `expected`, a head noted earlier and kept elsewhere (or many: `noted`), and that
    is found as well. `since`: a head that was proven before, to go on from. `each` is called with every record that
    holds.
    """
    wanted: dict[int, set[bytes]] = {}
    for one in (*noted, *([expected] if expected is not None else ())):
        wanted.setdefault(one.seq, set()).add(one.hash)
    head = since
    try:
        newest = store.head()
        last = newest.seq if newest is not None else 0
        # From the very beginning on, a record with an impossible number is found as well.
        after = since.seq if since.seq else _BEFORE_ALL
        while records := store.read(after, _AT_ONCE):
            for record in records:
                problem = problem_with(record, head) or _other_than(wanted, record)
                if problem:
                    return _bad(head, problem)
                head = follow(record)
                if each is not None:
                    each(record)
            if progress is not None:
                progress(head.seq, max(last, head.seq))
            if head.seq >= last:
                break
            after = head.seq
    except SiteError as error:
        return _bad(head, f"Record {head.seq + 1} cannot be read: {error}")
    if head.seq < last:
        return _bad(head, f"Record {head.seq + 1} cannot be read, though the journal goes on to {last}.")
    if head.seq < (furthest := max(wanted, default=0)):
        return _bad(head, f"The journal ends at record {head.seq}; records up to {furthest} were cut off.")
    return Verdict(ok=True, checked=head.seq, head=head)


def _other_than(wanted: Mapping[int, set[bytes]], record: StoredRecord) -> str:
    hashes = wanted.get(record.seq)
    if hashes is None or hashes == {record.hash}:
        return ""
    return f"Record {record.seq} is not the one that was noted: the journal was written anew, here or before."


def _bad(head: Head, problem: str) -> Verdict:
    return Verdict(ok=False, checked=head.seq, head=head, first_bad_seq=head.seq + 1, problem=problem)
