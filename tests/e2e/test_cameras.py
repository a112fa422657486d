"""Four cameras on a real RTSP server, under the rules that are shipped: each has its fault, all at the same time."""

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.catalogue import WorkerDied
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.event import Event
from hub.core.findings import (
    CameraJudged,
    Evidence,
    Picture,
    PictureBlack,
    PictureFrozen,
    ReferenceLearned,
    SignalLost,
    ViewObstructed,
)
from hub.core.tickets.events import TicketOpened, TicketRestored
from tests.e2e.hubs import Site
from tests.e2e.servers import Call, Hook, Inbox, hook, inbox
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cameras")]

USER, CAMERA_PASSWORD, HOOK_KEY = "watch", "p@ss:word/4711%40", "hook-key-4711"
SECRETS = (CAMERA_PASSWORD, quote(CAMERA_PASSWORD, safe=""), "hook-token-4711", HOOK_KEY)


class Fault(NamedTuple):
    camera: str
    event: type[Event]
    rule: str
    kind: str
    priority: str
    within_s: float
    """From doing it until the alarm is on record; the rule's own `for` is part of it."""


FAULTS = (
    Fault("cut", SignalLost, "signal-lost", "signal", "critical", 10.0),
    Fault("dark", PictureBlack, "picture-black", "black", "high", 15.0),
    Fault("still", PictureFrozen, "picture-frozen", "frozen", "high", 20.0),
    Fault("covered", ViewObstructed, "view-obstructed", "obstruction", "high", 30.0),
)
BY_NAME = pytest.mark.parametrize("fault", FAULTS, ids=[fault.camera for fault in FAULTS])


def hub_toml(mail_port: int) -> str:
    cameras = "".join(
        f"""
[[cameras]]
id = "{fault.camera}"
name = {{ en = "Camera {fault.camera}", zh = "摄像机 {fault.camera}" }}
area = "hall"
domain = "production"
driver = "rtsp"
url = "env:URL_{fault.camera.upper()}"
"""
        for fault in FAULTS
    )
    return f"""
[site]
name = {{ en = "Test plant", zh = "试验厂" }}
timezone = "Asia/Shanghai"

[watch]
workers = 2
lost_after_s = 4
learn_s = 5
persist_s = 1.5
clear_s = 1.5
picture_every_s = 0.5

[[areas]]
id = "hall"
name = {{ en = "Hall", zh = "厅" }}

[[routes]]
id = "duty"
name = {{ en = "Duty", zh = "值班" }}
send = [{{ via = "mail", to = ["duty@example.com"] }}, {{ via = "webhook", url = "env:HOOK", secret = "env:HOOK_KEY" }}]

[[routes]]
id = "leader"
name = {{ en = "Leader", zh = "领导" }}
send = [{{ via = "example", file = "leader.log" }}]

[plugins.mail]
host = "127.0.0.1"
port = {mail_port}
security = "none"
from = "hub@example.com"
{cameras}"""


class Story(NamedTuple):
    """What happened, and when the disturbances began and ended."""

    site: Site
    mails: Inbox
    hook: Hook
    began_at: dict[str, datetime]
    alarms: Any
    """What `hub alarms --json` said while all four stood."""
    cameras: Any
    tickets: Any
    command_lines: str
    at_the_end: Any
    """`hub status --json` when all was well again."""


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    home = tmp_path_factory.mktemp("cameras")
    clips = Clips(home)
    scenes = {scene: clips.path(scene) for scene in ("plain", "black", "covered")}
    scenes["frozen"] = _frozen(scenes["plain"])
    with ExitStack() as stack:
        mails, calls = stack.enter_context(inbox()), stack.enter_context(hook())
        farm = stack.enter_context(CameraFarm(scenes, cameras=4, fps=clips.fps, account=(USER, CAMERA_PASSWORD)))
        urls = {f"URL_{fault.camera.upper()}": farm.url(number) for number, fault in enumerate(FAULTS)}
        site = Site(home / "plant", home, HOOK=calls.url, HOOK_KEY=HOOK_KEY, **urls)
        stack.callback(site.end)
        site.init()
        site.write(hub_toml(mails.port))
        site.start()
        for fault in FAULTS:
            site.recorded(ReferenceLearned, 40, camera=fault.camera)
            site.recorded(CameraJudged, 20, camera=fault.camera)
        began_at = _disturb(farm)
        for fault in FAULTS:
            site.recorded(AlarmRaised, 40, rule=fault.rule)
        site.until(lambda: len(mails.mails) >= 4 and len(calls.calls) >= 4, 15, "every message has arrived")
        alarms, cameras, tickets = (site.json(name) for name in ("alarms", "cameras", "tickets"))
        command_lines = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True).stdout
        _restore(farm)
        for fault in FAULTS:
            alarm = site.recorded(AlarmRaised, rule=fault.rule).event.alarm
            site.recorded(AlarmReturned, 30, alarm=alarm)
        site.until(lambda: not site.json("status")["health"]["journal"]["outbox"].get("pending"), 10, "all is out")
        at_the_end = site.json("status")
        site.stop()
        yield Story(site, mails, calls, began_at, alarms, cameras, tickets, command_lines, at_the_end)


