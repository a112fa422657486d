"""A reference view from the camera to the leader and back, over the command line, restarts and saved settings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.findings import (
    CameraJudged,
    CameraNotJudged,
    PictureBlack,
    PictureVisible,
    ReferenceApproved,
    ReferenceLearned,
    ReferenceRejected,
    SignalLost,
)
from tests.e2e.conftest import MakeSite
from tests.e2e.hubs import PASSWORD
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

pytestmark = pytest.mark.slow

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
QUICK = """
[watch]
workers = 1
lost_after_s = 6
learn_s = 5
persist_s = 1.0
clear_s = 1.0
picture_every_s = 0.5
"""


def test_a_view_is_learned_shown_approved_kept_over_a_restart_and_forgotten_when_it_is_rejected(
    make_site: MakeSite, tmp_path: Path
) -> None:
    clips = Clips(tmp_path, key_every=5)
    scenes = {"plain": clips.path("plain"), "black": clips.path("black")}
    with CameraFarm(scenes, cameras=1, fps=clips.fps) as farm:
        site = make_site().init()
        toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
        start = toml.index("[watch]")
        site.write(toml[:start] + QUICK.lstrip() + toml[toml.index("\n[", start) :])
        site.add_camera("gate", farm.url(0))
        site.start()
        first = site.recorded(ReferenceLearned, 40, camera="gate").event.reference
        site.recorded(CameraJudged, 20, camera="gate")
        [listed] = site.json("references", "list", "gate")
        assert (listed["view"]["id"], listed["view"]["state"], listed["in_use"]) == (first, "proposed", True)

        picture = tmp_path / "view.jpg"
        site.hub("references", "show", "gate", first, "-o", str(picture), env=ADMIN)
        assert picture.read_bytes().startswith(b"\xff\xd8")
        assert "is approved" in site.hub("references", "approve", "gate", first, env=ADMIN).stderr
        approved = site.recorded(ReferenceApproved, camera="gate")
        assert approved.actor == "person:admin"

        site.stop()
        site.start()
        site.recorded(CameraJudged, 20, camera="gate", count=2)
        [listed] = site.json("references", "list", "gate")
        assert (listed["view"]["id"], listed["view"]["state"]) == (first, "approved")
        assert listed["view"]["approved_by"] == "person:admin"
        assert len(site.records(ReferenceLearned)) == 1, "what is known is neither learned nor told of again"

        # The sensitivity is a matter of the next picture, not of the connection.
        restarted_at = datetime.now(UTC)
        farm.show(0, "black")
        site.recorded(PictureBlack, 20, camera="gate")
        site.append('\n[cameras.watch.sensitivity]\npicture.black = "off"\n')
        site.recorded(PictureVisible, 20, camera="gate")
        farm.show(0, "plain")

        site.hub("references", "reject", "gate", first, "--reason", "a lorry stood there", env=ADMIN)
        assert site.recorded(ReferenceRejected).event.reason == "a lorry stood there"
        site.recorded(CameraNotJudged, 20, camera="gate", reason="learning", count=2)
        second = site.recorded(ReferenceLearned, 40, camera="gate", count=2).event.reference
        assert second != first
        states = {each["view"]["id"]: each["view"]["state"] for each in site.json("references", "list")}
        assert states == {first: "rejected", second: "proposed"}
        files = site.data / "references" / "gate"
        site.until(lambda: {f"{second}.npz"} == {path.name for path in files.glob("*.npz")}, 10, "it was forgotten")
        assert not [record for record in site.records(SignalLost) if record.seen_at >= restarted_at]
