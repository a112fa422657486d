"""Who works at the demo plant: everybody in its roster, and those who lead, administer, plan and hand footage out."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import httpx2

from hub_demo.desk import Person

FIRST_PASSWORD = "first-of-the-demo"  # noqa: S105 - replaced at once, as everybody's first password must be
PASSWORD = "watchroom-demo"  # noqa: S105 - the demo's accounts are for everybody who can reach this machine's user
ADMINISTRATOR = "admin"
_AT_ONCE = 2
"""How many choose their password at once; the hub takes its time over each, as it must."""

_SAFETY = {"en": "Fire safety in the control room", "zh_CN": "监控室消防安全"}
_COURSES = {
    "watch_officer": {"en": "Watching a wall of cameras", "zh_CN": "视频监控值班"},
    "repairer": {"en": "Maintenance of cameras", "zh_CN": "摄像机维护"},
}


class Player(NamedTuple):
    """One person of the plant. `domains`: what they may see."""

    account: str
    en: str
    zh_CN: str
    role: str
    domains: tuple[str, ...] = ("production", "security")

    def name(self, language: str) -> str:
        return self.zh_CN if language == "zh_CN" else self.en


PEOPLE = (
    Player("chen", "Chen Bo", "陈波", "leader"),
    Player("wang-fang", "Wang Fang", "王芳", "watch_officer"),
    Player("li-qiang", "Li Qiang", "李强", "watch_officer"),
    Player("zhang-min", "Zhang Min", "张敏", "watch_officer"),
    Player("liu-yang", "Liu Yang", "刘洋", "watch_officer"),
    Player("chen-jing", "Chen Jing", "陈静", "watch_officer"),
    Player("yang-lei", "Yang Lei", "杨磊", "watch_officer"),
    Player("zhao-li", "Zhao Li", "赵丽", "watch_officer"),
    Player("huang-tao", "Huang Tao", "黄涛", "watch_officer"),
    Player("zhou-jie", "Zhou Jie", "周杰", "watch_officer", ("security",)),
    Player("wu-gang", "Wu Gang", "吴刚", "watch_officer", ("security",)),
    Player("xu-hong", "Xu Hong", "徐红", "watch_officer", ("security",)),
    Player("sun-wei", "Sun Wei", "孙伟", "repairer"),
    Player("ma-chao", "Ma Chao", "马超", "repairer"),
    Player("he-yan", "He Yan", "何燕", "specialist"),
    Player("guo-hua", "Guo Hua", "郭华", "planner"),
)
"""Those in rules/roster.toml have the same account names there, so they can sign on at their posts."""


def make_people(http: httpx2.Client, language: str, today: str) -> list[str]:
    """Make the accounts that are missing, with a password of their own and their training on record.

    Returns the accounts that were made. Raises `hub_demo.desk.Refusal`.
    """
    with Person(http, ADMINISTRATOR, PASSWORD) as admin:
        known = {view["account"]["id"] for view in admin.ask("people")}
        made = [player for player in PEOPLE if player.account not in known]
        for player in made:
            admin.give(
                "account.create",
                account=player.account,
                name=player.name(language),
                role=player.role,
                domains=player.domains,
                password=FIRST_PASSWORD,
            )
            _train(admin, player, language, today)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(partial(_choose_password, http), (player.account for player in made)))
    return [player.account for player in made]


def _choose_password(http: httpx2.Client, account: str) -> None:
    with Person(http, account, FIRST_PASSWORD) as person:
        person.give("password.change", password=FIRST_PASSWORD, new_password=PASSWORD)


def _train(admin: Person, player: Player, language: str, today: str) -> None:
    """Without these two papers the hub lets nobody sign on at a post."""
    course: dict[str, Any] = _COURSES.get(player.role, _SAFETY)
    admin.give("training.record", account=player.account, course=course.get(language, course["en"]), held_on=today)
    admin.give("confidentiality.record", account=player.account, signed_on=today)