def _frozen(clip: Path) -> Path:
    """What a camera sends whose sensor hangs: one picture of `clip`, again and again."""
    data, delimiter = clip.read_bytes(), b"\x00\x00\x00\x01\x09"
    path = clip.with_name("one-picture.h264")
    path.write_bytes(data[: data.index(delimiter, 1)] * 10)
    return path


def _disturb(farm: CameraFarm) -> dict[str, datetime]:
    began_at = {}
    for number, (fault, clip) in enumerate(zip(FAULTS, ("", "black", "frozen", "covered"), strict=True)):
        began_at[fault.camera] = datetime.now(UTC)
        if clip:
            farm.show(number, clip)
        else:
            farm.kill(number)
    return began_at


def _restore(farm: CameraFarm) -> None:
    farm.add(0)
    for number in (1, 2, 3):
        farm.show(number, "plain")


@BY_NAME
def test_a_fault_becomes_an_event_an_alarm_and_a_ticket_in_time(story: Story, fault: Fault) -> None:
    site = story.site
    (found,) = site.records(fault.event, camera=fault.camera)
    (raised,) = site.records(AlarmRaised, rule=fault.rule)
    (opened,) = site.records(TicketOpened, rule=fault.rule)
    took_s = (raised.seen_at - story.began_at[fault.camera]).total_seconds()
    assert took_s < fault.within_s, f"{fault.camera}: {took_s:.1f} s"
    assert raised.cause == opened.cause == found.seq
    assert (raised.actor, raised.event.camera) == (f"rule:{fault.rule}", fault.camera)
    assert opened.event.alarm == raised.event.alarm


@BY_NAME
def test_other_cameras_have_no_part_in_it(story: Story, fault: Fault) -> None:
    others = {other.event for other in FAULTS} - {fault.event}
    assert [r.event for r in story.site.records(*others, camera=fault.camera)] == []
    assert story.site.records(WorkerDied) == []


@BY_NAME
def test_the_alarm_the_camera_and_the_ticket_are_shown_by_the_command_line(story: Story, fault: Fault) -> None:
    (alarm,) = [item for item in story.alarms if item["alarm"]["rule"] == fault.rule]
    assert alarm["state"] == "unacknowledged"
    assert (alarm["alarm"]["kind"], alarm["alarm"]["priority"]) == (fault.kind, fault.priority)
    assert alarm["alarm"]["response"]["zh"]
    (camera,) = [item for item in story.cameras if item["id"] == fault.camera]
    assert camera["condition"] == ("lost" if fault.camera == "cut" else "fault")
    (ticket,) = [item for item in story.tickets if item["ticket"]["camera"] == fault.camera]
    assert ticket["state"] == "open"


@BY_NAME
def test_the_pictures_before_and_after_are_kept_and_what_they_were(story: Story, fault: Fault) -> None:
    (raised,) = story.site.records(AlarmRaised, rule=fault.rule)
    kept = _kept(raised.event.evidence)
    # Of a camera whose signal is lost there is no picture after.
    assert list(kept) == (["before"] if fault.camera == "cut" else ["before", "after"])
    for picture in kept.values():
        jpeg = (story.site.data / "evidence" / picture.path).read_bytes()
        assert jpeg.startswith(b"\xff\xd8")
        assert hashlib.sha256(jpeg).hexdigest() == picture.sha256
    assert len({picture.sha256 for picture in kept.values()}) == len(kept)


