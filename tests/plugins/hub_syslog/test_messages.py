"""What is sent is what RFC 5424 and CEF ask for, whatever a record holds."""

import json
from datetime import UTC, datetime

import pytest
from hub_syslog import cef, rfc5424
from hub_syslog.options import FACILITIES, SyslogOptions
from hub_syslog.rfc5424 import Sender
from hub_syslog.weight import CRITICAL, ERROR, INFORMATIONAL, NOTICE, WARNING, audited, severity
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.api import FollowedRecord
from hub.core.catalogue import CATALOGUE
from tests.servers.syslog import Told, parse_cef, parse_syslog

AT = datetime(2026, 3, 2, 8, 30, 0, 250_000, tzinfo=UTC)
SENDER = Sender(facility=FACILITIES["audit"], hostname="hub.plant", process=77, enterprise=32473)
LONGEST = 8192
ANY = st.text(max_size=80)


def record(type_: str = "permit.approved", actor: str = "person:wang", **body: object) -> FollowedRecord:
    return FollowedRecord(
        seq=12, at=AT, seen_at=AT, actor=actor, cause=11, type=type_, camera="gate-1", body=dict(body), hash="ab" * 32
    )


def told(given: FollowedRecord, longest: int = LONGEST) -> Told:
    return parse_syslog(rfc5424.message(given, SENDER, severity(given), longest))


def test_a_message_holds_who_did_what_when_and_the_hash_of_the_record() -> None:
    found = told(record(permit="P-1", reason="轴承更换"))
    assert (found.facility, found.severity, found.host, found.app) == (13, NOTICE, "hub.plant", "watchroom")
    assert (found.name, found.at) == ("permit.approved", AT)
    assert found.data == {
        "watchroom@32473": {
            "seq": "12",
            "actor": "person:wang",
            "camera": "gate-1",
            "cause": "11",
            "seen": "2026-03-02T08:30:00.250000Z",
            "hash": "ab" * 32,
        }
    }
    assert json.loads(found.text) == {"permit": "P-1", "reason": "轴承更换"}


@given(ANY, ANY, ANY)
def test_nothing_that_a_person_types_breaks_out_of_its_place(actor: str, camera: str, text: str) -> None:
    given = FollowedRecord(
        seq=1,
        at=AT,
        seen_at=AT,
        actor=actor,
        cause=None,
        type="log.entered",
        camera=camera,
        body={"text": text},
        hash="",
    )
    message = rfc5424.message(given, SENDER, NOTICE, LONGEST)
    assert b"\n" not in message
    assert b"\0" not in message
    found = parse_syslog(message)
    assert found.data.keys() == {"watchroom@32473"}
    assert json.loads(found.text)["text"].split() == json.loads(json.dumps(text)).split() or any(
        ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000 for letter in text
    )


@given(st.integers(min_value=400, max_value=3000), st.text(max_size=4000))
def test_a_long_one_is_cut_within_its_text_and_stays_text(longest: int, text: str) -> None:
    message = rfc5424.message(record(text=text), SENDER, NOTICE, longest)
    assert len(message) <= longest
    assert parse_syslog(message).data["watchroom@32473"]["hash"] == "ab" * 32


def test_cef_names_the_fields_that_a_siem_sorts_by() -> None:
    given = record("person.sign_in_refused", account="wang", reason="wrong")
    found = parse_syslog(cef.message(given, SENDER, severity(given), LONGEST, version="0.1"))
    assert found.data == {}
    event = parse_cef(found.text)
    assert (event.vendor, event.product, event.version, event.kind) == ("Watchroom", "Watchroom", "0.1", given.type)
    assert (event.title, event.severity) == ("person sign in refused", 5)
    fields = event.fields
    assert json.loads(fields.pop("msg")) == {"account": "wang", "reason": "wrong"}
    assert fields == {
        "rt": str(int(AT.timestamp() * 1000)),
        "externalId": "12",
        "dvchost": "hub.plant",
        "act": "person.sign_in_refused",
        "outcome": "failure",
        "suser": "wang",
        "cs1Label": "camera",
        "cs1": "gate-1",
        "cs2Label": "hash",
        "cs2": "ab" * 32,
        "cs3Label": "cause",
        "cs3": "11",
    }


@given(st.text(max_size=60), st.text(max_size=60), st.integers(min_value=700, max_value=2048))
def test_no_text_makes_a_field_of_its_own_in_cef(actor: str, text: str, longest: int) -> None:
    given = record("log.entered", actor=f"person:{actor}", text=text)
    message = cef.message(given, SENDER, NOTICE, longest, version="0.1|x=\\")
    event = parse_cef(parse_syslog(message).text)
    assert event.fields.keys() <= {
        *("rt", "externalId", "dvchost", "act", "outcome", "suser", "msg"),
        *(f"cs{number}{label}" for number in (1, 2, 3) for label in ("", "Label")),
    }
    assert event.version == "0.1|x=\\"


def test_a_text_that_looks_like_a_field_stays_a_text() -> None:
    given = record("log.entered", text="x act=nothing\nsuser=root")
    event = parse_cef(parse_syslog(cef.message(given, SENDER, NOTICE, LONGEST, version="1")).text)
    assert (event.fields["act"], event.fields["suser"]) == ("log.entered", "wang")
    assert json.loads(event.fields["msg"])["text"] == "x act=nothing\nsuser=root"


@pytest.mark.parametrize(
    ("type_", "actor", "body", "wanted"),
    [
        ("journal.blocked", "hub", {}, CRITICAL),
        ("recording.damaged", "hub", {}, CRITICAL),
        ("alarm.raised", "rule:x", {"priority": "critical"}, CRITICAL),
        ("alarm.raised", "rule:x", {"priority": "high"}, ERROR),
        ("effect.failed", "hub", {}, ERROR),
        ("worker.died", "watch:w1", {}, ERROR),
        ("person.sign_in_refused", "hub", {}, WARNING),
        ("permit.approved", "person:wang", {}, NOTICE),
        ("signal.lost", "watch:w1", {}, INFORMATIONAL),
    ],
)
def test_how_grave_a_record_is_follows_from_what_it_says(
    type_: str, actor: str, body: dict[str, object], wanted: int
) -> None:
    assert severity(record(type_, actor, **body)) == wanted


def test_the_audit_holds_what_people_did_and_what_befell_the_hub_and_no_findings() -> None:
    by_the_hub = {name for name in CATALOGUE if audited(record(name, "hub"))}
    assert {
        "person.signed_in",
        "person.sign_in_refused",
        "account.changed",
        "config.rejected",
        "recording.viewed",
        "recordings.removed",
        "recordings.sealed",
        "journal.blocked",
        "rule.paused",
        "hub.started",
        "settings.approved",
        "clock.stepped",
        "backup.taken",
        "release.package_deleted",
    } <= by_the_hub
    assert not {"signal.lost", "view.obstructed", "alarm.raised", "camera.judged", "round.due"} & by_the_hub
    assert all(audited(record(name, "person:wang")) for name in CATALOGUE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "x", "transport": "udp", "ca": "ca.pem"},
        {"host": "x", "hostname": "with space"},
        {"host": "x", "facility": "kern"},
        {"host": "x", "backlog": 10},
        {"host": "x", "port": 70_000},
    ],
)
def test_options_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SyslogOptions.model_validate(wrong)


def test_ports_are_those_of_the_transports() -> None:
    assert [SyslogOptions(host="x", transport=each).port_used for each in ("tls", "tcp", "udp")] == [6514, 514, 514]
