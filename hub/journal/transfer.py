"""The journal as JSON lines: out of one store, into another, with the chain checked on the way.

The first line is the header, `{"watchroom_journal":1,"records":N,"head":{"seq":N,"hash":"…"}}`; every further line is
one record with the fields of `hub.ports.StoredRecord`, the hash in hexadecimal and the body as JSON. A tool that
rewrites the JSON of a body (its spaces, say) breaks the chain, and the import says so.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from hub.errors import JournalDamaged, JournalError
from hub.journal.chain import START, Head, follow, problem_with
from hub.journal.codec import LARGEST_BODY
from hub.journal.verify import Progress
from hub.ports import Store, StoredRecord, Transaction

FORMAT = 1

_AT_ONCE = 2_000
_LONGEST_LINE = LARGEST_BODY + 64 * 1024
_MARK = "import"
_REFUSED = "Nothing from there on was imported."


class _NamedHead(msgspec.Struct, frozen=True):
    seq: int
    hash: str


class _Header(msgspec.Struct, frozen=True):
    watchroom_journal: int
    records: int
    head: _NamedHead


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: int
    at_us: int
    seen_at_us: int
    actor: str
    cause: int | None
    type: str
    version: int
    body: msgspec.Raw
    key: str | None
    hash: str


class _Mark(msgspec.Struct, frozen=True):
    """The document that says how far an import goes, and whether it got there."""

    seq: int
    hash: str
    done: bool


def export(store: Store, file: BinaryIO, *, progress: Progress | None = None) -> int:
    """Write every record that `store` has now; returns how many. Works while the hub writes. Raises `OSError`."""
    newest = store.head()
    last = newest.seq if newest is not None else 0
    named = _NamedHead(last, newest.hash.hex() if newest is not None else START.hash.hex())
    encoder = msgspec.json.Encoder()
    file.write(encoder.encode(_Header(FORMAT, last, named)) + b"\n")
    written = count = 0
    while written < last and (records := store.read(written, min(_AT_ONCE, last - written))):
        lines = (_Line(*record[:7], msgspec.Raw(record.body), record.key, record.hash.hex()) for record in records)
        file.write(encoder.encode_lines(lines))
        written, count = records[-1].seq, count + len(records)
        if progress is not None:
            progress(written, last)
    return count


def import_(file: BinaryIO, store: Store, *, name: str = "the file", progress: Progress | None = None) -> int:
    """Write every record of `file` into an empty store that is open for writing; returns how many.

    The whole file is read and its chain checked before anything is written, so `file` must be seekable. An import that
    was interrupted (power cut, disk full) goes on when it is called again with the same file; until then the journal
    does not start. Raises `JournalDamaged` naming `name:line` of the first bad record, `JournalError` for a journal
    that has records of its own and for a file that is no export, `OSError` when the medium refuses.
    """
    head = START
    for records in _checked(file, name):
        head = follow(records[-1])
    done = _done_before(store, head, name)
    file.seek(0)
    for records in _checked(file, name):
        rest = records[max(0, done - records[0].seq + 1) :]
        if rest:
            mark = _Mark(head.seq, head.hash.hex(), done=rest[-1].seq == head.seq)
            store.commit([Transaction(records=rest, documents={_MARK: msgspec.json.encode(mark)})])
        if progress is not None:
            progress(records[-1].seq, head.seq)
    return head.seq


def unfinished_import(store: Store) -> bool:
    """Whether an import into this store was broken off."""
    mark = _mark(store)
    return mark is not None and not mark.done


def _done_before(store: Store, head: Head, name: str) -> int:
    newest = store.head()
    if newest is None:
        return 0
    mark = _mark(store)
    if mark is None or mark.done:
        raise JournalError(
            f"The journal has {newest.seq} records already.", hint="An import needs a journal that is empty or new."
        )
    if mark.seq != head.seq or mark.hash != head.hash.hex():
        raise JournalError(
            f"An import of another file was interrupted here; {name} is not that file.",
            hint="Import that file again, or begin with a new journal.",
        )
    return newest.seq


def _mark(store: Store) -> _Mark | None:
    value = store.document(_MARK)
    return None if value is None else msgspec.json.decode(value, type=_Mark)


def _checked(file: BinaryIO, name: str) -> Iterator[list[StoredRecord]]:
    """Batches of records that hold."""
    expected = _header(file, name)
    head = START
    records: list[StoredRecord] = []
    number = 1
    while line := file.readline(_LONGEST_LINE):
        number += 1
        record = _parse_line(line, name, number, head)
        problem = problem_with(record, head)
        if not problem and record.seq == expected.seq and record.hash != expected.hash:
            problem = f"Record {record.seq} is not the head that the header names."
        if problem:
            raise JournalDamaged(f"{name}:{number}: {problem}", seq=head.seq + 1, hint=_REFUSED)
        head = follow(record)
        records.append(record)
        if len(records) == _AT_ONCE:
            yield records
            records = []
    if head.seq != expected.seq:
        raise JournalDamaged(
            f"{name}:{number}: the file holds {head.seq} records; its header promises {expected.seq}.",
            seq=head.seq + 1,
            hint=_REFUSED,
        )
    if records:
        yield records


def _header(file: BinaryIO, name: str) -> Head:
    try:
        header = msgspec.json.decode(file.readline(_LONGEST_LINE), type=_Header)
        head = Head(header.head.seq, bytes.fromhex(header.head.hash))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise JournalError(
            f"{name}:1: this is no journal export: {error}.", hint="`hub journal export` writes one."
        ) from error
    if header.watchroom_journal != FORMAT:
        raise JournalError(
            f"{name}:1: the file has format {header.watchroom_journal}; this software reads {FORMAT}.",
            hint="Update the software.",
        )
    return head


def _parse_line(line: bytes, name: str, number: int, head: Head) -> StoredRecord:
    try:
        fields = msgspec.json.decode(line, type=_Line)
        return StoredRecord(
            fields.seq,
            fields.at_us,
            fields.seen_at_us,
            fields.actor,
            fields.cause,
            fields.type,
            fields.version,
            bytes(fields.body),
            fields.key,
            bytes.fromhex(fields.hash),
        )
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise JournalDamaged(
            f"{name}:{number}: record {head.seq + 1} cannot be read: {error}.",
            seq=head.seq + 1,
            hint=_REFUSED,
        ) from error
