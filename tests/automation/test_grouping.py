"""One message for many firings: who is in it, who is left out, and under which key it goes out."""

from typing import Any

import pytest

from hub.automation.engine import next_due
from hub.automation.model import AlarmAction, Group, Match, NotifyAction, PublishAction, Rule, SendMessage
from hub.core.alarms.events import AlarmAcknowledged
from hub.core.catalogue import SiteConfigured
from hub.core.delivery import EffectFailed
from hub.core.rules.events import RulePaused
from hub.core.site import Area, Camera, Site
from hub.core.storage import StorageLow
from hub.core.text import Text
from hub.core.tickets.events import TicketUnassigned
from tests.automation.story import ALARM, NOTIFY, Story, at, clear, lost, moved, obstructed, restored, rule_of, stage

MANY = 30
SITE = Site(
    areas=[
        Area(id=f"a-{number}", name=Text(en=f"Area {number}", zh=f"{number}区"), department="d") for number in range(3)
    ],
    cameras=[
        Camera(
            id=f"c-{number}",
            name=Text(en=f"Camera {number}", zh=f"{number}号摄像机"),
            area=f"a-{number % 3}",
            domain="security",
        )
        for number in range(MANY)
    ],
)


def grouped(wait_s: float = 30.0, by: tuple[str, ...] = (), **what: Any) -> Rule:
    what.setdefault("do", (ALARM, NOTIFY))
    what.setdefault("on", ("signal.lost",))
    return rule_of(group=Group(wait_s=wait_s, by=by), **what)


def story_of(*rules: Rule, obey: bool = False) -> Story:
    story = Story(*rules, obey=obey)
    story.happens(0, SiteConfigured(site=SITE))
    return story


def messages(story: Story) -> list[SendMessage]:
    return [effect.do for effect in story.effects if isinstance(effect.do, SendMessage)]


def test_tickets_of_one_camera_are_listed_each_with_its_place() -> None:
    story = story_of(grouped(on=("ticket.unassigned",)))
    for number in (1, 2):
        fault = TicketUnassigned(ticket=f"T-{number}", title=Text(en="Fault"), camera="c-4", since_at=at(0))
        story.happens(1, fault)
    story.passes(31)
    (message,) = messages(story)
    assert message.title == Text(en="Rule r: 2 in all", zh="规则r：共 2 项")
    assert message.body.en.splitlines()[:2] == ["- T-1: Camera 4, Area 1", "- T-2: Camera 4, Area 1"]
    assert message.body.zh.splitlines()[0] == "- T-1：4号摄像机，1区"


def test_thirty_cameras_are_thirty_alarms_and_one_message_that_lists_them() -> None:
    story = story_of(grouped())
    for number in range(MANY):
        story.happens(1 + number / 10, lost(f"c-{number}"))
    assert len(story.effects) == MANY
    assert next_due(story.state) == at(31)
    (effect,) = story.passes(31)
    assert effect.key == f"r:{MANY + 2}:1"
    assert effect.cause == MANY + 2
    (message,) = messages(story)
    assert message.title == Text(en="Rule r: 30 cameras", zh="规则r：30 台摄像机")
    lines = message.body.en.splitlines()
    assert lines[0] == "- Camera 0, Area 0"
    assert lines[19:] == ["- Camera 19, Area 1", "and 10 more", "What to do: Call."]
    assert message.body.zh.splitlines()[19:] == ["- 19号摄像机，1区", "另有 10 项", "处置：致电。"]
    assert (message.to, message.priority, message.camera, message.event) == ("duty", "high", None, "signal.lost")
    assert story.told()[-1] == ("fired", "group")
    assert story.trace[-1].detail == "notify duty about 30"


def test_a_message_that_stays_alone_is_the_same_as_without_a_group() -> None:
    story, alone = story_of(grouped()), story_of(rule_of(on=("signal.lost",), do=(ALARM, NOTIFY)))
    story.happens(5, obstructed("c-1"))
    story.happens(5, lost("c-1"))
    alone.happens(5, obstructed("c-1"))
    alone.happens(5, lost("c-1"))
    story.passes(35)
    assert story.effects[-1] == alone.effects[-1]


