"""A sheet to be printed and filled in by hand: plain text for any printer, HTML with page breaks for a browser."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from html import escape
from itertools import groupby
from unicodedata import east_asian_width

from hub.core.rounds.lines import Line, RoundSheet
from hub.core.rounds.sheet_csv import limits_of, said
from hub.core.text import Language, Text

_WIDTH = 78
_PAGE = 60
"""Lines of a printed page."""
_BOX = "[ ]"
_TICKED = "[x]"

_WORDS: dict[str, Text] = {
    "sheet": Text(en="Sheet of round", zh="巡检单"),
    "due": Text(en="due by", zh="截止时间"),
    "team": Text(en="team", zh="班组"),
    "clause": Text(en="clause", zh="条款"),
    "yes": Text(en="yes", zh="是"),
    "no": Text(en="no", zh="否"),
    "impossible": Text(en="not possible:", zh="无法检查："),
    "remark": Text(en="remark:", zh="备注："),
    "photo": Text(en="photo taken", zh="已拍照"),
    "photo_of_fault": Text(en="take a photo of a fault", zh="异常须拍照"),
    "measured": Text(en="measured by the hub", zh="系统测得"),
    "optional": Text(en="may be left open", zh="可不填"),
    "maker": Text(en="Made by, date, signature", zh="检查人、日期、签名"),
    "leader": Text(en="Leader, date, signature", zh="负责人、日期、签名"),
    "empty": Text(en="There is nothing to look at.", zh="没有检查内容。"),
    "page": Text(en="page", zh="页"),
}

_STYLE = (
    "body{font:11pt sans-serif;margin:12mm;color:#000}h1{font-size:15pt;margin:0}h2{font-size:12pt;margin:5mm 0 1mm}"
    "p{margin:1mm 0}table{border-collapse:collapse;width:100%}"
    "td{border:1px solid #666;padding:1.5mm;vertical-align:top}"
    "td.a{width:42%}small{color:#444}section{break-inside:avoid}section.new{break-before:page}"
    ".sign{margin-top:10mm;break-inside:avoid}.sign td{height:14mm;width:50%}@page{size:A4;margin:12mm}"
)


def paper_text(sheet: RoundSheet, language: Language, zone: tzinfo) -> str:
    """The sheet as plain text with boxes, a form feed between pages; an asset is not torn in two where it fits."""
    head = _heading(sheet, language, zone)
    pages: list[list[str]] = [[*head, ""]]
    if not sheet.lines:
        pages[-1].append(_word("empty", language))
    for _of, name, lines in _assets(sheet, language):
        block = [name, "-" * min(_WIDTH, max(4, _cells(name)))]
        for line in lines:
            block += _text_line(line, language)
        block.append("")
        if len(pages[-1]) + len(block) > _PAGE and len(pages[-1]) > len(head) + 1:
            pages.append([f"{head[0]}  ({_word('page', language)} {len(pages) + 1})", ""])
        pages[-1] += block
    pages[-1] += ["", f"{_word('maker', language)}: {'_' * 36}"]
    if sheet.signed_by == "leader":
        pages[-1] += ["", f"{_word('leader', language)}: {'_' * 36}"]
    return "\f".join("\n".join(page) + "\n" for page in pages)


def paper_html(sheet: RoundSheet, language: Language, zone: tzinfo) -> str:
    """The sheet as a page of its own, without scripts and without anything from elsewhere."""
    head = [escape(each) for each in _heading(sheet, language, zone)]
    parts = [f"<h1>{head[0]}</h1>", *(f"<p>{each}</p>" for each in head[1:])]
    before = ""
    for of, name, lines in _assets(sheet, language):
        rows = "".join(_html_row(line, language) for line in lines)
        # A sort of asset is often another person's, and begins a page; after the first.
        fresh = ' class="new"' if before not in ("", of) else ""
        parts.append(f"<section{fresh}><h2>{escape(name)}</h2><table>{rows}</table></section>")
        before = of
    if not sheet.lines:
        parts.append(f"<p>{_word('empty', language)}</p>")
    signs = ["maker", *(["leader"] if sheet.signed_by == "leader" else [])]
    cells = "".join(f"<td>{escape(_word(each, language))}</td>" for each in signs)
    parts.append(f'<div class="sign"><table><tr>{cells}</tr></table></div>')
    code = "zh-CN" if language == "zh_CN" else "en"
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8"><title>{head[0]}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _heading(sheet: RoundSheet, language: Language, zone: tzinfo) -> list[str]:
    round_ = sheet.round
    facts = []
    if round_.due_at is not None:
        facts.append(f"{_word('due', language)} {round_.due_at.astimezone(zone):%Y-%m-%d %H:%M}")
    team = sheet.team.in_(language) or round_.team
    facts += [f"{_word('team', language)} {team}"] if team else []
    facts += [f"{_word('clause', language)} {round_.clause}"] if round_.clause else []
    first = f"{_word('sheet', language)} {round_.id}: {round_.title.in_(language) or sheet.name.in_(language)}"
    return [first, *([" · ".join(facts)] if facts else [])]


def _assets(sheet: RoundSheet, language: Language) -> Iterator[tuple[str, str, Sequence[Line]]]:
    for (of, asset), lines in groupby(sheet.lines, key=lambda line: (line.of, line.asset)):
        found = list(lines)
        name = found[0].name.in_(language)
        yield of, f"{name} ({asset})" if name and name != asset else asset, found


def _text_line(line: Line, language: Language) -> list[str]:
    notes = _notes(line, language)
    asked = f"  {line.ask.in_(language)}" + (f"  ({'; '.join(notes)})" if notes else "")
    rows = [*_wrapped(asked), f"      {_boxes(line, language)}"]
    if line.read_at is None:
        rows.append(f"      {_BOX} {_word('impossible', language)} {'_' * 20}  {_word('remark', language)} {'_' * 20}")
    return rows


def _html_row(line: Line, language: Language) -> str:
    notes = [*_notes(line, language), *([line.help.in_(language)] if line.help else [])]
    small = f"<br><small>{escape('; '.join(notes))}</small>" if notes else ""
    rest = ""
    if line.read_at is None:
        rest = f"<br>&#9744; {escape(_word('impossible', language))} ________<br>{escape(_word('remark', language))}"
    boxes = escape(_boxes(line, language)).replace(_BOX, "&#9744;").replace(_TICKED, "&#9745;")
    return f'<tr><td>{escape(line.ask.in_(language))}{small}</td><td class="a">{boxes}{rest}</td></tr>'


def _boxes(line: Line, language: Language) -> str:
    match line.answer:
        case "yes-no":
            marks = [
                f"{_TICKED if line.settled and line.value is value else _BOX} {_word(word, language)}"
                for value, word in ((True, "yes"), (False, "no"))
            ]
            return "   ".join(marks)
        case "number":
            return f"{said(line.value, language) or '________'} {line.unit}".rstrip()
        case "photo":
            return f"{_TICKED if line.photos else _BOX} {_word('photo', language)}"
        case _:
            return said(line.value, language) or "_" * 50


def _notes(line: Line, language: Language) -> list[str]:
    notes = [limits_of(line)] if line.answer == "number" and limits_of(line) else []
    notes += [_word("measured", language)] if line.read_at is not None else []
    notes += [] if line.must else [_word("optional", language)]
    return notes + ([_word("photo_of_fault", language)] if line.photo_of_fault else [])


def _word(name: str, language: Language) -> str:
    return _WORDS[name].in_(language)


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _wrapped(text: str) -> list[str]:
    """`text` in rows of a page's width; Chinese breaks anywhere, other words between them."""
    rows, row = [], ""
    for word in _words(text):
        if _cells(row) + _cells(word) > _WIDTH and row.strip():
            rows.append(row.rstrip())
            row = "    " + word.lstrip()
        else:
            row += word
    return [*rows, row.rstrip()]


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        word += character
        if character == " " or east_asian_width(character) in "WF":
            yield word
            word = ""
    yield word
