"""A plant on a hub of the TUI's tests, and a way to look at it:

    python -m tests.tui.fake_hub [--cameras N] [--alarms N] [--language zh_CN] [--signed-in]

Sign in as `zhang` (watch officer), `li` (repairer), `wang` (leader), `zhao` (administrator), `he` (footage specialist)
or `guo` (planner) with the password `watchroom`.
"""

import argparse
import asyncio
import gc
from datetime import timedelta

from msgspec.structs import replace

from hub.client import (
    RuleView,
)
from hub.clock import Clock, SystemClock
from hub.core import catalogue as facts
from hub.core import findings
from hub.core.delivery import EffectFailed
from hub.core.rounds.events import RoundDue
from hub.core.site import Area, Camera, Department, Site
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketOpened, TicketRestored
from tests.tui.faked import ACCOUNTS, PASSWORD, FakeHub

__all__ = ["ACCOUNTS", "PASSWORD", "FakeHub", "plant", "troubled_plant"]

CAMERAS = (
    ("press-1", "Press line 1", "冲压一线", "workshop", "production"),
    ("press-2", "Press line 2", "冲压二线", "workshop", "production"),
    ("furnace", "Furnace mouth", "炉口", "workshop", "production"),
    ("crane-3", "Crane 3, north span", "三号行车北跨", "workshop", "production"),
    ("gate-1", "Main gate", "大门", "yard", "security"),
    ("gate-2", "Goods gate", "物流门", "yard", "security"),
    ("fence-east", "East fence", "东围墙", "yard", "security"),
    ("store", "Chemical store", "危化品库", "yard", "security"),
)


def plant(clock: Clock, *, cameras: int = 8) -> FakeHub:
    """A plant in which all is well: `cameras` cameras in two areas, plugins, workers, rules."""
    hub = FakeHub(clock)
    listed = [Camera(i, Text(en=en, zh=zh), area, domain) for i, en, zh, area, domain in CAMERAS[:cameras]]
    for number in range(len(listed), cameras):
        area, domain = (("workshop", "production"), ("yard", "security"))[number % 2]
        listed.append(Camera(f"cam-{number:03}", Text(en=f"Camera {number}", zh=f"{number} 号机"), area, domain))
    site = Site(
        name=Text(en="Demo plant", zh="示范工厂"),
        departments=[
            Department("production", Text(en="Production", zh="生产部")),
            Department("security", Text(en="Security", zh="保卫部")),
        ],
        areas=[
            Area("workshop", Text(en="Workshop", zh="车间"), "production"),
            Area("yard", Text(en="Yard and gates", zh="厂区与大门"), "security"),
        ],
        cameras=listed,
    )
    hub.happen(facts.HubStarted(version="0.1.0", last_stop="clean"), facts.SiteConfigured(site=site))
    hub.happen(*(facts.PluginReady(plugin=name, version="0.1.0") for name in ("rtsp", "demo", "mail", "webhook")))
    half = len(listed) // 2
    hub.happen(
        facts.WorkerStarted(worker="w1", cameras=[camera.id for camera in listed[:half]]),
        facts.WorkerStarted(worker="w2", cameras=[camera.id for camera in listed[half:]]),
    )
    for camera in listed:
        hub.status(camera.id, measures={"similarity": 0.94, "mean": 118.0})
        hub.happen(
            findings.ReferenceLearned(camera=camera.id), findings.CameraJudged(camera=camera.id), actor="watch:w1"
        )
    now = clock.now()
    hub.rule_list = [
        RuleView(
            id="signal-lost",
            title=Text(en="Signal lost", zh="视频信号丢失"),
            clause="3.3",
            file="rules/watch.toml",
            when="signal.lost",
            on=["signal.lost"],
            last_fired_at=now - timedelta(minutes=12),
            why="fired: nothing speaks against it",
        ),
        RuleView(
            id="view-obstructed",
            title=Text(en="Camera obstructed", zh="摄像机被遮挡"),
            clause="3.6b",
            file="rules/watch.toml",
            when="view.obstructed for 20s",
            on=["view.obstructed"],
            for_s=20.0,
            waiting=1,
            why="waiting since 10:31:04 for 20s on camera:gate-2",
        ),
        RuleView(
            id="weekly-technical-round",
            title=Text(en="Weekly technical round", zh="每周技术维护"),
            clause="2.4",
            file="rules/rounds.toml",
            when="every mon 08:30",
            schedule=Text(en="every Monday at 08:30", zh="每周一 08:30"),
            next_due_at=now + timedelta(days=3),
        ),
    ]
    return hub


