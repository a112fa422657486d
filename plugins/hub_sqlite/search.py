"""The queries behind `read` and `read_last`. Pure."""

import json
import re
from collections.abc import Iterable

from hub_sqlite.schema import SUBJECT_FIELDS

RECORD = "seq, at_us, seen_at_us, actor, cause, type, version, CAST(body AS BLOB), key, hash"
"""The columns of a `StoredRecord`."""

_MOST_TYPES = 100
"""SQLite allows 500 parts in one query; the catalogue has some dozens."""

_NO_END = 2**63 - 1
_FIELD = re.compile(r"(?P<field>[a-z][a-z_]*):(?P<value>\S.*)", re.DOTALL)


def following(after: int, limit: int, types: Iterable[str]) -> tuple[str, list[object]]:
    """SQL and parameters for the first `limit` records after `after`, in order."""
    wanted = sorted(set(types))
    where: list[str] = ["seq > ?"]
    given: list[object] = [after]
    if wanted:
        # The plus keeps SQLite from collecting and sorting everything of these types for every page.
        where, given = [*where, "+type IN (SELECT value FROM json_each(?))"], [*given, json.dumps(wanted)]
    return f"SELECT {RECORD} FROM record WHERE {' AND '.join(where)} ORDER BY seq LIMIT ?", [*given, limit]  # noqa: S608


def search(limit: int, types: Iterable[str], subject: str, before: int | None) -> tuple[str, list[object]]:
    """SQL and parameters for the newest `limit` records, newest first.

    Whatever is indexed is read backwards from the end through its index, so that a rare type or an old camera does not
    cost a pass over the whole journal; words, and fields that are not indexed, do.
    """
    wanted = sorted(set(types))
    end = _NO_END if before is None else before
    about = _FIELD.fullmatch(subject)
    if about is not None and about["field"] in SUBJECT_FIELDS:
        source = "subject CROSS JOIN record USING (seq)"
        where, given = ["subject.subject = ?", "subject.seq < ?"], [subject, end]
        return _query(source, "subject.seq", where, given, wanted, limit)
    if not subject and 0 < len(wanted) <= _MOST_TYPES:
        return _by_type(wanted, end, limit)
    where, given = ["seq < ?"], [end]
    if about is not None:
        where.append("CASE WHEN json_valid(body) THEN json_extract(body, ?) END = ?")
        given += [f'$."{about["field"]}"', about["value"]]
    else:
        words = subject.split()
        where += ["body LIKE ? ESCAPE '\\'"] * len(words)
        given += [_containing(word) for word in words]
    return _query("record", "seq", where, given, wanted, limit)


def _query(
    source: str, order: str, where: list[str], given: list[object], types: list[str], limit: int
) -> tuple[str, list[object]]:
    if types:
        # The plus keeps SQLite from collecting and sorting everything of these types.
        where, given = [*where, "+type IN (SELECT value FROM json_each(?))"], [*given, json.dumps(types)]
    sql = f"SELECT {RECORD} FROM {source} WHERE {' AND '.join(where)} ORDER BY {order} DESC LIMIT ?"  # noqa: S608
    return sql, [*given, limit]


def _by_type(types: list[str], end: int, limit: int) -> tuple[str, list[object]]:
    newest = "SELECT seq FROM (SELECT seq FROM record WHERE type = ? AND seq < ? ORDER BY seq DESC LIMIT ?)"
    seqs = " UNION ALL ".join([newest] * len(types))
    given: list[object] = [value for name in types for value in (name, end, limit)]
    return f"SELECT {RECORD} FROM record WHERE seq IN ({seqs}) ORDER BY seq DESC LIMIT ?", [*given, limit]  # noqa: S608


def _containing(word: str) -> str:
    """A LIKE pattern for texts that contain `word`."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
