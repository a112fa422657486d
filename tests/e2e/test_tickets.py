"""A fault from the lost signal to the repair that the hub itself saw good, closed by itself, and reopened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.findings import CameraJudged
from hub.core.tickets.events import (
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketRepaired,
    TicketVerified,
    TicketVerifying,
)
from tests.e2e.hubs import PASSWORD, Site, judged_soon
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

VERIFY_S = 6.0
SETTINGS = f"""
[recording]
segment_s = 2
missing_after_s = 5
min_free_gb = 0.001

[tickets]
verify_minutes = {VERIFY_S / 60}
"""
ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path, key_every=5)
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as running:
        yield running


def test_a_repair_is_closed_when_the_hub_has_seen_picture_and_recording_good_and_reopened_when_it_fails_again(
    site: Site, farm: CameraFarm
) -> None:
    patient = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(judged_soon(patient.replace("lost_after_s = 6", "lost_after_s = 2")))
    site.append(SETTINGS)
    site.add_camera("gate", farm.url(0))
    site.append('recording = { stream = "watched" }\n')
    site.start()
    site.recorded(CameraJudged, 60, camera="gate")
    farm.kill(0)
    opened = site.recorded(TicketOpened, 40, rule="signal-lost").event
    assert isinstance(opened, TicketOpened)
    number = opened.ticket

    site.hub("tickets", "assign", number, "--repairer", "Wu Min", "--estimate", "2h", env=ADMIN)
    site.hub("tickets", "arrive", number, env=ADMIN)
    site.hub("tickets", "repair", number, "--cause", "loose plug", "--part", "2 x RJ45 plug #CAT6", env=ADMIN)
    site.recorded(TicketRepaired, ticket=number)
    refused = site.hub("tickets", "close", number, "--cause", "loose plug", code=4, env=ADMIN)
    assert "Signal lost" in refused.stderr
    assert not site.records(TicketVerified)

    farm.add(0)
    verified = site.recorded(TicketVerified, 60, ticket=number, by="watch")
    begun = site.records(TicketVerifying, ticket=number)[-1]
    assert (verified.seen_at - begun.seen_at).total_seconds() >= VERIFY_S
    site.recorded(TicketClosed, ticket=number, cause="loose plug")
    assert number not in [item["ticket"]["id"] for item in site.json("tickets")]
    shown = site.json("tickets", "show", number)
    assert shown["view"]["state"] == "closed"
    assert [each["type"] for each in shown["history"]][-2:] == ["ticket.verified", "ticket.closed"]
    assert site.json("tickets", "figures", "--days", "1")["closed"] == 1
    assert number in site.hub("tickets", "list", "--all").stdout

    farm.kill(0)
    site.recorded(TicketReopened, 40, ticket=number, times=1)
