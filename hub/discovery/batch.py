"""A table of cameras to add, in CSV: read, and every problem named by its line and column. Pure.

The first line names the columns, in English or Chinese. Rows that name the same `device` are channels of one recorder,
whose address and sign-in stand in the first of them.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from hub.client.discovery import Adding, NewCamera, Target
from hub.core.assets.table import Place
from hub.core.text import Text

MOST_ROWS = 2000
_LONGEST_CELL = 1000
_LABELS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号"),
    "name": ("name", "名称"),
    "name_zh": ("name_zh", "中文名称"),
    "area": ("area", "区域"),
    "domain": ("domain", "用途"),
    "driver": ("driver", "驱动"),
    "host": ("host", "address", "ip", "地址"),
    "port": ("port", "端口"),
    "tls": ("tls",),
    "fingerprint": ("fingerprint", "tls_fingerprint", "证书指纹"),
    "user": ("user", "用户名"),
    "password": ("password", "密码"),
    "channel": ("channel", "通道"),
    "device": ("device", "录像机"),
    "device_name": ("device_name", "录像机名称"),
    "ptz": ("ptz", "云台"),
    "tags": ("tags", "标签"),
}
_COLUMNS = {label: name for name, labels in _LABELS.items() for label in labels}
_NEEDED = ("id", "area", "domain", "driver")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TAG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(:[a-z0-9][a-z0-9_-]{0,62})?")
_HOST = re.compile(r"[A-Za-z0-9.:_%\-]{1,253}")
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")
_YES, _NO = ("yes", "true", "1", "是"), ("", "no", "false", "0", "否")
_DOMAINS = {"production": "production", "安全生产": "production", "security": "security", "保卫": "security"}
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows must fit: of this site."""

    drivers: Collection[str]
    areas: Collection[str]
    ids: Collection[str]
    """Of the devices and cameras in hub.toml."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What can be added, and what is wrong with the other rows. `lines`: where each camera stands, by its id."""

    adding: tuple[Adding, ...] = ()
    problems: tuple[Place, ...] = ()
    lines: Mapping[str, int] = {}


class _Row(msgspec.Struct, frozen=True):
    line: int
    cells: Mapping[str, str]


