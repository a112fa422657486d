"""The weekly technical round, from its schedule to the figures: what the hub sees it fills in, people do the rest."""

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.client.http import HttpClient, find_hub
from hub.client.rounds import RoundCount, round_figures
from hub.core.findings import CameraJudged
from hub.core.recordings import RecordingPlanned
from hub.core.rounds.events import RoundDone, RoundDue, RoundFaultFound, RoundHandedIn, RoundMeasured
from hub.core.rounds.targets import OWN
from tests.e2e.hubs import PASSWORD, Site, judged_soon
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
FIRST, SECOND = "the-first-password-31", "a-second-password-52"
LEADER = {"HUB_ACCOUNT": "zhou", "HUB_PASSWORD": SECOND}
WEEKLY = 'every = { weekday = "mon", at = "08:30" }'
SOON = 'every = "20s"'
RECORDED = 'recording = { stream = "watched" }\n\n[recording]\nsegment_s = 2\nmin_free_gb = 0.001\n'


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path, key_every=5)
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as running:
        yield running


@pytest.mark.slow
def test_a_round_comes_due_is_filled_in_answered_signed_twice_and_counted_as_kept(site: Site, farm: CameraFarm) -> None:
    _hurry(site)
    site.add_camera("gate", farm.url(0))
    site.append(RECORDED)
    site.start()
    admin = {**ADMIN, "HUB_NEW_PASSWORD": FIRST}
    site.hub("accounts", "add", "zhou", "--name", "Zhou", "--role", "leader", "--domain", "security", env=admin)
    site.hub("people", "password", env={"HUB_ACCOUNT": "zhou", "HUB_PASSWORD": FIRST, "HUB_NEW_PASSWORD": SECOND})
    site.hub("assets", "add", "SW-1", "switch", "--set", "name=Gate switch", env=ADMIN)
    site.recorded(RecordingPlanned, 30, camera="gate")
    site.recorded(CameraJudged, 60, camera="gate")
    due = site.recorded(RoundDue, 60, rule="weekly-technical-round").event
    assert isinstance(due, RoundDue)
    assert (due.kind, due.team, due.clause) == ("technical", "technical", "2.4")
    number = due.round

    site.hub("rounds", "start", number, env=ADMIN)
    site.until(lambda: len(site.records(RoundMeasured, round=number)) > 1, 10, "the hub fills in what it reads")
    lines = {(each["asset"], each["item"]): each for each in site.json("rounds", "show", number)["lines"]}
    for cell in (("gate", "picture"), ("gate", "signal"), ("gate", "recording"), (OWN, "storage")):
        assert lines[cell]["value"] is True, cell
        assert lines[cell]["read_at"], cell
    assert 0 < lines[OWN, "disk"]["value"] <= 100
    assert lines["gate", "online"]["lacking"]["en"] == "Less than a day is known yet."
    assert "Less than a day is known yet." in site.hub("rounds", "show", number).stdout

    sheet = site.folder / "sheet.csv"
    site.hub("rounds", "export", number, "--out", str(sheet), "--language", "en")
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    answers = {"switch-heat": "no", "switch-noise": "yes", "switch-plugs": "yes"}
    answers |= {"recorder-heat": "no", "recorder-noise": "no"}
    for row in rows:
        row["answer"] = answers.get(row["item"], row["answer"])
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    site.hub("rounds", "import", number, str(sheet), env=ADMIN)
    fault = site.recorded(RoundFaultFound, round=number).event
    assert isinstance(fault, RoundFaultFound)
    assert (fault.asset, fault.item) == ("SW-1", "switch-noise")
    (ticket,) = [each["ticket"] for each in site.json("tickets") if each["ticket"]["id"] == fault.ticket]
    assert (ticket["subject"], ticket["opened_from"]) == ("asset:SW-1", f"round:{number}")

    site.hub("rounds", "sign", number, "--note", "fan of the gate switch", env=ADMIN)
    site.recorded(RoundHandedIn, round=number)
    assert "yourself" in site.hub("rounds", "sign", number, "--leader", code=4, env=ADMIN).stderr
    site.hub("rounds", "sign", number, "--leader", env=LEADER)
    done = site.recorded(RoundDone, round=number).event
    assert isinstance(done, RoundDone)
    assert (done.late, done.bad) == (False, 1)

    assert due.due_at is not None
    count = asyncio.run(_kept(site, due.due_at))
    assert (count.in_time, count.late, count.missed, count.in_time_share) == (1, 0, 0, 1.0)
    (past,) = [each for each in site.json("rounds", "history") if each["id"] == number]
    assert (past["outcome"], past["tickets"], past["bad"]) == ("done", [fault.ticket], 1)


async def _kept(site: Site, due_at: datetime) -> RoundCount:
    """How technical rounds were kept whose time ends with this one's; those after it are still open."""
    client = HttpClient(find_hub(site.folder))
    try:
        await client.sign_in("admin", PASSWORD)
        counts = await round_figures(client, to_at=due_at + timedelta(seconds=1))
    finally:
        await client.close()
    return next(each for each in counts if each.kind == "technical")


def _hurry(site: Site) -> None:
    """The shipped weekly round every 20 s; a camera is judged as soon as can be."""
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(judged_soon(hub_toml))
    rules = site.folder / "rules" / "maintenance.toml"
    text = rules.read_text(encoding="utf-8")
    assert WEEKLY in text
    rules.write_text(text.replace(WEEKLY, SOON), encoding="utf-8")
