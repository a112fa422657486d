"""`hub recordings proof`: how far the hub has proven its recordings by itself."""

from typing import Any

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, run, when
from hub.cli.site.verify import said_of
from hub.locale import _, ngettext


def proof(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Say how far the hub has proven its recordings by itself, and what is not as it was sealed."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.proof import proof as ask

        async with connected(site, url) as hub:
            return await ask(hub), (await hub.site()).timezone

    found, zone = run(work)
    if json:
        as_json(found)
        return
    print(
        _("Every recording was proven: {when}").format(when=when(found.completed_at, zone))
        if found.completed_at is not None
        else _("Not every recording was proven yet; it takes {days:g} days at most.").format(days=found.verify_days)
    )
    if found.began_at is not None:
        print(
            _("Under way since {begin}, come to: {until}").format(
                begin=when(found.began_at, zone), until=found.until or "-"
            )
        )
    for one in found.lists:
        print(f"{one.manifest}: {one.detail}")
    for camera in found.damaged:
        print(
            ngettext(
                "{camera}, since {since}: 1 recording is not as it was sealed.",
                "{camera}, since {since}: {count} recordings are not as they were sealed.",
                camera.count,
            ).format(camera=camera.camera, since=when(camera.since_at, zone), count=camera.count)
        )
        for damage in camera.damaged:
            print(f"  {damage.segment}: {said_of(damage)}")
    if not found.damaged and not found.lists:
        print(_("Nothing was found that is not as it was sealed."))
