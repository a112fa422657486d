"""What the watch reports of cameras: findings, each with the event that ends it, and the reference views.

Picture faults carry the names of video quality diagnosis (VQD, 视频质量诊断).
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.event import CameraId, Event
from hub.core.text import Text


class Picture(msgspec.Struct, frozen=True):
    """A picture kept as evidence: a path below the site's evidence folder, and its SHA-256."""

    path: Annotated[str, Meta(description="Path below the evidence folder.")]
    sha256: Annotated[str, Meta(description="SHA-256 of the file, hexadecimal.")]


class Evidence(msgspec.Struct, frozen=True):
    """The pictures kept with a finding."""

    before: Annotated[Picture | None, Meta(description="How the view should look.")] = None
    after: Annotated[Picture | None, Meta(description="How it looked when the finding was raised.")] = None


class Finding(Event, frozen=True, kw_only=True):
    """Common to every finding of the watch; not an event by itself."""

    camera: CameraId
    since_at: Annotated[datetime, Meta(description="When the condition began.")]
    detail: Annotated[Text, Meta(description="What exactly, in plain words.")] = Text(en="")
    cells: Annotated[
        list[int],
        Meta(
            description="The affected cells of the view, where that has a meaning: one number for each of 9 rows from "
            "the top, its 16 bits the columns, the highest the leftmost."
        ),
    ] = []
    measures: Annotated[
        dict[str, float], Meta(description="The measures that led to it, named as in docs/operate/watch.md.")
    ] = {}
    evidence: Annotated[Evidence | None, Meta(description="Pictures before and after.")] = None


class FindingCleared(Event, frozen=True, kw_only=True):
    """Common to every end of a finding; not an event by itself."""

    camera: CameraId
    since_at: Annotated[datetime | None, Meta(description="When the condition had begun.")] = None


class SignalLost(Finding, tag="signal.lost", frozen=True, kw_only=True):
    """No picture data arrives from the camera."""


class SignalRestored(FindingCleared, tag="signal.restored", frozen=True, kw_only=True):
    """Picture data arrives again."""

    CLEARS: ClassVar[type[Event] | None] = SignalLost


class AccessRefused(Finding, tag="access.refused", frozen=True, kw_only=True):
    """The camera refused the credentials; it is not asked again until a person says so."""


class AccessGranted(FindingCleared, tag="access.granted", frozen=True, kw_only=True):
    """The camera accepts the credentials again."""

    CLEARS: ClassVar[type[Event] | None] = AccessRefused


class PictureFrozen(Finding, tag="picture.frozen", frozen=True, kw_only=True):
    """The stream goes on but the picture no longer changes."""


class PictureUnfrozen(FindingCleared, tag="picture.unfrozen", frozen=True, kw_only=True):
    """The picture changes again."""

    CLEARS: ClassVar[type[Event] | None] = PictureFrozen


class PictureBlack(Finding, tag="picture.black", frozen=True, kw_only=True):
    """The picture is black or nearly so."""


class PictureVisible(FindingCleared, tag="picture.visible", frozen=True, kw_only=True):
    """The picture is no longer black."""

    CLEARS: ClassVar[type[Event] | None] = PictureBlack


class PictureBlurred(Finding, tag="picture.blurred", frozen=True, kw_only=True):
    """The picture lost its sharpness against the reference view."""


class PictureSharp(FindingCleared, tag="picture.sharp", frozen=True, kw_only=True):
    """The picture is as sharp as its reference again."""

    CLEARS: ClassVar[type[Event] | None] = PictureBlurred


class ViewObstructed(Finding, tag="view.obstructed", frozen=True, kw_only=True):
    """Something covers the lens, or a part of the view, from close by."""

    share: Annotated[float, Meta(description="Covered share of the judged view, 0 to 1.", ge=0, le=1)] = 1.0


class ViewClear(FindingCleared, tag="view.clear", frozen=True, kw_only=True):
    """The view is free again."""

    CLEARS: ClassVar[type[Event] | None] = ViewObstructed


class ViewMoved(Finding, tag="view.moved", frozen=True, kw_only=True):
    """The camera no longer shows its approved view."""


class ViewReturned(FindingCleared, tag="view.returned", frozen=True, kw_only=True):
    """The camera shows its approved view again."""

    CLEARS: ClassVar[type[Event] | None] = ViewMoved


