"""Making a round: begun, shared, answered in pieces, measured by the hub, signed; its faults open tickets."""

from typing import Any

import pytest

from hub.core.assets.events import AssetRegistered
from hub.core.attachments.events import AttachmentAdded
from hub.core.decisions import cameras_of, decide
from hub.core.findings import CameraJudged, CameraNotJudged, PictureBlurred, SignalLost
from hub.core.recordings import RecordingPlanned
from hub.core.rounds.answers import Answer
from hub.core.rounds.commands import (
    AnswerRound,
    CancelRound,
    CompleteRound,
    CountersignRound,
    MakeRoundDue,
    ReturnRound,
    SignRound,
    StartRound,
)
from hub.core.rounds.events import (
    RoundAnswered,
    RoundCancelled,
    RoundCaughtUp,
    RoundDone,
    RoundFaultFound,
    RoundHandedIn,
    RoundJoined,
    RoundMeasured,
    RoundMissed,
    RoundsLoaded,
    RoundStarted,
)
from hub.core.rounds.kinds import Checklist, Measured, Number, Photo, RoundKind, Words, YesNo
from hub.core.rounds.model import Round, Sheet
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.core.conftest import History

SUN, MA, WANG = "person:sun-wei", "person:ma-chao", "person:wang"
PHOTO = "ab" * 32
HOT = YesNo(id="heat", ask=Text(en="Hot"), good=False, fault=Text(en="Too hot", zh="过热"), photo_of_fault=True)
LOUD = YesNo(id="noise", ask=Text(en="Noisy"), good=False, fault=Text(en="Noisy", zh="异响"))
LOAD = Number(id="load", ask=Text(en="Load"), unit="%", at_most=80.0)
PICTURE = Measured(id="picture", ask=Text(en="Picture"), measure="picture")
RECORDING = Measured(id="recording", ask=Text(en="Recording"), measure="recording")
WEEKLY = RoundKind(
    id="technical",
    name=Text(en="Technical round"),
    due_in_s=3600.0,
    team="technical",
    signed_by="leader",
    checklists=(
        Checklist(of="camera", items=(PICTURE, RECORDING)),
        Checklist(of="switch", items=(HOT, LOUD)),
        Checklist(of="ups", items=(LOAD,)),
        Checklist(of="room", items=(Words(id="words", ask=Text(en="Words"), must=False),)),
    ),
)
ROOM = RoundKind(
    id="room",
    name=Text(en="Room"),
    due_in_s=600.0,
    checklists=(
        Checklist(of="room", items=(YesNo(id="clean", ask=Text(en="Clean")), Photo(id="desk", ask=Text(en="Desk")))),
    ),
)


@pytest.fixture
def plant(history: History) -> History:
    """Two cameras that are judged and recorded, two switches, a UPS; the kinds of rounds are in force."""
    for camera in ("press-1", "gate-1"):
        history.happen(CameraJudged(camera=camera), RecordingPlanned(camera=camera, stream="main"))
    for asset, kind in (("SW-1", "switch"), ("SW-2", "switch"), ("U-1", "ups")):
        history.happen(AssetRegistered(asset=asset, kind=kind, values={"name": f"the {asset}"}))
    history.happen(
        RoundsLoaded(kinds=[WEEKLY, ROOM]),
        AttachmentAdded(attachment=PHOTO, name="p.jpg", media="image/jpeg", bytes=3, domains=["production"]),
    )
    return history


def make_due(plant: History, kind: str = "technical", **more: Any) -> str:
    order = MakeRoundDue(rule="weekly", kind=kind, title=Text(en="Round"), team="", due_in_s=None, clause="", **more)
    (event, *_) = plant.decide(decide, order, "rule:weekly")
    return event.round  # type: ignore[attr-defined, no-any-return]


def started(plant: History, kind: str = "technical", actor: str = SUN, **more: Any) -> str:
    round_ = make_due(plant, kind, **more)
    plant.decide(decide, StartRound(round=round_), actor)
    return round_


def say(plant: History, round_: str, *answers: Answer, actor: str = SUN) -> list[Any]:
    return plant.decide(decide, AnswerRound(round=round_, answers=list(answers)), actor)


def yes(asset: str, item: str, value: Any = True, **more: Any) -> Answer:
    return Answer(asset=asset, item=item, value=value, **more)


def answer_all(plant: History, round_: str) -> None:
    switches = [yes(asset, item, False) for asset in ("SW-1", "SW-2") for item in ("heat", "noise")]
    say(plant, round_, *switches, yes("U-1", "load", 40.0))


def of(plant: History, round_: str) -> tuple[Round, Sheet]:
    return plant.state.rounds[round_], plant.state.round_sheets[round_]


