"""Making a package: originals copied and hashed again, the copy, the lists, the signature, one file at the end.

Blocks for minutes and works in `PackagePlan.work`; it changes the process's current folder meanwhile (bagit does), so
it runs in a process of its own (`hub.footage.work`). Nothing is called `target` before it is whole and on the disk.
"""

import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import bagit
import pyrage
from pyrage import ssh, x25519

from hub.core.recorded import Span
from hub.errors import Refused
from hub.footage import verify
from hub.footage.copy import NotPlayable, make_copy
from hub.footage.custody import Copies, custody_json, custody_page, seals_json
from hub.footage.instructions import instructions
from hub.footage.keys import SiteKey, load_private, public_of
from hub.footage.plan import Made, PackagePlan, Piece, Progress
from hub.footage.room import check_room, copy_hashed, free_bytes, hash_file, sync

_COPY_SHARE = 0.5
"""How large a playable copy may become beside its original, for the look at the disk before."""

Tell = Callable[[Progress], None]


class WrongOriginal(Refused):
    """An original is not what was sealed when it was recorded."""


def make_package(plan: PackagePlan, tell: Tell) -> Made:
    """Make it. Raises `WrongOriginal`, `NotPlayable`, `Refused` (the recipient), `SiteError` (key) and `OSError`."""
    recipient = parse_recipient(plan.recipient) if plan.recipient else None
    private = load_private(Path(plan.key))
    key = public_of(private)
    work, bag = Path(plan.work), Path(plan.work) / plan.release
    check_room(work, plan.reserve_bytes, _needed(plan))
    bag.mkdir()
    copy_originals(plan, bag, tell)
    copies = _copies(plan, bag, tell)
    _write(bag / "custody.json", custody_json(plan, key.fingerprint))
    _write(bag / "custody.html", custody_page(plan, key.fingerprint, copies).encode())
    _write(bag / "seals.json", seals_json(plan))
    total = sum(path.stat().st_size for path in bag.rglob("*") if path.is_file())
    tell(Progress(step="seal", done=0, total=total))
    _bag(plan, bag, key)
    tags = (bag / verify.TAG_MANIFEST).read_bytes()
    _write(bag / verify.SIGNATURE, private.sign(tags))
    _check_whole(bag, key.fingerprint)
    target = Path(plan.target)
    packed = work / "packed"
    _tar(plan, bag, packed, tell, total)
    shutil.rmtree(bag)
    if recipient is not None:
        tell(Progress(step="encrypt", done=0, total=packed.stat().st_size))
        check_room(work, plan.reserve_bytes, packed.stat().st_size)
        sealed = work / "encrypted"
        try:
            pyrage.encrypt_file(str(packed), str(sealed), [recipient])
        except pyrage.EncryptError as error:
            raise OSError(f"The package cannot be encrypted: {error}") from error
        packed.unlink()
        packed = sealed
    sha256, size = hash_file(packed)
    sync(packed)
    packed.chmod(0o400)
    packed.rename(target)
    sync(target.parent)
    return Made(
        package=target.name,
        sha256=sha256,
        bytes=size,
        segments=len(plan.pieces),
        key=key.fingerprint,
        missing_s=sum((gap.to_at - gap.from_at).total_seconds() for gap in plan.gaps),
    )


def parse_recipient(text: str) -> "x25519.Recipient | ssh.Recipient":
    """An age recipient (`age1…`), or an SSH public key that age can use. Raises `Refused`."""
    try:
        return (x25519 if text.startswith("age1") else ssh).Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError) as error:
        raise Refused(
            "The recipient is neither an age recipient nor an SSH key that age can use.",
            hint="It looks like age1… and comes from `age-keygen`.",
        ) from error


def copy_originals(plan: PackagePlan, bag: Path, tell: Tell) -> None:
    """Every original, hashed while it is copied; what differs from its seal ends it. Raises `WrongOriginal`."""
    total = sum(one.bytes for one in plan.pieces) + sum(one.bytes for one in plan.fetched)
    done = 0

    def on_bytes(size: int) -> None:
        nonlocal done
        done += size
        tell(Progress(step="originals", done=done, total=total))

    for piece in plan.pieces:
        check_seal(plan, piece)
        target = bag / "original" / piece.name
        found = copy_hashed(Path(piece.path), target, reserve_bytes=plan.reserve_bytes, on_bytes=on_bytes)
        if found != (piece.sha256, piece.bytes):
            raise WrongOriginal(
                f"The recording {piece.name} is not what was recorded: it was changed on the disk.",
                hint="See `hub verify --recordings`.",
            )
    for one in plan.fetched:
        target = bag / "recorder" / one.name
        found = copy_hashed(Path(one.path), target, reserve_bytes=plan.reserve_bytes, on_bytes=on_bytes)
        if found != (one.sha256, one.bytes):
            raise WrongOriginal(f"What was fetched from {one.device} changed on the disk: {one.name}.")


