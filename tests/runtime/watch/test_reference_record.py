"""What the watch says of reference views, and what is on record of it."""

from pathlib import Path

from hub.core.cameras.commands import ApproveReference, RelearnCamera
from hub.core.decisions import decide
from hub.core.event import Draft
from hub.core.findings import Picture, ReferenceLearned
from hub.testing.clock import FakeClock
from tests.runtime.running import names_of, records_of, running, settled
from tests.runtime.watch.test_watching import watching_on

PICTURE = Picture(path="a-day-1.jpg", sha256="00")


async def test_a_view_that_is_told_of_again_is_on_record_once_and_a_late_picture_is_added(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        for picture in (None, None, PICTURE, PICTURE, None):
            watching.take_learned(ReferenceLearned(camera="a", reference="day-1", picture=picture))
            await settled(core)
        learned = [record.event for record in records_of(core) if isinstance(record.event, ReferenceLearned)]
        assert [event.picture for event in learned] == [None, PICTURE]
        assert core.state.cameras["a"].references["day-1"].picture == PICTURE
        await watching.stop()


async def test_a_view_of_before_learning_anew_is_put_out_of_use_on_record_and_in_the_orders(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        decided: list[str] = []
        watching.on_decided = lambda: decided.append("decided")
        for outdated in (False, True, True):
            watching.take_learned(ReferenceLearned(camera="a", reference="day-1", outdated=outdated))
            await settled(core)
        learned = [record for record in records_of(core) if isinstance(record.event, ReferenceLearned)]
        assert len(learned) == 2
        assert core.state.cameras["a"].references["day-1"].state == "superseded"
        watching.follow(learned)
        assert decided == ["decided"]
        await watching.stop()


async def test_a_decision_makes_the_orders_anew_and_learning_anew_reaches_the_watch(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        decided: list[str] = []
        watching.on_decided = lambda: decided.append("decided")
        watching.on_relearn = decided.append
        watching.take_learned(ReferenceLearned(camera="a", reference="day-1"))
        await settled(core)
        for command in (
            ApproveReference(camera="a", reference="day-1"),
            RelearnCamera(camera="a", reason="the mast was moved"),
        ):
            records = await core.propose(
                lambda state, command=command: [
                    Draft(event, actor="person:li") for event in decide(state, command, "person:wang", clock.now())
                ]
            )
            watching.follow(records)
        assert decided == ["decided", "a", "decided"]
        assert names_of(records_of(core))[-2:] == ["reference.approved", "camera.relearned"]
        await watching.stop()
