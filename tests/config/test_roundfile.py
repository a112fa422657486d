"""The file of rounds: what becomes a checklist, and what is said of what does not."""

# The tables below hold whole messages, which are easier to compare on one line.
# ruff: noqa: E501

from datetime import date, time
from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.automation.model import Every, RoundAction
from hub.config.beside.files import load_beside, rules_beside
from hub.config.beside.round_file import FILE, Rounds, load_rounds, parse_rounds
from hub.config.load import load_site
from hub.config.problems import errors_of
from hub.config.rules.known import Known
from hub.config.schema import rounds_schema
from hub.core.rounds.kinds import Checklist, Measured, Number, Photo, RoundKind, Scope, Words, YesNo
from hub.core.text import Text
from tests.config.test_generated import misfits

REPOSITORY = Path(__file__).parents[2]
KNOWN = Known(
    cameras=frozenset({"gate-1"}), areas=frozenset({"yard"}), teams=frozenset({"technical"}), rounds=frozenset()
)
ASK = 'ask = { en = "Looked at", zh = "检查" }'
GOOD = f"""\
[[round]]
id = "technical"
name = {{ en = "Technical round", zh = "技术维护" }}
clause = "2.4"
team = "technical"
due = "3d"
signed_by = "leader"
every = {{ weekday = "mon", at = "08:30" }}
missed = "skip"

[[round.checklist]]
of = "camera"
areas = ["yard"]
assets = ["gate-1"]
domain = "security"

[[round.checklist.item]]
id = "picture"
{ASK}
answer = "measured"
measure = "picture"

[[round.checklist.item]]
id = "heat"
{ASK}
help = {{ en = "By hand.", zh = "用手。" }}
answer = "yes-no"
good = false
fault = {{ en = "Too hot", zh = "过热" }}
photo_of_fault = true

[[round.checklist]]
of = "recorder"

[[round.checklist.item]]
id = "disk"
{ASK}
answer = "measured"
measure = "disk"
at_most = 95

[[round.checklist.item]]
id = "load"
{ASK}
answer = "number"
unit = "%"
at_least = 0
at_most = 80.5
must = false

[[round.checklist.item]]
id = "remark"
{ASK}
answer = "text"

[[round.checklist.item]]
id = "proof"
{ASK}
answer = "photo"
"""
LOOKED_AT = Text(en="Looked at", zh="检查")


def said(text: str) -> list[str]:
    return [str(problem) for problem in parse_rounds(text, "r.toml", known=KNOWN)[1]]


def test_a_round_becomes_what_it_says() -> None:
    rounds, problems = parse_rounds(GOOD, "rules/rounds.toml", known=KNOWN)
    assert problems == []
    assert rounds is not None
    assert rounds.kinds == (
        RoundKind(
            id="technical",
            name=Text(en="Technical round", zh="技术维护"),
            clause="2.4",
            team="technical",
            due_in_s=3 * 86400.0,
            signed_by="leader",
            checklists=(
                Checklist(
                    of="camera",
                    scope=Scope(assets=("gate-1",), areas=("yard",), domain="security"),
                    items=(
                        Measured(id="picture", ask=LOOKED_AT, measure="picture"),
                        YesNo(
                            id="heat",
                            ask=LOOKED_AT,
                            help=Text(en="By hand.", zh="用手。"),
                            good=False,
                            fault=Text(en="Too hot", zh="过热"),
                            photo_of_fault=True,
                        ),
                    ),
                ),
                Checklist(
                    of="recorder",
                    items=(
                        Measured(id="disk", ask=LOOKED_AT, measure="disk", at_most=95.0),
                        Number(id="load", ask=LOOKED_AT, unit="%", at_least=0.0, at_most=80.5, must=False),
                        Words(id="remark", ask=LOOKED_AT),
                        Photo(id="proof", ask=LOOKED_AT),
                    ),
                ),
            ),
        ),
    )


