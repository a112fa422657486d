"""What is scored: the classes of disturbance, which findings count for each, and the goals. Data only."""

from typing import Literal, NamedTuple

Light = Literal["day", "twilight", "night"]
LIGHTS: tuple[Light, ...] = ("day", "twilight", "night")

DAILY_KINDS = frozenset({"lens.soiled", "view.overgrown", "night.unusable"})
"""Findings that go on the daily list and wake nobody; every other kind is an alarm."""

ALARM_HORIZON_S = 300.0
DAILY_HORIZON_S = 3600.0
SLOW_HORIZON_S = 86400.0


class Goal(NamedTuple):
    """The share of events to be found within `within_s` seconds of full effect; twilight counts as night."""

    within_s: float
    day: float
    night: float

    def recall(self, light: Light) -> float:
        """The goal in this light."""
        return self.day if light == "day" else self.night


class Class(NamedTuple):
    """One class of disturbance. `right` are the kinds that name it; `neighbours` also count, for the reason in
    `because`. `horizon_s` is how long after full effect it may be found at all; without `goal` it is only reported."""

    name: str
    right: frozenset[str]
    neighbours: frozenset[str] = frozenset()
    because: str = ""
    goal: Goal | None = None
    horizon_s: float = ALARM_HORIZON_S

    @property
    def accepted(self) -> frozenset[str]:
        return self.right | self.neighbours

    @property
    def daily(self) -> bool:
        """A class of the daily list: found within the hour or the day."""
        return self.horizon_s > ALARM_HORIZON_S


def _class(
    name: str,
    right: str,
    neighbours: str = "",
    because: str = "",
    goal: Goal | None = None,
    horizon_s: float = ALARM_HORIZON_S,
) -> Class:
    return Class(name, frozenset(right.split()), frozenset(neighbours.split()), because, goal, horizon_s)


_AT_ONCE = Goal(30, 0.99, 0.99)
_MINUTE = Goal(60, 0.98, 0.98)
_TWO_MINUTES = Goal(120, 0.97, 0.90)
_PART = Goal(180, 0.95, 0.85)
_HOUR = Goal(DAILY_HORIZON_S, 0.90, 0.90)
_DAY = Goal(SLOW_HORIZON_S, 0.90, 0.90)

CLASSES: dict[str, Class] = {
    entry.name: entry
    for entry in (
        _class(
            "black",
            "picture.black",
            "picture.dark view.obstructed",
            "a dead sensor, a lens cap and lights that went out look the same",
            _AT_ONCE,
        ),
        _class(
            "cover",
            "view.obstructed",
            "picture.black picture.dark picture.bright picture.flat picture.blurred view.moved",
            "a dark cover looks black, a white one bright, a plain one flat; cloth is out of focus and shows a "
            "pattern of its own, like another view",
            _AT_ONCE,
        ),
        _class("snow", "picture.noisy", goal=_AT_ONCE),
        _class("frozen", "picture.frozen", goal=_AT_ONCE),
        _class(
            "moved",
            "view.moved",
            "view.obstructed",
            "a camera turned to something close by shows what an obstruction shows",
            _MINUTE,
        ),
        _class(
            "bright",
            "picture.bright",
            "picture.flat view.obstructed",
            "a washed-out picture has lost its contrast, as under a white cover",
            _MINUTE,
        ),
        _class("dark", "picture.dark", "picture.black", "the same to a lesser degree", _MINUTE),
        _class(
            "stripes",
            "picture.striped",
            "picture.noisy",
            "strong stripes that roll differ from picture to picture as noise does",
            _MINUTE,
        ),
        _class("jitter", "view.shaking", "view.moved", "each picture alone is a moved one", _MINUTE),
        _class("cast", "picture.tinted", goal=_TWO_MINUTES),
        _class(
            "blur",
            "picture.blurred",
            "lens.soiled view.obstructed",
            "dirt all over the lens and something close to it look as soft",
            _TWO_MINUTES,
        ),
        _class(
            "obstruction",
            "view.obstructed",
            "lens.soiled view.overgrown",
            "spray is also dirt, a leaf is also foliage",
            _PART,
        ),
        _class(
            "flat",
            "picture.flat",
            "picture.bright picture.dark lens.soiled",
            "contrast is lost towards white, towards black or behind haze on the lens",
        ),
        _class("damaged", "picture.damaged"),
        _class("weak snow", "picture.noisy"),
        _class("frozen, encoded again", "picture.frozen"),
        _class("mild blur", "picture.blurred", "lens.soiled", "dirt all over the lens looks as soft"),
        _class(
            "dirt",
            "lens.soiled",
            "picture.blurred view.obstructed picture.flat",
            "where it is thick it blurs, covers and takes the contrast",
            _HOUR,
            DAILY_HORIZON_S,
        ),
        _class(
            "small obstruction",
            "view.obstructed",
            "lens.soiled view.overgrown",
            "a splash is also dirt, a leaf is also foliage",
            _HOUR,
            DAILY_HORIZON_S,
        ),
        _class(
            "cobweb", "lens.soiled", "view.obstructed", "dense threads cover what is behind", _HOUR, DAILY_HORIZON_S
        ),
        _class(
            "foliage",
            "view.overgrown",
            "view.obstructed lens.soiled",
            "a leaf at the lens is a part of the view obstructed",
            _DAY,
            SLOW_HORIZON_S,
        ),
        _class("mild cast", "picture.tinted", goal=_HOUR, horizon_s=DAILY_HORIZON_S),
        _class(
            "slow cover",
            "view.obstructed",
            "lens.soiled picture.blurred picture.flat picture.black picture.dark picture.bright view.overgrown",
            "on its way it is haze, then a plain picture; of leaves it is foliage",
            _DAY,
            SLOW_HORIZON_S,
        ),
        _class(
            "slow decline",
            "lens.soiled",
            "picture.blurred picture.flat",
            "at its end it is what it was becoming",
            _DAY,
            SLOW_HORIZON_S,
        ),
        _class(
            "night unusable",
            "night.unusable",
            "picture.black picture.dark picture.noisy picture.flat",
            "too little light shows as darkness, as noise or as lost contrast",
            _HOUR,
            DAILY_HORIZON_S,
        ),
    )
}

FALSE_ALARMS_A_WEEK = 1.0
FALSE_ALARMS_A_WEEK_CHANGING = 3.0
"""Goals: fewer than so many alarms per camera and week in undisturbed pictures; the second on a changing site."""
