"""A day of a camera for the playback screen: what was recorded, a gap, an alarm, and a picture of every moment."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.client.alarms import PastAlarm
from hub.client.viewings import PlayLink, ViewingView
from hub.client.views import RecordingDay, RecordingView
from hub.core.alarms.tally import Life
from hub.core.recorded import Gap
from hub.core.text import Text
from hub.tui.looking import day_span
from tests.tui.fake_hub import FakeHub
from tests.tui.pictures import jpeg, scene

ZONE = ZoneInfo("Asia/Shanghai")


def footage(hub: FakeHub, camera: str = "gate-1") -> dict[str, Any]:
    """Lay ready what the hub answers; returns what was asked of it."""
    now = hub.clock.now()
    span = day_span(now.astimezone(ZONE).date(), ZONE)
    gap = Gap(now - timedelta(hours=3), now - timedelta(hours=2), "network")
    hub.footage = [
        RecordingView(camera=camera, stream="main", begin_at=begin_at, end_at=end_at, bytes=1, path="")
        for begin_at, end_at in ((span.from_at, gap.from_at), (gap.to_at, now))
    ]
    day = now.astimezone(ZONE).date()
    name = Text(en="Main gate", zh="大门")
    hub.days[camera] = RecordingDay(
        camera=camera, camera_name=name, day=day, planned_s=36_000, actual_s=32_400, gaps=[gap]
    )
    life = Life(
        alarm="A-7",
        rule="view-obstructed",
        kind="view.obstructed",
        subject=f"camera:{camera}",
        camera=camera,
        domain="security",
        priority="high",
        title=Text(en="Camera obstructed", zh="摄像机被遮挡"),
        raised_at=now - timedelta(hours=1),
    )
    asked: dict[str, Any] = {"begun": [], "links": [], "live": [], "ended": [], "stills": []}

    def begun(body: dict[str, Any]) -> ViewingView:
        asked["begun"].append(body)
        return ViewingView(id="aa", camera=camera, shown="recording", from_at=span.from_at, to_at=span.to_at)

    def linked(body: Any) -> ViewingView:
        asked["links"].append(body)
        link = PlayLink(path="/api/viewings/open/ticket/gate-1.mp4", seconds=600.0)
        return ViewingView(id="aa", camera=camera, shown="recording", links=[link])

    def live(body: Any) -> ViewingView:
        asked["live"].append(body)
        return ViewingView(id="bb", camera=camera, shown="live", links=[PlayLink(path="/api/viewings/open/l/g.ts")])

    def ended(viewing: str) -> Any:
        def end(_body: Any) -> ViewingView:
            asked["ended"].append(viewing)
            return ViewingView(id=viewing, camera=camera, shown="recording")

        return end

    def still(parameters: dict[str, Any]) -> bytes:
        at = datetime.fromisoformat(parameters["at"]).astimezone(UTC)
        asked["stills"].append(at)
        return jpeg(scene(seed=3, step=at.minute))

    hub.answers |= {
        "alarms/history": [PastAlarm(life=life, camera_name=name)],
        "POST viewings": begun,
        "POST viewings/live": live,
        "POST viewings/aa/links": linked,
        "POST viewings/aa/end": ended("aa"),
        "POST viewings/bb/end": ended("bb"),
        "viewings/aa/still": still,
    }
    return asked
