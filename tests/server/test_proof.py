from datetime import UTC, datetime

import msgspec

from hub.client.proof import proof
from hub.core.proof.events import Damage, ListDamage
from hub.core.proof.model import Damaged, Proof
from tests.server.conftest import Plant, account_id

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


async def test_people_are_told_what_is_damaged_of_their_own_cameras_only(plant: Plant) -> None:
    cameras = {camera.domain: camera.id for camera in plant.backend.state().site.cameras}
    damaged = {
        camera: Damaged(since_at=AT, count=1, damaged=[Damage(f"{camera}/2026-01-05/a.mp4", "changed")])
        for camera in cameras.values()
    }
    known = Proof(until="2026-01-05 gate", completed_at=AT, damaged=damaged, lists=[ListDamage("a.txt", "missing")])
    plant.backend._state = msgspec.structs.replace(plant.backend.state(), proof=known)
    client = await plant.signed_in(account_id("watch_officer", ["security"]))
    found = await proof(client)
    assert [one.camera for one in found.damaged] == [cameras["security"]]
    assert found.damaged[0].damaged[0].flaw == "changed"
    assert (found.completed_at, found.verify_days, found.lists[0].manifest) == (AT, 30.0, "a.txt")
