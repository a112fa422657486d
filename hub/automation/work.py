"""One step of the engine while it is being worked out: the state as far as it has come, and what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hub.automation.effects import occasion_of
from hub.automation.index import RuleIndex
from hub.automation.language.context import NOWHEN, Context
from hub.automation.language.fields import names_of
from hub.automation.language.matching import Reason
from hub.automation.language.wording import Occasion
from hub.automation.memory import Burst, EngineState
from hub.automation.model import Effect, Rule, Step, Trace
from hub.automation.occurrence import Occurrence
from hub.automation.timers import Pending
from hub.core.event import Event

_KEPT = ("site", "pending", "held", "last_fired", "bursts", "cooling", "counted", "tracks", "groups", "standing")


class Work:
    """Mutable; made for one step and gone with it. Its fields are those of `EngineState`, whose values are replaced."""

    __slots__ = (*_KEPT, "before", "chains", "effects", "freed", "index", "looped", "told", "trace")

    def __init__(self, index: RuleIndex, state: EngineState) -> None:
        self.index = index
        self.before = state
        self.site = state.site
        self.pending = state.pending
        self.held = state.held
        self.last_fired = state.last_fired
        self.bursts = state.bursts
        self.cooling = state.cooling
        self.counted = state.counted
        self.tracks = state.tracks
        self.groups = state.groups
        self.standing = state.standing
        self.chains = state.chains
        self.looped = state.looped
        self.effects: list[Effect] = []
        self.trace: list[Trace] = []
        self.told: Occasion | None = None
        self.freed: list[tuple[str, datetime]] = []
        """The tracks on which a run ended, and when: what waits in their queues may begin."""

    def outcome(self) -> Step:
        before = self.before
        state = EngineState(
            site=self.site,
            rules=before.rules,
            pending=self.pending,
            held=self.held,
            last_fired=self.last_fired,
            bursts=self.bursts,
            cooling=self.cooling,
            counted=self.counted,
            tracks=self.tracks,
            groups=self.groups,
            standing=self.standing,
            chains=self.chains,
            looped=self.looped,
        )
        return Step(state, tuple(self.effects), tuple(self.trace))

    def names(self, event: Event) -> dict[str, Any]:
        """What rules may ask about the event."""
        return names_of(event, self.site.site, self.index.places)

    def occasion(self, began: Occurrence, names: dict[str, Any]) -> Occasion:
        """What texts can say of a record: the same one for every rule that is asked about it with these `names`."""
        known = self.told
        if known is None or known.names is not names:
            places, zone = self.index.places, self.index.zone
            known = self.told = occasion_of(began, names, state=self.site, places=places, zone=zone)
        return known

    def context(self, rule: Rule, subject: str, at: datetime) -> Context:
        """What the conditions of the rule may look at beside names and state."""
        if rule.condition is None and rule.unless is None and not rule.escalate:
            return NOWHEN
        counts = rule.id in self.index.counting
        return Context(
            at=at,
            zone=self.index.zone,
            calendar=self.site.calendar,
            manned=self.index.manned,
            matched=self.counted.get(f"{rule.id}|{subject}") or () if counts else (),
        )

    def tell(self, rule: str, seq: int, at: datetime, outcome: Any, reason: Reason) -> None:
        self.trace.append(Trace(rule=rule, seq=seq, at=at, outcome=outcome, step=reason.step, detail=reason.detail))

    def wait(self, pending: Pending) -> None:
        self.pending = self.pending.put(pending)

    def drop(self, pending: Pending) -> None:
        self.pending = self.pending.drop(pending)

    def move_timers(self, by: timedelta) -> None:
        """The clock was set: whatever is under way takes as long as it would have taken."""
        self.pending = self.pending.moved(by)
        self.bursts = self.bursts.mapped(lambda _, burst: Burst(burst.since_at + by, burst.count))
        self.cooling = self.cooling.mapped(lambda _, until_at: until_at + by)
        self.counted = self.counted.mapped(lambda _, instants: tuple(at + by for at in instants))

    def keep_only(self, rules: Callable[[str], bool]) -> None:
        """Let go of everything that waits for rules other than these."""
        self.pending = self.pending.only(lambda pending: rules(pending.rule))
        self.tracks = self.tracks.only(lambda key, _: rules(rule_in(key)))
        self.groups = self.groups.only(lambda _, gathering: rules(gathering.rule))


def rule_in(key: str) -> str:
    """The rule in a key such as `rule|subject`."""
    return key.partition("|")[0]


def same_of(rule: Rule, subject: str, names: dict[str, Any]) -> str:
    """The key of everything that is the same to the rule's `mode`, `cooldown` and limit."""
    if not rule.per:
        return f"{rule.id}|{subject}"
    return f"{rule.id}|{values_of(rule.per, names)}"


def values_of(paths: tuple[str, ...], names: dict[str, Any]) -> str:
    """The values of `paths`, as a part of a key. `rule` is the rule itself, and so the same for everything."""
    values = ("" if path == "rule" else names.get(path, "") for path in paths)
    return "|".join(str(value) for value in values)
