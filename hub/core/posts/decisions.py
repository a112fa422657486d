"""What follows from commands at posts, and from the passing of time."""

from datetime import datetime
from typing import get_args

from hub.core.event import Event
from hub.core.posts import handing, passing, presence
from hub.core.posts.commands import (
    AbandonHandover,
    BeginHandover,
    CoverPost,
    EndPresence,
    OverrideHandover,
    PostCommand,
    SignHandover,
    SignOff,
    SignOn,
    TakeOver,
)
from hub.core.state import State
from hub.core.subject import Subject


def decide(state: State, command: PostCommand, actor: str, now: datetime) -> list[Event]:
    who = actor.removeprefix("person:")
    match command:
        case SignOn():
            return presence.sign_on(state, command, who, now)
        case SignOff():
            return presence.sign_off(state, command, who, now)
        case CoverPost():
            return presence.cover(state, command, who, now)
        case EndPresence():
            return presence.end_presence(state, command, who, now)
        case BeginHandover():
            return handing.begin(state, command, who, now)
        case SignHandover():
            return handing.sign(state, command, who, now)
        case TakeOver():
            return handing.take(state, command, who, now)
        case OverrideHandover():
            return handing.override(state, command, who, now)
        case AbandonHandover():
            return handing.abandon(state, command, who, now)


SUBJECT = Subject(commands=get_args(PostCommand), decide=decide, due=passing.due, next_due=passing.next_due)
