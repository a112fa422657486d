"""What the register says of an asset, field by field, as data: forms, tables, checks and the score follow from it.

A value is kept as text in one written form (a date as `2026-03-02`, a MAC address as `00:1a:2b:3c:4d:5e`), so that
before and after can be told apart and a table that was exported reads the same again. Empty means that nothing is said.
"""

import difflib
import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from hub.core.rounds.kinds import AssetKind
from hub.core.text import Text

Sort = Literal["text", "date", "number", "yes-no", "mac", "ip", "asset", "area", "department", "domain"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `least` and `most` are the limits of a number, in `unit`. `of_site`: hub.toml says it of a camera."""

    name: str
    label: Text
    sort: Sort = "text"
    longest: int = 200
    unit: str = ""
    least: float = 0.0
    most: float = 1e9
    of_site: bool = False


FIELDS: tuple[Field, ...] = (
    Field(name="name", label=Text(en="Name", zh="名称"), of_site=True),
    Field(name="area", label=Text(en="Area", zh="区域"), sort="area", of_site=True),
    Field(name="domain", label=Text(en="Domain", zh="业务域"), sort="domain", of_site=True),
    Field(name="place", label=Text(en="Place", zh="安装位置"), longest=500),
    Field(name="coordinates", label=Text(en="Coordinates", zh="坐标"), longest=100),
    Field(name="height", label=Text(en="Mount height", zh="安装高度"), sort="number", unit="m", least=-200, most=1000),
    Field(name="purpose", label=Text(en="Purpose", zh="用途"), longest=500),
    Field(name="parent", label=Text(en="Connected to", zh="上级设备"), sort="asset"),
    Field(name="port", label=Text(en="Port", zh="端口"), longest=100),
    Field(name="maker", label=Text(en="Maker", zh="厂商")),
    Field(name="model", label=Text(en="Model", zh="型号")),
    Field(name="serial", label=Text(en="Serial number", zh="序列号")),
    Field(name="firmware", label=Text(en="Firmware", zh="固件版本")),
    Field(name="mac", label=Text(en="MAC address", zh="MAC 地址"), sort="mac"),
    Field(name="ip", label=Text(en="IP address", zh="IP 地址"), sort="ip"),
    Field(name="code", label=Text(en="Platform code", zh="平台编码"), longest=100),
    Field(name="department", label=Text(en="Department", zh="使用部门"), sort="department"),
    Field(name="responsible", label=Text(en="Person responsible", zh="责任人")),
    Field(name="supplier", label=Text(en="Supplier", zh="供应商")),
    Field(name="price", label=Text(en="Price", zh="价格"), sort="number", unit="CNY"),
    Field(name="manufactured", label=Text(en="Manufactured", zh="生产日期"), sort="date"),
    Field(name="commissioned", label=Text(en="In use since", zh="投用日期"), sort="date"),
    Field(name="warranty", label=Text(en="Warranty until", zh="保修期至"), sort="date"),
    Field(
        name="life", label=Text(en="Expected life", zh="预期寿命"), sort="number", unit="years", least=0.1, most=100.0
    ),
    Field(name="parts", label=Text(en="Spare parts available", zh="备件可得"), sort="yes-no"),
    Field(name="note", label=Text(en="Note", zh="备注"), longest=2000),
)
BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
OF_SITE: frozenset[str] = frozenset(field.name for field in FIELDS if field.of_site)

_COMMON = ("name", "department", "responsible", "maker", "model", "serial", "commissioned", "warranty", "life")
_NETWORKED = ("mac", "ip", "firmware")
REQUIRED: Mapping[AssetKind, tuple[str, ...]] = {
    "camera": (*_COMMON, "area", "place", "purpose", "parent", *_NETWORKED, "photo", "reference"),
    "line": ("name", "department", "responsible", "commissioned", "life", "place"),
    "switch": (*_COMMON, "place", "parent", *_NETWORKED),
    "encoder": (*_COMMON, "place", "parent", *_NETWORKED),
    "server": (*_COMMON, "place", "purpose", "parent", *_NETWORKED),
    "recorder": (*_COMMON, "place", "parent", *_NETWORKED),
    "disk": (*_COMMON, "parent"),
    "monitor": (*_COMMON, "place"),
    "ups": (*_COMMON, "place"),
    "room": ("name", "department", "responsible", "place"),
}
"""What an archive of each kind must say to be whole (一机一档). `photo` and `reference`: a photo that was handed over,
an approved reference view."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What values may name."""

    areas: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    assets: Mapping[str, str] = {}
    """The id of every asset by itself in small letters."""
    cameras: frozenset[str] = frozenset()


class Wrong(msgspec.Struct, frozen=True):
    """Why a value cannot be taken, and the way out."""

    message: Text
    hint: Text = Text(en="")


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAC = re.compile(r"[0-9a-f]{12}")
_YES = ("yes", "y", "true", "1", "是", "有")
_NO = ("no", "n", "false", "0", "否", "无")
_DOMAINS = {"production": "production", "security": "security", "安全生产": "production", "保卫": "security"}


def written(field: Field, text: str, places: Places) -> str | Wrong:
    """`text` in the form in which the register keeps it, or what is wrong with it. Empty stays empty.

    >>> written(BY_NAME["mac"], "00-1A-2B-3C-4D-5E", Places())
    '00:1a:2b:3c:4d:5e'
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) > field.longest:
        return Wrong(
            Text(en=f"is longer than {field.longest} characters", zh=f"超过 {field.longest} 个字符"),
            Text(en="Shorten it.", zh="请缩短。"),
        )
    if _CONTROL.search(text.replace("\n", "").replace("\t", "") if field.name == "note" else text):
        return Wrong(Text(en="holds characters that cannot be printed", zh="含有不可打印的字符"))
    match field.sort:
        case "date":
            return _date(text)
        case "number":
            return _number(field, text)
        case "yes-no":
            return _one_of(text.lower(), {**dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")}, ("yes", "no"))
        case "mac":
            return _mac(text)
        case "ip":
            return _ip(text)
        case "domain":
            return _one_of(text.lower(), _DOMAINS, ("production", "security"))
        case "area":
            return _named(text, places.areas, Text(en="area", zh="区域"))
        case "department":
            return _named(text, places.departments, Text(en="department", zh="部门"))
        case "asset":
            known = places.assets.get(text.casefold())
            return known if known is not None else _named(text, places.assets.values(), Text(en="asset", zh="设备"))
        case _:
            return text


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that is written most alike; empty when none is."""
    close = difflib.get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def suggested(word: str, known: Sequence[str]) -> Text:
    """ "Did you mean", or what there is."""
    close = nearest(word, known)
    if close:
        return Text(en=f"Did you mean {close!r}?", zh=f"是否为“{close}”？")
    names = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
    return (
        Text(en=f"There are: {names}.", zh=f"可选：{names}。") if names else Text(en="There are none yet.", zh="尚无。")
    )


def _date(text: str) -> str | Wrong:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?", text)
    try:
        day = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        return Wrong(
            Text(en="is not a date", zh="不是日期"), Text(en="Write it as 2026-03-02.", zh="格式为 2026-03-02。")
        )
    return day.isoformat()


def _number(field: Field, text: str) -> str | Wrong:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        number = float("nan")
    if not field.least <= number <= field.most:
        unit = f" {field.unit}" if field.unit else ""
        return Wrong(
            Text(en="is not a number that fits", zh="不是合适的数字"),
            Text(
                en=f"Write one from {field.least:g} to {field.most:g}{unit}.",
                zh=f"请填 {field.least:g} 至 {field.most:g}{unit}。",
            ),
        )
    return f"{number:.10g}"


def _mac(text: str) -> str | Wrong:
    digits = re.sub(r"[-:. ]", "", text).lower()
    if not _MAC.fullmatch(digits) or int(digits[:2], 16) & 1:
        return Wrong(
            Text(en="is not the MAC address of a device", zh="不是设备的 MAC 地址"),
            Text(en="It looks like 00:1a:2b:3c:4d:5e.", zh="格式为 00:1a:2b:3c:4d:5e。"),
        )
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _ip(text: str) -> str | Wrong:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return Wrong(
            Text(en="is not an IP address", zh="不是 IP 地址"),
            Text(en="It looks like 10.1.2.3.", zh="格式为 10.1.2.3。"),
        )


def _one_of(text: str, forms: Mapping[str, str], shown: Sequence[str]) -> str | Wrong:
    found = forms.get(text)
    return found if found is not None else Wrong(Text(en="is not known here", zh="无法识别"), suggested(text, shown))


def _named(text: str, known: Iterable[str], what: Text) -> str | Wrong:
    names = sorted(known)
    if text in names:
        return text
    return Wrong(Text(en=f"is no {what.en} of this site", zh=f"不是本站的{what.zh}"), suggested(text, names))