def test_a_round_that_is_begun_lists_every_asset_in_scope_with_its_items_and_what_the_hub_sees(plant: History) -> None:
    plant.happen(PictureBlurred(camera="gate-1", since_at=plant.now))
    events = plant.decide(decide, StartRound(round=make_due(plant)), SUN)
    assert isinstance(events[0], RoundStarted)
    assert [(target.of, target.asset, target.items) for target in events[0].targets] == [
        ("camera", "press-1", ("picture", "recording")),
        ("camera", "gate-1", ("picture", "recording")),
        ("switch", "SW-1", ("heat", "noise")),
        ("switch", "SW-2", ("heat", "noise")),
        ("ups", "U-1", ("load",)),
        ("room", "room", ("words",)),
    ]
    assert isinstance(events[1], RoundMeasured)
    read = {(each.asset, each.item): (each.value, each.found) for each in events[1].readings}
    assert read["gate-1", "picture"] == (False, ["picture.blurred"])
    assert read["gate-1", "recording"] == (True, [])
    round_, _sheet = of(plant, "R-1")
    assert (round_.state, round_.makers, round_.cells, round_.answered) == ("started", [SUN], 10, 4)
    assert (round_.open_must, round_.bad) == (5, 1)


def test_what_is_not_judged_is_no_answer_and_a_person_looks(plant: History) -> None:
    plant.happen(CameraNotJudged(camera="gate-1", reason="learning"))
    round_ = started(plant)
    _round, sheet = of(plant, round_)
    assert not sheet.settled("gate-1/picture")
    say(plant, round_, yes("gate-1", "picture"))
    assert of(plant, round_)[1].value("gate-1/picture") is True
    with pytest.raises(WrongState, match="measured by the hub"):
        say(plant, round_, yes("press-1", "picture"))


def test_a_later_reading_counts_when_the_round_is_signed(plant: History) -> None:
    round_ = started(plant, "technical")
    answer_all(plant, round_)
    plant.happen(SignalLost(camera="gate-1", since_at=plant.now), PictureBlurred(camera="press-1", since_at=plant.now))
    events = plant.decide(decide, SignRound(round=round_), SUN)
    (measured,) = [event for event in events if isinstance(event, RoundMeasured)]
    assert [(each.asset, each.item, each.value) for each in measured.readings] == [("press-1", "picture", False)]


def test_several_people_may_share_a_round_and_each_who_answers_is_a_maker(plant: History) -> None:
    round_ = started(plant)
    assert [type(event) for event in plant.decide(decide, StartRound(round=round_), MA)] == [RoundJoined]
    assert plant.decide(decide, StartRound(round=round_), MA) == []
    say(plant, round_, yes("SW-1", "noise", False), actor=WANG)
    assert of(plant, round_)[0].makers == [SUN, MA, WANG]


