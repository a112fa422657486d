"""Settings that were read of devices, on the disk."""

import os
from pathlib import Path

import pytest

from hub.core.baselines.compare import digest_of
from hub.errors import SiteError
from hub.runtime.devices.kept_settings import MOST_KEPT, KeptSettings

SETTINGS = {"NTP/Enable": "true", "名称/通道": "大门"}


def test_what_was_kept_is_there_again_byte_for_byte(tmp_path: Path) -> None:
    kept = KeptSettings(tmp_path)
    digest = kept.keep("nvr-1", SETTINGS)
    assert digest == digest_of(SETTINGS)
    assert KeptSettings(tmp_path).load("nvr-1", digest) == SETTINGS
    assert kept.keep("nvr-1", dict(reversed(SETTINGS.items()))) == digest
    assert len([*tmp_path.rglob("*.json")]) == 1


def test_what_was_changed_on_the_disk_is_not_believed(tmp_path: Path) -> None:
    kept = KeptSettings(tmp_path)
    digest = kept.keep("nvr-1", SETTINGS)
    (file,) = tmp_path.rglob("*.json")
    file.write_text(file.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    with pytest.raises(SiteError, match="changed on the disk"):
        kept.load("nvr-1", digest)
    file.write_bytes(b"{")
    with pytest.raises(SiteError, match="cannot be read"):
        kept.load("nvr-1", digest)
    file.unlink()
    with pytest.raises(SiteError, match="not kept any more"):
        kept.load("nvr-1", digest)


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    kept = KeptSettings(tmp_path / "settings")
    kept.keep("../../etc", SETTINGS)
    assert [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.json")] == ["settings"]
    with pytest.raises(SiteError, match="no digest"):
        kept.load("nvr-1", "../../../etc/passwd")


def test_the_oldest_are_forgotten_but_those_that_are_needed(tmp_path: Path) -> None:
    kept = KeptSettings(tmp_path)
    digests = [kept.keep("nvr-1", {"n": str(number)}) for number in range(MOST_KEPT + 5)]
    for age, digest in enumerate(reversed(digests)):
        path = tmp_path / "nvr-1" / f"{digest}.json"
        os.utime(path, ns=(10**18 - age, 10**18 - age))
    kept.prune("nvr-1", {digests[0]})
    left = {path.stem for path in tmp_path.rglob("*.json")}
    assert left == {digests[0], *digests[5:]}


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SiteError, match="settings of nvr-1 cannot be kept"):
        KeptSettings(tmp_path / "settings").keep("nvr-1", SETTINGS)
