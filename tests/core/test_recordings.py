import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.recordings import (
    Segment,
    file_name,
    leaf_of,
    manifest_of,
    merkle_root,
    parse_file_name,
    parse_manifest,
    runs_of,
    seal_of,
    segment_name,
)

AT = datetime(2026, 1, 5, 8, 0, 0, 250_000, tzinfo=UTC)


def segment(camera: str = "gate-1", begin_at: datetime = AT, **changes: object) -> Segment:
    values: dict[str, object] = {
        "camera": camera,
        "stream": "main",
        "begin_at": begin_at,
        "end_at": begin_at + timedelta(seconds=60),
        "media_s": 60.0,
        "frames": 1500,
        "bytes": 1_000,
        "sha256": hashlib.sha256(camera.encode()).hexdigest(),
        "codec": "h264",
        "ended": "rolled",
    }
    return Segment(**values | changes)  # type: ignore[arg-type]


def test_a_file_s_name_tells_camera_stream_and_beginning_in_utc() -> None:
    assert segment_name("gate_1", "sub", AT) == "gate_1/2026-01-05/gate_1_sub_20260105T080000.250Z.mp4"
    east = AT.astimezone().replace(microsecond=250_999)
    assert parse_file_name(file_name("gate_1", "sub", east)) == ("gate_1", "sub", AT)


@pytest.mark.parametrize(
    "name",
    [
        "x.mp4",
        "../a_main_20260105T080000.250Z.mp4",
        "a_main_20261305T080000.250Z.mp4",
        "a_best_20260105T080000.250Z.mp4",
    ],
)
def test_a_foreign_file_is_none_of_ours(name: str) -> None:
    assert parse_file_name(name) is None


# Merkle tree hashes of RFC 6962 for the leaves of its reference implementation's test data.
_LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}


@pytest.mark.parametrize(("count", "root"), _ROOTS.items())
def test_the_root_is_that_of_rfc_6962(count: int, root: str) -> None:
    assert merkle_root(_LEAVES[:count]).hex() == root


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=40), st.data())
def test_any_change_of_a_sealed_segment_changes_the_root(sizes: list[int], data: st.DataObject) -> None:
    segments = [segment(f"cam-{n}", bytes=size) for n, size in enumerate(sizes)]
    listed = parse_manifest(manifest_of(segments))
    assert [one.name for one in listed] == [one.name for one in segments]
    changed = list(listed)
    n = data.draw(st.integers(0, len(sizes) - 1))
    changed[n] = changed[n]._replace(bytes=changed[n].bytes + 1)
    assert seal_of(changed) != seal_of(listed)
    assert seal_of(listed[:-1]) != seal_of(listed)


def test_a_leaf_binds_name_length_and_content() -> None:
    assert len({leaf_of("a", 1, "x"), leaf_of("b", 1, "x"), leaf_of("a", 2, "x"), leaf_of("a", 1, "y")}) == 4


def test_what_is_removed_is_told_by_camera_with_its_period() -> None:
    later = AT + timedelta(seconds=60)
    runs = runs_of([segment(), segment(begin_at=later), segment("yard")])
    assert [(run.camera, run.count, run.bytes) for run in runs] == [("gate-1", 2, 2000), ("yard", 1, 1000)]
    assert (runs[0].from_at, runs[0].to_at) == (AT, later + timedelta(seconds=60))


def test_a_run_holds_nothing_that_may_have_been_kept() -> None:
    """What lies between two deleted segments and was protected must not count as deleted."""
    later = AT + timedelta(seconds=120)
    runs = runs_of([segment(begin_at=later), segment()])
    assert [(run.from_at, run.count) for run in runs] == [(AT, 1), (later, 1)]
