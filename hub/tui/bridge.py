"""The only module of the TUI that talks to the hub: follows it, fetches what is shown, passes on what people ask."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from textual.message import Message

from hub.client import (
    CaseView,
    EventView,
    HubClient,
    RecordingDay,
    RuleAccount,
    RuleDetail,
    RuleFiles,
    RuleView,
    Session,
)
from hub.client.attachments import read_attachment
from hub.clock import Clock
from hub.core.command import Command
from hub.core.explanation import Explanation
from hub.errors import HubError, HubUnreachable, NotSignedIn
from hub.tui.halfblocks import Image, decode_jpeg, decode_picture
from hub.tui.messages import AlarmRaised, Happened, LinkBack, LinkLost, RuleQuestion, SessionEnded, SiteChanged

T = TypeVar("T")

SILENCE_S = 15.0
"""The hub says something at least every 5 s; silence three times as long means that the line is dead."""

ANSWER_S = 10.0
"""How long a single question may take."""

KEPT_PICTURES = 32

ATTACHMENT = "attachment:"


class Bridge:
    """Follows one client and posts what it learns. All of it runs on the app's event loop; pictures are decoded in
    threads. `refetch_s` is the least time between two readings of the site, `back_off_s` the first and the longest
    wait before the hub is tried again."""

    def __init__(
        self,
        client: HubClient,
        post: Callable[[Message], object],
        clock: Clock,
        *,
        refetch_s: float = 0.3,
        back_off_s: tuple[float, float] = (0.5, 8.0),
    ) -> None:
        self._client = client
        self._post = post
        self._clock = clock
        self._refetch_s = refetch_s
        self._back_off_s = back_off_s
        self._changed = asyncio.Event()
        self._evidence: OrderedDict[str, Image] = OrderedDict()
        self._up = False
        self._reached = False
        self._seen: int | None = None

    async def follow(self) -> None:
        """Keep the TUI told until cancelled or until the sign-in ends. Never raises otherwise."""
        first, longest = self._back_off_s
        wait = first
        self._up = False
        while True:
            try:
                await self._follow_once()
            except NotSignedIn as ended:
                self._post(SessionEnded(ended.message))
                return
            except HubError as error:
                self._lost(error.message)
            except Exception as error:
                # A hub of another version may send what cannot be read: staff must see that, not a traceback.
                self._lost(f"{type(error).__name__}: {error}"[:200])
            if self._reached:
                wait = first
            await asyncio.sleep(wait)
            wait = min(longest, wait * 2)

    def forget(self) -> None:
        """Another person may see other things: start from nothing."""
        self._evidence.clear()
        self._seen = None
        self._up = False

    async def sign_in(self, account: str, password: str, code: str = "") -> Session:
        return await _in_time(self._client.sign_in(account, password, code))

    async def sign_out(self) -> None:
        await _in_time(self._client.sign_out())

    async def give(self, command: Command) -> None:
        """Ask for one command to be carried out; what it changed is shown soon after."""
        await _in_time(self._client.send(command))
        self._changed.set()

    async def ask(self, question: Callable[[HubClient], Coroutine[Any, Any, T]], within_s: float = ANSWER_S) -> T:
        """Put any question to the hub."""
        return await _in_time(question(self._client), within_s)

    async def upload(self, file: str) -> str:
        """Send a file of this machine to the hub; returns the attachment's id."""
        path = Path(file)
        data = await asyncio.to_thread(lambda: read_attachment(path.expanduser()))
        return await _in_time(self._client.attach(path.name, data))

    async def rules(self) -> list[RuleView]:
        return await _in_time(self._client.rules())

    async def about_rule(self, what: RuleQuestion, rule: str) -> RuleDetail | RuleAccount | list[CaseView] | RuleFiles:
        match what:
            case "rule":
                return await _in_time(self._client.rule(rule))
            case "account":
                return await _in_time(self._client.rule_account(rule))
            case "cases":
                return await _in_time(self._client.rule_cases(rule))
            case "files":
                return await _in_time(self._client.rule_files())

    async def records(self, *, limit: int, before: int | None, subject: str) -> list[EventView]:
        return await _in_time(self._client.events(limit=limit, before=before, subject=subject))

    async def picture(self, camera: str) -> tuple[Image, int]:
        """The newest picture of a camera, and a number that changes when it does."""
        data = await _in_time(self._client.picture(camera))
        return await asyncio.to_thread(decode_jpeg, data), hash(data)

    async def explain(self, camera: str) -> Explanation:
        """Why a camera is judged as it is now."""
        return await _in_time(self._client.explain(camera))

    async def recording_day(self, camera: str, day: date) -> RecordingDay | None:
        """What was planned and recorded of a camera on a day of the site; None when nothing was planned."""
        days = await _in_time(self._client.recording_days(camera=camera, first=day, last=day))
        return days[0] if days else None

    async def evidence(self, path: str) -> Image:
        """A picture kept as evidence, or handed over (`ATTACHMENT` before its id); it never changes, so the last few
        are kept decoded."""
        if path not in self._evidence:
            client, name = self._client, path.removeprefix(ATTACHMENT)
            data = await _in_time(client.attachment(name) if name != path else client.evidence(path))
            self._evidence[path] = await asyncio.to_thread(decode_picture, data)
            while len(self._evidence) > KEPT_PICTURES:
                self._evidence.popitem(last=False)
        self._evidence.move_to_end(path)
        return self._evidence[path]

    async def _follow_once(self) -> None:
        self._reached = False
        position = await self._fetch()
        self._reached = True
        self._seen = position if self._seen is None else min(self._seen, position)
        self._changed.clear()
        refetching = asyncio.create_task(self._refetch())
        try:
            await self._listen(self._seen, refetching)
        finally:
            refetching.cancel()
            await asyncio.gather(refetching, return_exceptions=True)

    async def _listen(self, after: int, refetching: asyncio.Task[None]) -> None:
        stream = aiter(self._client.follow(after))
        while True:
            arriving = asyncio.ensure_future(anext(stream))
            try:
                await asyncio.wait({arriving, refetching}, timeout=SILENCE_S, return_when=asyncio.FIRST_COMPLETED)
            finally:
                answered = arriving.done()
                if not answered:
                    arriving.cancel()
                    await asyncio.gather(arriving, return_exceptions=True)
            if not answered:
                if refetching.done():
                    refetching.result()
                raise HubUnreachable(f"Nothing came from the hub for {SILENCE_S:.0f} s.")
            try:
                self._take(arriving.result())
            except StopAsyncIteration:
                raise HubUnreachable("The hub closed the connection.") from None

    def _take(self, events: Sequence[EventView]) -> None:
        if events:
            self._seen = events[-1].seq
            self._post(Happened(events))
        covered = {view.event.get("alarm") for view in events if view.type == "alarm.suppressed"}
        for view in events:
            # One whose priority a rule or a leader raises rings as one that was raised.
            if view.type in ("alarm.raised", "alarm.prioritised") and view.event.get("alarm") not in covered:
                self._post(AlarmRaised(view, str(view.event.get("priority", ""))))
        self._changed.set()

    async def _refetch(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._fetch()
            await asyncio.sleep(self._refetch_s)

    async def _fetch(self) -> int:
        site = await _in_time(self._client.site())
        if not self._up:
            self._up = True
            self._post(LinkBack())
        self._post(SiteChanged(site, self._clock.monotonic()))
        return site.position

    def _lost(self, reason: str) -> None:
        self._up = False
        self._post(LinkLost(reason))


async def _in_time(answer: Coroutine[Any, Any, T], within_s: float = ANSWER_S) -> T:
    try:
        async with asyncio.timeout(within_s):
            return await answer
    except TimeoutError:
        raise HubUnreachable(f"The hub did not answer within {within_s:.0f} s.") from None
