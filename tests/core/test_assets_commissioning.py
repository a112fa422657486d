"""An asset is in use once both sides have signed (commissioning), and what its archive lacks."""

import pytest

from hub.core.assets.commands import (
    AnswerCheck,
    BeginCommissioning,
    ChangeAsset,
    HandOverAsset,
    TakeOverAsset,
)
from hub.core.assets.completeness import by_department, completeness, missing
from hub.core.assets.events import SchemeLoaded
from hub.core.assets.register import register
from hub.core.assets.scheme import Scheme
from hub.core.catalogue import SiteConfigured
from hub.core.findings import (
    CameraJudged,
    ReferenceApproved,
    ReferenceLearned,
)
from hub.core.people.events import AccountCreated
from hub.core.recordings import RecordingPlanned
from hub.core.site import Department, Site
from hub.core.text import Text
from hub.errors import NotAllowed, WrongState
from tests.core.assets_entered import enter, give, of
from tests.core.conftest import SITE, History

# --- commissioning --------------------------------------------------------------------------------------------------

DEPARTMENTS = [Department(id=name, name=Text(en=name)) for name in ("technical", "production")]


def people(history: History) -> None:
    history.happen(SiteConfigured(site=Site(areas=SITE.areas, cameras=SITE.cameras, departments=DEPARTMENTS)))
    for account, department in (("li", "technical"), ("qian", "technical"), ("wang", "production")):
        created = AccountCreated(
            account=account, name=account, role="leader", domains=["production"], departments=[department]
        )
        history.happen(created)


def commission(history: History, asset: str) -> None:
    give(history, BeginCommissioning(asset=asset))
    record = of(history, asset).commissioning
    assert record is not None
    for check_, answer in record.checks.items():
        if answer is None or not answer.ok:
            give(history, AnswerCheck(asset=asset, check=check_, ok=True, note="looked at"))
    give(history, HandOverAsset(asset=asset), "person:li")
    give(history, TakeOverAsset(asset=asset), "person:wang")


def test_an_asset_is_in_use_once_both_sides_have_signed(history: History) -> None:
    people(history)
    enter(history, "SW-1")
    assert of(history, "SW-1").state == "uncommissioned"
    commission(history, "SW-1")
    done = of(history, "SW-1")
    assert done.state == "in_use"
    assert done.commissioning is not None
    assert done.commissioning.handed_over is not None
    assert done.commissioning.taken_over is not None
    assert (done.commissioning.handed_over.department, done.commissioning.taken_over.department) == (
        "technical",
        "production",
    )
    assert "commissioned" not in missing(done)


def test_nobody_takes_over_what_they_or_their_own_department_handed_over(history: History) -> None:
    people(history)
    enter(history, "SW-1")
    give(history, BeginCommissioning(asset="SW-1"))
    with pytest.raises(WrongState, match="cannot be handed over: label"):
        give(history, HandOverAsset(asset="SW-1"))
    with pytest.raises(WrongState, match="not been handed over"):
        give(history, TakeOverAsset(asset="SW-1"), "person:wang")
    for check_ in ("label", "password", "works", "documents"):
        give(history, AnswerCheck(asset="SW-1", check=check_, ok=True))
    give(history, HandOverAsset(asset="SW-1"), "person:li")
    with pytest.raises(NotAllowed, match="Two different persons"):
        give(history, TakeOverAsset(asset="SW-1"), "person:li")
    with pytest.raises(NotAllowed, match="technical"):
        give(history, TakeOverAsset(asset="SW-1"), "person:qian")
    with pytest.raises(WrongState, match="signed"):
        give(history, AnswerCheck(asset="SW-1", check="label", ok=False))
    give(history, TakeOverAsset(asset="SW-1"), "person:wang")


def test_the_hub_answers_what_it_sees_of_a_camera(history: History) -> None:
    give(history, BeginCommissioning(asset="gate-1"))
    record = of(history, "gate-1").commissioning
    assert record is not None
    seen = {check_: answer.ok for check_, answer in record.checks.items() if answer is not None and answer.by == "hub"}
    assert seen == {"day-view": False, "night-view": False, "picture": False, "recording": False}
    with pytest.raises(WrongState, match="sees day-view by itself"):
        give(history, AnswerCheck(asset="gate-1", check="day-view", ok=True))
    history.happen(SchemeLoaded(scheme=Scheme(recording_s=3.0)), RecordingPlanned(camera="gate-1", stream="main"))
    for light in ("day", "infrared"):
        history.happen(ReferenceLearned(camera="gate-1", reference=f"{light}-1", light=light))
        history.happen(ReferenceApproved(camera="gate-1", reference=f"{light}-1"))
    history.happen(CameraJudged(camera="gate-1"))
    for check_ in ("clock", "label", "password", "works", "documents"):
        give(history, AnswerCheck(asset="gate-1", check=check_, ok=True))
    give(history, HandOverAsset(asset="gate-1"))
    record = of(history, "gate-1").commissioning
    assert record is not None
    assert all(answer is not None and answer.ok for answer in record.checks.values())
    night = record.checks["night-view"]
    assert night is not None
    assert night.by == "hub"
    assert night.detail.zh == "已批准"


# --- completeness ---------------------------------------------------------------------------------------------------


def test_an_archive_is_whole_when_every_required_field_says_something(history: History) -> None:
    room = enter(history, "ROOM-1", "room", name="Control room", place="Building 2", responsible="Li")
    assert missing(room) == ["department"]
    people(history)
    give(history, ChangeAsset(asset="ROOM-1", values={"department": "production"}))
    assert missing(of(history, "ROOM-1")) == []
    gate = of(history, "gate-1")
    lacking = missing(gate, history.state.cameras["gate-1"])
    assert {"photo", "reference", "serial", "parent"} <= set(lacking)
    assert "name" not in lacking
    found = completeness(register(history.state).values(), history.state.cameras)
    assert (found.assets, found.whole) == (3, 1)
    assert found.share is not None
    assert 0 < found.share < 1
    assert by_department(register(history.state).values(), history.state.cameras)["production"].whole == 1
