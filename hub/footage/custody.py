"""The chain of custody of a package: for programs as JSON, and as a page to be printed and signed. Pure."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from hub.core.text import Text
from hub.footage.plan import PackagePlan
from hub.footage.verify import grouped

_KINDS = {"external": Text(en="for an agency", zh="对外调取"), "internal": Text(en="internal", zh="内部使用")}
_STYLE = Markup(
    "body{font:14px/1.45 'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif;"
    "max-width:66em;margin:2em auto;padding:0 1em;color:#1f2933}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin:1.6em 0 .4em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 1em}"
    "td,th{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:break-word}"
    "th{background:#f4f6f8;font-weight:600}small{color:#52606d;font-weight:400}"
    "code{font:.8em 'DejaVu Sans Mono',Consolas,monospace;overflow-wrap:anywhere}.whole{white-space:nowrap}"
    ".facts td:first-child{width:12em}.files td:nth-child(3),.files th:nth-child(3){text-align:right}"
    ".sign td{height:3.2em;width:25%}thead{display:table-header-group}tr,section{break-inside:avoid}"
    "@page{size:A4;margin:14mm 12mm}@media print{body{margin:0;padding:0;max-width:none;font-size:8.5pt}}"
)


class Copies(NamedTuple):
    """How many files the playable copy has, and of how many files of recorders there is no copy."""

    made: int
    without: int


def custody_json(plan: PackagePlan, fingerprint: str) -> bytes:
    """Everything that the page says, for programs."""
    hidden = {"work", "target", "key", "reserve_bytes", "pieces", "seals"}
    told: dict[str, Any] = {name: getattr(plan, name) for name in plan.__struct_fields__ if name not in hidden}
    told["fetched"] = [{**msgspec.to_builtins(one), "path": None} for one in plan.fetched]
    told["originals"] = [
        {
            "file": f"data/original/{one.name}",
            "camera": one.camera,
            "begin_at": one.begin_at,
            "end_at": one.end_at,
            "bytes": one.bytes,
            "sha256": one.sha256,
            "device_offset_s": one.device_offset_s,
            "recovered": one.recovered,
            "sealed_by_record": plan.seals[one.seal].seq if one.seal is not None else None,
        }
        for one in plan.pieces
    ]
    told["signing_key"] = fingerprint
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def seals_json(plan: PackagePlan) -> bytes:
    """The proofs that `verify.py` follows from each original to the journal."""
    proofs = {
        "release": plan.release,
        "seals": [
            {
                "manifest": seal.manifest,
                "root": seal.root,
                "count": seal.count,
                "record": {
                    name: getattr(seal, name)
                    for name in seal.__struct_fields__
                    if name not in ("manifest", "root", "count")
                },
            }
            for seal in plan.seals
        ],
        "segments": [
            {
                "file": f"data/original/{one.name}",
                "name": one.name,
                "bytes": one.bytes,
                "sha256": one.sha256,
                "seal": one.seal,
                "index": one.index,
                "path": one.proof,
            }
            for one in plan.pieces
        ],
        "fetched": [{"file": f"data/recorder/{one.name}", "sha256": one.sha256} for one in plan.fetched],
    }
    return msgspec.json.format(msgspec.json.encode(proofs), indent=1) + b"\n"


def custody_page(plan: PackagePlan, fingerprint: str, copies: Copies) -> str:
    """The page in both languages."""
    zone = ZoneInfo(plan.timezone)

    def at(when: datetime) -> str:
        return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"

    def span(begin_at: datetime, end_at: datetime) -> Markup:
        return Markup("{} –<br>{}").format(at(begin_at), at(end_at))

    facts: list[tuple[str, str, str]] = [
        ("Release", "调取编号", plan.release),
        ("Site", "站点", _both(plan.site)),
        ("Kind", "类别", _both(_KINDS[plan.kind]) + (f" · {plan.purpose}" if plan.purpose else "")),
        ("Unit that receives", "接收单位", plan.agency),
        ("Persons", "经办人", "; ".join(f"{one.name} ({one.identification})" for one in plan.officers)),
        ("Official letter", "公函", _letter(plan)),
        ("Reason", "事由", plan.reason),
        ("Content", "内容", plan.content),
        ("Cameras", "摄像机", "; ".join(f"{name}: {_both(text)}" for name, text in plan.cameras.items())),
        ("Period", "时段", f"{at(plan.from_at)} – {at(plan.to_at)}"),
        ("Package made", "制作时间", at(plan.made_at)),
        ("Journal then", "当时日志", _head(plan)),
        ("Key that signed", "签名公钥指纹", grouped(fingerprint)),
        ("Playable copy", "可播放副本", _copy(plan, copies)),
    ]
    parts = [
        Markup("<!doctype html><html lang='zh'><head><meta charset='utf-8'><title>{} · {}</title>").format(
            plan.release, _both(plan.site)
        ),
        Markup("<style>{}</style></head><body>").format(_STYLE),
        Markup("<h1>Chain of custody · 录像保管链 · {}</h1>").format(plan.release),
        _table([], [[_title(en, zh), value] for en, zh, value in facts if value.strip()], kind="facts"),
        _heading("Steps", "经过"),
        _table(
            [("When", "时间"), ("Who", "人员"), ("What", "事项"), ("Note", "备注")],
            [[_unbroken(at(step.at)), step.who, _lines(step.what), step.note] for step in plan.steps],
        ),
        _heading("Originals, bit for bit", "原始录像（逐位一致）"),
        _table(
            [
                ("File and SHA-256", "文件与 SHA-256"),
                ("From – to", "起止"),
                ("Bytes", "字节"),
                ("Sealed by record", "封存记录"),
                ("Camera clock (+ ahead)", "摄像机时钟（+ 为快）"),
            ],
            [
                [
                    _file(f"data/original/{one.name}", one.sha256),
                    _unbroken(span(one.begin_at, one.end_at)),
                    _unbroken(f"{one.bytes:,}"),
                    f"{plan.seals[one.seal].seq}" if one.seal is not None else "–",
                    _unbroken(f"{one.device_offset_s:+.1f} s")
                    if one.device_offset_s is not None
                    else _lines(Text(en="not known", zh="未知")),
                ]
                for one in plan.pieces
            ],
            kind="files",
        ),
    ]
    if plan.fetched:
        parts += [
            _heading("Fetched from recorders", "取自录像机"),
            _table(
                [
                    ("File and SHA-256 on arrival", "文件与到达时的 SHA-256"),
                    ("From – to", "起止"),
                    ("Bytes", "字节"),
                    ("Recorder", "录像机"),
                    ("Hash by the recorder", "录像机自报哈希"),
                ],
                [
                    [
                        _file(f"data/recorder/{one.name}", one.sha256),
                        _unbroken(span(one.begin_at, one.end_at)),
                        _unbroken(f"{one.bytes:,}"),
                        one.device,
                        Markup("<code>{}</code>").format(one.device_hash) if one.device_hash else "–",
                    ]
                    for one in plan.fetched
                ],
                kind="files",
            ),
        ]
    if plan.gaps:
        parts += [
            _heading("Not recorded", "缺失时段"),
            _table(
                [("Camera", "摄像机"), ("From – to", "起止"), ("Why", "原因")],
                [[gap.camera, _unbroken(span(gap.from_at, gap.to_at)), _lines(gap.why)] for gap in plan.gaps],
            ),
        ]
    parts += [
        Markup("<section>"),
        _heading("Handing over", "交接"),
        Markup(
            "<p>Whoever takes it compares the fingerprint with the one on the receipt.<br>"
            "接收人请将指纹与回执上的指纹核对。</p>"
        ),
        _table(
            [("Date, time", "日期时间"), ("From", "移交人"), ("To", "接收人"), ("Signature", "签名")],
            [[""] * 4] * 4,
            kind="sign",
        ),
        Markup("</section></body></html>"),
    ]
    return "\n".join(parts)


def _letter(plan: PackagePlan) -> str:
    return " · ".join(part for part in (plan.letter_number, plan.letter and f"SHA-256 {plan.letter}") if part)


def _head(plan: PackagePlan) -> str:
    return f"{plan.head_seq} · {plan.head_hash}" if plan.head_hash else ""


def _copy(plan: PackagePlan, copies: Copies) -> str:
    if not plan.copy:
        return "none · 无"
    en, zh = [_count(copies.made, "file"), "with watermark"], [f"{copies.made} 个文件", "带水印"]
    if plan.blur:
        en.append(f"{_count(len(plan.blur), 'region')} made unrecognisable")
        zh.append(f"{len(plan.blur)} 处已遮盖")
    if copies.without:
        en.append(f"without {_count(copies.without, 'file')} of recorders that only their maker's programs show")
        zh.append(f"不含录像机的 {copies.without} 个专有格式文件")
    return f"{', '.join(en)} · {'，'.join(zh)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _both(text: Text) -> str:
    return " · ".join(dict.fromkeys(part for part in (text.en, text.zh) if part))


def _lines(text: Text) -> Markup:
    """Both languages, one below the other."""
    return Markup("<br>").join(dict.fromkeys(part for part in (text.en, text.zh) if part))


def _title(en: str, zh: str) -> Markup:
    return Markup("{}<br><small>{}</small>").format(en, zh)


def _heading(en: str, zh: str) -> Markup:
    return Markup("<h2>{} · {}</h2>").format(en, zh)


def _file(name: str, sha256: str) -> Markup:
    """It may break behind a folder, and nowhere else as long as there is room."""
    return Markup("{}<br><code>{}</code>").format(Markup("/<wbr>").join(name.split("/")), sha256)


def _unbroken(text: str) -> Markup:
    return Markup("<span class='whole'>{}</span>").format(text)


def _table(head: list[tuple[str, str]], rows: list[list[str]], *, kind: str = "") -> Markup:
    """Cells that are no markup are escaped."""
    titles = Markup("").join(Markup("<th>{}</th>").format(_title(*each)) for each in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    heads = Markup("<thead><tr>{}</tr></thead>").format(titles) if head else ""
    return Markup("<table class='{}'>{}<tbody>{}</tbody></table>").format(kind, heads, body)
