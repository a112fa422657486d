"""hub.toml: what is accepted, and what is said of what is not."""

# The tables below hold whole messages, which are easier to compare on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config.hub_toml.site import SiteConfig, core_site
from hub.config.load import load_site, parse_site
from hub.core.site import Area, Camera, Department
from hub.core.text import Text
from hub.errors import ConfigError, SiteError

REPOSITORY = Path(__file__).parents[2]

BASE = """\
[site]
name = { en = "Plant", zh = "工厂" }
timezone = "Asia/Shanghai"

[[departments]]
id = "security"
name = "Security"

[[areas]]
id = "gates"
name = "大门"
department = "security"

[[cameras]]
id = "gate-1"
name = { en = "Main gate", zh = "厂区大门" }
area = "gates"
domain = "security"
driver = "rtsp"
url = "rtsp://10.0.0.8/live"
tags = ["north"]
watch = { lost_after_s = 8 }

[[routes]]
id = "duty"
name = "Duty room"
send = [{ via = "example", file = "duty.log" }]
"""
"""27 lines."""


def parsed(text: str) -> SiteConfig:
    config, problems = parse_site(text)
    assert config is not None, [str(problem) for problem in problems]
    return config


def said(text: str) -> list[str]:
    config, problems = parse_site(text)
    assert config is None
    return [str(problem) for problem in problems]


def test_a_good_file_becomes_the_site_that_the_core_knows():
    site = core_site(parsed(BASE))
    assert site.name == Text(en="Plant", zh="工厂")
    assert site.departments == [Department(id="security", name=Text(en="Security"))]
    assert site.areas == [Area(id="gates", name=Text(en="", zh="大门"), department="security")]
    assert site.cameras == [
        Camera(id="gate-1", name=Text(en="Main gate", zh="厂区大门"), area="gates", domain="security", tags=["north"])
    ]


def test_a_tag_may_say_what_a_camera_hangs_on():
    config = parsed(BASE.replace('tags = ["north"]', 'tags = ["north", "switch:sw-3"]'))
    assert core_site(config).cameras[0].tags == ["north", "switch:sw-3"]


def test_keys_of_the_driver_and_the_notifier_are_kept_apart_from_ours():
    config = parsed(BASE + '[plugins]\npath = "own"\n[plugins.mail]\nhost = "m"\n[journal]\nstore = "s"\nsync = 1\n')
    assert config.cameras[0].rest == {"url": "rtsp://10.0.0.8/live"}
    assert config.routes[0].send[0].rest == {"file": "duty.log"}
    assert config.plugins.tables == {"mail": {"host": "m"}}
    assert config.journal.rest == {"sync": 1}


def test_what_is_needed_before_the_plugins_load_is_there_after_the_first_pass():
    config, problems = parse_site(
        BASE + '[plugins]\npath = "own"\ndisabled = ["mail"]\n[journal]\nstore = "other"\n', Path("/site")
    )
    assert config is not None
    assert problems == []
    assert config.plugins.path == "own"
    assert config.plugins.disabled == ["mail"]
    assert config.journal.store == "other"
    assert config.data_folder == Path("/site/data")


