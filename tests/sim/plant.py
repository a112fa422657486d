"""The plant that is simulated: sixty cameras, the shipped rules and roster, and everybody who works there."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from hub.config.beside.roster_file import load_roster, places_of
from hub.config.load import load_site
from hub.core.calendar import is_worked
from hub.core.duty.roster import Roster
from hub.core.people.account import PersonRole
from hub.runtime.rules.site import RuleSite, load_rule_site

REPOSITORY = Path(__file__).parents[2]
CAMERAS_OF_AREA = {"workshop": 26, "boiler-house": 14, "yard": 20}
DOMAIN_OF_AREA = {"workshop": "production", "boiler-house": "production", "yard": "security"}
CAMERAS: dict[str, str] = {
    f"{area}-{number}": DOMAIN_OF_AREA[area]
    for area, count in CAMERAS_OF_AREA.items()
    for number in range(1, count + 1)
}
"""Every camera with its domain."""
WALL: dict[str, tuple[str, ...]] = {
    "control-room": tuple(camera for camera, domain in CAMERAS.items() if domain == "production"),
    "gate-house": tuple(camera for camera, domain in CAMERAS.items() if domain == "security"),
    "technical-desk": tuple(CAMERAS),
}
"""What is watched from each post: the technical desk has no cameras of its own and looks after all."""

WATCH_OFFICERS = (
    *("wang-fang", "li-qiang", "zhang-min", "liu-yang", "chen-jing", "yang-lei", "zhao-li", "huang-tao"),
    *("zhou-jie", "wu-gang", "xu-hong"),
)
REPAIRERS = ("sun-wei", "ma-chao")
LEADERS = ("qian-yong", "lin-xia")
ROLES: dict[str, PersonRole] = {
    **dict.fromkeys(WATCH_OFFICERS, "watch_officer"),
    **dict.fromkeys(REPAIRERS, "repairer"),
    **dict.fromkeys(LEADERS, "leader"),
}

_SITE = """
[site]
name = { en = "Simulated plant", zh = "模拟工厂" }
timezone = "Asia/Shanghai"
data = "data"

[[departments]]
id = "production"
name = { en = "Production", zh = "生产部" }

[[departments]]
id = "security"
name = { en = "Security", zh = "保卫部" }

[[areas]]
id = "workshop"
name = { en = "Workshop", zh = "车间" }
department = "production"

[[areas]]
id = "boiler-house"
name = { en = "Boiler house", zh = "锅炉房" }
department = "production"

[[areas]]
id = "yard"
name = { en = "Yard", zh = "厂区" }
department = "security"

[[routes]]
id = "duty"
name = { en = "Duty room", zh = "值班室" }
send = [{ via = "example", file = "duty.log" }]

[[routes]]
id = "leader"
name = { en = "Leader", zh = "值班领导" }
send = [{ via = "example", file = "leader.log" }]
"""
_CAMERA = """
[[cameras]]
id = "{id}"
name = {{ en = "{id}", zh = "{id}" }}
area = "{area}"
domain = "{domain}"
driver = "demo"
scene = "press"
"""


def load_plant(folder: Path, today: date) -> tuple[RuleSite, Roster]:
    """The plant, its files read as the hub reads them. `folder`: an empty one to put them into."""
    cameras = [
        _CAMERA.format(id=f"{area}-{number}", area=area, domain=DOMAIN_OF_AREA[area])
        for area, count in CAMERAS_OF_AREA.items()
        for number in range(1, count + 1)
    ]
    (folder / "hub.toml").write_text(_SITE + "".join(cameras), encoding="utf-8")
    shutil.copytree(REPOSITORY / "rules", folder / "rules")
    config = load_site(folder)
    site = load_rule_site(folder, today, config)
    assert not site.rules.broken
    roster, problems = load_roster(folder, places_of(config), lambda day: is_worked(site.calendar, day))
    assert roster is not None, problems
    return site, roster


def wall_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of the plant, which is eight hours ahead of UTC all year round."""
    at_utc = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return at_utc.fromtimestamp(at_utc.timestamp() + (hour - 8) * 3600 + minute * 60, UTC)
