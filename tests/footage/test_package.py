"""A package is what was recorded, and everybody can tell with ordinary tools."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import bagit
import msgspec
import numpy as np
import pytest

from hub.core.releases.events import BlurRegion
from hub.footage import verify
from hub.footage.custody import Copies, custody_page
from hub.footage.keys import PRIVATE, load_public, make_key
from hub.footage.plan import Fetched, Made, NotMade, PackagePlan
from tests.footage.packing import BEGIN, FPS, SIZE, make_plan, run_work, seals_of, start_work, unpacked, write_segment
from tests.watch.recording import played


class Package:
    """A package that was made, and its folder as it was unpacked."""

    def __init__(self, folder: Path, plan: PackagePlan, made: Made) -> None:
        self.folder, self.plan, self.made = folder, plan, made
        self.file = Path(plan.target)
        self.bag = unpacked(self.file, folder / "unpacked")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("package")
    region = BlurRegion(camera="gate-1", left=0.25, top=0.25, right=0.5, bottom=0.5)
    plan = make_plan(folder, blur=[region])
    made = run_work(plan)
    assert isinstance(made, Made), made
    return Package(folder, plan, made)


def test_the_originals_are_in_it_bit_for_bit(package: Package) -> None:
    assert package.made.segments == 4
    for piece in package.plan.pieces:
        assert (package.bag / "data/original" / piece.name).read_bytes() == Path(piece.path).read_bytes()


def test_what_is_told_of_the_file_is_true_and_nothing_else_is_left(package: Package) -> None:
    data = package.file.read_bytes()
    assert (package.made.bytes, package.made.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert package.file.stat().st_mode & 0o777 == 0o400
    assert not Path(package.plan.work).exists()


def test_sha256sum_accepts_both_lists(package: Package) -> None:
    for name in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        said = subprocess.run(["sha256sum", "--strict", "-c", name], cwd=package.bag, capture_output=True, text=True)
        assert said.returncode == 0, said
        assert "FAILED" not in said.stdout


def test_openssl_verifies_the_signature_and_refuses_it_for_a_changed_list(package: Package) -> None:
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "signing-key.pem"]
    tags, signed = ["-in", "tagmanifest-sha256.txt"], ["-sigfile", "tagmanifest-sha256.txt.sig"]
    good = subprocess.run([*command, *tags, *signed], cwd=package.bag, capture_output=True, text=True)
    assert (good.returncode, "Verified Successfully" in good.stdout) == (0, True), good
    other = subprocess.run([*command, "-in", "bagit.txt", *signed], cwd=package.bag, capture_output=True)
    assert other.returncode != 0


def test_the_fingerprint_is_the_one_that_openssl_and_sha256sum_show(package: Package) -> None:
    der = ["openssl", "pkey", "-pubin", "-in", "signing-key.pem", "-outform", "DER"]
    shown = subprocess.run(der, cwd=package.bag, capture_output=True, check=True).stdout
    key = load_public(package.folder)
    assert key is not None
    assert hashlib.sha256(shown).hexdigest() == key.fingerprint == package.made.key


def test_it_is_a_bag(package: Package) -> None:
    bag = bagit.Bag(str(package.bag))
    bag.validate()
    assert bag.info["External-Identifier"] == "F-3"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_the_program_in_the_package_verifies_it_with_python_alone(package: Package, what: str) -> None:
    place = package.file if what == "file" else package.bag
    command = [sys.executable, "-I", "-S", str(package.bag / "verify.py"), str(place)]
    good = subprocess.run([*command, "--key", verify.grouped(package.made.key).upper()], capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert "4 originals, 4 of them proven by the site's seals" in good.stdout
    assert subprocess.run(command, capture_output=True).returncode == verify.NO_KEY
    other = subprocess.run([*command, "--key", "00" * 32], capture_output=True, text=True)
    assert (other.returncode, "Another key" in other.stdout) == (verify.WRONG, True)


def test_the_program_speaks_chinese(package: Package) -> None:
    command = [sys.executable, "-I", str(package.bag / "verify.py"), str(package.file), "--zh"]
    said = subprocess.run(command, capture_output=True, text=True, env={"PYTHONIOENCODING": "utf-8"})
    assert "原始录像 4 段" in said.stdout


def pictures(path: Path) -> list[Any]:
    with av.open(str(path)) as source:
        return [frame.to_ndarray(format="gray") for frame in source.decode(video=0)]


def copies(package: Package, camera: str) -> list[Path]:
    return sorted((package.bag / "data/copy" / camera).glob("*.mp4"))


def test_the_copy_is_cut_to_the_period_and_plays(package: Package) -> None:
    for camera in ("gate-1", "gate-2"):
        first, second = copies(package, camera)
        assert (len(pictures(first)), len(pictures(second))) == (3 * FPS, 3 * FPS)
        assert played(first).frames == 3 * FPS
        assert (first.parent / "play.m3u").read_text().splitlines() == [first.name, second.name]


def test_a_region_is_unrecognisable_in_the_copy_of_its_camera_only(package: Package) -> None:
    blurred, plain = (pictures(copies(package, camera)[0])[5].astype(float) for camera in ("gate-1", "gate-2"))
    inside = np.s_[50:88, 84:156]
    cells = [blurred[top : top + 9, left : left + 18] for top in (46, 68) for left in (82, 102, 122)]
    # The watermark is drawn over it; what was there before had a spread of 105 everywhere.
    assert np.median([cell.std() for cell in cells]) < 25
    assert blurred[inside].std() < 60 < plain[inside].std()


def test_the_number_of_the_release_is_on_every_picture_of_the_copy(package: Package) -> None:
    piece = package.plan.pieces[2]
    original = pictures(Path(piece.path))[FPS:]
    for before, after in zip(original, pictures(copies(package, "gate-2")[0]), strict=True):
        changed = np.abs(before.astype(float) - after) > 20
        assert changed[-SIZE[1] // 16 :].mean() > 0.2
        assert changed[: SIZE[1] // 2].mean() > 0.02


def test_the_custody_page_tells_everything_in_both_languages_and_nothing_of_it_is_markup(package: Package) -> None:
    page = (package.bag / "data/custody.html").read_text()
    for told in (
        "东城公安分局",
        "一号门",
        "王&lt;b&gt;",
        "0001",
        "Theft &amp; loss",
        "公调字 7 号",
        "Chain of custody",
        "录像保管链",
    ):
        assert told in page
    assert "<script" not in page
    assert all(piece.sha256 in page for piece in package.plan.pieces)
    data = json.loads((package.bag / "data/custody.json").read_text())
    assert data["release"] == "F-3"
    assert [one["sealed_by_record"] for one in data["originals"]] == [41] * 4
    everything = (package.bag / "data/custody.json").read_text() + page
    assert str(package.folder) not in everything


def shell(command: str, where: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As a stranger types it: the tools of the system, nothing of this project."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | environment
    return subprocess.run(["sh", "-c", command], cwd=where, env=env, capture_output=True, text=True)


def commands_in(text: str) -> list[str]:
    """The lines that are to be typed, those that go on on the next one joined."""
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.startswith("     ")]
    return [line for line in lines if line.startswith(("python3", "openssl", "sha256sum"))]


@pytest.mark.parametrize(("name", "verdict"), [("VERIFY.txt", "RESULT: unchanged"), ("校验说明.txt", "结论：完整")])
def test_a_stranger_who_types_what_the_instructions_say_finds_every_word_true(
    package: Package, tmp_path: Path, name: str, verdict: str
) -> None:
    (tmp_path / "F-3_20260106T080000.000Z.tar").write_bytes(package.file.read_bytes())
    assert shell("tar -xf F-3_20260106T080000.000Z.tar", tmp_path).returncode == 0
    folder = tmp_path / "F-3"
    text = (folder / name).read_text()
    grouped = verify.grouped(package.made.key)
    assert grouped in text
    check, fingerprint, signature, tags, files = commands_in(text)
    said = shell(check, folder)
    assert (said.returncode, said.stderr) == (0, "")
    assert verdict in said.stdout
    assert shell(fingerprint, folder).stdout.split()[0] == grouped.replace(" ", "")
    assert "Verified Successfully" in shell(signature, folder).stdout
    for listed in (tags, files):
        said = shell(listed, folder)
        assert said.returncode == 0
        assert all(line.endswith(": OK") for line in said.stdout.splitlines())
    assert shell(check.replace(" . ", " ../F-3_20260106T080000.000Z.tar "), folder).returncode == 0
    changed = next((folder / "data/original").glob("*/*/*.mp4"))
    changed.write_bytes(changed.read_bytes() + b"x")
    assert shell(check, folder).returncode == verify.WRONG
    assert shell(files, folder).returncode == 1
    named = [line.split()[0] for line in text.splitlines() if line.startswith("  data/")]
    assert named == ["data/original/", "data/recorder/", "data/copy/", "data/custody.html", "data/seals.json"]
    assert {one for one in named if (folder / one).exists()} == set(named) - {"data/recorder/"}


def test_one_of_a_thing_is_told_as_one(package: Package) -> None:
    one = msgspec.structs.replace(package.plan, blur=package.plan.blur[:1])
    assert "1 file, with watermark, 1 region made unrecognisable · 1 个文件，带水印，1 处已遮盖" in custody_page(
        one, package.made.key, Copies(1, 0)
    )
    assert "2 files, with watermark, 1 region" in custody_page(one, package.made.key, Copies(2, 0))


def test_the_private_key_is_nowhere_in_it(package: Package) -> None:
    secret = (package.folder / PRIVATE).read_text().splitlines()[1]
    assert secret.encode() not in package.file.read_bytes()
    assert (package.folder / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_an_original_that_was_changed_on_the_disk_is_never_packed(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    path = Path(plan.pieces[1].path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    said = run_work(plan)
    assert isinstance(said, NotMade)
    assert plan.pieces[1].name in said.reason
    assert not Path(plan.target).exists()
    assert not Path(plan.work).exists()


def test_an_original_that_index_and_disk_agree_on_but_the_seal_does_not_is_never_packed(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    path = Path(plan.pieces[1].path)
    path.write_bytes(path.read_bytes() + b"x")
    data = path.read_bytes()
    changed = msgspec.structs.replace(plan.pieces[1], sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    said = run_work(msgspec.structs.replace(plan, pieces=[plan.pieces[0], changed]))
    assert isinstance(said, NotMade)
    assert "41" in said.reason


def test_a_package_can_be_encrypted_and_age_decrypts_it(tmp_path: Path) -> None:
    subprocess.run(["age-keygen", "-o", str(tmp_path / "key")], check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", str(tmp_path / "key")], check=True, capture_output=True, text=True)
    target = tmp_path / "data/F-3.tar.age"
    plan = make_plan(tmp_path / "data", recipient=recipient.stdout.strip(), copy=False, target=str(target))
    made = run_work(plan)
    assert isinstance(made, Made), made
    assert made.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    with pytest.raises(verify.Unreadable, match="encrypted"):
        verify.check(str(target))
    plain = tmp_path / "plain.tar"
    subprocess.run(["age", "-d", "-i", str(tmp_path / "key"), "-o", str(plain), str(target)], check=True)
    assert verify.check(str(plain), made.key).findings == []
    assert not list(unpacked(plain, tmp_path / "unpacked").glob("data/copy*"))


def test_a_recipient_that_is_none_is_refused(tmp_path: Path) -> None:
    said = run_work(make_plan(tmp_path, recipient="age1nonsense"))
    assert isinstance(said, NotMade)
    assert "age" in said.reason


def test_footage_of_a_recorder_goes_in_with_its_own_hash(tmp_path: Path) -> None:
    footage = tmp_path / "fetched.mp4"
    footage.write_bytes(b"as the device gave it")
    one = Fetched(
        name="gate-1/x.mp4",
        path=str(footage),
        camera="gate-1",
        device="nvr-1",
        begin_at=BEGIN,
        end_at=BEGIN + timedelta(seconds=9),
        bytes=21,
        sha256=hashlib.sha256(b"as the device gave it").hexdigest(),
        device_hash="sha256:00",
    )
    plan = make_plan(tmp_path / "data", pieces=[], seals=[], fetched=[one])
    made = run_work(plan)
    assert isinstance(made, Made), made
    bag = unpacked(Path(plan.target), tmp_path / "unpacked")
    assert (bag / "data/recorder/gate-1/x.mp4").read_bytes() == b"as the device gave it"
    assert seals_of(bag)["fetched"][0]["sha256"] == one.sha256
    assert verify.check(plan.target, made.key).findings == []
    assert "0 files, with watermark, without 1 file of recorders" in (bag / "data/custody.html").read_text()
    assert list(bag.glob("data/copy/*")) == []


def test_footage_of_a_recorder_is_copied_with_the_watermark_in_the_order_of_its_time(tmp_path: Path) -> None:
    footage = tmp_path / "fetched.mp4"
    write_segment(footage, first=90)
    one = Fetched(
        name="gate-1/between.mp4",
        path=str(footage),
        camera="gate-1",
        device="nvr-1",
        begin_at=BEGIN + timedelta(seconds=2),
        end_at=BEGIN + timedelta(seconds=6),
        bytes=footage.stat().st_size,
        sha256=hashlib.sha256(footage.read_bytes()).hexdigest(),
    )
    plan = make_plan(tmp_path / "data", fetched=[one])
    made = run_work(plan)
    assert isinstance(made, Made), made
    bag = unpacked(Path(plan.target), tmp_path / "unpacked")
    order = (bag / "data/copy/gate-1/play.m3u").read_text().splitlines()
    assert [name == "between.mp4" for name in order] == [False, True, False]
    assert played(bag / "data/copy/gate-1/between.mp4").frames == 4 * FPS
    assert "5 files, with watermark" in (bag / "data/custody.html").read_text()


def test_what_cannot_be_decoded_is_said_and_can_go_without_a_copy(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    Path(plan.pieces[0].path).write_bytes(b"no pictures at all")
    data = b"no pictures at all"
    broken = msgspec.structs.replace(
        plan.pieces[0], sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), seal=None, proof=[]
    )
    plan = msgspec.structs.replace(plan, pieces=[broken])
    said = run_work(plan)
    assert isinstance(said, NotMade)
    assert "decoded" in said.reason
    Path(plan.work).mkdir()
    assert isinstance(run_work(msgspec.structs.replace(plan, copy=False)), Made)


def test_it_ends_when_nobody_listens_any_more(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    process = start_work(plan)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 1
    assert not Path(plan.target).exists()


def test_the_key_of_a_site_is_made_once(tmp_path: Path) -> None:
    first = make_key(tmp_path)
    assert make_key(tmp_path) == first == load_public(tmp_path)
    (tmp_path / PRIVATE).chmod(0o644)
    said = run_work(make_plan_with_open_key(tmp_path))
    assert isinstance(said, NotMade)
    assert "read by others" in said.reason


def make_plan_with_open_key(folder: Path) -> PackagePlan:
    work = folder / "work"
    work.mkdir()
    plan = make_plan(folder / "other")
    return msgspec.structs.replace(plan, work=str(work), key=str(folder / PRIVATE), target=str(folder / "F-3.tar"))
