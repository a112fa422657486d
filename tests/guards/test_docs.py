"""The guard of the documents: it finds what is not true, and lets pass what is."""

from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from tests.guards import docs, example_checks, name_checks, page_checks, state_diagrams
from tests.guards.made_sections import command_tree

PAGE = PurePosixPath("docs/page.md")


@pytest.fixture(scope="module")
def tree() -> Any:
    return command_tree()


def of(text: str, **others: str) -> dict[PurePosixPath, str]:
    return {PAGE: text, **{PurePosixPath(f"docs/{name}.md"): other for name, other in others.items()}}


def test_the_committed_documents_are_true() -> None:
    assert [str(page) for page in docs.drift()] == [], "run `make docs`"
    assert list(docs.problems(docs.written())) == []


# --- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link", ["nowhere.md", "../nowhere/x.md", "../../outside.md", "page.md#no-such-heading", "#no"]
)
def test_a_link_that_leads_nowhere_is_found(link: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").touch()
    (tmp_path.parent / "outside.md").touch()
    found = list(page_checks.broken_links(of(f"# A page\n\nSee [there]({link}).\n"), tmp_path))
    assert len(found) == 1
    assert found[0].startswith("docs/page.md:3: ")


@pytest.mark.parametrize(
    "link", ["other.md", "other.md#what-is-it-in-hubtoml", "#a-page-1", "https://toml.io", "../docs"]
)
def test_a_link_that_leads_somewhere_is_let_pass(link: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.md").touch()
    pages = of(f"# A page\n\n# A page\n\n[there]({link}) `[not](a link)`\n", other="## What is *it*, in `hub.toml`?\n")
    assert list(page_checks.broken_links(pages, tmp_path)) == []


def test_links_and_headings_in_code_are_not_taken_for_such(tmp_path: Path) -> None:
    text = "```sh\n# no heading\n[no](link.md)\n```\n"
    assert list(page_checks.broken_links(of(text), tmp_path)) == []
    assert page_checks.anchors_of(text) == set()


def test_a_page_that_nobody_links_is_found() -> None:
    pages = of("[other](other.md#part)", other="", lonely="[page](page.md)")
    assert list(page_checks.unreachable(pages, PAGE)) == ["docs/lonely.md: no page leads here"]


def test_a_file_that_is_not_there_is_found(tmp_path: Path) -> None:
    pages = of("`hub/core/nowhere.py` and `rules/yours.toml` and `hub.core.state`\n")
    assert list(page_checks.missing_files(pages, tmp_path)) == ["docs/page.md:1: there is no file hub/core/nowhere.py"]


# --- commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ("`hub frobnicate`", "there is no command `hub frobnicate`"),
        ("`hub journal delete`", "there is no command `hub journal delete`"),
        ("`hub run --daemon`", "`hub run` has no option --daemon"),
        ("`hub demo explode all`", "there is no command `hub demo explode`"),
        ("```sh\nhub stop\n```", "`hub stop` needs reason"),
        ("```sh\nhub init\n```", "`hub init` needs folder"),
        ("```sh\nhub init one two\n```", "`hub init` takes 1 arguments, not 2"),
        (
            "```console\n$ cat x | HUB_SITE=x .venv/bin/hub alarms --foo ack A-1\n```",
            "`hub alarms` has no option --foo",
        ),
        ("```sh\nrunuser -u watchroom -- /opt/watchroom/.venv/bin/hub chek\n```", "there is no command `hub chek`"),
        ("```sh\nhub journal import \\\n  a.jsonl\n```", "`hub journal import` needs target"),
        ("    hub statsu   # say how it is", "there is no command `hub statsu`"),
    ],
)
def test_a_command_that_the_hub_does_not_have_is_found(shown: str, problem: str, tree: Any) -> None:
    found = list(page_checks.unknown_commands(of(f"Text.\n\n{shown}\n"), tree))
    assert [line.split(": ", 1)[1] for line in found] == [problem]