def _kept(evidence: Evidence | None) -> dict[str, Picture]:
    assert evidence is not None
    both = {"before": evidence.before, "after": evidence.after}
    return {name: picture for name, picture in both.items() if picture is not None}


@BY_NAME
def test_a_mail_with_the_pictures_has_arrived(story: Story, fault: Fault) -> None:
    (mail,) = [mail for mail in story.mails.mails if f"Camera {fault.camera}" in str(mail)]
    assert mail["To"] == "duty@example.com"
    assert fault.priority in mail["Subject"]
    (raised,) = story.site.records(AlarmRaised, rule=fault.rule)
    pictures = [part.get_content() for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    kept = [picture.sha256 for picture in _kept(raised.event.evidence).values()]
    assert [hashlib.sha256(picture).hexdigest() for picture in pictures] == kept


@BY_NAME
def test_a_signed_webhook_has_arrived(story: Story, fault: Fault) -> None:
    (call,) = [call for call in story.hook.calls if _body(call)["camera"] == fault.camera]
    signature = hmac.new(HOOK_KEY.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["watchroom-signature"] == f"sha256={signature}"
    body = _body(call)
    (raised,) = story.site.records(AlarmRaised, rule=fault.rule)
    assert body["id"] == f"{fault.rule}:{raised.cause}:2>duty/webhook:0"
    assert body["title"]["zh"]
    assert body["priority"] == fault.priority


def _body(call: Call) -> Any:
    return json.loads(call.body)


@BY_NAME
def test_when_it_is_over_the_alarm_returns_by_itself_and_the_ticket_is_restored(story: Story, fault: Fault) -> None:
    (raised,) = story.site.records(AlarmRaised, rule=fault.rule)
    (returned,) = story.site.records(AlarmReturned, alarm=raised.event.alarm)
    (opened,) = story.site.records(TicketOpened, rule=fault.rule)
    (restored,) = story.site.records(TicketRestored, ticket=opened.event.ticket)
    assert returned.cause == restored.cause
    (camera,) = [item for item in story.at_the_end["cameras"] if item["id"] == fault.camera]
    assert camera["condition"] == "good"
    (alarm,) = [item for item in story.at_the_end["alarms"] if item["alarm"]["id"] == raised.event.alarm]
    assert alarm["state"] == "returned"


def test_every_message_got_out_once_and_its_outcome_is_on_record(story: Story) -> None:
    done = story.site.records(EffectDone)
    assert len(done) == 8
    assert {record.event.target for record in done} == {"duty (mail)", "duty (webhook)"}
    assert story.site.records(EffectFailed) == []
    assert (len(story.mails.mails), len(story.hook.calls)) == (4, 4)


def test_no_secret_is_in_a_log_an_event_a_file_of_the_site_or_a_process_list(story: Story) -> None:
    assert "hub.watch.worker" in story.command_lines
    shown = [story.site.words(), story.command_lines, json.dumps(story.at_the_end), json.dumps(story.alarms)]
    shown += [record.event.detail.en for record in story.site.records(SignalLost)]
    files = [path for path in story.site.folder.rglob("*") if path.is_file() and path.suffix != ".jpg"]
    assert story.site.data / "journal.db" in files
    for secret in SECRETS:
        assert not any(secret in text for text in shown)
        holders = [path.name for path in files if secret.encode() in path.read_bytes()]
        assert holders == []


def test_pictures_lie_on_disk_and_not_in_the_journal(story: Story) -> None:
    sizes = [len(json.dumps(record.event, default=str)) for record in story.site.records(*(f.event for f in FAULTS))]
    assert sizes
    assert max(sizes) < 4_000
    assert (story.site.data / "journal.db").read_bytes().count(b"\xff\xd8\xff\xe0") == 0


def test_the_journal_of_the_day_verifies(story: Story) -> None:
    began = time.monotonic()
    verdict = story.site.json("verify")
    assert verdict["ok"]
    assert verdict["checked"] == len(story.site.records())
    assert time.monotonic() - began < 30
