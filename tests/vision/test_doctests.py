import doctest
import importlib
import pkgutil

import pytest

import hub.vision

MODULES = [
    info.name
    for info in pkgutil.walk_packages(hub.vision.__path__, "hub.vision.")
    if not info.name.endswith("detectors")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_measures_have_examples() -> None:
    for name in ("measures", "gradients", "regions"):
        assert doctest.testmod(importlib.import_module(f"hub.vision.{name}")).attempted >= 4
