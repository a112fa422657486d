"""Proof that no record was changed, removed, inserted or moved: the whole chain, recomputed."""

from collections.abc import Callable

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


def verify(store: Store, *, progress: Progress | None = None, expected: Head | None = None) -> Verdict:
    """Recompute the chain of an open store, up to its newest record at the time of the call.

    The store may be written meanwhile. The chain alone cannot tell that the newest records were cut off, or that
    everything was written anew; give `expected`, a head noted earlier and kept elsewhere, and that is found as well.
    """
    head = START
    try:
        newest = store.head()
        last = newest.seq if newest is not None else 0
        after = _BEFORE_ALL
        while records := store.read(after, _AT_ONCE):
            for record in records:
                problem = problem_with(record, head) or _other_than(expected, record)
                if problem:
                    return _bad(head, problem)
                head = follow(record)
            if progress is not None:
                progress(head.seq, max(last, head.seq))
            if head.seq >= last:
                break
            after = head.seq
    except SiteError as error:
        return _bad(head, f"Record {head.seq + 1} cannot be read: {error}")
    if head.seq < last:
        return _bad(head, f"Record {head.seq + 1} cannot be read, though the journal goes on to {last}.")
    if expected is not None and head.seq < expected.seq:
        return _bad(head, f"The journal ends at record {head.seq}; records up to {expected.seq} were cut off.")
    return Verdict(ok=True, checked=head.seq, head=head)


def _other_than(expected: Head | None, record: StoredRecord) -> str:
    if expected is None or record.seq != expected.seq or record.hash == expected.hash:
        return ""
    return f"Record {record.seq} is not the one that was noted: the journal was written anew, here or before."


def _bad(head: Head, problem: str) -> Verdict:
    return Verdict(ok=False, checked=head.seq, head=head, first_bad_seq=head.seq + 1, problem=problem)
