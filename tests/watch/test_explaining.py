"""Why a camera is judged as it is, from the stream to the hub: with its signal, and when nothing can be said."""

import msgspec

from hub.clock import SystemClock
from hub.core.text import Text
from hub.vision.judge import KINDS, fresh
from hub.vision.verdict import PictureFinding
from hub.watch.explaining import explain_camera
from hub.watch.level import LOST, REFUSED, STALLED, Level
from hub.watch.messages import Explained, parse_from_worker
from hub.watch.messages import pack as message
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import QUICK, order


async def test_a_live_camera_is_explained_and_a_lost_one_too(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=1, scenes=("plain", "black"))
    watched = await watch(workers=1)
    assert await watched.pool.explain("gate") is None, "nobody watches it yet"
    await watched.pool.watch([order("gate", farm.url(0))])
    await watched.until(lambda: watched.judged("gate") and "similarity" in watched.now["gate"].measures)
    good = await watched.pool.explain("gate")
    assert good is not None
    states = {kind.kind: kind.state for kind in good.kinds}
    assert set(states) == {LOST, STALLED, REFUSED, *KINDS}
    assert states[LOST] == states[REFUSED] == states["picture.black"] == "not_seen"
    assert good.reference == watched.now["gate"].reference
    assert {"mean", "similarity"} <= {measure.key for measure in good.measures}
    assert await watched.pool.explain("nowhere") is None

    farm.show(0, "black")
    await watched.until(lambda: watched.kinds("gate") == {"picture.black"})
    dark = await watched.pool.explain("gate")
    assert dark is not None
    black = next(kind for kind in dark.kinds if kind.kind == "picture.black")
    assert black.state == "found"
    assert black.for_s is not None
    assert 0 < black.for_s < 60

    farm.end()
    await watched.until(lambda: LOST in watched.kinds("gate"))
    lost = await watched.pool.explain("gate")
    assert lost is not None
    states = {kind.kind: kind.state for kind in lost.kinds}
    assert states[LOST] == "found"
    assert states["picture.black"] == "found", "what was found stays"
    assert states["view.moved"] == "hidden"
    assert lost.why.en == "Found: signal lost."


def test_without_a_picture_everything_of_the_picture_is_unknown() -> None:
    level = Level(signal="connecting", not_judged="starting", undecided=frozenset((LOST, REFUSED, *KINDS)))
    why = explain_camera(fresh(), None, level, QUICK, 100.0)
    assert {kind.state for kind in why.kinds if kind.kind != STALLED} == {"unknown"}
    assert why.measures == []
    assert why.why.zh


def test_an_access_that_was_refused_is_told_with_its_reason() -> None:
    refused = PictureFinding(kind=REFUSED, since_s=40.0, detail=Text(en="401 Unauthorized"))
    level = Level(signal="refused", not_judged=None, findings=(refused,), undecided=frozenset((LOST, *KINDS)))
    why = explain_camera(fresh(), None, level, QUICK, 100.0)
    told = next(kind for kind in why.kinds if kind.kind == REFUSED)
    assert (told.state, told.for_s) == ("found", 60.0)
    assert "401 Unauthorized" in told.why.en
    assert "401 Unauthorized" in told.why.zh
    assert {kind.hidden_by for kind in why.kinds if kind.kind in KINDS} == {REFUSED}


def test_an_explanation_travels_between_the_processes_unchanged() -> None:
    level = Level(signal="live", not_judged="starting")
    why = explain_camera(fresh(), None, level, QUICK, SystemClock().monotonic())
    sent = message(Explained(7, why))
    assert parse_from_worker(sent[4:]) == Explained(7, why)
    assert parse_from_worker(message(Explained(8))[4:]) == Explained(8, None)
    assert len(msgspec.msgpack.encode(why)) < 100_000