def test_a_round_with_an_interval_of_its_own_comes_due_by_a_rule() -> None:
    rounds, _ = parse_rounds(GOOD, FILE, known=KNOWN)
    assert rounds is not None
    (rule,) = rounds.rules
    assert (rule.id, rule.file, rule.clause, rule.missed) == ("round-technical", FILE, "2.4", "skip")
    assert rule.every == Every(at=(time(8, 30),), weekdays=("mon",))
    assert rule.do == (RoundAction(kind="technical"),)
    later, _ = parse_rounds(GOOD.replace("08:30", "09:30"), FILE, known=KNOWN)
    other, _ = parse_rounds(GOOD.replace("By hand", "With care"), FILE, known=KNOWN)
    assert later is not None
    assert other is not None
    assert later.rules[0].digest != rule.digest
    assert other.rules == (rule,), "what is looked at does not change when it is due"
    without, _ = parse_rounds(
        GOOD.replace('every = { weekday = "mon", at = "08:30" }\nmissed = "skip"\n', ""), FILE, known=KNOWN
    )
    assert without is not None
    assert without.rules == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ('clause = "2.4"', 'clause = "2.44"'),
            ["r.toml:4:10: round.1.clause: there is no clause '2.44'. Did you mean `2.4`?"],
        ),
        (
            ('team = "technical"', 'team = "technicl"'),
            ["r.toml:5:8: round.1.team: there is no team 'technicl' in rules/roster.toml. Did you mean `technical`?"],
        ),
        (
            ('areas = ["yard"]', 'areas = ["yad"]'),
            ["r.toml:13:10: round.1.checklist.1.areas.1: there is no area 'yad'. Did you mean `yard`?"],
        ),
        (
            ('assets = ["gate-1"]', 'assets = ["gat-1"]'),
            ["r.toml:14:11: round.1.checklist.1.assets.1: there is no camera 'gat-1'. Did you mean `gate-1`?"],
        ),
        (
            ('of = "camera"', 'of = "kamera"'),
            [
                "r.toml:12:6: round.1.checklist.1.of: expected 'camera', 'line', 'switch', 'encoder', 'server', 'recorder', 'disk', 'monitor', 'ups' or 'room', found 'kamera'. Did you mean `camera`?"
            ],
        ),
        (
            ('at = "08:30"', 'at = "8:30"'),
            ["r.toml:8:33: round.1.every.at: expected a time of day in quotes, such as '08:30'. Did you mean `08:30`?"],
        ),
        (
            ('every = { weekday = "mon", at = "08:30" }\n', ""),
            ["r.toml:8:1: round.1.missed: `missed` goes with `every`."],
        ),
        (
            ('id = "heat"', 'id = "picture"'),
            [
                "r.toml:24:6: round.1.checklist.1.item.2.id: there is another item in this round with the id 'picture'. It is on line 18."
            ],
        ),
        (
            ('answer = "yes-no"', 'answer = "number"'),
            ["r.toml:28:1: round.1.checklist.1.item.2.good: `good` goes with an answer of 'yes-no', not 'number'."],
        ),
        (
            ('measure = "picture"\n', ""),
            [
                "r.toml:17:3: round.1.checklist.1.item.1.measure: is missing. It says what the hub fills in: picture, recording, signal …"
            ],
        ),
        (
            ('measure = "disk"\nat_most = 95', 'measure = "sharpness"'),
            [
                "r.toml:39:11: round.1.checklist.2.item.1.measure: 'sharpness' is measured on cameras only, not on 'recorder'. Let a person answer it, or move it to `of = \"camera\"`."
            ],
        ),
        (
            ('measure = "disk"', 'measure = "storage"'),
            [
                "r.toml:40:1: round.1.checklist.2.item.1.at_most: 'storage' is good or bad and has no limits. Leave the limit out."
            ],
        ),
        (
            ('measure = "disk"', 'measure = "picture"'),
            [
                "r.toml:39:11: round.1.checklist.2.item.1.measure: 'picture' is measured on cameras only, not on 'recorder'. Let a person answer it, or move it to `of = \"camera\"`.",
                "r.toml:40:1: round.1.checklist.2.item.1.at_most: 'picture' is good or bad and has no limits. Leave the limit out.",
            ],
        ),
        (
            ("at_most = 80.5", "at_most = -1"),
            ["r.toml:48:11: round.1.checklist.2.item.2.at_most: no number fits: it is less than `at_least`."],
        ),
        (
            ('answer = "text"\n', 'answer = "text"\nfault = { en = "x", zh = "中" }\n'),
            [
                "r.toml:55:1: round.1.checklist.2.item.3.fault: an answer of 'text' is never bad, so this ticket would never be opened. Leave it out, or ask with `yes-no`."
            ],
        ),
        (
            ('help = { en = "By hand.", zh = "用手。" }', 'help = "By hand."'),
            [
                'r.toml:26:8: warning: round.1.checklist.1.item.2.help: the Chinese text is missing. Write { en = "…", zh = "…" }.'
            ],
        ),
        (('due = "3d"', 'dew = "3d"'), ["r.toml:6:1: round.1.dew: unknown key. Did you mean `due`?"]),
    ],
    ids=lambda value: value[1][:40] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_named_at_its_place_with_the_way_out(change: tuple[str, str], expected: list[str]) -> None:
    assert change[0] in GOOD
    assert said(GOOD.replace(*change, 1)) == expected


