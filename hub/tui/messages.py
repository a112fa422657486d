"""What goes between the bridge, the app and the panels.

Noisy messages may be replaced by newer ones of their kind; those that must all arrive never are.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget

from hub.client import (
    CaseView,
    EventView,
    HubClient,
    RecordingDay,
    RuleAccount,
    RuleDetail,
    RuleFiles,
    RuleView,
    SiteView,
)
from hub.core.command import Command
from hub.core.explanation import Explanation
from hub.tui.halfblocks import Image


@dataclass
class SiteChanged(Message):
    """The site as it is now. Only the newest counts. `received_s` is monotonic."""

    site: SiteView
    received_s: float

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, SiteChanged)


@dataclass
class AlarmRaised(Message):
    """An alarm was raised, or raised again. Never replaced: each may be the one that matters."""

    event: EventView
    priority: str


@dataclass
class Happened(Message):
    """Records as they were written, in order. Never replaced."""

    events: Sequence[EventView]


@dataclass
class LinkLost(Message):
    """The hub does not answer. Posted again with every try that fails."""

    reason: str


class LinkBack(Message):
    """The hub answers again."""


@dataclass
class SessionEnded(Message):
    """The hub no longer takes the sign-in."""

    reason: str


@dataclass
class Give(Message):
    """A person asks the hub to do something. `done` is what to say when it is done."""

    commands: tuple[Command, ...]
    done: str


@dataclass
class PictureWanted(Message):
    """`camera` or `evidence` is set; the answer goes to `reply_to` as `PictureCame`."""

    reply_to: Widget
    camera: str = ""
    evidence: str = ""


@dataclass
class PictureCame(Message):
    """A decoded picture, or why there is none. `digest` tells whether it differs from the one before."""

    source: str
    image: Image | None
    digest: int = 0
    problem: str = ""


@dataclass
class ExplanationWanted(Message):
    """Why is this camera judged as it is? The answer goes to `reply_to` as `ExplanationCame`."""

    reply_to: Widget
    camera: str


@dataclass
class ExplanationCame(Message):
    """An explanation, or why there is none."""

    explanation: Explanation | None
    problem: str = ""


@dataclass
class RecordingDayWanted(Message):
    """What was recorded of this camera on this day of the site? The answer goes to `reply_to`."""

    reply_to: MessagePump
    camera: str
    day: date


@dataclass
class RecordingDayCame(Message):
    """One camera's account of a day; None when nothing was planned, or nobody can say."""

    day: RecordingDay | None


@dataclass
class RulesWanted(Message):
    reply_to: Widget


@dataclass
class RulesCame(Message):
    rules: list[RuleView]


RuleQuestion = Literal["rule", "account", "cases", "files"]
"""What is asked: one rule, what became of it in the last day, its cases run, the rule files checked."""


@dataclass
class RuleAsked(Message):
    """The answer goes to `reply_to` as `RuleAnswered`."""

    reply_to: MessagePump
    what: RuleQuestion
    rule: str = ""


@dataclass
class RuleAnswered(Message):
    """The answer, or why there is none."""

    what: RuleQuestion
    answer: RuleDetail | RuleAccount | list[CaseView] | RuleFiles | None
    problem: str = ""


@dataclass
class Ask(Message):
    """A question to the hub: `question` is given the client, and its answer goes to `reply_to` as `Answer`, under the
    same `about`. A newer question of the same asker about the same thing takes the place of the older one."""

    reply_to: MessagePump
    about: str
    question: Callable[[HubClient], Coroutine[Any, Any, object]]
    within_s: float = 10.0


@dataclass
class Answer(Message):
    """The answer, or why there is none."""

    about: str
    answer: object | None
    problem: str = ""


@dataclass
class Upload(Message):
    """Send a file of this machine to the hub; `answered` is called with the attachment's id, or "" and why not."""

    path: str
    answered: Callable[[str, str], None]


@dataclass
class RecordsWanted(Message):
    """A page of the journal: the newest, or those before a record; of one subject, or of all."""

    reply_to: Widget
    before: int | None = None
    subject: str = ""


@dataclass
class RecordsCame(Message):
    records: list[EventView]
    before: int | None
    subject: str
    problem: str = ""


@dataclass
class Notice(Message):
    """A line for the person: what was done, or why it was not."""

    text: str
    tone: str = "good"


@dataclass
class GoTo(Message):
    """Show a panel, with the thing chosen in it that `item` names: a camera, an alarm, a ticket …"""

    panel: str
    item: str = ""


@dataclass
class FormSubmitted(Message):
    """A form was filled in; `answered` is called with "" when the hub took it, else with the reason it did not."""

    command: Command
    done: str
    answered: Callable[[str], None]


@dataclass
class SignInAsked(Message):
    account: str
    password: str
    answered: Callable[[str], None]
    code: str = ""
