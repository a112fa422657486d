"""What people of the demo plant did before anybody looks: something is in each panel, and those on duty are there.

Everything is a command that the person may give, through the API like anybody's.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2

from hub_demo.desk import Person, Refusal
from hub_demo.letter import letter
from hub_demo.people import PASSWORD, PEOPLE

RULE_FILE = "demo.toml"
RULES = """\
# Only the demo plant has this: whoever is trained in maintenance makes a round first.

[[rule]]
id = "demo-first-round"
title = { en = "First round of a new repairer", zh = "新维修员首次巡检" }
clause = "2.4"
on = "training.recorded"
where = { account = "sun-wei" }
do = [{ round = "technical", due = "3d", team = "technical" }]
"""

_ASSETS: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    ("R-1", "room", {"en": "Control room", "zh_CN": "监控室"}, {"place": "A-201"}),
    ("SW-1", "switch", {"en": "Switch of the workshop", "zh_CN": "车间交换机"}, {"ip": "10.0.1.2", "place": "A-101"}),
    ("SW-2", "switch", {"en": "Switch of the yard", "zh_CN": "厂区交换机"}, {"ip": "10.0.2.2", "place": "B-001"}),
    ("NVR-1", "recorder", {"en": "Recorder", "zh_CN": "录像机"}, {"ip": "10.0.1.10", "place": "A-201"}),
    ("HDD-1", "disk", {"en": "Disk 1 of the recorder", "zh_CN": "录像机 1 号硬盘"}, {"parent": "NVR-1"}),
    ("MON-1", "monitor", {"en": "Wall monitor, left", "zh_CN": "左侧大屏"}, {"parent": "R-1", "place": "A-201"}),
    ("UPS-1", "ups", {"en": "Battery of the control room", "zh_CN": "监控室不间断电源"}, {"place": "A-202"}),
)
_UPLINKS = {
    "SW-1": ("press-1", "welding-1", "conveyor-1", "boiler-1"),
    "SW-2": ("gate-1", "road-1", "warehouse-1", "yard-1"),
}

_SAID: dict[str, dict[str, str]] = {
    "incident": {
        "en": "Smoke above the welding cell; the foreman reports hot work, nobody is in danger.",
        "zh_CN": "焊接工位上方有烟，班长确认为动火作业，无人员危险。",
    },
    "measure": {
        "en": "Asked the welding cell for its hot-work permit and watched until the smoke was gone.",
        "zh_CN": "已要求焊接工位出示动火作业票，并持续监看至烟雾消散。",
    },
    "visitor": {"en": "Tang Li", "zh_CN": "唐丽"},
    "unit": {"en": "Fire brigade of the district", "zh_CN": "区消防救援大队"},
    "purpose": {"en": "Looks at the extinguishers of the control room", "zh_CN": "检查监控室灭火器材"},
    "fault": {"en": "Fan of the workshop's switch is loud", "zh_CN": "车间交换机风扇异响"},
    "fault_more": {
        "en": "Grinding since the morning; no camera is lost yet.",
        "zh_CN": "早上起有摩擦声，尚未影响摄像机。",
    },
    "fault_cause": {"en": "Worn bearing, as it seems", "zh_CN": "疑似轴承磨损"},
    "other_fault": {"en": "Left wall monitor flickers", "zh_CN": "左侧大屏闪烁"},
    "work": {"en": "Painting the roof beams of the boiler house", "zh_CN": "锅炉房屋架刷漆"},
    "firm": {"en": "Ming Painting Ltd", "zh_CN": "明达涂装公司"},
    "permit": {"en": "Sheets hang before the camera while the painters work.", "zh_CN": "施工期间摄像机前挂防护布。"},
    "replace": {"en": "Ten years old; no spare parts are sold any more.", "zh_CN": "已使用十年，厂家停产，无备件。"},
    "police": {"en": "District police", "zh_CN": "区公安分局"},
    "letter_number": {"en": "2026-114", "zh_CN": "公调〔2026〕114号"},
    "letter": {
        "en": "Letter of the district police\nNo. 2026-114\nTo the demo plant\n\nIn the inquiry into the theft of a "
        "bicycle\nwe ask for the recordings of the main gate.\nThe bearers are officers Lu Jian and Fang Min.",
        "zh_CN": "调取证据通知书\n公调〔2026〕114号\n示范工厂：\n\n因侦办一起自行车被盗案，需调取你单位\n"
        "厂区大门监控录像，请予协助。\n经办民警：陆健、方敏。",
    },
    "officer": {"en": "Lu Jian", "zh_CN": "陆健"},
    "other_officer": {"en": "Fang Min", "zh_CN": "方敏"},
    "theft": {"en": "Theft of a bicycle before the gate", "zh_CN": "大门外自行车被盗案"},
    "who_left": {"en": "Who left through the gate, and with what", "zh_CN": "何人携何物经大门离开"},
    "cards_seen": {"en": "Both cards seen, the letter is stamped.", "zh_CN": "两名民警证件已核验，公函盖章齐全。"},
    "swap": {"en": "Parents' evening at the school", "zh_CN": "参加学校家长会"},
}


def on_duty(http: httpx2.Client) -> list[str]:
    """Who has the watch now by the roster, post by post."""
    return [account for _post, account, _present in _places(http)]


def sign_on(http: httpx2.Client, *, but: str) -> list[str]:
    """Let those who are on duty now sign on at their posts; not `but`, who sits at the screen. Returns who did."""
    signed = []
    for post, account, present in _places(http):
        if present or account == but:
            continue
        with Person(http, account, PASSWORD) as person:
            try:
                person.give("post.sign_on", post=post)
            except Refusal:
                continue  # the shift has just ended: nobody is to be at that post by it
        signed.append(account)
    return signed


def _places(http: httpx2.Client) -> list[tuple[str, str, bool]]:
    """Post, account, and whether they are there, of everybody who should be at a post now."""
    playing = {player.account for player in PEOPLE}
    with Person(http, "chen", PASSWORD) as person:
        posts = person.ask("duty")["posts"]
    return [
        (post["post"], place["account"], place["present"])
        for post in posts
        for place in post["people"]
        if place["account"] in playing
    ]


def first_day(http: httpx2.Client, language: str, now: datetime) -> None:
    """What happened on the plant's first day. Raises `hub_demo.desk.Refusal`."""

    def said(what: str) -> str:
        return _SAID[what].get(language, _SAID[what]["en"])

    tomorrow = (now + timedelta(days=1)).replace(microsecond=0)
    with Person(http, "ma-chao", PASSWORD) as repairer:
        repairer.give("asset.import", rows=list(_rows(language)))
        repairer.give(
            "permit.apply",
            cameras=["boiler-1"],
            kinds=["obstruction", "dark"],
            from_at=tomorrow.isoformat(),
            to_at=(tomorrow + timedelta(hours=3)).isoformat(),
            reason=said("permit"),
            work=said("work"),
            firm=said("firm"),
        )
    with Person(http, "guo-hua", PASSWORD) as planner:
        planner.give("replacement.propose", asset="road-1", reason=said("replace"))
    with Person(http, "wang-fang", PASSWORD) as officer:
        (incident,) = officer.give("log.write", kind="incident", text=said("incident"), cameras=["welding-1"])
        officer.give("log.write", kind="measure", text=said("measure"), about=incident["entry"])
        officer.give("log.visitor", visitor=said("visitor"), unit=said("unit"), purpose=said("purpose"))
        (ticket, *_) = officer.give(
            "ticket.report", subject="asset:SW-1", title=said("fault"), description=said("fault_more")
        )
        officer.give("ticket.report", subject="asset:MON-1", title=said("other_fault"), priority="low")
        officer.give(
            "ticket.assign",
            ticket=ticket["ticket"],
            repairer=next(player.name(language) for player in PEOPLE if player.account == "sun-wei"),
            account="sun-wei",
            cause=said("fault_cause"),
            estimate_at=tomorrow.isoformat(),
        )
        swap = _ask_cover(officer, said("swap"))
        release = _police_ask(officer, said, now)
    if swap is not None:
        with Person(http, swap["other"], PASSWORD) as other:
            other.give("swap.agree", swap=swap["swap"])
    with Person(http, "he-yan", PASSWORD) as specialist:
        specialist.give("release.check", release=release, note=said("cards_seen"))


