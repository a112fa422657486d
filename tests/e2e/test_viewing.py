"""Looking at cameras as staff do: a real hub, real cameras, and the players that people have."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from hub.client import viewings
from hub.client.http import HttpClient, find_hub
from hub.core.recordings import RecordingViewed
from hub.core.viewings.events import LiveViewed, ViewingEnded
from tests.e2e.hubs import HUB, PASSWORD, Site
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
SETTINGS = "\n[recording]\nsegment_s = 4\nmin_free_gb = 0.001\n"
ENTRIES = "format=duration:stream=codec_name,nb_read_frames"


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as running:
        yield running


@pytest.fixture(scope="module")
def recorded(untouched: Path, tmp_path_factory: pytest.TempPathFactory, farm: CameraFarm) -> Iterator[Site]:
    """A hub that has recorded a camera for four files; the tests look at it one after the other."""
    home = tmp_path_factory.mktemp("viewing")
    shutil.copytree(untouched, home / "plant")
    site = Site(home / "plant", home / "home")
    site.append(SETTINGS)
    site.add_camera("gate-0", farm.url(0))
    site.append('recording = { stream = "watched" }\n')
    site.start()
    try:
        site.until(lambda: len(list((site.data / "recordings").glob("gate-0/*/*.mp4"))) >= 4, 45, "four files")
        yield site
    finally:
        site.end()


@contextmanager
def links(site: Site, *command: str) -> Iterator[list[str]]:
    """The links that a command prints, which is kept running: it is the only way to a hub behind its socket."""
    environment = {**site.env, **ADMIN, "HUB_SITE": str(site.folder)}
    with subprocess.Popen(
        [*HUB, *command, "--print"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        # Whatever runs the tests may ignore Ctrl-C, and what is ignored is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        assert running.stdout is not None
        try:
            found = running.stdout.readline().strip()
            yield [found]
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=10)


def probed(url: str, *more: str) -> dict[str, object]:
    shown = subprocess.run(
        ["ffprobe", "-v", "error", *more, "-of", "json", url], capture_output=True, text=True, timeout=60
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    return dict(json.loads(shown.stdout))


def test_a_recording_plays_whole_and_from_any_moment_over_a_link_that_is_good_once(recorded: Site) -> None:
    listed = [one for one in recorded.json("recordings", "list", "gate-0") if not one["open"]]
    begin = datetime.fromisoformat(listed[0]["begin_at"])
    play = ("recordings", "play", "gate-0", begin.isoformat(), "--reason", "who opened the gate", "--minutes", "0.2")
    with links(recorded, *play) as [link]:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/viewings/open/[\w-]+/gate-0_[\dTZ.]+\.mp4", link)
        said = probed(link, "-count_frames", "-show_entries", ENTRIES)
        [stream] = said["streams"]
        seconds = float(said["format"]["duration"])
        assert stream["codec_name"] == "h264"
        assert 10 <= seconds <= 15
        assert int(stream["nb_read_frames"]) == pytest.approx(seconds * 10, abs=12)
        used = f"{link.rpartition('/open/')[0]}/open/used/gate-0.mp4"
        again = subprocess.run(["ffprobe", "-v", "error", used], capture_output=True, text=True)
        assert "404" in again.stderr
    viewed = recorded.recorded(RecordingViewed, reason="who opened the gate")
    assert (viewed.actor, viewed.event.reason) == ("person:admin", "who opened the gate")
    assert viewed.event.to_at - viewed.event.from_at == timedelta(minutes=0.2)
    ended = recorded.recorded(ViewingEnded, viewing=viewed.event.viewing).event
    assert (ended.ended, ended.shown) == ("closed", "recording")
    assert ended.bytes > 100_000


def test_a_player_finds_its_way_to_a_moment_across_the_files(recorded: Site) -> None:
    listed = [one for one in recorded.json("recordings", "list", "gate-0") if not one["open"]]
    play = ("recordings", "play", "gate-0", listed[0]["begin_at"], "--reason", "x", "--minutes", "0.25")
    with links(recorded, *play) as [link]:
        # The second file begins after four seconds; a player that seeks reads only what it needs.
        said = probed(link, "-read_intervals", "9%+1", "-show_entries", "packet=pts_time,flags")
        packets = said["packets"]
        first = float(packets[0]["pts_time"])
        assert 4.0 <= first <= 9.0
        assert packets[0]["flags"].startswith("K")
        times = [float(each["pts_time"]) for each in packets]
        assert max(b - a for a, b in pairwise(times)) < 0.5
        frame = recorded.folder / "frame.png"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-xerror", "-ss", "9", "-i", link, "-frames:v", "1", str(frame)], check=True
        )
        assert frame.stat().st_size > 1000


def test_the_command_plays_in_a_player_of_this_machine(recorded: Site) -> None:
    at = recorded.json("recordings", "list", "gate-0")[0]["begin_at"]
    screen = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    play = ("recordings", "play", "gate-0", at, "--reason", "with a player", "--minutes", "0.1")
    said = recorded.hub(*play, env=ADMIN | screen | {"PATH": os.environ["PATH"]})
    assert "ffplay" in said.stderr
    began = recorded.recorded(RecordingViewed, reason="with a player").event
    ended = recorded.recorded(ViewingEnded, viewing=began.viewing).event
    assert ended.bytes > 50_000, "it was played, not only opened"


def test_live_pictures_come_over_the_hub_s_own_connection_and_end_with_the_player(
    recorded: Site, farm: CameraFarm
) -> None:
    before = farm.clients(0)
    with links(recorded, "live", "gate-0", "--reason", "something moves there") as [link]:
        shown = subprocess.run(
            ["ffmpeg", "-v", "error", "-t", "3", "-i", link, "-f", "null", "-"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert shown.returncode == 0
        assert "rtsp://" not in shown.stderr
    began = recorded.recorded(LiveViewed, camera="gate-0")
    assert began.event.reason == "something moves there"
    ended = recorded.recorded(ViewingEnded, viewing=began.event.viewing).event
    assert (ended.shown, ended.ended) == ("live", "closed")
    recorded.until(lambda: farm.clients(0) == before, 15, "the connection to the camera is closed")


def test_who_is_not_signed_in_sees_nothing_and_people_are_told_names_not_places(recorded: Site) -> None:
    at = recorded.json("recordings", "list", "gate-0")[0]["begin_at"]
    play = ("recordings", "play", "gate-0", at, "--reason", "curious")
    assert "needs a person" in recorded.hub(*play, code=4).stderr
    assert "needs a person" in recorded.hub("live", "gate-0", "--reason", "curious", code=4).stderr
    assert recorded.records(RecordingViewed, reason="curious") == []
    named = json.loads(recorded.hub("recordings", "list", "gate-0", "--json", env=ADMIN).stdout)
    assert {one["path"] for one in named} == {""}
    assert all(one["name"].startswith("gate-0/") for one in named)


def test_single_pictures_show_what_was_recorded_at_that_moment(recorded: Site) -> None:
    listed = [one for one in recorded.json("recordings", "list", "gate-0") if not one["open"]]
    begin = datetime.fromisoformat(listed[0]["begin_at"])

    async def pictures() -> list[bytes]:
        client = HttpClient(find_hub(recorded.folder))
        try:
            await client.sign_in("admin", PASSWORD)
            viewing = await viewings.begin(client, "gate-0", begin, begin + timedelta(hours=12), "to compare")
            found = [await viewings.still(client, viewing.id, begin + timedelta(seconds=at)) for at in (1, 3, 9)]
            await viewings.end(client, viewing.id)
            return found
        finally:
            await client.close()

    found = asyncio.run(pictures())
    assert [picture[:2] for picture in found] == [b"\xff\xd8"] * 3
    ended = [record.event for record in recorded.records(ViewingEnded) if record.event.thumbnails == 3]
    assert len(ended) == 1
