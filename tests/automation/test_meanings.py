"""What events mean, for people who read what a rule says."""

import re

import pytest

from hub.automation.meanings import CHINESE, meaning
from hub.automation.sentences import MOST_MEANINGS, sentences
from hub.core.catalogue import CATALOGUE
from hub.core.text import Text
from tests.automation.story import NOTIFY, rule_of


def test_every_event_of_the_catalogue_has_a_meaning_in_both_languages_and_no_other_event() -> None:
    assert sorted(CHINESE) == sorted(CATALOGUE)


@pytest.mark.parametrize("event", sorted(CATALOGUE))
def test_a_meaning_is_one_short_sentence(event: str) -> None:
    said = meaning(event)
    assert 3 <= len(said.en) <= 120
    assert re.search("[\u4e00-\u9fff]", said.zh)
    assert len(said.zh) <= 45
    assert not said.zh.endswith("。")


def test_no_two_events_mean_the_same() -> None:
    assert len(set(CHINESE.values())) == len(CHINESE)


def test_an_event_that_there_is_not_means_nothing() -> None:
    assert not meaning("nothing.happened")


def test_a_rule_on_one_event_says_what_it_means_in_brackets() -> None:
    first = sentences(rule_of(on=("signal.lost",), do=(NOTIFY,)))[0]
    assert first == Text(
        en="When signal.lost (No picture data arrives from the camera) happens.",
        zh="发生 signal.lost（收不到摄像机的画面数据）时。",
    )


def test_a_rule_on_several_events_says_what_each_of_them_means() -> None:
    said = sentences(rule_of(on=("signal.lost", "picture.black"), do=(NOTIFY,)))
    assert said[0] == Text(en="When signal.lost, picture.black happens.", zh="发生 signal.lost, picture.black 时。")
    assert said[2] == Text(
        en="picture.black: The picture is black or nearly so.", zh="picture.black：画面全黑或几乎全黑。"
    )


def test_of_very_many_events_some_are_told() -> None:
    said = sentences(rule_of(on=tuple(CATALOGUE)[:40], do=(NOTIFY,)))
    assert said[MOST_MEANINGS + 1] == Text(
        en=f"And {40 - MOST_MEANINGS} events more.", zh=f"另有 {40 - MOST_MEANINGS} 种事件。"
    )
