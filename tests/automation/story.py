"""A story: records stepped through the engine one after another, as the hub would."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.automation.engine import RuleIndex, adopt, build_index, step
from hub.automation.language.condition import compile_condition
from hub.automation.language.fields import SCHEDULED, STANDING_FIELDS, fields_of
from hub.automation.model import (
    Action,
    AlarmAction,
    Effect,
    EngineState,
    Escalation,
    NotifyAction,
    Rule,
    SendMessage,
    Trace,
)
from hub.core.alarms.model import Alarm
from hub.core.catalogue import SiteConfigured
from hub.core.command import Order
from hub.core.decisions import decide
from hub.core.delivery import EffectFailed
from hub.core.event import Event, Record
from hub.core.findings import (
    Evidence,
    Picture,
    SignalLost,
    SignalRestored,
    ViewClear,
    ViewMoved,
    ViewObstructed,
    ViewReturned,
)
from hub.core.site import Area, Camera, Site
from hub.core.text import Text

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

SITE = Site(
    name=Text(en="Plant", zh="工厂"),
    areas=[Area(id="yard", name=Text(en="Yard", zh="厂区")), Area(id="hall", name=Text(en="Hall", zh="车间"))],
    cameras=[
        Camera(id="gate-1", name=Text(en="Gate 1", zh="一号门"), area="yard", domain="security", tags=["gate"]),
        Camera(id="press-1", name=Text(en="Press 1", zh="冲压一线"), area="hall", domain="production"),
    ],
)

ALARM = AlarmAction(kind="signal", priority="high", response=Text(en="Call.", zh="致电。"))
NOTIFY = NotifyAction(to="duty")
LEADER = NotifyAction(to="leader")
LATER = NotifyAction(to="later", after_s=300.0)


def rule_of(rule: str = "r", **what: Any) -> Rule:
    """A rule; `condition` and `unless` may be given as texts."""
    what.setdefault("do", (ALARM,))
    for key in ("condition", "unless"):
        if isinstance(what.get(key), str):
            what[key] = compile_condition(what[key], fields_of(what.get("on") or SCHEDULED))
    what.setdefault("digest", f"digest of {rule}")
    return Rule(id=rule, title=Text(en=f"Rule {rule}", zh=f"规则{rule}"), file="rules/x.toml", **what)


def stage(after_s: float, *do: Action, unless: str | None = None, **what: Any) -> Escalation:
    """An escalation; `unless` as a text about the camera's findings and what the rule made."""
    fields = fields_of(("signal.lost",)) | dict.fromkeys(STANDING_FIELDS, bool)
    condition = compile_condition(unless, fields) if unless is not None else None
    return Escalation(after_s=after_s, unless=condition, do=do or (LEADER,), **what)


def at(seconds: float) -> datetime:
    """The story's time after so many seconds."""
    return START + timedelta(seconds=seconds)


def lost(camera: str = "gate-1", **more: Any) -> SignalLost:
    return SignalLost(camera=camera, since_at=START, **more)


def restored(camera: str = "gate-1") -> SignalRestored:
    return SignalRestored(camera=camera)


def obstructed(camera: str = "gate-1", share: float = 0.8, **more: Any) -> ViewObstructed:
    evidence = Evidence(after=Picture(path="a.jpg", sha256="00"))
    return ViewObstructed(camera=camera, since_at=START, share=share, evidence=evidence, **more)


def clear(camera: str = "gate-1") -> ViewClear:
    return ViewClear(camera=camera)


def moved(camera: str = "gate-1") -> ViewMoved:
    return ViewMoved(camera=camera, since_at=START)


def returned(camera: str = "gate-1") -> ViewReturned:
    return ViewReturned(camera=camera)


def record_of(seq: int, seconds: float, event: Event, cause: int | None = None) -> Record:
    return Record(
        seq=seq, at=at(seconds), seen_at=at(seconds), actor="watch:1", cause=cause, event=event, key=None, hash=b""
    )


def failed(kind: str = "mail") -> EffectFailed:
    """Something that nothing ends."""
    return EffectFailed(key="k", kind=kind, reason="no route")


def moded(mode: Any, **what: Any) -> Rule:
    """A rule about it that is under way for five minutes."""
    return rule_of(on=("effect.failed",), do=(NOTIFY, LATER), mode=mode, **what)


class Story:
    """Steps the engine. `obey=True` also puts the orders of rules on record, as the runtime does."""

    def __init__(self, *rules: Rule, obey: bool = False, telling: bool = False) -> None:
        self.index: RuleIndex = build_index(rules, telling=telling)
        self.state: EngineState = adopt(self.index, EngineState(), START)
        self.effects: list[Effect] = []
        self.trace: list[Trace] = []
        self.seq = 0
        self.obey = obey
        self.happens(0, SiteConfigured(site=SITE))

    def happens(self, seconds: float, event: Event, cause: int | None = None) -> list[Effect]:
        self.seq += 1
        return self._keep(record_of(self.seq, seconds, event, cause), at(seconds))

    def passes(self, seconds: float) -> list[Effect]:
        """Time passes until then."""
        return self._keep(None, at(seconds))

    def reload(self, seconds: float, *rules: Rule) -> None:
        self.index = build_index(rules)
        self.state = adopt(self.index, self.state, at(seconds))

    def _keep(self, record: Record | None, now: datetime) -> list[Effect]:
        done = step(self.index, self.state, record, now)
        self.state = done.state
        self.effects += done.effects
        self.trace += done.trace
        if self.obey:
            for effect in done.effects:
                if isinstance(effect.do, Order):
                    for event in decide(self.state.site, effect.do, "person:wang", now):
                        self.happens((now - START).total_seconds(), event, cause=effect.cause)
        return list(done.effects)

    @property
    def keys(self) -> list[str]:
        return [effect.key for effect in self.effects]

    @property
    def alarm(self) -> Alarm:
        """The only alarm that stands."""
        (alarm,) = self.state.site.alarms.values()
        return alarm

    def told(self, rule: str = "r") -> list[tuple[str, str]]:
        """What the traces of a rule say: outcome and deciding key."""
        return [(trace.outcome, trace.step) for trace in self.trace if trace.rule == rule]


def to(story: Story) -> list[str]:
    """Whom the messages so far were for."""
    return [effect.do.to for effect in story.effects if isinstance(effect.do, SendMessage)]
