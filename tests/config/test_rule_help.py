"""What a rules author is told who wrote what other programs, other languages or other keyboards would take."""

# Whole messages are easier to compare on one line.
# ruff: noqa: E501

import pytest

from tests.config.rule_texts import ALARM, rule, said

SUCH_AS = "expected a length of time such as '20s', '5m', '1h30m' or '3d'."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20 seconds", "20s"),
        ("5 min", "5m"),
        ("1 Hour 30 minutes", "1h30m"),
        ("2小时", "2h"),
        ("10 分钟", "10m"),
        ("2 weeks", "14d"),
    ],
)
def test_a_length_of_time_in_other_words_is_understood_and_asked_back(written, meant):
    assert said(x=rule(f'for = "{written}"')) == [f"rule.1.for: {SUCH_AS} Did you mean `{meant}`?"]


@pytest.mark.parametrize("written", ["a while", "5 apples", "1mo", "-5m", "5m later", "400 weeks"])
def test_what_is_no_length_of_time_is_not_guessed_at(written):
    assert said(x=rule(f'for = "{written}"')) == [f"rule.1.for: {SUCH_AS}"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("8:30", "Did you mean `08:30`?"),
        ("08：30", "Did you mean `08:30`?"),
        ("8点30分", "Did you mean `08:30`?"),
        ("8点", "Did you mean `08:00`?"),
        ("08:30:00", "Did you mean `08:30`?"),
        ("24:00", "Midnight is `00:00`."),
    ],
)
def test_a_time_of_day_that_people_write_otherwise_is_asked_back(written, hint):
    expected = f"rule.1.every.at: expected a time of day in quotes, such as '08:30'. {hint}"
    assert said(x=rule(f'every = {{ at = "{written}" }}')) == [expected]
    assert said(x=rule('every = { at = "25:00" }'))[0].endswith("such as '08:30'.")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Monday", "Did you mean `mon`?"),
        ("周一", "Did you mean `mon`?"),
        ("星期日", "Did you mean `sun`?"),
        ("礼拜天", "Did you mean `sun`?"),
        ("1st monday", "Did you mean `first mon`?"),
        ("fifth mon", "A place is first to fourth, or last."),
        ("workdays", 'For days that are worked, or not, write `only = "workdays"` or `only = "holidays"`.'),
    ],
)
def test_a_day_of_the_week_that_people_write_otherwise_is_asked_back(written, hint):
    (found,) = said(x=rule(f'every = {{ weekday = "{written}", at = "08:30" }}'))
    assert found.endswith(f"such as 'first mon'. {hint}")


def test_a_schedule_in_words_is_led_to_the_table_of_days_and_times():
    (found,) = said(x=rule('every = "every 2 weeks from 2026-01-05"'))
    assert found == f'rule.1.every: {SUCH_AS} Days and times are a table: {{ weekday = "mon", at = "08:30" }}.'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$Camera_Name", "`$Camera_Name` is no placeholder, and would be read as it stands. Did you mean `$camera_name`?"),
        ("${camera name}", "`${camera name}` is no placeholder, and would be read as it stands. Did you mean `$camera_name`?"),
        ("${camera_name", "`${camera_name` is no placeholder, and would be read as it stands. Did you mean `$camera_name`?"),
        ("$(camera_name)", "`$(camera_name)` is no placeholder, and would be read as it stands. Did you mean `$camera_name`?"),
        ("＄camera_name", "`＄camera_name` is no placeholder, and would be read as it stands. Did you mean `$camera_name`?"),
        ("$摄像机 遮挡", "`$摄像机` is no placeholder, and would be read as it stands. A placeholder is written `$name`, a dollar sign `$$`."),
    ],
)  # fmt: skip
def test_a_placeholder_that_cannot_be_one_is_a_problem_in_the_language_that_has_it(text, expected):
    done = f'do = [{{ notify = "duty", text = {{ en = "$camera_name", zh = "遮挡：{text}" }} }}]'
    assert said(x=rule(done)) == [f"rule.1.do.1.text.zh: {expected}"]


@pytest.mark.parametrize("text", ["{camera_name}", "{{ camera_name }}", "%camera_name%"])
def test_a_placeholder_as_other_programs_write_it_is_pointed_out(text):
    done = f'do = [{{ notify = "duty", text = {{ en = "{text} covered", zh = "遮挡" }} }}]'
    assert said(x=rule(done)) == [
        f"warning: rule.1.do.1.text.en: `{text}` is no placeholder, and is read as it stands. Write `$camera_name` for the value."
    ]


@pytest.mark.parametrize("text", ["5 $", "$5", "US$$ 5", "$$camera", "{a} and %b%", "100%", "${camera_name}被遮挡", "$camera_name被遮挡"])  # fmt: skip
def test_signs_that_are_meant_as_they_stand_are_left_alone(text):
    assert said(x=rule(f'do = [{{ notify = "duty", text = {{ en = "{text}", zh = "遮挡{text}" }} }}]')) == []


