"""Search everywhere on the command line."""

from typing import Annotated, Any

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, when
from hub.locale import _, ngettext


def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all be there, or a number such as T-7.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only records of these areas, such as ticket, alarm, log.")
    ] = None,
    camera: Annotated[str, typer.Option("--camera", help="Only what is about this camera.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many at most.")] = 20,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Find records by their words, in Chinese or English: the thing of that number first, then the newest."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client import search as asking

        async with connected(site, url) as hub:
            answer = await asking.search(hub, " ".join(words), kinds=kind or (), camera=camera, limit=limit)
            return answer, await hub.site()

    answer, view = run(work)
    if json:
        as_json(answer)
        return
    from datetime import UTC

    from hub.tui.describe.record import describe_view
    from hub.tui.names import names_of
    from hub.tui.situation import zone_of

    known = names_of(view, zone_of(view, UTC))
    as_table(
        [_("record"), _("time"), _("kind"), _("what"), _("found in")],
        (
            (
                str(hit.event.seq),
                when(hit.event.seen_at, view.timezone),
                hit.event.type,
                describe_view(hit.event, known),
                hit.excerpt,
            )
            for hit in answer.hits
        ),
        empty=_("Nothing holds these words."),
    )
    if answer.behind:
        say(
            ngettext(
                "1 record cannot be found yet: it is being arranged.",
                "{n} records cannot be found yet: they are being arranged.",
                answer.behind,
            ).format(n=answer.behind)
        )
    if not answer.complete:
        say(_("There may be more: it took too long to look through everything."))
