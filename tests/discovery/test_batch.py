"""Tables of cameras: what is right becomes what is added, what is wrong is named by its place."""

from hypothesis import given
from hypothesis import strategies as st

from hub.client.discovery import NewCamera
from hub.discovery.batch import Batch, Site, parse_batch

SITE = Site(drivers=("hikvision", "onvif"), areas=("gates", "yard"), ids=("gate-1",))
HEADING = "id,name,name_zh,area,domain,driver,host,port,channel,device,tls,fingerprint,ptz,tags,user,password\n"


def places(batch: Batch) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in batch.problems]


def test_a_line_becomes_a_camera() -> None:
    tags = "line:a switch:sw-1"
    line = f"gate-2,North,北门,gates,security,onvif,10.0.0.2,8080,2,,yes,{'ab' * 32},yes,{tags},watch,env:PW\n"
    (adding,) = parse_batch(HEADING + line, SITE).adding
    assert adding.target.host == "10.0.0.2"
    assert (adding.target.port, adding.target.tls, adding.target.fingerprint) == (8080, True, "ab" * 32)
    assert not adding.target.approved
    assert adding.cameras == [
        NewCamera(
            id="gate-2",
            name_en="North",
            name_zh="北门",
            area="gates",
            domain="security",
            channel=2,
            ptz=True,
            tags=["line:a", "switch:sw-1"],
        )
    ]


def test_a_chinese_table_of_a_spreadsheet_is_read() -> None:
    text = "\ufeff编号;名称;区域;用途;驱动;地址\ngate-2;北门;gates;保卫;onvif;10.0.0.2\n"
    (adding,) = parse_batch(text, SITE).adding
    assert (adding.cameras[0].name_en, adding.cameras[0].name_zh) == ("", "北门")
    assert adding.cameras[0].domain == "security"


def test_channels_of_a_recorder_are_one_device_and_must_not_contradict_it() -> None:
    rows = [
        "a,A,,gates,security,hikvision,10.0.0.9,,1,nvr,,,,,,",
        "b,B,,gates,security,hikvision,,,2,nvr,,,,,,",
        "c,C,,gates,security,onvif,10.0.0.8,,3,nvr,,,,,,",
        "nvr,D,,gates,security,onvif,10.0.0.7,,,,,,,,,",
    ]
    batch = parse_batch(HEADING + "\n".join(rows), SITE)
    (adding,) = batch.adding
    assert adding.device == "nvr"
    assert [(camera.id, camera.channel) for camera in adding.cameras] == [("a", 1), ("b", 2)]
    assert places(batch) == [(4, 6), (4, 7), (5, 1)]


def test_each_wrong_cell_is_named_by_line_and_column() -> None:
    rows = [
        "gate-1,In the file,,gates,security,onvif,10.0.0.2,,,,,,,,,",
        "Gate 3,Bad,,nowhere,both,axis,,0,x,,maybe,ab,perhaps,A B,,",
        "ok,Good,,gates,security,onvif,10.0.0.2,,,,,,,,,",
        "ok,Twice,,gates,security,onvif,10.0.0.3,,,,,,,,,",
    ]
    batch = parse_batch(HEADING + "\n".join(rows), SITE)
    assert places(batch) == [(2, 1), *((3, n) for n in (1, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14)), (5, 1)]
    assert "line 4" in batch.problems[-1].said("t.csv")
    assert "第 4 行" in batch.problems[-1].said("t.csv", "zh_CN")
    assert [adding.cameras[0].id for adding in batch.adding] == ["ok"]


def test_columns_that_are_not_known_missing_or_double_are_named() -> None:
    assert places(parse_batch("id,colour,id,area\n", SITE)) == [(1, 2), (1, 3), (1, 0), (1, 0)]
    assert places(parse_batch("", SITE)) == [(1, 0)]
    assert (
        "quot" in parse_batch('id,area,domain,driver\n"a', SITE).problems[0].said("t.csv")
        or parse_batch('id,area,domain,driver\n"a', SITE).problems
    )


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=16))
def test_any_table_is_read_or_named_and_never_raises(text: str, cells: list[str]) -> None:
    for table in (text, HEADING + text, HEADING + ",".join(cells)):
        batch = parse_batch(table, SITE)
        assert all(problem.line >= 1 and problem.column >= 0 for problem in batch.problems)
        for adding in batch.adding:
            assert adding.target.driver in SITE.drivers
            assert all(camera.area in SITE.areas and camera.id not in SITE.ids for camera in adding.cameras)
