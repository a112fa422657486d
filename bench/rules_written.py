"""The rules of the bench of rules, as an author would write them, and an engine that works under them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import process_time_ns

from msgspec.structs import replace

from hub.automation import engine
from hub.automation.engine import build_index
from hub.automation.model import EngineState, Rule
from hub.config.problems import errors_of
from hub.config.rules.file import Known, parse_rules
from hub.core.event import Event, Record
from hub.core.findings import SignalLost, SignalRestored
from hub.core.people.account import DOMAINS

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KNOWN = Known(
    cameras=frozenset({"cam-0"}), areas=frozenset({"hall"}), domains=frozenset(DOMAINS), routes=frozenset({"duty"})
)

NOTIFYING = """
[[rule]]
id = "rule-0"
title = { en = "Signal lost", zh = "信号丢失" }
on = "signal.lost"
where = { camera = "cam-0" }
if = "measures.silent_s > 5"
do = [{ notify = "duty", text = { en = "$camera: no signal", zh = "$camera：无信号" } }]
"""
RAISING = """
[[rule]]
id = "rule-0"
title = { en = "Signal lost", zh = "信号丢失" }
on = "signal.lost"
where = { camera = "cam-0" }
do = [
  { alarm = "signal", priority = "high", response = { en = "Check the power.", zh = "检查供电。" } },
  { notify = "duty" },
]
"""
WAITING = """
[[rule]]
id = "rule-0"
title = { en = "Lost for long", zh = "长时间丢失" }
on = "signal.lost"
for = "1h"
do = [{ notify = "duty" }]
"""
LONG = """
[[rule]]
id = "rule-NUMBER"
title = { en = "Camera obstructed NUMBER", zh = "摄像机被遮挡 NUMBER" }
clause = "3.6b"
on = ["view.obstructed", "signal.lost"]
where = { camera = "cam-0", "camera.domain" = ["production", "security"] }
if = "camera.id == 'cam-0' or 'night' in camera.tags"
for = "20s"
unless = "camera.name == 'spare'"
do = [
  { alarm = "obstruction", priority = "high", response = { en = "Clear the lens of $camera.", zh = "清除遮挡物。" } },
  { ticket = { en = "View obstructed", zh = "画面被遮挡" } },
  { notify = "duty", text = { en = "$camera: look at it.", zh = "$camera：请查看。" } },
]
"""


def parsed(text: str) -> Rule:
    """The one rule of `text`."""
    rules, problems = parse_rules(text, "rules/bench.toml", known=KNOWN)
    if errors_of(problems):
        raise SystemExit("\n".join(map(str, problems)))
    return rules[0]


def about_cameras(text: str, count: int, *, failing: str = "") -> list[Rule]:
    """`count` rules like `text`, three for each camera; two of the three have the condition `failing`, if any."""
    first = parsed(text)
    second = parsed(text.replace("measures.silent_s > 5", failing)) if failing else first
    return [
        replace(
            first if number % 3 == 0 else second,
            id=f"rule-{number}",
            digest=f"{number}",
            where=(replace(first.where[0], one_of=(f"cam-{number // 3}",)),),
        )
        for number in range(count)
    ]


def lost(camera: str) -> SignalLost:
    return SignalLost(camera=camera, since_at=AT, measures={"silent_s": 6.0, "reconnects": 2.0})


class Working:
    """An engine under rules, and the state that it has come to."""

    def __init__(self, rules: Sequence[Rule], cameras: int = 3) -> None:
        self.index = build_index(rules)
        self.state = engine.adopt(self.index, EngineState(), AT)
        self.at = AT
        self._cameras = cameras
        self._seq = 0

    def lose_and_restore(self, events: int) -> float:
        """Lose the cameras in turns and restore them; microseconds of processor time for each loss."""
        spent = 0
        for number in range(events):
            camera = f"cam-{number % self._cameras}"
            if number % self._cameras == 0:
                self.at += MINUTE
            record = self.record(lost(camera))
            before = process_time_ns()
            self.state = engine.step(self.index, self.state, record, self.at).state
            spent += process_time_ns() - before
            self.take(SignalRestored(camera=camera))
        return spent / events / 1e3

    def take(self, event: Event) -> None:
        self.state = engine.step(self.index, self.state, self.record(event), self.at).state

    def record(self, event: Event) -> Record:
        self._seq += 1
        return Record(self._seq, self.at, self.at, "watch", None, event, None, b"")