@pytest.mark.parametrize(
    "shown",
    [
        "`hub` and `hub --help` and `hub …` and `hub stop` and `hub.toml`",
        "`hub events --type alarm.raised --limit=5 -f`",
        "```sh\nhub stop --reason 'a | b; c' --site DIR > log 2>&1 && hub run\n```",
        "```sh\nhub journal export - | gzip > copy.gz\n```",
        "```sh\nhub demo cover press-1   # or hub frobnicate\n```",
        "```sh\nhub alarms --site plant ack A-1 --note 'It''s fine'\n```",
        "```text\nhub is a word here\n```",
        "```\nhub process (asyncio)\n```",
        "```console\n$ hub status\nhub nothing of this is typed\n```",
    ],
)
def test_a_command_that_the_hub_has_is_let_pass(shown: str, tree: Any) -> None:
    assert list(page_checks.unknown_commands(of(f"Text.\n\n{shown}\n"), tree)) == []


def test_a_target_that_the_makefile_does_not_have_is_found() -> None:
    pages = of("`make tea` and make do.\n\n```sh\nmake PY=python3 setup\nmake test # make coffee\nmake cake\n```\n")
    found = list(page_checks.unknown_targets(pages, "setup: x\n\ntest: setup\n"))
    assert found == [
        "docs/page.md:1: the Makefile has no target tea",
        "docs/page.md:6: the Makefile has no target cake",
    ]


def test_a_unit_that_calls_the_hub_wrongly_is_found(tree: Any) -> None:
    assert list(docs.unit_problems("ExecStart=/opt/x/bin/hub run --site /srv --log json\n", tree)) == [
        "packaging/watchroom.service:1: `hub run` has no option --log"
    ]


# --- what must be described -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "cut", "problem"),
    [
        ("docs/design/events.md", "`view.obstructed`", "the event view.obstructed is not described"),
        ("docs/operate/commands.md", "`--head`", "the option --head is not described"),
        ("docs/operate/commands.md", "### hub verify", "there is no heading for hub verify"),
        ("docs/operate/commands.md", "`HUB_TOKEN`", "the environment variable HUB_TOKEN is not described"),
        ("docs/operate/hub-toml.md", "`lost_after_s`", "the key lost_after_s is not described"),
        ("docs/rules/reference.md", "`missed`", "the key of a rule missed is not described"),
        ("docs/plugins/hooks.md", "hub_register_stores", "there is no heading for hub_register_stores(register)"),
    ],
)
def test_what_is_missing_from_the_page_in_charge_is_found(page: str, cut: str, problem: str, tree: Any) -> None:
    pages = docs.written()
    key = PurePosixPath(page)
    pages[key] = pages[key].replace(cut, "`gone`").replace(cut.strip("`"), "gone")
    assert f"{page}: {problem}" in list(docs.undescribed(pages, tree))


def test_a_page_that_is_gone_is_found(tree: Any) -> None:
    pages = docs.written()
    del pages[PurePosixPath("docs/design/events.md")]
    assert "docs/design/events.md: the event signal.lost is not described" in list(docs.undescribed(pages, tree))


# --- texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "It lies in " + "/ho" + "me/somebody/watchroom.",
        "From https://py" + "pi.org/simple it comes.",
        "pip install --index-url files.python" + "hosted.org",
        "See http://build.internal:8080/.",
    ],
)
def test_a_place_of_one_machine_or_of_a_registry_is_found(line: str, tmp_path: Path) -> None:
    assert list(page_checks.foreign_places(of(f"\n{line}\n"), tmp_path))


def test_the_checkout_itself_is_a_place_of_one_machine(tmp_path: Path) -> None:
    assert list(page_checks.foreign_places(of(f"`{tmp_path}/hub.toml`"), tmp_path))


@pytest.mark.parametrize(
    "line", ["/opt/watchroom/.venv", "rtsp://10.0.0.8/live", "http://127.0.0.1:8787", "https://mail.plant.example/x"]
)
def test_places_of_examples_are_let_pass(line: str, tmp_path: Path) -> None:
    assert list(page_checks.foreign_places(of(line), tmp_path)) == []


