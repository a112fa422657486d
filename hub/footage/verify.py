"""Check a sealed package of recordings. One file, Python 3.9 or later, nothing else needed.

    python3 verify.py PACKAGE [--key FINGERPRINT] [--zh]

PACKAGE is the .tar file as it was handed over, or the folder that was unpacked from it. FINGERPRINT is the one on the
receipt, or as the site tells it by telephone: without it only somebody without the site's key is excluded who changed
something and did not sign anew. Nothing is unpacked, written or sent.

Exit code: 0 unchanged and signed by the key that was named; 3 unchanged, but no key was named; 1 changed, incomplete
or signed by another key; 2 it cannot be read.

What is checked: the Ed25519 signature (RFC 8032) of tagmanifest-sha256.txt, every file against the two lists (BagIt,
RFC 8493), that there is no other file, and for every original the way (RFC 6962) to the record of the site's journal
that sealed it soon after it was recorded.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import struct
import sys
import tarfile
from typing import IO, Any

TAG_MANIFEST, MANIFEST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
SIGNATURE, KEY, SEALS = "tagmanifest-sha256.txt.sig", "signing-key.pem", "data/seals.json"
NEEDED = ("bagit.txt", "bag-info.txt", MANIFEST, KEY)
"""What the signed list must name, besides whatever it names."""
GOOD, WRONG, UNREADABLE, NO_KEY = 0, 1, 2, 3
_BLOCK = 1024 * 1024
_LONGEST_TEXT = 64 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64}) [ *]?(.+)")
_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key (RFC 8410)."""


class Unreadable(Exception):
    """It is no package, or it cannot be read."""


class Report:
    """What was found. `findings`: (what is wrong, file, sentence in English, sentence in Chinese)."""

    def __init__(self) -> None:
        self.findings: list[tuple[str, str, str, str]] = []
        self.release = ""
        self.fingerprint = ""
        self.files = 0
        self.bytes = 0
        self.originals = 0
        self.sealed = 0

    def wrong(self, what: str, file: str, en: str, zh: str) -> None:
        self.findings.append((what, file, en, zh))


def check(path: str, key: str = "") -> Report:
    """The report on a package. `key`: the fingerprint it must be signed with. Raises `Unreadable`."""
    report = Report()
    with _open(path, report) as files:
        listed = _check_signed(files, report, key)
        payload = _check_lists(files, report, listed)
        _check_seals(files, report, payload)
    return report


# --- the files of a package: in a folder, or in a .tar that is not unpacked -----------------------------------------


class _Folder:
    def __init__(self, path: str, report: Report) -> None:
        self.root = path
        self.names: set[str] = set()
        for folder, folders, files in os.walk(path):
            for name in folders + files:
                full = os.path.join(folder, name)
                short = os.path.relpath(full, path).replace(os.sep, "/")
                if os.path.islink(full) or not (os.path.isfile(full) or os.path.isdir(full)):
                    report.wrong("inserted", short, "It is no ordinary file.", "不是普通文件。")
                elif name in files:
                    self.names.add(short)

    def open(self, name: str) -> IO[bytes]:
        return open(os.path.join(self.root, *name.split("/")), "rb")

    def __enter__(self) -> _Folder:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class _Tar:
    def __init__(self, path: str, report: Report) -> None:
        self.tar = tarfile.open(path, "r:")  # noqa: SIM115 # closed by whoever asked for it
        self.members: dict[str, tarfile.TarInfo] = {}
        tops: set[str] = set()
        for member in self.tar:
            parts = member.name.split("/")
            tops.add(parts[0])
            short = "/".join(parts[1:])
            if member.isdir() and ".." not in parts and parts[0]:
                continue
            if not member.isreg() or ".." in parts or not parts[0] or not short:
                report.wrong("inserted", member.name, "It is no ordinary file.", "不是普通文件。")
            elif short in self.members:
                report.wrong("inserted", short, "There are two files of this name.", "有两个同名文件。")
            else:
                self.members[short] = member
        if len(tops) != 1:
            report.wrong("inserted", ", ".join(sorted(tops)), "There is not one folder.", "应当只有一个文件夹。")
        self.names = set(self.members)

    def open(self, name: str) -> IO[bytes]:
        file = self.tar.extractfile(self.members[name])
        assert file is not None
        return file

    def __enter__(self) -> _Tar:
        return self

    def __exit__(self, *_: object) -> None:
        self.tar.close()


