"""What becomes of a firing while one about the same is under way: modes, and cooldowns."""

from hub.automation.engine import next_due
from hub.core.alarms.events import AlarmAcknowledged
from hub.core.people.events import SignInRefused
from tests.automation.story import (
    ALARM,
    LATER,
    NOTIFY,
    Story,
    at,
    failed,
    lost,
    moded,
    restored,
    rule_of,
    stage,
)

# --- modes


def test_single_lets_a_firing_go_while_one_about_the_same_is_under_way() -> None:
    story = Story(moded("single"))
    story.happens(0, failed())
    assert story.happens(10, failed()) == []
    assert story.told()[-1] == ("stopped", "mode")
    assert [effect.key for effect in story.passes(300)] == ["r:2:1"]
    assert [effect.key for effect in story.happens(301, failed())] == ["r:4:0"]


def test_restart_drops_what_waits_and_begins_anew() -> None:
    story = Story(moded("restart"))
    story.happens(0, failed())
    assert [effect.key for effect in story.happens(10, failed())] == ["r:3:0"]
    assert [(effect.key) for effect in story.passes(900)] == ["r:3:1"]
    assert ("stopped", "mode") in story.told()


def test_queued_waits_for_the_end_and_begins_at_that_instant() -> None:
    story = Story(moded("queued", most=2))
    for second in range(4):
        story.happens(second, failed())
    assert story.told()[-2:] == [("waiting", "mode"), ("stopped", "mode")]
    fired = [(effect.key, story.trace[-1].at) for s in (300, 600, 900, 5000) for effect in story.passes(s)]
    assert [key for key, _ in fired] == ["r:2:1", "r:3:0", "r:3:1", "r:4:0", "r:4:1"]
    assert not story.state.tracks


def test_a_queued_firing_whose_condition_ended_meanwhile_is_passed_over() -> None:
    rule = rule_of(on=("signal.lost",), do=(NOTIFY, LATER), mode="queued", per=("rule",))
    story = Story(rule)
    story.happens(0, lost())
    story.happens(1, lost("press-1"))
    story.happens(2, restored("press-1"))
    assert [effect.key for effect in story.passes(900)] == ["r:2:1"]
    assert ("stopped", "on") in story.told()


def test_a_queued_firing_begins_when_the_one_before_it_ends_with_its_condition() -> None:
    rule = rule_of(on=("signal.lost",), do=(NOTIFY, LATER), mode="queued", per=("rule",))
    story = Story(rule)
    story.happens(0, lost())
    story.happens(1, lost("press-1"))
    assert [effect.key for effect in story.happens(20, restored())] == ["r:3:0"]
    assert next_due(story.state) == at(320)


def test_parallel_runs_side_by_side_up_to_the_most() -> None:
    story = Story(moded("parallel", most=2))
    for second in range(3):
        story.happens(second, failed())
    assert story.told()[-1] == ("stopped", "mode")
    assert [effect.key for effect in story.passes(900)] == ["r:2:1", "r:3:1"]


def test_what_is_the_same_is_said_by_per() -> None:
    def fired(per: tuple[str, ...]) -> list[str]:
        story = Story(rule_of(on=("signal.lost",), do=(NOTIFY, LATER), per=per))
        story.happens(0, lost())
        story.happens(1, lost("press-1"))
        return story.keys

    assert fired(()) == ["r:2:0", "r:3:0"]
    assert fired(("camera.area",)) == ["r:2:0", "r:3:0"]
    assert fired(("event",)) == ["r:2:0"], "both lack it"
    assert fired(("rule",)) == ["r:2:0"]


def test_a_firing_after_an_acknowledged_one_is_not_swallowed() -> None:
    rule = rule_of(on=("effect.failed",), do=(ALARM, NOTIFY), escalate=(stage(3600),))
    story = Story(rule, obey=True)
    story.happens(0, failed())
    story.happens(10, AlarmAcknowledged(alarm="A-1"))
    assert len(story.happens(20, failed())) == 2


def test_a_run_whose_unless_holds_for_other_reasons_does_not_swallow_the_next_firing() -> None:
    unless = "finding_active('press-1', 'signal.lost')"
    rule = rule_of(on=("effect.failed",), do=(NOTIFY,), escalate=(stage(3600, unless=unless),))
    story = Story(rule)
    story.happens(0, failed())
    story.happens(10, lost("press-1"))
    assert [effect.key for effect in story.happens(20, failed())] == ["r:4:0"]


# --- cooldown


def test_after_a_firing_others_about_the_same_are_let_go_for_the_time_of_the_cooldown() -> None:
    story = Story(rule_of(on=("effect.failed",), do=(NOTIFY,), cooldown_s=600.0))
    fired = [len(story.happens(second, failed())) for second in (0, 1, 599.9, 600, 601)]
    assert fired == [1, 0, 0, 1, 0]
    assert story.told()[1] == ("stopped", "cooldown")


def test_a_condition_that_lasts_beyond_the_cooldown_gets_its_alarm_then() -> None:
    story = Story(rule_of(on=("signal.lost",), cooldown_s=600.0))
    story.happens(0, lost())
    story.happens(10, restored())
    assert story.happens(20, lost()) == []
    assert story.told()[-1] == ("waiting", "cooldown")
    (effect,) = story.passes(600)
    assert effect.key == "r:4:0"


def test_a_condition_that_ended_within_the_cooldown_disturbs_nobody() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(NOTIFY,), cooldown_s=600.0))
    story.happens(0, lost())
    story.happens(10, restored())
    story.happens(20, lost())
    story.happens(30, restored())
    assert story.passes(9000) == []


def test_cooldowns_that_are_over_are_forgotten_while_others_are_remembered() -> None:
    story = Story(rule_of(on=("person.sign_in_refused",), do=(NOTIFY,), cooldown_s=10.0))
    for number in range(15_000):
        story.happens(number, SignInRefused(account=f"a-{number}", reason="password"))
    assert 10 <= len(story.state.cooling) < 6_000
    assert 60 <= len(story.state.bursts) < 6_000
