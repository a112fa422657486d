"""The Chinese catalogue is complete, and the tool that keeps it so notices when it is not."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from hub.locale import ngettext, set_language
from tests.guards import messages

ROOT = Path(__file__).parents[2]


def test_every_text_that_staff_read_is_translated_and_compiled() -> None:
    assert messages.check() == []


def test_no_marked_text_escapes_the_collector() -> None:
    """Babel reads tokens and sees no call inside an f-string; this reads the syntax tree and finds those too."""
    known = {message.id for message in messages.extracted() if message.id}
    for source in messages.SOURCES:
        for file in sorted((ROOT / source).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.MARKS:
                    for argument in node.args[: len(messages.MARKS[node.func.id] or (1,))]:
                        if isinstance(argument, ast.Constant):
                            assert argument.value in known, f"{file.relative_to(ROOT)}:{node.lineno}"
                        else:
                            assert not isinstance(argument, ast.JoinedStr), f"{file.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 rules say"), (1, "1 rule says"), (2, "2 rules say"), (1.5, "1.5 rules say")]
)
def test_one_thing_is_told_as_one_and_both_texts_are_collected(n: float, said: str) -> None:
    set_language("en")
    assert ngettext("1 rule says the same.", "{count} rules say the same.", n).format(count=n).startswith(said)
    known = {message.id for message in messages.extracted() if message.id}
    assert {"1 rule says the same.", "{count} rules say the same."} <= known


@pytest.mark.parametrize(
    ("text", "translation", "flags", "problem"),
    [
        ("One {n}", "", (), "not translated"),
        ("One {n}", "一 {m}", (), "other fields"),
        ("One {n}", "一 {n}", ("fuzzy",), "fuzzy"),
        ("Gone", "没有了", (), "no longer used"),
    ],
)
def test_an_incomplete_catalogue_is_named(text: str, translation: str, flags: tuple[str, ...], problem: str) -> None:
    wanted, catalog = Catalog(), Catalog(locale="zh_CN")
    if text != "Gone":
        wanted.add(text)
    catalog.add(text, translation, flags=flags)
    assert [found.partition(":")[0] for found in messages.problems_of(catalog, wanted)] == [
        {
            "other fields": "other fields in braces than the English text",
            "fuzzy": "fuzzy, to be looked at by a person",
        }.get(problem, problem)
    ]


def test_a_text_missing_from_the_catalogue_is_named() -> None:
    wanted = Catalog()
    wanted.add("New")
    assert list(messages.problems_of(Catalog(locale="zh_CN"), wanted)) == ["not in the catalogue: 'New'"]


def test_a_stale_compiled_catalogue_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "hub" / "locale"
    folder.mkdir(parents=True)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "hub" / "text.py").write_text('_("Hello {name}")\n', "utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "TEMPLATE", folder / "hub.pot")
    monkeypatch.setattr(messages, "CHINESE", folder / "hub.po")
    monkeypatch.setattr(messages.extracted, "__defaults__", (tmp_path,))
    assert messages.write() == ["not translated: 'Hello {name}'"]
    po = folder / "hub.po"
    po.write_text(
        po.read_text("utf-8")
        .replace('msgstr ""\n\n#', "#")
        .replace('name}"\nmsgstr ""', 'name}"\nmsgstr "你好 {name}"'),
        "utf-8",
    )
    assert messages.check() == ["hub/locale/hub.mo is not what hub.po says: run `make messages`"]
    assert messages.write() == []
    assert messages.check() == []
