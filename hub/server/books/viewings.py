"""Which viewings are open: who looks at what since when, by which links, and when each is over.

A link is good once: the first player that opens it is led to another address, which nobody else learns and no list of
processes shows, and which is bound to where that player asked from. Both end with the viewing, and the viewing ends
with the sign-in it belongs to.
"""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import suppress

import structlog

from hub.client.viewings import OVER, PlayLink, ViewingView
from hub.clock import Clock
from hub.core.event import Event
from hub.core.people.account import Account
from hub.core.people.rights import check_right
from hub.core.recorded import Span
from hub.core.recordings import RecordingViewed, Stream, stamp
from hub.core.viewings.events import LiveViewed, Shown, ViewingEnded, Why
from hub.core.viewings.reel import Part
from hub.errors import HubError, NotAllowed, NotFound
from hub.server.accounts.sign_in import SignInDesk
from hub.server.backend import Backend
from hub.server.problems import Busy
from hub.server.views.state import check_camera

LINK_S = 120.0
"""A link that nobody opened for so long is good no more."""
AGAIN_S = 10.0
"""Players ask twice before they play: for so long after the first time the same link leads the same player on."""
_LIVE_IDLE_S = 30.0
_LOOK_S = 2.0
_STOP_S = 1.0
_MOST_LINKS = 200
_BURST_S = 4.0

_log = structlog.get_logger("hub.server")


class OpenViewing:
    """One person who looks at one camera."""

    def __init__(
        self,
        account: Account,
        token: str,
        camera: str,
        clock: Clock,
        *,
        span: Span | None = None,
        stream: Stream = "watched",
    ) -> None:
        """`span`: the period of a recording; None: it is shown live. `token`: of the sign-in that it ends with."""
        self.id = secrets.token_hex(8)
        self.account = account
        self.token = token
        self.camera = camera
        self.span = span
        self.stream: Stream = stream
        self.began_at = clock.now()
        self.used_s = clock.monotonic()
        self._paid_s = self.used_s - _BURST_S
        self.sent = 0
        self.thumbnails = 0
        self.over = asyncio.Event()

    @property
    def shown(self) -> Shown:
        return "recording" if self.span is not None else "live"

    def wait_s(self, count: int, bytes_s: float, now_s: float) -> float:
        """How long to wait before so many bytes are sent, so that no more go out than may."""
        self.used_s = now_s
        self.sent += count
        self._paid_s = max(self._paid_s, now_s - _BURST_S) + count / bytes_s
        return max(0.0, self._paid_s - now_s)


class Reel:
    """What a link leads to: `part` of a recording, or (None) the live picture, for whoever asks from `peer`."""

    def __init__(self, viewing: OpenViewing, part: Part | None, made_s: float) -> None:
        self.viewing = viewing
        self.part = part
        self.made_s = made_s
        self.token = secrets.token_urlsafe(24)
        self.peer = ""
        self.opened_s: float | None = None


