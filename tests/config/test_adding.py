"""Tables are added to hub.toml and everything else in it stays as somebody wrote it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.config.hub_toml.adding import Addition, add_tables, rendered
from hub.errors import ConfigError, Refused

CAMERA = {"id": "gate-2", "name": {"en": 'The "gate"', "zh": "北门"}, "area": "yard", "driver": "onvif", "port": 80}
DEVICE = {"id": "nvr-1", "name": "Recorder", "driver": "hikvision", "host": "10.0.0.9"}
NEW = Addition("cameras", CAMERA)

SITE = """# The plant.
[site]
name = "Plant"   # short

[[cameras]]
id = "gate-1"     # the old one
driver = "rtsp"
[cameras.watch]
persist_s = 5
# a note at the end of the camera

# Who is told.
[[routes]]
id = "duty"
"""


def without(text: str, before: str, addition: Addition) -> bool:
    """Whether `text` is `before` with the table put in at one place, and a blank line above it."""
    block = rendered([addition])
    if "\r\n" in before:
        block = block.replace("\n", "\r\n")
    places = [place for place in range(len(text)) if text.startswith(block, place)]
    return any(
        text[: place - gap] + text[place + len(block) :] == before
        for place in places
        for gap in range(5)
        if not text[place - gap : place].strip()
    )


def test_a_camera_goes_behind_the_last_camera_and_before_the_comment_of_what_follows() -> None:
    text = add_tables(SITE, [NEW], "hub.toml")
    assert text.index("a note at the end") < text.index("gate-2") < text.index("# Who is told.")
    assert without(text, SITE, NEW)


def test_a_device_is_written_where_none_was_before() -> None:
    text = add_tables(SITE, [Addition("devices", DEVICE), NEW], "hub.toml")
    data = tomllib.loads(text)
    assert data["devices"] == [DEVICE]
    assert data["cameras"][1] == CAMERA
    assert "# short" in text
    assert "# Who is told.\n[[routes]]" in text


def test_line_ends_and_a_missing_last_one_are_respected() -> None:
    windows = SITE.replace("\n", "\r\n")
    text = add_tables(windows, [NEW], "hub.toml")
    assert "\n" not in text.replace("\r\n", "")
    assert tomllib.loads(add_tables('[site]\nname = "x"', [NEW], "hub.toml"))["cameras"] == [CAMERA]


def test_what_looks_like_a_heading_inside_a_text_does_not_mislead() -> None:
    site = '[[cameras]]\nid = "a"\nnote = """\n[[routes]]\n# x"""\n[site]\nname = "x"\n'
    text = add_tables(site, [NEW], "hub.toml")
    data = tomllib.loads(text)
    assert data["cameras"][0]["note"] == "[[routes]]\n# x"
    assert data["cameras"][1] == CAMERA
    assert without(text, site, NEW)


def test_cameras_written_as_one_list_are_refused_with_the_way_out() -> None:
    with pytest.raises(Refused, match=r"\[\[cameras\]\]"):
        add_tables('cameras = [{ id = "a" }]\n', [NEW], "hub.toml")


def test_a_broken_file_is_named_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"hub\.toml:2"):
        add_tables("[site]\nname = \n", [NEW], "hub.toml")


def test_the_shipped_plant_keeps_every_byte() -> None:
    plant = (Path(__file__).parents[2] / "hub.toml").read_text(encoding="utf-8")
    assert without(add_tables(plant, [NEW], "hub.toml"), plant, NEW)


KEYS = st.text("abcdefghij_-", min_size=1, max_size=8)
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30), st.integers(-(2**40), 2**40), st.booleans()
)
COMMENTS = st.sampled_from(["", "# 注释\n", "\n\n", "   # [[cameras]]\n", "# x\n\n# y\n"])


@st.composite
def sites(draw: st.DrawFn) -> str:
    """Files in any order of tables, with comments and blanks anywhere."""
    parts = []
    for kind in draw(st.lists(st.sampled_from(["[[cameras]]", "[[devices]]", "[[routes]]"]), max_size=6)):
        head = draw(COMMENTS) + kind + draw(st.sampled_from(["\n", "  # why\n"]))
        lines = "".join(f'k{n} = "{n}" {draw(st.sampled_from(["", "# ok"]))}\n' for n in range(draw(st.integers(0, 3))))
        parts.append(head + lines + draw(COMMENTS))
    return draw(COMMENTS) + "".join(parts)


@given(sites(), st.lists(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), min_size=1, max_size=3), st.data())
def test_any_tables_are_read_back_and_nothing_else_changes(site: str, tables: list[Any], data: st.DataObject) -> None:
    additions = [Addition(data.draw(st.sampled_from(["cameras", "devices"])), table) for table in tables]
    text, before = site, tomllib.loads(site)
    for addition in additions:
        grown = add_tables(text, [addition], "hub.toml")
        assert without(grown, text, addition)
        text = grown
    after = tomllib.loads(text)
    for kind in ("cameras", "devices"):
        new = [addition.table for addition in additions if addition.kind == kind]
        assert after.get(kind, []) == before.get(kind, []) + new
    assert after.get("routes") == before.get("routes")
