"""A plant with a roster for the TUI's tests: what its hub answers about duty is made by the hub's own views.

To look at it: `python -m tests.tui.duty_plant [--language zh_CN] [--account zhang]`.
"""

import argparse
from datetime import date, time
from functools import partial
from typing import Any

from hub.clock import Clock, SystemClock
from hub.core.duty.changes import shift_changes
from hub.core.duty.decisions import zone_of
from hub.core.duty.roster import Pattern, Person, Post, Roster, Shift, Team, Turn
from hub.core.duty.shifts import RosterLoaded
from hub.core.people.events import AccountCreated, ConfidentialitySigned, TrainingRecorded
from hub.core.text import Text
from hub.server.views.duty import calendar, duty_view, handovers_now
from tests.tui.fake_hub import ACCOUNTS, FakeHub, plant, troubled_plant

PEOPLE = {
    "zhang": Text(en="Zhang Wei", zh="张伟"),
    "li": Text(en="Li Na", zh="李娜"),
    "wu": Text(en="Wu Jie", zh="吴杰"),
}


def roster(first: date) -> Roster:
    """zhang has the control room by day, li by night, wu the gate by day; wang leads and has no shifts."""
    return Roster(
        people=tuple(Person(id=account, name=name) for account, name in PEOPLE.items()),
        teams=tuple(Team(id=f"t-{account}", name=name, people=(account,)) for account, name in PEOPLE.items()),
        posts=(
            Post(id="room", name=Text(en="Control room", zh="监控室"), cameras=("press-1", "press-2", "furnace")),
            Post(id="gate", name=Text(en="Gate house", zh="门卫室"), cameras=("gate-1",)),
        ),
        shifts=(
            Shift(id="day", name=Text(en="Day shift", zh="白班"), begin=time(8), end=time(20)),
            Shift(id="night", name=Text(en="Night shift", zh="夜班"), begin=time(20), end=time(8)),
        ),
        patterns=tuple(
            Pattern(id=account, post=post, cycle=(shift,), start_on=first, turns=(Turn(team=f"t-{account}"),))
            for account, post, shift in (("zhang", "room", "day"), ("li", "room", "night"), ("wu", "gate", "day"))
        ),
    )


def on_duty(hub: FakeHub, *, zone: str = "Asia/Shanghai") -> FakeHub:
    """Put the roster in force at a hub, and let it answer about duty."""
    for account, name in PEOPLE.items():
        hub.happen(
            AccountCreated(account=account, name=name.en, role="watch_officer", domains=["production", "security"]),
            TrainingRecorded(account=account, course="watch", held_on="2026-01-05"),
            ConfidentialitySigned(account=account, signed_on="2026-01-05"),
        )
    hub.happen(RosterLoaded(roster=roster(date(2026, 1, 1)), zone=zone))
    look(hub)
    hub.answers["duty"] = lambda _p: duty_view(hub._me(), hub.state, hub.clock.now())
    hub.answers["duty/handovers"] = lambda _p: handovers_now(hub._me(), hub.state)
    hub.answers["duty/calendar"] = partial(_calendar, hub)
    return hub


def look(hub: FakeHub) -> None:
    """What began and ended by the roster goes on record."""
    duty, now = hub.state.duty, hub.clock.now()
    hub.happen(*shift_changes(duty, duty.roster, now, zone_of(hub.state), lambda day: True, changed=True))


def _calendar(hub: FakeHub, parameters: dict[str, Any]) -> Any:
    return calendar(hub.state, hub.clock.now().date(), int(parameters["days"]))


def main() -> None:
    from hub.tui.app import HubTui

    parser = argparse.ArgumentParser(description="Look at duty in the TUI on a plant without a hub.")
    parser.add_argument("--language", default="en", choices=["en", "zh_CN"])
    parser.add_argument("--account", default="zhang", choices=sorted(ACCOUNTS))
    parser.add_argument("--troubled", action="store_true")
    asked = parser.parse_args()
    clock: Clock = SystemClock()
    hub = on_duty(troubled_plant(clock) if asked.troubled else plant(clock))
    hub.account = ACCOUNTS[asked.account]
    HubTui(hub, signed_in=True, language=asked.language, clock=clock, panel="duty").run()


if __name__ == "__main__":
    main()