def _open(path: str, report: Report) -> _Folder | _Tar:
    try:
        if os.path.isdir(path):
            return _Folder(path, report)
        with open(path, "rb") as file:
            if file.read(21) == b"age-encryption.org/v1":
                raise Unreadable("It is encrypted: decrypt it first, with `age -d -i KEYFILE`.")
        return _Tar(path, report)
    except (OSError, tarfile.TarError, EOFError) as error:
        raise Unreadable(f"It cannot be read: {error}.") from error


def _read(files: _Folder | _Tar, name: str) -> bytes:
    with files.open(name) as file:
        data = file.read(_LONGEST_TEXT + 1)
    if len(data) > _LONGEST_TEXT:
        raise Unreadable(f"{name} is too long.")
    return data


def _hash(files: _Folder | _Tar, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with files.open(name) as file:
        while True:
            block = file.read(_BLOCK)
            if not block:
                return digest.hexdigest(), size
            digest.update(block)
            size += len(block)


def _list(files: _Folder | _Tar, name: str) -> dict[str, str]:
    """A list of hashes by file."""
    found: dict[str, str] = {}
    for line in _read(files, name).decode("utf-8").splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match.group(2) in found:
            raise Unreadable(f"{name} is no list of hashes.")
        found[match.group(2)] = match.group(1)
    return found


# --- the three checks -----------------------------------------------------------------------------------------------


def _check_signed(files: _Folder | _Tar, report: Report, key: str) -> dict[str, str]:
    """What the signed list says, as far as there is one."""
    absent = [name for name in (TAG_MANIFEST, SIGNATURE, KEY) if name not in files.names]
    for name in absent:
        report.wrong("missing", name, "It is missing: nothing proves who made this.", "缺失：无法证明由谁制作。")
    if KEY not in absent:
        public: bytes | None = None
        try:
            public = parse_key(_read(files, KEY))
        except ValueError:
            report.wrong("signature", KEY, "It is no Ed25519 key.", "不是 Ed25519 公钥。")
        if public is not None:
            report.fingerprint = fingerprint(public)
            if key and normal(key) != report.fingerprint:
                report.wrong(
                    "key", KEY, "Another key signed this, not the one that was named.", "签名密钥与给定的不同。"
                )
            if not absent and not verify(public, _read(files, TAG_MANIFEST), _read(files, SIGNATURE)):
                report.wrong(
                    "signature", TAG_MANIFEST, "The signature does not fit: it was changed.", "签名不符：已被更改。"
                )
    return _list(files, TAG_MANIFEST) if TAG_MANIFEST not in absent else {}


def _check_lists(files: _Folder | _Tar, report: Report, tags: dict[str, str]) -> dict[str, str]:
    """Every file against the lists, and nothing besides. The payload's hashes as listed."""
    payload = _list(files, MANIFEST) if MANIFEST in files.names else {}
    for name in NEEDED:
        if name not in tags:
            report.wrong("missing", name, "The signed list does not name it.", "签名清单中没有它。")
    for listed, inside in ((tags, False), (payload, True)):
        for name in sorted(listed):
            if name.startswith("data/") != inside or ".." in name.split("/"):
                report.wrong("inserted", name, "It stands in the wrong list.", "列在了错误的清单中。")
            elif name not in files.names:
                report.wrong("missing", name, "It is missing.", "缺失。")
            else:
                digest, size = _hash(files, name)
                report.files += 1
                report.bytes += size
                if digest != listed[name]:
                    report.wrong("changed", name, "It was changed.", "已被更改。")
    for name in sorted(files.names - set(tags) - set(payload) - {TAG_MANIFEST, SIGNATURE}):
        report.wrong("inserted", name, "No list knows it: it was added.", "清单中没有：是后来加入的。")
    return payload


def _check_seals(files: _Folder | _Tar, report: Report, payload: dict[str, str]) -> None:
    if SEALS not in payload or SEALS not in files.names:
        report.wrong("missing", SEALS, "The proofs of the originals are missing.", "缺少原始录像的证明。")
        return
    try:
        proofs = json.loads(_read(files, SEALS).decode("utf-8"))
        report.release = str(proofs["release"])
        seals = [_seal(seal, report) for seal in proofs["seals"]]
        known = {one["file"] for one in proofs["segments"]} | {one["file"] for one in proofs["fetched"]}
        for one in proofs["segments"]:
            _check_segment(one, seals, payload, report)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error, OverflowError) as error:
        report.wrong("seal", SEALS, f"It cannot be understood: {error!r}.", "无法解读。")
        return
    for name in sorted(payload):
        if name.startswith(("data/original/", "data/recorder/")) and name not in known:
            report.wrong("inserted", name, "No proof speaks of it.", "没有任何证明提到它。")


