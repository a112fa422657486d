"""Somebody forges a package: with tools of their own, as well as it can be done without the site's key."""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.core.recordings import leaf_of, merkle_root
from hub.footage import verify
from hub.footage.merkle import audit_path
from hub.footage.plan import Made
from hub.footage.room import hash_file
from tests.footage.packing import make_plan, run_work, seal_record, seals_of, unpacked


class Genuine:
    def __init__(self, file: Path, key: str, originals: list[str]) -> None:
        self.file, self.key, self.originals = file, key, originals


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    folder = tmp_path_factory.mktemp("genuine")
    plan = make_plan(folder, copy=False)
    made = run_work(plan)
    assert isinstance(made, Made), made
    return Genuine(Path(plan.target), made.key, [f"data/original/{piece.name}" for piece in plan.pieces])


@pytest.fixture
def bag(genuine: Genuine, tmp_path: Path) -> Path:
    return unpacked(genuine.file, tmp_path / "bag")


def rehash(bag: Path) -> None:
    """Write both lists anew over what is there now."""
    for name, inside in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        files = sorted(path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file())
        left_out = ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig")
        chosen = [file for file in files if file.startswith("data/") == inside and file not in left_out]
        (bag / name).write_text("".join(f"{hash_file(bag / file)[0]}  {file}\n" for file in chosen))


def sign(bag: Path) -> None:
    """Sign with a key of one's own, and put that key in."""
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (bag / "signing-key.pem").write_bytes(pem)
    rehash(bag)
    (bag / "tagmanifest-sha256.txt.sig").write_bytes(key.sign((bag / "tagmanifest-sha256.txt").read_bytes()))


def found(bag: Path, key: str) -> set[tuple[str, str]]:
    return {(what, file) for what, file, _, _ in verify.check(str(bag), key).findings}


def change(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)


def test_a_changed_original_is_named(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    assert found(bag, genuine.key) == {("changed", genuine.originals[1])}


def test_sha256sum_names_it_as_well(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    said = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=bag, capture_output=True, text=True)
    assert said.returncode == 1
    assert f"{genuine.originals[1]}: FAILED" in said.stdout


def test_a_removed_original_is_named(bag: Path, genuine: Genuine) -> None:
    (bag / genuine.originals[0]).unlink()
    assert found(bag, genuine.key) == {("missing", genuine.originals[0])}


@pytest.mark.parametrize("name", ["data/original/gate-1/extra.mp4", "README.txt", "data/letter.pdf"])
def test_an_added_file_is_named(bag: Path, genuine: Genuine, name: str) -> None:
    (bag / name).write_bytes(b"was never there")
    assert found(bag, genuine.key) == {("inserted", name)}


def test_two_originals_that_were_exchanged_are_named(bag: Path, genuine: Genuine) -> None:
    one, other = (bag / name for name in genuine.originals[:2])
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)
    assert found(bag, genuine.key) == {("changed", name) for name in genuine.originals[:2]}


