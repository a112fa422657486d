"""The pictures that entries of the duty log want become errands of the outbox, each once."""

from hub.automation.model import TakeSnapshot
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event, Record
from hub.runtime.delivery.outbox import SNAPSHOT, Errand, opened
from hub.runtime.duties.search import pictures_wanted
from hub.testing.clock import START


def record(seq: int, event: Event) -> Record:
    return Record(seq, START, START, "person:zhang", None, event, None, b"")


def entry(number: int, *cameras: str) -> LogEntered:
    return LogEntered(entry=f"L-{number}", kind="note", text="x", happened_at=START, pictures=list(cameras))


def test_each_camera_of_each_entry_is_asked_for_once_with_the_entry_as_the_cause() -> None:
    wanted = pictures_wanted(
        [record(5, entry(1, "gate-1", "press-1")), record(6, entry(2)), record(7, entry(3, "gate-1"))]
    )
    assert [(each.kind, each.cause, each.state) for each in wanted] == [
        (SNAPSHOT, 5, "pending"),
        (SNAPSHOT, 5, "pending"),
        (SNAPSHOT, 7, "pending"),
    ]
    assert len({each.key for each in wanted}) == 3
    assert opened(wanted[0]) == Errand("", TakeSnapshot(camera="gate-1"))
