"""TOML with positions."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config.toml import DEEPEST, LONGEST_FILE, Document, Place, decode, key_of, parse_toml


def document(text: str) -> Document:
    parsed, problems = parse_toml(text, "x.toml")
    assert parsed is not None, [str(problem) for problem in problems]
    return parsed


def messages(text: str) -> list[str]:
    parsed, problems = parse_toml(text, "x.toml")
    assert parsed is None
    return [str(problem) for problem in problems]


SAMPLE = """\
plain = 1
[site]
"名 称" = { x = 1, y = [ 1, { z = 2 } ] }
q.r = "text"
[[k]]
i = 1
[[k.inner]]
i = 2
[k.inner.deep]
z = 3
[[k]]
名 = 1
i = [
  4,  # a comment
  "five",
]
""".replace("名 = 1\n", "'名' = 1\n")


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("plain",), (1, 1), (1, 9)),
        (("site",), (2, 2), (2, 2)),
        (("site", "名 称"), (3, 1), (3, 9)),
        (("site", "名 称", "x"), (3, 11), (3, 15)),
        (("site", "名 称", "y", 0), (3, 24), (3, 24)),
        (("site", "名 称", "y", 1, "z"), (3, 29), (3, 33)),
        (("site", "q", "r"), (4, 3), (4, 7)),
        (("k", 0), (5, 3), (5, 3)),
        (("k", 0, "i"), (6, 1), (6, 5)),
        (("k", 0, "inner", 0), (7, 3), (7, 3)),
        (("k", 0, "inner", 0, "i"), (8, 1), (8, 5)),
        (("k", 0, "inner", 0, "deep", "z"), (10, 1), (10, 5)),
        (("k", 1), (11, 3), (11, 3)),
        (("k", 1, "名"), (12, 1), (12, 7)),
        (("k", 1, "i", 0), (14, 3), (14, 3)),
        (("k", 1, "i", 1), (15, 3), (15, 3)),
    ],
)
def test_every_key_and_value_has_its_line_and_column_in_characters(path, key, value):
    sample = document(SAMPLE)
    assert sample.position(path, of_key=True) == Place(*key)
    assert sample.position(path) == Place(*value)


def test_what_is_not_there_is_placed_at_the_table_that_should_hold_it():
    sample = document(SAMPLE)
    assert sample.position(("site", "missing")) == Place(2, 2)
    assert sample.position(("k", 1, "i", 7, "x")) == Place(13, 1)
    assert sample.position(("nowhere",)) == Place(1, 1)


def test_a_key_is_named_with_lists_counted_from_one():
    assert key_of(("cameras", 1, "url")) == "cameras.2.url"


@pytest.mark.parametrize(
    ("written", "offset", "place"),
    [
        ('a = "xyz"', 0, (1, 6)),
        ('a = "xyz"', 2, (1, 8)),
        ("a = 'x\\yz'", 3, (1, 9)),
        (r'a = "\u4e2d\n\"z"', 3, (1, 16)),
        (r'a = "\U0001F600z"', 1, (1, 16)),
        ('a = """\nfirst\nsecond"""', 0, (2, 1)),
        ('a = """\nfirst\nsecond"""', 6, (3, 1)),
        ('a = """first \\\n   second"""', 6, (2, 4)),
        ("a = '''\n中文 x'''", 3, (2, 4)),
        ('a = "xyz"', 99, (1, 9)),
    ],
)
def test_a_column_inside_a_string_is_mapped_to_the_column_of_the_file(written, offset, place):
    assert document(written).position_in(("a",), offset) == Place(*place)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=20))
def test_the_place_of_a_character_holds_that_character_or_its_escape(value):
    written = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in value)
    parsed = document(f'a = "{written}"')
    assert parsed.data["a"] == value
    for offset, character in enumerate(value):
        place = parsed.position_in(("a",), offset)
        there = f'a = "{written}"'[place.column - 1 :]
        assert there.startswith((character, f"\\U{ord(character):08X}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a = yes\n",
            "x.toml:1:5: expected a value: a text in quotes, a number, true or false, a [list] or an "
            "{ inline table }. Is a text without its quotes, or a list above not closed?",
        ),
        ("a 1\n", "x.toml:1:3: expected `=` after the key."),
        ("a = 1 2\n", "x.toml:1:7: expected the end of the line here."),
        ('b = 1\na = "open\n', "x.toml:2:10: the text is not closed: a quote is missing."),
        (
            "[a]\n[a]\n",
            "x.toml:2:1: the table [a] is there already. For several of a kind, write [[…]] each time.",
        ),
        (
            't = { camera = "a", camera.area = "b" }\n',
            "x.toml:1:1: this key is there already. Where a key has parts it cannot have a value itself: "
            "`camera.id` beside `camera.area`, not `camera`.",
        ),
        ("id ＝ 1\n", "x.toml:1:4: expected `=` after the key. Write the half-width `=` for `＝`."),
        ("a = 1\na = 2\n", "x.toml:2:1: this key is there already."),
        ("b = 1\na = [1,\n2,\n", "x.toml:2:1: what begins here is not finished at the end of the file."),
        ("[site\nx = 1\n", "x.toml:1:6: expected `]` at the end of the table's name."),
        ('a = "x\\y"\n', "x.toml:1:9: a backslash in a text is doubled, or the text put in 'single quotes'."),
        (
            "a = { b = 1,\n c = 2 }\n",
            "x.toml:1:13: expected a key. An inline table is written on one line, without a comma at the end.",
        ),
        ("a = 2026-13-01\n", "x.toml:1:9: expected the end of the line here."),
        ("a = {b=1, b=2}\n", "x.toml:1:1: the key 'b' is there already."),
    ],
)
def test_a_syntax_error_says_in_plain_words_what_was_expected_and_where(text, expected):
    assert messages(text)[0] == expected


def test_several_syntax_errors_are_told_at_once():
    text = """\
