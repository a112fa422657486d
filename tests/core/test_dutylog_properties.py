"""Whatever is asked of the duty log, in whatever order: it only grows, and says what became of everything."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.catalogue import SiteConfigured
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.dutylog.events import LogEntered
from hub.errors import Refused
from tests.core.conftest import SITE, History

ENTRIES = st.integers(1, 12).map("L-{}".format)
CAMERAS = st.lists(st.sampled_from(["press-1", "gate-1", "nowhere"]), max_size=2)
COMMANDS = st.one_of(
    st.builds(
        WriteEntry,
        kind=st.sampled_from(["incident", "measure", "note"]),
        text=st.just("text"),
        cameras=CAMERAS,
        about=st.none() | ENTRIES,
    ),
    st.builds(ReceiveVisitor, visitor=st.just("Smith"), unit=st.just("Siemens"), purpose=st.just("service")),
    st.builds(SeeOffVisitor, entry=ENTRIES),
    st.builds(CorrectEntry, entry=ENTRIES, text=st.just("right"), reason=st.just("wrong"), cameras=st.none() | CAMERAS),
)


@settings(max_examples=200)
@given(st.lists(COMMANDS, max_size=25))
def test_the_log_only_grows_and_every_pointer_points_back(commands: list[Command]) -> None:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    for command in commands:
        before = history.state.dutylog
        with suppress(Refused):
            history.decide(decide, command, "person:zhang")
        after = history.state.dutylog
        assert len(after.recent) - len(before.recent) in (0, 1)
        assert [entry.text for entry in after.recent[: len(before.recent)]] == [entry.text for entry in before.recent]
    log = history.state.dutylog
    numbers = {entry.id: number for number, entry in enumerate(log.recent, 1)}
    assert list(numbers) == [f"L-{number}" for number in numbers.values()]
    for entry in log.recent:
        for other in filter(None, (entry.about, entry.corrects)):
            assert numbers[other] < numbers[entry.id]
        if entry.corrected_by:
            (correction,) = (other for other in log.recent if other.corrects == entry.id)
            assert correction.id == entry.corrected_by
    entered = [record.event for record in history.records if isinstance(record.event, LogEntered)]
    gone = {event.about for event in entered if event.leaving}
    arrived = {event.entry for event in entered if event.kind == "visitor" and not event.leaving}
    replaced = {event.corrects for event in entered if event.corrects}
    assert log.visitors.keys() <= arrived - gone - replaced