def test_what_ended_before_the_message_went_out_is_left_out_of_it() -> None:
    story = story_of(grouped())
    for number in range(4):
        story.happens(number, lost(f"c-{number}"))
    story.happens(10, restored("c-3"))
    story.happens(11, restored("c-0"))
    (effect,) = story.passes(900)
    assert effect.key == "r:5:1"
    assert messages(story)[0].title.en == "Rule r: 2 cameras"
    assert "Camera 0" not in messages(story)[0].body.en
    assert story.trace[-1].detail == "notify duty about 2; 2 were over before"


def test_when_everything_ended_nothing_is_sent_and_the_trace_says_so() -> None:
    story = story_of(grouped(do=(NOTIFY,)))
    story.happens(1, lost("c-1"))
    story.happens(2, restored("c-1"))
    assert story.passes(900) == []
    assert story.told()[-1] == ("stopped", "group")
    assert story.trace[-1].detail == "notify duty: nothing was left of 1 when it was to go out"


def test_what_ended_and_came_again_is_listed_once() -> None:
    story = story_of(grouped(do=(NOTIFY,)))
    story.happens(1, lost("c-1"))
    story.happens(2, restored("c-1"))
    story.happens(3, lost("c-1"))
    (effect,) = story.passes(900)
    assert effect.key == "r:5:0"


def test_another_condition_of_the_rule_that_holds_keeps_the_camera_in_the_message() -> None:
    story = story_of(grouped(on=("view.obstructed", "view.moved"), do=(NOTIFY,)))
    story.happens(1, obstructed("c-1"))
    story.happens(2, moved("c-1"))
    story.happens(3, clear("c-1"))
    assert [effect.key for effect in story.passes(31)] == ["r:4:0"]


def test_the_next_firing_after_the_message_begins_another_group() -> None:
    story = story_of(grouped(do=(NOTIFY,)))
    story.happens(1, lost("c-1"))
    story.happens(31, lost("c-2"))
    assert [effect.key for effect in story.effects] == ["r:3:0"]
    assert [effect.key for effect in story.passes(900)] == ["r:4:0"]


def test_by_makes_one_message_for_each_value() -> None:
    story = story_of(grouped(by=("camera.area",), do=(NOTIFY,)))
    for number in range(6):
        story.happens(1, lost(f"c-{number}"))
    story.passes(900)
    assert [message.title.en for message in messages(story)] == ["Rule r: 2 cameras"] * 3
    assert messages(story)[0].body.en == "- Camera 0, Area 0\n- Camera 3, Area 0"


def test_a_text_is_said_once_where_it_is_the_same_for_all() -> None:
    def body(text: Text) -> str:
        story = story_of(grouped(do=(NotifyAction(to="duty", text=text),)))
        story.happens(1, lost("c-1"))
        story.happens(1, lost("c-2"))
        story.passes(900)
        return messages(story)[0].body.en

    assert body(Text(en="Look at the switch.")) == "Look at the switch.\n- Camera 1, Area 1\n- Camera 2, Area 2"
    assert body(Text(en="$camera_name is gone.")) == "- Camera 1, Area 1\n- Camera 2, Area 2"


def test_a_title_with_values_gives_way_to_that_of_the_rule() -> None:
    alarm = AlarmAction(kind="x", priority="low", title=Text(en="$camera_name", zh="$camera_name"))
    story = story_of(grouped(do=(alarm, NOTIFY)))
    story.happens(1, lost("c-1"))
    story.happens(1, lost("c-2"))
    story.passes(900)
    assert messages(story)[0].title == Text(en="Rule r: 2 cameras", zh="规则r：2 台摄像机")


