"""The register of assets: entered, changed, connected, retired, with what was before and after."""

from datetime import date, timedelta

import pytest

from hub.core.assets.commands import (
    AddAssetFile,
    ChangeAsset,
    ImportAssets,
    ImportRow,
    RegisterAsset,
    RemoveAssetFile,
    RestoreAsset,
    RetireAsset,
)
from hub.core.assets.events import AssetChanged, AssetRegistered, AssetsAppraised, SchemeLoaded, WarrantyEnding
from hub.core.assets.register import register
from hub.core.assets.scheme import Scheme
from hub.core.assets.suspects import Suspect, suspects
from hub.core.catalogue import HubStarted, HubStopped, SiteConfigured
from hub.core.decisions import cameras_of, domains_of, due, next_due
from hub.core.findings import (
    CameraJudged,
    PictureBlurred,
    PictureSharp,
    SignalLost,
)
from hub.core.people.account import Account
from hub.core.people.rights import check
from hub.core.site import Camera, Site
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened, TicketRelapsed, TicketRestored
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.core.assets_entered import PHOTO, enter, give, of, photo
from tests.core.conftest import SITE, START, History

# --- entering and changing ------------------------------------------------------------------------------------------


def test_a_camera_of_hub_toml_is_an_asset_without_being_entered(history: History) -> None:
    assert list(register(history.state)) == ["press-1", "gate-1"]
    gate = of(history, "gate-1")
    assert (gate.kind, gate.name, gate.values["area"], gate.domain) == ("camera", "Gate", "yard", "security")
    assert gate.registered_at is None
    assert gate.state == "uncommissioned"


def test_what_is_entered_of_a_camera_adds_to_what_hub_toml_says(history: History) -> None:
    registered, changed = give(history, ChangeAsset(asset="gate-1", values={"model": "X-200"}))
    assert isinstance(registered, AssetRegistered)
    assert registered.domain == "security"
    assert changed == AssetChanged(asset="gate-1", before={"model": ""}, after={"model": "X-200"})
    assert of(history, "gate-1").values["model"] == "X-200"
    with pytest.raises(WrongState, match=r"hub\.toml"):
        give(history, ChangeAsset(asset="gate-1", values={"name": "Other"}))
    with pytest.raises(WrongState, match="already"):
        give(history, RegisterAsset(asset="gate-1", kind="camera"))


def test_only_what_differs_is_a_change_and_nothing_is_none(history: History) -> None:
    enter(history, "SW-3", maker="Moxa", model="E1")
    (event,) = give(history, ChangeAsset(asset="sw-3", values={"maker": "Moxa", "model": "E2", "serial": ""}))
    assert event == AssetChanged(asset="SW-3", before={"model": "E1"}, after={"model": "E2"})
    assert give(history, ChangeAsset(asset="SW-3", values={"model": " E2 "})) == []
    give(history, ChangeAsset(asset="SW-3", values={"maker": ""}))
    assert "maker" not in of(history, "SW-3").values


def test_an_id_is_used_once_however_its_letters_are_written(history: History) -> None:
    enter(history, "SW-3")
    with pytest.raises(WrongState, match="SW-3 is in the register already"):
        give(history, RegisterAsset(asset="sw-3", kind="switch"))
    with pytest.raises(WrongState, match="gate-1 is in the register"):
        give(history, RegisterAsset(asset="GATE-1", kind="switch"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mac": "00-1A-2B-3C-4D"}, "mac is not the MAC address"),
        ({"mac": "ff:ff:ff:ff:ff:ff"}, "mac is not the MAC address"),
        ({"ip": "10.1.2.300"}, "ip is not an IP address"),
        ({"warranty": "2026-02-30"}, "warranty is not a date. Write it as 2026-03-02."),
        ({"life": "-1"}, "life is not a number"),
        ({"price": "nan"}, "price is not a number"),
        ({"parts": "maybe"}, "parts is not known here"),
        ({"area": "yrad"}, "area is no area of this site. Did you mean 'yard'?"),
        ({"department": "hr"}, "department is no department"),
        ({"parent": "gate1"}, "Did you mean 'gate-1'?"),
        ({"modle": "x"}, "Did you mean 'model'?"),
        ({"name": "a\x1b[2Jb"}, "cannot be printed"),
    ],
)
def test_a_value_that_cannot_be_right_is_named_with_the_way_out(
    history: History, values: dict[str, str], said: str
) -> None:
    with pytest.raises(WrongState) as refused:
        give(history, RegisterAsset(asset="SW-3", kind="switch", values=values))
    assert said in str(refused.value)


