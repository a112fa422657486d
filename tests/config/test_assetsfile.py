"""rules/replacement.toml: the scheme that is shipped, and every mistake named by its place."""

from pathlib import Path

import pytest

from hub.config.beside.assets_file import FILE, Replacement, load_replacement, parse_replacement
from hub.core.assets.scheme import Scheme

DEPARTMENTS = frozenset({"production", "technical"})


def problems_of(text: str) -> list[str]:
    _, problems = parse_replacement(text, FILE, departments=DEPARTMENTS)
    return [str(problem) for problem in problems]


def test_without_a_file_there_is_no_scheme(tmp_path: Path) -> None:
    assert load_replacement(tmp_path, DEPARTMENTS) == (Replacement(scheme=None), [])


def test_the_file_that_is_shipped_is_sound() -> None:
    found, problems = load_replacement(Path(__file__).parents[2], DEPARTMENTS)
    assert problems == []
    assert found is not None
    assert found.scheme is not None
    assert found.scheme.life_years["camera"] == 6
    assert found.scheme.sign_s == 14 * 86400


def test_what_is_written_is_in_force() -> None:
    text = """
propose_at = 40
alone = ["night", "night"]
warranty_notice = "60d"
[points]
age = 30
parts = 20
[limits]
repair_hours = 48
[parties]
technical = "technical"
[within]
order = "5d"
"""
    found, problems = parse_replacement(text, FILE, departments=DEPARTMENTS)
    assert problems == []
    assert found is not None
    scheme = found.scheme
    assert isinstance(scheme, Scheme)
    assert (scheme.propose_at, scheme.alone, scheme.points) == (40, ("night",), {"age": 30, "parts": 20})
    assert (scheme.limits["repair"], scheme.order_s, scheme.warranty_notice_s) == (48, 5 * 86400, 60 * 86400)
    assert scheme.departments == {"technical": "technical"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("propose = 3", "rules/replacement.toml:1:1: propose: unknown key. Did you mean `propose_at`?"),
        ('[points]\nage = "much"', "rules/replacement.toml:2:7: points.age: expected a number"),
        ("[points]\nage = -1", "rules/replacement.toml:2:7: points.age:"),
        ("[life_years]\ncamra = 6", "Did you mean `camera`?"),
        ("[life_years]\ncamera = 0", "rules/replacement.toml:2:10: life_years.camera:"),
        ('alone = ["nigth"]', "rules/replacement.toml:1:10: alone.1:"),
        ('[parties]\nusing = "prod"', "there is no department 'prod'. Did you mean `production`?"),
        ('[within]\norder = "soon"', "rules/replacement.toml:2:9: within.order:"),
        ("[limits]\nnights = 0", "rules/replacement.toml:2:10: limits.nights:"),
        (
            "propose_at = 90\n[points]\nage = 50",
            "warning: propose_at: nothing is ever proposed: all points together are 50",
        ),
        ("= 3", "rules/replacement.toml:1:1:"),
    ],
)
def test_a_mistake_is_named_by_its_place_with_the_way_out(text: str, said: str) -> None:
    assert any(said in problem for problem in problems_of(text)), problems_of(text)


def test_points_that_never_come_together_are_a_warning_and_the_file_is_used() -> None:
    found, _ = parse_replacement("propose_at = 90\n[points]\nage = 50\n", FILE, departments=DEPARTMENTS)
    assert found is not None
    alone = 'propose_at = 90\nalone = ["age"]\n[points]\nage = 50\n'
    assert problems_of(alone) == [], "what is enough by itself needs no points"