def test_things_that_are_no_cameras_are_listed_by_their_names() -> None:
    story = story_of(grouped(on=("storage.low",), do=(NOTIFY,)))
    for volume in ("/a", "/b"):
        story.happens(1, StorageLow(volume=volume, free_bytes=1))
    story.passes(900)
    assert (messages(story)[0].title.en, messages(story)[0].body.en) == ("Rule r: 2 in all", "- /a\n- /b")


def test_cameras_that_are_not_in_the_site_are_listed_by_their_ids() -> None:
    story = story_of(grouped(do=(NOTIFY,)))
    story.happens(1, lost("ghost"))
    story.happens(1, lost("c-2"))
    story.passes(900)
    assert messages(story)[0].body.en == "- ghost\n- Camera 2, Area 2"


def test_a_camera_that_left_the_site_is_not_listed() -> None:
    story = story_of(grouped(on=("camera.retried", "signal.lost"), do=(NOTIFY,)))
    story.happens(1, lost("c-1"))
    story.happens(1, lost("c-2"))
    story.happens(5, SiteConfigured(site=Site(cameras=SITE.cameras[2:])))
    assert [effect.key for effect in story.passes(900)] == ["r:4:0"]


def test_data_for_machines_is_not_grouped() -> None:
    story = story_of(grouped(do=(PublishAction(kind="webhook", to="mes"), NOTIFY)))
    assert [effect.key for effect in story.happens(1, lost("c-1"))] == ["r:3:0"]


def test_escalations_are_grouped_too_and_leave_out_what_was_acknowledged() -> None:
    story = story_of(grouped(do=(ALARM,), escalate=(stage(60),)), obey=True)
    for number in range(3):
        story.happens(number, lost(f"c-{number}"))
    alarms = {alarm.subject: alarm.id for alarm in story.state.site.alarms.values()}
    story.happens(70, AlarmAcknowledged(alarm=alarms["camera:c-1"]))
    story.passes(900)
    (message,) = messages(story)
    assert (message.to, message.title.en) == ("leader", "Rule r: 2 cameras")
    assert "Camera 1" not in message.body.en
    assert story.keys[-1].endswith(":escalate.1.1.0")


def test_an_alarm_that_acknowledging_cleared_is_left_out_of_an_escalation_that_waits() -> None:
    story = story_of(grouped(on=("effect.failed",), do=(ALARM,), escalate=(stage(60),)), obey=True)
    story.happens(1, EffectFailed(key="k", kind="mail", reason="x"))
    story.passes(61)
    story.happens(70, AlarmAcknowledged(alarm="A-1"))
    story.passes(900)
    assert messages(story) == []


def test_a_rule_that_is_turned_off_sends_none_of_what_waits() -> None:
    story = story_of(grouped(do=(NOTIFY,)))
    story.happens(1, lost("c-1"))
    story.happens(5, RulePaused(rule="r", reason="x", until_at=None))
    assert story.passes(900) == []
    assert not story.state.groups


def test_a_message_with_a_new_camera_in_it_never_has_the_key_of_one_that_was_sent() -> None:
    rule = grouped(do=(NOTIFY,))
    story = story_of(rule)
    story.happens(1, lost("c-1"))
    story.passes(31)
    story.reload(40, grouped(do=(NOTIFY,), digest="other"))
    story.passes(40)
    story.happens(41, lost("c-2"))
    story.passes(900)
    assert story.keys == ["r:3:0", "r:4:0"]
    assert messages(story)[-1].title.en == "Rule r: 2 cameras"


@pytest.mark.parametrize("areas", [("a-0",), ("a-0", "a-1")])
def test_rules_about_parts_of_the_site_have_groups_of_their_own(areas: tuple[str, ...]) -> None:
    rules = [grouped(rule=area, where=(Match(path="camera.area", one_of=(area,)),), do=(NOTIFY,)) for area in areas]
    story = story_of(*rules)
    for number in range(6):
        story.happens(1, lost(f"c-{number}"))
    story.passes(900)
    assert len(messages(story)) == len(areas)
