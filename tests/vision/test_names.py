"""One table names everything that is measured."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.status import WATCHED
from hub.vision import detectors, report, whole
from hub.vision.diagnosis import KINDS
from hub.vision.names import FAULTS, KEPT, MEASURES
from tests.guards.made_sections import readings_of

DETECTORS = sorted(Path(detectors.__path__[0]).glob("*.py"))


def readings_in(path: Path) -> set[str]:
    """The name of every reading that a detector gives; they are plain texts, else nobody could look them up."""
    return set(readings_of(ast.parse(path.read_text(encoding="utf-8"))))


def keys_of(module: object) -> Iterator[str]:
    """Every key of a dict called `measures` in a module."""
    source = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (each for whole_ in targets for each in ast.walk(whole_)):
                if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "measures":
                    assert isinstance(target.slice, ast.Constant)
                    yield str(target.slice.value)
                elif isinstance(target, ast.Name) and target.id == "measures" and isinstance(node.value, ast.Dict):
                    yield from (str(key.value) for key in node.value.keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize("path", DETECTORS, ids=lambda path: path.stem)
def test_every_reading_of_every_detector_has_a_name(path: Path) -> None:
    assert readings_in(path) <= set(MEASURES)


def test_every_measure_of_a_verdict_has_a_name() -> None:
    keys = {*keys_of(report), *keys_of(whole)}
    assert {"mean", "similarity", "learning"} <= keys
    assert keys <= set(MEASURES)


def test_every_measure_is_still_measured() -> None:
    measured = {*keys_of(report), *keys_of(whole), *(name for path in DETECTORS for name in readings_in(path))}
    assert set(MEASURES) <= measured


def test_every_finding_of_the_watch_has_a_name_in_both_languages() -> None:
    assert set(FAULTS) == set(WATCHED)
    assert set(KINDS) <= set(FAULTS)
    assert all(text.en and text.zh for text in FAULTS.values())


def test_every_measure_is_named_and_explained_in_both_languages() -> None:
    assert all(text.en and text.zh for each in MEASURES.values() for text in (each.name, each.means))
    assert len({each.name.en for each in MEASURES.values()}) == len(MEASURES), "two names are never the same"
    assert len({each.name.zh for each in MEASURES.values()}) == len(MEASURES)
    assert set(KEPT) < set(MEASURES)
