"""`hub_disk` keeps the contract of storages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.testing.contracts import StorageContract


class TestDisk(StorageContract):
    module = "hub_disk"
    name = "disk"

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"path": str(tmp_path / "nas"), "mounted": False, "min_free_gb": 0.0}
