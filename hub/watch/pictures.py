"""Pictures as JPEG files: evidence of findings, and the reference views.

Everything that touches the disk runs in one thread of its own, so that a slow or full disk never keeps a camera from
being read or a finding from being reported.
"""

import hashlib
import queue
import threading
from collections.abc import Callable, Iterable
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
from hub.watch import references
from hub.watch.files import read_bounded, write_whole
from hub.watch.frames import still_of
from hub.watch.messages import Learned
from hub.watch.picture_paths import evidence_path, reference_path
from hub.watch.references import Kept as KeptViews
from hub.watch.references import reason_of

T = TypeVar("T")
_log = structlog.get_logger("hub.watch")
_LINE = 1024
"""Jobs that may wait; beyond them a finding goes out without pictures."""
_AGAIN_S = 30.0


class Still(NamedTuple):
    """A picture and when it was taken in. The frame is never changed."""

    frame: VideoFrame
    at: datetime


def small(still: Still) -> Still:
    """The still to keep for long: a wide frame made small. The newest is kept as it is, as the decoder does anyway."""
    return Still(still_of(still.frame), still.at)


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


def not_kept(reason: str) -> Text:
    """Why there are no pictures, in plain words."""
    return Text(en=f"The pictures could not be kept: {reason}.", zh=f"画面未能保存：{reason}。")


class Kept(NamedTuple):
    """The evidence of a finding; `problem` says in plain words why there is none."""

    evidence: Evidence | None
    problem: Text = Text(en="")


class _Unsaved(NamedTuple):
    camera: str
    view: Reference
    beside: bool
    still: Still


class Pictures:
    """Writes pictures below the site's data folder, in order, in one thread. Methods may be called by any thread."""

    def __init__(self, folder: Path, *, clock: Clock, on_learned: Callable[[Learned], None]) -> None:
        self._evidence = folder / "evidence"
        self._references = folder / "references"
        self._clock = clock
        self._on_learned = on_learned
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(_LINE)
        self._unsaved: dict[tuple[str, str], _Unsaved] = {}
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
        self,
        camera: str,
        kind: str,
        at: datetime,
        *,
        before: Still | None,
        after: Still | None,
        reference: str = "",
    ) -> "Future[Kept]":
        """Keep the pictures of a finding. Without `before` the picture of the reference view is taken."""
        before, after = (still and small(still) for still in (before, after))

        def write() -> Kept:
            try:
                first = jpeg(before.frame) if before else self._reference_picture(camera, reference)
                second = jpeg(after.frame) if after else None
                evidence = Evidence(
                    before=self._keep(evidence_path(camera, at, f"{kind}-before"), first),
                    after=self._keep(evidence_path(camera, at, f"{kind}-after"), second),
                )
            except OSError as error:
                _log.error("evidence not kept", camera=camera, kind=kind, reason=reason_of(error))
                return Kept(None, not_kept(reason_of(error)))
            return Kept(evidence if evidence.before or evidence.after else None)

        return self._submit(write)

    def encode(self, still: Still) -> "Future[bytes]":
        """A still as JPEG."""
        return self._submit(lambda: jpeg(still_of(still.frame)))

    def save_reference(self, camera: str, view: Reference, still: Still, *, beside: bool = False) -> None:
        """Keep a learned view with its picture, trying again until the disk takes it.

        `on_learned` is told at once, and again with the picture when only a later attempt could keep it.
        """
        kept = small(still)
        self._submit(lambda: self._save(_Unsaved(camera, view, beside, kept), again=False))

    def announce_reference(self, camera: str, view: Reference, *, outdated: bool = False) -> None:
        """Tell `on_learned` of a view that is kept already; `outdated` as in `hub.watch.messages.Learned`."""

        def announce() -> None:
            picture: Picture | None = None
            try:
                data = self._reference_picture(camera, view.id)
                picture = None if data is None else self._keep_reference(camera, view.id, data)
            except OSError as error:
                _log.error("reference picture not kept", camera=camera, reason=reason_of(error))
            self._on_learned(_learned(camera, view, picture, outdated=outdated))

        self._submit(announce)

    def remove_references(self, camera: str, views: Iterable[str]) -> None:
        """Forget views for good; what is evidence of them stays."""
        names = list(views)

        def remove() -> None:
            for name in names:
                self._unsaved.pop((camera, name), None)
            try:
                references.remove(self._references, camera, names)
            except OSError as error:
                _log.error("reference views not removed", camera=camera, reason=reason_of(error))

        self._submit(remove)

    def save_memory(self, camera: str, memory: bytes) -> None:
        """Keep what the judge remembers of a camera; what the disk does not take is lost."""

        def save() -> None:
            try:
                references.save_memory(self._references, camera, memory)
            except OSError as error:
                _log.error("what the judge remembers was not kept", camera=camera, reason=reason_of(error))

        self._submit(save)

    def load_references(self, camera: str) -> KeptViews:
        """What is kept of a camera. Reads in the calling thread."""
        return references.load(self._references, camera)

    def load_reference(self, camera: str, view: str) -> Reference | None:
        """One view that is kept of a camera. Reads in the calling thread."""
        return references.load_one(self._references, camera, view)

    def _save(self, unsaved: _Unsaved, *, again: bool) -> None:
        camera, view = unsaved.camera, unsaved.view
        try:
            data = jpeg(unsaved.still.frame)
            references.save(self._references, camera, view, data)
            picture = self._keep_reference(camera, view.id, data)
        except OSError as error:
            _log.error("reference not kept, trying again", camera=camera, reason=reason_of(error))
            self._unsaved[camera, view.id] = unsaved
            if not again:
                self._on_learned(_learned(camera, view, None, beside=unsaved.beside))
            return
        self._on_learned(_learned(camera, view, picture, beside=unsaved.beside))

    def _reference_picture(self, camera: str, view: str) -> bytes | None:
        if not view:
            return None
        try:
            return read_bounded(references.picture_of(references.folder_of(self._references, camera), view))
        except (FileNotFoundError, ValueError):
            return None

    def _keep_reference(self, camera: str, view: str, data: bytes) -> Picture:
        digest = hashlib.sha256(data).hexdigest()
        path = reference_path(camera, view, digest)
        if not (self._evidence / path).is_file():
            write_whole(self._evidence / path, data)
        return Picture(path=path, sha256=digest)

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
                for each in unsaved.values():
                    self._save(each, again=True)


def _learned(
    camera: str, view: Reference, picture: Picture | None, *, beside: bool = False, outdated: bool = False
) -> Learned:
    return Learned(
        camera,
        picture,
        reference=view.id,
        light=view.light,
        preset=view.preset,
        beside=beside,
        outdated=outdated,
    )
