"""hub.toml is replaced whole, checked before, never over somebody else's change, and the former one is kept."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.config.hub_toml.saving import KEPT, change_site
from hub.errors import ConfigError, Refused, SiteError, WrongState

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "hub.toml").write_bytes(b"# one\r\n")
    (tmp_path / "hub.toml").chmod(0o640)
    return tmp_path


def accept(text: str) -> None:
    pass


def test_the_new_text_is_there_with_the_rights_of_the_old_one_which_is_kept(site: Path) -> None:
    kept = change_site(site, lambda text: text + "# two\r\n", accept, NOW)
    assert (site / "hub.toml").read_bytes() == b"# one\r\n# two\r\n"
    assert kept.read_bytes() == b"# one\r\n"
    assert stat.S_IMODE((site / "hub.toml").stat().st_mode) == stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert sorted(os.listdir(site)) == ["hub.toml", kept.name]


def test_what_is_not_accepted_leaves_everything_as_it_was(site: Path) -> None:
    def refuse(text: str) -> None:
        raise Refused("no")

    with pytest.raises(Refused):
        change_site(site, lambda text: "# other", refuse, NOW)
    assert os.listdir(site) == ["hub.toml"]
    assert (site / "hub.toml").read_bytes() == b"# one\r\n"


def test_a_change_by_somebody_else_meanwhile_is_not_lost(site: Path) -> None:
    def edited(text: str) -> None:
        (site / "hub.toml").write_bytes(b"# theirs\n")

    with pytest.raises(WrongState, match="somebody else"):
        change_site(site, lambda text: "# ours", edited, NOW)
    assert (site / "hub.toml").read_bytes() == b"# theirs\n"


def test_a_link_stays_a_link(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("etc") / "plant.toml"
    (site / "hub.toml").rename(elsewhere)
    (site / "hub.toml").symlink_to(elsewhere)
    change_site(site, lambda text: "# two", accept, NOW)
    assert (site / "hub.toml").is_symlink()
    assert elsewhere.read_text() == "# two"


def test_only_the_newest_former_versions_stay(site: Path) -> None:
    (site / "hub.toml.own.bak").write_text("somebody's own")
    for n in range(KEPT + 3):
        change_site(site, lambda text, n=n: f"# {n}", accept, NOW + timedelta(seconds=n))  # type: ignore[misc]
    kept = sorted(site.glob("hub.toml.2*.bak"))
    assert len(kept) == KEPT
    assert kept[-1].read_text() == f"# {KEPT + 1}"
    assert (site / "hub.toml.own.bak").exists()


def test_a_file_that_cannot_be_read_or_replaced_is_said(site: Path) -> None:
    (site / "hub.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        change_site(site, lambda text: text, accept, NOW)
    (site / "hub.toml").write_bytes(b"# one\n")
    # Somebody put a folder where the former version would be kept.
    (site / f"hub.toml.{NOW:%Y%m%dT%H%M%S.%fZ}.bak").mkdir()
    with pytest.raises(SiteError, match="cannot be written"):
        change_site(site, lambda text: "# two", accept, NOW)
    assert (site / "hub.toml").read_bytes() == b"# one\n"