def test_values_are_kept_in_one_written_form(history: History) -> None:
    asset = enter(
        history,
        "SW-3",
        mac="00-1A-2B-3C-4D-5E",
        warranty="2027/3/2",
        price="1,200.50",
        parts="否",
        domain="安全生产",
        parent="GATE-1",
    )
    assert asset.values == {
        "mac": "00:1a:2b:3c:4d:5e",
        "warranty": "2027-03-02",
        "price": "1200.5",
        "parts": "no",
        "domain": "production",
        "parent": "gate-1",
    }


def test_a_chain_that_comes_round_again_is_refused(history: History) -> None:
    enter(history, "UPS-1", "ups")
    enter(history, "SW-1", parent="UPS-1")
    enter(history, "SW-2", parent="SW-1")
    for values in ({"parent": "SW-2"}, {"parent": "UPS-1"}):
        with pytest.raises(WrongState, match="hang on itself"):
            give(history, ChangeAsset(asset="UPS-1", values=values))


def test_two_devices_do_not_share_an_address_or_a_serial_number_of_one_maker(history: History) -> None:
    enter(history, "SW-1", ip="10.0.0.1", maker="Moxa", serial="7")
    for values in ({"ip": "10.0.0.1"}, {"maker": "Moxa", "serial": "7"}):
        with pytest.raises(WrongState, match="SW-1 as well"):
            give(history, RegisterAsset(asset="SW-2", kind="switch", values=values))
    enter(history, "SW-2", maker="Hirschmann", serial="7")


def test_a_table_is_entered_whole_or_not_at_all(history: History) -> None:
    rows = [
        ImportRow("SW-1", "switch", {"parent": "UPS-1"}),
        ImportRow("UPS-1", "ups", {}),
        ImportRow("gate-1", "camera", {"parent": "SW-1", "name": "Gate"}),
    ]
    with pytest.raises(WrongState, match=r"UPS-2: .*parent.*Nothing was entered"):
        give(history, ImportAssets(rows=[*rows, ImportRow("UPS-2", "ups", {"parent": "UPS-9x"})]))
    assert history.state.assets.by_id == {}
    give(history, ImportAssets(rows=rows), "person:li")
    assert of(history, "gate-1").parent == "SW-1"
    assert of(history, "SW-1").parent == "UPS-1"
    assert give(history, ImportAssets(rows=rows)) == [], "the same table once more changes nothing"
    with pytest.raises(WrongState, match="row 1 again"):
        give(history, ImportAssets(rows=[rows[0], ImportRow("sw-1", "switch")]))
    with pytest.raises(WrongState, match=r"^hub\.toml has no camera nowhere"):
        give(history, ImportAssets(rows=[ImportRow("nowhere", "camera")]))


# --- files, retiring ------------------------------------------------------------------------------------------------


def test_a_file_belongs_to_an_archive_only_when_it_was_handed_over(history: History) -> None:
    add = AddAssetFile(asset="gate-1", attachment=PHOTO, sort="photo", title="front")
    with pytest.raises(Refused, match="handed over"):
        give(history, add)
    photo(history)
    give(history, add)
    assert [file.title for file in of(history, "gate-1").files] == ["front"]
    assert give(history, add) == []
    give(history, RemoveAssetFile(asset="gate-1", attachment=PHOTO, reason="blurred"))
    assert of(history, "gate-1").files == ()


def test_a_pdf_is_no_photo(history: History) -> None:
    photo(history, "application/pdf")
    with pytest.raises(WrongState, match="document"):
        give(history, AddAssetFile(asset="gate-1", attachment=PHOTO, sort="photo"))


