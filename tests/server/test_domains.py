"""What belongs to another domain is neither listed, nor streamed, nor shown."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hub.client.search import search
from hub.client.views import EventView, RecordingNow, WorkerPace
from hub.core.alarms.events import AlarmAcknowledged, AlarmReturned
from hub.core.attention.events import AttentionAnswered, AttentionAsked, AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.catalogue import SiteConfigured, WorkerDied, WorkerStarted
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.duty.roster import Post, Roster
from hub.core.duty.shifts import RosterLoaded
from hub.core.event import Event
from hub.core.findings import SignalRestored
from hub.core.people.account import Account
from hub.core.people.events import AccountCreated
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketClosed
from hub.errors import NotAllowed, NotFound
from hub.journal.codec import Unknown
from hub.server.concerns import UNKNOWN, Concerns
from hub.server.views.state import may_read
from hub.testing.clock import START
from tests.server.conftest import SITE, MemoryBackend, Plant, as_json

PRODUCTION, SECURITY, LEADER = "watch_officer.p", "watch_officer.s", "leader.ps"
SECRETS_OF_SECURITY = ("gate-1", "A-2", "T-2", "大门")


def reveals(shown: object) -> list[str]:
    text = as_json(shown)
    return [word for word in SECRETS_OF_SECURITY if f'"{word}' in text]


async def test_the_site_shows_each_person_their_own_domains(plant: Plant) -> None:
    production = await (await plant.signed_in(PRODUCTION)).site()
    assert [camera.id for camera in production.cameras] == ["press-1"]
    assert [alarm.alarm.id for alarm in production.alarms] == ["A-1"]
    assert [ticket.ticket.id for ticket in production.tickets] == ["T-1"]
    assert [round_.id for round_ in production.rounds] == ["R-1"]
    assert reveals(production) == []
    everything = await (await plant.signed_in(LEADER)).site()
    assert [camera.id for camera in everything.cameras] == ["press-1", "gate-1"]
    assert everything.alarms[1].camera_name == Text(en="Gate", zh="大门")


async def test_health_names_no_camera_of_another_domain(plant: Plant) -> None:
    health = await (await plant.signed_in(PRODUCTION)).health()
    assert health.workers["w1"].cameras == ["press-1"]
    assert (await (await plant.signed_in(LEADER)).health()).workers["w1"].cameras == ["press-1", "gate-1"]


async def test_how_a_worker_keeps_up_is_told_without_cameras_of_another_domain(plant: Plant) -> None:
    plant.backend.paces["w1"] = WorkerPace(
        cameras=["press-1", "gate-1"], lag_s=0.3, asked_every_s=2.0, picture_every_s=5.0, slow_since_at=START
    )
    pace = (await (await plant.signed_in(PRODUCTION)).health()).paces["w1"]
    assert (pace.cameras, pace.picture_every_s, pace.slow_since_at) == (["press-1"], 5.0, START)
    assert (await (await plant.signed_in(LEADER)).site()).health.paces["w1"].cameras == ["press-1", "gate-1"]


async def test_the_site_says_how_each_camera_is_recorded(plant: Plant) -> None:
    plant.backend.recorded["press-1"] = RecordingNow(stream="main", state="recording", since_at=START)
    plant.backend.recorded["gate-1"] = RecordingNow(stream="main", state="missing")
    shown = (await (await plant.signed_in(PRODUCTION)).site()).cameras
    assert [camera.recording for camera in shown] == [plant.backend.recorded["press-1"]]
    del plant.backend.recorded["press-1"]
    assert (await (await plant.signed_in(PRODUCTION)).site()).cameras[0].recording is None


async def test_why_a_rule_fired_is_told_to_whom_its_cause_is_shown(plant: Plant) -> None:
    lost = {r.event.camera: r.seq for r in plant.backend.records if type(r.event).__name__ == "SignalLost"}
    plant.backend.why = {
        "fired: press-1": lost["press-1"],
        "fired: gate-1": lost["gate-1"],
        "a record that is not there": 10**6,
    }
    rules = await (await plant.signed_in(PRODUCTION)).rules()
    assert [rule.why for rule in rules] == ["", "fired: press-1", "", ""]
    everything = await (await plant.signed_in(LEADER)).rules()
    assert [rule.why for rule in everything] == ["", *plant.backend.why]


async def test_events_of_another_domain_are_left_out(plant: Plant) -> None:
    shown = await (await plant.signed_in(PRODUCTION)).events()
    assert reveals(shown) == []
    assert {event.event.get("camera") for event in shown} == {None, "press-1"}
    assert [event.seq for event in shown] == sorted(event.seq for event in shown)


def later_life_of_alarm_two() -> list[Event]:
    return [
        AlarmAcknowledged(alarm="A-2", note="the gate's secret"),
        SignalRestored(camera="gate-1"),
        AlarmReturned(alarm="A-2"),
        TicketAssigned(ticket="T-2", repairer="Li"),
        TicketClosed(ticket="T-2", cause="the gate's secret"),
    ]


async def test_alarms_and_tickets_that_are_history_stay_in_their_domain(plant: Plant) -> None:
    plant.backend.write(*later_life_of_alarm_two())
    assert "A-2" not in plant.backend.state().alarms
    shown = await (await plant.signed_in(PRODUCTION)).events()
    assert "secret" not in as_json(shown)
    assert reveals(shown) == []
    theirs = await (await plant.signed_in(SECURITY)).events()
    assert "secret" in as_json(theirs)


async def test_the_outcome_of_a_message_is_shown_to_whom_its_cause_is_shown(plant: Plant) -> None:
    lost = {r.event.camera: r.seq for r in plant.backend.records if type(r.event).__name__ == "SignalLost"}
    plant.backend.write(EffectDone(key="signal:1:0", kind="mail", target="press"), cause=lost["press-1"])
    (done,) = plant.backend.write(EffectDone(key="signal:2:0", kind="mail", target="gate"), cause=lost["gate-1"])
    plant.backend.write(EffectFailed(key="signal:2:1", kind="mail", target="gate too", reason="r"), cause=done.seq)
    targets = [e.event["target"] for e in await (await plant.signed_in(PRODUCTION)).events(types=["effect.done"])]
    assert targets == ["press"]
    failed = await (await plant.signed_in(PRODUCTION)).events(types=["effect.failed"])
    assert failed == []


async def test_lists_of_cameras_inside_events_are_cut(plant: Plant) -> None:
    plant.backend.write(WorkerStarted(worker="w1", cameras=["press-1", "gate-1"]))
    client = await plant.signed_in(PRODUCTION)
    (started,) = await client.events(types=["worker.started"])
    assert started.event["cameras"] == ["press-1"]
    (configured,) = await client.events(types=["site.configured"])
    assert [camera["id"] for camera in configured.event["site"]["cameras"]] == ["press-1"]


async def test_what_a_roster_and_its_checks_say_of_cameras_is_cut_everywhere(plant: Plant) -> None:
    both = ["press-1", "gate-1"]
    desk = Text(en="Desk")
    client = await plant.signed_in(PRODUCTION)
    stream = client.follow(after=0)
    last = plant.backend.write(
        RosterLoaded(roster=Roster(posts=(Post(id="desk", name=desk, cameras=tuple(both)),)), zone="UTC"),
        AttentionPlanned(posts=[PostPlan(id="desk", name=desk, cameras=both)]),
        AttentionAsked(
            check="C-1",
            post="desk",
            post_name=desk,
            people=[],
            until_at=plant.clock.now(),
            shown="gate-1",
            choices=both,
        ),
        AttentionAnswered(check="C-1", post="desk", delay_s=1.0, right=True, chosen="gate-1", shown="gate-1"),
    )[-1]
    types = ["roster.loaded", "attention.planned", "attention.asked", "attention.answered"]
    told = await client.events(types=types)
    assert [event.type for event in told] == types
    assert told[0].event["roster"]["posts"][0]["cameras"] == ["press-1"]
    assert told[1].event["posts"][0]["cameras"] == told[2].event["choices"] == ["press-1"]
    assert "gate-1" not in as_json(told)
    streamed: list[EventView] = []
    async for batch in stream:
        streamed += batch
        if batch and batch[-1].seq == last.seq:
            break
    await stream.aclose()
    assert "gate-1" not in as_json([event for event in streamed if event.type in types])
    for query in ("gate-1", "press-1", "desk", "C-1"):
        assert "gate-1" not in as_json((await search(client, query)).hits)
    assert (await search(client, "gate-1")).hits == []
    leader = await plant.signed_in(LEADER)
    assert {hit.event.type for hit in (await search(leader, "gate-1")).hits} >= set(types)


async def test_no_search_tells_which_camera_an_open_check_shows(plant: Plant) -> None:
    asked = AttentionAsked(
        check="C-1",
        post="desk",
        post_name=Text(en="Desk"),
        people=["li"],
        until_at=plant.clock.now() + timedelta(minutes=1),
        shown="gate-1",
        choices=["gate-1", "press-1"],
    )
    plant.backend.write(asked)
    leader = await plant.signed_in(LEADER)
    assert [hit for hit in (await search(leader, "C-1")).hits if hit.event.type == "attention.asked"] == []


async def test_what_a_worker_hung_in_names_no_camera_of_another_domain(plant: Plant) -> None:
    reason = "The watch of gate-1, press-1 hangs for 30 s."
    plant.backend.write(WorkerDied(worker="w1", cameras=["press-1", "gate-1"], reason=reason))
    client = await plant.signed_in(PRODUCTION)
    (died,) = await client.events(types=["worker.died"])
    assert died.event["reason"] == "The watch of …, press-1 hangs for 30 s."
    assert (await client.health()).workers["w1"].reason == died.event["reason"]
    (told,) = await (await plant.signed_in(LEADER)).events(types=["worker.died"])
    assert told.event["reason"] == reason


async def test_who_signed_in_is_for_leaders_and_administrators(plant: Plant) -> None:
    plant.backend.write(AccountCreated(account="x", name="X", role="leader", domains=["security"]))
    types = ["person.signed_in", "account.created"]
    for account in ("watch_officer.ps", "repairer.ps", "reader.ps"):
        assert await (await plant.signed_in(account)).events(types=types) == []
    for account in ("leader.p", "administrator.s"):
        assert await (await plant.signed_in(account)).events(types=types) != []


async def test_the_history_of_a_camera_that_is_gone_is_for_people_of_every_domain(plant: Plant) -> None:
    plant.backend.write(SiteConfigured(site=type(SITE)(name=SITE.name, cameras=SITE.cameras[:1])))
    assert reveals(await (await plant.signed_in(PRODUCTION)).events()) == []
    assert "gate-1" in as_json(await (await plant.signed_in(LEADER)).events())


async def test_what_this_software_cannot_read_is_for_people_of_every_domain(plant: Plant) -> None:
    plant.backend.write(Unknown(name="gate.opened", version=1, fields={"camera": "gate-1"}, reason="newer"))
    assert "gate.opened" not in as_json(await (await plant.signed_in(PRODUCTION)).events())
    assert "gate.opened" in as_json(await (await plant.signed_in(LEADER)).events())


async def test_a_long_run_of_hidden_records_does_not_shorten_the_list(plant: Plant) -> None:
    for _ in range(450):
        plant.backend.write(SignalRestored(camera="gate-1"))
    shown = await (await plant.signed_in(PRODUCTION)).events(limit=5)
    assert len(shown) == 5
    assert [e.seq for e in shown] == sorted(e.seq for e in shown)
    assert all(e.event.get("camera") != "gate-1" for e in shown)


async def test_the_live_stream_leaves_out_what_the_list_leaves_out(plant: Plant) -> None:
    client = await plant.signed_in(PRODUCTION)
    stream = client.follow(after=0)
    seen: list[EventView] = []
    plant.backend.write(*later_life_of_alarm_two())
    last = plant.backend.write(SignalRestored(camera="press-1"))[-1]
    async for batch in stream:
        seen += batch
        if batch and batch[-1].seq == last.seq:
            break
    await stream.aclose()
    assert reveals(seen) == []
    assert "secret" not in as_json(seen)
    assert [e.seq for e in seen] == [e.seq for e in await client.events(limit=1000)]


async def test_pictures_of_another_domain_are_refused(plant: Plant) -> None:
    plant.backend.pictures = {"press-1": b"\xff\xd8press", "gate-1": b"\xff\xd8gate"}
    client = await plant.signed_in(PRODUCTION)
    assert await client.picture("press-1") == b"\xff\xd8press"
    with pytest.raises(NotAllowed):
        await client.picture("gate-1")
    assert await client.evidence("press-1/reference.jpg") == b"\xff\xd8press-1"
    with pytest.raises(NotAllowed):
        await client.evidence("gate-1/reference.jpg")
    with pytest.raises(NotFound):
        await client.picture("nowhere")


class Pages:
    """A journal that only remembers how it was asked."""

    def __init__(self, backend: MemoryBackend) -> None:
        self.backend = backend
        self.asked = 0

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[object]:
        self.asked += 1
        return self.backend.read_last(limit, types=types, subject=subject, before=before)


async def test_the_camera_of_an_old_alarm_is_looked_up_once(plant: Plant) -> None:
    records = plant.backend.write(*later_life_of_alarm_two())
    pages = Pages(plant.backend)
    concerns = Concerns(pages)
    for _ in range(3):
        assert concerns.camera_of(records[0], plant.backend.state()) == "gate-1"
        assert concerns.camera_of(records[-1], plant.backend.state()) == "gate-1"
    assert pages.asked == 2


def test_an_alarm_that_nobody_knows_of_concerns_the_unknown_camera(plant: Plant) -> None:
    (record,) = plant.backend.write(AlarmAcknowledged(alarm="A-99"))
    assert Concerns(plant.backend).camera_of(record, State()) == UNKNOWN
    officer = Account(id="x", name="x", role="watch_officer", domains=["security"])
    assert not may_read(officer, record.event, UNKNOWN, plant.backend.state())