def test_a_camera_overrides_some_limits_of_the_watch_and_keeps_the_others():
    config = parsed(BASE + "[watch]\nlost_after_s = 5\nlearn_s = 12\n")
    limits = config.limits_of(config.cameras[0])
    assert (limits.lost_after_s, limits.learn_s, limits.persist_s) == (8.0, 12.0, 4.0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("[site]\n", "[sites]\n"),
            ["1:1: site: is missing. The plant as a whole.", "1:2: sites: unknown key. Did you mean `site`?"],
        ),
        (
            ('"Asia/Shanghai"', '"Asia/Shangai"'),
            ["3:12: site.timezone: there is no time zone of this name. Did you mean `Asia/Shanghai`?"],
        ),
        (
            ('"Asia/Shanghai"', '"Mars"'),
            [
                "3:12: site.timezone: there is no time zone of this name. Names look like 'Asia/Shanghai' or 'Europe/Berlin'."
            ],
        ),
        (('timezone = "Asia/Shanghai"', "timezone = 8"), ["3:12: site.timezone: expected a text in quotes, found 8."]),
        (
            ("timezone =", "time_zone ="),
            [
                "1:2: site.timezone: is missing. Time zone of rosters, rounds and schedules, such as `Asia/Shanghai`.",
                "3:1: site.time_zone: unknown key. Did you mean `timezone`?",
            ],
        ),
        (('zh = "工厂" }', 'zh_CN = "工厂" }'), ["2:24: site.name.zh_CN: unknown key. Did you mean `zh`?"]),
        (('{ en = "Plant", zh = "工厂" }', '{ en = " " }'), ["2:8: site.name: the text is empty."]),
        (
            ('{ en = "Plant", zh = "工厂" }', "5"),
            ['2:8: site.name: expected a text in quotes, or { en = "…", zh = "…" }.'],
        ),
        (
            ('id = "gate-1"', 'id = "Gate 1"'),
            [
                "15:6: cameras.1.id: expected lower-case letters, digits, '-' and '_' (at most 63), found 'Gate 1'. Such as 'gate-1'."
            ],
        ),
        (
            ('id = "gate-1"', 'id = "../gate"'),
            [
                "15:6: cameras.1.id: expected lower-case letters, digits, '-' and '_' (at most 63), found '../gate'. Such as 'gate'."
            ],
        ),
        (('area = "gates"', 'area = "gate"'), ["17:8: cameras.1.area: there is no area 'gate'. Did you mean `gates`?"]),
        (
            ('department = "security"', 'department = "guards"'),
            ["12:14: areas.1.department: there is no department 'guards'. The departments are: security."],
        ),
        (
            ('domain = "security"', 'domain = "securty"'),
            ["18:10: cameras.1.domain: expected 'production' or 'security', found 'securty'. Did you mean `security`?"],
        ),
        (
            ('driver = "rtsp"\n', ""),
            ["14:3: cameras.1.driver: is missing. How its stream is found: `rtsp`, or another that a plugin brings."],
        ),
        (
            ('tags = ["north"]', 'tags = ["north", "Süd", 3]'),
            [
                "21:18: cameras.1.tags.2: expected a word such as indoor, or a kind and an id such as switch:sw-3, found 'Süd'.",
                "21:25: cameras.1.tags.3: expected a text in quotes, found 3.",
            ],
        ),
        (('driver = "rtsp"', 'drivr = "rtsp"'), ["14:3: cameras.1.driver: is missing. Is `drivr` meant to be it?"]),
        (
            ("lost_after_s = 8", "lost_after_s = 0.5"),
            ["22:26: cameras.1.watch.lost_after_s: expected at least 2, found 0.5."],
        ),
        (
            ("lost_after_s = 8", "lost_after = 8"),
            ["22:11: cameras.1.watch.lost_after: unknown key. Did you mean `lost_after_s`?"],
        ),
        (
            ("lost_after_s = 8", "workers = 8"),
            [
                "22:11: cameras.1.watch.workers: unknown key. The keys here are: clear_s, ignore, learn_s, lost_after_s, persist_s, picture_every_s, sensitivity."
            ],
        ),
        (('send = [{ via = "example", file = "duty.log" }]', "send = []"), ["27:8: routes.1.send: must not be empty."]),
        (
            ('{ via = "example", file', "{ file"),
            ["27:9: routes.1.send.1.via: is missing. The notifier that carries the message, brought by a plugin."],
        ),
        (
            ('send = [{ via = "example", file = "duty.log" }]', 'send = "mail"'),
            ["27:8: routes.1.send: expected a [list], found 'mail'."],
        ),
        (
            ("[[routes]]", "[routes]"),
            [
                "24:2: routes: expected a [list], found a table. A list of tables is written [{ … }, { … }], or as [[…]] with two brackets."
            ],
        ),
    ],
    ids=lambda value: value[1][:40] if isinstance(value, tuple) else "",
)
def test_a_mistake_is_told_with_its_place_what_was_expected_and_the_way_out(change, expected):
    assert BASE.count(change[0]) >= 1
    text = BASE.replace(change[0], change[1], 1)
    assert said(text) == [f"hub.toml:{line}" for line in expected]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[watch]\nworkers = 2.5", ["29:11: watch.workers: expected a whole number, found 2.5."]),
        ("[watch]\nworkers = true", ["29:11: watch.workers: expected a whole number, found true."]),
        ("[watch]\nworkers = 65", ["29:11: watch.workers: expected at most 64, found 65."]),
        ('[watch]\nlearn_s = "12"', ["29:11: watch.learn_s: expected a number, found '12'."]),
        ("[watch]\nclear_s = nan", ["29:11: watch.clear_s: expected a number that is not infinite, found nan."]),
        ('[api]\ntcp = "127.0.0.1"', ["29:7: api.tcp: expected an address and a port, such as 127.0.0.1:8787."]),
        (
            '[api]\ntcp = "127.0.0.1:99999"',
            ["29:7: api.tcp: expected an address and a port from 1 to 65535, such as 127.0.0.1:8787."],
        ),
        (
            '[api]\ntcp = "0.0.0.0:8787"',
            [
                "29:7: api.tcp: passwords would travel in clear: the address must be of this machine itself, such as 127.0.0.1:8787. From elsewhere, use SSH, or a web server with TLS on this machine that passes requests on."
            ],
        ),
        (
            '[plugins]\npth = "x"',
            [
                "29:1: plugins.pth: unknown key. Did you mean `path`? The options of a plugin are a table: [plugins.pth]."
            ],
        ),
        ('[plugins]\ndisabled = "mail"', ["29:12: plugins.disabled: expected a [list], found 'mail'."]),
        ("[journal]\nstore = 1", ["29:9: journal.store: expected a text in quotes, found 1."]),
        (
            '[[departments]]\nid = "security"\nname = "x"',
            ["29:6: departments.2.id: there is another department with the id 'security'. It is on line 6."],
        ),
        (
            '[[routes]]\nid = "duty"\nname = "x"\nsend = [{ via = "x" }]',
            ["29:6: routes.2.id: there is another route with the id 'duty'. It is on line 25."],
        ),
    ],
    ids=lambda value: value.replace("\n", " ")[:40] if isinstance(value, str) else "",
)
def test_a_mistake_in_an_added_table_is_told_with_its_place(more, expected):
    assert said(BASE + more + "\n") == [f"hub.toml:{line}" for line in expected]