def test_what_others_hang_on_is_retired_only_with_a_successor_and_comes_back_for_a_reason(history: History) -> None:
    enter(history, "SW-1")
    enter(history, "SW-2")
    give(history, ChangeAsset(asset="gate-1", values={"parent": "SW-1"}))
    with pytest.raises(WrongState, match="gate-1 hang on SW-1"):
        give(history, RetireAsset(asset="SW-1", reason="burnt"))
    give(history, RetireAsset(asset="SW-1", reason="burnt", replaced_by="sw-2"))
    retired = of(history, "SW-1").retired
    assert retired is not None
    assert (retired.replaced_by, retired.by) == ("SW-2", "person:li")
    with pytest.raises(WrongState, match="retired"):
        give(history, ChangeAsset(asset="SW-1", values={"model": "x"}))
    give(history, RestoreAsset(asset="SW-1", reason="repaired"))
    assert of(history, "SW-1").retired is None
    with pytest.raises(WrongState, match=r"hub\.toml"):
        give(history, RetireAsset(asset="gate-1", reason="old"))


# --- rights ---------------------------------------------------------------------------------------------------------


def test_who_has_no_rights_in_a_domain_neither_enters_nor_moves_assets_of_it(history: History) -> None:
    enter(history, "SW-1", domain="security")
    li = Account("li", "Li", "repairer", ["production"])
    for command in (
        ChangeAsset(asset="SW-1", values={"model": "x"}),
        RegisterAsset(asset="SW-2", kind="switch", values={"domain": "security"}),
        ImportAssets(rows=[ImportRow("SW-2", "switch", {"domain": "security"})]),
        ChangeAsset(asset="gate-1", values={"model": "x"}),
        RetireAsset(asset="sw-1", reason="r"),
    ):
        with pytest.raises(NotAllowed):
            check(li, command, history.state)
    check(li, ChangeAsset(asset="press-1", values={"model": "x"}), history.state)
    assert cameras_of(history.state, ChangeAsset(asset="GATE-1", values={})) == ["gate-1"]
    assert domains_of(history.state, RegisterAsset(asset="SW-2", kind="switch")) == []


# --- life -----------------------------------------------------------------------------------------------------------


def test_availability_is_the_time_judged_good_of_the_time_judged_at_all(history: History) -> None:
    camera = "gate-1"
    history.happen(CameraJudged(camera=camera))
    history.happen(*[HubStartedFiller] * 5)
    history.happen(PictureBlurred(camera=camera, since_at=history.now))
    history.happen(*[HubStartedFiller] * 2)
    history.happen(PictureSharp(camera=camera))
    watched = history.state.assets.lives[camera].watched
    assert watched is not None
    assert (watched.good_s, watched.bad_s, watched.unknown_s) == (6.0, 3.0, 0.0)
    assert watched.availability == pytest.approx(2 / 3)


HubStartedFiller = AssetsAppraised(assets=0, complete=0, share=1.0)
"""An event that says nothing about cameras, a second long."""


def test_the_time_in_which_the_hub_was_away_is_neither_good_nor_bad(history: History) -> None:
    history.happen(CameraJudged(camera="gate-1"))
    history.happen(HubStartedFiller, HubStopped(reason="r"))
    history.happen(HubStartedFiller, HubStartedFiller)
    history.happen(HubStarted(version="1", last_stop="clean"), HubStartedFiller)
    history.happen(PictureBlurred(camera="gate-1", since_at=history.now))
    watched = history.state.assets.lives["gate-1"].watched
    assert watched is not None
    assert (watched.good_s, watched.bad_s, watched.unknown_s) == (4.0, 0.0, 3.0)


