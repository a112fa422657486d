"""When a test server cannot serve, it is told at once and for the right reason."""

from pathlib import Path

import pytest

from tests.servers.cameras import CameraFarm


def test_a_clip_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.h264"):
        CameraFarm({"gone": tmp_path / "gone.h264"}).start()


def test_a_server_that_ends_says_so_instead_of_being_waited_for(tmp_path: Path, capfd) -> None:
    nonsense = tmp_path / "nonsense.h264"
    nonsense.write_bytes(b"no clip at all")
    with pytest.raises(RuntimeError, match="ended with code 1"):
        CameraFarm({"nonsense": nonsense}).start()
    assert "not a clip" in capfd.readouterr().err
