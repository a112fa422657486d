"""The duty log and the search on the command line, before a real hub."""

import csv
import io
import json
from pathlib import Path

import pytest

from hub.cli.room.log_table import as_csv
from hub.client.log import EntryView
from hub.core.delivery import EffectFailed
from hub.core.dutylog.events import LogEntered
from hub.core.dutylog.model import Entry
from hub.testing.clock import START
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site

JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 50


def entry_of(said: str) -> str:
    return said.split()[0]


def test_an_entry_is_written_shown_corrected_and_found(plant: Site, tmp_path: Path) -> None:
    photo = tmp_path / "围栏.jpg"
    photo.write_bytes(JPEG)
    written = plant.hub(
        *("log", "write", "东门有人翻越围栏 fence", "--kind", "incident", "--camera", "gate", "--report"),
        *("--at", "20m", "--attach", str(photo)),
        env=ADMIN,
    )
    incident = entry_of(written.stderr)
    done = plant.hub("log", "write", "guard sent", "--kind", "measure", "--about", incident, env=ADMIN)
    measure = entry_of(done.stderr)
    right = entry_of(
        plant.hub("log", "correct", incident, "only leaned on it", "--reason", "seen again", env=ADMIN).stderr
    )
    listed = plant.json("log", "list", "--camera", "gate")
    by_id = {view["entry"]["id"]: view for view in listed}
    assert by_id[incident]["corrected_by"] == right
    assert by_id[incident]["entry"]["reported"] is True
    assert by_id[measure]["entry"]["about"] == incident
    assert by_id[right]["entry"]["corrects"] == incident
    shown = plant.hub("log", "show", incident).stdout
    assert "东门有人翻越围栏" in shown
    assert "guard sent" in shown
    assert right in shown
    table = plant.hub("log", "list", "--find", "围栏").stdout
    assert f"corrected by {right}" in table
    found = plant.json("search", "翻越围栏")
    assert [hit["event"]["event"]["entry"] for hit in found["hits"]] == [incident]
    assert "翻越围栏" in plant.hub("search", "翻越围栏", "--kind", "log").stdout
    saved = tmp_path / "saved"
    saved.mkdir()
    plant.hub("log", "save", incident, "-o", str(saved))
    (file,) = saved.iterdir()
    assert file.read_bytes() == JPEG
    assert file.name.endswith("围栏.jpg")


def test_visitors_are_received_and_seen_off(plant: Site) -> None:
    arrived = plant.hub("log", "visitor", "王芳", "--unit", "消防支队", "--purpose", "年检", env=ADMIN)
    arrival = entry_of(arrived.stderr)
    assert [visitor["visitor"] for visitor in plant.json("log", "visitor")] == ["王芳"]
    assert "消防支队" in plant.hub("log", "visitor").stdout
    plant.hub("log", "leave", arrival, "--note", "badge back", env=ADMIN)
    assert plant.json("log", "visitor") == []
    again = plant.hub("log", "leave", arrival, env=ADMIN, code=4)
    assert "inside" in again.stderr


def test_a_picture_that_cannot_be_kept_is_on_record_with_the_entry(plant: Site) -> None:
    """The camera of this plant is not there, so there is nothing to keep."""
    plant.hub("log", "write", "look at this", "--camera", "gate", "--picture", env=ADMIN)
    entry = plant.recorded(LogEntered, text="look at this")
    plant.until(
        lambda: any(failed.cause == entry.seq for failed in plant.records(EffectFailed)), 20, "the refusal is on record"
    )
    failed = next(failed for failed in plant.records(EffectFailed) if failed.cause == entry.seq)
    assert failed.event.kind == "snapshot"
    assert failed.event.target == "gate"


def test_the_log_is_exported_for_excel_and_for_programs(plant: Site, tmp_path: Path) -> None:
    plant.hub("log", "write", "=1+1, 值班", env=ADMIN)
    table, document = tmp_path / "log.csv", tmp_path / "log.json"
    plant.hub("log", "export", "-o", str(table))
    data = table.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["entry", "kind", "happened"]
    assert [row for row in rows if "'=1+1, 值班" in row]
    plant.hub("log", "export", "-o", str(document))
    assert len(json.loads(document.read_text())) == len(rows) - 1


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("log", "write", "x"), 4, "sign-in"),
        (("log", "show", "L-999"), 4, "L-999"),
        (("log", "list", "--kind", "gossip"), 2, "gossip"),
        (("log", "list", "--since", "whenever"), 2, "not a time"),
        (("log", "visitor", "Smith"), 2, "--unit"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(
    plant: Site, command: tuple[str, ...], code: int, said: str
) -> None:
    done = plant.hub(*command, code=code)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_table_keeps_line_breaks_and_commas_in_their_cell() -> None:
    entry = Entry(
        id="L-1",
        seq=3,
        by="person:zhang",
        entered_at=START,
        kind="note",
        text='first, line\n"second"',
        happened_at=START,
    )
    rows = list(csv.reader(io.StringIO(as_csv([EntryView(entry=entry)], "Asia/Shanghai").decode("utf-8-sig"))))
    assert len(rows) == 2
    assert 'first, line\n"second"' in rows[1]
    assert "2026-01-05 16:00:00" in rows[1]
