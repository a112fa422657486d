"""Parts of the facts about posts that several decisions put together in the same way."""

from typing import Any

from hub.core.duty.roster import Post
from hub.core.event import Event
from hub.core.posts.events import PostAbsentOver, PostLateOver
from hub.core.posts.model import Place
from hub.core.state import State
from hub.core.text import Text


def no_longer(place: Place, name: Text, post: Post, how: str) -> list[Event]:
    """What ends the alarm about somebody who was late or absent: came, absent, excused or ended."""
    fields: dict[str, Any] = {
        "place": place_name(place.post, place.account),
        "post_name": post.name,
        "account": place.account,
        "name": name,
        "how": how,
    }
    match place.state:
        case "late":
            return [PostLateOver(**fields)]
        case "absent":
            return [PostAbsentOver(**fields)]
        case _:
            return []


def post_name(state: State, post_id: str) -> Text:
    """The name of a post, or its id where the roster does not have it any more."""
    post = state.duty.file.post(post_id)
    return post.name if post is not None else Text(en=post_id)


def about(post: Post, account: str, name: Text) -> dict[str, Any]:
    """The fields that say which post and whom a fact is about."""
    return {"post": post.id, "post_name": post.name, "account": account, "name": name}


def place_name(post: str, account: str) -> str:
    """What an alarm about somebody at a post is about."""
    return f"{post} {account}"
