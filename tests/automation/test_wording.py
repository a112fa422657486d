"""Placeholders in the texts of rules, and messages without a text."""

from datetime import timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.automation.effects import effect_of
from hub.automation.engine import build_index, step
from hub.automation.language.called import called
from hub.automation.language.fields import SCHEDULED, Places, camera_of, names_of
from hub.automation.language.wording import (
    LONGEST_VALUE,
    Occasion,
    Scene,
    check_placeholders,
    headline,
    known_placeholders,
    message_body,
    placeholders_of,
    render,
    render_for_programs,
)
from hub.automation.model import AlarmAction, EngineState, NotifyAction, Occurrence, PublishAction, SendMessage
from hub.core.attention.events import AttentionMissed
from hub.core.catalogue import ConfigRejected
from hub.core.event import Event
from hub.core.people.account import Account
from hub.core.people.events import TwoPlaces
from hub.core.people.model import Person, Staff
from hub.core.permits.events import PermitEndsSoon
from hub.core.state import State
from hub.core.text import Text
from tests.automation.story import ALARM, SITE, START, at, lost, obstructed, record_of, rule_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def scene_of(event: Event, **more: Any) -> Scene:
    places = Places()
    camera = camera_of(event, SITE, places)
    fixed = {
        "site": SITE,
        "names": names_of(event, SITE, places),
        "camera": camera,
        "area": places.area(SITE, camera.area) if camera else None,
        "event": "view.obstructed",
        "since_at": START,
        "zone": SHANGHAI,
        "journal_seq": 12345,
        "journal_hash": bytes.fromhex("0af1"),
    }
    return Scene(Occasion(**{**fixed, **more}), Text(en="Covered", zh="遮挡"), at(20))


COVERED = scene_of(obstructed(share=0.634, detail=Text(en="left half"), measures={"cells": 12.345678}))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$camera_name ($camera) in $area", "Gate 1 (gate-1) in Yard"),
        ("$share covered: $detail", "63% covered: left half"),
        ("${camera}s and $camera.", "gate-1s and gate-1."),
        ("$camera.domain, $camera.tags", "security, gate"),
        ("$measures.cells", "12.35"),
        ("$measures.missing", "–"),
        ("$since / $time", "2026-03-02 16:00:00 / 2026-03-02 16:00:20"),
        ("$site: $rule_title, $event", "Plant: Covered, view.obstructed"),
        ("costs $$5, $5 and $", "costs $5, $5 and $"),
        ("--head $journal_seq:$journal_hash", "--head 12345:0af1"),
        ("no placeholder", "no placeholder"),
        ("$unknown", "–"),
    ],
)
def test_placeholders_are_filled_in(text: str, wanted: str) -> None:
    assert render(Text(en=text), COVERED).en == wanted


def test_names_are_in_the_language_of_the_text() -> None:
    text = render(Text(en="$camera_name", zh="摄像机$camera_name在$area被遮挡，$site"), COVERED)
    assert text == Text(en="Gate 1", zh="摄像机一号门在厂区被遮挡，工厂")


def test_times_in_utc_say_so() -> None:
    assert render(Text(en="$since"), scene_of(lost(), zone=timezone.utc)).en == "2026-03-02 08:00:00 UTC"  # noqa: UP017


def test_a_record_without_a_hash_proves_nothing() -> None:
    assert render(Text(en="$journal_hash"), scene_of(lost(), journal_hash=b"")).en == "–"


def test_a_camera_that_is_gone_is_named_by_its_id() -> None:
    assert render(Text(en="$camera_name, $area"), scene_of(lost("ghost"))).en == "ghost, –"


def test_a_value_brings_no_new_lines_no_placeholders_and_no_endless_text() -> None:
    scene = scene_of(lost(detail=Text(en="a\r\nBcc: x\x00 $camera " + "x" * 1000)))
    shown = render(Text(en="$detail"), scene).en
    assert shown.startswith("a Bcc: x  $camera xxx")
    assert len(shown) == LONGEST_VALUE


def test_placeholders_of_a_text_are_listed_in_order() -> None:
    assert placeholders_of("$b ${a.c} $$ $5 $b. $X") == ("b", "a.c", "b")


def test_what_may_be_used_depends_on_the_events() -> None:
    assert {"camera_name", "area", "share", "since"} <= known_placeholders(("view.obstructed",))
    assert "share" not in known_placeholders(("view.obstructed", "signal.lost"))
    assert "camera_name" not in known_placeholders(("effect.failed",))
    assert {"due_at", "late", "time"} <= known_placeholders(SCHEDULED)


def test_what_an_event_says_in_both_languages_is_shown_in_that_of_the_text() -> None:
    problems = [Text(en="a.toml:1:1: x.", zh="a.toml:1:1: 甲。"), Text(en="a.toml:2:1: y.")]
    rejected = scene_of(ConfigRejected(file="a.toml", problems=problems))
    assert check_placeholders("$file: $problems", ["config.rejected"]) == []
    assert render(Text(en="$problems", zh="$problems"), rejected) == Text(
        en="a.toml:1:1: x. a.toml:2:1: y.", zh="a.toml:1:1: 甲。 a.toml:2:1: y."
    )


def test_unknown_placeholders_are_named_with_column_and_suggestion() -> None:
    found = check_placeholders("At $camera_nam: $detail, $measures.cells, $$x ${ärea}", ["view.obstructed"])
    assert [(problem.column, str(problem.message)) for problem in found] == [
        (4, "`$camera_nam` is not known here."),
        (47, "`$ärea` is not known here."),
    ]
    assert str(found[0].hint) == "Did you mean `camera_name`?"
    assert check_placeholders("$camera_name", ["view.obstructed"]) == []