def test_ten_mistakes_of_a_file_are_told_at_once_in_the_order_of_the_file():
    text = """\
[site]
name = "Plant"
timezone = "Nowhere"
languge = "en"
[watch]
workers = -1
lost_after_s = "6"
[[areas]]
id = "gates"
name = ""
[[cameras]]
id = "gate-1"
name = "Gate"
area = "gats"
domain = "both"
driver = "rtsp"
[[cameras]]
id = "gate-1"
name = "Gate"
area = "gates"
domain = "security"
driver = 5
[[routes]]
id = "duty"
name = "Duty"
send = []
"""
    assert [line.split(": ")[:2] for line in said(text)] == [
        ["hub.toml:3:12", "site.timezone"],
        ["hub.toml:4:1", "site.languge"],
        ["hub.toml:6:11", "watch.workers"],
        ["hub.toml:7:16", "watch.lost_after_s"],
        ["hub.toml:10:8", "areas.1.name"],
        ["hub.toml:14:8", "cameras.1.area"],
        ["hub.toml:15:10", "cameras.1.domain"],
        ["hub.toml:18:6", "cameras.2.id"],
        ["hub.toml:22:10", "cameras.2.driver"],
        ["hub.toml:26:8", "routes.1.send"],
    ]


def test_loading_raises_every_problem_or_names_what_is_missing(tmp_path):
    with pytest.raises(SiteError, match=r"There is no hub.toml in .* `hub init DIR`"):
        load_site(tmp_path)
    with pytest.raises(SiteError, match="There is no folder"):
        load_site(tmp_path / "nowhere")
    (tmp_path / "hub.toml").write_text(BASE.replace("gates", "Gates!"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(tmp_path)
    assert [problem.line for problem in caught.value.problems] == [10, 17]
    assert str(caught.value).startswith("hub.toml:10:6: areas.1.id: expected lower-case letters")
    (tmp_path / "hub.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"hub\.toml:1:1: the file is not UTF-8"):
        load_site(tmp_path)
    (tmp_path / "hub.toml").unlink()
    (tmp_path / "hub.toml").mkdir()
    with pytest.raises(ConfigError, match=r"hub\.toml: is not a file"):
        load_site(tmp_path)


def test_a_loaded_site_knows_its_folder(tmp_path):
    (tmp_path / "hub.toml").write_text(BASE, encoding="utf-8")
    config = load_site(tmp_path)
    assert config.folder == tmp_path
    assert config.data_folder == tmp_path / "data"
    assert config.document.position(("cameras", 0, "url")).line == 20


def test_the_demo_plant_has_eight_cameras_in_both_domains():
    config = load_site(REPOSITORY)
    assert len(config.cameras) == 8
    assert {camera.domain for camera in config.cameras} == {"production", "security"}
    assert {camera.rest["scene"] for camera in config.cameras} == {
        "press", "welding", "conveyor", "boiler", "gate", "road", "warehouse", "yard",
    }  # fmt: skip
    assert {area.id for area in config.areas} == {camera.area for camera in config.cameras}


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_KEYS = st.sampled_from(
    ["site", "name", "timezone", "cameras", "id", "area", "areas", "routes", "send", "via", "plugins", "watch", "en"]
)


def _toml(value: object) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
        case list():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(f"\\U{ord(character):08X}" for character in value) + '"'
        case None:
            return "1979-05-27"
        case _:
            return str(value)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        _KEYS,
        st.recursive(
            _SCALARS,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
            max_leaves=12,
        ),
        max_size=5,
    )
)
def test_any_data_gives_a_site_or_problems_with_places(data):
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in data.items())
    config, problems = parse_site(text)
    assert (config is None) == any(problem.level == "error" for problem in problems)
    for problem in problems:
        assert problem.line >= 1
        assert problem.message


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BASE)), st.integers(0, 12), st.text(max_size=4))
def test_a_damaged_file_never_raises(start, length, put):
    parse_site(BASE[:start] + put + BASE[start + length :])
