"""What becomes of messages: those that got out, those that were given up, and the notifiers that carry them."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.event import Event

_Key = Annotated[str, Meta(description="The effect's key, `rule:event:index`.")]
_Kind = Annotated[str, Meta(description="Kind of effect.")]
_Notifier = Annotated[str, Meta(description="Notifier name, as in `via`.")]


class EffectDone(Event, tag="effect.done", frozen=True, kw_only=True):
    """A message or call got out."""

    key: _Key
    kind: _Kind
    target: Annotated[str, Meta(description="Where it went, without secrets.")] = ""
    attempts: Annotated[int, Meta(description="How many tries it took.", ge=1)] = 1


class EffectFailed(Event, tag="effect.failed", frozen=True, kw_only=True):
    """A message or call was given up."""

    key: _Key
    kind: _Kind
    target: Annotated[str, Meta(description="Where it should have gone, without secrets.")] = ""
    attempts: Annotated[int, Meta(description="How many tries were made.", ge=1)] = 1
    reason: Annotated[str, Meta(description="What the last try said, without secrets.")]


class MessageHeld(Event, tag="message.held", frozen=True, kw_only=True):
    """A message waits: its recipient has a quiet time, or got as many messages as they want."""

    key: _Key
    target: Annotated[str, Meta(description="Where it is to go, without secrets.")]
    why: Annotated[Literal["quiet", "limit"], Meta(description="A quiet time, or the limit of messages.")]
    until_at: Annotated[datetime, Meta(description="When it goes out, with the others that wait, as one list.")]


class MessagesListed(Event, tag="message.listed", frozen=True, kw_only=True):
    """Several messages to one recipient went out together as one list."""

    list: Annotated[str, Meta(description="Id of the list, as the far side got it.")]
    target: Annotated[str, Meta(description="Where it went, without secrets.")]
    keys: Annotated[tuple[str, ...], Meta(description="Keys of the messages that it holds.")]


class MessageRedirected(Event, tag="message.redirected", frozen=True, kw_only=True):
    """A message went to somebody else than the rule says, because that one could not be told."""

    key: _Key
    recipient: Annotated[str, Meta(description="Whom the rule names, such as `post:gate`.")]
    route: Annotated[str, Meta(description="The route that it went along instead.")]
    reason: Annotated[str, Meta(description="Why.")]


class NotifierFailing(Event, tag="notifier.failing", frozen=True, kw_only=True):
    """Messages do not get out through a notifier; they wait and are tried again."""

    notifier: _Notifier
    reason: Annotated[str, Meta(description="What the last try said, without secrets.")]


class NotifierWorking(Event, tag="notifier.working", frozen=True, kw_only=True):
    """Messages get out through a notifier again."""

    CLEARS: ClassVar[type[Event] | None] = NotifierFailing
    notifier: _Notifier


class NotifierRetired(Event, tag="notifier.retired", frozen=True, kw_only=True):
    """No route of hub.toml uses a notifier any more."""

    CLEARS: ClassVar[type[Event] | None] = NotifierFailing
    notifier: _Notifier