def test_the_message_has_what_the_reader_needs_in_both_languages() -> None:
    title, response = Text(en="Covered", zh="遮挡"), Text(en="Clear the lens.", zh="清除遮挡物。")
    assert headline(COVERED, title) == Text(en="Covered: Gate 1", zh="遮挡：一号门")
    body = message_body(COVERED, response)
    assert body.en.splitlines() == [
        "Camera: Gate 1 (gate-1), Yard",
        "Since: 2026-03-02 16:00:00",
        "Detail: left half",
        "What to do: Clear the lens.",
    ]
    assert body.zh.splitlines() == [
        "摄像机：一号门（gate-1），厂区",
        "开始时间：2026-03-02 16:00:00",
        "情况：left half",
        "处置：清除遮挡物。",
    ]


def test_the_message_leaves_out_what_there_is_not() -> None:
    nothing = Occasion(
        site=SITE,
        names={},
        camera=None,
        area=None,
        event="effect.failed",
        since_at=START,
        zone=SHANGHAI,
        journal_seq=1,
        journal_hash=b"",
    )
    scene = Scene(nothing, Text(en="x"), START)
    assert headline(scene, Text(en="No mail")) == Text(en="No mail")
    body = message_body(scene, Text(en=""))
    assert body == Text(en="Since: 2026-03-02 16:00:00", zh="开始时间：2026-03-02 16:00:00")


def test_the_engine_sends_times_of_the_site_and_the_text_of_the_rule() -> None:
    do = (
        AlarmAction(kind="k", priority="low", title=Text(en="Lost $camera"), response=Text(en="Call about $camera")),
        NotifyAction(to="duty"),
        NotifyAction(to="leader", text=Text(en="Since $since.")),
    )
    index = build_index([rule_of(on=("signal.lost",), do=do)], zone=SHANGHAI)
    state = EngineState(site=State(site=SITE))
    done = step(index, state, record_of(1, 5, lost()), at(5))
    _, default, own = (effect.do for effect in done.effects)
    assert isinstance(default, SendMessage)
    assert isinstance(own, SendMessage)
    assert default.title.en == "Lost gate-1: Gate 1"
    assert "What to do: Call about gate-1" in default.body.en
    assert "Since: 2026-03-02 16:00:00" in default.body.en
    assert own.body.en == "Since 2026-03-02 16:00:00."
    assert own.priority == "low"


@given(
    text=st.text(st.sampled_from("$${}.ab_c 摄x\n0"), max_size=40),
    detail=st.text(max_size=20),
    share=st.floats(),
    offset_h=st.integers(-23, 23),
)
def test_filling_in_never_fails(text: str, detail: str, share: float, offset_h: int) -> None:
    names = {"a": detail, "ab": share, "share": share, "b": True, "c": START, "ac": ["x"], "camera": detail}
    scene = scene_of(lost(), names=names, zone=timezone(timedelta(hours=offset_h)))
    shown = render(Text(en=text, zh=text), scene)
    assert (shown.en == text) or "$" in text
    assert isinstance(message_body(scene, shown).zh, str)
    assert set(placeholders_of(text)) >= {
        str(p.message).split("$")[1].split("`")[0] for p in check_placeholders(text, [])
    }


def test_the_default_response_of_an_alarm_is_none() -> None:
    assert ALARM.response.en == "Call."
    assert AlarmAction(kind="k", priority="low").response == Text(en="")


PEOPLE = {
    id_: Person(account=Account(id_, name, "watch_officer", ["security"]))
    for id_, name in (("wang", "王芳"), ("li", "李强"))
}


def about(event: Event) -> Scene:
    return scene_of(event, called=called(event, State(site=SITE, staff=Staff(people=PEOPLE)), Places()))


def test_people_and_cameras_are_called_by_their_names() -> None:
    missed = AttentionMissed(check="C-1", post="room", post_name=Text(en="Room"), people=["wang", "li"], since_at=START)
    assert render(Text(en="$people", zh="$people"), about(missed)) == Text(en="王芳, 李强", zh="王芳、李强")
    ends = PermitEndsSoon(
        permit="P-1",
        cameras=["gate-1", "ghost"],
        covered=["press-1"],
        to_at=START,
        applicant="wang",
    )
    text = Text(en="$cameras; $covered; $applicant", zh="$cameras；$covered；$applicant")
    assert render(text, about(ends)) == Text(en="Gate 1, ghost; Press 1; 王芳", zh="一号门、ghost；冲压一线；王芳")
    places = TwoPlaces(account="wang", place="a", other="b")
    assert render(Text(en="$account"), about(places)).en == "王芳"
    assert render(Text(en="$account"), about(TwoPlaces(account="gone", place="a", other="b"))).en == "gone"
    assert render(Text(en="$camera, $camera_name"), about(lost())).en == "gate-1, Gate 1"


def test_programs_are_told_ids() -> None:
    scene = about(TwoPlaces(account="wang", place="a", other="b"))
    assert render_for_programs("people/$account", scene) == "people/wang"
    action = PublishAction(kind="mqtt", to="plant", topic="people/$account", payload={"who": "$account"})
    began = Occurrence(seq=1, at=START, hash=b"", event=TwoPlaces(account="wang", place="a", other="b"))
    sent = effect_of(rule_of(), action, "k", "", began, scene).do
    assert isinstance(sent, SendMessage)
    assert (sent.topic, sent.payload) == ("people/wang", {"who": "wang"})
