"""The register as a table, for spreadsheets: written, and read again with every problem named by its place.

The first line names the columns: `asset`, `kind`, and fields of the register by their names or by their labels in
either language. An empty cell takes the value of a field away; a column that is not there leaves it as it is.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import msgspec

from hub.core.assets.commands import MOST_ROWS, ImportRow
from hub.core.assets.entering import Entries, enter
from hub.core.assets.events import AssetChanged, AssetRegistered
from hub.core.assets.fields import BY_NAME, FIELDS, Places, nearest, suggested
from hub.core.assets.model import Asset
from hub.core.rounds.kinds import ASSET_KINDS, AssetKind
from hub.core.text import Text

LARGEST_TABLE = 4 * 1024 * 1024
"""Bytes of a file with a table."""
_LONGEST_CELL = 4000
_LEADING = ("asset", "kind")
_LABELS: Mapping[str, str] = {
    "asset": "asset",
    "id": "asset",
    "编号": "asset",
    "设备编号": "asset",
    "kind": "kind",
    "种类": "kind",
    "设备类型": "kind",
    **{label.casefold(): field.name for field in FIELDS for label in (field.name, field.label.en, field.label.zh)},
}
KIND_WORDS: Mapping[AssetKind, Text] = {
    "camera": Text(en="camera", zh="摄像机"),
    "line": Text(en="line", zh="线路"),
    "switch": Text(en="switch", zh="交换机"),
    "encoder": Text(en="encoder", zh="编码器"),
    "server": Text(en="server", zh="服务器"),
    "recorder": Text(en="recorder", zh="录像机"),
    "disk": Text(en="disk", zh="硬盘"),
    "monitor": Text(en="monitor", zh="显示器"),
    "ups": Text(en="UPS", zh="不间断电源"),
    "room": Text(en="room", zh="机房"),
}
_KINDS: Mapping[str, AssetKind] = {
    **{kind: kind for kind in get_args(AssetKind)},
    **{word.zh: kind for kind, word in KIND_WORDS.items()},
}
_GUARDED = ("=", "+", "@", "\t", "-")
"""What a spreadsheet takes for the beginning of a formula."""


class Place(msgspec.Struct, frozen=True):
    """One problem of a table with its line and column, counted from 1; column 0: the whole line."""

    line: int
    column: int
    message: Text
    hint: Text = Text(en="")

    def said(self, file: str, language: str = "en") -> str:
        """`assets.csv:3:7: mac is not the MAC address of a device. It looks like …`"""
        zh = language == "zh_CN"
        message, hint = (each.in_("zh_CN" if zh else "en") for each in (self.message, self.hint))
        return f"{file}:{self.line}:{self.column}: {message}{'。' if zh else '.'} {hint}".rstrip()


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was read. `lines` and `columns`: the line of each row, and the column of each field."""

    rows: list[ImportRow] = []
    lines: list[int] = []
    columns: dict[str, int] = {}
    problems: list[Place] = []


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do. Nothing is done as long as there are problems."""

    added: list[AssetRegistered] = []
    changed: list[AssetChanged] = []
    same: int = 0
    problems: list[Place] = []
    rows: list[ImportRow] = []


def parse_csv(text: str) -> Table:
    """The rows of a table in CSV, separated by commas, semicolons or tabs. Reads nothing, never raises."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    cells: list[tuple[int, list[str]]] = []
    begin = 1
    try:
        for row in reader:
            cells.append((begin, row))
            begin = reader.line_num + 1
            if len(cells) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        return Table(
            problems=[
                Place(
                    reader.line_num,
                    0,
                    Text(en=f"the table cannot be read: {error}", zh=f"表格无法读取：{error}"),
                    Text(en="Save it as CSV in UTF-8.", zh="请另存为 UTF-8 编码的 CSV。"),
                )
            ]
        )
    return parse_cells(cells)


def parse_cells(cells: Sequence[tuple[int, Sequence[str]]]) -> Table:
    """The rows of a table whose cells were read already, each line with its number; the first names the columns."""
    lines = [(number, row) for number, row in cells if any(cell.strip() for cell in row)]
    if not lines:
        return Table(problems=[Place(1, 0, Text(en="the table is empty", zh="表格为空"))])
    columns, problems = _columns(*lines[0])
    rows: list[ImportRow] = []
    numbers: list[int] = []
    for number, row in lines[1:]:
        found, wrong = _row(number, row, columns)
        problems += wrong
        if found is not None:
            rows.append(found)
            numbers.append(number)
    if len(lines) - 1 > MOST_ROWS:
        message = Text(en=f"the table has more than {MOST_ROWS} rows", zh=f"表格超过 {MOST_ROWS} 行")
        problems.append(Place(lines[MOST_ROWS][0], 0, message, Text(en="Split it.", zh="请拆分。")))
    elif len(lines) == 1:
        problems.append(
            Place(
                lines[0][0],
                0,
                Text(
                    en="the table has no rows below its heading",
                    zh="表头下没有数据行",
                ),
            )
        )
    return Table(rows=rows, lines=numbers, columns=columns, problems=problems)


