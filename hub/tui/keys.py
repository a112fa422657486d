"""Keys are taken one by one.

Textual hands every key at once to the widget in focus and runs bindings when the key has come back up. Over a slow
line keys arrive in bursts, and then text meant for a form that a key is about to open would go to the list below
it. Here a key waits until the one before it has done its work: gone from the widget in focus up to the app, and the
screen and the focus that came of it in place.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

LONGEST_S = 0.5
"""A key whose way was cut off (its widget was removed meanwhile) holds up the next one no longer than this."""


class KeyLine:
    """The line in which keys and pasted texts wait. `forward` is what Textual would do with one at once."""

    def __init__(self, app: App[None], forward: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._forward = forward
        self._waiting: deque[events.Event] = deque()
        self._busy = False
        self._number = 0

    async def take(self, event: events.Event) -> None:
        """Forward the event when its turn comes; at once when none waits."""
        self._waiting.append(event)
        if not self._busy:
            await self._next()

    async def _next(self) -> None:
        if not self._waiting:
            self._busy = False
            return
        self._busy = True
        self._number += 1
        self._app.set_timer(LONGEST_S, partial(self._done, self._number))
        way: list[MessagePump] = list((self._app.focused or self._app.screen).ancestors_with_self)
        await self._forward(self._waiting.popleft())
        await self._hop(way, self._number)

    async def _hop(self, way: list[MessagePump], number: int) -> None:
        """Queue up behind the key at each stop of its way; then once more where a new screen would be mounted."""
        while way:
            if way[0].call_later(self._hop, way[1:], number):
                return
            way = way[1:]
        self._app.screen.call_later(self._app.call_later, self._done, number)

    async def _done(self, number: int) -> None:
        if number == self._number and self._busy:
            self._number += 1
            await self._next()