[site]
name = unquoted
timezone "UTC"
ok = 1

[[cameras]]
do = [
  { a = 1 },
]
x = 1 1
[watch
y = "open
z = 2
"""
    assert [line.split(": ")[0] for line in messages(text)] == [
        "x.toml:2:8",
        "x.toml:3:10",
        "x.toml:10:7",
        "x.toml:11:7",
        "x.toml:12:10",
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_not_shift_positions():
    sample = document("\ufeffa = 1\r\nb = 2\r\n")
    assert sample.data == {"a": 1, "b": 2}
    assert sample.position(("b",)) == Place(2, 5)


def test_a_file_in_another_encoding_is_named_with_the_place_of_the_first_wrong_byte():
    text, problems = decode('a = 1\nname = "车间"\n'.encode("gbk"), "x.toml")
    assert text == ""
    assert [str(problem) for problem in problems] == [
        "x.toml:2:9: the file is not UTF-8: byte 0xb3 here is not text. "
        "Save it as UTF-8 (it looks like GB 18030 / GBK)."
    ]
    assert "UTF-16" in str(decode("a = 1".encode("utf-16"), "x.toml")[1][0])


def test_a_file_larger_than_the_limit_is_refused_unread():
    assert str(decode(b"#" * (LONGEST_FILE + 1), "x.toml")[1][0]).startswith("x.toml: the file is larger than 1024 KiB")
    assert messages("#" * (LONGEST_FILE + 1))[0].startswith("x.toml: the file is larger than 1024 KiB")


def test_nesting_beyond_the_limit_is_named_where_it_becomes_too_deep():
    ok = "a = " + "[" * DEEPEST + "]" * DEEPEST
    assert document(ok)
    too_deep = "a = [" + "[" * DEEPEST + "]" * DEEPEST + "]"
    assert messages(too_deep) == [
        f"x.toml:1:{5 + DEEPEST}: tables and lists are nested more than 24 deep here. "
        "Nothing that the hub reads needs that."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "a=" + "[" * 200_000,
        "a." * 100_000 + "a = 1",
        "[" + "a." * 100_000 + "a]",
        "a = " + "{a = " * 50_000,
        '"' * 200_000,
        "a=\n" * 50_000,
        "a = 1\n\x00\n",
        "a = '\ud800'",
    ],
    ids=["brackets", "lists", "dots", "table", "inline", "quotes", "lines", "nul", "surrogate"],
)
def test_hostile_files_give_problems_soon_and_never_raise(text):
    began = time.monotonic()
    parsed, problems = parse_toml(text, "x.toml")
    assert parsed is None
    assert 1 <= len(problems) <= 20
    assert time.monotonic() - began < 5


_PIECES = ["[", "]", "[[", "]]", "{", "}", "=", ".", ",", '"', "'", '"""', "\\", "#", "\n", " ", "a", "中", "1", "true"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join) | st.text(max_size=60))
def test_any_text_is_either_understood_or_has_problems_with_places_inside_it(text):
    parsed, problems = parse_toml(text, "x.toml")
    assert (parsed is None) == bool(problems)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_a_problem(content):
    text, problems = decode(content, "x.toml")
    assert bool(problems) != (text.encode() == content)
