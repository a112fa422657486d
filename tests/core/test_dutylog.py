"""The duty log: nothing in it changes; what is wrong is corrected by an entry that points at it."""

from datetime import timedelta

import pytest

from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised, AlarmReturned
from hub.core.attachments.events import AttachmentAdded
from hub.core.command import Command
from hub.core.decisions import cameras_of, decide
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.dutylog.events import LogEntered
from hub.core.dutylog.model import MOST_RECENT, Entry
from hub.core.event import Event
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from hub.errors import NotFound, Refused, WrongState
from tests.core.conftest import History

FILE = "ab" * 32


def give(history: History, command: Command, actor: str = "person:zhang") -> LogEntered:
    (event,) = history.decide(decide, command, actor)
    assert isinstance(event, LogEntered)
    return event


def incident(history: History, **changes: object) -> LogEntered:
    return give(history, WriteEntry(**{"kind": "incident", "text": "Somebody climbed the fence", **changes}))  # type: ignore[arg-type]


def raised(alarm: str, camera: str) -> Event:
    return AlarmRaised(
        alarm=alarm,
        rule="signal",
        kind="signal",
        subject=f"camera:{camera}",
        camera=camera,
        priority="high",
        title=Text(en="Lost"),
    )


def last(history: History) -> Entry:
    return history.state.dutylog.recent[-1]


def test_entries_are_numbered_and_kept_in_order_with_who_wrote_them(history: History) -> None:
    incident(history, cameras=["gate-1"])
    give(history, WriteEntry(kind="note", text="值班正常"), "person:li")
    first, second = history.state.dutylog.recent
    assert (first.id, first.by, first.cameras, first.late) == ("L-1", "person:zhang", ["gate-1"], False)
    assert (second.id, second.by, second.text) == ("L-2", "person:li", "值班正常")
    assert first.seq < second.seq
    assert history.state.dutylog.count == 2


def test_an_entry_written_long_after_it_happened_is_marked_as_late(history: History) -> None:
    just_in_time = incident(history, happened_at=history.now - timedelta(minutes=30))
    late = incident(history, happened_at=history.now - timedelta(minutes=31))
    assert (just_in_time.late, late.late) == (False, True)


def test_nothing_can_be_written_down_before_it_happened_or_a_month_after(history: History) -> None:
    with pytest.raises(WrongState, match="not come yet"):
        incident(history, happened_at=history.now + timedelta(minutes=2))
    with pytest.raises(WrongState, match="31 days ago"):
        incident(history, happened_at=history.now - timedelta(days=32))
    a_little_ahead = incident(history, happened_at=history.now + timedelta(seconds=20))
    assert a_little_ahead.happened_at < history.now


def test_a_measure_belongs_to_its_incident_and_is_about_the_same_cameras(history: History) -> None:
    incident(history, cameras=["gate-1"])
    measure = give(history, WriteEntry(kind="measure", text="Sent away", about="L-1", taken_by="Guard Chen"))
    assert (measure.about, measure.cameras, measure.taken_by) == ("L-1", ["gate-1"], "Guard Chen")


def test_an_entry_about_an_alarm_or_a_ticket_is_about_its_camera(history: History) -> None:
    history.happen(raised("A-1", "gate-1"), TicketOpened(ticket="T-1", title=Text(en="Repair"), camera="press-1"))
    assert incident(history, alarm="A-1").cameras == ["gate-1"]
    assert incident(history, ticket="T-1").cameras == ["press-1"]


