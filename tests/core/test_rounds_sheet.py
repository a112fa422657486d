"""The sheet of a round on paper and as CSV: what goes out comes back, and every wrong cell is named."""

import csv
import io
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.rounds.answers import Answer, Given, Reading
from hub.core.rounds.events import Target
from hub.core.rounds.kinds import Checklist, Measured, Number, Photo, RoundKind, Words, YesNo
from hub.core.rounds.lines import RoundSheet, lines_of
from hub.core.rounds.model import Round, Sheet
from hub.core.rounds.paper import paper_html, paper_text
from hub.core.rounds.sheet_csv import COLUMNS, CsvProblem, parse_sheet, sheet_csv
from hub.core.text import LANGUAGES, Language, Text
from tests.core.conftest import START

KIND = RoundKind(
    id="weekly",
    name=Text(en="Weekly", zh="每周"),
    signed_by="leader",
    checklists=(
        Checklist(
            of="switch",
            items=(
                YesNo(id="heat", ask=Text(en="Hot", zh="发热"), good=False, photo_of_fault=True),
                Number(id="load", ask=Text(en="Load", zh="负载"), unit="%", at_least=0, at_most=80),
                Words(id="words", ask=Text(en="Remarks", zh="说明"), must=False),
                Photo(id="photo", ask=Text(en="Label", zh="标签")),
                Measured(id="disk", ask=Text(en="Disk", zh="磁盘"), measure="disk", at_most=95),
            ),
        ),
    ),
)
ITEMS = tuple(item.id for item in KIND.checklists[0].items)
TARGETS = tuple(
    Target(of="switch", asset=f"SW-{number}", name=Text(en=f"Switch {number}", zh=f"{number} 号交换机"), items=ITEMS)
    for number in range(1, 4)
)
ROUND = Round(
    id="R-7", kind="weekly", title=KIND.name, team="technical", since_at=START, due_at=START, rule=None, clause="2.4"
)


def sheet_of(*answers: Answer, readings: tuple[Reading, ...] = (), targets: tuple[Target, ...] = TARGETS) -> RoundSheet:
    sheet = Sheet(
        kind=KIND,
        targets=targets,
        answers={answer.key: Given(answer, "person:li", START) for answer in answers},
        readings={reading.key: reading for reading in readings},
    )
    return RoundSheet(round=ROUND, name=KIND.name, signed_by="leader", begun=True, lines=lines_of(sheet))


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
VALUES = {
    "heat": st.booleans(),
    "load": st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.10g}")),
    "words": WORDS,
    "disk": st.floats(0, 100).map(lambda number: float(f"{number:.10g}")),
}


@st.composite
def answers(draw: st.DrawFn) -> list[Answer]:
    found = []
    for target in TARGETS:
        for item, values in VALUES.items():
            remark = draw(st.just("") | WORDS)
            if draw(st.booleans()):
                found.append(Answer(asset=target.asset, item=item, value=draw(values), remark=remark))
            elif draw(st.booleans()):
                found.append(Answer(asset=target.asset, item=item, not_possible=draw(WORDS), remark=remark))
    return found


@given(answers(), st.sampled_from(LANGUAGES))
def test_what_is_exported_is_read_back_as_it_was(given_: list[Answer], language: Language) -> None:
    sheet = sheet_of(*given_)
    filled = parse_sheet(sheet_csv(sheet, language), sheet)
    assert filled.problems == []
    assert filled.answers == given_


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_imported_nothing_breaks(data: bytes) -> None:
    filled = parse_sheet(data, sheet_of())
    assert filled.answers == [] or filled.problems == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_spreadsheet_programs_write_is_read(delimiter: str, encoding: str) -> None:
    out = io.StringIO()
    rows = [["设备", "巡检", "项目", "结果", "备注"], ["SW-1", "R-7", "heat", "否", "正常"], ["", "", "", "", ""]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    filled = parse_sheet(out.getvalue().encode(encoding), sheet_of())
    assert filled.problems == []
    assert filled.answers == [Answer(asset="SW-1", item="heat", value=False, remark="正常")]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"round": "R-8"}, "round", "is of round R-8, not of R-7"),
        ({"asset": "SW-9"}, "item", "no item 'heat' on 'SW-9'"),
        ({"answer": "maybe"}, "answer", "neither yes nor no"),
        ({"item": "load", "answer": "much"}, "answer", "no number"),
        ({"item": "load", "answer": "nan"}, "answer", "out of every range"),
        ({"item": "photo", "answer": "yes"}, "answer", "column for photos"),
        ({"not_possible": "locked"}, "not_possible", "leave one of them empty"),
        ({"remark": "x" * 501}, "remark", "longer than 500"),
        ({"answer": "", "photos": "a.jpg"}, "answer", "photos and no answer"),
    ],
)
def test_a_wrong_cell_is_named_by_its_line_and_column(cells: dict[str, str], column: str, words: str) -> None:
    row = {"round": "R-7", "asset": "SW-1", "item": "heat", "answer": "no", **cells}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title.en for title in COLUMNS.values()])
    writer.writerow([row.get(name, "") for name in COLUMNS])
    (problem,) = parse_sheet(out.getvalue().encode(), sheet_of()).problems
    assert (problem.line, problem.column) == (2, list(COLUMNS).index(column) + 1)
    assert words in problem.message