def test_before_a_crash_it_was_judged_for_as_long_as_the_hub_is_known_to_have_run(history: History) -> None:
    history.happen(CameraJudged(camera="gate-1"))
    history.happen(*[HubStartedFiller] * 5)
    crashed = HubStarted(version="1", last_stop="unclean", alive_until=history.now - timedelta(seconds=0.75))
    history.happen(crashed, PictureBlurred(camera="gate-1", since_at=history.now))
    watched = history.state.assets.lives["gate-1"].watched
    assert watched is not None
    assert (watched.good_s, watched.unknown_s) == (6.25, 0.75)


def test_the_faults_of_an_asset_are_those_that_name_it_or_its_camera(history: History) -> None:
    enter(history, "SW-1")
    history.happen(
        TicketOpened(ticket="T-1", title=Text(en="Fan"), subject="asset:SW-1"),
        TicketOpened(ticket="T-2", title=Text(en="Lost"), camera="gate-1", subject="camera:gate-1"),
        TicketRestored(ticket="T-1"),
        TicketRelapsed(ticket="T-1"),
    )
    switch, gate = (history.state.assets.lives[name].faults for name in ("SW-1", "gate-1"))
    assert [(fault.ticket, fault.relapses, fault.restored_at) for fault in switch] == [("T-1", 1, None)]
    assert [fault.ticket for fault in gate] == ["T-2"]


# --- the chain, and what comes by itself ----------------------------------------------------------------------------


def test_a_switch_all_of_whose_cameras_are_lost_is_suspected_rather_than_what_it_hangs_on(history: History) -> None:
    cameras = [*SITE.cameras, Camera(id="dock", name=Text(en="Dock"), area="yard", domain="security")]
    history.happen(SiteConfigured(site=Site(areas=SITE.areas, cameras=cameras)))
    enter(history, "UPS-1", "ups")
    for switch in ("SW-1", "SW-2"):
        enter(history, switch, parent="UPS-1")
    for camera, switch in (("press-1", "SW-1"), ("gate-1", "SW-1"), ("dock", "SW-2")):
        give(history, ChangeAsset(asset=camera, values={"parent": switch}))
    history.happen(SignalLost(camera="press-1", since_at=START))
    assert suspects(history.state) == [], "one camera alone may be broken itself"
    history.happen(SignalLost(camera="gate-1", since_at=START))
    assert suspects(history.state) == [Suspect(asset="SW-1", cameras=["gate-1", "press-1"])]
    history.happen(SignalLost(camera="dock", since_at=START))
    assert suspects(history.state) == [Suspect(asset="UPS-1", cameras=["dock", "gate-1", "press-1"], behind=["SW-1"])]


def test_a_warranty_that_ends_soon_is_told_once_and_the_register_looked_through_once_a_day(history: History) -> None:
    ends = (START.date() + timedelta(days=10)).isoformat()
    enter(history, "SW-1", warranty=ends, supplier="Acme")
    assert due(history.state, history.now) == [], "no scheme, no look"
    history.happen(SchemeLoaded(scheme=Scheme()))
    events = due(history.state, history.now)
    history.happen(*events)
    (warned,) = (event for event in events if isinstance(event, WarrantyEnding))
    assert (warned.asset, warned.until, warned.supplier) == ("SW-1", ends, "Acme")
    (looked,) = (event for event in events if isinstance(event, AssetsAppraised))
    assert looked.assets == 3
    assert looked.complete == 0
    assert due(history.state, history.now) == []
    tomorrow = history.state.assets.appraised_at + timedelta(days=1)  # type: ignore[operator]
    assert next_due(history.state) == tomorrow
    assert not any(isinstance(event, WarrantyEnding) for event in due(history.state, tomorrow))


def test_an_asset_that_is_not_there_is_said_so(history: History) -> None:
    with pytest.raises(NotFound, match="no asset SW-9"):
        give(history, ChangeAsset(asset="SW-9", values={"model": "x"}))


def test_an_asset_ages_from_its_use_or_else_from_its_making(history: History) -> None:
    asset = enter(history, "SW-1", manufactured="2019-05-01")
    assert asset.since == date(2019, 5, 1)
    give(history, ChangeAsset(asset="SW-1", values={"commissioned": "2020-01-01"}))
    assert of(history, "SW-1").since == date(2020, 1, 1)
