"""Why a camera is judged as it is, over the API: to whom, and what is said when the watch says nothing."""

import asyncio

import pytest

from hub.core.explanation import Course, Explanation, KindNow, MeasureNow
from hub.core.text import Text
from hub.errors import HubError, NotAllowed, NotFound, NotSignedIn
from tests.server.conftest import Plant

WHY = Explanation(
    why=Text(en="Found: blurred.", zh="已确认：画面模糊。"),
    light="infrared",
    reference="infrared-1",
    approved=True,
    kinds=[
        KindNow(
            kind="picture.blurred", name=Text(en="blurred", zh="画面模糊"), state="found", why=Text(en="so", zh="如此")
        )
    ],
    measures=[
        MeasureNow(
            key="softness",
            name=Text(en="softness", zh="虚化"),
            means=Text(en="m", zh="义"),
            usual=(-0.1, 0.1),
            hour=Course(every_s=20.0, values=[None, 0.5]),
        )
    ],
)


async def test_whoever_covers_the_camera_is_told_exactly_what_the_watch_said(plant: Plant) -> None:
    plant.backend.explanations["gate-1"] = WHY
    client = await plant.signed_in("watch_officer.s")
    assert await client.explain("gate-1") == WHY


async def test_nobody_else_is_told(plant: Plant) -> None:
    plant.backend.explanations["gate-1"] = WHY
    with pytest.raises(NotAllowed):
        await (await plant.signed_in("leader.p")).explain("gate-1")
    with pytest.raises(NotSignedIn):
        await plant.client().explain("gate-1")


async def test_a_camera_that_does_not_exist_and_a_watch_that_says_nothing_are_told_apart(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(NotFound, match=r"No camera gate-9 in hub\.toml"):
        await client.explain("gate-9")
    with pytest.raises(HubError, match="says nothing at the moment"):
        await client.explain("gate-1")


async def test_a_watch_that_hangs_is_not_waited_for(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.routes.explanations._EXPLAIN_S", 0.1)

    async def hang(camera: str) -> Explanation:
        await asyncio.sleep(60)
        return WHY

    plant.backend.explain = hang
    client = await plant.signed_in("leader.ps")
    with pytest.raises(HubError, match="did not answer in time"):
        await client.explain("gate-1")
