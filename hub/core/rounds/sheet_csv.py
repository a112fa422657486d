"""A sheet as CSV: one row for each asset and item, written so that spreadsheet programs open it as it is, and read back
cell by cell. Pure; nothing that a cell holds is ever carried out (a leading `=` is kept as text)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hub.core.rounds.answers import LARGEST_NUMBER, LONGEST_WORDS, Answer, Value
from hub.core.rounds.lines import Line, RoundSheet
from hub.core.text import Language, Text

LARGEST_CSV = 8 * 1024 * 1024
"""Bytes of a sheet that are read."""
_MOST_ROWS = 25_000
_LONGEST_REMARK = 500

COLUMNS: dict[str, Text] = {
    "round": Text(en="round", zh="巡检"),
    "of": Text(en="sort", zh="类别"),
    "asset": Text(en="asset", zh="设备"),
    "name": Text(en="name", zh="名称"),
    "item": Text(en="item", zh="项目"),
    "ask": Text(en="question", zh="检查内容"),
    "form": Text(en="answered by", zh="填写方式"),
    "must": Text(en="must", zh="必填"),
    "answer": Text(en="answer", zh="结果"),
    "not_possible": Text(en="not possible because", zh="无法检查原因"),
    "remark": Text(en="remark", zh="备注"),
    "photos": Text(en="photos", zh="照片"),
    "read_at": Text(en="measured by the hub", zh="系统测得时间"),
}
_NEEDED = ("round", "asset", "item", "answer")
_YES = frozenset({"yes", "y", "true", "1", "是", "√", "✓"})
_NO = frozenset({"no", "n", "false", "0", "否", "×", "✗", "x"})
_FORMULA = ("=", "+", "-", "@", "\t")


class CsvProblem(msgspec.Struct, frozen=True):
    """What is wrong in one cell. `line` is that of the file, `column` the number of the cell, both from 1."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


class Filled(msgspec.Struct, frozen=True):
    """What a file says. `photos` of an answer stand apart, as written: ids, or names of files beside the sheet."""

    answers: list[Answer]
    photos: dict[str, list[str]]
    """By `Answer.key`."""
    problems: list[CsvProblem]


