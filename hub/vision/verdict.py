"""What the judgement says: findings, and what it cannot say."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from hub.core.text import Text
from hub.vision.reference import LightName, Reference

NotJudged = Literal["learning", "light", "view", "moving"]


class PictureFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that has lasted. `kind` is the wire name, `since_s` the time of the first picture that showed
    it, `share` the covered share of the judged view (0 to 1) where that has a meaning, `detail` plain words."""

    kind: str
    since_s: float
    share: float | None = None
    cells: list[int] = []
    detail: Text = Text(en="")
    measures: dict[str, float] = {}
    forecast_days: float | None = None
    """In how many days the picture will be of no use if it goes on like this."""


class Circumstances(NamedTuple):
    """What is known from outside the picture. `at` is the wall-clock time in the site's zone (None: unknown), for
    what is learned by time of day. `preset` names the position of a steered camera, `moving` says that it is being
    steered: then nothing is compared."""

    at: datetime | None = None
    preset: str = ""
    moving: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the picture now.

    `findings` are the conditions that hold; one that cannot be judged at the moment stays, and its kind is in
    `undecided` as well. `undecided` names the kinds of which neither presence nor absence can be said. `learned` is
    the reference that was completed by this very picture, proposed for approval. `reference` is the id of the one
    the picture was compared with ("" for none) and `light` its light.

    `not_judged` says why nothing is compared: "learning" there is no reference yet; "light" none for this light, or
    it is just changing; "view" the picture fits nothing that is known; "moving" the camera is being steered. None
    while the picture is judged. `learning`: there is no reference yet for this position; `reason` says why learning
    began anew ("dark", "no structure", "moving", "unsteady") or "".
    """

    findings: tuple[PictureFinding, ...] = ()
    learning: bool = False
    learned: Reference | None = None
    undecided: tuple[str, ...] = ()
    reference: str = ""
    light: LightName | None = None
    not_judged: NotJudged | None = None
    reason: str = ""
    measures: dict[str, float] = {}