def _police_ask(officer: Person, said: Callable[[str], str], since: datetime) -> str:
    """Two officers with a letter ask for what the gate recorded so far; a leader has to approve it. Its id."""
    cards = ((said("officer"), "110233"), (said("other_officer"), "110871"))
    (requested, *_) = officer.give(
        "release.request",
        form={
            "kind": "external",
            "agency": said("police"),
            "officers": [{"name": name, "identification": card} for name, card in cards],
            "letter": officer.attach("letter.pdf", letter(said("letter").split("\n"))),
            "letter_number": said("letter_number"),
            "reason": said("theft"),
            "content": said("who_left"),
            "cameras": ["gate-1"],
            "from_at": since.isoformat(),
            "to_at": officer.ask("site")["at"],
        },
    )
    asked: str = requested["release"]
    return asked


def _ask_cover(officer: Person, reason: str) -> dict[str, Any] | None:
    """Ask colleagues to take one of the officer's shifts until the roster can bear it with one; None when with none."""
    duty = officer.ask("duty")
    others = [each["account"] for each in duty["people"] if each["account"] != duty["me"]]
    for shift in duty["mine"][2:]:
        for other in others:
            try:
                (asked,) = officer.give("swap.ask_cover", other=other, on=shift["on"], reason=reason)
            except Refusal:
                continue  # too little rest, or not the training: the hub says no, and the next colleague is asked
            return asked
    return None


def _rows(language: str) -> Iterator[dict[str, Any]]:
    for asset, kind, name, values in _ASSETS:
        yield {"asset": asset, "kind": kind, "values": {"name": name.get(language, name["en"]), **values}}
    for switch, cameras in _UPLINKS.items():
        for port, camera in enumerate(cameras, 1):
            yield {"asset": camera, "kind": "camera", "values": {"parent": switch, "port": str(port)}}