def test_a_block_that_is_no_toml_is_found() -> None:
    pages = of("```toml\na = 1\n```\n\n```toml\n[site\n```\n\n```text\n[not toml\n```\n")
    assert [problem.split(": ")[0] for problem in page_checks.broken_blocks(pages)] == ["docs/page.md:6"]


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ("[plugins.mail]\nhots = 'mail.plant.example'", "plugins.mail.hots"),
        ("[watch]\nlost_after_s = 600", "watch.lost_after_s"),
        ("[[cameras]]\nid = 'x'\nname = 'X'\narea = 'here'\ndomain = 'security'\ndriver = 'rtps'", "rtps"),
        ("[[rule]]\nid = 'x'\ntitle = 'X'\non = 'signal.loss'\ndo = [{ notify = 'duty' }]", "signal.loss"),
        ("[[rule]]\nid = 'x'\ntitle = 'X'\non = 'signal.lost'\ndo = [{ notify = 'nobody' }]", "nobody"),
    ],
)
def test_an_example_that_the_hub_refuses_is_found(example: str, problem: str) -> None:
    found = list(example_checks.broken_examples(of(f"Text.\n\n```toml\n{example}\n```\n"), docs.ROOT))
    assert found
    assert all(line.startswith("docs/page.md:4: the example is refused: ") for line in found)
    assert any(problem in line for line in found)


@pytest.mark.parametrize(
    "example",
    [
        "for = '10s'",
        "[project]\nname = 'acme'",
        "[[cameras]]\nid = 'x'\nname = 'X'\narea = 'here'\ndomain = 'security'\ndriver = 'rtsp'\nurl = 'env:X_URL'",
        "[[rule]]\nid = 'x'\ntitle = { en = 'X', zh = '甲' }\non = 'signal.lost'\ndo = [{ notify = 'duty' }]",
    ],
)
def test_an_example_that_the_hub_accepts_is_let_pass(example: str) -> None:
    assert list(example_checks.broken_examples(of(f"```toml\n{example}\n```\n"), docs.ROOT)) == []


def test_a_name_that_does_not_exist_is_found() -> None:
    pages = of(
        "`signal.loss`, `signal.lost`, `alarm.shelve`, `camera.area`, `camera.py`\n`hub.core.stat`, `hub.core.state`\n"
    )
    assert list(name_checks.unknown_names(pages)) == [
        "docs/page.md:1: there is no event or command signal.loss",
        "docs/page.md:2: nothing is called hub.core.stat",
    ]


# --- what is made -----------------------------------------------------------------------------------------------


def test_a_section_is_made_anew_and_the_rest_stays() -> None:
    text = "Before.\n\n<!-- made: exit codes -->\nold\n<!-- /made -->\n\nAfter.\n"
    fresh = docs.with_sections(text)
    assert fresh.startswith("Before.\n\n<!-- made: exit codes -->\n| code |")
    assert fresh.endswith("<!-- /made -->\n\nAfter.\n")
    assert "| 5 | `DAMAGED` |" in fresh
    assert docs.with_sections(fresh) == fresh


@pytest.mark.parametrize("text", ["<!-- made: tea -->\n<!-- /made -->\n", "<!-- made: rights -->\n"])
def test_a_section_that_nobody_makes_or_ends_is_found(text: str) -> None:
    assert list(docs.unknown_sections(of(text)))


def test_a_page_that_drifted_is_found() -> None:
    pages = docs.written()
    key = PurePosixPath("docs/design/security.md")
    pages[key] = pages[key].replace("| `hub.stop` |", "| `hub.start` |")
    assert docs.made(pages)[key] != pages[key]


def test_every_arrow_of_the_state_tables_is_an_event_that_there_is() -> None:
    assert len(list(state_diagrams.tables())) >= 8
    assert state_diagrams.unknown_events() == []
