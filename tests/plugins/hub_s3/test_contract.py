"""`hub_s3` keeps the contract of storages, in plain buckets and in those with object lock."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from hub.testing.contracts import RemoteStorageContract
from tests.plugins.hub_s3.conftest import ACCESS, SECRET, make_options


class TestS3(RemoteStorageContract):
    module = "hub_s3"
    name = "s3"
    secrets: ClassVar[tuple[str, ...]] = (ACCESS, SECRET)

    @pytest.fixture
    def options(self, server: str, bucket: str) -> Mapping[str, Any]:
        return make_options(server, bucket, prefix="plant-2/")

    @pytest.fixture
    def unreachable(self, nobody: str) -> Mapping[str, Any]:
        return make_options(nobody, "recordings")


class TestS3WithObjectLock(TestS3):
    @pytest.fixture
    def options(self, server: str, locking: str) -> Mapping[str, Any]:
        return make_options(server, locking)