def parse_batch(text: str, site: Site) -> Batch:
    """The rows of a table, separated by commas, semicolons or tabs. Never raises."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    lines: list[tuple[int, list[str]]] = []
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begin, cells))
            begin = reader.line_num + 1
            if len(lines) > MOST_ROWS + 1:
                return _broken(begin, f"the table has more than {MOST_ROWS} rows", f"表格超过 {MOST_ROWS} 行")
    except csv.Error as error:
        return _broken(reader.line_num, f"the table cannot be read: {error}", f"表格无法读取：{error}")
    if not lines:
        return _broken(1, "the table is empty", "表格为空")
    columns, problems = _columns(*lines[0])
    if problems:
        return Batch(problems=tuple(problems))
    rows = [
        _Row(line, {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()})
        for line, cells in lines[1:]
    ]
    return _batch(rows, columns, site)


def _broken(line: int, en: str, zh: str) -> Batch:
    return Batch(problems=(Place(line, 0, Text(en=en, zh=zh)),))


def _columns(line: int, cells: Sequence[str]) -> tuple[dict[str, int], list[Place]]:
    found: dict[str, int] = {}
    problems = []
    for at, cell in enumerate(cells):
        name = _COLUMNS.get(cell.strip().casefold())
        known = ", ".join(_LABELS)
        hint = Text(en=f"The columns are: {known}.", zh=f"可用的列：{known}。")
        if name is None:
            said = cell.strip()[:40]
            message = Text(en=f"there is no column {said!r}", zh=f"没有名为“{said}”的列")
            problems.append(Place(line, at + 1, message, hint))
        elif name in found:
            problems.append(Place(line, at + 1, Text(en=f"the column {name} is there twice", zh=f"列 {name} 重复")))
        else:
            found[name] = at
    problems += [
        Place(line, 0, Text(en=f"the column {name} is missing", zh=f"缺少列 {name}"))
        for name in _NEEDED
        if name not in found
    ]
    return found, problems


def _batch(rows: Sequence[_Row], columns: Mapping[str, int], site: Site) -> Batch:
    problems: list[Place] = []
    good: list[_Row] = []
    owners: dict[str, _Row] = {}
    taken: dict[str, int] = dict.fromkeys(site.ids, 0)
    for row in rows:
        wrong = [
            Place(row.line, columns.get(name, -1) + 1, message) for name, message in _wrong(row, site, taken, owners)
        ]
        problems += wrong
        if wrong:
            continue
        good.append(row)
        taken[row.cells["id"]] = row.line
        device = row.cells.get("device", "")
        if device and device not in owners:
            owners[device] = row
            taken[device] = row.line
    groups: dict[str, list[_Row]] = {}
    for row in good:
        groups.setdefault(row.cells.get("device") or f"\0{row.cells['id']}", []).append(row)
    return Batch(
        adding=tuple(_adding(group) for group in groups.values()),
        problems=tuple(sorted(problems, key=lambda place: (place.line, place.column))),
        lines={row.cells["id"]: row.line for row in good},
    )


def _adding(rows: Sequence[_Row]) -> Adding:
    head = rows[0].cells
    target = Target(
        driver=head["driver"],
        host=head["host"],
        port=int(head["port"]) if head.get("port") else None,
        tls=head.get("tls", "").casefold() in _YES,
        fingerprint=head.get("fingerprint", ""),
        user=head.get("user", ""),
        password=head.get("password", ""),
    )
    return Adding(
        target=target,
        cameras=[_camera(row.cells) for row in rows],
        device=head.get("device", ""),
        device_name=head.get("device_name", ""),
    )


def _camera(cells: Mapping[str, str]) -> NewCamera:
    name, chinese = cells.get("name", ""), cells.get("name_zh", "")
    if _CHINESE.search(name) and not chinese:
        name, chinese = "", name
    return NewCamera(
        id=cells["id"],
        name_en=name,
        name_zh=chinese,
        area=cells["area"],
        domain=_DOMAINS[cells["domain"].casefold()],  # type: ignore[arg-type]
        channel=int(cells.get("channel") or 1),
        ptz=cells.get("ptz", "").casefold() in _YES,
        tags=cells.get("tags", "").split(),
    )


def _wrong(row: _Row, site: Site, taken: Mapping[str, int], owners: Mapping[str, _Row]) -> Iterator[tuple[str, Text]]:
    """What is wrong with a row: the column, and why."""
    cells = row.cells
    for name, cell in cells.items():
        if len(cell) > _LONGEST_CELL or any(ord(c) < 32 or ord(c) == 127 for c in cell):
            yield name, Text(en=f"{name} is too long, or holds control characters", zh=f"{name} 过长或含有控制字符")
            return
    if not _ID.fullmatch(cells["id"]):
        yield "id", _said("id", cells["id"], "small letters, digits, - and _", "小写字母、数字、- 和 _")
    elif cells["id"] in taken:
        yield "id", _twice(cells["id"], taken[cells["id"]])
    if cells["area"] not in site.areas:
        known = ", ".join(sorted(site.areas)[:12]) or "-"
        yield "area", _said("area", cells["area"], f"an area of hub.toml: {known}", f"hub.toml 中的区域：{known}")
    if cells["domain"].casefold() not in _DOMAINS:
        yield "domain", _said("domain", cells["domain"], "production or security", "production 或 security")
    if cells["driver"] not in site.drivers:
        known = ", ".join(sorted(site.drivers)) or "-"
        yield "driver", _said("driver", cells["driver"], f"one of: {known}", f"以下之一：{known}")
    yield from _wrong_numbers(cells)
    if (fingerprint := cells.get("fingerprint", "")) and not _FINGERPRINT.fullmatch(fingerprint):
        yield "fingerprint", _said("fingerprint", fingerprint, "64 hexadecimal digits", "64 位十六进制数字")
    for name in ("tls", "ptz"):
        if cells.get(name, "").casefold() not in (*_YES, *_NO):
            yield name, _said(name, cells[name], "yes or no", "yes 或 no")
    for tag in cells.get("tags", "").split():
        if not _TAG.fullmatch(tag):
            yield "tags", _said("tags", tag, "words of small letters, with blanks between", "以空格分隔的小写单词")
            break
    yield from _wrong_device(row, taken, owners)


def _wrong_numbers(cells: Mapping[str, str]) -> Iterator[tuple[str, Text]]:
    for name, most in (("port", 65535), ("channel", 4096)):
        cell = cells.get(name, "")
        if cell and not (cell.isascii() and cell.isdigit() and len(cell) <= 5 and 1 <= int(cell) <= most):
            yield name, _said(name, cell, f"a number from 1 to {most}", f"1 到 {most} 的整数")


def _wrong_device(row: _Row, taken: Mapping[str, int], owners: Mapping[str, _Row]) -> Iterator[tuple[str, Text]]:
    cells = row.cells
    device, host = cells.get("device", ""), cells.get("host", "")
    owner = owners.get(device) if device else None
    if device and not _ID.fullmatch(device):
        yield "device", _said("device", device, "small letters, digits, - and _", "小写字母、数字、- 和 _")
    elif device and (device == cells["id"] or (owner is None and device in taken)):
        yield "device", _twice(device, taken.get(device, row.line))
    if owner is None and not _HOST.fullmatch(host):
        yield "host", _said("host", host, "an IP address or a name", "IP 地址或主机名")
    if owner is not None:
        for name in ("driver", "host", "port", "user"):
            if cells.get(name) and cells[name] != owner.cells.get(name, ""):
                en = f"{name} differs from the one of {device} in line {owner.line}"
                yield name, Text(en=en, zh=f"{name} 与第 {owner.line} 行中 {device} 的不同")


def _said(name: str, cell: str, en: str, zh: str) -> Text:
    shown = cell[:40]
    return Text(en=f"{name} is {shown!r}; expected {en}", zh=f"{name} 为“{shown}”；应为{zh}")


def _twice(id_: str, line: int) -> Text:
    if not line:
        return Text(en=f"{id_} is in hub.toml already", zh=f"{id_} 已在 hub.toml 中")
    return Text(en=f"{id_} is taken by line {line}", zh=f"{id_} 已被第 {line} 行占用")
