"""What a vendor's sessions make of the states that devices are in."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from hub.errors import DeviceError, Unsupported
from hub.testing.contracts.vendor_base import DiskKind, Open, VendorBase
from hub.vendor.values import Capability

_NOT_TOLD = ("unsupported", "unknown")


class VendorCases(VendorBase):
    """Channels, disks, clocks and words from tomorrow."""

    def test_no_channel_at_all_is_no_answer(self, opened: Open, could: frozenset[Capability]) -> None:
        with self.device(self.no_channels() if "channels" in could else {}) as server:
            desk = opened(server.access())
            health = desk.ask("health")
            if "channels" in could:
                assert isinstance(desk.ask("channels"), DeviceError)
                assert isinstance(health, DeviceError) or health.channels.status != "ok"
            else:
                assert health.channels.status in _NOT_TOLD

    def test_cameras_that_left_their_recorder_are_told(self, opened: Open, could: frozenset[Capability]) -> None:
        changes, gone = self.offline_channels() if "channels" in could else ({}, frozenset())
        with self.device(changes) as server:
            channels = opened(server.access()).ask("health").channels
        assert {channel.number for channel in channels.value or () if channel.online is False} == gone
        assert not gone or any(channel.online for channel in channels.value or ())

    @pytest.mark.parametrize("kind", get_args(DiskKind))
    def test_disks_are_told_as_they_are(self, opened: Open, could: frozenset[Capability], kind: DiskKind) -> None:
        if kind not in self.disk_kinds:
            assert kind in ("none", "full"), f"every vendor tells of a disk that is {kind}"
            return
        with self.device(self.disks(kind) if "storage" in could else {}) as server:
            volumes = opened(server.access()).ask("health").volumes
        states = {volume.state for volume in volumes.value or ()}
        if "storage" not in could:
            assert volumes.status in _NOT_TOLD
        elif kind == "none":
            assert volumes.status in ("ok", "unsupported"), volumes
            assert states <= {"absent"}
        else:
            wanted = {"full": {"full"}, "error": {"failed", "degraded"}, "overwriting": {"ok"}}[kind]
            assert volumes.status == "ok", volumes
            assert states & wanted, f"{kind}: {states}"

    @pytest.mark.parametrize("hours", [-7, 0, 7])
    def test_a_clock_that_is_wrong_is_told(self, opened: Open, could: frozenset[Capability], hours: int) -> None:
        self._assert_clock(opened, could, datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours))

    @pytest.mark.parametrize(
        "day", [datetime(2026, month, 15, hour, 30, tzinfo=UTC) for month in (1, 7) for hour in (1, 23)], ids=str
    )
    def test_summer_time_is_no_drift(self, opened: Open, could: frozenset[Capability], day: datetime) -> None:
        self._assert_clock(opened, could, day)

    def _assert_clock(self, opened: Open, could: frozenset[Capability], at: datetime) -> None:
        with self.device(self.clock_shows(at) if "clock" in could else {}) as server:
            access = server.access()
            clock = opened(access).ask("health").clock
            if "clock" not in could:
                assert clock.status in _NOT_TOLD
                return
            assert clock.value is not None, clock
            assert abs(clock.value.at - at) <= timedelta(seconds=1), f"{clock.value.at} for {at}"
            assert abs(clock.value.asked_at - access.now()) < timedelta(seconds=self.deadline_s)

    def test_words_from_tomorrow_are_unknown_and_no_fault(self, opened: Open) -> None:
        with self.device(self.unknown_words()) as server:
            answers = opened(server.access()).ask_all()
        for name, value in answers.items():
            assert not isinstance(value, DeviceError) or isinstance(value, Unsupported), f"{name}: {value!r}"
        states = {volume.state for volume in answers["health"].volumes.value or ()}
        assert not states & {"failed", "full", "degraded"}, states