def _seal(seal: dict[str, Any], report: Report) -> tuple[str, int] | None:
    """Root and count of a seal whose journal record holds; None for a record that does not."""
    record, manifest = seal["record"], str(seal["manifest"])
    body = json.loads(record["body"])
    if record_hash(record) != record["hash"]:
        report.wrong("seal", manifest, "The record of the journal does not match its hash.", "日志记录与其哈希不符。")
        return None
    if record["type"] != "recordings.sealed" or body["manifest"] != manifest:
        report.wrong(
            "seal", manifest, "This record of the journal seals something else.", "该日志记录封存的是别的内容。"
        )
        return None
    return body["root"], int(body["count"])


def _check_segment(
    one: dict[str, Any], seals: list[tuple[str, int] | None], payload: dict[str, str], report: Report
) -> None:
    report.originals += 1
    file, sha256 = str(one["file"]), str(one["sha256"])
    if file != "data/original/" + one["name"] or payload.get(file) != sha256:
        report.wrong("changed", file, "It is not the segment that the proof is for.", "不是证明所针对的录像段。")
        return
    if one["seal"] is None:
        return
    seal = seals[one["seal"]]
    leaf = f"{one['name']}\n{one['bytes']:d}\n{sha256}\n".encode()
    path = [bytes.fromhex(node) for node in one["path"]]
    if seal is None or root_of(leaf, int(one["index"]), seal[1], path) != seal[0]:
        report.wrong("seal", file, "The journal of the site did not seal this file.", "站点日志并未封存此文件。")
    else:
        report.sealed += 1


def root_of(leaf: bytes, index: int, count: int, path: list[bytes]) -> str | None:
    """The root (hexadecimal) that a leaf, its place among `count` and its path lead to; None: no such path."""
    node, last = hashlib.sha256(b"\0" + leaf).digest(), count - 1
    if not 0 <= index <= last:
        return None
    for other in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + other + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + other).digest()
        index, last = index >> 1, last >> 1
    return node.hex() if last == 0 else None


def record_hash(record: dict[str, Any]) -> str:
    """The hash of a record of the site's journal: over the hash before it, a header, and the texts as stored."""
    actor, type_ = record["actor"].encode(), record["type"].encode()
    key, body = (record["key"] or "").encode(), record["body"].encode()
    cause = record["cause"]
    flags = (0 if cause is None else 1) | (0 if record["key"] is None else 2)
    whole = (record["seq"], record["at_us"], record["seen_at_us"], cause or 0, flags, record["version"])
    header = struct.pack(">qqqqBIIIII", *whole, len(actor), len(type_), len(key), len(body))
    parts = (bytes.fromhex(record["previous"]), header, actor, type_, key, body)
    return hashlib.sha256(b"".join(parts)).hexdigest()


# --- Ed25519, as RFC 8032 gives it (section 5.1) --------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates."""


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(s: int, p: _Point) -> _Point:
    q: _Point = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = _add(q, p)
        p, s = _add(p, p), s >> 1
    return q