def plan_import(known: Mapping[str, Asset], places: Places, table: Table) -> Plan:
    """What the table would add to and change in the register. Cameras and ids are looked up in `known`."""
    found: Entries = enter(known, places, table.rows, imported=True)
    problems = [
        *table.problems,
        *(
            Place(
                table.lines[fault.row],
                table.columns.get(fault.field or "asset", 0),
                _with_field(fault.field, fault.message),
                fault.hint,
            )
            for fault in found.faults
        ),
    ]
    problems.sort(key=lambda place: (place.line, place.column))
    if problems:
        return Plan(problems=problems, rows=table.rows)
    added = [event for event in found.events if isinstance(event, AssetRegistered)]
    changed = [event for event in found.events if isinstance(event, AssetChanged)]
    same = len(table.rows) - len(added) - len(changed)
    return Plan(added=added, changed=changed, same=same, rows=table.rows)


def heading() -> list[str]:
    """The names of all columns."""
    return [*_LEADING, *(field.name for field in FIELDS)]


def cells_of(assets: Iterable[Asset]) -> list[list[str]]:
    """A table of assets: its heading, and a line for each. What would be a formula is not one."""
    return [heading(), *([_safe(cell) for cell in _cells(asset)] for asset in assets)]


def as_csv(assets: Iterable[Asset]) -> str:
    """The same in CSV, which a spreadsheet opens and `parse_csv` reads again."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(cells_of(assets))
    return "\ufeff" + written.getvalue()


def _cells(asset: Asset) -> list[str]:
    return [asset.id, asset.kind, *(asset.values.get(field.name, "") for field in FIELDS)]


def _safe(cell: str) -> str:
    # Apostrophes of its own before a formula get one more, or reading would take away one of them.
    formula = cell.lstrip("'").startswith(_GUARDED) and not _is_number(cell)
    return f"'{cell}" if formula else cell


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_GUARDED) else text


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _columns(line: int, row: Sequence[str]) -> tuple[dict[str, int], list[Place]]:
    columns: dict[str, int] = {}
    problems: list[Place] = []
    for number, cell in enumerate(row, start=1):
        name = _LABELS.get(cell.strip().casefold())
        shown = cell.strip()[:40]
        if not shown:
            continue
        if name is None:
            close = nearest(shown.casefold(), _LABELS)
            hint = (
                Text(
                    en=f"Did you mean {close!r}?",
                    zh=f"是否为“{close}”？",
                )
                if close
                else suggested(shown, heading())
            )
            message = Text(en=f"{shown!r} is no column of the register", zh=f"“{shown}”不是台账的列")
            problems.append(Place(line, number, message, hint))
        elif name in columns:
            problems.append(Place(line, number, Text(en=f"{shown!r} is there twice", zh=f"“{shown}”重复")))
        else:
            columns[name] = number
    for name in _LEADING:
        if name not in columns:
            message = Text(en=f"the column {name} is missing", zh=f"缺少列 {name}")
            hint = Text(en="The first line names the columns.", zh="第一行应为列名。")
            problems.append(Place(line, 0, message, hint))
    return columns, problems


def _row(line: int, row: Sequence[str], columns: Mapping[str, int]) -> tuple[ImportRow | None, list[Place]]:
    problems: list[Place] = []
    said = {name: _plain(row[at - 1][:_LONGEST_CELL]) for name, at in columns.items() if at <= len(row)}
    width = max(columns.values(), default=0)
    if width and any(cell.strip() for cell in row[width:]):
        message = Text(en="the line has more cells than the heading", zh="该行单元格多于表头")
        problems.append(Place(line, width + 1, message))
    asset, kind = said.pop("asset", ""), said.pop("kind", "")
    known = _KINDS.get(kind.casefold())
    if "kind" in columns and known is None:
        shown = Text(en=f"kind {kind[:40]!r} is none", zh=f"没有设备类型“{kind[:40]}”")
        problems.append(Place(line, columns["kind"], shown, suggested(kind.casefold(), list(ASSET_KINDS))))
    if known is None or "asset" not in columns:
        return None, problems
    try:
        return msgspec.convert({"asset": asset, "kind": known, "values": said}, ImportRow), problems
    except msgspec.ValidationError:
        message = Text(en=f"asset {asset[:40]!r} is not an id", zh=f"“{asset[:40]}”不是设备编号")
        hint = Text(
            en="Letters, digits, '.', '-' and '_', at most 63, such as SW-3.",
            zh="字母、数字、“.”“-”“_”，最多 63 个，如 SW-3。",
        )
        return None, [*problems, Place(line, columns["asset"], message, hint)]


def _with_field(field: str, message: Text) -> Text:
    if not field:
        return message
    label = BY_NAME[field].label.zh if field in BY_NAME else field
    return Text(en=f"{field} {message.en}", zh=f"{label}{message.zh}")
