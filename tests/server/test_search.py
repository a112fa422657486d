"""Search everywhere over the API: exact numbers first, then the newest; nothing out of sight, not even its count."""

import pytest

from hub.client.http import HttpClient
from hub.client.search import SearchAnswer, search
from hub.core.dutylog.commands import WriteEntry
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketClosed, TicketOpened
from hub.errors import Refused
from tests.server.conftest import Plant


async def found(client: HttpClient, query: str, **wanted: object) -> list[tuple[str, str]]:
    answer = await search(client, query, **wanted)  # type: ignore[arg-type]
    return [(hit.event.type, hit.excerpt) for hit in answer.hits]


async def test_a_hit_says_what_where_and_shows_the_words(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    await client.send(WriteEntry(kind="incident", text="东门有人翻越围栏", cameras=["gate-1"]))
    answer = await search(client, "围栏 翻越")
    (hit,) = answer.hits
    assert (hit.event.type, hit.event.event["entry"]) == ("log.entered", "L-1")
    assert [hit.excerpt[begin:end] for begin, end in hit.marks] == ["翻越", "围栏"]
    assert (answer.before, answer.complete, answer.behind) == (None, True, 0)
    assert (await search(client, "大门")).hits


async def test_the_thing_that_was_named_by_its_number_comes_first(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    plant.backend.write(
        TicketOpened(ticket="T-7", title=Text(en="Seven")),
        TicketOpened(ticket="T-70", title=Text(en="Seventy")),
        TicketAssigned(ticket="T-7", repairer="Li"),
    )
    await client.send(WriteEntry(kind="note", text="as T-7 says"))
    answer = await search(client, "t-7")
    assert [hit.event.type for hit in answer.hits] == [
        "ticket.assigned",
        "ticket.opened",
        "log.entered",
        "ticket.opened",
    ]
    assert [hit.event.event.get("ticket") for hit in answer.hits] == ["T-7", "T-7", None, "T-70"]


async def test_a_common_word_comes_in_pages_without_gaps_or_doubles(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    for number in range(25):
        await client.send(WriteEntry(kind="note", text=f"lorry {number}"))
    seen: list[int] = []
    before: int | None = None
    for _ in range(10):
        answer: SearchAnswer = await search(client, "lorry", limit=10, before=before)
        seen += [hit.event.seq for hit in answer.hits]
        before = answer.before
        if before is None:
            break
    assert len(seen) == 25
    assert seen == sorted(set(seen), reverse=True)


async def test_what_is_out_of_sight_is_neither_shown_nor_counted(plant: Plant) -> None:
    both, security, production = [
        await plant.signed_in(account) for account in ("leader.ps", "watch_officer.s", "watch_officer.p")
    ]
    plant.backend.write(
        TicketOpened(ticket="T-8", title=Text(en="secret"), camera="gate-1"),
        TicketAssigned(ticket="T-8", repairer="secret Li"),
        TicketClosed(ticket="T-8", cause="secret cause", note=""),
    )
    await both.send(WriteEntry(kind="note", text="secret", cameras=["gate-1", "press-1"]))
    assert len((await search(both, "secret")).hits) == 4
    assert len((await search(security, "secret")).hits) == 3
    for query in ("secret", "T-8", "gate-1", "大门", "se"):
        answer = await search(production, query)
        assert (answer.hits, answer.before, answer.complete) == ([], None, True), query


async def test_a_page_for_one_domain_is_full_however_much_of_another_lies_between(plant: Plant) -> None:
    both, production = await plant.signed_in("leader.ps"), await plant.signed_in("watch_officer.p")
    await both.send(WriteEntry(kind="note", text="lorry", cameras=["press-1"]))
    for number in range(150):
        plant.backend.write(TicketOpened(ticket=f"T-{number + 10}", title=Text(en="lorry"), camera="gate-1"))
    (hit,) = (await search(production, "lorry", limit=5)).hits
    assert hit.event.event["cameras"] == ["press-1"]


async def test_who_signed_in_is_for_leaders(plant: Plant) -> None:
    officer, leader = await plant.signed_in("watch_officer.ps"), await plant.signed_in("leader.ps")
    assert await found(leader, "watch_officer.ps", kinds=["person"])
    assert await found(officer, "watch_officer.ps", kinds=["person"]) == []


async def test_a_search_can_be_cut_to_areas_and_a_camera(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    await client.send(WriteEntry(kind="note", text="Signal lost again", cameras=["press-1"]))
    assert {kind for kind, _ in await found(client, "signal lost")} == {"alarm.raised", "log.entered"}
    assert [kind for kind, _ in await found(client, "signal lost", kinds=["log"])] == ["log.entered"]
    assert len(await found(client, "signal lost", camera="press-1")) == 2


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": ""},
        {"q": "   "},
        {"q": "x" * 201},
        {"q": "x", "limit": 0},
        {"q": "x", "limit": 101},
        {"q": "x", "from": "8"},
    ],
)
async def test_a_question_without_sense_is_refused(plant: Plant, parameters: dict[str, object]) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(Refused):
        await client.read("search", SearchAnswer, parameters)  # type: ignore[arg-type]


async def test_a_question_of_many_words_and_signs_is_answered_quickly(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    for query in ('" OR 1', "%" * 200, "a " * 100, "((((((", "NEAR(a b)", "\x00\x01", "东" * 200, "text:x", "*"):
        answer = await search(client, query)
        assert answer.complete
