"""What the playback screen asks of the hub: a camera's day, one picture of it, and what a player is to play."""

import asyncio
from datetime import UTC, date, datetime, timedelta, tzinfo

from hub.client import HubClient
from hub.client.alarms import PastAlarm, alarm_history
from hub.client.player import Player, closed, play
from hub.client.viewings import OVER, begin, begin_live, end, links, still
from hub.core.recorded import Span, union
from hub.errors import HubError, NotFound
from hub.tui.halfblocks import Image, decode_jpeg
from hub.tui.rows.timeline import Day

PLAYED = timedelta(minutes=10)
"""So much is played from the chosen moment on."""
LONGEST_S = 12 * 3600.0
"""A player is left open for so long at most."""
_LONGEST = timedelta(hours=24)
_ALARMS_A_PAGE = 200
_MOST_PAGES = 5
_MOST_FILES = 10_000


def day_span(day: date, zone: tzinfo) -> Span:
    """A day of the site. The one on which clocks are put back has 25 hours, of which 24 are looked at."""
    begins = datetime.combine(day, datetime.min.time(), zone)
    ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    length = min(ends.astimezone(UTC) - begins.astimezone(UTC), _LONGEST)
    return Span(begins.astimezone(UTC), begins.astimezone(UTC) + length)


async def fetch_day(client: HubClient, camera: str, day: date, zone: tzinfo) -> Day:
    """What there is of a camera's day; nothing of it is a viewing yet."""
    span = day_span(day, zone)
    files = await client.recordings(camera=camera, from_at=span.from_at, to_at=span.to_at, limit=_MOST_FILES)
    accounts = await client.recording_days(camera=camera, first=day, last=day)
    return Day(
        camera=camera,
        span=span,
        recorded=union(Span(each.begin_at, each.end_at) for each in files),
        gaps=[gap for account in accounts for gap in account.gaps],
        alarms=await _alarms(client, camera, span),
    )


async def _alarms(client: HubClient, camera: str, span: Span) -> list[PastAlarm]:
    found: list[PastAlarm] = []
    before = ""
    for _page in range(_MOST_PAGES):
        page = await alarm_history(client, limit=_ALARMS_A_PAGE, before=before, find={"camera": camera})
        found += [each for each in page if span.from_at <= each.life.raised_at < span.to_at]
        if len(page) < _ALARMS_A_PAGE or page[-1].life.raised_at < span.from_at:
            break
        before = page[-1].life.alarm
    return sorted(found, key=lambda each: each.life.raised_at)


async def begin_day(client: HubClient, day: Day, reason: str) -> str:
    """Begin to look at the day, with a reason; the viewing's id."""
    return (await begin(client, day.camera, day.span.from_at, day.span.to_at, reason)).id


async def picture_at(client: HubClient, viewing: str, at: datetime) -> Image | None:
    """The picture at a time; None when the viewing is over, since nobody looked for long."""
    try:
        data = await still(client, viewing, at)
    except NotFound as error:
        if error.message == OVER:
            return None
        raise
    return await asyncio.to_thread(decode_jpeg, data)


async def play_from(client: HubClient, viewing: str, day: Day, at: datetime, player: Player, title: str) -> int:
    """Play from a moment on until the person closes the player; its exit status."""
    until = min(at + PLAYED, day.span.to_at)
    return await play(client, await links(client, viewing, at, until), player, title)


async def play_live(client: HubClient, camera: str, reason: str, player: Player, title: str) -> int:
    """Show a camera live until the person closes the player; its exit status."""
    viewing = await begin_live(client, camera, reason)
    try:
        return await play(client, viewing, player, title)
    finally:
        await closed(client, viewing.id)


async def end_all(client: HubClient, viewings: list[str]) -> None:
    """Tell the hub that nobody looks any more."""
    for viewing in viewings:
        try:
            await end(client, viewing)
        except HubError:
            # It is over already, or ends by itself.
            continue
