"""The log panel: the journal's records, and the duty log that people write, each by one key."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.deeds import SnapshotTaken
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.dutylog.events import LogEntered
from hub.tui.panels.dutylog import PAGE, DutyLogView
from hub.tui.panels.log import LogPanel
from hub.tui.screens.form import FormScreen
from hub.tui.screens.logentry import EntryScreen
from hub.tui.widgets.cameras import EvidencePicture
from hub.tui.widgets.facts import FactsView
from tests.tui.conftest import NOW, Watch, Watching
from tests.tui.fake_hub import FakeHub
from tests.tui.pictures import jpeg, scene
from tests.tui.searched import searched

ZHANG = "person:zhang"


@pytest.fixture
def hub(hub: FakeHub, tmp_path: Path) -> Iterator[FakeHub]:
    with searched(hub, tmp_path):
        yield hub


def entry(number: int, text: str, **changes: object) -> LogEntered:
    fields = {"entry": f"L-{number}", "kind": "incident", "text": text, "happened_at": NOW, **changes}
    return LogEntered(**fields)  # type: ignore[arg-type]


async def duty_log(w: Watching) -> DutyLogView:
    await w.press("4", "d")
    view = w.room.query_one(DutyLogView)
    await w.until(lambda: view._fetched, "the first page")
    await w.pilot.pause()
    return view


async def filled_in(w: Watching) -> None:
    await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")


async def test_one_key_turns_from_the_records_to_the_duty_log_and_back(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "东门有人翻越围栏", cameras=["gate-1"]), actor=ZHANG)
    async with watch(hub) as w:
        await w.press("4")
        await w.until_seen("What happened", "judged again")
        await w.press("d")
        await w.until_seen("! Incident", "东门有人翻越围栏", "Main gate", "Zhang Wei", "duty log")
        assert not w.sees("judged again")
        await w.press("d")
        await w.until_seen("judged again")


async def test_an_entry_is_written_in_two_keys_and_the_typing(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang") as w:
        await duty_log(w)
        await w.until_seen("Nothing has been written into the duty log yet.")
        await w.press("e")
        await filled_in(w)
        await w.press(*"quiet", "ctrl+s")
        await w.until_seen("It is in the duty log.", "~ Note", "quiet", "Zhang Wei")
        assert hub.commands == [WriteEntry(kind="note", text="quiet")]


async def test_an_entry_from_the_records_opens_the_duty_log(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang") as w:
        await w.press("4", "e")
        await filled_in(w)
        await w.press(*"quiet", "ctrl+s")
        await w.until_seen("It is in the duty log.", "~ Note", "quiet")


async def test_what_was_typed_wrong_is_said_and_nothing_is_lost(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        await duty_log(w)
        await w.press("e")
        await filled_in(w)
        await w.press("ctrl+s")
        await w.until_seen("Say what happened.")
        await w.press(*"fence")
        w.app.screen.query_one("#when").focus()
        await w.press(*"tomorrow", "ctrl+s")
        await w.until_seen("or leave it empty")
        await w.press("escape")
        await w.press("e")
        await filled_in(w)
        await w.until_seen("fence")
        assert w.app.screen.query_one("#when").value == "tomorrow"
        assert hub.commands == []


async def test_cameras_are_named_as_people_call_them(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        await duty_log(w)
        await w.press("e")
        await filled_in(w)
        await w.press(*"seen")
        field = w.app.screen.query_one("#cameras")
        for typed, said in (("gate", "Several cameras are called like gate"), ("whale", "No camera is called whale")):
            field.value = typed
            await w.press("ctrl+s")
            await w.until_seen(said)
        field.value = "MAIN, 炉口、press-1"
        await w.press("ctrl+s")
        await w.until(lambda: hub.commands, "the command")
        assert hub.commands == [WriteEntry(kind="note", text="seen", cameras=["gate-1", "furnace", "press-1"])]


async def test_a_measure_belongs_to_the_incident_under_the_cursor(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "fence climbed", cameras=["gate-1"]), entry(2, "x", kind="note"), actor=ZHANG)
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        view = await duty_log(w)
        await w.press("m")
        await w.until_seen("A measure belongs to an incident")
        view.choose("L-1")
        await w.press("m")
        await filled_in(w)
        await w.until_seen("Measure taken, L-1", "fence climbed")
        await w.press(*"sent", "ctrl+s")
        await w.until_seen("> Measure", "[to L-1] sent")
        assert hub.commands == [WriteEntry(kind="measure", text="sent", about="L-1")]


async def test_a_corrected_entry_is_struck_through_with_the_way_to_the_new_one(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "gate open"), actor=ZHANG)
    async with watch(hub, account="zhang") as w:
        await duty_log(w)
        await w.press("c")
        await filled_in(w)
        await w.until_seen("gate open", "stays, struck through")
        w.app.screen.query_one("#reason").focus()
        await w.press(*"wrong", "ctrl+s")
        await w.until_seen("L-1 is corrected.", "[see L-2] gate open", "[instead of L-1] gate open")
        assert hub.commands == [CorrectEntry(entry="L-1", text="gate open", reason="wrong")]
        struck = w.table("duty-log").render_line(1)
        assert all(part.style is not None and part.style.strike for part in struck if part.text.strip())
        w.room.query_one(DutyLogView).choose("L-1")
        await w.press("c")
        await w.until_seen("It was corrected already, by L-2.")


async def test_visitors_come_and_go(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang", size=(90, 40)) as w:
        await duty_log(w)
        await w.press("b")
        await w.until_seen("No visitor is inside by the log.")
        await w.press("v")
        await filled_in(w)
        await w.press(*"Smith", "enter", *"Siemens", "enter", *"service", "ctrl+s")
        await w.until_seen("+ Visitor", "Smith, Siemens: service")
        w.clock.advance(600)
        await w.until(lambda: w.room.panel.situation.site.visitors, "the visitor")
        await w.press("b")
        await filled_in(w)
        await w.until_seen("Smith (Siemens): since 10:30")
        await w.press("ctrl+s")
        await w.until_seen("- Left", "[to L-1]", "[left] Smith")
        assert hub.commands == [
            ReceiveVisitor(visitor="Smith", unit="Siemens", purpose="service"),
            SeeOffVisitor(entry="L-1"),
        ]


async def test_pictures_are_kept_by_one_key_and_looked_at(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "fence climbed", cameras=["gate-1"]), entry(2, "x"), actor=ZHANG)
    async with watch(hub, account="zhang") as w:
        view = await duty_log(w)
        await w.press("p")
        await w.until_seen("This entry names no camera.")
        view.choose("L-1")
        await w.press("p")
        await w.until_seen("The hub keeps the pictures.", "[to L-1] Pictures kept with")
        (command,) = hub.commands
        assert isinstance(command, WriteEntry)
        assert (command.pictures, command.about) == (["gate-1"], "L-1")
        kept = hub.records[-1]
        hub.happen(SnapshotTaken(camera="gate-1", rule="", evidence=hub.evidence_of("gate-1")), cause=kept.seq)
        await w.until(lambda: any(each.pictures for each in view._entries), "the picture")
        view.choose("L-3")
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, EntryScreen), "the entry")
        picture = w.app.screen.query_one(EvidencePicture)
        await w.until(lambda: picture.has_picture, "the picture is drawn")
        await w.until_seen("Duty log L-3", "Main gate")
        facts = w.app.screen.query_one(FactsView)
        await w.until(lambda: "L-1: fence climbed" in facts.text, "what it follows")
        await w.press("escape")
        assert not isinstance(w.app.screen, EntryScreen)


async def test_files_that_were_handed_over_are_looked_at_one_after_another(
    watch: Watch, hub: FakeHub, tmp_path: Path
) -> None:
    photo, letter = tmp_path / "photo.jpg", tmp_path / "letter.pdf"
    photo.write_bytes(jpeg(scene(seed=1)))
    letter.write_bytes(b"%PDF-1.7 letter")
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        await duty_log(w)
        for file in (photo, letter):
            await w.press("e")
            await filled_in(w)
            await w.press(*"seen")
            field = w.app.screen.query_one("#file")
            field.value = str(file)
            await w.press("ctrl+s")
            await w.until(lambda: not isinstance(w.app.screen, FormScreen), "it is written")
        view = w.room.query_one(DutyLogView)
        await w.until(lambda: len(view._entries) == 2, "both entries")
        view.choose("L-1")
        await w.press("enter")
        picture = w.app.screen.query_one(EvidencePicture)
        await w.until(lambda: picture.has_picture, "the photo")
        assert picture.caption == "photo.jpg"
        await w.press("escape")
        view.choose("L-2")
        await w.press("enter")
        await w.until_seen("letter.pdf")
        assert not w.app.screen.query_one(EvidencePicture).display


async def test_a_file_that_cannot_be_sent_keeps_the_form_open(watch: Watch, hub: FakeHub, tmp_path: Path) -> None:
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        await duty_log(w)
        await w.press("e")
        await filled_in(w)
        await w.press(*"seen")
        w.app.screen.query_one("#file").value = str(tmp_path / "nowhere.jpg")
        await w.press("ctrl+s")
        await w.until_seen("cannot be read")
        assert isinstance(w.app.screen, FormScreen)
        assert hub.commands == []


async def test_entries_are_shown_by_kind_camera_day_and_words(watch: Watch, hub: FakeHub) -> None:
    hub.happen(
        entry(1, "yesterday", happened_at=NOW - timedelta(days=1)),
        entry(2, "fence", cameras=["gate-1"]),
        entry(3, "all well", kind="note"),
        actor=ZHANG,
    )
    async with watch(hub) as w:
        view = await duty_log(w)
        await w.until_seen("yesterday", "fence", "all well")
        await w.press("f")
        await w.until_gone("all well")
        await w.until_seen("fence", "Incident")
        await w.press("f", "f", "f")
        await w.until_seen("all well")
        await w.until_gone("fence")
        await w.press("f")
        await w.until_seen("fence", "all well")
        await w.press("slash", *"2026-11-22")
        await w.until_gone("fence")
        await w.until_seen("yesterday")
        await w.press("escape")
        await w.until_seen("fence")
        await w.press("slash", *"FEN")
        await w.until_gone("all well")
        await w.press("enter")
        assert view.table.has_focus
        await w.press("escape")
        await w.until_seen("all well")
        w.room.query_one(LogPanel).only_camera("gate-1")
        await w.until_gone("all well")
        await w.until_seen("fence")
        await w.press("slash", *"鲸鱼")
        await w.until_seen("No entry matches.")


async def test_older_pages_come_when_asked_for_until_there_are_none(watch: Watch, hub: FakeHub) -> None:
    hub.happen(*(entry(number, f"entry {number}") for number in range(1, PAGE + 21)), actor=ZHANG)
    async with watch(hub) as w:
        view = await duty_log(w)
        assert len(view._entries) == PAGE
        assert w.table("duty-log").chosen == view.table.row_keys[-1]
        await w.press("o")
        await w.until(lambda: len(view._entries) == PAGE + 20, "the older ones")
        await w.press("o")
        await w.until_seen("There are no older entries.")


async def test_what_others_write_appears_by_itself_and_the_cursor_follows(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "first"), actor=ZHANG)
    async with watch(hub) as w:
        view = await duty_log(w)
        hub.happen(entry(2, "second"), actor="person:li")
        await w.until_seen("second")
        assert view.chosen().entry.id == "L-2"
        await w.press("home")
        hub.happen(entry(3, "third"), actor="person:li")
        await w.until_seen("third")
        assert view.chosen().entry.id == "L-1"


async def test_a_repairer_of_one_domain_sees_nothing_of_another(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "at the gate", cameras=["gate-1"]), entry(2, "at the press", cameras=["press-1"]), actor=ZHANG)
    async with watch(hub, account="li") as w:
        await duty_log(w)
        await w.until_seen("at the press")
        assert not w.sees("at the gate")


async def test_the_duty_log_speaks_chinese(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "东门有人翻越围栏", cameras=["gate-1"]), actor=ZHANG)
    async with watch(hub, language="zh_CN", size=(140, 40)) as w:
        await duty_log(w)
        await w.until_seen("东门有人翻越围栏", "大门", "L-1")


async def test_a_lost_hub_is_said_and_the_entries_stay(watch: Watch, hub: FakeHub) -> None:
    hub.happen(entry(1, "first"), actor=ZHANG)
    async with watch(hub) as w:
        await duty_log(w)
        hub.lose()
        await w.until_seen("first", "Connection refused")
