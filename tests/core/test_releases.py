"""Releases of recordings: who may do what, in which order, what is held meanwhile, and what the register says."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from hub.core.attachments.events import AttachmentAdded
from hub.core.catalogue import SiteConfigured, clearing_of, part_of, subject_of
from hub.core.decisions import cameras_of, decide, domains_of
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.people.account import Account
from hub.core.people.events import AccountCreated
from hub.core.people.rights import check
from hub.core.recordings import RecordingViewed, Segment
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
from hub.core.releases.decisions import LONGEST, MOST_OPEN
from hub.core.releases.events import (
    BlurRegion,
    Officer,
    RecordingHeld,
    RecordingHoldEnded,
    ReleaseFetched,
    ReleasePreparationFailed,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRequested,
)
from hub.core.releases.holds import is_held, unheld
from hub.core.releases.model import MOST_PAST, Hold, Release
from hub.core.releases.policy import ReleasePolicy
from hub.core.releases.register import register_of
from hub.core.site import Camera, Department
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState

from .conftest import SITE, START

LETTER, RECEIPT = "a" * 64, "b" * 64
OFFICERS = [Officer(name="Chen Gang", identification="110233"), Officer(name="Sun Li", identification="110871")]
WHOLE = BlurRegion(camera="gate-1", left=0, top=0, right=1, bottom=1)
PLANT = replace(
    SITE,
    cameras=[
        *SITE.cameras,
        Camera(id="gate-2", name=Text(en="Gate 2"), area="yard", domain="security"),
    ],
    departments=[Department(id="guards", name=Text(en="Guards", zh="保卫科"))],
    releases=ReleasePolicy({"accident": Text(en="Inquiry into an accident", zh="事故调查")}),
)


class Office:
    """A site with a letter and a receipt handed over, whose clock goes on by a minute with everything."""

    def __init__(self) -> None:
        self.state, self.now, self.records = State(), START, list[Record]()
        self.write(SiteConfigured(site=PLANT))
        for name in (LETTER, RECEIPT):
            added = AttachmentAdded(
                attachment=name, name="l.pdf", media="application/pdf", bytes=9, domains=["security"]
            )
            self.write(added, actor="person:zhao")

    def write(self, *events: Event, actor: str = "hub") -> list[Event]:
        for event in events:
            self.now += timedelta(minutes=1)
            record = Record(self.state.position + 1, self.now, self.now, actor, None, event, None, b"")
            self.records.append(record)
            self.state = fold(self.state, record)
        return list(events)

    def ask(self, command: Any, who: str = "zhao") -> list[Event]:
        return self.write(*decide(self.state, command, f"person:{who}", self.now), actor=f"person:{who}")

    def release(self, number: int = 1) -> Release:
        found = self.state.releases.find(f"F-{number}")
        assert found is not None
        return found

    def approved(self) -> None:
        self.ask(RequestRelease(form=form()))
        self.ask(CheckRelease(release="F-1"), "spec")
        self.ask(ApproveRelease(release="F-1"), "wang")

    def prepared(self) -> None:
        self.approved()
        self.ask(PrepareRelease(release="F-1"), "spec")
        self.write(prepared())

    def handed_over(self) -> None:
        self.prepared()
        self.write(ReleaseFetched(release="F-1"), actor="person:spec")
        self.ask(HandOverRelease(release="F-1", receiver="Sun Li", receipt=RECEIPT), "spec")


def form(**changes: Any) -> ReleaseForm:
    said: dict[str, Any] = {
        "kind": "external",
        "agency": "Harbour police station",
        "reason": "theft of a bicycle",
        "content": "who left by the gate",
        "cameras": ["gate-1", "gate-2"],
        "from_at": START - timedelta(hours=3),
        "to_at": START - timedelta(hours=2),
        "officers": OFFICERS,
        "letter": LETTER,
        "letter_number": "2026-114",
    }
    return ReleaseForm(**{**said, **changes})


def internal(**changes: Any) -> ReleaseForm:
    plain = {
        "kind": "internal",
        "agency": "Safety",
        "purpose": "accident",
        "officers": [],
        "letter": "",
        "letter_number": "",
    }
    return form(**{**plain, **changes})


def prepared(release: str = "F-1") -> ReleasePrepared:
    return ReleasePrepared(
        release=release, package=f"{release}.tar", sha256="c" * 64, bytes=12, segments=3, key="SHA256:k"
    )


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_release_goes_from_the_request_to_its_end(office: Office) -> None:
    office.handed_over()
    office.ask(CloseRelease(release="F-1", note="returned"), "wang")
    release = office.release()
    assert (release.state, release.requester, release.checked_by, release.decided_by) == (
        *("closed", "person:zhao", "person:spec"),
        "person:wang",
    )
    assert (release.receiver, release.receipt, release.handed_by) == ("Sun Li", RECEIPT, "person:spec")
    assert release.package is not None
    assert release.package.sha256 == "c" * 64
    assert release.domain == "security"
    assert not office.state.releases.releases


def test_the_originals_are_held_from_the_request_until_the_release_is_over(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    assert {hold.camera for hold in office.state.releases.holds} == {"gate-1", "gate-2"}
    office.ask(CheckRelease(release="F-1"), "spec")
    office.ask(ApproveRelease(release="F-1"), "wang")
    assert len(office.state.releases.holds) == 2
    events = office.ask(RefuseRelease(release="F-1", reason="the letter was taken back"), "wang")
    assert [type(event) for event in events[1:]] == [RecordingHoldEnded, RecordingHoldEnded]
    assert not office.state.releases.holds


def test_two_releases_hold_the_same_and_one_that_ends_leaves_the_other_its_hold(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    office.ask(RequestRelease(form=form()))
    office.ask(WithdrawRelease(release="F-1"))
    assert {(hold.camera, hold.release) for hold in office.state.releases.holds} == {
        ("gate-1", "F-2"),
        ("gate-2", "F-2"),
    }


def test_a_mended_request_holds_what_it_asks_for_now_before_it_lets_go_of_the_rest(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    office.ask(ReturnRelease(release="F-1", missing="the camera at the other gate"), "spec")
    assert office.release().missing == "the camera at the other gate"
    assert len(office.state.releases.holds) == 2
    other = form(cameras=["gate-2"], from_at=START - timedelta(hours=4))
    events = office.ask(AmendRelease(release="F-1", form=other))
    assert [type(event) for event in events] == [
        ReleaseRequested,
        RecordingHeld,
        RecordingHoldEnded,
        RecordingHoldEnded,
    ]
    assert office.state.releases.holds == {
        Hold("gate-2", START - timedelta(hours=4), START - timedelta(hours=2), "F-1")
    }
    release = office.release()
    assert (release.state, release.missing, release.requester) == ("requested", "", "person:zhao")
    assert office.state.releases.count == 1


def test_a_segment_is_held_when_any_part_of_it_is(office: Office) -> None:
    hold = Hold("gate-1", START, START + timedelta(minutes=10), "F-1")

    def segment(begin_s: int, camera: str = "gate-1") -> Segment:
        at = START + timedelta(seconds=begin_s)
        return Segment(
            camera=camera, stream="main", begin_at=at, end_at=at + timedelta(seconds=60), media_s=60, frames=1,
            bytes=1, sha256="0" * 64, codec="h264", ended="rolled",
        )  # fmt: skip

    held = [segment(-59), segment(0), segment(599)]
    free = [segment(-60), segment(600), segment(0, "gate-2")]
    assert all(is_held(each, [hold]) for each in held)
    assert unheld([*held, *free], {hold}) == free
    assert unheld(held, ()) == held


def test_nobody_decides_on_what_they_asked_for_or_checked(office: Office) -> None:
    office.ask(RequestRelease(form=form()), "wang")
    office.ask(CheckRelease(release="F-1"), "li")
    for who, said in (("wang", "themselves"), ("li", "checked F-1 yourself")):
        with pytest.raises(NotAllowed, match=said):
            office.ask(ApproveRelease(release="F-1"), who)
        with pytest.raises(NotAllowed, match=said):
            office.ask(RefuseRelease(release="F-1", reason="r"), who)
    office.ask(ApproveRelease(release="F-1"), "zhou")
    assert office.release().state == "approved"


def test_a_check_that_was_taken_back_binds_nobody(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    office.ask(CheckRelease(release="F-1"), "li")
    office.ask(ReturnRelease(release="F-1", missing="the stamp"), "li")
    office.ask(AmendRelease(release="F-1", form=form(letter_number="2026-115")))
    office.ask(CheckRelease(release="F-1"), "spec")
    office.ask(ApproveRelease(release="F-1"), "li")
    assert office.release().letter_number == "2026-115"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"officers": OFFICERS[:1]}, "2 officers at least"),
        ({"officers": [OFFICERS[0], replace(OFFICERS[1], identification=" 110233 ")]}, "card of their own"),
        ({"officers": [OFFICERS[0], replace(OFFICERS[0], identification="9")]}, "2 officers at least"),
        ({"letter": ""}, "official letter"),
        ({"letter_number": " "}, "official letter"),
        ({"letter": "d" * 64}, "was handed over"),
        ({"cameras": ["gate-1", "press-1"]}, "two domains"),
        ({"cameras": ["nowhere"]}, "No camera nowhere"),
        ({"to_at": START - timedelta(hours=3)}, "before it begins"),
        ({"from_at": START - LONGEST - timedelta(hours=3)}, "31 days at most"),
        ({"to_at": START + timedelta(hours=1)}, "not recorded yet"),
    ],
)
def test_a_request_for_an_agency_that_lacks_something_is_refused(
    office: Office, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        office.ask(RequestRelease(form=form(**wrong)))
    assert office.state.releases.count == 0


def test_an_internal_request_needs_a_purpose_that_hub_toml_allows_and_no_letter(office: Office) -> None:
    with pytest.raises(Refused, match="does not allow this purpose") as refused:
        office.ask(RequestRelease(form=internal(purpose="curiosity")))
    assert "accident" in refused.value.hint
    office.ask(RequestRelease(form=internal()))
    assert office.release().kind == "internal"
    office.write(SiteConfigured(site=replace(PLANT, releases=ReleasePolicy())))
    with pytest.raises(Refused, match="purpose") as refused:
        office.ask(RequestRelease(form=internal()))
    assert "[releases]" in refused.value.hint


def test_only_whoever_asked_mends_or_withdraws_the_request(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    with pytest.raises(NotAllowed, match="whoever asked"):
        office.ask(WithdrawRelease(release="F-1"), "wang")
    with pytest.raises(NotAllowed, match="whoever asked"):
        office.ask(AmendRelease(release="F-1", form=form()), "wang")
    office.ask(WithdrawRelease(release="F-1", reason="solved"))
    assert office.release().state == "withdrawn"


def test_a_package_that_could_not_be_made_is_ordered_again(office: Office) -> None:
    office.approved()
    office.ask(PrepareRelease(release="F-1"), "spec")
    with pytest.raises(WrongState, match="preparing"):
        office.ask(PrepareRelease(release="F-1"), "spec")
    office.write(ReleasePreparationFailed(release="F-1", reason="disk full"))
    assert (office.release().state, office.release().failure) == ("approved", "disk full")
    office.ask(PrepareRelease(release="F-1"), "spec")
    assert (office.release().state, office.release().failure) == ("preparing", "")


def test_another_package_of_the_same_release_has_to_be_fetched_anew(office: Office) -> None:
    office.prepared()
    office.write(ReleaseFetched(release="F-1"), actor="person:spec")
    assert office.release().fetched_by == "person:spec"
    office.ask(PrepareRelease(release="F-1", copy=False), "spec")
    assert (office.release().package, office.release().fetched_by) == (None, "")
    office.write(prepared())
    with pytest.raises(WrongState, match="Nobody has fetched"):
        office.ask(HandOverRelease(release="F-1", receiver="Sun Li", receipt=RECEIPT), "spec")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (
            {"copy": False, "blur": [BlurRegion(camera="gate-1", left=0, top=0, right=1, bottom=1)]},
            "there is to be none",
        ),
        ({"blur": [replace(WHOLE, camera="press-1")]}, "not among the cameras"),
        ({"blur": [replace(WHOLE, left=1.0)]}, "no extent"),
        ({"blur": [replace(WHOLE, from_at=START, to_at=START)]}, "end before it begins"),
        ({"recipient": "age1short"}, "no age recipient"),
        ({"recipient": "AGE-SECRET-KEY-1" + "Q" * 58}, "no age recipient"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(office: Office, order: dict[str, Any], said: str) -> None:
    office.approved()
    with pytest.raises(Refused, match=said):
        office.ask(PrepareRelease(release="F-1", **order), "spec")


def test_the_order_says_what_is_blurred_and_for_whom_it_is_encrypted(office: Office) -> None:
    office.approved()
    region = BlurRegion(camera="gate-2", left=0.1, top=0.2, right=0.3, bottom=0.4)
    recipient = "age1" + "q" * 58
    (event,) = office.ask(PrepareRelease(release="F-1", blur=[region], recipient=f" {recipient} "), "spec")
    assert event == ReleasePreparing(release="F-1", copy=True, blur=[region], recipient=recipient)
    assert office.release().blur == (region,)


def test_nobody_but_the_named_officers_receives_the_package(office: Office) -> None:
    office.prepared()
    office.write(ReleaseFetched(release="F-1"), actor="person:spec")
    with pytest.raises(NotAllowed, match="none of the officers"):
        office.ask(HandOverRelease(release="F-1", receiver="Lawyer Bao", receipt=RECEIPT), "spec")
    with pytest.raises(Refused, match="very file of the letter"):
        office.ask(HandOverRelease(release="F-1", receiver="Sun Li", receipt=LETTER), "spec")
    with pytest.raises(Refused, match="was handed over"):
        office.ask(HandOverRelease(release="F-1", receiver="Sun Li", receipt="e" * 64), "spec")
    office.ask(HandOverRelease(release="F-1", receiver=" Sun Li ", receipt=RECEIPT), "spec")
    with pytest.raises(WrongState):
        office.ask(RefuseRelease(release="F-1", reason="too late"), "wang")


def test_a_release_concerns_the_domain_also_of_cameras_that_are_there_no_more(office: Office) -> None:
    office.ask(RequestRelease(form=form()))
    office.write(SiteConfigured(site=replace(PLANT, cameras=PLANT.cameras[:1])))
    command = CheckRelease(release="F-1")
    assert (cameras_of(office.state, command), domains_of(office.state, command)) == ([], ["security"])
    foreign = Account(id="s", name="S", role="specialist", domains=["production"])
    with pytest.raises(NotAllowed, match="security"):
        check(foreign, command, office.state)
    check(replace(foreign, domains=["security"]), command, office.state)


def test_events_about_a_hold_are_about_the_camera_and_end_each_its_own() -> None:
    hold = RecordingHeld(camera="gate-1", from_at=START, to_at=START, release="F-1")
    assert (subject_of(hold), part_of(hold)) == ("camera:gate-1", "F-1")
    assert clearing_of("recording.held") == {"recording.hold_ended"}
    assert subject_of(prepared()) == "release:F-1"
    assert clearing_of("release.requested") >= {"release.returned", "release.approved", "release.refused"}


def test_there_is_a_limit_to_what_is_open(office: Office) -> None:
    for _ in range(MOST_OPEN):
        office.ask(RequestRelease(form=internal(cameras=["gate-1"])))
    with pytest.raises(WrongState, match="are open"):
        office.ask(RequestRelease(form=internal()))
    with pytest.raises(NotFound, match="no release F-999"):
        office.ask(CheckRelease(release="F-999"))


def test_the_register_has_every_release_and_every_viewing_with_the_fields_of_the_decree(office: Office) -> None:
    guard = Account(id="zhao", name="Zhao", role="watch_officer", domains=["security"], departments=["guards"])
    office.write(
        AccountCreated(account=guard.id, name="Zhao", role=guard.role, domains=["security"], departments=["guards"])
    )
    office.handed_over()
    office.ask(RequestRelease(form=internal()), "spec")
    office.ask(RefuseRelease(release="F-2", reason="not needed"), "wang")
    viewed = RecordingViewed(camera="press-1", from_at=START, to_at=START + timedelta(hours=1), reason="a fall")
    office.write(viewed, actor="person:zhao")
    first, second, third = register_of(office.records, office.state)
    assert (first.number, first.kind, first.reason, first.unit.en) == (
        *("F-1", "external", "theft of a bicycle"),
        "Harbour police station",
    )
    assert (first.content, first.officers, first.state) == ("who left by the gate", tuple(OFFICERS), "handed_over")
    assert (first.receiver, first.package, first.receipt) == ("Sun Li", "c" * 64, RECEIPT)
    assert (second.state, second.decision, second.decided_by, second.purpose) == (
        "refused",
        "not needed",
        "wang",
        "accident",
    )
    assert (third.kind, third.person, third.unit.zh, third.reason) == ("viewing", "zhao", "保卫科", "a fall")
    assert third.number == f"#{office.state.position}"


def test_the_register_knows_more_releases_than_the_state_keeps(office: Office) -> None:
    for number in range(1, MOST_PAST + 6):
        office.ask(RequestRelease(form=internal(cameras=["gate-1"])))
        office.ask(WithdrawRelease(release=f"F-{number}"))
    assert len(office.state.releases.past) == MOST_PAST
    assert len(register_of(office.records, office.state)) == MOST_PAST + 5
