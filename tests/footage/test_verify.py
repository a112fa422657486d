"""The stand-alone verifier computes what the standards say."""

import ast
import hashlib
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.recordings import merkle_root
from hub.footage import verify
from hub.footage.merkle import audit_path

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""Section 7.1: public key, message, signature."""
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_examples_of_the_standard_hold(public: str, message: str, signature: str) -> None:
    key, said, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify.verify(key, said, signed)
    assert not verify.verify(key, said + b"\0", signed)


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), at=st.integers(0, 511))
def test_it_agrees_with_another_implementation(seed: bytes, message: bytes, at: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.verify(public, message, signature)
    changed = bytearray(signature)
    changed[at // 8] ^= 1 << at % 8
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(changed), message)
    except InvalidSignature:
        good = False
    else:
        good = True
    assert verify.verify(public, message, bytes(changed)) is good


def test_a_signature_that_was_made_larger_by_the_order_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = private.sign(b"x")
    larger = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify.verify(
        private.public_key().public_bytes_raw(), b"x", signature[:32] + larger.to_bytes(32, "little")
    )


@pytest.mark.parametrize(("key", "signature"), [(b"", b""), (b"\xff" * 32, bytes(64)), (bytes(32), b"\xff" * 64)])
def test_what_is_no_key_or_no_signature_is_refused(key: bytes, signature: bytes) -> None:
    assert not verify.verify(key, b"", signature)


@settings(max_examples=60, deadline=None)
@given(leaves=st.lists(st.binary(max_size=8), min_size=1, max_size=70, unique=True), data=st.data())
def test_every_leaf_leads_to_the_root_by_its_own_way_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = audit_path(leaves, index), merkle_root(leaves).hex()
    assert verify.root_of(leaves[index], index, len(leaves), path) == root
    assert verify.root_of(leaves[index] + b"x", index, len(leaves), path) != root
    other = data.draw(st.integers(-1, len(leaves)))
    if other != index:
        assert verify.root_of(leaves[index], other, len(leaves), path) != root
    assert verify.root_of(leaves[index], index, len(leaves), [*path, bytes(32)]) != root


@pytest.mark.parametrize("written", ["AB12 CD34", "ab:12:cd:34", "ab12-cd34", "ab12cd34"])
def test_a_fingerprint_may_be_written_as_people_write_it(written: str) -> None:
    assert verify.normal(written) == "ab12cd34"
    assert verify.grouped("ab12cd34") == "ab12 cd34"


def test_it_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_what_is_no_package_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_bytes(hashlib.sha256(b"x").digest() * 100)
    assert verify.main([str(tmp_path / "x")]) == verify.UNREADABLE
    assert verify.main([str(tmp_path / "none")]) == verify.UNREADABLE
    assert "cannot be checked" in capsys.readouterr().err