class SignalStalled(Finding, tag="signal.stalled", frozen=True, kw_only=True):
    """Data arrives, but no picture can be made of it, or it keeps stopping."""


class SignalFlowing(FindingCleared, tag="signal.flowing", frozen=True, kw_only=True):
    """Pictures arrive steadily again."""

    CLEARS: ClassVar[type[Event] | None] = SignalStalled


class PictureDark(Finding, tag="picture.dark", frozen=True, kw_only=True):
    """The picture is far darker than it ever is at this time."""


class PictureLit(FindingCleared, tag="picture.lit", frozen=True, kw_only=True):
    """The picture is as bright as usual again."""

    CLEARS: ClassVar[type[Event] | None] = PictureDark


class PictureBright(Finding, tag="picture.bright", frozen=True, kw_only=True):
    """The picture is washed out: far brighter than it ever is at this time."""


class PictureDimmed(FindingCleared, tag="picture.dimmed", frozen=True, kw_only=True):
    """The picture is no longer too bright."""

    CLEARS: ClassVar[type[Event] | None] = PictureBright


class PictureFlat(Finding, tag="picture.flat", frozen=True, kw_only=True):
    """The picture lost its contrast: haze on the lens, failing exposure, a dying sensor."""


class PictureContrasted(FindingCleared, tag="picture.contrasted", frozen=True, kw_only=True):
    """The picture has its contrast again."""

    CLEARS: ClassVar[type[Event] | None] = PictureFlat


class PictureTinted(Finding, tag="picture.tinted", frozen=True, kw_only=True):
    """The colours are wrong all over: a stuck filter, a failing sensor, a broken white balance."""


class PictureUntinted(FindingCleared, tag="picture.untinted", frozen=True, kw_only=True):
    """The colours are right again."""

    CLEARS: ClassVar[type[Event] | None] = PictureTinted


class PictureNoisy(Finding, tag="picture.noisy", frozen=True, kw_only=True):
    """Noise or snow lies over the picture."""


class PictureQuiet(FindingCleared, tag="picture.quiet", frozen=True, kw_only=True):
    """The picture is free of noise again."""

    CLEARS: ClassVar[type[Event] | None] = PictureNoisy


class PictureStriped(Finding, tag="picture.striped", frozen=True, kw_only=True):
    """Stripes lie over the picture: mains hum, interference, a failing sensor."""


class PictureUnstriped(FindingCleared, tag="picture.unstriped", frozen=True, kw_only=True):
    """The picture is free of stripes again."""

    CLEARS: ClassVar[type[Event] | None] = PictureStriped


class PictureDamaged(Finding, tag="picture.damaged", frozen=True, kw_only=True):
    """Parts of the picture cannot be decoded: blocks, smears, gray areas."""


class PictureIntact(FindingCleared, tag="picture.intact", frozen=True, kw_only=True):
    """The picture is decoded whole again."""

    CLEARS: ClassVar[type[Event] | None] = PictureDamaged


class ViewShaking(Finding, tag="view.shaking", frozen=True, kw_only=True):
    """The camera shakes: a loose bracket, a machine, the wind."""


class ViewSteady(FindingCleared, tag="view.steady", frozen=True, kw_only=True):
    """The camera stands still again."""

    CLEARS: ClassVar[type[Event] | None] = ViewShaking


class NightUnusable(Finding, tag="night.unusable", frozen=True, kw_only=True):
    """By night the picture shows too little to be of use."""


class NightUsable(FindingCleared, tag="night.usable", frozen=True, kw_only=True):
    """The night picture is of use again."""

    CLEARS: ClassVar[type[Event] | None] = NightUnusable


class LensSoiled(Finding, tag="lens.soiled", frozen=True, kw_only=True):
    """The lens wants cleaning: dirt, a cobweb, or sharpness and contrast that sink from day to day."""

    share: Annotated[float | None, Meta(description="Affected share of the judged view, 0 to 1.")] = None
    forecast_at: Annotated[
        datetime | None, Meta(description="When the picture will be unusable if it goes on like this.")
    ] = None


class LensCleaned(FindingCleared, tag="lens.cleaned", frozen=True, kw_only=True):
    """The lens is clean again."""

    CLEARS: ClassVar[type[Event] | None] = LensSoiled


