"""The chain of custody of a package: for programs as JSON, and as a page to be printed and signed. Pure."""

from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.core.text import Text
from hub.footage.plan import PackagePlan
from hub.footage.verify import grouped

_KINDS = {"external": Text(en="for an agency", zh="对外调取"), "internal": Text(en="internal", zh="内部使用")}
_STYLE = (
    "body{font:14px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:62em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
    "td,th{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "code{font:12px monospace}.hash{font:11px monospace}.sign td{height:3em}"
    "@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}"
)


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


def custody_page(plan: PackagePlan, fingerprint: str, copies: int) -> str:
    """The page in both languages. `copies`: how many files of the playable copy there are."""
    zone = ZoneInfo(plan.timezone)

    def at(when: datetime) -> str:
        return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"

    facts = [
        ("Release", "调取编号", plan.release),
        ("Site", "站点", _both(plan.site)),
        ("Kind", "类别", _both(_KINDS[plan.kind]) + (f" · {plan.purpose}" if plan.purpose else "")),
        ("Unit that receives", "接收单位", plan.agency),
        ("Persons", "经办人", "; ".join(f"{one.name} ({one.identification})" for one in plan.officers)),
        ("Official letter", "公函", f"{plan.letter_number} {f'SHA-256 {plan.letter}' if plan.letter else ''}"),
        ("Reason", "事由", plan.reason),
        ("Content", "内容", plan.content),
        ("Cameras", "摄像机", "; ".join(f"{name}: {_both(text)}" for name, text in plan.cameras.items())),
        ("Period", "时段", f"{at(plan.from_at)} – {at(plan.to_at)}"),
        ("Package made", "封装时间", at(plan.made_at)),
        ("Journal then", "当时日志", f"{plan.head_seq} · {plan.head_hash}"),
        ("Key that signed", "签名公钥指纹", grouped(fingerprint)),
        ("Playable copy", "可播放副本", _copy(plan, copies)),
    ]
    parts = [
        "<!doctype html><html lang='zh'><head><meta charset='utf-8'>",
        f"<title>{escape(plan.release)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Chain of custody · 录像保管链 · {escape(plan.release)}</h1>",
        _table([], [[f"{en} · {zh}", value] for en, zh, value in facts if value.strip()]),
        "<h2>Steps · 经过</h2>",
        _table(
            ["When · 时间", "Who · 人员", "What · 事项", "Note · 备注"],
            [[at(step.at), step.who, _both(step.what), step.note] for step in plan.steps],
        ),
        "<h2>Originals, bit for bit · 原始录像（逐位一致）</h2>",
        _table(
            ["File · 文件", "From – to · 起止", "Bytes · 字节", "SHA-256", "Seal · 封存", "Camera clock · 摄像机时钟"],
            [
                [
                    f"original/{one.name}",
                    f"{at(one.begin_at)} – {at(one.end_at)}",
                    str(one.bytes),
                    one.sha256,
                    f"{plan.seals[one.seal].seq}" if one.seal is not None else "–",
                    f"{one.device_offset_s:+.1f} s" if one.device_offset_s is not None else "?",
                ]
                for one in plan.pieces
            ],
        ),
    ]
    if plan.fetched:
        parts += [
            "<h2>Fetched from recorders · 取自录像机</h2>",
            _table(
                [
                    "File · 文件",
                    "From – to · 起止",
                    "Device · 设备",
                    "SHA-256 on arrival · 到达时",
                    "Device's · 设备自报",
                ],
                [
                    [
                        f"recorder/{one.name}",
                        f"{at(one.begin_at)} – {at(one.end_at)}",
                        one.device,
                        one.sha256,
                        one.device_hash,
                    ]
                    for one in plan.fetched
                ],
            ),
        ]
    if plan.gaps:
        parts += [
            "<h2>Not recorded · 缺失时段</h2>",
            _table(
                ["Camera · 摄像机", "From – to · 起止", "Why · 原因"],
                [[gap.camera, f"{at(gap.from_at)} – {at(gap.to_at)}", _both(gap.why)] for gap in plan.gaps],
            ),
        ]
    parts += [
        "<h2>Handing over · 交接</h2>",
        "<p>Whoever takes it compares the fingerprint with the one on the receipt. · 接收人请与回执上的指纹核对。</p>",
        "<table class='sign'><tr><th>Date, time · 日期时间</th><th>From · 移交人</th><th>To · 接收人</th>"
        "<th>Signature · 签名</th></tr>" + "<tr><td></td><td></td><td></td><td></td></tr>" * 4 + "</table>",
        "</body></html>",
    ]
    return "\n".join(parts)


def _copy(plan: PackagePlan, copies: int) -> str:
    if not plan.copy:
        return "none · 无"
    blurred = f", {len(plan.blur)} regions made unrecognisable · {len(plan.blur)} 处已遮盖" if plan.blur else ""
    return f"{copies} files, with watermark · {copies} 个文件，带水印{blurred}"


def _both(text: Text) -> str:
    return " · ".join(dict.fromkeys(part for part in (text.en, text.zh) if part))


def _table(head: list[str], rows: list[list[str]]) -> str:
    heads = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>" if head else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{heads}{body}</table>"
