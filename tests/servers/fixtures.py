"""Pytest fixtures of the test servers. Take them into the `conftest.py` of a test folder:

from tests.servers.fixtures import camera_farm, clips  # noqa: F401
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

MakeFarm = Callable[..., CameraFarm]


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Clips by scene, made on first use: `clips.path("plain")`."""
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def camera_farm(clips: Clips) -> Iterator[MakeFarm]:
    """`camera_farm(cameras=2, scenes=("plain", "black"), account=("user", "password"))` starts a `CameraFarm`.

    `paths` are other clips by name, at another `fps`. The first scene is shown at the start. Every farm ends with the
    test.
    """
    with ExitStack() as stack:

        def make(
            cameras: int = 1,
            scenes: tuple[str, ...] = ("plain",),
            account: tuple[str, str] | None = None,
            paths: Mapping[str, Path] | None = None,
            fps: int | str | None = None,
        ) -> CameraFarm:
            shown = paths or {scene: clips.path(scene) for scene in scenes}
            return stack.enter_context(CameraFarm(shown, cameras=cameras, fps=fps or clips.fps, account=account))

        yield make
