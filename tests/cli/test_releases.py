"""`hub releases` on a running hub: from the request to its end as far as people take it, and the register."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from hub.core.releases.events import RecordingHeld, ReleaseChecked, ReleaseRequested
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site

FIRST, OWN = "the-first-of-many", "a-password-of-ones-own"
HE = {"HUB_ACCOUNT": "he", "HUB_PASSWORD": OWN}
PERIOD = ("--from", "2026-01-05T08:00", "--to", "2026-01-05T09:00")


@pytest.fixture(scope="session")  # as long as the hub: a worker may leave these tests and come back to them
def office(plant: Site) -> Site:
    """The hub with a specialist who hands recordings out."""
    added = ("accounts", "add", "he", "--name", "He Yan", "--role", "specialist")
    domains = ("--domain", "security", "--domain", "production")
    plant.hub(*added, *domains, env={**ADMIN, "HUB_NEW_PASSWORD": FIRST})
    plant.hub("people", "password", env={**HE, "HUB_PASSWORD": FIRST, "HUB_NEW_PASSWORD": OWN})
    return plant


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("letters") / "letter.pdf"
    path.write_bytes(b"%PDF-1.4 the letter")
    return path


def request(office: Site, letter: Path) -> str:
    said = office.hub(
        *("releases", "request", "gate", "--agency", "Harbour police", "--reason", "=theft", "--content", "who left"),
        *(*PERIOD, "--officer", "Chen Gang=110233", "--officer", "Sun Li=110871"),
        *("--letter", str(letter), "--letter-number", "2026-114"),
        env=HE,
    )
    return said.stderr.split()[0]


def test_a_release_from_the_request_to_the_refusal(office: Site, letter: Path, tmp_path: Path) -> None:
    release = request(office, letter)
    asked = office.recorded(ReleaseRequested, release=release).event
    assert (asked.domain, asked.officers[1].name, asked.content) == ("security", "Sun Li", "who left")
    held = office.recorded(RecordingHeld, release=release).event
    assert (held.camera, held.from_at) == ("gate", asked.from_at)
    assert release in office.hub("releases").stdout
    shown = office.hub("releases", "show", release).stdout
    assert "To be checked" in shown
    assert "110233" not in shown
    assert f"Release {release} asked for: Harbour police, gate" in shown
    mine = office.hub("releases", "show", release, env=HE)
    assert mine.stdout
    office.hub("releases", "return", release, "--missing", "the gate at night", env=HE)
    office.hub("releases", "amend", release, "--content", "who left by night", env=HE)
    assert office.recorded(ReleaseRequested, release=release, again=True).event.content == "who left by night"
    office.hub("releases", "check", release, "--note", "both cards seen", env=HE)
    assert office.recorded(ReleaseChecked, release=release).event.note == "both cards seen"
    refused = office.hub("releases", "prepare", release, env=HE, code=4)
    assert f"The release {release} is checked." in refused.stderr
    in_chinese = office.hub("releases", "prepare", release, env={**HE, "LC_ALL": "zh_CN.UTF-8"}, code=4)
    assert f"调取 {release} 的状态为 待审批" in in_chinese.stderr
    office.hub("releases", "approve", release, env=ADMIN)
    office.hub("releases", "refuse", release, "--reason", "the letter was taken back", env=ADMIN)
    assert release not in office.hub("releases", "list").stdout
    assert release in office.hub("releases", "list", "--all").stdout


def test_the_register_is_shown_and_written_for_a_spreadsheet(office: Site, letter: Path, tmp_path: Path) -> None:
    release = request(office, letter)
    office.hub("releases", "withdraw", release, "--reason", "solved", env=HE)
    book = json.loads(office.hub("releases", "register", "--json").stdout)
    entry = next(entry for entry in book["entries"] if entry["number"] == release)
    assert (entry["state"], entry["person"], entry["unit"]["en"]) == ("withdrawn", "he", "Harbour police")
    assert "Harbour police" in office.hub("releases", "register").stdout
    written = tmp_path / "register.csv"
    assert re.search(r"\d entr(y|ies)", office.hub("releases", "register", "-o", str(written)).stderr)
    data = written.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    row = next(row for row in rows if row[0] == release)
    assert (row[3], row[9]) == ("'=theft", "Harbour police")
    assert len({len(row) for row in rows}) == 1
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book_file = tmp_path / "register.xlsx"
    office.hub("releases", "register", "--from", "2026-01-01", "-o", str(book_file))
    sheet = load_workbook(book_file)["register"]
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert any(row[0].value == release for row in sheet.iter_rows())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check", "F-999"), 4, "There is no release F-999."),
        (("show", "F-999"), 4, "There is no release F-999."),
        (("register", "-o", "register.doc"), 2, "neither CSV nor XLSX"),
        (("prepare", "F-1", "--blur", "gate:1,2,3"), 4, "is no region"),
        (
            ("request", "gate", "--agency", "A", "--reason", "r", "--content", "c", *PERIOD, "--officer", "Bao"),
            *(4, "names no officer"),
        ),
        (
            ("request", "gate", "--agency", "A", "--reason", "r", "--content", "c", *PERIOD, "--purpose", "fun"),
            *(4, "hub.toml does not allow this purpose."),
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    office: Site, arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert said in office.hub("releases", *arguments, env=HE, code=code).stderr


def test_letter_and_receipt_are_written_out_for_those_whose_business_they_are(
    office: Site, letter: Path, tmp_path: Path
) -> None:
    release = request(office, letter)
    office.hub("releases", "save", release, "-o", str(tmp_path), env=HE)
    [written] = tmp_path.iterdir()
    assert written.name.startswith(release)
    assert written.read_bytes() == letter.read_bytes()
    office.hub("releases", "withdraw", release, env=HE)