def test_a_sheet_without_its_columns_or_with_a_row_twice_is_refused() -> None:
    (problem,) = parse_sheet(b"a,b\n1,2\n", sheet_of()).problems
    assert problem == CsvProblem(1, 1, problem.message)
    assert "round, asset, item, answer" in problem.message
    twice = b"round,asset,item,answer\r\nR-7,SW-1,heat,no\r\nR-7,SW-1,heat,yes\r\n"
    (problem,) = parse_sheet(twice, sheet_of()).problems
    assert str(problem).startswith("3:3: ")


def test_what_the_hub_measured_is_shown_and_not_taken_from_a_sheet() -> None:
    reading = Reading(asset="SW-1", item="disk", value=61.5, at=START)
    sheet = sheet_of(readings=(reading,))
    data = sheet_csv(sheet, "en")
    assert b"61.5" in data
    assert parse_sheet(data.replace(b"61.5", b"1.5"), sheet).answers == []


def test_no_cell_is_a_formula() -> None:
    answer = Answer(asset="SW-1", item="words", value="=HYPERLINK(1)", remark="@x")
    sheet = sheet_of(answer)
    cells = next(row for row in csv.reader(io.StringIO(sheet_csv(sheet, "en").decode("utf-8-sig"))) if "words" in row)
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    assert parse_sheet(sheet_csv(sheet, "en"), sheet).answers == [answer]


def test_what_begins_with_an_apostrophe_keeps_it() -> None:
    answer = Answer(asset="SW-1", item="words", value="'=", remark="''-5")
    sheet = sheet_of(answer)
    assert parse_sheet(sheet_csv(sheet, "en"), sheet).answers == [answer]


def test_paper_has_a_box_for_every_answer_and_a_line_for_every_signature() -> None:
    text = paper_text(sheet_of(), "en", UTC)
    assert text.count("[ ] yes   [ ] no") == 3
    assert text.count("[ ] not possible:") == 15
    assert "Leader, date, signature: ____" in text
    chinese = paper_text(sheet_of(), "zh_CN", UTC)
    assert "[ ] 是   [ ] 否" in chinese
    assert "负责人、日期、签名" in chinese


def test_paper_breaks_between_assets() -> None:
    many = tuple(
        Target(of="switch", asset=f"SW-{number}", name=Text(en=f"Switch {number}"), items=ITEMS) for number in range(30)
    )
    pages = paper_text(sheet_of(targets=many), "en", UTC).split("\f")
    assert len(pages) > 5
    assert all(page.count("\n") <= 64 for page in pages)
    assert all("Sheet of round R-7" in page.split("\n")[0] for page in pages)
    assert sum(page.count("Switch ") for page in pages) == 30


def test_a_page_in_html_holds_no_text_unescaped() -> None:
    evil = (Target(of="switch", asset="SW-1", name=Text(en='<img src="x">'), items=ITEMS),)
    page = paper_html(sheet_of(targets=evil), "en", UTC)
    assert "<img" not in page
    assert "break-before:page" in page


def test_the_paper_names_the_team_as_people_do() -> None:
    assert "team technical" in paper_text(sheet_of(), "en", UTC)
    named = replace(sheet_of(), team=Text(en="Technical department", zh="技术部"))
    assert "team Technical department" in paper_text(named, "en", UTC)
    assert "技术部" in paper_html(named, "zh_CN", UTC)
