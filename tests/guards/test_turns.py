"""The order of tests that run side by side: those that wait begin at once, and not all on one worker."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import TESTS, in_turn


def items(*files: str, each: int = 4) -> list[Any]:
    return [SimpleNamespace(path=TESTS / file, number=number) for file in files for number in range(each)]


def shares(ordered: list[Any], workers: int) -> list[list[Path]]:
    """The files that each worker begins with, as `--dist worksteal` gives them out."""
    shared = []
    for worker in range(workers):
        size = len(ordered) // (workers - worker)
        shared.append([item.path for item in ordered[:size]])
        ordered = ordered[size:]
    return shared


BUSY = [f"core/test_{number}.py" for number in range(20)]


def test_tests_that_wait_begin_at_once_on_every_other_worker() -> None:
    found = items(*BUSY, "e2e/test_a.py", "e2e/test_b.py", "watch/test_c.py")
    first = [share[0].relative_to(TESTS) for share in shares(in_turn(found, 4), 4)]
    assert [path.parts[0] for path in first] == ["e2e", "core", "e2e", "core"]


def test_the_tests_of_a_file_stay_together_and_in_their_order() -> None:
    found = items(*BUSY, "e2e/test_a.py", "e2e/test_b.py", "watch/test_c.py")
    for path in {item.path for item in found}:
        of_file = [item.number for item in in_turn(found, 4) if item.path == path]
        assert of_file == sorted(of_file)
    begun = [path for share in shares(in_turn(found, 4), 4) for path in dict.fromkeys(share) if "core" not in str(path)]
    assert len(begun) == len(set(begun))


@pytest.mark.parametrize("workers", [2, 3, 4, 7])
@pytest.mark.parametrize("files", [BUSY, ["e2e/test_a.py"], ["e2e/test_a.py", *BUSY, "plugins/hub_demo/test_demo.py"]])
def test_every_test_is_run_once(workers: int, files: list[str]) -> None:
    found = items(*files)
    assert sorted(map(id, in_turn(found, workers))) == sorted(map(id, found))