def _point(data: bytes) -> _Point | None:
    """The point that 32 bytes name; None for bytes that name none, or one in a second way."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _base() -> _Point:
    base = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    assert base is not None
    return base


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of `message` by the owner of the 32 bytes `public`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    one, two = _times(s, _base()), _add(r, _times(h, a))
    return (one[0] * two[2] - two[0] * one[2]) % _P == 0 and (one[1] * two[2] - two[1] * one[2]) % _P == 0


def parse_key(pem: bytes) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM. Raises `ValueError`."""
    lines = [line for line in pem.decode("ascii").splitlines() if not line.startswith("-")]
    der = base64.b64decode("".join(lines), validate=True)
    if len(der) != len(_SPKI) + 32 or not der.startswith(_SPKI):
        raise ValueError("no Ed25519 key")
    return der[len(_SPKI) :]


def fingerprint(public: bytes) -> str:
    """SHA-256 of the key in DER, as `openssl pkey -pubin -in signing-key.pem -outform DER | sha256sum` gives it."""
    return hashlib.sha256(_SPKI + public).hexdigest()


def normal(key: str) -> str:
    """A fingerprint as people write it: in groups, in capitals."""
    return re.sub(r"[\s:-]", "", key).lower()


def grouped(key: str) -> str:
    """A fingerprint as people read it: sixteen groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


# --- for people -----------------------------------------------------------------------------------------------------


def exit_code(report: Report, key: str) -> int:
    """What a program ends with that was asked for this report; `key` is what it was asked with."""
    if report.findings:
        return WRONG
    return GOOD if key else NO_KEY


def sentences(report: Report, key: str, *, zh: bool = False) -> list[str]:
    """The report in lines."""
    lines = []
    for _, file, en, chinese in report.findings:
        lines.append(f"{'错误' if zh else 'WRONG'} {file}: {chinese if zh else en}")
    shown = grouped(report.fingerprint) or "-"
    if zh:
        lines.append(f"调取 {report.release or '?'}：{report.files} 个文件，{report.bytes} 字节。")
        lines.append(f"原始录像 {report.originals} 段，其中 {report.sealed} 段由站点日志的封存证明。")
        lines.append("签名公钥指纹：" + shown)
    else:
        lines.append(
            f"Release {report.release or '?'}: {_count(report.files, 'file')}, {_count(report.bytes, 'byte')}."
        )
        proven = f"{report.sealed} of them proven by the site's seals"
        lines.append(f"{_count(report.originals, 'original')}, {proven}.")
        lines.append("Fingerprint of the key that signed: " + shown)
    if report.findings:
        lines.append("结论：不可信。" if zh else "RESULT: it was changed, or is not complete, or is not the site's.")
    elif key:
        lines.append(
            "结论：完整，未被更改，由给定密钥签名。" if zh else "RESULT: unchanged, and signed by the key named."
        )
    elif zh:
        lines.append("结论：未被更改。但请将指纹与回执上的指纹核对，或用 --key 给出；否则任何人都可能重新签名。")
    else:
        lines.append(
            "RESULT: unchanged. But compare the fingerprint with the one on the receipt, or give it with --key:"
        )
        lines.append("anybody can sign anew with a key of their own.")
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Check a sealed package of recordings. 校验录像调取包。")
    parser.add_argument("package", help="the .tar file, or the unpacked folder · .tar 文件或解开的文件夹")
    parser.add_argument("--key", default="", help="fingerprint of the site's key · 站点公钥指纹")
    parser.add_argument("--zh", action="store_true", help="in Chinese · 中文输出")
    options = parser.parse_args(arguments)
    zh = options.zh or os.environ.get("LANG", "").startswith("zh")
    try:
        report = check(options.package, options.key)
    except (Unreadable, OSError, tarfile.TarError, UnicodeDecodeError, EOFError) as error:
        print(f"{'无法校验：' if zh else 'It cannot be checked: '}{error}", file=sys.stderr)
        return UNREADABLE
    print("\n".join(sentences(report, options.key, zh=zh)))
    return exit_code(report, options.key)


if __name__ == "__main__":
    sys.exit(main())
