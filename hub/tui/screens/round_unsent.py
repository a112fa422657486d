"""The answers of a round that the hub has not taken yet.

They are kept through a lost connection, a refusal and closing the screen. One is sent at a time, in the order in which
they were given.
"""

import msgspec

from hub.clock import Clock
from hub.core.rounds.answers import Answer
from hub.tui.drafts import Drafts

_TRIES = 2
"""So often an answer is sent while the hub answers; then it is shown as refused and waits for the person."""
_AGAIN_S = 2.0


class Unsent:
    """What waits, by the cell that it answers."""

    def __init__(self, drafts: Drafts, round_id: str, clock: Clock) -> None:
        """Goes on with what was kept of an earlier visit."""
        self.refused: dict[str, str] = {}
        """Why the hub did not take an answer, of those that wait for the person."""
        self._drafts = drafts
        self._name = f"answers:{round_id}"
        self._clock = clock
        self._sending = ""
        self._tries: dict[str, int] = {}
        self._tried_s = float("-inf")
        self.pending = {key: msgspec.json.decode(text, type=Answer) for key, text in drafts.of(self._name).items()}

    def give(self, answer: Answer) -> None:
        """Take an answer down; it takes the place of what was said to the same item before."""
        self.pending[answer.key] = answer
        self.refused.pop(answer.key, None)
        self._tries.pop(answer.key, None)
        self._keep()

    def to_send(self) -> Answer | None:
        """The answer to send now, which is then on its way; after a failure not sooner than in two seconds."""
        waiting = next((key for key in self.pending if key not in self.refused), "")
        soon = self._clock.monotonic() - self._tried_s < _AGAIN_S
        if not waiting or self._sending or (soon and waiting in self._tries):
            return None
        self._sending, self._tried_s = waiting, self._clock.monotonic()
        return self.pending[waiting]

    def answered(self, answer: Answer, refusal: str, *, hub_there: bool) -> None:
        """The hub took what was sent, or said why not; while it is not there no try counts."""
        key, self._sending = answer.key, ""
        if not refusal:
            if self.pending.get(key) == answer:
                del self.pending[key]
            self._tries.pop(key, None)
        else:
            self._tries[key] = self._tries.get(key, 0) + hub_there
            if self._tries[key] >= _TRIES:
                self.refused[key] = refusal
        self._keep()

    def _keep(self) -> None:
        if self.pending:
            kept = {key: msgspec.json.encode(answer).decode() for key, answer in self.pending.items()}
            self._drafts.keep(self._name, kept)
        else:
            self._drafts.drop(self._name)