def test_without_teams_in_the_roster_a_team_may_be_any_word() -> None:
    rounds, problems = parse_rounds(
        GOOD.replace('team = "technical"', 'team = "somebody"'), FILE, known=replace(KNOWN, teams=None)
    )
    assert problems == []
    assert rounds is not None


def test_without_a_file_there_are_no_rounds_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert load_rounds(tmp_path, KNOWN) == (Rounds(), [])


def test_the_shipped_files_fit_together() -> None:
    beside = load_beside(REPOSITORY, load_site(REPOSITORY), date(2026, 11, 23))
    assert errors_of(beside.problems) == []
    assert beside.roster is not None
    assert beside.rounds is not None
    assert beside.known.posts == {"control-room", "gate-house", "technical-desk"}
    assert beside.known.rounds == {kind.id for kind in beside.rounds.kinds} >= {"technical", "cleaning", "room"}
    for kind in beside.rounds.kinds:
        for checklist in kind.checklists:
            for item in checklist.items:
                for text in (item.ask, item.help, item.fault):
                    assert bool(text.en) == bool(text.zh)
    rules = rules_beside(REPOSITORY, beside)
    assert errors_of(problem for found in rules.problems.values() for problem in found) == []
    assert [rule.id for rule in rules.files[FILE]] == ["round-night-picture"]


def test_a_rule_that_has_the_name_of_a_rounds_own_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "hub.toml").write_text('[site]\nname = "x"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    text = GOOD.replace('areas = ["yard"]\nassets = ["gate-1"]\n', "")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    (tmp_path / "rules" / "mine.toml").write_text(
        '[[rule]]\nid = "round-technical"\ntitle = { en = "x", zh = "中" }\nevery = "6h"\ndo = [{ round = "technical" }]\n',
        encoding="utf-8",
    )
    config = load_site(tmp_path)
    rules = rules_beside(tmp_path, load_beside(tmp_path, config, date(2026, 11, 23)))
    assert [str(problem) for problem in rules.problems[FILE]] == [
        "rules/rounds.toml: the rule 'round-technical' in rules/mine.toml has the name by which a round comes due. "
        "Give that rule another id."
    ]
    assert rules.broken == (FILE,)


def test_a_rule_that_names_a_round_a_post_or_a_team_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "hub.toml").write_text('[site]\nname = "x"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    roster = (
        '[[person]]\nid = "wang"\nname = "王"\n[[team]]\nid = "technical"\nname = "T"\npeople = ["wang"]\n'
        '[[post]]\nid = "desk"\nname = "Desk"\n'
    )
    (tmp_path / "rules" / "roster.toml").write_text(roster, encoding="utf-8")
    text = GOOD.replace('areas = ["yard"]\nassets = ["gate-1"]\n', "")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    (tmp_path / "rules" / "mine.toml").write_text(
        '[[rule]]\nid = "r"\ntitle = { en = "x", zh = "中" }\nevery = "6h"\nif = "on_duty(\'dexk\')"\n'
        'do = [{ round = "technicl", team = "technic" }]\n',
        encoding="utf-8",
    )
    rules = rules_beside(tmp_path, load_beside(tmp_path, load_site(tmp_path), date(2026, 11, 23)))
    found = " ".join(str(problem) for problem in rules.problems["rules/mine.toml"])
    assert "Did you mean `technical`?" in found
    assert "Did you mean `desk`?" in found


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        (("", ""), True),
        (('every = { weekday = "mon", at = "08:30" }', 'every = "7d"'), True),
        (('every = { weekday = "mon", at = "08:30" }', "every = 7"), False),
        (('of = "camera"', 'of = "kamera"'), False),
        (('clause = "2.4"', 'clause = "9.9"'), False),
        (('answer = "photo"', 'answer = "picture"'), False),
    ],
)
def test_the_schema_accepts_and_refuses_what_the_hub_does(change: tuple[str, str], fits: bool) -> None:
    schema = rounds_schema()
    text = GOOD.replace(*change) if change[0] else GOOD
    assert (misfits(text, schema) == []) is fits
    assert bool(errors_of(parse_rounds(text, "r.toml", known=KNOWN)[1])) is not fits


def test_the_shipped_rounds_fit_the_schema() -> None:
    assert misfits((REPOSITORY / FILE).read_text(encoding="utf-8"), rounds_schema()) == []