def test_lists_that_were_made_anew_do_not_fit_the_signature(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    rehash(bag)
    assert ("signature", "tagmanifest-sha256.txt") in found(bag, genuine.key)
    # Nor does the file fit its seal, whatever the lists say.
    assert ("changed", genuine.originals[1]) in found(bag, genuine.key)


def test_openssl_refuses_lists_that_were_made_anew(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    rehash(bag)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "signing-key.pem"]
    files = ["-in", "tagmanifest-sha256.txt", "-sigfile", "tagmanifest-sha256.txt.sig"]
    assert subprocess.run([*command, *files], cwd=bag, capture_output=True).returncode != 0


def reseal(bag: Path, genuine: Genuine) -> None:
    """Make a seal and its record anew, too: a whole journal of one's own."""
    seals = seals_of(bag)
    for one in seals["segments"]:
        one["sha256"], one["bytes"] = hash_file(bag / one["file"])
    leaves = [leaf_of(one["name"], one["bytes"], one["sha256"]) for one in seals["segments"]]
    record = seal_record(".seals/a.txt", merkle_root(leaves).hex(), len(leaves), sum(len(leaf) for leaf in leaves))
    fields = msgspec.to_builtins(record)
    for at, one in enumerate(seals["segments"]):
        one["path"], one["index"] = [node.hex() for node in audit_path(leaves, at)], at
    seals["seals"] = [{"manifest": fields.pop("manifest"), "record": fields}]
    (bag / "data/seals.json").write_bytes(msgspec.json.encode(seals))


def test_a_package_that_is_forged_throughout_is_signed_by_another_key(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    reseal(bag, genuine)
    sign(bag)
    assert found(bag, genuine.key) == {("key", "signing-key.pem")}
    # Without the fingerprint nobody can tell: that is why it is on the receipt, and what the exit code says.
    assert verify.exit_code(verify.check(str(bag)), "") == verify.NO_KEY


def test_the_record_of_a_seal_that_was_changed_does_not_match_its_hash(bag: Path, genuine: Genuine) -> None:
    seals = seals_of(bag)
    seals["seals"][0]["record"]["seq"] += 1
    (bag / "data/seals.json").write_bytes(msgspec.json.encode(seals))
    sign(bag)
    what = {what for what, file in found(bag, "")}
    assert what == {"seal"}


def test_a_seal_that_does_not_lead_to_its_record_is_named_even_when_all_is_signed(bag: Path, genuine: Genuine) -> None:
    change(bag / genuine.originals[1])
    seals = seals_of(bag)
    for one in seals["segments"]:
        one["sha256"], one["bytes"] = hash_file(bag / one["file"])
    (bag / "data/seals.json").write_bytes(msgspec.json.encode(seals))
    sign(bag)
    assert found(bag, "") == {("seal", genuine.originals[1])}


def test_a_seal_of_something_else_is_no_seal(bag: Path, genuine: Genuine) -> None:
    seals = seals_of(bag)
    seals["seals"][0]["manifest"] = ".seals/other.txt"
    (bag / "data/seals.json").write_bytes(msgspec.json.encode(seals))
    sign(bag)
    assert ("seal", ".seals/other.txt") in found(bag, "")


@pytest.mark.parametrize("name", ["tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig", "signing-key.pem"])
def test_without_its_signature_nothing_is_proven(bag: Path, genuine: Genuine, name: str) -> None:
    (bag / name).unlink()
    assert ("missing", name) in found(bag, genuine.key)


def test_a_signed_list_that_leaves_files_out_is_not_believed(bag: Path, genuine: Genuine) -> None:
    (bag / "tagmanifest-sha256.txt").write_text("")
    assert ("missing", "manifest-sha256.txt") in found(bag, genuine.key)


@pytest.mark.parametrize(
    "garbage", ["", "[]", "{}", '{"release":1}', '{"release":"F","seals":[1],"segments":[],"fetched":[]}', "\x00"]
)
def test_proofs_that_nobody_understands_are_wrong_and_nothing_breaks(bag: Path, genuine: Genuine, garbage: str) -> None:
    (bag / "data/seals.json").write_text(garbage)
    assert ("changed", "data/seals.json") in found(bag, genuine.key)
    assert "seal" in {what for what, _ in found(bag, genuine.key)}


def tar_of(genuine: Genuine, target: Path, more: Callable[[tarfile.TarFile], Any]) -> Path:
    shutil.copy(genuine.file, target)
    target.chmod(0o600)
    with tarfile.open(target, "a") as tar:
        more(tar)
    return target


def member(name: str, data: bytes = b"x", **fields: Any) -> Callable[[tarfile.TarFile], None]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return lambda tar: tar.addfile(info, io.BytesIO(data))


def test_a_second_file_of_the_same_name_is_named(genuine: Genuine, tmp_path: Path) -> None:
    forged = tar_of(genuine, tmp_path / "a.tar", member(f"F-3/{genuine.originals[0]}"))
    assert found(forged, genuine.key) == {("inserted", genuine.originals[0])}


@pytest.mark.parametrize("name", ["F-3/../../etc/passwd", "/etc/passwd", "other/file", "lonely"])
def test_a_file_that_would_be_unpacked_elsewhere_is_named(genuine: Genuine, tmp_path: Path, name: str) -> None:
    assert found(tar_of(genuine, tmp_path / "a.tar", member(name)), genuine.key)


def test_a_link_is_named(genuine: Genuine, tmp_path: Path) -> None:
    link = member("F-3/data/x", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    assert ("inserted", "F-3/data/x") in found(tar_of(genuine, tmp_path / "a.tar", link), genuine.key)


def test_a_folder_with_a_link_is_wrong(bag: Path, genuine: Genuine) -> None:
    path = bag / genuine.originals[0]
    path.rename(bag.parent / "elsewhere")
    path.symlink_to(bag.parent / "elsewhere")
    assert ("inserted", genuine.originals[0]) in found(bag, genuine.key)


def test_a_file_that_was_cut_short_is_no_whole_package(genuine: Genuine, tmp_path: Path) -> None:
    data = genuine.file.read_bytes()
    for share in (0.1, 0.5, 0.9):
        short = tmp_path / "short.tar"
        short.write_bytes(data[: int(len(data) * share)])
        assert verify.main([str(short), "--key", genuine.key]) in (verify.WRONG, verify.UNREADABLE)


def test_every_changed_byte_of_a_package_is_found_or_changes_nothing(genuine: Genuine, tmp_path: Path) -> None:
    """Over the whole file: a byte of padding or of a time changes nothing that anybody gets."""
    data = genuine.file.read_bytes()
    whole = unpacked(genuine.file, tmp_path / "whole")
    contents = {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*") if path.is_file()}
    for at in range(7, len(data), len(data) // 40):
        changed = bytearray(data)
        changed[at] ^= 0x10
        forged = tmp_path / "forged.tar"
        forged.write_bytes(changed)
        if verify.main([str(forged), "--key", genuine.key]) == verify.GOOD:
            shutil.rmtree(tmp_path / "again", ignore_errors=True)
            again = unpacked(forged, tmp_path / "again")
            assert {
                path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()
            } == contents