def test_an_alarm_that_is_over_can_still_be_written_about(history: History) -> None:
    history.happen(raised("A-1", "gate-1"), AlarmReturned(alarm="A-1"), AlarmAcknowledged(alarm="A-1", note=""))
    assert "A-1" not in history.state.alarms
    assert incident(history, alarm="A-1").alarm == "A-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"alarm": "A-1"},
        {"alarm": "T-1"},
        {"alarm": "A-0"},
        {"alarm": "A-①"},
        {"ticket": "T-9"},
        {"about": "L-1"},
        {"cameras": ["nowhere"]},
        {"pictures": ["nowhere"]},
    ],
)
def test_what_is_not_there_cannot_be_named(history: History, changes: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        incident(history, **changes)
    assert history.state.dutylog.count == 0


def test_only_files_that_were_handed_over_can_be_attached(history: History) -> None:
    with pytest.raises(Refused, match="handed over"):
        incident(history, attachments=[FILE])
    history.happen(AttachmentAdded(attachment=FILE, name="a.jpg", media="image/jpeg", bytes=9, domains=["security"]))
    assert incident(history, attachments=[FILE, FILE]).attachments == [FILE]


def test_a_correction_keeps_what_it_does_not_change_and_points_at_the_wrong_one(history: History) -> None:
    incident(history, cameras=["gate-1"], reported=True)
    right = give(
        history, CorrectEntry(entry="L-1", text="Somebody leaned on the fence", reason="seen on the recording")
    )
    assert (right.entry, right.corrects, right.reason, right.kind) == (
        "L-2",
        "L-1",
        "seen on the recording",
        "incident",
    )
    assert (right.cameras, right.reported) == (["gate-1"], True)
    old, new = history.state.dutylog.recent
    assert (old.text, old.corrected_by) == ("Somebody climbed the fence", "L-2")
    assert (new.text, new.corrected_by) == ("Somebody leaned on the fence", "")


def test_an_entry_is_corrected_once_and_then_its_correction(history: History) -> None:
    incident(history)
    give(history, CorrectEntry(entry="L-1", text="b", reason="r"))
    with pytest.raises(WrongState, match="L-2") as refusal:
        give(history, CorrectEntry(entry="L-1", text="c", reason="r"))
    assert refusal.value.hint == "Correct L-2."
    assert give(history, CorrectEntry(entry="L-2", text="c", reason="r")).corrects == "L-2"


def test_the_state_keeps_the_newest_entries_and_older_ones_are_no_longer_corrected(history: History) -> None:
    for number in range(MOST_RECENT + 5):
        incident(history, text=f"entry {number}")
    log = history.state.dutylog
    assert (len(log.recent), log.count) == (MOST_RECENT, MOST_RECENT + 5)
    assert log.recent[-1].id == f"L-{MOST_RECENT + 5}"
    with pytest.raises(WrongState, match="too old"):
        give(history, CorrectEntry(entry="L-1", text="x", reason="r"))
    with pytest.raises(NotFound):
        give(history, CorrectEntry(entry="L-999", text="x", reason="r"))


def test_visitors_are_inside_until_they_are_seen_off(history: History) -> None:
    give(history, ReceiveVisitor(visitor="王芳", unit="消防支队", purpose="年检"))
    give(history, ReceiveVisitor(visitor="Smith", unit="Siemens", purpose="service"))
    assert list(history.state.dutylog.visitors) == ["L-1", "L-2"]
    left = give(history, SeeOffVisitor(entry="L-1", note="交回临时卡"))
    assert (left.about, left.leaving, left.visitor, left.unit) == ("L-1", True, "王芳", "消防支队")
    assert list(history.state.dutylog.visitors) == ["L-2"]
    with pytest.raises(NotFound, match="L-1"):
        give(history, SeeOffVisitor(entry="L-1"))


def test_a_visitor_does_not_go_before_coming(history: History) -> None:
    give(history, ReceiveVisitor(visitor="Smith", unit="Siemens", purpose="service"))
    with pytest.raises(WrongState, match="came after"):
        give(history, SeeOffVisitor(entry="L-1", happened_at=history.now - timedelta(hours=1)))


def test_a_visitor_whose_arrival_was_corrected_is_still_inside_once(history: History) -> None:
    give(history, ReceiveVisitor(visitor="Smith", unit="Siemens", purpose="service"))
    give(history, CorrectEntry(entry="L-1", text="the name on the card is Smyth", reason="card"))
    assert list(history.state.dutylog.visitors) == ["L-2"]
    give(history, SeeOffVisitor(entry="L-2"))
    assert history.state.dutylog.visitors == {}
    give(history, CorrectEntry(entry="L-2", text="really Smyth", reason="card"))
    assert history.state.dutylog.visitors == {}


def test_the_rights_are_asked_for_every_camera_that_an_entry_touches(history: History) -> None:
    history.happen(raised("A-1", "gate-1"))
    incident(history, cameras=["press-1"])
    command = WriteEntry(kind="measure", text="x", cameras=["press-1"], pictures=["gate-1"], alarm="A-1", about="L-1")
    assert set(cameras_of(history.state, command)) == {"press-1", "gate-1"}
    assert set(cameras_of(history.state, CorrectEntry(entry="L-1", text="x", reason="r"))) == {"press-1"}
    assert cameras_of(history.state, ReceiveVisitor(visitor="a", unit="b", purpose="c")) == ()


def test_the_pictures_of_cameras_are_wanted_of_each_once(history: History) -> None:
    entry = incident(history, cameras=["press-1"], pictures=["gate-1", "gate-1"])
    assert (entry.pictures, entry.cameras) == (["gate-1"], ["press-1", "gate-1"])
