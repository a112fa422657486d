"""Releases over the real API: who sees what, four eyes, the numbers of cards, and the register of retrievals."""

import hashlib
from datetime import timedelta

import pytest
from msgspec.structs import replace

from hub.client.releases import register, release, releases
from hub.core.catalogue import SiteConfigured
from hub.core.recordings import RecordingViewed
from hub.core.releases.commands import (
    ApproveRelease,
    CheckRelease,
    RefuseRelease,
    ReleaseForm,
    RequestRelease,
    WithdrawRelease,
)
from hub.core.releases.events import Officer
from hub.core.releases.model import MOST_PAST
from hub.core.releases.policy import ReleasePolicy
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused
from tests.server.conftest import SITE, Plant

PDF = b"%PDF-1.4 a letter"
OFFICERS = [Officer(name="Chen Gang", identification="110233"), Officer(name="Sun Li", identification="110871")]


def form(plant: Plant, camera: str = "gate-1", **changes: object) -> ReleaseForm:
    now = plant.clock.now()
    said: dict[str, object] = {
        "kind": "external",
        "agency": "Harbour police",
        "reason": "theft",
        "content": "who left",
        "cameras": [camera],
        "from_at": now - timedelta(hours=2),
        "to_at": now - timedelta(hours=1),
        "officers": OFFICERS,
        "letter": hashlib.sha256(PDF).hexdigest(),
        "letter_number": "2026-114",
    }
    return ReleaseForm(**{**said, **changes})  # type: ignore[arg-type]


async def test_a_release_is_asked_for_checked_and_approved_by_three_people(plant: Plant) -> None:
    officer = await plant.signed_in("watch_officer.ps")
    specialist = await plant.signed_in("specialist.ps")
    leader = await plant.signed_in("leader.ps")
    await officer.attach("letter.pdf", PDF)
    requested, held = await officer.send(RequestRelease(form=form(plant)))
    assert (requested.event["release"], requested.event["domain"], held.type) == ("F-1", "security", "recording.held")
    with pytest.raises(NotAllowed):
        await officer.send(CheckRelease(release="F-1"))
    await specialist.send(CheckRelease(release="F-1"))
    with pytest.raises(NotAllowed):
        await specialist.send(ApproveRelease(release="F-1"))
    await leader.send(ApproveRelease(release="F-1"))
    (view,) = await releases(specialist, which="open")
    assert (view.release.state, view.release.officers) == ("approved", tuple(OFFICERS))
    assert view.camera_names == [Text(en="Gate", zh="大门")]
    detail = await release(leader, "F-1")
    assert [record.type for record in detail.records] == ["release.requested", "release.checked", "release.approved"]
    assert [file.name for file in detail.files] == ["letter.pdf"]
    assert await leader.attachment(detail.files[0].id) == PDF
    assert [each.id for each in (await leader.site()).releases] == ["F-1"]


async def test_a_release_is_the_business_of_its_domain_and_of_few_people_there(plant: Plant) -> None:
    asker = await plant.signed_in("watch_officer.ps")
    await asker.attach("letter.pdf", PDF)
    await asker.send(RequestRelease(form=form(plant)))
    foreign = await plant.signed_in("specialist.p")
    assert await releases(foreign) == []
    with pytest.raises(NotFound):
        await release(foreign, "F-1")
    with pytest.raises(NotAllowed):
        await foreign.send(CheckRelease(release="F-1"))
    bystander = await plant.signed_in("watch_officer.s")
    assert await releases(bystander) == []
    assert (await bystander.site()).releases == []
    with pytest.raises(NotFound):
        await release(bystander, "F-1")
    told = await bystander.events(limit=50)
    assert not [record for record in told if record.type.startswith("release.")]
    assert [each.release.id for each in await releases(asker)] == ["F-1"]
    told = await asker.events(limit=50)
    assert [record.type for record in told if record.type.startswith("release.")] == ["release.requested"]


async def test_the_local_reader_learns_no_number_of_a_card(plant: Plant) -> None:
    asker = await plant.signed_in("watch_officer.ps")
    await asker.attach("letter.pdf", PDF)
    await asker.send(RequestRelease(form=form(plant)))
    token = plant.address.local_token
    assert token is not None
    local = plant.client(token.read_text())
    (view,) = await releases(local)
    assert [each.identification for each in view.release.officers] == ["…233", "…871"]
    detail = await release(local, "F-1")
    assert "110233" not in str(detail)
    assert detail.files == []
    told = [record for record in await local.events(limit=50) if record.type == "release.requested"]
    assert "110233" not in str(told)
    now = plant.clock.now()
    book = await register(local, now - timedelta(days=1), now + timedelta(minutes=1))
    assert "110233" not in str(book)


async def test_the_register_names_every_retrieval_of_the_period_and_of_ones_domains(plant: Plant) -> None:
    specialist = await plant.signed_in("specialist.ps")
    leader = await plant.signed_in("leader.ps")
    await specialist.attach("letter.pdf", PDF)
    await specialist.send(RequestRelease(form=form(plant)))
    await leader.send(RefuseRelease(release="F-1", reason="no such case"))
    now = plant.clock.now()
    viewed = RecordingViewed(camera="press-1", from_at=now - timedelta(hours=1), to_at=now, reason="a fall")
    plant.backend.write(viewed, actor="person:watch_officer.p")
    book = await register(specialist, now - timedelta(hours=1), now + timedelta(minutes=1))
    first, second = book.entries
    assert (first.number, first.kind, first.reason, first.unit.en, first.person) == (
        *("F-1", "external", "theft"),
        *("Harbour police", "specialist.ps"),
    )
    assert (first.state, first.decision, first.officers) == ("refused", "no such case", tuple(OFFICERS))
    assert (second.kind, second.reason, second.person, second.cameras) == (
        *("viewing", "a fall"),
        *("watch_officer.p", ("press-1",)),
    )
    security = await plant.signed_in("specialist.s")
    book = await register(security, now - timedelta(hours=1), now + timedelta(minutes=1))
    assert [entry.number for entry in book.entries] == ["F-1"]
    book = await register(specialist, now + timedelta(minutes=1), now + timedelta(hours=1))
    assert book.entries == []
    for who in ("watch_officer.ps", "repairer.ps"):
        with pytest.raises(NotAllowed):
            await register(await plant.signed_in(who), now - timedelta(hours=1), now)
    with pytest.raises(Refused, match="three years"):
        await register(specialist, now, now - timedelta(hours=1))


async def test_a_release_that_the_state_has_forgotten_is_read_from_the_journal(plant: Plant) -> None:
    plant.backend.write(SiteConfigured(site=replace(SITE, releases=ReleasePolicy({"safety": Text(en="Safety")}))))
    leader = await plant.signed_in("leader.ps")
    own = form(plant, kind="internal", purpose="safety", officers=[], letter="", letter_number="")
    for number in range(1, MOST_PAST + 3):
        await leader.send(RequestRelease(form=own))
        await leader.send(WithdrawRelease(release=f"F-{number}", reason="r"))
    assert plant.backend.state().releases.find("F-1") is None
    detail = await release(leader, "F-1")
    assert (detail.view.release.state, detail.view.purpose_name) == ("withdrawn", Text(en="Safety"))
    assert len(await releases(leader)) == MOST_PAST
