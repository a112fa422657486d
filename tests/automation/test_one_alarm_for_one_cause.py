"""The shipped rules on recordings and on the machine's load: what staff are told, once for each cause."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from hub.automation.engine import adopt, build_index, step
from hub.automation.model import EngineState, Rule, SendMessage
from hub.config.load import load_site
from hub.config.rules.file import known_of, load_rules
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command
from hub.core.event import Event, Record
from hub.core.findings import MissingCause, RecordingMissing, RecordingResumed
from hub.core.pace import WatchOverloaded, WatchRelieved
from hub.core.tickets.commands import OpenTicket
from hub.testing.clock import START
from tests.automation.story import SITE

REPOSITORY = Path(__file__).parents[2]
CAUSES: tuple[MissingCause, ...] = get_args(MissingCause)
CAMERA = "gate-1"


@pytest.fixture(scope="module")
def shipped() -> Sequence[Rule]:
    found = load_rules(REPOSITORY, known_of(load_site(REPOSITORY)))
    return [rule for rules in found.files.values() for rule in rules]


def orders(rules: Sequence[Rule], *events: Event) -> list[Command | SendMessage]:
    """What the rules want done while these events happen, a second apart, and until messages have gone out."""
    index = build_index(rules)
    state = adopt(index, EngineState(), START)
    done: list[Command | SendMessage] = []
    for seq, event in enumerate((SiteConfigured(site=SITE), *events), start=1):
        at = START + timedelta(seconds=seq)
        outcome = step(index, state, Record(seq, at, at, "hub", None, event, None, b""), at)
        state, done = outcome.state, [*done, *(effect.do for effect in outcome.effects)]
    late = step(index, state, None, START + timedelta(minutes=1))
    return [*done, *(effect.do for effect in late.effects)]


def missing(cause: MissingCause) -> RecordingMissing:
    return RecordingMissing(camera=CAMERA, since_at=START, cause=cause)


@pytest.mark.parametrize("cause", CAUSES)
def test_what_has_an_alarm_of_its_own_raises_no_second_one(shipped: Sequence[Rule], cause: MissingCause) -> None:
    done = orders(shipped, missing(cause))
    if cause in ("signal", "storage"):
        assert done == []
    else:
        assert [type(order) for order in done] == [RaiseAlarm, OpenTicket, SendMessage]


def test_an_alarm_returns_when_the_cause_turns_out_to_have_its_own(shipped: Sequence[Rule]) -> None:
    done = orders(shipped, missing("stream"), missing("signal"), RecordingResumed(camera=CAMERA))
    alarms = [type(order) for order in done if isinstance(order, RaiseAlarm | ReturnAlarm)]
    assert alarms[:2] == [RaiseAlarm, ReturnAlarm]
    assert RaiseAlarm not in alarms[2:]


def test_an_alarm_comes_when_recording_does_not_go_on_with_the_signal(shipped: Sequence[Rule]) -> None:
    [alarm, *_] = orders(shipped, missing("signal"), missing("unknown"))
    assert isinstance(alarm, RaiseAlarm)
    assert (alarm.rule, alarm.priority) == ("recording-missing", "high")


def test_a_busy_machine_is_an_alarm_of_low_priority_in_plain_words_that_returns(shipped: Sequence[Rule]) -> None:
    busy = WatchOverloaded(worker="watch-1", picture_every_s=5.0, asked_every_s=2.0, lag_s=0.3)
    alarm, returned = orders(shipped, busy, WatchRelieved(worker="watch-1"))
    assert isinstance(alarm, RaiseAlarm)
    assert (alarm.priority, alarm.subject, alarm.lasting) == ("low", "worker:watch-1", True)
    assert "every 5 s instead of 2 s because the machine is busy" in alarm.response.en
    assert "每 5 秒检查一次" in alarm.response.zh
    assert isinstance(returned, ReturnAlarm)
