"""`hub plugins capture` against a real server, and what it kept played again."""

from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from hub.cli.plugins.plugins import plugins_app
from hub.testing.devices import Fault, ReplayServer, Reply, load_captured

PASSWORD = "p@ss/#?%:ü"
INFO = b"<Info><serialNumber>DS-4711-XYZ</serialNumber><mac>44:19:b6:00:00:09</mac></Info>"
TABLE = {
    ("GET", "/info"): Reply(body=INFO),
    ("GET", "/events"): Reply(stream=[b"--b\r\n\r\nserialNumber=DS-4711-XYZ\r\n"], media="multipart/mixed; boundary=b"),
    ("GET", "/locked"): Fault("garbage"),
    ("POST", "/svc", "GetUsers"): Reply(body=f"<password>{PASSWORD}</password>".encode()),
}


def call(*arguments: str, answer: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(plugins_app, ["capture", *arguments], input=answer)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("CAPTURE_PASSWORD", PASSWORD)
    return ("--user", "admin", "--password", "env:CAPTURE_PASSWORD")


def test_what_is_captured_plays_again_without_what_is_private(tmp_path: Path, secret: tuple[str, ...]) -> None:
    file = tmp_path / "kept.json"
    with ReplayServer(TABLE, user="admin", password=PASSWORD, tls=True) as device:
        url = f"https://127.0.0.1:{device.address.port}"
        code, shown, said = call(
            *(url, "/info", "/events", "/locked", "/nothing", "-o", str(file), "--seconds", "1"),
            *("--fingerprint", device.fingerprint, *secret),
            answer="y\n",
        )
    assert code == 0, said
    assert "/locked: " in said
    assert "Kept 3 answers" in said
    assert "GET /info -> 200" in shown
    assert "SERIAL-0001" in shown
    written = file.read_text(encoding="utf-8")
    for private in ("DS-4711-XYZ", "44:19", PASSWORD):
        assert private not in written + shown + said
    with ReplayServer(load_captured(file)) as again:
        base = f"http://127.0.0.1:{again.address.port}"
        with httpx2.Client(base_url=base, trust_env=False, timeout=3) as asking:
            info = b"<Info><serialNumber>SERIAL-0001</serialNumber><mac>02:00:00:00:00:01</mac></Info>"
            assert asking.get("/info").content == info
            assert asking.get("/nothing").status_code == 404
            with asking.stream("GET", "/events") as answer:
                assert b"SERIAL-0001" in next(answer.iter_bytes())


def test_a_body_is_posted_and_kept_by_its_operation(tmp_path: Path, secret: tuple[str, ...]) -> None:
    file, body = tmp_path / "kept.json", tmp_path / "ask.xml"
    body.write_text("<s:Envelope xmlns:s='e'><s:Body><GetUsers xmlns='u'/></s:Body></s:Envelope>", encoding="utf-8")
    with ReplayServer(TABLE, user="admin", password=PASSWORD) as device:
        code, _, said = call(
            *(f"http://127.0.0.1:{device.address.port}", "/svc", "--body", str(body), "-o", str(file), "--yes"), *secret
        )
    assert code == 0, said
    (key,) = load_captured(file)
    assert key == ("POST", "/svc", "GetUsers")
    assert load_captured(file)[key].body == b"<password>***</password>"


def test_nothing_is_kept_without_a_yes(tmp_path: Path, secret: tuple[str, ...]) -> None:
    file = tmp_path / "kept.json"
    with ReplayServer(TABLE, user="admin", password=PASSWORD) as device:
        code, shown, _ = call(
            f"http://127.0.0.1:{device.address.port}", "/info", "-o", str(file), *secret, answer="n\n"
        )
    assert code == 0
    assert "GET /info" in shown
    assert not file.exists()


def test_a_wrong_password_is_tried_once_for_all_paths(tmp_path: Path, secret: tuple[str, ...]) -> None:
    with ReplayServer(TABLE, user="admin", password="another") as device:
        code, _, said = call(
            *(f"http://127.0.0.1:{device.address.port}", "/info", "/events", "-o", str(tmp_path / "x"), "-y"), *secret
        )
        assert device.failed_sign_ins == 1
    assert code == 1
    assert PASSWORD not in said
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("http://10.0.0.8", "info"), "is no path"),
        (("http://admin:x@10.0.0.8", "/info"), "no address of a device"),
        (("ftp://10.0.0.8", "/info"), "no address of a device"),
        (("http://10.0.0.8", "/info", "--password", "in-clear"), "given as it is"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    code, _, said = call(*arguments, "-o", str(tmp_path / "x"), "-y")
    assert code == 2
    assert words in said
    assert "in-clear" not in said


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    code, _, said = call("http://10.0.0.8", "/info", "-o", str(tmp_path / "x"), "-y")
    assert (code, (tmp_path / "x").read_text(encoding="utf-8")) == (2, "mine")
    assert "there already" in said
