"""Every event in plain words, in both languages."""

from datetime import UTC, date, datetime
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec
import pytest

from hub.client import EventView
from hub.core.assets.events import AssetHandedOver, AssetRegistered, ReplacementProposed
from hub.core.catalogue import CATALOGUE, WorkerDied
from hub.core.devices.events import DeviceStrengthened
from hub.core.duty.swap_events import ShiftPart
from hub.core.event import Event
from hub.core.findings import CameraNotJudged, Evidence, Picture, ViewObstructed
from hub.core.people.events import AccountDisabled, SignedIn
from hub.core.rounds.events import RoundFaultFound
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned
from hub.locale import set_language
from hub.tui.describe.record import SENTENCES, actor, describe, describe_view
from hub.tui.names import Names
from hub.tui.rows import log

NAMES = Names(
    ZoneInfo("Asia/Shanghai"),
    cameras={"gate-1": Text(en="Main gate", zh="大门")},
    areas={"yard": Text(en="Yard", zh="堆场")},
    departments={"it": Text(en="Technical department", zh="技术科")},
    people={"wang": "Wang Fang", "li": "Li Na", "li2": "Li Na"},
)
AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


PART = ShiftPart(person="ann", on=date(2026, 11, 23), shift="day", post="desk", from_at=AT, to_at=AT, instead_of="ann")


def sample(cls: type[Event]) -> Event:
    """An event with something in every field."""
    return cls(**{field.name: _value(field.name, field.type) for field in msgspec.structs.fields(cls)})


def _value(name: str, kind: Any) -> Any:
    by_name = {"camera": "gate-1", "cameras": ["gate-1"], "reason": "learning", "role": "leader", "last_stop": "clean"}
    by_name |= {"mine": PART, "theirs": PART}
    base = get_args(kind)[0] if getattr(kind, "__metadata__", None) else kind
    if base in (Evidence | None, Picture | None):
        return None
    if get_origin(base) is Literal:
        return get_args(base)[0]
    options = [getattr(option, "__origin__", option) for option in get_args(base) if option is not type(None)]
    if name == "priority":
        return "high"
    if name == "share":
        return 0.4
    if name in by_name:
        return by_name[name]
    for known, value in (
        (datetime, AT),
        (Text, Text(en="Title here", zh="标题")),
        (bool, True),
        (int, 3),
        (float, 2.5),
        (str, f"the-{name}"),
    ):
        if base is known or known in options:
            return value
    origin = getattr(base, "__origin__", base)
    return base() if origin is base else origin()


def test_there_is_a_sentence_for_every_event_and_no_other() -> None:
    assert set(SENTENCES) == set(CATALOGUE.values())


@pytest.mark.parametrize("wire", sorted(CATALOGUE))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_event_is_said_with_nothing_left_in_braces(wire: str, language: str) -> None:
    set_language(language)
    said = describe(sample(CATALOGUE[wire]), NAMES)
    assert said
    assert "{" not in said
    assert "None" not in said
    assert ("大门" if language == "zh_CN" else "Main gate") in said or "camera" not in SENTENCES[CATALOGUE[wire]]
    if language == "zh_CN":
        assert any("一" <= char <= "鿿" for char in said)


def test_sentences_use_the_names_staff_use_and_the_remarks_follow() -> None:
    event = ViewObstructed(camera="gate-1", since_at=AT, share=0.4, detail=Text(en="left half"))
    assert describe(event, NAMES) == "Main gate: view obstructed, 40% covered: left half"
    set_language("zh_CN")
    assert describe(event, NAMES) == "大门：画面遮挡，遮挡比例 40%：left half"


def test_codes_are_said_in_words_but_free_reasons_are_left_alone() -> None:
    coded = CameraNotJudged(camera="gate-1", reason="learning")
    assert describe(coded, NAMES) == "Main gate: not judged, because its reference view is being learned"
    free = WorkerDied(worker="w1", reason="learning", cameras=["gate-1", "x"])
    assert "died (learning); not judged meanwhile: Main gate, x" in describe(free, NAMES)


def view(kind: str, event: dict[str, Any]) -> EventView:
    return EventView(seq=7, at=AT, seen_at=AT, actor="hub", cause=None, type=kind, event=event, hash="ab" * 32)


def test_records_over_the_wire_are_said_like_events_also_with_the_tag_inside() -> None:
    assert describe_view(view("camera.judged", {"camera": "gate-1"}), NAMES) == "Main gate: judged again"
    tagged = view("camera.judged", {"type": "camera.judged", "camera": "gate-1"})
    assert describe_view(tagged, NAMES) == "Main gate: judged again"


