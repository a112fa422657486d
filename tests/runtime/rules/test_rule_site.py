"""The files of a site as the author's tools see them; the cases of the pages hold under the rules that are shipped."""

import re
from datetime import date
from pathlib import Path

import pytest

from hub.automation.sentences import sentences
from hub.automation.trials.cases import run
from hub.config.rules.case_file import parse_cases
from hub.errors import NotFound, SiteError
from hub.runtime.rules.in_force import keep_rules
from hub.runtime.rules.site import load_rule_site, rules_of_folder, with_rules

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 3, 2)


def test_the_cases_of_the_page_hold_under_the_shipped_rules() -> None:
    site = load_rule_site(ROOT, TODAY)
    page = (ROOT / "docs" / "rules" / "testing.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[case]]" in block]
    assert len(blocks) >= 3
    for block in blocks:
        cases, problems = parse_cases(block, "docs/rules/testing.md", known=site.known)
        assert problems == []
        for case in cases:
            assert run(case, site.index, site.around).failures == []


def test_the_shipped_cases_hold() -> None:
    site = load_rule_site(ROOT, TODAY)
    found = site.cases()
    assert found.problems == ()
    failed = {
        case.name: outcome.failures for case in found.cases if (outcome := run(case, site.index, site.around)).failures
    }
    assert failed == {}


def test_every_shipped_rule_is_told_in_whole_sentences_in_both_languages() -> None:
    for rule in load_rule_site(ROOT, TODAY).rules.rules:
        for sentence in sentences(rule):
            assert sentence.en.endswith("."), sentence
            assert sentence.zh.endswith("。"), sentence
            assert "  " not in sentence.en + sentence.zh


def test_every_rule_of_a_file_has_the_line_on_which_it_begins() -> None:
    site = load_rule_site(ROOT, TODAY)
    lines = site.lines()
    text = (ROOT / "rules" / "watch.toml").read_text(encoding="utf-8").splitlines()
    assert text[lines["signal-lost"] - 1] == "[[rule]]"
    assert 'id = "signal-lost"' in text[lines["signal-lost"]]


def test_a_rule_that_is_not_there_is_said_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="no rule signal-lots") as raised:
        load_rule_site(ROOT, TODAY).rule("signal-lots")
    assert "signal-lost" in str(raised.value)


def test_the_rules_of_another_folder_are_read_as_those_of_the_site(tmp_path: Path) -> None:
    site = load_rule_site(ROOT, TODAY)
    assert {rule.id for rule in rules_of_folder(site, ROOT).rules} >= {"signal-lost"}
    assert rules_of_folder(site, ROOT / "rules").rules == rules_of_folder(site, ROOT).rules
    with pytest.raises(SiteError, match="holds no rules"):
        rules_of_folder(site, tmp_path)
    assert with_rules(site, rules_of_folder(site, ROOT)).index.rules.keys() >= {"signal-lost"}


def test_rules_are_kept_as_they_were_taken_up_and_broken_ones_as_they_last_were(tmp_path: Path) -> None:
    rules, data = tmp_path / "rules", tmp_path / "data"
    rules.mkdir()
    data.mkdir()
    (rules / "a.toml").write_text("# one\n", encoding="utf-8")
    (rules / "b.toml").write_text("# two\n", encoding="utf-8")
    keep_rules(tmp_path, data, broken=())
    kept = data / "rules-in-force" / "rules"
    assert {path.name: path.read_text() for path in kept.iterdir()} == {"a.toml": "# one\n", "b.toml": "# two\n"}
    (rules / "a.toml").write_text("# broken\n", encoding="utf-8")
    (rules / "b.toml").unlink()
    (rules / "c.toml").write_text("# three\n", encoding="utf-8")
    keep_rules(tmp_path, data, broken=("rules/a.toml",))
    assert {path.name: path.read_text() for path in kept.iterdir()} == {"a.toml": "# one\n", "c.toml": "# three\n"}
    assert kept.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_keeps_no_rule_from_being_in_force(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    keep_rules(tmp_path, tmp_path / "data", broken=())
    assert (tmp_path / "data").read_text(encoding="utf-8") == "in the way"
