"""The table `[releases]` of hub.toml."""

import pytest

from hub.config.hub_toml.releases import ReleasesTable, release_policy
from hub.config.hub_toml.site import core_site
from hub.config.load import parse_site
from hub.core.text import Text

SITE = '[site]\nname = "Plant"\ntimezone = "Asia/Shanghai"\n'


def test_nothing_is_released_for_own_use_unless_hub_toml_says_so() -> None:
    assert release_policy(ReleasesTable()).internal_purposes == {}


def test_purposes_are_named_in_both_languages_and_reach_the_core() -> None:
    table = '[releases.internal_purposes]\naccident = { en = "Inquiry", zh = "事故调查" }\ntraining = "培训"\n'
    config, problems = parse_site(SITE + table)
    assert problems == []
    assert config is not None
    assert core_site(config).releases.internal_purposes == {
        "accident": Text(en="Inquiry", zh="事故调查"),
        "training": Text(en="", zh="培训"),
    }


@pytest.mark.parametrize(
    "wrong", ['internal_purposes = ["accident"]', 'internal_purposes = { "An Accident" = "x" }', "purposes = {}"]
)
def test_a_mistake_is_named_with_its_place(wrong: str) -> None:
    _config, problems = parse_site(f"{SITE}[releases]\n{wrong}\n")
    assert [(problem.line, "releases" in str(problem)) for problem in problems] == [(5, True)]
