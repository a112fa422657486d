"""What the pages call the fields of records, and how they say what was refused."""

import ast
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.core.catalogue import CATALOGUE
from hub.core.reports.sections import ENTRIES, PLANS, expanded
from hub.errors import NotFound
from hub.server.reports.pages.fields import CHINESE, field_name
from hub.server.reports.pages.page import details
from hub.server.reports.pages.refusals import said

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")


def test_every_field_of_a_record_that_a_report_leads_to_has_a_name_in_chinese() -> None:
    patterns = [pattern for plan in PLANS for pattern in plan.records]
    patterns += [name for names in ENTRIES.values() for name in names]
    fields = {field for name in expanded(patterns, CATALOGUE) for field in CATALOGUE[name].__struct_fields__}
    assert fields - CHINESE.keys() == set()


def test_a_field_that_is_not_known_is_shown_by_its_name() -> None:
    assert field_name("moon_phase", "zh_CN") == "moon_phase"
    assert field_name("moon_phase", "en") == "moon phase"


def test_details_are_in_the_readers_language_and_in_the_time_of_the_site() -> None:
    event = {"domain": "security", "from_at": "2026-11-23T23:24:38Z", "copy": True, "note": ""}
    assert details(event, "en", ZONE) == "domain: security; from at: 2026-11-24 07:24:38; copy: yes"
    assert details(event, "zh_CN", ZONE) == "业务域: 保卫; 自: 2026-11-24 07:24:38; 可播放副本: 是"


def test_lists_and_tables_within_a_record_are_words_and_a_long_hash_is_cut() -> None:
    event = {"officers": [{"name": "Lu Jian", "identification": "110233"}], "letter": "ab" * 32, "cameras": ["a", "b"]}
    said = "officers: name Lu Jian, identification 110233; letter: abababababababab…; cameras: a, b"
    assert details(event, "en", ZONE) == said


def test_a_region_is_said_as_it_is_typed_and_what_is_empty_within_a_list_is_left_out() -> None:
    region = {
        "camera": "gate-1",
        "left": 0.1,
        "top": 0.2,
        "right": 0.345,
        "bottom": 1.0,
        "from_at": None,
        "to_at": None,
    }
    found = details({"blur": [region], "gaps": [{"camera": "gate-2", "why": None}], "bytes": 1234567}, "en", ZONE)
    assert found == "blur: gate-1 10 20 34 100 %; gaps: camera gate-2; bytes: 1,234,567"


def refused_with(file: Path) -> Iterator[str]:
    """Every message and hint of the errors that a file makes; what varies is a 7."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS:
            for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(given, ast.Constant):
                    yield str(given.value)
                elif isinstance(given, ast.JoinedStr):
                    yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in given.values)


_ERRORS = {"NotFound", "NotAllowed", "Malformed", "SiteError"}


@pytest.mark.parametrize("file", ["routes/browser.py", "reports/desk.py", "reports/making.py", "reports/records.py"])
def test_whatever_the_pages_refuse_with_is_said_in_chinese(file: str) -> None:
    found = list(refused_with(ROOT / "hub" / "server" / file))
    assert found
    assert [each for each in found if each in " ".join(said(NotFound(each), "zh_CN"))] == []


def test_a_refusal_that_is_not_known_is_told_in_chinese_by_its_kind_and_in_english_by_its_words() -> None:
    assert said(NotFound("The moon is full."), "zh_CN") == ("没有这样的内容。", "The moon is full.")
