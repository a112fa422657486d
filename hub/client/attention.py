"""Attention checks, as the API tells of them."""

from datetime import datetime

import msgspec

from hub.client import HubClient
from hub.client.views import CheckView
from hub.core.text import Text


class PastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check that is over. `right`: whether the camera was named rightly; None where there was nothing to name."""

    id: str
    post: str
    post_name: Text
    people: list[str]
    asked_at: datetime
    missed_at: datetime | None = None
    answered_by: str = ""
    delay_s: float | None = None
    right: bool | None = None
    note: str = ""
    unwatched_s: float = 0.0


class PostAttention(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of those at one post, and who is there now."""

    post: str
    post_name: Text
    present: list[str]
    day_s: float = 0.0
    night_s: float = 0.0


class AttentionView(msgspec.Struct, frozen=True, kw_only=True):
    """`past`: newest first, 200 at most."""

    open: list[CheckView]
    past: list[PastCheck]
    posts: list[PostAttention]


class CheckPicture(msgspec.Struct, frozen=True):
    """What a check shows, without saying which camera it is."""

    jpeg: bytes


async def attention(client: HubClient) -> AttentionView:
    """The checks that are open, and the last ones that were."""
    return await client.read("attention", AttentionView)


async def check_picture(client: HubClient, check: str) -> bytes:
    """The picture that an open check of one's own shows, as JPEG. Raises `NotFound`, `NotAllowed`."""
    return (await client.read(f"attention/{check}/picture", CheckPicture)).jpeg
