import os
import pty
import subprocess
from pathlib import Path

from tests.e2e.hubs import HUB, PASSWORD, Site


def new(tmp_path: Path, name: str = "plant") -> Site:
    return Site(tmp_path / name, tmp_path / "home")


def test_a_new_site_is_complete_and_good(tmp_path: Path) -> None:
    site = new(tmp_path)
    done = site.hub("init", str(site.folder))
    assert PASSWORD not in done.stdout + done.stderr
    assert {str(p.relative_to(site.folder)) for p in site.folder.rglob("*.toml")} >= {
        "hub.toml",
        "rules/watch.toml",
        "rules/rounds.toml",
    }
    checked = site.json("check")
    assert checked["ok"]
    # Late in a year the make-up days of the next one are not announced yet, and the calendar says so.
    assert {problem["file"] for problem in checked["problems"]} <= {"rules/calendar.toml"}
    assert [account["id"] for account in site.json("accounts", "list")] == ["admin"]
    assert oct(site.data.stat().st_mode)[-3:] == "700"
    assert PASSWORD.encode() not in (site.data / "accounts.db").read_bytes()


def test_without_a_terminal_and_a_given_password_one_is_made_up_and_shown_once(tmp_path: Path) -> None:
    site = new(tmp_path)
    done = site.hub("init", str(site.folder), "--admin", "chief", env={"HUB_ADMIN_PASSWORD": ""})
    password = done.stdout.strip()
    assert len(password) >= 12
    assert password not in done.stderr
    site.start()
    site.hub("sign-in", "chief", env={"HUB_PASSWORD": password})
    site.end()


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    site = new(tmp_path)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*HUB, "init", str(site.folder)],
        env={**site.env, "HUB_ADMIN_PASSWORD": ""},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = _answered(ours, b"administrator: ", PASSWORD) + _answered(ours, b"confirmation: ", PASSWORD) + _rest(ours)
    assert process.wait(20) == 0, shown
    os.close(ours)
    assert PASSWORD.encode() not in shown
    site.start()
    site.hub("sign-in", "admin", env={"HUB_PASSWORD": PASSWORD})
    site.end()


def _answered(terminal: int, prompt: bytes, answer: str) -> bytes:
    seen = b""
    while prompt not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, answer.encode() + b"\n")
    return seen


def _rest(terminal: int) -> bytes:
    seen = b""
    try:
        while more := os.read(terminal, 1000):
            seen += more
    except OSError:  # the far end of a terminal that was closed
        pass
    return seen


def test_a_site_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    site = new(tmp_path).init()
    (site.folder / "hub.toml").write_text("# mine\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    done = site.hub("init", str(site.folder), code=2)
    assert "already" in done.stderr
    assert {path: path.read_bytes() for path in site.folder.rglob("*") if path.is_file()} == before


def test_a_password_that_is_too_short_makes_no_site(tmp_path: Path) -> None:
    site = new(tmp_path)
    done = site.hub("init", str(site.folder), code=None, env={"HUB_ADMIN_PASSWORD": "short"})
    assert done.returncode in (2, 4)
    assert "Traceback" not in done.stderr
    assert not (site.folder / "hub.toml").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = Site(tmp_path / "file" / "plant", tmp_path / "home").hub("init", str(tmp_path / "file" / "plant"), code=2)
    assert str(tmp_path / "file" / "plant") in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_plant_as_a_site_of_ones_own(tmp_path: Path) -> None:
    site = new(tmp_path).init("--demo")
    assert site.json("check")["ok"]
    assert "[plugins.demo]" in (site.folder / "hub.toml").read_text(encoding="utf-8")
