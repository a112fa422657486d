"""What becomes of messages: those that got out, those that were given up, and the notifiers that carry them."""

from typing import Annotated, ClassVar

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