class ViewOvergrown(Finding, tag="view.overgrown", frozen=True, kw_only=True):
    """Plants grow into the view."""

    share: Annotated[float | None, Meta(description="Affected share of the judged view, 0 to 1.")] = None
    forecast_at: Annotated[
        datetime | None, Meta(description="When the picture will be unusable if it goes on like this.")
    ] = None


class ViewCutBack(FindingCleared, tag="view.cut_back", frozen=True, kw_only=True):
    """The view is free of plants again."""

    CLEARS: ClassVar[type[Event] | None] = ViewOvergrown


MissingCause = Literal["signal", "storage", "stream", "codec", "slow", "writing", "unknown"]
"""Why nothing of a camera comes on disk. `signal` and `storage` have findings of their own: the signal is lost or the
access refused; the disk is gone or full. The others stand for themselves: the stream to be recorded does not come
though the watched one does; its format cannot be recorded; the disk is too slow; the file cannot be written; nobody can
say."""


class RecordingMissing(Finding, tag="recording.missing", frozen=True, kw_only=True):
    """The camera should be recorded, and nothing new is on disk. It comes again when the cause has changed."""

    cause: Annotated[
        MissingCause,
        Meta(
            description="Why, as far as it is known. `signal` (lost, or access refused) and `storage` (gone or full) "
            "have findings of their own."
        ),
    ] = "unknown"


class RecordingResumed(FindingCleared, tag="recording.resumed", frozen=True, kw_only=True):
    """The camera is recorded again."""

    CLEARS: ClassVar[type[Event] | None] = RecordingMissing


NotJudged = Literal["starting", "worker", "learning", "light", "view", "moving"]
"""Why a camera is not judged: not reported yet; its worker died; its view is being learned; it was never seen in this
light; its view cannot be compared now; it is being steered."""


class CameraNotJudged(Event, tag="camera.not_judged", frozen=True, kw_only=True):
    """The watch cannot say whether the camera is good: unknown is a state of its own."""

    camera: CameraId
    reason: Annotated[
        NotJudged,
        Meta(
            description="Why: not reported yet, its worker died, its view is being learned, was never seen in this "
            "light, cannot be compared now, or the camera is being steered."
        ),
    ]


class CameraJudged(Event, tag="camera.judged", frozen=True, kw_only=True):
    """The watch judges the camera again."""

    CLEARS: ClassVar[type[Event] | None] = CameraNotJudged
    camera: CameraId


Light = Literal["day", "dim", "infrared"]
"""In which light a reference view was learned: by day, under lamps or at dusk, or in infra-red (without colour)."""


class ReferenceLearned(Event, tag="reference.learned", frozen=True, kw_only=True):
    """The watch learned how the camera's view looks when it is good, and proposes it as a reference view."""

    camera: CameraId
    reference: Annotated[str, Meta(description="Id of the reference view, unique for the camera.")] = ""
    light: Annotated[Light, Meta(description="The light it was learned in.")] = "day"
    preset: Annotated[str, Meta(description="Preset position of a steered camera; empty for a fixed one.")] = ""
    picture: Annotated[Picture | None, Meta(description="The reference picture.")] = None
    beside: Annotated[
        bool,
        Meta(
            description="It surely shows the same place as the views before, in another light: "
            "when it is approved, it joins them and replaces none."
        ),
    ] = False
    outdated: Annotated[
        bool, Meta(description="It is of before the view was to be learned anew: it is no proposal, and not in use.")
    ] = False


class ReferenceApproved(Event, tag="reference.approved", frozen=True, kw_only=True):
    """A leader approved a reference view."""

    camera: CameraId
    reference: Annotated[str, Meta(description="Id of the reference view.")]
    supersedes: Annotated[
        list[str], Meta(description="Ids of the views that are no longer in use because of it; they are kept.")
    ] = []


class ReferenceRejected(Event, tag="reference.rejected", frozen=True, kw_only=True):
    """A leader refused or withdrew a reference view; the watch forgets it."""

    camera: CameraId
    reference: Annotated[str, Meta(description="Id of the reference view.")]
    reason: Annotated[str, Meta(description="Why.")]


class CameraRetried(Event, tag="camera.retried", frozen=True, kw_only=True):
    """A person asked to try a refused camera again."""

    camera: CameraId


class CameraRelearned(Event, tag="camera.relearned", frozen=True, kw_only=True):
    """A person asked to learn the reference view anew."""

    camera: CameraId
    reason: Annotated[str, Meta(description="Why the view is different now.")]
