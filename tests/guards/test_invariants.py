"""docs/design/invariants.md names tests: they must be there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "design" / "invariants.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_invariant_names_tests_and_every_named_test_exists() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| **")]
    assert [int(row.removeprefix("| **").partition(".")[0]) for row in rows] == list(range(1, 12))
    for row in rows:
        named = _TEST.findall(row)
        assert named, row[:60]
        for file, test in named:
            source = (ROOT / file).read_text(encoding="utf-8")
            assert re.search(rf"def {test}\(", source), f"{file} has no {test}"