def sheet_csv(sheet: RoundSheet, language: Language) -> bytes:
    """The sheet as UTF-8 with a byte order mark and CRLF, as spreadsheet programs want it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([title.in_(language) for title in COLUMNS.values()])
    for line in sheet.lines:
        cells = {
            "round": sheet.round.id,
            "of": line.of,
            "asset": line.asset,
            "name": line.name.in_(language),
            "item": line.item,
            "ask": line.ask.in_(language),
            "form": form_of(line).in_(language),
            "must": said(line.must, language),
            "answer": said(line.value, language),
            "not_possible": line.not_possible,
            "remark": line.remark,
            "photos": ";".join(line.photos),
            "read_at": line.read_at.isoformat(timespec="seconds") if line.read_at is not None else "",
        }
        writer.writerow([_safe(cells[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def form_of(line: Line) -> Text:
    """How a line is filled in, in words: `yes / no`, `number (°C, 10 – 30)`."""
    match line.answer:
        case "yes-no":
            return Text(en="yes / no", zh="是 / 否")
        case "number":
            limits = limits_of(line)
            parts = [part for part in (line.unit, limits) if part]
            if not parts:
                return Text(en="number", zh="数值")
            return Text(en=f"number ({', '.join(parts)})", zh=f"数值（{'，'.join(parts)}）")
        case "photo":
            return Text(en="photo", zh="照片")
        case _:
            return Text(en="words", zh="文字")


def limits_of(line: Line) -> str:
    """`10 – 30`, `≤ 95`; empty without limits."""
    if line.at_least is not None and line.at_most is not None:
        return f"{line.at_least:g} – {line.at_most:g}"
    if line.at_least is not None:
        return f"≥ {line.at_least:g}"
    return f"≤ {line.at_most:g}" if line.at_most is not None else ""


def said(value: Value, language: Language) -> str:
    """An answer in words."""
    if isinstance(value, bool):
        return Text(en="yes", zh="是").in_(language) if value else Text(en="no", zh="否").in_(language)
    if isinstance(value, int | float):
        return f"{value:.10g}"
    return value or ""


def parse_sheet(data: bytes, sheet: RoundSheet) -> Filled:
    """What a filled-in sheet says of the lines of `sheet`, with every cell that is wrong. Never raises.

    Rows may be missing, in another order, or without an answer: what is empty is left as it is. Spreadsheet programs
    write UTF-8, or on Chinese Windows GB 18030, and separate with commas, semicolons or tabs; all of these are read.
    """
    if len(data) > LARGEST_CSV:
        return Filled([], {}, [CsvProblem(1, 1, f"the file is larger than {LARGEST_CSV // 1024 // 1024} MB")])
    text = _decoded(data)
    if text is None:
        return Filled([], {}, [CsvProblem(1, 1, "this is neither UTF-8 nor GB 18030 text; save it as CSV UTF-8")])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    problems: list[CsvProblem] = []
    answers: dict[str, Answer] = {}
    photos: dict[str, list[str]] = {}
    known = {f"{line.asset}/{line.item}": line for line in sheet.lines}
    try:
        header = next(reader, [])
        places = _places(header)
        if missing := [name for name in _NEEDED if name not in places]:
            names = ", ".join(COLUMNS[name].en for name in missing)
            message = f"the first row has no column {names}; export the sheet anew and fill that in"
            return Filled([], {}, [CsvProblem(1, 1, message)])
        line_number = reader.line_num + 1
        for number, row in enumerate(reader):
            if number >= _MOST_ROWS:
                problems.append(CsvProblem(line_number, 1, f"a sheet has {_MOST_ROWS} rows at most"))
                break
            if any(cell.strip() for cell in row):
                found = _read_row(row, line_number, places, known, sheet.round.id, problems)
                if found is not None:
                    answer, named = found
                    if answer.key in answers:
                        message = f"{answer.asset} has the item {answer.item} on an earlier row, too"
                        problems.append(CsvProblem(line_number, places["item"] + 1, message))
                    answers[answer.key] = answer
                    photos[answer.key] = named
            line_number = reader.line_num + 1
    except csv.Error as error:
        problems.append(CsvProblem(reader.line_num, 1, f"this is not CSV: {error}"))
    return Filled(list(answers.values()), {key: value for key, value in photos.items() if value}, problems)


def parse_rows(rows: Sequence[Mapping[str, str]], sheet: RoundSheet) -> Filled:
    """The same for rows that did not come from a file: cells by the names of `COLUMNS`; their round goes without
    saying. The line of a problem is the number of the row."""
    problems: list[CsvProblem] = []
    answers: list[Answer] = []
    photos: dict[str, list[str]] = {}
    places = {name: place for place, name in enumerate(COLUMNS)}
    known = {f"{line.asset}/{line.item}": line for line in sheet.lines}
    for number, cells in enumerate(rows, 1):
        row = [cells.get(name, sheet.round.id if name == "round" else "") for name in COLUMNS]
        found = _read_row(row, number, places, known, sheet.round.id, problems)
        if found is not None:
            answers.append(found[0])
            photos[found[0].key] = found[1]
        elif not problems:
            problems.append(CsvProblem(number, 1, "nothing is said, or the hub measures it itself"))
    return Filled(answers, {key: value for key, value in photos.items() if value}, problems)


def _read_row(
    row: Sequence[str],
    number: int,
    places: Mapping[str, int],
    known: Mapping[str, Line],
    round_id: str,
    problems: list[CsvProblem],
) -> tuple[Answer, list[str]] | None:
    def cell(name: str) -> str:
        place = places.get(name)
        return _plain(row[place]) if place is not None and place < len(row) else ""

    def wrong(name: str, message: str) -> None:
        problems.append(CsvProblem(number, places[name] + 1, message))

    if cell("round") != round_id:
        wrong("round", f"this row is of round {cell('round')[:20] or '(none)'}, not of {round_id}")
        return None
    line = known.get(f"{cell('asset')}/{cell('item')}")
    if line is None:
        wrong("item", f"{round_id} has no item {cell('item')[:40]!r} on {cell('asset')[:40]!r}")
        return None
    written, why, remark = cell("answer"), cell("not_possible"), cell("remark")
    named = [each.strip() for each in cell("photos").split(";") if each.strip()]
    if not (written or why or named) or line.read_at is not None:
        return None
    if why and written:
        wrong("not_possible", "it is answered and called not possible; leave one of them empty")
        return None
    for name, words in (("not_possible", why), ("remark", remark)):
        if len(words) > _LONGEST_REMARK:
            wrong(name, f"it is longer than {_LONGEST_REMARK} characters")
            return None
    value, problem = (None, "") if why or not written else _value(line, written)
    if not problem and not written and not why and line.answer != "photo":
        problem = "it has photos and no answer"
    if problem:
        wrong("answer", problem)
        return None
    answer = Answer(asset=line.asset, item=line.item, value=value, not_possible=why, remark=remark)
    return answer, named


def _value(line: Line, written: str) -> tuple[Value, str]:
    match line.answer:
        case "yes-no":
            word = written.lower()
            if word in _YES or word in _NO:
                return word in _YES, ""
            return None, f"{written[:40]!r} is neither yes nor no"
        case "number":
            try:
                number = float(written.replace("，", ".").replace(",", ".").removesuffix(line.unit).strip())
            except ValueError:
                return None, f"{written[:40]!r} is no number"
            if not abs(number) <= LARGEST_NUMBER:
                return None, f"{written[:40]!r} is out of every range"
            return number, ""
        case "photo":
            return None, "name the photo in the column for photos"
        case _:
            return (written, "") if len(written) <= LONGEST_WORDS else (None, "it is too long")


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by its name in either language."""
    names = {title.in_(language).lower(): name for name, title in COLUMNS.items() for language in ("en", "zh_CN")}
    cells = [_plain(cell).lower() for cell in header]
    return {names[cell]: place for place, cell in reversed(list(enumerate(cells))) if cell in names}


def _decoded(data: bytes) -> str | None:
    for name in _encodings(data):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _encodings(data: bytes) -> Iterator[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    yield from ("utf-8-sig", "gb18030")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _safe(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    cell = "".join(character if character.isprintable() or character == "\n" else " " for character in cell)
    # Apostrophes of its own before a formula get one more, or reading would take away one of them.
    if cell.lstrip("'").startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA):
        cell = cell[1:]
    return "".join(character if character.isprintable() or character == "\n" else " " for character in cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