def troubled_plant(clock: Clock, *, cameras: int = 8, alarms: int = 3) -> FakeHub:
    """The same plant on a bad day."""
    hub = plant(clock, cameras=cameras)
    lost = hub.find("gate-2", "signal.lost", priority="critical", evidence=False)
    hub.find("furnace", "view.obstructed")
    blurred = hub.find("fence-east", "picture.blurred", priority="medium")
    hub.status("gate-2", signal="lost", last_picture_at=clock.now() - timedelta(minutes=7), fps=0.0, kbps=0.0)
    hub.happen(findings.CameraNotJudged(camera="crane-3", reason="learning"), actor="watch:w1")
    hub.status("crane-3", not_judged="learning")
    hub.clear("fence-east", "picture.blurred")
    hub.happen(
        TicketOpened(
            ticket="T-1", title=Text(en="No signal", zh="无视频信号"), camera="gate-2", alarm=lost, rule="signal-lost"
        ),
        TicketOpened(
            ticket="T-2",
            title=Text(en="Picture blurred", zh="画面模糊"),
            camera="fence-east",
            alarm=blurred,
            rule="picture-blurred",
        ),
        TicketAssigned(ticket="T-2", repairer="Li Na", cause="cobweb on the lens"),
        TicketRestored(ticket="T-2"),
        RoundDue(
            round="R-1",
            kind="technical",
            title=Text(en="Weekly technical round", zh="每周技术维护"),
            team="technical",
            due_at=clock.now() + timedelta(days=3),
            rule="weekly-technical-round",
        ),
        actor="rule:signal-lost",
    )
    hub.happen(
        facts.PluginFailed(plugin="webhook", reason="connection to 10.0.0.9 refused"),
        facts.ConfigRejected(
            file="rules/watch.toml",
            problems=[Text(en="rules/watch.toml:14:9: rule.2.on: no event view.obstruct; view.obstructed?")],
        ),
        EffectFailed(key="signal-lost:12:2", kind="notify", target="mail", attempts=5, reason="server refused"),
    )
    kinds = ("view.moved", "picture.frozen", "picture.blurred", "view.obstructed")
    for number in range(3, alarms):
        camera = hub.state.site.cameras[(number + 5) % cameras].id
        hub.find(camera, kinds[number % 4], priority=("low", "medium", "high")[number % 3], evidence=False)
    return hub


async def _live(hub: FakeHub) -> None:
    """Let the plant live while somebody looks: pictures come, and now and then something happens."""
    step = 0
    while True:
        await asyncio.sleep(1.0)
        step += 1
        for camera, status in list(hub.statuses.items()):
            if status.signal == "live":
                hub.status(camera)
            else:
                hub.statuses[camera] = replace(status, at=hub.clock.now())
        hub.pulse()
        if step % 40 == 10:
            hub.find("press-2", "view.obstructed", priority="critical")
        if step % 40 == 30:
            hub.clear("press-2", "view.obstructed")


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--alarms", type=int, default=3)
    parser.add_argument("--language", default="en")
    parser.add_argument("--signed-in", action="store_true")
    parser.add_argument("--entries", type=int, default=0, help="so many older records in the journal")
    parser.add_argument("--still", action="store_true", help="nothing happens by itself")
    chosen = parser.parse_args()
    from hub.tui.app import run_tui_async
    from tests.tui.playback_plant import footage

    hub = troubled_plant(SystemClock(), cameras=chosen.cameras, alarms=chosen.alarms)
    hub.remember(chosen.entries)
    footage(hub)
    gc.freeze()  # the hub is a process of its own otherwise; its journal is not the screen's to look through
    if chosen.signed_in:
        hub.account = ACCOUNTS["wang"]
    living = asyncio.create_task(asyncio.sleep(0) if chosen.still else _live(hub))
    await run_tui_async(hub, signed_in=chosen.signed_in, language=chosen.language)
    living.cancel()


if __name__ == "__main__":
    asyncio.run(_main())