class ViewingBook:
    """On the hub's event loop; what it knows is lost with the hub, and with it every link."""

    def __init__(self, backend: Backend, desk: SignInDesk) -> None:
        self._backend = backend
        self._desk = desk
        self._open: dict[str, OpenViewing] = {}
        self._tickets: dict[str, Reel] = {}
        self._reels: dict[str, Reel] = {}

    async def begin(self, viewing: OpenViewing, reason: str) -> None:
        """Put it on record; from then on it is open. Raises `Busy`, `JournalBlocked`."""
        limits = self._backend.footage.viewing.limits
        own = sum(one.account.id == viewing.account.id for one in self._open.values())
        if len(self._open) >= limits.at_once or own >= limits.of_one_person:
            raise Busy("Too many recordings and cameras are looked at already.", hint="Close a player first.")
        self._open[viewing.id] = viewing
        began: Event
        if viewing.span is not None:
            from_at, to_at = viewing.span
            began = RecordingViewed(
                camera=viewing.camera, from_at=from_at, to_at=to_at, reason=reason, viewing=viewing.id
            )
        else:
            began = LiveViewed(viewing=viewing.id, camera=viewing.camera, stream=viewing.stream, reason=reason)
        try:
            await self._backend.record(began, viewing.account.actor)
        except BaseException:
            del self._open[viewing.id]
            raise

    def links(self, viewing: OpenViewing, parts: Sequence[Part] | None) -> list[PlayLink]:
        """New links to parts of a recording, or (None) to the live picture. Raises `Busy`."""
        if sum(reel.viewing is viewing for reel in self._tickets.values()) >= _MOST_LINKS:
            raise Busy("This viewing has too many links already.", hint="Begin another one.")
        now_s = self._backend.clock.monotonic()
        viewing.used_s = now_s
        made = []
        for part in parts if parts is not None else (None,):
            ticket, reel = secrets.token_urlsafe(24), Reel(viewing, part, now_s)
            self._tickets[ticket] = reel
            self._reels[reel.token] = reel
            path = f"/api/viewings/open/{ticket}/{_name(viewing, part)}"
            made.append(PlayLink(path=path, seconds=round(part.seconds, 3) if part is not None else 0.0))
        return made

    def view(self, viewing: OpenViewing, links: Sequence[PlayLink]) -> ViewingView:
        span = viewing.span
        return ViewingView(
            id=viewing.id,
            camera=viewing.camera,
            shown=viewing.shown,
            from_at=span.from_at if span is not None else None,
            to_at=span.to_at if span is not None else None,
            links=list(links),
        )

    async def own(self, viewing: str, account: Account) -> OpenViewing:
        """An open viewing of this person. Raises `NotFound`."""
        found = self._open.get(viewing)
        if found is None or found.account.id != account.id or not await self._stands(found):
            raise NotFound(OVER, hint="Begin another one.")
        return found

    async def opened(self, ticket: str, peer: str) -> str:
        """Where the link leads that a player opens: the path of its reel. Raises `NotFound` for one that was used."""
        reel, now_s = self._tickets.get(ticket), self._backend.clock.monotonic()
        if reel is None or not self._good(reel, peer, now_s) or not await self._stands(reel.viewing):
            raise NotFound("This link was used already, or is too old.", hint="Ask the hub for another one.")
        if reel.opened_s is None:
            reel.peer, reel.opened_s = peer, now_s
        return f"/api/viewings/reel/{reel.token}/{_name(reel.viewing, reel.part)}"

    async def reel(self, token: str, peer: str) -> Reel:
        """What a player that opened a link is shown. Raises `NotFound`."""
        reel = self._reels.get(token)
        if reel is None or reel.opened_s is None or reel.peer != peer or not await self._stands(reel.viewing):
            raise NotFound(OVER, hint="Begin another one.")
        return reel

    async def end(self, viewing: OpenViewing, why: Why) -> None:
        """It is over: its links lead nowhere, what it plays ends."""
        if self._open.pop(viewing.id, None) is None:
            return
        viewing.over.set()
        for links in (self._tickets, self._reels):
            for token in [token for token, reel in links.items() if reel.viewing is viewing]:
                del links[token]
        ended = ViewingEnded(
            viewing=viewing.id,
            camera=viewing.camera,
            shown=viewing.shown,
            began_at=viewing.began_at,
            ended=why,
            bytes=viewing.sent,
            thumbnails=viewing.thumbnails,
        )
        try:
            await self._backend.record(ended, viewing.account.actor)
        except HubError as error:
            _log.warning("end_of_viewing_not_recorded", viewing=viewing.id, reason=error.message)

    async def keep(self) -> None:
        """End what nobody looks at any more, and what those who look have no right to any more; runs for ever."""
        while True:
            await asyncio.sleep(_LOOK_S)
            now_s, limits = self._backend.clock.monotonic(), self._backend.footage.viewing.limits
            for viewing in list(self._open.values()):
                idle_s = limits.idle_s if viewing.span is not None else _LIVE_IDLE_S
                if now_s - viewing.used_s >= idle_s:
                    await self.end(viewing, "idle")
                else:
                    await self._stands(viewing)

    async def stop(self) -> None:
        """The hub stops: so does everything that is looked at."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await asyncio.gather(*(self.end(viewing, "hub") for viewing in list(self._open.values())))

    def _good(self, reel: Reel, peer: str, now_s: float) -> bool:
        if reel.opened_s is None:
            return now_s - reel.made_s <= LINK_S
        return reel.peer == peer and now_s - reel.opened_s <= AGAIN_S

    async def _stands(self, viewing: OpenViewing) -> bool:
        """Whether the person may go on looking; ends the viewing when not."""
        if viewing.over.is_set():
            return False
        signed = await self._desk.whose(viewing.token)
        if signed is None:
            await self.end(viewing, "signed_out")
            return False
        try:
            check_right(signed.account, "playback" if viewing.span is not None else "live")
            check_camera(signed.account, viewing.camera, self._backend.state())
        except (NotAllowed, NotFound):
            await self.end(viewing, "withdrawn")
            return False
        return True


def _name(viewing: OpenViewing, part: Part | None) -> str:
    """What a player shows as the title."""
    if part is None:
        return f"{viewing.camera}.ts"
    return f"{viewing.camera}_{stamp(part.pieces[0].at)}.mp4"