def check_seal(plan: PackagePlan, piece: Piece) -> None:
    """Raises `WrongOriginal` when its seal is not for this piece."""
    if piece.seal is None:
        return
    seal = plan.seals[piece.seal]
    leaf = f"{piece.name}\n{piece.bytes}\n{piece.sha256}\n".encode()
    if verify.root_of(leaf, piece.index, seal.count, [bytes.fromhex(node) for node in piece.proof]) != seal.root:
        raise WrongOriginal(
            f"The recording {piece.name} is not what record {seal.seq} sealed.", hint="See `hub verify --recordings`."
        )


def _needed(plan: PackagePlan) -> int:
    """Bytes at the same time: the folder, and the file that is made of it."""
    originals = sum(one.bytes for one in plan.pieces) + sum(one.bytes for one in plan.fetched)
    copies = int(originals * _COPY_SHARE) if plan.copy else 0
    return 2 * (originals + copies)


class _Source(NamedTuple):
    """A file of which a copy is made."""

    file: str
    """Below the bag."""
    camera: str
    begin_at: datetime
    bytes: int
    own: bool
    """Whether the hub recorded it; what a device gave may be of a kind that only its vendor's programs show."""


def _sources(plan: PackagePlan) -> list[_Source]:
    own = [_Source(f"original/{one.name}", one.camera, one.begin_at, one.bytes, True) for one in plan.pieces]
    fetched = [_Source(f"recorder/{one.name}", one.camera, one.begin_at, one.bytes, False) for one in plan.fetched]
    return sorted([*own, *fetched], key=lambda one: (one.camera, one.begin_at))


def _copies(plan: PackagePlan, bag: Path, tell: Tell) -> Copies:
    if not plan.copy:
        return Copies(0, 0)
    sources = _sources(plan)
    total, without = sum(one.bytes for one in sources), 0
    lists: dict[str, list[str]] = {}
    done = 0
    for one in sources:
        target = bag / "copy" / one.camera / Path(one.file).with_suffix(".mp4").name
        target.parent.mkdir(parents=True, exist_ok=True)
        before = free_bytes(bag)
        try:
            shown = make_copy(
                bag / one.file,
                target,
                release=plan.release,
                camera=one.camera,
                begin_at=one.begin_at,
                period=Span(plan.from_at, plan.to_at),
                zone=ZoneInfo(plan.timezone),
                regions=plan.blur,
                look=lambda: check_room(bag, plan.reserve_bytes),
            )
        except NotPlayable:
            # libav hides a full disk behind errors of its own.
            check_room(bag, plan.reserve_bytes, min(before, 1024 * 1024))
            if one.own:
                raise
            target.unlink(missing_ok=True)
            shown, without = 0, without + 1
        if shown:
            sync(target)
            lists.setdefault(one.camera, []).append(target.name)
        done += one.bytes
        tell(Progress(step="copy", done=done, total=total))
    for camera, names in lists.items():
        _write(bag / "copy" / camera / "play.m3u", "".join(f"{name}\n" for name in names).encode())
    for folder in (bag / "copy").glob("*/"):
        if folder.name not in lists:
            folder.rmdir()
    return Copies(sum(map(len, lists.values())), without)


def _bag(plan: PackagePlan, bag: Path, key: SiteKey) -> None:
    bagit.make_bag(
        str(bag),
        {
            "Source-Organization": plan.site.en or plan.site.zh,
            "External-Identifier": plan.release,
            "External-Description": "Recordings released from a control room",
            "Bagging-Date": f"{plan.made_at.astimezone(UTC):%Y-%m-%d}",
            "Bag-Software-Agent": "watchroom",
        },
        checksums=["sha256"],
    )
    _write(bag / verify.KEY, key.pem)
    _write(bag / "verify.py", Path(verify.__file__).read_bytes())
    for name, text in instructions(plan.release, key.fingerprint).items():
        _write(bag / name, text.encode())
    # bagit writes one blank behind the hash, which not every sha256sum takes; the folder's own names are sorted here.
    tags = sorted(path.name for path in bag.iterdir() if path.is_file() and path.name != verify.TAG_MANIFEST)
    lines = [f"{hash_file(bag / name)[0]}  {name}\n" for name in tags]
    _write(bag / verify.TAG_MANIFEST, "".join(lines).encode())


def _check_whole(bag: Path, fingerprint: str) -> None:
    """What the receiver will do, done here first: what the disk changed meanwhile is found before anybody gets it."""
    report = verify.check(str(bag), fingerprint)
    if report.findings:
        what, file, sentence, _ = report.findings[0]
        raise OSError(f"The package does not hold what was put in: {file} ({what}). {sentence}")


def _tar(plan: PackagePlan, bag: Path, target: Path, tell: Tell, total: int) -> None:
    done = 0
    stamp = int(plan.made_at.timestamp())
    with target.open("xb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(bag.rglob("*")):
            info = tar.gettarinfo(path, arcname=f"{plan.release}/{path.relative_to(bag)}")
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime, info.mode = stamp, 0o755 if path.is_dir() else 0o644
            if path.is_dir():
                tar.addfile(info)
                continue
            check_room(bag, plan.reserve_bytes, info.size)
            with path.open("rb") as content:
                tar.addfile(info, content)
            done += info.size
            tell(Progress(step="seal", done=done, total=max(total, done)))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
