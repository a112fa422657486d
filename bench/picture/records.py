"""What a run leaves behind: plain data, written to JSON as it is."""

import msgspec

from bench.picture.classes import Light


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge said of one picture, for those who ask why."""

    measures: dict[str, float] = {}
    findings: list[str] = []
    undecided: list[str] = []
    not_judged: str = ""
    reference: str = ""
    answers: dict[str, dict[str, list[float]]] = {}
    """By detector that was asked, its readings: value and limit."""
    suspected: list[str] = []
    """Detectors that saw their fault in this picture."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One event. Delays in simulated seconds from full effect (0 when found before), None when not found.

    `pre` are the kinds that stood when it began; they do not count. `first` is the first kind that rose, of
    whatever sort. `clear_s` is the time from its end until no accepted finding stood, None when that took longer than
    was waited or nothing was found. `judged` is the share of the pictures for which the accepted kinds were decided.
    """

    camera: str
    source: str
    seed: int
    disturbance: str
    klass: str
    light: Light
    hour: float
    infrared: bool
    pre: list[str]
    first: str = ""
    rose: list[str] = []
    delay_s: float | None = None
    clear_s: float | None = None
    judged: float = 1.0
    before: State = State()
    last: State = State()


class FalseAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that rose in undisturbed pictures; `active` are the harmless things that went on."""

    camera: str
    source: str
    seed: int
    kind: str
    daily: bool
    hour: float
    light: Light
    at_s: float
    active: list[str]
    state: State
    merged: bool = False
    """Within ten minutes of the one before: not counted."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The undisturbed time of one camera after learning."""

    camera: str
    source: str
    seed: int
    changing: bool
    days: float
    """Simulated or recorded days, dusk and dawn included."""
    judged_h: float
    """Hours of pictures shown."""
    not_judged: dict[str, float]
    """Share of the pictures by reason; a kind that was undecided counts under `undecided KIND`."""
    learned: list[str]
    """Reference views learned, with their light."""
    alarms: list[FalseAlarm]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one run."""

    command: str
    machine: str
    settings: dict[str, float | int | str | list[str]]
    took_s: float
    judge_ms: float
    outcomes: list[Outcome]
    days: list[Day]
    failures: list[str] = []
