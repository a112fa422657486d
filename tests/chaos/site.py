"""The site of the chaos tests: eight cameras, a route to a web address, and the rules that are watched."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.automation.engine import RuleIndex, build_index
from hub.runtime.folders import make_private
from hub.runtime.parts import load_parts, require_sound
from hub.server.accounts.book import create_first_administrator
from tests.chaos.world import CAMERAS

ACCOUNT, PASSWORD = "admin", "a-long-password-7716"
AREAS = {camera: "hall" if index % 2 else "yard" for index, camera in enumerate(CAMERAS)}
"""The area of each camera."""

_HEAD = """
[site]
name = { en = "Chaos plant", zh = "混乱厂" }
timezone = "ZONE"

[plugins]
disabled = ["apprise", "demo", "example", "mail"]

[plugins.webhook]

BROKER
[[areas]]
id = "hall"
name = { en = "Hall", zh = "厅" }

[[areas]]
id = "yard"
name = { en = "Yard", zh = "院" }

[[routes]]
id = "duty"
name = { en = "Duty", zh = "值班" }
send = [{ via = "webhook", url = "URL" }]
one_by_one = true

[[routes]]
id = "crowd"
name = { en = "Crowd", zh = "众人" }
send = [{ via = "webhook", url = "URL" }]
"""
_BROKER = """
[plugins.mqtt]
host = "127.0.0.1"
port = PORT
security = "none"

[[routes]]
id = "machines"
name = { en = "Machines", zh = "机器" }
send = [{ via = "mqtt" }]
"""
_CAMERA = """
[[cameras]]
id = "NAME"
name = { en = "NAME", zh = "NAME" }
area = "AREA"
domain = "production"
ptz = true
driver = "rtsp"
url = "rtsp://127.0.0.1:9/NAME"
"""


def make_site(
    folder: Path, rules: str, *, url: str, zone: str, began_at: datetime, broker_port: int | None = None
) -> Path:
    """A site in `folder` with an administrator; messages go to `url`, data to the broker at `broker_port`."""
    (folder / "rules").mkdir(parents=True)
    cameras = [_CAMERA.replace("NAME", name).replace("AREA", area) for name, area in AREAS.items()]
    broker = _BROKER.replace("PORT", str(broker_port)) if broker_port is not None else ""
    head = _HEAD.replace("ZONE", zone).replace("URL", url).replace("BROKER", broker)
    (folder / "hub.toml").write_text("".join([head, *cameras]), encoding="utf-8")
    (folder / "rules" / "chaos.toml").write_text(rules, encoding="utf-8")
    make_private(folder / "data")
    create_first_administrator(folder / "data", ACCOUNT, "Administrator", PASSWORD, began_at)
    return folder


def sound_rules(folder: Path) -> RuleIndex:
    """The rules of the site in `folder`, for an engine of one's own."""
    parts = load_parts(folder)
    require_sound(parts)
    return build_index(parts.rules.rules, zone=ZoneInfo(parts.config.site.timezone))
