"""Recordings of a small site with their seals, and plans for packages of them."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np

from hub.core.recordings import RecordingsSealed, leaf_of, merkle_root, segment_name, us_of
from hub.core.releases.events import Officer
from hub.core.text import Text
from hub.footage.keys import PRIVATE, make_key
from hub.footage.merkle import audit_path
from hub.footage.plan import Custody, Made, NotMade, PackagePlan, Piece, Said, SealRecord
from hub.journal.chain import record_hash
from hub.journal.codec import encode

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SECONDS, FPS = 4, 5
SIZE = (320, 180)
ROOT = Path(__file__).parents[2]


def picture(number: int) -> Any:
    """A chequered picture, in which whatever is blurred shows."""
    rows, columns = np.indices((SIZE[1], SIZE[0]))
    image = np.where((rows // 2 + columns // 2) % 2, 230, 20).astype(np.uint8)
    image[:, number % SIZE[0]] = 0
    return np.repeat(image[:, :, None], 3, axis=2)


def write_segment(path: Path, first: int = 0) -> None:
    """A recording as the recorder makes it: H.264 in fragments, from picture number `first` on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(path), "w", format="mp4", options=options) as output:
        stream: Any = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "g": "5", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(SECONDS * FPS):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture(first + number), format="rgb24")))
        output.mux(stream.encode(None))


def seal_record(manifest: str, root: str, count: int, size: int, seq: int = 41) -> SealRecord:
    """The record of a seal, hashed as the journal hashes it."""
    event = RecordingsSealed(
        manifest=manifest, count=count, bytes=size, first_at=BEGIN, last_at=BEGIN + timedelta(minutes=5), root=root
    )
    type_, version, body = encode(event)
    previous, at = hashlib.sha256(b"before").digest(), us_of(BEGIN + timedelta(minutes=6))
    hashed = record_hash(previous, seq, at, at, "hub", None, type_, version, body, None)
    return SealRecord(
        manifest=manifest,
        root=root,
        count=count,
        previous=previous.hex(),
        seq=seq,
        at_us=at,
        seen_at_us=at,
        actor="hub",
        cause=None,
        type=type_,
        version=version,
        body=body.decode(),
        key=None,
        hash=hashed.hex(),
    )


def make_pieces(folder: Path, cameras: tuple[str, ...] = ("gate-1", "gate-2"), each: int = 2) -> list[Piece]:
    """Recordings on disk, without their seal."""
    pieces = []
    for camera in cameras:
        for number in range(each):
            begin_at = BEGIN + timedelta(seconds=number * SECONDS)
            name = segment_name(camera, "main", begin_at)
            write_segment(folder / name, 31 * len(pieces))
            data = (folder / name).read_bytes()
            pieces.append(
                Piece(
                    name=name,
                    path=str(folder / name),
                    camera=camera,
                    stream="main",
                    begin_at=begin_at,
                    end_at=begin_at + timedelta(seconds=SECONDS),
                    bytes=len(data),
                    sha256=hashlib.sha256(data).hexdigest(),
                    codec="h264",
                )
            )
    return pieces


def sealed(pieces: list[Piece]) -> tuple[list[Piece], list[SealRecord]]:
    """The pieces with the proofs of one seal over all of them."""
    leaves = [leaf_of(one.name, one.bytes, one.sha256) for one in pieces]
    record = seal_record(".seals/a.txt", merkle_root(leaves).hex(), len(pieces), sum(one.bytes for one in pieces))
    proven = [
        msgspec.structs.replace(one, seal=0, index=at, proof=[node.hex() for node in audit_path(leaves, at)])
        for at, one in enumerate(pieces)
    ]
    return proven, [record]


def make_plan(folder: Path, **changes: Any) -> PackagePlan:
    """A plan for a release of two cameras; `folder` is the site's data folder. The folder for work is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if "pieces" not in changes:
        changes["pieces"], changes["seals"] = sealed(make_pieces(folder / "recordings"))
    make_key(folder)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    plan = PackagePlan(
        release="F-3",
        site=Text(en="Plant", zh="工厂"),
        timezone="Asia/Shanghai",
        kind="external",
        agency="东城公安分局",
        officers=[Officer(name="王<b>", identification="0001"), Officer(name="Li", identification="0002")],
        letter="ab" * 32,
        letter_number="公调字 7 号",
        reason="Theft & loss",
        content="Who left by the gate",
        cameras={"gate-1": Text(en="Gate 1", zh="一号门"), "gate-2": Text(en="Gate 2", zh="二号门")},
        from_at=BEGIN + timedelta(seconds=1),
        to_at=BEGIN + timedelta(seconds=7),
        made_at=BEGIN + timedelta(days=1),
        steps=[Custody(at=BEGIN + timedelta(hours=1), who="张三", what=Text(en="requested", zh="提出"))],
        work=str(work),
        target=str(folder / "F-3.tar"),
        key=str(folder / PRIVATE),
        reserve_bytes=0,
    )
    return msgspec.structs.replace(plan, **changes)


def run_work(plan: PackagePlan) -> Made | NotMade:
    """The process that makes a package, run to its end; what it said last."""
    with start_work(plan) as process:
        assert process.stdout is not None
        said = [msgspec.json.decode(line, type=Said) for line in process.stdout]
    assert process.returncode == 0
    assert isinstance(said[-1], Made | NotMade)
    return said[-1]


def start_work(plan: PackagePlan) -> "subprocess.Popen[bytes]":
    """The process with its plan; stdin stays open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.footage.work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(plan) + b"\n")
    process.stdin.flush()
    return process


def unpacked(package: Path, into: Path) -> Path:
    """The package's folder as `tar` unpacks it."""
    into.mkdir(parents=True)
    subprocess.run(["tar", "-xf", str(package), "-C", str(into)], check=True)
    (folder,) = into.iterdir()
    return folder


def seals_of(bag: Path) -> Any:
    return json.loads((bag / "data/seals.json").read_text())
