"""What holds for releases whatever is asked, by whom, in whatever order."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.event import wire_name
from hub.core.releases.commands import (
    AmendRelease,
    ApproveRelease,
    CheckRelease,
    CloseRelease,
    HandOverRelease,
    PrepareRelease,
    RefuseRelease,
    ReleaseForm,
    RequestRelease,
    ReturnRelease,
    WithdrawRelease,
)
from hub.core.releases.events import ReleaseFetched, ReleasePreparationFailed
from hub.core.releases.model import TRANSITIONS, Hold
from hub.errors import Refused

from .conftest import START
from .test_releases import RECEIPT, Office, form, prepared

_who = st.sampled_from(("zhao", "wang", "spec", "li"))
_number = st.integers(1, 3)
_steps = st.one_of(
    st.tuples(st.just("request"), _who, st.sampled_from(("gate-1", "gate-2")), st.integers(1, 5)),
    st.tuples(st.just("amend"), _who, _number, st.sampled_from(("gate-1", "gate-2")), st.integers(1, 5)),
    *(
        st.tuples(st.just(name), _who, _number)
        for name in ("check", "return", "approve", "approve", "refuse", "withdraw", "prepare", "hand_over", "close")
    ),
    *(st.tuples(st.just(name), _number) for name in ("prepared", "failed", "fetched")),
)


def wanted(camera: str, hours: int) -> ReleaseForm:
    begin = START - timedelta(hours=10)
    return form(cameras=[camera], from_at=begin, to_at=begin + timedelta(hours=hours))


def take(office: Office, step: tuple[Any, ...]) -> None:
    of_one: dict[str, Any] = {
        "check": lambda f: CheckRelease(release=f),
        "return": lambda f: ReturnRelease(release=f, missing="m"),
        "approve": lambda f: ApproveRelease(release=f),
        "refuse": lambda f: RefuseRelease(release=f, reason="r"),
        "withdraw": lambda f: WithdrawRelease(release=f),
        "prepare": lambda f: PrepareRelease(release=f),
        "hand_over": lambda f: HandOverRelease(release=f, receiver="Sun Li", receipt=RECEIPT),
        "close": lambda f: CloseRelease(release=f),
    }
    match step:
        case ("request", who, camera, hours):
            begin = START - timedelta(hours=10)
            office.ask(
                RequestRelease(form=form(cameras=[camera], from_at=begin, to_at=begin + timedelta(hours=hours))), who
            )
        case ("amend", who, number, camera, hours):
            office.ask(AmendRelease(release=f"F-{number}", form=wanted(camera, hours)), who)
        case (str(name), str(who), int(number)):
            office.ask(of_one[name](f"F-{number}"), who)
        case (str(name), int(number)):
            known = office.state.releases.releases.get(f"F-{number}")
            happens = {
                "prepared": ("preparing", prepared(f"F-{number}")),
                "failed": ("preparing", ReleasePreparationFailed(release=f"F-{number}", reason="r")),
                "fetched": ("prepared", ReleaseFetched(release=f"F-{number}")),
            }
            if known is not None and known.state == happens[name][0]:
                office.write(happens[name][1], actor="person:spec")


@settings(max_examples=150, deadline=None)
@given(st.lists(_steps, min_size=5, max_size=45))
def test_in_whatever_order_the_table_holds_four_eyes_hold_and_exactly_what_is_open_is_held(steps: list[Any]) -> None:
    office = Office()
    allowed = set(TRANSITIONS)
    for step in steps:
        before = {f"F-{n}": office.release(n).state for n in range(1, office.state.releases.count + 1)}
        seen = len(office.records)
        try:
            take(office, step)
        except Refused:
            assert len(office.records) == seen
        for record in office.records[seen:]:
            event: Any = record.event
            if wire_name(event).startswith("release."):
                known = office.state.releases.find(event.release)
                assert known is not None
                assert (before.get(event.release, "[*]"), wire_name(event), known.state) in allowed
                if wire_name(event) == "release.approved":
                    assert record.actor not in (known.requester, known.checked_by)
        due = {
            Hold(camera, release.from_at, release.to_at, release.id)
            for release in office.state.releases.releases.values()
            for camera in release.cameras
        }
        assert office.state.releases.holds == due