def test_languages_the_wrong_way_round_are_pointed_out():
    done = 'do = [{ notify = "duty", text = { en = "遮挡", zh = "Covered" } }]'
    assert said(x=rule(done)) == [
        "warning: rule.1.do.1.text: the English text is Chinese, and the Chinese one is not. Swap them."
    ]


def test_a_name_that_only_some_of_the_events_have_is_told_with_the_event_that_lacks_it():
    on = 'on = ["view.obstructed", "signal.lost"]\n'
    alone = "ake a rule of its own for the events that have it."
    assert said(x=rule(f'{on}if = "share > 0.5"')) == [
        f"rule.1.if: `share` is not known here. `signal.lost` has none: m{alone}"
    ]
    assert said(x=rule(f"{on}where = {{ share = 0.5 }}")) == [
        f"rule.1.where.share: the event 'signal.lost' has no field 'share'. M{alone}"
    ]
    assert said(x=rule(f'{on}per = "share"\ncooldown = "5m"')) == [
        "rule.1.per: the event 'signal.lost' has no field 'share'."
    ]


def test_the_last_part_of_a_name_leads_to_the_whole_of_it():
    assert said(x=rule('per = "area"\ncooldown = "5m"')) == [
        "rule.1.per: the event has no field 'area'. Did you mean `camera.area`?"
    ]
    assert said(x=rule("if = \"area == 'gates'\"")) == [
        "rule.1.if: `area` is not known here. Did you mean `camera.area`?"
    ]
    assert said(x=rule('on = "obstructed"')) == [
        "rule.1.on: there is no event 'obstructed'. Did you mean `view.obstructed`?"
    ]


def test_a_number_is_compared_in_the_way_of_the_language():
    assert said(x=rule('where = { share = ">0.5" }')) == [
        "rule.1.where.share: `share` is compared with a number, found '>0.5'. Write `{ at_least = 0.5 }`."
    ]
    assert said(x=rule("where = { share = { above = 0.5 } }")) == [
        "rule.1.where.share.above: 'above' says nothing of `share`. Beside a number or a text there are `at_least`, `at_most` and `not`."
    ]
    (found,) = said(x=rule('if = "share > 50%"'))
    assert found.endswith("Write a share as a number from 0 to 1: `0.5` for 50 %.")


def test_a_part_of_the_day_that_ends_when_it_begins_is_a_problem():
    assert said(x=rule("if = \"between('22:00', '22:00')\"")) == [
        "rule.1.if: `between` ends when it begins, so it never holds. Leave it out for the whole day."
    ]


def test_a_key_below_the_wrong_heading_is_led_to_the_right_one():
    stage = '\n[[rule.escalate]]\nafter = "5m"\ndo = [{ notify = "leader" }]\n'
    assert said(x=rule(f'{ALARM}{stage}cooldown = "5m"')) == [
        "rule.1.escalate.1.cooldown: unknown key here. It belongs to the table before: write it above [[rule.escalate]]."
    ]
    assert said(x=rule(ALARM + stage.replace("rule.escalate", "escalate"))) == [
        "escalate: unknown key. Write [[rule.escalate]], below its rule."
    ]
    assert said(x='id = "r"\n') == ["id: unknown key. It belongs to a rule: write it below [[rule]]."]
    assert said(x=rule(ALARM + stage.replace("[[", "[").replace("]]\na", "]\na"))) == [
        "rule.1.escalate: expected a [list], found a table. A list of tables is written [{ … }, { … }], or as [[…]] with two brackets."
    ]


def test_a_picture_is_of_a_camera_or_of_the_one_of_the_event():
    assert said(x=rule("do = [{ snapshot = false }]")) == [
        "rule.1.do.1.snapshot: expected true, or the id of a camera in quotes."
    ]


@pytest.mark.parametrize("sign", ["\u00a0", "\u200b", "\ufeff"])
def test_a_sign_that_cannot_be_seen_is_named(sign):
    (found,) = said(x=rule(f'on = {sign}"view.obstructed"'))
    assert found.endswith("An invisible sign stands here: delete it, and write an ordinary blank.")


def test_a_path_of_windows_is_told_of_its_backslashes():
    (found,) = said(x=rule("if = \"camera == 'C:\\Users'\""))
    assert found == "a backslash in a text is doubled, or the text put in 'single quotes'."


def test_a_file_is_not_proposed_to_itself():
    found = said(x='include = ["xy.toml"]\n' + rule(""), night='[defaults]\ncooldown = "5m"\n')
    assert "include.1: there is no file 'xy.toml' in the folder. The rule files are: night.toml." in found
