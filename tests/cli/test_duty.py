"""`hub roster` and `hub rounds` on a site whose hub does not run."""

import unicodedata
from pathlib import Path

import pytest

from hub.config.init import write_site
from tests.e2e.hubs import Site

REPOSITORY = Path(__file__).parents[2]
CHINESE = {"LANG": "zh_CN.UTF-8"}


@pytest.fixture
def demo(tmp_path: Path) -> Site:
    """The demo plant."""
    write_site(tmp_path / "demo", demo=True)
    return Site(tmp_path / "demo", tmp_path / "home")


@pytest.fixture
def new(tmp_path: Path) -> Site:
    """A site of nobody in particular yet."""
    write_site(tmp_path / "new", demo=False)
    return Site(tmp_path / "new", tmp_path / "home")


def test_a_new_site_has_no_roster_yet_and_says_so(new: Site) -> None:
    assert new.hub("roster", "show").stdout.strip() == "Nobody is rostered in this time."
    assert new.json("roster", "gaps") == {"ok": True, "gaps": [], "doubles": [], "short_rests": [], "hours": {}}
    assert "Weekly technical round" in new.hub("rounds", "kinds").stdout


def test_the_roster_is_shown_by_day_and_shift_with_names(demo: Site) -> None:
    lines = demo.hub("roster", "show", "--days", "2", "--post", "gate-house").stdout.splitlines()
    assert lines[0].split() == ["date", "post", "shift", "begins", "ends", "team", "people"]
    assert {line[len("2026-11-23 Mon") :].split("  ")[1] for line in lines[1:]} == {"Gate house"}
    stints = demo.json("roster", "show", "--days", "2", "--post", "gate-house")
    assert len(stints) == len(lines) - 1 >= 4
    assert {stint["post"] for stint in stints} == {"gate-house"}
    assert all(len(stint["places"]) == 1 for stint in stints)


def test_chinese_columns_stand_under_one_another(demo: Site) -> None:
    lines = demo.hub("roster", "show", "--days", "1", env=CHINESE).stdout.splitlines()
    assert "门卫室" in "".join(lines)
    times = {_width(line[: line.index("08:00")]) for line in lines if "08:00" in line and "白班" in line}
    early = {_width(line[: line.index("08:00")]) for line in lines if "早班" in line}
    assert times == early
    assert len(times) == 1


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_gaps_are_named_with_what_to_do_and_an_exit_code(demo: Site) -> None:
    assert demo.hub("roster", "gaps").stdout == ""
    roster = demo.folder / "rules" / "roster.toml"
    text = roster.read_text(encoding="utf-8")
    guard = 'id = "zhou-jie"\nname = { en = "Zhou Jie", zh = "周杰" }\nqualifications = ["watch-officer"]'
    assert guard in text
    ended = guard.replace('["watch-officer"]', '[{ id = "watch-officer", until = 2026-01-31 }]')
    roster.write_text(text.replace(guard, ended), encoding="utf-8")
    done = demo.hub("roster", "gaps", "--days", "4", code=1)
    assert "Zhou Jie's training 'Watch officer' ended on 2026-01-31" in done.stdout
    assert "Have the training renewed" in done.stdout
    assert "Gaps: " in done.stderr
    found = demo.json("roster", "gaps", "--days", "4", code=1)
    assert found["ok"] is False
    assert {gap["post"] for gap in found["gaps"]} == {"gate-house"}
    assert found["gaps"][0]["why"]["zh"].endswith("周杰的“监控值班员培训”资格已于 2026-01-31 到期")
    assert "周杰" in demo.hub("roster", "gaps", "--days", "4", env=CHINESE, code=1).stdout


def test_two_posts_at_once_are_a_gap_of_another_kind(demo: Site) -> None:
    roster = demo.folder / "rules" / "roster.toml"
    text = roster.read_text(encoding="utf-8")
    second = text[text.index('[[pattern]]\nid = "technical-desk"') : text.index("# --- what is different")]
    doubled = second.replace('id = "technical-desk"', 'id = "twice"').replace(
        'post = "technical-desk"', 'post = "gate-house"'
    )
    roster.write_text(text + doubled, encoding="utf-8")
    found = demo.json("roster", "gaps", "--days", "7", code=1)
    assert found["gaps"] == []
    assert {double["person"] for double in found["doubles"]} == {"sun-wei", "ma-chao"}
    assert "at several posts at once" in demo.hub("roster", "gaps", "--days", "7", code=1).stdout


def test_a_post_that_is_not_there_is_named_with_a_suggestion(demo: Site) -> None:
    done = demo.hub("roster", "show", "--post", "gate-hose", code=4)
    assert "There is no post gate-hose in the roster. Did you mean `gate-house`?" in done.stderr


def test_rounds_are_listed_with_what_is_looked_at(demo: Site) -> None:
    shown = demo.hub("rounds", "kinds").stdout
    assert "technical · clause 2.4 · Technical department · made due by rules · time for it: 3 d" in shown
    assert "night-picture · clause 3.8" in shown
    assert "≥ 95" in shown
    kinds = {entry["kind"]["id"]: entry for entry in demo.json("rounds", "kinds")}
    assert kinds["technical"]["every"] is None
    assert kinds["night-picture"]["every"]["months"] == [1, 4, 7, 10]
    assert {item["answer"] for item in kinds["technical"]["kind"]["checklists"][0]["items"]} == {"measured"}


@pytest.mark.parametrize(
    ("file", "change", "place"),
    [
        ("roster.toml", ('post = "gate-house"\nstart', 'post = "gate-hose"\nstart'), "pattern.2.post"),
        ("rounds.toml", ('team = "technical"', 'team = "technicl"'), "round.1.team"),
    ],
)
def test_check_names_the_problems_of_roster_and_rounds(
    demo: Site, file: str, change: tuple[str, str], place: str
) -> None:
    path = demo.folder / "rules" / file
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    done = demo.hub("check", code=2)
    assert f"rules/{file}:" in done.stdout
    assert place in done.stdout
    assert "Did you mean" in done.stdout
    command = ("roster", "show") if file == "roster.toml" else ("rounds", "kinds")
    assert place in demo.hub(*command, code=2).stderr


def test_the_demo_plants_roster_is_the_one_in_the_repository(demo: Site) -> None:
    shipped = (REPOSITORY / "rules" / "roster.toml").read_text(encoding="utf-8")
    copied = (demo.folder / "rules" / "roster.toml").read_text(encoding="utf-8")
    assert copied == shipped.partition("\n")[2]