@pytest.mark.parametrize(
    ("kind", "event", "said"),
    [
        ("drone.landed", {"pad": "north", "height": 3, "deep": {"a": 1}}, "drone.landed: pad north, height 3"),
        ("camera.judged", {"wrong": "shape"}, "camera.judged: wrong shape"),
        ("odd.thing", {}, "odd.thing"),
    ],
)
def test_records_of_unknown_kinds_or_shapes_are_told_field_by_field(
    kind: str, event: dict[str, Any], said: str
) -> None:
    assert describe_view(view(kind, event), NAMES) == said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (TicketAssigned(ticket="T-1", repairer="wang", account="wang"), "故障单 T-1 交由 Wang Fang 维修"),
        (SignedIn(account="wang", client="tui"), "Wang Fang"),
        (AccountDisabled(account="wang", reason="x"), "wang"),
        (RoundFaultFound(round="R-1", asset="gate-1", item="x", title=Text(en="Dirt", zh="脏"), ticket="T-1"), "大门"),
        (AssetHandedOver(asset="gate-1", department="it", note=""), "技术科"),
    ],
)
def test_people_and_things_are_said_by_their_names(event: Event, said: str) -> None:
    set_language("zh_CN")
    assert said in describe(event, NAMES)


def test_the_register_speaks_of_areas_domains_and_cameras_by_their_names() -> None:
    set_language("zh_CN")
    values = {"area": "yard", "domain": "production", "name": "Main gate", "department": "it", "maker": "Hik"}
    said = describe(AssetRegistered(asset="gate-1", kind="camera", values=values), NAMES)
    assert "堆场" in said
    assert "技术科" in said
    assert "production" not in said
    assert "Main gate" not in said
    assert "Hik" in said
    foreign = describe(AssetRegistered(asset="SW-3", kind="switch", values={"name": "Core", "area": "far"}), NAMES)
    assert "SW-3" in foreign
    assert "Core" in foreign
    assert "far" in foreign


def test_a_proposal_says_the_camera_once_and_why_and_ends_in_no_colon() -> None:
    proposed = ReplacementProposed(
        proposal="X-1", asset="gate-1", name="Main gate 1", score=0.0, grounds=[], reason="", sign_by_at=AT
    )
    assert describe(proposed, NAMES) == "X-1: the replacement of Main gate is proposed, score 0"
    because = msgspec.structs.replace(proposed, reason="too old")
    assert describe(because, NAMES) == "X-1: the replacement of Main gate is proposed, score 0: too old"
    other = msgspec.structs.replace(because, asset="SW-3", name="Core switch")
    assert describe(other, NAMES) == "X-1: the replacement of SW-3 Core switch is proposed, score 0: too old"
    set_language("zh_CN")
    assert describe(proposed, NAMES) == "X-1：申请更换 大门，0 分"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("person:wang", "Wang Fang"),
        ("person:li2", "Li Na (li2)"),
        ("person:nobody", "nobody"),
        ("rule:signal-lost", "rule signal-lost"),
        ("watch:w1", "the watch"),
        ("plugin:mail", "plugin mail"),
        ("hub", "the hub"),
        ("martian", "martian"),
    ],
)
def test_who_did_it_is_said_in_words(name: str, said: str) -> None:
    assert actor(name, NAMES) == said


def test_log_rows_keep_the_newest_in_order_each_once() -> None:
    views = [msgspec.structs.replace(view("camera.judged", {"camera": "gate-1"}), seq=seq) for seq in range(1, 9)]
    merged = log.merged(views[2:5], [views[4], views[7], views[0]], keep=4)
    assert [v.seq for v in merged] == [3, 4, 5, 8]


def test_a_search_wants_every_word_wherever_it_stands() -> None:
    made = [
        log.row(view("camera.judged", {"camera": "gate-1"}), NAMES),
        log.row(view("hub.stopped", {"reason": "x"}), NAMES),
    ]
    assert log.matching(made, "") == made
    assert log.matching(made, "JUDGED main") == made[:1]
    assert log.matching(made, "main stopped") == []


def test_what_was_put_right_about_a_device_is_said_in_words() -> None:
    event = DeviceStrengthened(device="nvr-1", weakness="open-service Telnet @1")
    assert describe(event, NAMES) == "nvr-1: put right: it has an open service: Telnet @1"
    set_language("zh_CN")
    assert "开放了服务： Telnet @1" in describe(event, NAMES)
    assert "open-service" not in describe(event, NAMES)