def test_the_same_answer_again_changes_nothing_and_another_one_takes_its_place(plant: History) -> None:
    round_ = started(plant)
    assert len(say(plant, round_, yes("U-1", "load", 40.0))) == 1
    assert say(plant, round_, yes("U-1", "load", 40.0)) == []
    say(plant, round_, yes("U-1", "load", 50.0), actor=MA)
    given = of(plant, round_)[1].answers["U-1/load"]
    assert (given.answer.value, given.by) == (50.0, MA)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (yes("SW-9", "heat"), "no item heat on SW-9"),
        (yes("U-1", "heat"), "no item heat on U-1"),
        (yes("SW-1", "heat", 3.0), "yes or no"),
        (yes("U-1", "load", True), "number"),
        (yes("U-1", "load", float("inf")), "number"),
        (yes("room", "words", "  "), "in words"),
        (yes("SW-1", "heat", True), "needs a photo"),
        (yes("SW-1", "heat", True, photos=["cd" * 32]), "no file cdcdcdcdcdcd"),
        (yes("SW-1", "heat", False, not_possible="locked"), "leave one"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_the_item_named(plant: History, answer: Answer, words: str) -> None:
    round_ = started(plant)
    with pytest.raises(Refused, match=words):
        say(plant, round_, answer)


def test_each_fault_of_an_asset_stands_on_a_ticket_of_its_own_and_is_opened_once(plant: History) -> None:
    round_ = started(plant)
    events = say(
        plant,
        round_,
        yes("SW-1", "heat", True, photos=[PHOTO]),
        yes("SW-1", "noise", True),
        yes("SW-2", "noise", True),
    )
    opened = [event for event in events if isinstance(event, TicketOpened)]
    assert [(each.ticket, each.subject, each.title.en, each.photos) for each in opened] == [
        ("T-1", "asset:SW-1", "Too hot: the SW-1", [PHOTO]),
        ("T-2", "asset:SW-1", "Noisy: the SW-1", []),
        ("T-3", "asset:SW-2", "Noisy: the SW-2", []),
    ]
    assert {each.opened_from for each in opened} == {f"round:{round_}"}
    faults = [(each.asset, each.item, each.ticket) for each in events if isinstance(each, RoundFaultFound)]
    assert faults == [("SW-1", "heat", "T-1"), ("SW-1", "noise", "T-2"), ("SW-2", "noise", "T-3")]
    again = say(plant, round_, yes("SW-2", "noise", True, remark="still"))
    assert [type(event) for event in again] == [RoundAnswered]


def test_the_next_round_that_finds_the_same_joins_the_open_ticket_and_another_fault_does_not(plant: History) -> None:
    say(plant, started(plant), yes("SW-1", "noise", True))
    found = say(plant, started(plant), yes("SW-1", "noise", True), yes("SW-1", "heat", True, photos=[PHOTO]))
    assert [(each.item, each.ticket) for each in found if isinstance(each, RoundFaultFound)] == [
        ("noise", "T-1"),
        ("heat", "T-2"),
    ]


def test_a_loose_bracket_is_not_lost_on_the_ticket_about_the_cameras_signal(plant: History) -> None:
    bracket = YesNo(id="bracket", ask=Text(en="Bracket tight"), fault=Text(en="Bracket loose", zh="支架松动"))
    picture = Measured(id="picture", ask=Text(en="Picture"), measure="picture", fault=Text(en="Picture bad"))
    kind = RoundKind(id="cleaning", name=ROOM.name, checklists=(Checklist(of="camera", items=(bracket, picture)),))
    plant.happen(RoundsLoaded(kinds=[kind]), CameraJudged(camera="gate-1"))
    plant.happen(
        TicketOpened(ticket="T-1", title=Text(en="Lost"), subject="camera:press-1", camera="press-1", rule="lost")
    )
    plant.happen(PictureBlurred(camera="press-1", since_at=plant.now))
    round_ = started(plant, "cleaning")
    found = say(plant, round_, yes("press-1", "bracket", False), yes("gate-1", "bracket", True))
    assert [(each.ticket, each.title.en) for each in found if isinstance(each, TicketOpened)] == [
        ("T-2", "Bracket loose")
    ]
    signed = plant.decide(decide, SignRound(round=round_), SUN)
    assert [(each.item, each.ticket) for each in signed if isinstance(each, RoundFaultFound)] == [("picture", "T-1")]


def test_a_signature_is_refused_while_something_is_open_and_names_it(plant: History) -> None:
    round_ = started(plant)
    with pytest.raises(WrongState, match="SW-1: Hot, SW-1: Noisy, SW-2: Hot, SW-2: Noisy, U-1: Load"):
        plant.decide(decide, SignRound(round=round_), SUN)
    say(plant, round_, Answer(asset="U-1", item="load", not_possible="the display is dark"))
    with pytest.raises(WrongState, match="SW-2: Noisy"):
        plant.decide(decide, SignRound(round=round_), SUN)


def test_a_round_that_a_leader_signs_is_handed_in_first_and_never_signed_by_its_maker(plant: History) -> None:
    round_ = started(plant)
    answer_all(plant, round_)
    with pytest.raises(NotAllowed, match="was made by sun-wei"):
        plant.decide(decide, SignRound(round=round_), MA)
    with pytest.raises(WrongState, match="started"):
        plant.decide(decide, CountersignRound(round=round_), WANG)
    assert isinstance(plant.decide(decide, SignRound(round=round_, note="all well"), SUN)[-1], RoundHandedIn)
    with pytest.raises(WrongState, match="handed in"):
        say(plant, round_, yes("U-1", "load", 1.0))
    with pytest.raises(NotAllowed, match="yourself"):
        plant.decide(decide, CountersignRound(round=round_), SUN)
    (done,) = plant.decide(decide, CountersignRound(round=round_), WANG)
    assert isinstance(done, RoundDone)
    assert (done.note, done.late, done.makers, done.answered, done.bad) == ("all well", False, [SUN], 9, 0)
    assert plant.state.rounds == plant.state.round_sheets == {}


def test_a_leader_gives_a_round_back_and_its_makers_go_on(plant: History) -> None:
    round_ = started(plant)
    answer_all(plant, round_)
    plant.decide(decide, SignRound(round=round_), SUN)
    plant.decide(decide, ReturnRound(round=round_, reason="look at SW-2 again"), WANG)
    known = of(plant, round_)[0]
    assert (known.state, known.note) == ("started", "look at SW-2 again")
    say(plant, round_, yes("SW-2", "noise", True))


def test_a_round_that_its_maker_signs_is_done_with_that(plant: History) -> None:
    round_ = started(plant, "room")
    say(plant, round_, yes("room", "clean"), yes("room", "desk", None, photos=[PHOTO]))
    (done,) = plant.decide(decide, SignRound(round=round_), SUN)
    assert isinstance(done, RoundDone)


def test_a_missed_round_can_still_be_made_and_is_late_then(plant: History) -> None:
    round_ = make_due(plant, "room")
    assert [type(event) for event in plant.pass_time(minutes=11)] == [RoundMissed]
    assert plant.state.rounds[round_].state == "missed"
    plant.decide(decide, StartRound(round=round_), SUN)
    assert plant.state.rounds[round_].state == "late"
    say(plant, round_, yes("room", "clean"), yes("room", "desk", None, photos=[PHOTO]))
    done, caught_up = plant.decide(decide, SignRound(round=round_), SUN)
    assert isinstance(done, RoundDone)
    assert done.late
    assert caught_up == RoundCaughtUp(round=round_, how="made")


def test_a_missed_round_that_a_leader_cancels_is_no_longer_missed(plant: History) -> None:
    round_ = make_due(plant, "room")
    plant.pass_time(minutes=11)
    assert plant.decide(decide, CancelRound(round=round_, reason="shutdown"), WANG) == [
        RoundCancelled(round=round_, reason="shutdown"),
        RoundCaughtUp(round=round_, how="cancelled"),
    ]


def test_of_two_missed_rounds_about_one_camera_the_last_one_ends_the_matter(plant: History) -> None:
    one, other = make_due(plant, "room", camera="gate-1"), make_due(plant, "technical", camera="gate-1")
    plant.pass_time(hours=2)
    assert [type(each) for each in plant.decide(decide, CancelRound(round=one, reason="x"), WANG)] == [RoundCancelled]
    assert plant.decide(decide, CancelRound(round=other, reason="x"), WANG)[1:] == [
        RoundCaughtUp(round=other, camera="gate-1", how="cancelled")
    ]


def test_a_round_that_is_handed_in_in_time_is_not_missed_while_it_waits_for_the_leader(plant: History) -> None:
    round_ = started(plant)
    answer_all(plant, round_)
    plant.decide(decide, SignRound(round=round_), SUN)
    assert plant.pass_time(hours=3) == []
    (done,) = plant.decide(decide, CountersignRound(round=round_), WANG)
    assert isinstance(done, RoundDone)
    assert not done.late


def test_a_round_given_back_after_its_time_is_late(plant: History) -> None:
    round_ = started(plant)
    answer_all(plant, round_)
    plant.decide(decide, SignRound(round=round_), SUN)
    plant.pass_time(hours=3)
    plant.decide(decide, ReturnRound(round=round_, reason="again"), WANG)
    assert of(plant, round_)[0].state == "late"
    assert plant.pass_time(hours=1) == []


def test_reporting_as_made_is_for_rounds_on_which_nothing_has_to_be_answered(plant: History) -> None:
    with pytest.raises(WrongState, match="SW-1: Hot"):
        plant.decide(decide, CompleteRound(round=make_due(plant)), SUN)
    plain = make_due(plant, "unknown")
    (done,) = plant.decide(decide, CompleteRound(round=plain, note="ok"), SUN)
    assert isinstance(done, RoundDone)
    assert done.makers == [SUN]


def test_a_cancelled_round_is_gone_with_its_reason(plant: History) -> None:
    round_ = started(plant)
    (event,) = plant.decide(decide, CancelRound(round=round_, reason="shutdown of the line"), WANG)
    assert event == RoundCancelled(round=round_, reason="shutdown of the line")
    with pytest.raises(NotFound):
        plant.decide(decide, StartRound(round=round_), SUN)


def test_changed_checklists_change_no_round_that_was_begun(plant: History) -> None:
    round_ = started(plant)
    plant.happen(RoundsLoaded(kinds=[]))
    answer_all(plant, round_)
    assert isinstance(plant.decide(decide, SignRound(round=round_), SUN)[-1], RoundHandedIn)


def test_who_answers_needs_rights_for_the_cameras_that_are_answered_for_only(plant: History) -> None:
    plant.happen(CameraNotJudged(camera="gate-1", reason="learning"))
    round_ = started(plant)
    both = AnswerRound(round=round_, answers=[yes("gate-1", "picture"), yes("SW-1", "noise", False)])
    assert list(cameras_of(plant.state, both)) == ["gate-1"]
    assert list(cameras_of(plant.state, SignRound(round=round_))) == []


def test_a_round_about_one_camera_looks_at_this_one_only_and_is_not_made_due_twice(plant: History) -> None:
    round_ = started(plant, camera="gate-1", finding="lens.soiled")
    assert {target.asset for target in of(plant, round_)[1].targets} == {"gate-1"}
    order = MakeRoundDue(
        rule="weekly", kind="technical", title=Text(en="R"), team="", due_in_s=None, clause="", camera="gate-1"
    )
    assert plant.decide(decide, order) == []
    assert list(cameras_of(plant.state, StartRound(round=round_))) == ["gate-1"]
