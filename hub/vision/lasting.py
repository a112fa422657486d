"""What has changed in a view for minutes and more: dirt, webs, stickers, leaves; people and vehicles average away.

Averages over minutes of where the edges are, how sharp and how strong, are held against what the view has been in the
same light in the last hours, and against its reference view.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from hub.vision import gradients, measures
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.known import TRUST_S, Known, Mean, forget, known_of, learn, settle, waver
from hub.vision.measures import COLUMNS, ROWS, Plane
from hub.vision.picture import Detail, Picture, sharpness
from hub.vision.reference import Reference, unpack
from hub.vision.regions import grounded
from hub.vision.template import Cells

GATHER_S = 8.0
LOOK_S = 60.0
AVERAGE_S = 300.0
RIPE_S = 240.0
RIPE_PICTURES = 5
BREAK_S = 900.0
"""A gap as long as this tears the average: it begins anew."""
LEARN_S = 1800.0
FOLLOW_S = 21600.0
"""Time constant with which the sun, seasons and furniture become what the view has been."""
CHANGING_S = 3600.0
"""The same while the light changes: at dusk, cells lose their edges one after the other."""
MOST_S = 7200.0
MAX_KNOWN = 6
NOISY = "+noisy"
"""Behind the id of a reference: what the view has been in its noisier hours."""

STABLE_LENGTH = 0.3
MIN_STABLE_SHARE = 0.06
MIN_JUDGED = 12
MIN_TEXTURE = 8.0
LOST = 0.6
KEPT = 0.75
DOUBTFUL = 0.85
DULL = -0.35
NEAR = 0.3
WEB = 0.12
SUSPICIOUS = 0.04
WELL = 0.2
SUDDEN_S = 1200.0


class Sight(NamedTuple):
    """What the averages show. `lost` are the judged cells whose edges are not where they were in the last hours, `gone`
    those whose edges are not where the reference view has them; `spoiled` are lost or clearly softer than they were;
    `near` has lost detail or strength as behind anything close to the lens, or is part of a wide pattern through which
    the view still shows; `doubtful` is the share of the judged cells that are neither kept nor lost."""

    judged: Cells
    lost: Cells
    spoiled: Cells
    gone: Cells
    near: Cells
    doubtful: float
    flutter: Plane  # how much more the edges waver than they used to
    green: Cells
    sharpness: float | None  # against the reference view, natural logarithm, median of the textured cells
    contrast: float | None  # the same of the strength of edges


class Lasting(msgspec.Struct, frozen=True, kw_only=True):
    """The averages of one camera, and what is known of its view in the lights it was seen in. `well_s` is when it last
    was what it has been."""

    reference: str = ""
    mean: Mean | None = None
    known: dict[str, Known] = {}
    looked_s: float = 0.0
    learned_s: float = 0.0
    well_s: float | None = None
    sight: Sight | None = None


def follow(
    lasting: Lasting,
    picture: Picture,
    detail: Detail | None,
    reference: Reference | None,
    at_s: float,
    *,
    usable: bool,
    held: bool,
    changing: bool = False,
    noisy: bool | None = None,
    ignored: Cells | None = None,
) -> Lasting:
    """The averages after one more picture.

    `reference` is the one in use; `usable` says that the picture shows the view at all (nothing hides it, the camera
    stands still); while `held`, what has lasted is a finding and does not become what the view has been. `changing`:
    the light is about to change or just did, and with it what the view is. `noisy`: this is one of the hours that are
    noisier than others under the same reference, another light for what shows for minutes only; None: not known, it
    stays what it was. The cells that are `ignored` are not judged.
    """
    if reference is None or detail is None or not usable:
        return lasting
    light = _light_of(lasting, reference, noisy)
    if lasting.reference != light or lasting.mean is None or at_s - lasting.mean.at_s > BREAK_S:
        lasting = _begin(lasting, reference, light, picture, detail, at_s)
    mean = lasting.mean
    assert mean is not None
    if at_s - mean.at_s >= GATHER_S:
        lasting = msgspec.structs.replace(lasting, mean=_gather(mean, picture, detail, at_s))
    if at_s - lasting.looked_s >= LOOK_S and ripe(lasting):
        lasting = _look(lasting, reference, at_s, held=held, changing=changing, ignored=ignored)
    return lasting


def trusting(lasting: Lasting, references: Sequence[Reference]) -> Lasting:
    """What is known, with the reference views of before taken for what the view has been where nothing better is."""
    known = dict(lasting.known)
    for reference in references:
        if reference.id not in known and len(known) < MAX_KNOWN:
            kept_s = np.full((ROWS, COLUMNS), TRUST_S, np.float32)
            known[reference.id] = msgspec.structs.replace(known_of(reference), kept_s=kept_s, young=False)
    return msgspec.structs.replace(lasting, known=known)


def begin_anew(lasting: Lasting) -> Lasting:
    """The averages thrown away: what they hold is over, such as a cover that was taken off."""
    known = known_now(lasting)
    if known is None:
        return lasting
    nothing = np.zeros((ROWS, COLUMNS), np.float32)
    clear = msgspec.structs.replace(known, lasted_s=nothing, gone_s=nothing)
    return msgspec.structs.replace(lasting, mean=None, sight=None, known={**lasting.known, lasting.reference: clear})


def ripe(lasting: Lasting) -> bool:
    """Whether the averages are over enough pictures to say anything."""
    mean = lasting.mean
    return mean is not None and mean.pictures >= RIPE_PICTURES and mean.at_s - mean.began_s >= RIPE_S


def known_now(lasting: Lasting) -> Known | None:
    """What is known of the view in the light of now."""
    return lasting.known.get(lasting.reference)


def kind_of(light: str) -> tuple[str, bool]:
    """What sort of light a name in `Lasting.known` stands for.

    >>> kind_of("day-1+noisy")
    ('day', True)
    """
    return light.partition("-")[0], light.endswith(NOISY)


def _light_of(lasting: Lasting, reference: Reference, noisy: bool | None) -> str:
    if noisy is None:
        noisy = lasting.reference == reference.id + NOISY
    return reference.id + NOISY if noisy else reference.id


def _begin(
    lasting: Lasting, reference: Reference, light: str, picture: Picture, detail: Detail, at_s: float
) -> Lasting:
    known = dict(lasting.known)
    # What was seen last in a light is kept longest.
    mine = known.pop(light, None) or _inherited(lasting, light, at_s) or known_of(reference)
    if mine.inherited and reference.approved:
        mine = known_of(reference)
    while len(known) >= MAX_KNOWN:
        known.pop(next(iter(known)))
    mean = Mean(
        field=picture.field,
        square=gradients.cell_energy(picture.field),
        detail=detail,
        levels=picture.levels,
        blue=picture.blue,
        red=picture.red,
        pictures=1,
        began_s=at_s,
        at_s=at_s,
    )
    return Lasting(
        reference=light,
        mean=mean,
        known={**known, light: mine},
        looked_s=at_s,
        learned_s=at_s,
    )


def _inherited(lasting: Lasting, light: str, at_s: float) -> Known | None:
    """What the view has been, when a new reference view of the same light came into use right after all was well:
    the light does not change so fast, a web or a leaf does."""
    before = known_now(lasting)
    same = kind_of(lasting.reference) == kind_of(light)
    if before is None or before.young or not same:
        return None
    sudden = lasting.well_s is not None and at_s - lasting.well_s <= SUDDEN_S
    return msgspec.structs.replace(before, inherited=True) if sudden or before.inherited else None


def _gather(mean: Mean, picture: Picture, detail: Detail, at_s: float) -> Mean:
    rate = np.float32(min(1.0, max((at_s - mean.at_s) / AVERAGE_S, 1 / (mean.pictures + 1))))
    square = gradients.cell_energy(picture.field)
    return Mean(
        field=mean.field + rate * (picture.field - mean.field),
        square=mean.square + rate * (square - mean.square),
        detail=_blend(mean.detail, detail, rate),
        levels=mean.levels + rate * (picture.levels - mean.levels),
        blue=mean.blue + rate * (picture.blue - mean.blue),
        red=mean.red + rate * (picture.red - mean.red),
        pictures=mean.pictures + 1,
        began_s=mean.began_s,
        at_s=at_s,
    )


def _blend(old: Detail, new: Detail, rate: np.float32) -> Detail:
    return Detail(
        fine=old.fine + rate * (new.fine - old.fine),
        coarse=old.coarse + rate * (new.coarse - old.coarse),
        structure=old.structure + rate * (new.structure - old.structure),
        rustle=float(old.rustle + rate * (new.rustle - old.rustle)),
    )


class _Fit(NamedTuple):
    judged: Cells
    kept: Plane
    usual: float  # of the cells that are kept best: what dim light leaves of all edges


def _fit(field: Field, expected: Field, ignored: Cells | None) -> _Fit:
    """How much of the expected edges is there, cell by cell: 1 all, 0 none, whatever else is there."""
    square = gradients.squared(expected)
    stable = (square > STABLE_LENGTH**2).astype(np.float32)
    judged = measures.cell_means(stable) > MIN_STABLE_SHARE
    if ignored is not None:
        judged = judged & ~ignored
    there = measures.cell_means(gradients.product(field, expected) * stable)
    kept = there / (measures.cell_means(square * stable) + np.float32(1e-3))
    usual = float(np.percentile(kept[judged], 80)) if judged.any() else 1.0
    return _Fit(judged, kept, min(1.0, max(0.2, usual)))


def _look(
    lasting: Lasting, reference: Reference, at_s: float, *, held: bool, changing: bool, ignored: Cells | None
) -> Lasting:
    mean, known = lasting.mean, lasting.known[lasting.reference]
    assert mean is not None
    if known.young:
        known = settle(known, mean)
    passed_s = min(BREAK_S, at_s - lasting.looked_s)
    memory = _fit(mean.field, unpack(known.edges), ignored)
    approved = _fit(mean.field, unpack(reference.edges), ignored)
    elsewhere = memory.judged & (memory.kept < LOST * memory.usual)
    trusted = known.kept_s >= TRUST_S
    lost = elsewhere & trusted
    gone = approved.judged & (approved.kept < LOST * approved.usual)
    fine = memory.judged & ~lost
    sharp = sharpness(mean.detail)
    energy = np.sqrt(np.maximum(mean.detail.coarse, 0)) / (mean.levels + np.float32(15.0))
    stronger = energy / np.maximum(known.energy, 1e-3)
    usual_strength = float(np.median(stronger[fine])) if fine.any() else 1.0
    softer = sharp - known.sharp
    dull = (
        memory.judged
        & trusted
        & (reference.coarse > MIN_TEXTURE)
        & (softer < DULL)
        & (memory.kept < 0.9 * memory.usual)
    )
    veiled = lost & (memory.kept > 0.1) & (stronger > 0.9 * usual_strength)
    if int(veiled.sum()) < WEB * int(memory.judged.sum()):
        veiled = np.zeros_like(veiled)
    flutter = mean.square - gradients.cell_energy(mean.field)
    textured = approved.judged & (reference.coarse > MIN_TEXTURE)
    enough = int(textured.sum()) >= MIN_JUDGED
    spoiled = lost | dull
    sight = Sight(
        judged=memory.judged,
        lost=lost,
        spoiled=spoiled,
        gone=gone,
        near=(softer < -0.25) | (stronger < 0.55 * usual_strength) | veiled,
        doubtful=float(np.mean(memory.kept[memory.judged] < DOUBTFUL * memory.usual) - np.mean(lost[memory.judged]))
        if memory.judged.any()
        else 1.0,
        flutter=np.where(np.isnan(known.flutter), 0, flutter - known.flutter).astype(np.float32),
        green=(mean.blue < -3) & (mean.red < -3) & (mean.blue + mean.red < reference.blue + reference.red - 3),
        sharpness=float(np.median((sharp - reference.sharpness)[textured])) if enough else None,
        contrast=float(np.median(np.log((energy / np.maximum(reference.energy, 1e-3))[textured] + 1e-3)))
        if enough
        else None,
    )
    kept = memory.judged & (memory.kept >= KEPT * memory.usual)
    known = forget(known, mean, energy, sharp, elsewhere & ~trusted)
    after = msgspec.structs.replace(
        known,
        kept_s=np.minimum(known.kept_s + np.where(kept, np.float32(passed_s), np.float32(0)), np.float32(TRUST_S)),
        lasted_s=_counted(known.lasted_s, spoiled, passed_s),
        gone_s=_counted(known.gone_s, gone, passed_s),
        since_s=np.where(spoiled & (known.lasted_s <= 0), at_s, known.since_s),
    )
    well = memory.judged.any() and sight.doubtful + float(np.mean(lost[memory.judged])) <= WELL
    learned_s = lasting.learned_s
    if changing and not held:
        every = np.full((ROWS, COLUMNS), passed_s / CHANGING_S, np.float32)
        after = msgspec.structs.replace(
            learn(after, mean, energy, sharp, every), flutter=waver(after.flutter, flutter, every)
        )
        learned_s = at_s
    elif at_s - learned_s >= LEARN_S:
        suspicious = held or not memory.judged.any() or float(np.mean(spoiled[memory.judged])) > SUSPICIOUS
        guarded = grounded(spoiled, sight.near, NEAR) if suspicious else np.zeros_like(spoiled)
        rate = np.where(guarded, np.float32(0), np.float32(LEARN_S / FOLLOW_S))
        after = learn(after, mean, energy, sharp, rate)
        after = msgspec.structs.replace(after, flutter=waver(after.flutter, flutter, rate))
        learned_s = at_s
    return msgspec.structs.replace(
        lasting,
        known={**lasting.known, lasting.reference: after},
        looked_s=at_s,
        learned_s=learned_s,
        well_s=at_s if well else lasting.well_s,
        sight=sight,
    )


def _counted(before: Plane, now: Cells, passed_s: float) -> Plane:
    """A moment without counts double against what has lasted."""
    return np.clip(before + np.where(now, passed_s, -2 * passed_s), 0.0, MOST_S).astype(np.float32)


def pack_known(lasting: Lasting) -> dict[str, bytes]:
    """What is known of the view in each light, in a form to be stored, about 30 kB a light."""
    packed = {}
    for name, known in lasting.known.items():
        planes = np.stack([known.energy, known.sharp, known.flutter]).astype(np.float16)
        packed[name] = known.edges.tobytes() + planes.tobytes()
    return packed


def unpack_known(packed: dict[str, bytes]) -> Lasting:
    """What `pack_known` gave. ValueError when it is anything else."""
    size = 2 * FIELD_HEIGHT * FIELD_WIDTH
    nothing = np.zeros((ROWS, COLUMNS), np.float32)
    known = {}
    if len(packed) > MAX_KNOWN:
        raise ValueError(f"what is known of {len(packed)} lights, more than {MAX_KNOWN}")
    for name, data in packed.items():
        if len(data) != size + 2 * 3 * ROWS * COLUMNS:
            raise ValueError(f"what is known of a view takes {len(data)} bytes")
        edges = np.frombuffer(data[:size], np.int8).reshape(2, FIELD_HEIGHT, FIELD_WIDTH)
        planes = np.frombuffer(data[size:], np.float16).reshape(3, ROWS, COLUMNS).astype(np.float32)
        if not np.isfinite(planes[:2]).all():
            raise ValueError("what is known of a view holds values that are no numbers")
        known[name] = Known(
            edges=np.maximum(edges, np.int8(-127)),
            energy=planes[0],
            sharp=planes[1],
            flutter=planes[2],
            lasted_s=nothing,
            gone_s=nothing,
            since_s=np.zeros((ROWS, COLUMNS)),
            kept_s=np.full((ROWS, COLUMNS), TRUST_S, np.float32),
        )
    return Lasting(known=known)
