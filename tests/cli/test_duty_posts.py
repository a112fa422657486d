"""`hub duty` against a running hub: signing on and off, changes of shifts, a handover from one person to the next."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.core.duty.shifts import ShiftBegun
from hub.core.posts.events import PostSignedOff, PostSignedOn
from hub.core.posts.handover_events import HandoverTaken
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import PASSWORD, Site

OWN = "a-password-of-ones-own"
ROSTER = """
late = "5m"

[[person]]
id = "li"
name = { en = "Li Qiang", zh = "李强" }

[[person]]
id = "wu"
name = { en = "Wu Min", zh = "吴敏" }

[[team]]
id = "a"
name = { en = "Team A", zh = "甲班" }
people = ["li"]

[[team]]
id = "technical"
name = { en = "Technical department", zh = "技术部" }
people = ["wu"]

[[team]]
id = "gardeners"
name = { en = "Gardeners", zh = "绿化班" }
people = ["wu"]

[[post]]
id = "desk"
name = { en = "Desk", zh = "监控台" }

[[shift]]
id = "whole-day"
name = { en = "Whole day", zh = "全天" }
from = "00:00"
to = "00:00"

[[pattern]]
id = "desk"
post = "desk"
start = 2026-01-01
cycle = ["whole-day"]
teams = ["a"]
"""


def as_(site: Site, account: str) -> dict[str, str]:
    """The shell of somebody who has signed in."""
    home = site.folder.parent / account
    return {"HOME": str(home), "XDG_STATE_HOME": str(home / "state")}


@pytest.fixture(scope="module")
def manned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hub with one post that li holds around the clock; wu can stand in. Both are trained."""
    home = tmp_path_factory.mktemp("duty")
    site = Site(home / "plant", home).init()
    (site.folder / "rules" / "roster.toml").write_text(ROSTER, encoding="utf-8")
    try:
        site.start()
        for name in ("li", "wu"):
            new = {**ADMIN, "HUB_NEW_PASSWORD": "the-first-of-many"}
            domains = ("--domain", "security", "--domain", "production")
            site.hub("people", "add", name, "--name", name.title(), "--role", "watch_officer", *domains, env=new)
            first = {"HUB_ACCOUNT": name, "HUB_PASSWORD": "the-first-of-many", "HUB_NEW_PASSWORD": OWN}
            site.hub("people", "password", env=first)
            site.hub("sign-in", name, env={**as_(site, name), "HUB_PASSWORD": OWN})
        site.hub("sign-in", "admin", env={**as_(site, "admin"), "HUB_PASSWORD": PASSWORD})
        yield site
    finally:
        site.end()


def told(site: Site, *arguments: str) -> Any:
    """What the local reader is told: it needs no sign-in, of which there may be only so many a minute."""
    return site.json(*arguments)


def train(manned: Site, account: str) -> None:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    manned.hub("people", "train", account, "--course", "watch", "--day", day, env=as_(manned, "admin"))
    manned.hub("people", "train", account, "--confidentiality", "--day", day, env=as_(manned, "admin"))


def test_duty_goes_from_signing_on_over_a_cover_to_a_signed_handover(manned: Site) -> None:
    manned.recorded(ShiftBegun, post="desk")
    refused = manned.hub("duty", "on", code=4, env=as_(manned, "li"))
    assert "no valid training" in refused.stderr
    for name in ("li", "wu"):
        train(manned, name)
    assert "Signed on at Desk" in manned.hub("duty", "on", env=as_(manned, "li")).stderr
    on = manned.recorded(PostSignedOn, account="li").event
    assert isinstance(on, PostSignedOn)
    (post,) = told(manned, "duty", "now")["posts"]
    assert [(each["account"], each["present"]) for each in post["people"]] == [("li", True)]
    assert "Li Qiang" in manned.hub("duty").stdout
    manned.hub("duty", "off", code=4, env=as_(manned, "li"))

    manned.hub("duty", "handover", "begin", env=as_(manned, "li"))
    (view,) = told(manned, "duty", "handover")
    wrong = manned.hub("duty", "handover", "sign", "H-1", "--digest", "00000000", code=4, env=as_(manned, "li"))
    assert "not the signature" in wrong.stderr
    room = [
        part
        for item in view["items"]
        if item["answer"] == "yes-no"
        for part in ("--room", f"{item['id']}={'yes' if item.get('good', True) else 'no'}")
    ]
    short = view["digest"][:8]
    manned.hub("duty", "handover", "sign", "h-1", "--digest", short, *room, env=as_(manned, "li"))
    assert (
        "not rostered"
        in manned.hub("duty", "handover", "take", "H-1", "--digest", short, code=4, env=as_(manned, "wu")).stderr
    )
    manned.hub("duty", "cover", "desk", "wu", "--reason", "Li is ill", env=as_(manned, "admin"))
    manned.hub("duty", "handover", "take", "H-1", "--digest", short, "--note", "ok", env=as_(manned, "wu"))
    taken = manned.recorded(HandoverTaken, handover="H-1").event
    assert isinstance(taken, HandoverTaken)
    assert (taken.outgoing, taken.account, taken.digest) == ("li", "wu", view["digest"])
    assert manned.recorded(PostSignedOff, account="li").event.how == "relieved"  # type: ignore[attr-defined]
    assert "H-1" in manned.hub("duty", "handover", "past").stdout
    manned.hub("duty", "off", "--account", "wu", "--reason", "test is over", env=as_(manned, "admin"))
    assert "who is where" in manned.hub("duty", "off", code=4, env=as_(manned, "wu")).stderr


def test_shifts_are_exchanged_with_a_leaders_approval_and_the_calendar_shows_it(manned: Site, tmp_path: Path) -> None:
    for name in ("li", "wu"):
        train(manned, name)
    day = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)).date().isoformat()
    manned.hub("duty", "swap", "cover", "wu", "--on", day, "--reason", "wedding", env=as_(manned, "li"))
    listed = manned.hub("duty", "swap", "list").stdout
    assert "wedding" in listed
    assert f"{day} Whole day" in listed
    (item,) = told(manned, "duty", "swap", "list")
    swap = item["swap"]["id"]
    assert "has not agreed" in manned.hub("duty", "swap", "approve", swap, code=4, env=as_(manned, "admin")).stderr
    manned.hub("duty", "swap", "agree", swap, env=as_(manned, "wu"))
    manned.hub("duty", "swap", "approve", swap, env=as_(manned, "admin"))
    shifts = told(manned, "duty", "calendar", "--days", "5")
    assert [each["people"][0]["account"] for each in shifts if each["on"] == day] == ["wu"]
    assert "no date" in manned.hub("duty", "swap", "cover", "wu", "--on", "soon", "--reason", "r", code=4).stderr


def test_attendance_is_empty_before_a_shift_is_over(manned: Site) -> None:
    assert told(manned, "duty", "attendance", "--month", "2020-01") == {
        "month": "2020-01",
        "rows": [],
        "entries": [],
        "whole": True,
    }
    assert "No shift of this month" in manned.hub("duty", "attendance", "--month", "2020-01").stdout
    assert manned.hub("duty", "next").stdout
