"""`hub verify --recordings` as a person runs it, on a site whose recordings somebody touched."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from tests.chaos.vault import Vault
from tests.e2e.hubs import HUB, Site


class Said(NamedTuple):
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def hub(site: Site, *arguments: str, code: int = 0) -> Said:
    """The command in this process: it is the same, and starts at once."""
    done = CliRunner().invoke(app, [*arguments, "--site", str(site.folder)])
    assert done.exit_code == code, done.output
    return Said(done.stdout, done.stderr)


@pytest.fixture
def vault(idle: Site) -> Iterator[Vault]:
    idle.data.mkdir(exist_ok=True)
    made = Vault(idle.data)
    yield made
    made.close()


def test_what_nobody_touched_is_proven(idle: Site, vault: Vault) -> None:
    vault.record(count=3, offset_s=-2.25)
    vault.seal()
    vault.record("yard")
    said = hub(idle, "verify", "--recordings").stdout
    assert "the chain is whole" in said
    assert "3 recordings, 0 MB, are as they were sealed." in said
    assert "1 wait for the next seal." in said
    assert "-2.2 s" in said
    found = hub(idle, "verify", "--recordings", "--json").json
    assert (found["ok"], found["chain"], found["lists"], found["recordings"]["damages"]) == (True, True, [], [])
    assert found["recordings"]["segments"] == 3
    assert found["recordings"]["clocks"] == {"gate": [3, -2.25, -2.25]}


def test_what_somebody_touched_is_named_with_exit_code_5(idle: Site, vault: Vault) -> None:
    made = vault.sealed(5)
    vault.path(made[0]).unlink()
    vault.path(made[1]).write_bytes(vault.path(made[2]).read_bytes())
    vault.path(made[3]).rename(vault.path(made[3]).with_name("gate_main_20260105T230000.000Z.mp4"))
    said = hub(idle, "verify", "--recordings", code=5).stdout
    assert f"{made[0].name}: is missing" in said
    assert f"{made[1].name}: holds the content of {made[2].name}" in said
    assert f"{made[3].name}: lies under another name now: gate/2026-01-05/gate_main_20260105T230000.000Z.mp4" in said
    assert "3 recordings are not as they were sealed." in said
    found = hub(idle, "verify", "--recordings", "--json", code=5).json
    assert (found["ok"], found["chain"]) == (False, True)
    assert [one["flaw"] for one in found["recordings"]["damages"]] == ["missing", "swapped", "renamed"]
    only = hub(idle, "verify", "--recordings", "--from", "2026-01-07", "--json").json
    assert only["recordings"]["segments"] == 0


def test_a_file_of_noted_heads_finds_a_record_that_was_written_anew(idle: Site, vault: Vault, tmp_path: Path) -> None:
    vault.sealed(2)
    first = vault.head
    vault.sealed(2)
    mails = tmp_path / "mails.txt"
    mails.write_text(
        f"From: hub\nKeep this message. The record ends with {first.seq}:{first.hash.hex()}\n"
        f"> hub verify --head {vault.head.seq}:{vault.head.hash.hex()}\n"
    )
    assert hub(idle, "verify", "--recordings", "--heads", str(mails), "--json").json["ok"]
    vault.sql("UPDATE record SET body = replace(body, '\"count\":2', '\"count\":1') WHERE seq = 1")
    vault.rehash()
    assert hub(idle, "verify", "--json").json["ok"]
    found = hub(idle, "verify", "--heads", str(mails), "--json", code=5).json
    assert found["first_bad_seq"] == first.seq
    (tmp_path / "none.txt").write_text("nothing here")
    assert "no head in" in hub(idle, "verify", "--heads", str(tmp_path / "none.txt"), code=2).stderr
    assert "cannot be read" in hub(idle, "verify", "--heads", str(tmp_path / "nowhere"), code=2).stderr


def test_with_a_broken_chain_what_can_be_proven_still_is(idle: Site, vault: Vault) -> None:
    made = vault.sealed(2)
    vault.sealed(2, camera="yard")
    vault.path(made[0]).unlink()
    vault.sql("UPDATE record SET actor = 'nobody' WHERE seq = 2")
    found = hub(idle, "verify", "--recordings", "--json", code=5).json
    assert (found["chain"], found["first_bad_seq"], found["recordings"]["segments"]) == (False, 2, 1)
    assert [one["segment"] for one in found["recordings"]["damages"]] == [made[0].name]


def recordings_read_by(process: int) -> set[str]:
    """Those that it has open now."""
    names = set()
    for file in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            names.add(os.readlink(file))
    return {name for name in names if name.endswith(".mp4")}


def test_what_was_interrupted_goes_on_when_it_is_asked_to(idle: Site, vault: Vault) -> None:
    vault.record(count=16, size=500_000)
    vault.seal()
    running = subprocess.Popen(
        [*HUB, "verify", "--recordings", "--rate", "0.8", "--site", str(idle.folder)],
        env=idle.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Whatever runs the tests may ignore it, and what is ignored is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    note = idle.data / "verify.note"
    try:
        deadline = time.monotonic() + 30
        read: set[str] = set()
        while len(read) < 3:  # so that some were read to their end
            read |= recordings_read_by(running.pid)
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130
    finally:
        running.kill()
        running.wait(10)
    assert note.exists()
    done = hub(idle, "verify", "--recordings", "--resume")
    assert "16 recordings" in done.stdout
    assert "Gone on from where it was interrupted" in done.stderr
    assert not note.exists()


def test_what_cannot_be_asked_is_told_with_the_way_out(idle: Site) -> None:
    idle.data.mkdir(exist_ok=True)
    vault = Vault(idle.data)
    vault.sealed(1)
    vault.close()
    assert "no camera nowhere" in hub(idle, "verify", "--recordings", "--camera", "nowhere", code=2).stderr
    assert "is not a time" in hub(idle, "verify", "--recordings", "--from", "tomorrow", code=2).stderr
    assert "leave the file out" in hub(idle, "verify", "copy.db", "--recordings", code=2).stderr
    vault.folder.rename(vault.data / "away")
    assert "Is its disk mounted?" in hub(idle, "verify", "--recordings", code=2).stderr
