"""`hub recordings forecast`: for how long there will be room."""

from typing import Any

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, when
from hub.locale import _


def forecast(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Say for how many days there is room for recordings, if cameras go on writing as in the last day."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.storage import forecast as ask

        async with connected(site, url) as hub:
            return await ask(hub), (await hub.site()).timezone

    from hub.tui.words_releases import size

    found, zone = run(work)
    if json:
        as_json(found)
        return
    if found is None:
        print(_("Nothing was recorded yet."))
        return
    as_table(
        [_("camera"), _("a day"), _("days wanted"), _("needs")],
        ((one.camera, size(one.day_bytes), f"{one.wanted_days:g}", size(one.needed_bytes)) for one in found.cameras),
        empty=_("No camera was recorded for long enough to say anything."),
    )
    for camera in found.unknown:
        print(_("{camera}: recorded for less than an hour, not in these figures").format(camera=camera))
    room = _("Room: {room}, needed: {needed}, written a day: {day}.")
    print(room.format(room=size(found.room_bytes), needed=size(found.needed_bytes), day=size(found.day_bytes)))
    if found.holds_days is not None:
        print(_("That is {days:g} days of all cameras.").format(days=found.holds_days))
    if found.short_at is not None:
        print(_("Too little from {at} on.").format(at=when(found.short_at, zone)))
    elif found.cameras:
        print(_("Enough for as long as recordings should be kept."))
