"""What a watch worker says of a camera: the whole status, every time. A level, never an edge."""

from datetime import datetime
from typing import Literal

import msgspec

from hub.core.catalogue import FINDINGS
from hub.core.event import Event
from hub.core.findings import CameraJudged, CameraNotJudged, Evidence, Finding, NotJudged
from hub.core.state import CameraState
from hub.core.text import Text

Signal = Literal["connecting", "live", "stalled", "lost", "refused"]


WATCHED: frozenset[str] = frozenset(kind for kind in FINDINGS if not kind.startswith("recording."))
"""The findings that a watch worker reports. Recordings are judged by what is on disk, by the hub."""


class FindingLevel(msgspec.Struct, frozen=True):
    """One condition that holds now. `kind` is the wire name of its finding, such as `view.obstructed`."""

    kind: str
    since_at: datetime
    detail: Text = Text(en="")
    share: float | None = None
    cells: list[int] = []
    forecast_at: datetime | None = None
    measures: dict[str, float] = {}
    evidence: Evidence | None = None


class CameraStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a worker knows of one camera now. Sent on change and every 30 s.

    `findings` lists every condition that holds (signal loss and refused access included). `judged` is None while
    the picture is judged against its reference, else the reason why it is not; the findings named in `undecided`
    can then be neither raised nor cleared, for example while the stream is lost or the reference is learned.
    """

    camera: str
    at: datetime
    signal: Signal
    not_judged: NotJudged | None = None
    findings: list[FindingLevel] = []
    undecided: list[str] = []
    last_picture_at: datetime | None = None
    fps: float = 0.0
    kbps: float = 0.0
    width: int = 0
    height: int = 0
    reconnects: int = 0
    measures: dict[str, float] = {}
    light: str = ""
    """In which light the picture is now, as far as the watch can tell: day, dim, infrared or empty."""
    reference: str = ""
    """Id of the reference view that the picture is compared with; empty for none."""


def reconcile(known: CameraState, status: CameraStatus) -> list[Event]:
    """The events that bring what is on record about a camera in line with what the watch sees now.

    Called with every status; returns nothing when record and status agree. Clearings come before findings, so that
    a camera which changes from one fault to another is never on record with neither.
    """
    events: list[Event] = []
    seen = {level.kind: level for level in status.findings if level.kind in WATCHED}
    for kind, active in known.findings.items():
        if kind not in seen and kind not in status.undecided and kind in WATCHED:
            events.append(FINDINGS[kind][1](camera=known.id, since_at=active.since_at))
    for kind, level in seen.items():
        if kind not in known.findings and kind not in status.undecided:
            events.append(_raised(FINDINGS[kind][0], known.id, level))
    if status.not_judged != known.not_judged:
        if status.not_judged is None:
            events.append(CameraJudged(camera=known.id))
        else:
            events.append(CameraNotJudged(camera=known.id, reason=status.not_judged))
    return events


def _raised(finding: type[Finding], camera: str, level: FindingLevel) -> Finding:
    optional = {"share": level.share, "forecast_at": level.forecast_at}
    return finding(
        camera=camera,
        since_at=level.since_at,
        detail=level.detail,
        cells=level.cells,
        measures=level.measures,
        evidence=level.evidence,
        **{name: value for name, value in optional.items() if value is not None and name in finding.__struct_fields__},
    )
