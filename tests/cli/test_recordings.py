from datetime import UTC, datetime

import pytest

from hub.cli.footage.recordings import _period
from hub.cli.typed_times import moment
from hub.core.event import wire_name
from hub.core.recordings import RecordingViewed
from hub.errors import SiteError
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site

NOW = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)  # the 6th, 04:30, in Shanghai
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05", "2026-01-04T16:00:00+00:00"),
        ("2026-01-05T08:00", "2026-01-05T00:00:00+00:00"),
        ("2026-01-05 08:00:30", "2026-01-05T00:00:30+00:00"),
        ("2026-01-05T08:00Z", "2026-01-05T08:00:00+00:00"),
        ("03:15", "2026-01-05T19:15:00+00:00"),
    ],
)
def test_a_time_is_meant_in_the_site_s_zone(text: str, expected: str) -> None:
    assert moment(text, ZONE, NOW).astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "25:00", "8"])
def test_what_is_no_time_is_told_with_the_way_out(text: str) -> None:
    with pytest.raises(SiteError) as refused:
        moment(text, ZONE, NOW)
    assert refused.value.hint


def test_a_day_lasts_from_midnight_to_midnight_there() -> None:
    begin, end = _period("", "", "2026-01-05", ZONE, hours=1)
    assert (end - begin).total_seconds() == 86400
    assert begin.astimezone(UTC).hour == end.astimezone(UTC).hour == 16


def test_without_any_recording_the_commands_say_so(plant: Site) -> None:
    assert plant.json("recordings", "list") == []
    assert "Nothing was recorded" in plant.hub("recordings", "list", "gate").stdout
    assert plant.json("recordings", "check") == {"days": [], "checked": None, "bad": []}
    assert "No recording was planned" in plant.hub("recordings", "check").stdout


def test_a_camera_that_is_not_there_and_a_time_that_is_none_have_their_exit_codes(plant: Site) -> None:
    assert "No camera nowhere" in plant.hub("recordings", "list", "nowhere", code=4).stderr
    assert "is no time" in plant.hub("recordings", "check", "--day", "tomorrow", code=2).stderr
    assert "cameras times days" in plant.hub("recordings", "check", "--from", "2020-01-01", code=4).stderr


def test_nothing_is_looked_at_without_a_reason_and_without_a_recording_nothing_goes_on_record(plant: Site) -> None:
    assert plant.hub("recordings", "play", "gate", "08:00", code=2, env=ADMIN).returncode == 2
    play = ("recordings", "play", "gate", "2026-01-05T08:00", "--reason", "to test")
    assert "needs a person" in plant.hub(*play, code=4).stderr, "who is not signed in looks at nothing"
    said = plant.hub(*play, code=4, env=ADMIN).stderr
    assert "Nothing of gate is on disk" in said
    assert plant.records(RecordingViewed) == []
    assert wire_name(RecordingViewed) == "recording.viewed"


def test_where_recordings_lie_is_shown(plant: Site) -> None:
    [folder] = plant.json("recordings", "storages")
    assert (folder["storage"], folder["segments"], folder["problem"]) == ("", 0, "")
    shown = plant.hub("recordings", "storages").stdout
    assert "the folder of recordings" in shown
    assert "in order" in shown
