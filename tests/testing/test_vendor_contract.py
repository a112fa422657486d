"""The contract of vendors finds what is wrong with a vendor, each thing by the test that is meant for it."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from hub.cli.plugins.new import make_project, write_project


class Damage(NamedTuple):
    """One mistake that the author of a plugin may make."""

    test: str
    file: str
    good: str
    broken: str


_FAULT = "test_a_device_that_does_everything_wrong_raises_device_errors_in_time"
_DESCRIBES = '        return parse.parse_info(self._get("/api/info"))[0]\n'
_CLOSES = '        """Nothing of ours is kept at the device."""\n'
_ERRORS = "(msgspec.MsgspecError, ValueError, RecursionError)"
_FEWEST = "list[_Channel], Meta(min_length=1, "
_NUMBER = "number=channel.index + 1"
_IN_A_THREAD = "__import__('threading').Thread(target=print).start()"
_DAMAGE = (
    Damage("test_a_part_that_goes_wrong_leaves_the_rest", "session", "failed.append(error)", "raise"),
    Damage(
        "test_nothing_shows_the_password",
        "session",
        _DESCRIBES,
        "        __import__('logging').getLogger('x').info(self._access.credentials().password)\n" + _DESCRIBES,
    ),
    Damage("test_it_starts_no_thread", "session", _DESCRIBES, "        _IN_A_THREAD\n" + _DESCRIBES),
    Damage("test_closing_raises_nothing_but_device_errors[None]", "session", _CLOSES, _CLOSES + "        1 / 0\n"),
    Damage("test_a_broken_line_of_events_is_unreachable", "session", "if not self._access.closed", "if False"),
    Damage("test_capabilities_are_told_one_by_one_and_stay", "session", '"storage": _support(self.volumes),', ""),
    Damage("test_what_a_device_cannot_do_is_unsupported", "session", '"snapshot": "yes"', '"snapshot": "no"'),
    Damage(f"{_FAULT}[html]", "session", "raise ProtocolError(\"The device's snapshot", "str(\"The device's snapshot"),
    Damage(f"{_FAULT}[empty]", "parse", _ERRORS, "msgspec.ValidationError"),
    Damage("test_answers_with_damage_raise_device_errors", "parse", "MsgspecError, ValueError, ", "ValidationError, "),
    Damage(
        "test_values_that_cannot_be_raise_device_errors_or_keep_their_promises",
        "parse",
        "except OverflowError",
        "except ZeroDivisionError",
    ),
    Damage("test_no_channel_at_all_is_no_answer", "parse", _FEWEST, "list[_Channel], Meta("),
    Damage(
        "test_cameras_that_left_their_recorder_are_told",
        "parse",
        "number=channel.index + 1",
        "number=channel.index + 2",
    ),
    Damage("test_a_healthy_device_answers_everything", "parse", _NUMBER, "number=channel.index"),
    Damage("test_a_clock_that_is_wrong_is_told[7]", "parse", " - timedelta(minutes=told.offset_minutes)", ""),
    Damage("test_summer_time_is_no_drift[2026-07-15 23:30:00+00:00]", "parse", "told.offset_minutes)\n", "60)\n"),
    Damage("test_words_from_tomorrow_are_unknown_and_no_fault", "parse", '.state, "unknown")', '.state, "failed")'),
    Damage("test_disks_are_told_as_they_are[overwriting]", "parse", '"overwriting": "ok"', '"overwriting": "full"'),
    Damage("test_disks_are_told_as_they_are[none]", "parse", '"empty slot": "absent"', '"empty slot": "failed"'),
    Damage("test_events_that_are_cut_or_without_end_are_errors", "parse", "if len(rest) > _LONGEST_LINE", "if False"),
    Damage("test_opening_a_session_asks_the_device_nothing", "session", "= options\n", "= options; self.describe()\n"),
)


@pytest.mark.slow
def test_each_fault_of_a_vendor_is_found_by_the_test_that_is_meant_for_it(tmp_path: Path) -> None:
    project = make_project("good", "vendor", "Nobody")
    chosen = {f"tests/test_contract.py::TestGood::{damage.test}" for damage in _DAMAGE}
    expected = set()
    for number, damage in enumerate(_DAMAGE):
        name = f"bad{number}"
        plugin = make_project(name, "vendor", "Nobody")
        file = f"hub_{name}/{damage.file}.py"
        assert damage.good in plugin[file], damage.good
        plugin[file] = plugin[file].replace(damage.good, damage.broken.replace("_IN_A_THREAD", _IN_A_THREAD), 1)
        project |= {path: text for path, text in plugin.items() if path.startswith("hub_")}
        project[f"tests/test_{name}.py"] = plugin["tests/test_contract.py"]
        expected.add(f"tests/test_{name}.py::TestBad{number}::{damage.test}")
    write_project(tmp_path / "project", project)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider", *sorted(chosen | expected)],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        timeout=110,
    )
    failed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    # A test with a parameter that holds a space is cut there; the rest of its name tells which it was.
    assert failed == {test.split()[0] for test in expected}, done.stdout[-6000:]
    assert "a password shows" in done.stdout
