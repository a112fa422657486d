"""`hub recordings storages`: where recordings lie, and what waits to be moved."""

from typing import Any

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run
from hub.core.storage_reasons import reason_in_words
from hub.locale import _, say


def storages(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show how much lies in the folder of recordings and in each storage, and what waits to be moved or deleted."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.storages import storages as ask

        async with connected(site, url) as hub:
            return await ask(hub)

    from hub.tui.words_releases import size

    found = run(work)
    if json:
        as_json(found)
        return
    as_table(
        [
            _("storage"),
            _("recordings"),
            _("size"),
            _("free"),
            _("to be moved there"),
            _("to be deleted there"),
            _("state"),
        ],
        (
            (
                one.storage or _("the folder of recordings"),
                str(one.segments),
                size(one.bytes),
                size(one.free_bytes) if one.free_bytes is not None else "",
                str(one.waiting),
                str(one.left_over),
                say(reason_in_words(one.problem)) or _("in order"),
            )
            for one in found
        ),
        empty=_("Nothing was recorded yet."),
    )
