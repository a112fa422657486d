"""Pictures as JPEG files: evidence of findings, and the reference views.

Everything that touches the disk runs in one thread of its own, so that a slow or full disk never keeps a camera from
being read or a finding from being reported.
"""

import hashlib
import os
import queue
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeVar

import av
import structlog
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from hub.clock import Clock
from hub.core.findings import Evidence, Picture
from hub.core.text import Text
from hub.vision.reference import Reference

T = TypeVar("T")
_log = structlog.get_logger("hub.watch")
_LINE = 1024
"""Jobs that may wait; beyond them a finding goes out without pictures."""
_LARGEST_FILE = 16 * 1024 * 1024
_AGAIN_S = 30.0
_UNFIT = re.compile(r"[^\w.-]")


class Still(NamedTuple):
    """A picture and when it was taken in. The frame is never changed."""

    frame: VideoFrame
    at: datetime


def jpeg(frame: VideoFrame) -> bytes:
    """A frame as a JPEG file, in colour and in its own size."""
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = frame.width - frame.width % 2, frame.height - frame.height % 2
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"qmin": "3", "qmax": "5"}
    encoder.thread_count = 1
    whole = frame.reformat(encoder.width, encoder.height, "yuvj420p", threads=1)
    whole.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(whole), *encoder.encode(None)])


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there completely or not at all, also after a power cut. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.part")
    try:
        with making.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def evidence_path(camera: str, at: datetime, what: str) -> str:
    """`2026/01/31/gate-1-081500-view.moved-after.jpg`: the path of a picture below the evidence folder, in UTC."""
    return f"{at:%Y/%m/%d}/{_UNFIT.sub('_', camera)}-{at:%H%M%S}-{_UNFIT.sub('_', what)}.jpg"


def not_kept(reason: str) -> Text:
    """Why there are no pictures, in plain words."""
    return Text(en=f"The pictures could not be kept: {reason}.", zh=f"画面未能保存：{reason}。")


class Kept(NamedTuple):
    """The evidence of a finding; `problem` says in plain words why there is none."""

    evidence: Evidence | None
    problem: Text = Text(en="")


class _Learned(NamedTuple):
    camera: str
    reference: Reference
    still: Still


class Pictures:
    """Writes pictures below the site's data folder, in order, in one thread. Methods may be called by any thread."""

    def __init__(self, folder: Path, *, clock: Clock, on_learned: Callable[[str, Picture | None], None]) -> None:
        self._evidence = folder / "evidence"
        self._references = folder / "references"
        self._clock = clock
        self._on_learned = on_learned
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(_LINE)
        self._unsaved: dict[str, _Learned] = {}
        self._again_s = clock.monotonic() + _AGAIN_S
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self, within_s: float) -> None:
        """Do the jobs that wait, for a bounded time, and end."""
        try:
            self._jobs.put(None, timeout=within_s)
        except queue.Full:
            return
        self._thread.join(within_s)

    def keep(
        self, camera: str, kind: str, at: datetime, *, before: Still | None, after: Still | None
    ) -> "Future[Kept]":
        """Keep the pictures of a finding. Without `before` the picture of the reference view is taken."""

        def write() -> Kept:
            try:
                first = jpeg(before.frame) if before else self._reference_picture(camera)
                second = jpeg(after.frame) if after else None
                evidence = Evidence(
                    before=self._keep(evidence_path(camera, at, f"{kind}-before"), first),
                    after=self._keep(evidence_path(camera, at, f"{kind}-after"), second),
                )
            except OSError as error:
                _log.error("evidence not kept", camera=camera, kind=kind, reason=_reason(error))
                return Kept(None, not_kept(_reason(error)))
            return Kept(evidence if evidence.before or evidence.after else None)

        return self._submit(write)

    def encode(self, still: Still) -> "Future[bytes]":
        """A still as JPEG."""
        return self._submit(lambda: jpeg(still.frame))

    def save_reference(self, camera: str, reference: Reference, still: Still) -> None:
        """Keep a learned reference with its picture, trying again until the disk takes it.

        `on_learned` is told at once, and again with the picture when only a later attempt could keep it.
        """
        self._submit(lambda: self._save(_Learned(camera, reference, still), again=False))

    def forget_reference(self, camera: str) -> None:
        """Remove a camera's reference view."""

        def forget() -> None:
            self._unsaved.pop(camera, None)
            for suffix in (".npz", ".jpg"):
                self._reference_path(camera, suffix).unlink(missing_ok=True)

        self._submit(forget)

    def load_reference(self, camera: str) -> Reference | None:
        """The reference kept for a camera. A damaged one is reported and learned anew. Reads in the calling thread."""
        try:
            return Reference.from_bytes(_read(self._reference_path(camera, ".npz")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.error("reference unreadable, learning anew", camera=camera, reason=_reason(error))
            return None

    def _save(self, learned: _Learned, *, again: bool) -> None:
        camera = learned.camera
        try:
            data = jpeg(learned.still.frame)
            # The picture first: a reference without its picture could not be shown beside a finding.
            write_whole(self._reference_path(camera, ".jpg"), data)
            write_whole(self._reference_path(camera, ".npz"), learned.reference.to_bytes())
            picture = self._keep(evidence_path(camera, learned.still.at, "reference"), data)
        except OSError as error:
            _log.error("reference not kept, trying again", camera=camera, reason=_reason(error))
            self._unsaved[camera] = learned
            if not again:
                self._on_learned(camera, None)
            return
        self._on_learned(camera, picture)

    def _reference_path(self, camera: str, suffix: str) -> Path:
        return self._references / f"{_UNFIT.sub('_', camera)}{suffix}"

    def _reference_picture(self, camera: str) -> bytes | None:
        try:
            return _read(self._reference_path(camera, ".jpg"))
        except FileNotFoundError:
            return None

    def _keep(self, path: str, data: bytes | None) -> Picture | None:
        if data is None:
            return None
        write_whole(self._evidence / path, data)
        return Picture(path=path, sha256=hashlib.sha256(data).hexdigest())

    def _submit(self, work: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()

        def job() -> None:
            try:
                future.set_result(work())
            except Exception as error:  # a fault in one job must not end the thread that all cameras share
                _log.exception("picture job failed")
                future.set_exception(error)

        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            future.set_exception(OSError("too many pictures wait for the disk"))
        return future

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=_AGAIN_S)
            except queue.Empty:
                job = None
            else:
                if job is None:
                    return
                job()
            if self._unsaved and self._clock.monotonic() >= self._again_s:
                self._again_s = self._clock.monotonic() + _AGAIN_S
                unsaved, self._unsaved = self._unsaved, {}
                for learned in unsaved.values():
                    self._save(learned, again=True)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {_LARGEST_FILE} bytes")
    return data


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
