"""Somebody at the hub's real API, who acts whatever happens to it, and remembers what it said it has written."""

import asyncio
import random
import threading
from datetime import timedelta
from pathlib import Path
from typing import Self

from hub.client.http import HttpClient, find_hub
from hub.client.views import SiteView
from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.core.command import Command
from hub.core.rounds.commands import CompleteRound
from hub.core.rules.commands import PauseRule, ResumeRule
from hub.core.tickets.commands import CloseTicket, ReportRepair
from hub.errors import HubUnreachable, Refused
from tests.chaos.site import ACCOUNT, PASSWORD

_THINKS_S = 0.05
_PATIENCE_S = 5.0


class Person:
    """Acts from a thread of its own between entering and leaving the context."""

    def __init__(self, site: Path, seed: int) -> None:
        self.acknowledged: dict[int, str] = {}
        """What the hub said it has written: number and hash of the record."""
        self._site = site
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._act()))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.leave()

    def leave(self) -> None:
        self._over.set()
        self._thread.join(30)

    async def _act(self) -> None:
        client: HttpClient | None = None
        token = ""
        while not self._over.is_set():
            try:
                client = client or HttpClient(find_hub(self._site), token=token)
                async with asyncio.timeout(_PATIENCE_S):
                    token = token or (await client.sign_in(ACCOUNT, PASSWORD)).token
                    view = await client.site()
                    for command in self._wishes(view):
                        written = await client.send(command)
                        self.acknowledged |= {record.seq: record.hash for record in written}
            except Refused:
                pass  # somebody was quicker: the rules
            except (HubUnreachable, TimeoutError):
                if client is not None:
                    await client.close()
                client = None
            await asyncio.sleep(_THINKS_S)
        if client is not None:
            await client.close()

    def _wishes(self, view: SiteView) -> list[Command]:
        wishes = self._turn_off_and_on(view)
        alarms = [shown.alarm for shown in view.alarms if shown.state in ("unacknowledged", "returned")]
        if alarms and self._dice.random() < 0.5:
            alarm = self._dice.choice(alarms)
            if self._dice.random() < 0.4:
                until_at = view.at + timedelta(seconds=self._dice.uniform(20, 120))
                wishes.append(ShelveAlarm(alarm=alarm.id, reason="It is being looked at.", until_at=until_at))
            else:
                wishes.append(AcknowledgeAlarm(alarm=alarm.id))
        if verified := [shown.ticket for shown in view.tickets if shown.state == "verified"]:
            wishes.append(CloseTicket(ticket=self._dice.choice(verified).id, cause="A loose plug."))
        elif restored := [shown.ticket for shown in view.tickets if shown.state in ("restored", "verifying")]:
            wishes.append(ReportRepair(ticket=self._dice.choice(restored).id, cause="A loose plug."))
        if view.rounds and self._dice.random() < 0.3:
            wishes.append(CompleteRound(round=self._dice.choice(view.rounds).id))
        return wishes

    def _turn_off_and_on(self, view: SiteView) -> list[Command]:
        if self._dice.random() > 0.4:
            return []
        if self._dice.random() < 0.5:
            return [ResumeRule(rule="sleepy")]
        ends = self._dice.random() < 0.5
        until_at = view.at + timedelta(seconds=self._dice.uniform(60, 180)) if ends else None
        return [PauseRule(rule="sleepy", reason="It is being tried out.", until_at=until_at)]
