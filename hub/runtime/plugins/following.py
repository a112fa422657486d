"""What services that follow the site are given (`hub.ports.SiteFeed`), read from what the API sees of the hub."""

import asyncio
from typing import Any

import msgspec

from hub.core.event import Record, wire_name
from hub.core.text import Text
from hub.errors import HubError, PluginError
from hub.ports import AlarmNow, CameraNow, FollowedRecord, RecordStream, SiteNow
from hub.runtime.backend import FoldedRecords, HubBackend
from hub.runtime.plugins.faults import PluginFaults
from hub.server.views.state import camera_view


class HubFeed:
    """On the hub's event loop."""

    def __init__(self, backend: HubBackend, faults: PluginFaults, plugin: str, service: str) -> None:
        self._backend = backend
        self._faults = faults
        self._plugin = plugin
        self._part = f"service {service}"

    def site(self) -> SiteNow:
        """The site now."""
        backend = self._backend
        state, statuses, recorded, now = (
            backend.state(),
            backend.statuses(),
            backend.recorded_now(),
            backend.clock.now(),
        )
        areas = {area.id: area.name for area in state.site.areas}
        cameras = []
        for camera in state.site.cameras:
            view = camera_view(camera, state.cameras.get(camera.id), statuses.get(camera.id), now)
            recording = recorded.get(camera.id)
            cameras.append(
                CameraNow(
                    id=camera.id,
                    name=camera.name,
                    area=areas.get(camera.area, Text(en=camera.area)),
                    domain=camera.domain,
                    condition=view.condition,
                    signal=view.signal,
                    findings=[finding.kind for finding in view.findings],
                    recording=recording.state if recording is not None else None,
                    last_picture_at=view.last_picture_at,
                    fps=view.fps,
                    kbps=view.kbps,
                )
            )
        alarms = [
            AlarmNow(
                id=alarm.id,
                rule=alarm.rule,
                title=alarm.title,
                priority=alarm.priority,
                state=alarm.state,
                camera=alarm.camera,
                raised_at=alarm.raised_at,
            )
            for alarm in state.alarms.values()
        ]
        return SiteNow(name=state.site.name, position=state.position, cameras=cameras, alarms=alarms)

    @property
    def head(self) -> int:
        return self._backend.state().position

    def records(self, after: int) -> RecordStream:
        """The records above `after`, and then each as it is written."""
        return _Records(self._backend.subscribe(after))

    async def changed(self, since: int) -> int:
        """Wait until the count of changes differs from `since`."""
        backend = self._backend
        while True:
            pulses, position = await backend.changed(-1), backend.state().position
            if pulses + position != since:
                return pulses + position
            waiting = [
                asyncio.create_task(backend.changed(pulses)),
                asyncio.create_task(backend.wait_folded(position + 1)),
            ]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()

    def trouble(self, reason: HubError | None) -> None:
        """Show what keeps the service from its work; None: nothing does."""
        if reason is None:
            self._faults.works(self._plugin, self._part)
        else:
            # Without the place in the code: the plugin works, and says what does not.
            self._faults.broke(self._plugin, self._part, PluginError(reason.message))


class _Records:
    """A subscription in the shape that plugins read."""

    def __init__(self, batches: FoldedRecords) -> None:
        self._batches = batches

    def __aiter__(self) -> "_Records":
        return self

    async def __anext__(self) -> list[FollowedRecord]:
        return [followed(record) for record in await anext(self._batches)]

    def close(self) -> None:
        self._batches.close()


def followed(record: Record) -> FollowedRecord:
    """A record as plugins read it."""
    body: dict[str, Any] = msgspec.to_builtins(record.event)
    kind = body.pop("type", wire_name(record.event))
    camera = body.get("camera")
    return FollowedRecord(
        seq=record.seq,
        at=record.at,
        seen_at=record.seen_at,
        actor=record.actor,
        cause=record.cause,
        type=kind,
        camera=camera if isinstance(camera, str) and camera else None,
        body=body,
        hash=record.hash.hex(),
    )
