"""A site that a test changes, as a service follows it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.api import AlarmNow, CameraNow, FollowedRecord, HubError, SiteNow, Text


class Stage:
    """A `hub.api.SiteFeed` whose site and records the test writes."""

    def __init__(self, *cameras: CameraNow) -> None:
        self.cameras = list(cameras)
        self.alarms: list[AlarmNow] = []
        self.written: list[FollowedRecord] = []
        self.troubles: list[str] = []
        """What the service said of itself; empty: it works."""
        self._changes = 0
        self._news = asyncio.Event()

    def site(self) -> SiteNow:
        return SiteNow(name=Text(en="Plant"), position=self.head, cameras=list(self.cameras), alarms=list(self.alarms))

    @property
    def head(self) -> int:
        return len(self.written)

    def write(self, type_: str, at: datetime, *, camera: str | None = None, actor: str = "hub", **body: Any) -> None:
        seq = self.head + 1
        self.written.append(
            FollowedRecord(
                seq=seq,
                at=at,
                seen_at=at,
                actor=actor,
                cause=None,
                type=type_,
                camera=camera,
                body={"camera": camera, **body} if camera else body,
                hash=f"{seq:064x}",
            )
        )
        self.stir()

    def stir(self) -> None:
        """The cameras changed."""
        self._changes += 1
        self._news.set()
        self._news = asyncio.Event()

    def records(self, after: int) -> "Written":
        return Written(self, after)

    def trouble(self, reason: HubError | None) -> None:
        said = "" if reason is None else reason.message
        if self.troubles[-1:] != [said]:
            self.troubles.append(said)

    async def changed(self, since: int) -> int:
        while self._changes == since:
            await self._news.wait()
        return self._changes


class Written:
    def __init__(self, stage: Stage, after: int) -> None:
        self._stage = stage
        self._after = after

    def __aiter__(self) -> "Written":
        return self

    async def __anext__(self) -> list[FollowedRecord]:
        while self._stage.head <= self._after:
            await self._stage._news.wait()
        batch: Sequence[FollowedRecord] = self._stage.written[self._after : self._after + 1000]
        self._after += len(batch)
        return list(batch)

    def close(self) -> None:
        pass
