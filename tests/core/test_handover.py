"""Handing a post over: a sheet of what stands, two signatures, and no critical alarm left to chance."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.command import Command
from hub.core.dutylog.commands import WriteEntry
from hub.core.event import wire_name
from hub.core.findings import CameraJudged, SignalLost
from hub.core.fold import fold
from hub.core.posts.commands import (
    AbandonHandover,
    BeginHandover,
    CoverPost,
    OverrideHandover,
    RoomAnswer,
    SignHandover,
    SignOff,
    SignOn,
    TakeOver,
)
from hub.core.posts.events import PostSignedOff, PostSignedOn
from hub.core.posts.handing import current_sheet
from hub.core.posts.handover import TRANSITIONS, Handover
from hub.core.posts.handover_events import HandoverBegun, HandoverOverridden, HandoverSigned, HandoverTaken
from hub.core.posts.room import room_items
from hub.core.posts.sheet import Sheet, changes, digest_of
from hub.core.posts.sheet_lines import MOST_LINES, waiting_alarms
from hub.core.releases.events import (
    ReleaseApproved,
    ReleaseChecked,
    ReleasePreparationFailed,
    ReleasePreparing,
    ReleaseRequested,
    ReleaseWithdrawn,
)
from hub.core.rounds.events import RoundsLoaded
from hub.core.rounds.kinds import Checklist, Number, Photo, RoundKind, YesNo
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.core.plant_duty import PEOPLE, Plant, at

ROOM = [
    RoomAnswer(item="clean", answer="yes"),
    RoomAnswer(item="dry", answer="yes"),
    RoomAnswer(item="ventilated", answer="yes"),
    RoomAnswer(item="flammable", answer="no"),
    RoomAnswer(item="wet-cloths", answer="no"),
]


def open_handover(plant: Plant) -> Handover:
    return plant.state.posts.handovers["desk"]


def digest(plant: Plant) -> str:
    return digest_of(current_sheet(plant.state, open_handover(plant)))


def lines(sheet: Sheet, section: str) -> list[str]:
    return [line.text.en for each in sheet.sections if each.id == section for line in each.lines]


@pytest.fixture
def evening() -> Plant:
    """Shortly before 20:00: ann is at the desk, bob comes."""
    plant = Plant(at(5, 8))
    plant.happen(CameraJudged(camera="press-1"), CameraJudged(camera="gate-1"))
    plant.do("ann", SignOn(post="desk"))
    plant.until(at(5, 19, 50))
    return plant


def test_two_people_sign_and_the_post_goes_from_one_to_the_other(evening: Plant) -> None:
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    assert (begun.handover, begun.digest, begun.domains) == ("H-1", digest_of(begun.sheet), ["production"])
    evening.do("ann", SignHandover(handover="H-1", digest=begun.digest, room=ROOM, note="quiet"))
    assert open_handover(evening).state == "signed"
    events = evening.do("bob", TakeOver(handover="H-1", digest=begun.digest, note="thanks"))
    taken, on, off = events
    assert isinstance(taken, HandoverTaken)
    assert (taken.outgoing, taken.account, taken.room, taken.since_signed) == ("ann", "bob", ROOM, [])
    assert isinstance(on, PostSignedOn)
    assert (on.account, on.by_handover) == ("bob", "H-1")
    assert isinstance(off, PostSignedOff)
    assert (off.account, off.how) == ("ann", "relieved")
    assert evening.state.posts.present == {"desk": ("bob",)}
    assert evening.state.posts.handovers == {}


def release(number: str, *cameras: str) -> ReleaseRequested:
    return ReleaseRequested(
        release=number,
        kind="external",
        agency="Harbour police",
        reason="theft",
        content="who left",
        cameras=list(cameras),
        from_at=at(5, 8),
        to_at=at(5, 9),
        domain="production",
    )


def test_open_releases_of_the_posts_cameras_are_on_the_sheet_without_to_whom_and_why(evening: Plant) -> None:
    evening.happen(release("F-1", "press-1"), release("F-2", "gate-1"), release("F-3", "press-1"))
    evening.happen(ReleaseWithdrawn(release="F-3"))
    evening.happen(ReleaseChecked(release="F-1"), ReleaseApproved(release="F-1"), ReleasePreparing(release="F-1"))
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    assert lines(begun.sheet, "releases") == ["being prepared: Press, 01-05 08:00 to 01-05 09:00"]
    evening.happen(ReleasePreparationFailed(release="F-1", reason="The disk is full."))
    (line,) = next(
        each.lines for each in current_sheet(evening.state, open_handover(evening)).sections if each.id == "releases"
    )
    assert line.bad
    assert line.text.zh == "已批准：冲压，01-05 08:00 至 01-05 09:00，封装失败"


def test_the_sheet_says_what_stands_in_both_languages(evening: Plant) -> None:
    alarm = evening.alarm()
    evening.happen(SignalLost(camera="press-1", since_at=evening.now))
    evening.happen(SignalLost(camera="gate-1", since_at=evening.now))
    evening.do("ann", WriteEntry(kind="incident", text="A lorry hit the fence", cameras=["press-1"]))
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    assert lines(begun.sheet, "alarms") == ["critical, unacknowledged: Signal lost, Press"]
    assert lines(begun.sheet, "cameras") == ["Press: signal lost"], "the gate is another post's"
    assert lines(begun.sheet, "log") == ["01-05 19:50 A lorry hit the fence"]
    alarms = begun.sheet.sections[0]
    assert alarms.title.zh == "报警"
    assert [(line.key, line.text.zh, line.bad) for line in alarms.lines] == [
        (alarm, "紧急，未确认：信号丢失，冲压", True)
    ]
    assert [section.id for section in begun.sheet.sections] == [
        *("alarms", "tickets", "permits", "cameras", "rounds", "releases", "log")
    ]


def test_an_alarm_about_no_camera_is_told_by_names_and_not_twice(evening: Plant) -> None:
    evening.alarm("a", priority="low", subject="permit:P-1", title=Text(en="Permit P-1 waits"))
    evening.alarm("b", priority="low", subject="post:desk", title=Text(en="Nobody answers", zh="无人应答"))
    evening.alarm("c", priority="low", subject="worker:watch-1", title=Text(en="A worker restarts"))
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    assert [text.partition(": ")[2] for text in lines(begun.sheet, "alarms")] == [
        "Permit P-1 waits",
        "Nobody answers, Desk",
        "A worker restarts, worker watch-1",
    ]


def test_nobody_signs_while_critical_alarms_wait_unless_a_leader_allows_it_with_a_reason(evening: Plant) -> None:
    first = evening.alarm()
    evening.do("ann", BeginHandover(post="desk"))
    with pytest.raises(WrongState, match=f"Critical alarms are not acknowledged: {first}"):
        evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    (overridden,) = evening.do("wang", OverrideHandover(handover="H-1", reason="the technician is at it"))
    assert isinstance(overridden, HandoverOverridden)
    assert overridden.alarms == [first]
    with pytest.raises(WrongState, match="No critical alarm keeps it"):
        evening.do("wang", OverrideHandover(handover="H-1", reason="x"))
    evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    second = evening.alarm("black")
    with pytest.raises(WrongState, match=f"not acknowledged: {second}"):
        evening.do("bob", TakeOver(handover="H-1", digest=digest(evening)))
    evening.do("ann", AcknowledgeAlarm(alarm=second))
    evening.do("bob", TakeOver(handover="H-1", digest=digest(evening)))


def test_what_changed_since_it_was_read_is_read_before_it_is_signed(evening: Plant) -> None:
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    evening.happen(SignalLost(camera="press-1", since_at=evening.now))
    with pytest.raises(WrongState, match="has changed since you read it"):
        evening.do("ann", SignHandover(handover="H-1", digest=begun.digest, room=ROOM))
    found = changes(begun.sheet, current_sheet(evening.state, open_handover(evening)))
    assert [(change.section, change.key, change.how) for change in found] == [("cameras", "press-1", "new")]
    (signed,) = evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    assert isinstance(signed, HandoverSigned)
    evening.alarm(priority="high")
    (taken, *_) = evening.do("bob", TakeOver(handover="H-1", digest=digest(evening)))
    assert isinstance(taken, HandoverTaken)
    assert [(change.key, change.how) for change in taken.since_signed] == [("A-1", "new")]
    assert taken.digest != signed.digest


def test_nobody_signs_twice_and_only_those_who_may_be_there(evening: Plant) -> None:
    with pytest.raises(NotAllowed, match="You are not signed on at Desk"):
        evening.do("bob", BeginHandover(post="desk"))
    evening.do("ann", BeginHandover(post="desk"))
    with pytest.raises(WrongState, match="not signed by whoever goes"):
        evening.do("bob", TakeOver(handover="H-1", digest=digest(evening)))
    with pytest.raises(NotAllowed, match="not signed on"):
        evening.do("bob", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    with pytest.raises(WrongState, match="signed already"):
        evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=ROOM))
    with pytest.raises(NotAllowed, match="from themselves"):
        evening.do("ann", TakeOver(handover="H-1", digest=digest(evening)))
    with pytest.raises(NotAllowed, match="Dan is not rostered at Desk now"):
        evening.do("dan", TakeOver(handover="H-1", digest=digest(evening)))
    evening.do("wang", CoverPost(post="desk", account="dan", reason="Bob is ill"))
    evening.do("dan", TakeOver(handover="H-1", digest=digest(evening)))
    with pytest.raises(NotFound, match="No handover H-1 is open"):
        evening.do("bob", TakeOver(handover="H-1", digest="0" * 64))


def test_begun_anew_the_old_sheet_is_given_up(evening: Plant) -> None:
    evening.do("ann", BeginHandover(post="desk"))
    given_up, begun = evening.do("ann", BeginHandover(post="desk"))
    assert wire_name(given_up) == "handover.abandoned"
    assert isinstance(begun, HandoverBegun)
    assert begun.handover == "H-2"
    with pytest.raises(NotAllowed, match="not signed on"):
        evening.do("cid", AbandonHandover(handover="H-2", reason="x"))
    evening.do("ann", AbandonHandover(handover="H-2", reason="false start"))
    assert evening.state.posts.handovers == {}


def test_the_room_is_answered_in_full_and_what_is_wrong_has_a_remark(evening: Plant) -> None:
    evening.do("ann", BeginHandover(post="desk"))

    def sign(*room: RoomAnswer) -> None:
        evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=list(room)))

    with pytest.raises(WrongState, match="not answered: Clean and tidy"):
        sign()
    with pytest.raises(WrongState, match="maybe is no answer to: Clean and tidy"):
        sign(RoomAnswer(item="clean", answer="maybe"), *ROOM[1:])
    with pytest.raises(WrongState, match="The room is not in order: Wet cloths"):
        sign(*ROOM[:-1], RoomAnswer(item="wet-cloths", answer="yes"))
    with pytest.raises(WrongState, match="Nothing called smell is asked"):
        sign(*ROOM, RoomAnswer(item="smell", answer="yes"))
    sign(*ROOM[:-1], RoomAnswer(item="wet-cloths", answer="yes", remark="taken out"))
    assert open_handover(evening).room[-1].remark == "taken out"


def test_the_questions_about_the_room_are_those_of_the_rounds_file(evening: Plant) -> None:
    items = (
        YesNo(id="tidy", ask=Text(en="Tidy", zh="整齐")),
        Number(id="warmth", ask=Text(en="Warmth", zh="室温"), at_least=10, at_most=30, must=False),
        Photo(id="photo", ask=Text(en="Photo", zh="照片")),
    )
    kind = RoundKind(id="room", name=Text(en="Room"), checklists=(Checklist(of="room", items=items),))
    evening.happen(RoundsLoaded(kinds=[kind]))
    assert [item.id for item in room_items(evening.state)] == ["tidy", "warmth"]
    evening.do("ann", BeginHandover(post="desk"))
    warm = [RoomAnswer(item="tidy", answer="yes"), RoomAnswer(item="warmth", answer="35")]
    with pytest.raises(WrongState, match="not in order: Warmth"):
        evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=warm))
    evening.do("ann", SignHandover(handover="H-1", digest=digest(evening), room=warm[:1]))


def test_a_long_section_says_how_much_it_leaves_out(evening: Plant) -> None:
    for number in range(MOST_LINES + 7):
        evening.alarm(f"kind-{number}", priority="low")
    critical = evening.alarm("last")
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    section = begun.sheet.sections[0]
    assert section.lines[-1].text.zh == "另有 8 条"
    assert critical in {line.key for line in section.lines}


commands = st.one_of(
    st.just(SignOn(post="desk")),
    st.just(SignOff(post="desk", reason="why")),
    st.just(BeginHandover(post="desk")),
    st.just("sign"),
    st.just("take"),
    st.just("override"),
    st.just("abandon"),
    st.just("alarm"),
    st.just("acknowledge"),
    st.builds(CoverPost, post=st.just("desk"), account=st.sampled_from(PEOPLE), reason=st.just("r")),
)


def command_of(plant: Plant, word: str) -> Command | None:
    handover = plant.state.posts.handovers.get("desk")
    name = handover.id if handover is not None else "H-1"
    known = digest_of(current_sheet(plant.state, handover)) if handover is not None else "0" * 64
    standing = next(iter(plant.state.alarms), "A-1")
    return {
        "sign": SignHandover(handover=name, digest=known, room=ROOM),
        "take": TakeOver(handover=name, digest=known),
        "override": OverrideHandover(handover=name, reason="r"),
        "abandon": AbandonHandover(handover=name, reason="r"),
        "acknowledge": AcknowledgeAlarm(alarm=standing),
    }.get(word)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((*PEOPLE, "wang")), commands, st.sampled_from((0, 0, 5, 200))), max_size=25))
def test_no_handover_has_one_person_twice_or_a_critical_alarm_that_nobody_answers_for(
    steps: list[tuple[str, Command | str, int]],
) -> None:
    plant = Plant(at(5, 19))
    for number, (who, step, minutes) in enumerate(steps):
        if step == "alarm":
            plant.alarm(f"kind-{number}")
            continue
        command = command_of(plant, step) if isinstance(step, str) else step
        assert command is not None
        with contextlib.suppress(Refused):
            plant.do(who, command)
        plant.until(plant.now + timedelta(minutes=minutes))
    walk(plant)


def walk(plant: Plant) -> None:
    """Fold the record once more, and look at every signature at the moment at which it was given."""
    state = State()
    before: dict[str, str] = {}
    signed: dict[str, str] = {}
    allowed: dict[str, set[str]] = {}
    for record in plant.records:
        event = record.event
        if isinstance(event, HandoverSigned | HandoverTaken):
            waiting = set(waiting_alarms(state, event.sheet.cameras))
            assert waiting <= allowed.get(event.handover, set()), "a critical alarm was left"
            assert event.digest == digest_of(event.sheet)
        if isinstance(event, HandoverSigned):
            assert event.handover not in signed
            signed[event.handover] = event.account
        if isinstance(event, HandoverTaken):
            assert signed[event.handover] == event.outgoing != event.account
        if isinstance(event, HandoverOverridden):
            allowed.setdefault(event.handover, set()).update(event.alarms)
        state = fold(state, record)
        after = {each.id: each.state for each in state.posts.handovers.values()}
        for key in before.keys() | after.keys():
            one, other = before.get(key, "[*]"), after.get(key, "[*]")
            assert one == other or (one, wire_name(event), other) in TRANSITIONS
        before = after


def test_a_sheet_that_says_the_same_has_the_same_digest(evening: Plant) -> None:
    (begun,) = evening.do("ann", BeginHandover(post="desk"))
    assert isinstance(begun, HandoverBegun)
    evening.until(evening.now + timedelta(minutes=5))
    assert digest(evening) == begun.digest
    assert changes(begun.sheet, replace(begun.sheet)) == []
