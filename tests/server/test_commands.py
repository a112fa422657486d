"""What clients may send, and everything else that they do send."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.alarms.commands import ShelveAlarm
from hub.core.commands import PersonCommand
from hub.core.tickets.commands import AssignTicket
from hub.errors import HubError, JournalBlocked, NotFound
from hub.server.problems import Malformed, error_body
from hub.server.requests import LARGEST_BODY, parse_command
from tests.server.conftest import PASSWORD, Plant

ANSWERS = {200, 403, 404, 409, 413, 415, 422}


def shelve(**changes: object) -> bytes:
    body = {"type": "alarm.shelve", "alarm": "A-1", "reason": "cleaning", "until_at": "2026-01-05T18:00:00+08:00"}
    return json.dumps({**body, **changes}).encode()


def test_a_command_is_read_with_its_times_in_utc_and_its_texts_stripped() -> None:
    command = parse_command(shelve(reason="  cleaning\n"))
    assert command == ShelveAlarm(alarm="A-1", reason="cleaning", until_at=datetime(2026, 1, 5, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not what this address takes"),
        (b"[]", "What was sent must be an object, not a list."),
        (b'{"type":"hub.explode"}', "`type` cannot be 'hub.explode'."),
        (b'{"type":"alarm.unshelve"}', "The field `alarm` is missing."),
        (b'{"type":"alarm.unshelve","alarm":7}', "`alarm` must be text, not a whole number."),
        (b'{"type":"alarm.unshelve","alarm":"A-1","extra":1}', "no field 'extra'"),
        (b'{"type":"alarm.unshelve","alarm":"' + b"A" * 300 + b'"}', "300 characters"),
        (b'{"type":"hub.stop","reason":"   "}', "`reason` must not be empty."),
        (b'{"type":"hub.stop","reason":"\\u001b[2J"}', "control characters"),
        (b'{"type":"hub.stop","reason":"\\u202egnp"}', "control characters"),
        (b'{"type":"hub.stop","reason":"\\ud800"}', "not what this address takes"),
        (b'{"type":"hub.stop","reason":"\xff"}', "not what this address takes"),
        (shelve(until_at="2026-01-05T18:00:00"), "`until_at` must be a time with its zone"),
        (shelve(until_at="0001-01-01T00:00:00+14:00"), "year 1"),
        (shelve(until_at="9999-12-31T23:59:59-14:00"), "year 9999"),
        (shelve(until_at="tomorrow"), "`until_at` must be a time with its zone"),
        (b'{"type":"hub.stop","reason":' + b"[" * 60_000, "not what this address takes"),
    ],
)
def test_what_is_not_a_command_is_refused_with_the_reason(body: bytes, says: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_command(body)
    assert says in str(caught.value)


async def test_a_malformed_command_says_the_field_in_words_and_its_path_for_programs(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    command = msgspec.structs.replace(ShelveAlarm(alarm="A-1", reason="x", once=True), reason="")
    with pytest.raises(HubError) as refused:
        await client.send(command)
    assert str(refused.value) == "`reason` must not be empty."
    body = error_body(_refusal(shelve(reason="")))
    assert (body.error.message, body.error.path) == ("`reason` must not be empty.", "$.reason")
    short = b'{"type":"account.reset_password","account":"li","password":"a"}'
    assert error_body(_refusal(short)).error.message == "`password` must have at least 8 characters."
    assert _refusal(b'{"type":"alarm.unshelve"}').path == "$.alarm"


def _refusal(body: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse_command(body)
    return caught.value


def test_a_refused_password_is_not_repeated() -> None:
    body = {"type": "account.create", "account": "x1", "name": "X", "role": "leader", "domains": ["security"]}
    for password in ("geheim", ["geheim"], {"geheim": "geheim"}):
        with pytest.raises(Malformed) as caught:
            parse_command(json.dumps({**body, "password": password}).encode())
        assert "geheim" not in str(caught.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_whatever_break_the_reading_of_commands(body: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(parse_command(body), PersonCommand)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
WORDS = st.text(min_size=1, max_size=50)
TIMES = st.datetimes().map(lambda at: f"{at.isoformat()}+08:00") | st.just("2026-01-05T18:00:00+08:00")
SENSIBLE = {
    "alarm": st.sampled_from(["A-1", "A-2", "A-99"]),
    "ticket": st.sampled_from(["T-1", "T-2", "T-99"]),
    "camera": st.sampled_from(["press-1", "gate-1", "nowhere"]),
    "round": st.just("R-1"),
    "reason": WORDS,
    "cause": WORDS,
    "note": WORDS,
    "repairer": WORDS,
    "until_at": TIMES,
    "estimate_at": TIMES,
    "account": st.sampled_from(["li", "wang", "local"]),
    "name": WORDS,
    "role": st.sampled_from(["leader", "reader", "repairer"]),
    "domains": st.lists(st.sampled_from(["production", "security"]), max_size=3),
    "password": st.text(min_size=8, max_size=20),
    "reference": st.sampled_from(["day-1", "infrared-2"]),
    "beside": st.booleans(),
    "rule": st.sampled_from(["lost", "nowhere"]),
    "variable": st.just("line_stopped"),
    "departments": st.lists(st.sampled_from(["production", "nowhere"]), max_size=2),
    "new_password": st.text(min_size=8, max_size=20),
    "session": st.none() | WORDS,
    "held_on": st.dates().map(str),
    "signed_on": st.dates().map(str),
    "value": st.booleans() | st.floats(-10, 10) | WORDS,
}
COMMANDS = {cls.__struct_config__.tag: cls.__struct_fields__ for cls in PersonCommand.__args__}
FIELDS = st.dictionaries(st.sampled_from([*SENSIBLE, "surprise"]), VALUES, max_size=2)


def filled(name: str) -> st.SearchStrategy[dict[str, object]]:
    fields = {field: SENSIBLE.get(field, VALUES) for field in COMMANDS[name]}
    return st.fixed_dictionaries({"type": st.just(name), **fields})


RIGHT = st.sampled_from(sorted(COMMANDS)).flatmap(filled)
WRONG_SOMEWHERE = st.tuples(RIGHT, FIELDS).map(lambda parts: {**parts[0], **parts[1]})
BODIES = RIGHT | WRONG_SOMEWHERE | VALUES


async def test_whatever_is_sent_to_the_commands_gets_an_answer_and_never_a_fault(plant: Plant) -> None:
    client = await plant.signed_in("administrator.ps")
    statuses: set[int] = set()
    loop = asyncio.get_running_loop()

    async def post(body: object) -> httpx2.Response:
        content = json.dumps(body).encode()
        headers = {**client._headers(), "content-type": "application/json"}
        return await client._http.post("/api/commands", content=content, headers=headers)

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(BODIES)
    def fuzz(body: object) -> None:
        answer = asyncio.run_coroutine_threadsafe(post(body), loop).result(10)
        assert answer.status_code in ANSWERS, (body, answer.text)
        if answer.status_code != 200:
            problem = answer.json()["error"]
            assert problem.keys() == {"kind", "message", "hint", "path"}
            assert problem["message"]
        statuses.add(answer.status_code)

    await asyncio.to_thread(fuzz)
    assert {404, 422} <= statuses
    assert (await post({"type": "variable.change", "variable": "line_stopped", "value": True})).status_code == 200
    await client.site()


async def raw_post(plant: Plant, path: str, content: bytes, **headers: str) -> httpx2.Response:
    client = await plant.signed_in("administrator.ps")
    return await client._http.post(path, content=content, headers={**client._headers(), **headers})


async def test_a_body_that_is_too_long_is_refused(plant: Plant) -> None:
    body = b'{"type":"hub.stop","reason":"' + b"x" * LARGEST_BODY + b'"}'
    answer = await raw_post(plant, "/api/commands", body, **{"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (413, "too_large")


async def test_a_body_that_is_not_announced_as_json_is_refused(plant: Plant) -> None:
    body = b'{"type":"hub.stop","reason":"r"}'
    answer = await raw_post(plant, "/api/commands", body, **{"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (415, "not_json")


async def test_a_body_that_does_not_arrive_is_not_waited_for(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.requests._BODY_S", 0.2)
    client = await plant.signed_in("administrator.ps")
    reader, writer = await asyncio.open_unix_connection(str(plant.address.socket))
    head = f"POST /api/commands HTTP/1.1\r\nhost: hub\r\nauthorization: {client._headers()['authorization']}\r\n"
    writer.write(head.encode() + b"content-type: application/json\r\ncontent-length: 100\r\n\r\n{")
    async with asyncio.timeout(3):
        assert b" 408 " in await reader.readline()
    writer.close()


async def test_commands_need_a_sign_in(plant: Plant) -> None:
    async with httpx2.AsyncClient(base_url=plant.server.urls[0]) as raw:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic eDp5"}):
            for method, path in (("POST", "/api/commands"), ("GET", "/api/site"), ("GET", "/api/stream")):
                answer = await raw.request(method, path, headers=headers)
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == "Bearer"
                assert answer.json()["error"]["kind"] == "not_signed_in"


async def test_errors_of_the_hub_keep_their_class_over_the_wire(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(NotFound, match="No ticket T-9 is open") as caught:
        await client.send(AssignTicket(ticket="T-9", repairer="Li"))
    assert isinstance(caught.value, HubError)
    plant.backend.fails = JournalBlocked("The disk is full.", hint="Make room.")
    with pytest.raises(JournalBlocked, match="Make room"):
        await client.send(AssignTicket(ticket="T-1", repairer="Li"))


async def test_a_fault_in_the_hub_is_an_answer_without_its_inner_parts(
    plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    client = await plant.signed_in("leader.ps")
    plant.backend.fails = RuntimeError("cannot open rtsp://admin:geheim@10.0.0.8/live")
    answer = await client._http.post(
        "/api/commands",
        content=b'{"type":"ticket.assign","ticket":"T-1","repairer":"Li"}',
        headers={**client._headers(), "content-type": "application/json"},
    )
    assert answer.status_code == 500
    assert answer.json()["error"]["kind"] == "internal"
    logged = "".join(capsys.readouterr())
    assert "request_broke" in logged
    for text in (answer.text, logged):
        assert "geheim" not in text
        assert PASSWORD not in text


async def test_a_disk_that_cannot_be_read_is_an_answer_and_not_a_fault(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(limit: int, **search: object) -> None:
        raise OSError(5, "Input/output error")

    client = await plant.signed_in("leader.ps")
    monkeypatch.setattr(plant.backend, "read_last", fail)
    answer = await client._http.get("/api/events", headers=client._headers())
    assert answer.status_code == 503
    assert "Input/output error" in answer.json()["error"]["message"]


WRONG = {
    "/api/events?limit=0": 422,
    "/api/events?limit=1001": 422,
    "/api/events?limit=x": 422,
    "/api/events?before=-1": 422,
    "/api/events?types=signal.lots": 422,
    "/api/events?subject=" + "x" * 201: 422,
    "/api/stream?after=99999999999999999999": 422,
    "/api/nothing": 404,
    "/api/commands": 405,
}


async def test_wrong_questions_get_json_answers(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    for path, status in WRONG.items():
        answer = await client._http.get(path, headers=client._headers())
        assert answer.status_code == status, path
        assert answer.json()["error"]["message"], path


async def test_a_mistyped_event_name_gets_a_suggestion(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(HubError, match=r"Did you mean signal\.lost"):
        await client.events(types=["signal.lots"])
