"""Replacing what is worn out: computed, proposed, signed by three, ordered, commissioned; never out of order."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.assets.commands import (
    BeginCommissioning,
    ChangeAsset,
    CloseReplacement,
    FitReplacement,
    OrderReplacement,
    ProposeReplacement,
    RefuseReplacement,
    RegisterAsset,
    SignReplacement,
)
from hub.core.assets.events import (
    AssetCommissioned,
    AssetEvent,
    AssetHandedOver,
    CommissioningBegun,
    ReplacementDecided,
    ReplacementOverdue,
    ReplacementProposed,
    SchemeLoaded,
)
from hub.core.assets.lives import Fault, Life
from hub.core.assets.model import TRANSITIONS, Asset
from hub.core.assets.register import asset_of
from hub.core.assets.scheme import PARTIES, Scheme
from hub.core.assets.score import score
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command
from hub.core.decisions import decide, due, next_due
from hub.core.event import Event, wire_name
from hub.core.findings import NightUnusable, NightUsable
from hub.core.people.events import AccountCreated
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.core.conftest import SITE, START, History

SCHEME = Scheme(
    points={"age": 40.0, "failures": 30.0, "repair": 10.0, "relapses": 20.0, "night": 30.0, "parts": 20.0},
    limits={"failures": 4.0, "repair": 72.0, "relapses": 2.0, "night": 5.0},
    alone=("age", "night"),
    life_years={"camera": 6.0},
)
SIGNERS = ("person:plan", "person:tech", "person:using")


def give(history: History, command: Command, actor: str = "person:li") -> list[Event]:
    return history.decide(decide, command, actor)


def proposed(history: History, asset: str = "gate-1") -> str:
    events = give(history, ProposeReplacement(asset=asset, reason="worn out"))
    (event,) = (event for event in events if isinstance(event, ReplacementProposed))
    return event.proposal


def signed(history: History, proposal: str) -> list[Event]:
    return [
        event
        for party, actor in zip(PARTIES, SIGNERS, strict=True)
        for event in give(history, SignReplacement(proposal=proposal, party=party), actor)
    ]


def commissioned(history: History, asset: str) -> None:
    history.happen(
        CommissioningBegun(asset=asset, checks=[]), AssetHandedOver(asset=asset), AssetCommissioned(asset=asset)
    )


def test_points_come_from_age_faults_repairs_nights_and_parts_each_with_its_entries() -> None:
    asset = Asset(id="gate-1", kind="camera", values={"commissioned": "2023-03-02", "parts": "no"})
    faults = [
        Fault(ticket="T-1", opened_at=START - timedelta(days=400), relapses=9),
        Fault(ticket="T-2", opened_at=START - timedelta(days=20), restored_at=START - timedelta(days=17)),
        Fault(ticket="T-3", opened_at=START - timedelta(days=3), restored_at=START - timedelta(days=2), relapses=1),
    ]
    life = Life(faults=tuple(faults), nights=(START - timedelta(days=1),))
    found = score(asset, life, SCHEME, START)
    points = {ground.criterion: (ground.points, ground.entries) for ground in found.grounds}
    assert points == {
        "age": (20.0, []),
        "parts": (20.0, []),
        "failures": (15.0, ["T-2", "T-3"]),
        "relapses": (10.0, ["T-3"]),
        "repair": (6.7, ["T-2", "T-3"]),
        "night": (6.0, ["2026-03-01"]),
    }
    assert found.points == 77.7
    assert found.enough
    assert [ground.points for ground in found.grounds] == sorted((p for p, _ in points.values()), reverse=True)


def test_what_is_enough_by_itself_needs_no_more_points() -> None:
    old = Asset(id="c", kind="camera", values={"manufactured": "2019-01-01"})
    assert score(old, Life(), SCHEME, START).points == 40.0
    assert score(old, Life(), SCHEME, START).enough
    assert not score(Asset(id="c", kind="camera", values={"manufactured": "2022-01-01"}), Life(), SCHEME, START).enough
    unknown = Asset(id="s", kind="switch", values={"manufactured": "1999-01-01"})
    assert score(unknown, Life(), SCHEME, START).points == 0.0, "no expected life is known of it"
    by_itself = Asset(id="s", kind="switch", values={"manufactured": "1999-01-01", "life": "10"})
    assert score(by_itself, Life(), SCHEME, START).enough


def test_the_hub_proposes_by_itself_once_and_not_again_for_a_year_after_a_refusal(history: History) -> None:
    history.happen(SchemeLoaded(scheme=SCHEME))
    for _ in range(5):
        history.happen(NightUnusable(camera="gate-1", since_at=history.now), NightUsable(camera="gate-1"))
    events = due(history.state, history.now)
    history.happen(*events)
    (event,) = (event for event in events if isinstance(event, ReplacementProposed))
    assert (event.asset, event.grounds[0].criterion, event.reason) == ("gate-1", "night", "")
    tomorrow = history.now + timedelta(days=1)
    assert not any(isinstance(each, ReplacementProposed) for each in due(history.state, tomorrow))
    with pytest.raises(WrongState, match="proposed already"):
        give(history, ProposeReplacement(asset="gate-1", reason="r"))
    give(history, RefuseReplacement(proposal=event.proposal, reason="a lamp is put up"), "person:wang")
    assert not any(isinstance(each, ReplacementProposed) for each in due(history.state, tomorrow))
    assert proposed(history) == "X-2", "a person may propose it again at once"


def test_three_different_persons_sign_and_then_it_is_decided(history: History) -> None:
    proposal = proposed(history)
    give(history, SignReplacement(proposal=proposal, party="technical"), "person:tech")
    with pytest.raises(NotAllowed, match="Three different persons"):
        give(history, SignReplacement(proposal=proposal, party="using"), "person:tech")
    with pytest.raises(WrongState, match="signed for the technical party already"):
        give(history, SignReplacement(proposal=proposal, party="technical"), "person:other")
    give(history, SignReplacement(proposal=proposal, party="planning"), "person:plan")
    assert history.state.assets.proposals[proposal].state == "proposed"
    *_, decided = give(history, SignReplacement(proposal=proposal, party="using"), "person:using")
    assert isinstance(decided, ReplacementDecided)
    assert history.state.assets.proposals[proposal].state == "decided"


def test_where_the_scheme_names_departments_each_party_signs_by_somebody_of_its_own(history: History) -> None:
    history.happen(SchemeLoaded(scheme=Scheme(departments={"planning": "plan", "technical": "tech"})))
    for account, department in (("plan", "plan"), ("tech", "tech"), ("yard", "yard")):
        history.happen(
            AccountCreated(account=account, name="N", role="leader", domains=["security"], departments=[department])
        )
    history.happen(SiteConfigured(site=SITE))
    history.happen(*decide(history.state, RegisterAsset(asset="SW-1", kind="switch"), "person:li", history.now))
    proposal = proposed(history, "SW-1")
    for actor in ("person:tech", "person:nobody"):
        with pytest.raises(NotAllowed, match="department plan"):
            give(history, SignReplacement(proposal=proposal, party="planning"), actor)
    give(history, SignReplacement(proposal=proposal, party="planning"), "person:plan")
    signature = history.state.assets.proposals[proposal].signatures["planning"]
    assert (signature.by, signature.department) == ("person:plan", "plan")


def test_it_is_followed_to_the_new_device_in_use(history: History) -> None:
    give(history, RegisterAsset(asset="SW-1", kind="switch"))
    proposal = proposed(history, "SW-1")
    signed(history, proposal)
    give(history, OrderReplacement(proposal=proposal, note="PO 12"))
    with pytest.raises(NotFound, match="Register the new device first"):
        give(history, FitReplacement(proposal=proposal, by_asset="SW-2"))
    give(history, RegisterAsset(asset="SW-2", kind="switch"))
    with pytest.raises(WrongState, match="not commissioned"):
        give(history, FitReplacement(proposal=proposal, by_asset="SW-2"))
    with pytest.raises(WrongState, match="ordered, and this needs one that is fitted"):
        give(history, CloseReplacement(proposal=proposal))
    commissioned(history, "SW-2")
    give(history, FitReplacement(proposal=proposal, by_asset="SW-2"))
    old = asset_of(history.state, "SW-1")
    assert old is not None
    assert old.retired is not None
    assert old.retired.replaced_by == "SW-2"
    give(history, CloseReplacement(proposal=proposal, note="scrapped"))
    assert history.state.assets.proposals == {}


def test_a_camera_that_keeps_its_place_needs_the_particulars_of_the_new_device(history: History) -> None:
    give(history, ChangeAsset(asset="gate-1", values={"serial": "OLD"}))
    commissioned(history, "gate-1")
    proposal = proposed(history)
    signed(history, proposal)
    give(history, OrderReplacement(proposal=proposal))
    fit = FitReplacement(proposal=proposal, by_asset="gate-1")
    with pytest.raises(WrongState, match="not commissioned since the order"):
        give(history, fit)
    commissioned(history, "gate-1")
    with pytest.raises(WrongState, match="serial number OLD of the old device"):
        give(history, fit)
    give(history, ChangeAsset(asset="gate-1", values={"serial": "NEW"}))
    give(history, fit)
    assert history.state.assets.proposals[proposal].state == "fitted"


def test_a_step_that_is_late_is_told_once_and_the_next_step_has_its_own_time(history: History) -> None:
    history.happen(SchemeLoaded(scheme=Scheme(sign_s=3600, order_s=7200)))
    proposal = proposed(history)
    history.happen(*due(history.state, history.now))
    late = history.now + timedelta(hours=1)
    assert next_due(history.state) is not None
    assert next_due(history.state) <= late
    (overdue,) = due(history.state, late)
    assert isinstance(overdue, ReplacementOverdue)
    assert overdue.stage == "signatures"
    history.happen(overdue)
    assert due(history.state, late) == []
    signed(history, proposal)
    standing = history.state.assets.proposals[proposal]
    assert not standing.overdue
    assert standing.stage == "order"


COMMANDS: list[tuple[Command, str]] = [
    *((SignReplacement(proposal="X-1", party=party), actor) for party in PARTIES for actor in SIGNERS),
    (RefuseReplacement(proposal="X-1", reason="r"), "person:plan"),
    (OrderReplacement(proposal="X-1"), "person:li"),
    (BeginCommissioning(asset="SW-2"), "person:li"),
    (FitReplacement(proposal="X-1", by_asset="SW-2"), "person:li"),
    (FitReplacement(proposal="X-1", by_asset="SW-1"), "person:li"),
    (CloseReplacement(proposal="X-1"), "person:li"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*COMMANDS, None]), max_size=40))
def test_whatever_is_tried_nothing_is_decided_without_three_or_closed_without_a_commissioning(
    steps: list[tuple[Command, str] | None],
) -> None:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    for asset in ("SW-1", "SW-2"):
        give(history, RegisterAsset(asset=asset, kind="switch"))
    proposed(history, "SW-1")
    state = "proposed"
    known = {(before, event): after for before, event, after in TRANSITIONS}
    signers: dict[str, str] = {}
    in_use = False
    for step in steps:
        if step is None:
            commissioned(history, "SW-2")
            in_use = in_use or state == "ordered"
            continue
        try:
            events = give(history, *step)
        except Refused:
            continue
        for event in events:
            name = wire_name(event)
            if not name.startswith("replacement."):
                continue
            assert (state, name) in known, f"{name} in {state}"
            state = known[state, name]
            match name:
                case "replacement.signed":
                    signers[event.party] = step[1]  # type: ignore[attr-defined]
                case "replacement.decided":
                    assert set(signers) == set(PARTIES)
                    assert len(set(signers.values())) == 3
                case "replacement.fitted" | "replacement.closed":
                    assert in_use, "the new device was not commissioned since the order"
    standing = history.state.assets.proposals.get("X-1")
    assert (standing.state if standing is not None else "") == state


def test_the_table_of_transitions_names_events_that_there_are() -> None:
    names = {wire_name(event) for event in AssetEvent.__args__}
    assert {event for _before, event, _after in TRANSITIONS} <= names


def test_a_fault_of_the_asset_shows_among_the_grounds(history: History) -> None:
    history.happen(SchemeLoaded(scheme=SCHEME))
    for number in range(4):
        history.happen(
            TicketOpened(ticket=f"T-{number}", title=Text(en="Lost"), camera="gate-1", subject="camera:gate-1")
        )
    events = give(history, ProposeReplacement(asset="gate-1", reason="it fails every week"))
    (event,) = (event for event in events if isinstance(event, ReplacementProposed))
    assert [ground.entries for ground in event.grounds if ground.criterion == "failures"] == [
        ["T-0", "T-1", "T-2", "T-3"]
    ]
    assert event.score == 30.0
