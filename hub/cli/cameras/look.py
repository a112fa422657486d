"""Commands that show what a running hub knows: status, cameras, events."""

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_json_line, as_table, run, say, when
from hub.locale import N_, _
from hub.locale import say as words

# Words that come out of the data; named here so that they are collected for translation.
_STATES = (
    *(N_("good"), N_("fault"), N_("lost"), N_("not_judged")),
    *(N_("critical"), N_("high"), N_("medium"), N_("low")),
    *(N_("pending"), N_("done"), N_("failed")),
)

cameras_app = typer.Typer(invoke_without_command=True, help="Show the cameras, retry or relearn one.")


async def _site(site: Path, url: str) -> Any:
    from hub.cli.connect import connected

    async with connected(site, url) as hub:
        return await hub.site()


async def _send(site: Path, url: str, command: Any) -> Any:
    from hub.cli.connect import connected

    async with connected(site, url, person=True) as hub:
        return await hub.send(command)


def _carry_out(context: typer.Context, site: Path, url: str, command: Any, done: str) -> None:
    """Give a command to the hub; options may stand before the sub-command or after it."""
    before_site, before_url = context.obj
    site, url = (before_site if site == HERE else site), url or before_url
    records = run(lambda: _send(site, url, command))
    say(done if records else _("Nothing to do: it is so already."))


def status(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Say how the hub and its site are."""
    view = run(lambda: _site(site, url))
    if json:
        as_json(view)
        return
    from hub.tui.refusals import translated
    from hub.tui.rows.health import pace_words
    from hub.tui.situation import Situation, zone_of

    health, cameras = view.health, view.cameras
    situation = Situation(now=view.at, zone=zone_of(view, UTC), site=view)
    count = {name: sum(c.condition == name for c in cameras) for name in ("good", "fault", "lost", "not_judged")}
    unacknowledged = sum(item.state == "unacknowledged" for item in view.alarms)
    as_table(
        ["", ""],
        [
            (_("site"), words(view.name)),
            (
                _("hub"),
                _("{version}, since {when}").format(
                    version=health.version, when=when(health.started_at, view.timezone)
                ),
            ),
            (
                _("cameras"),
                _("{all}: {good} good, {fault} with a fault, {lost} lost, {not_judged} not judged").format(
                    all=len(cameras), **count
                ),
            ),
            (
                _("alarms"),
                _("{all} standing, {unacknowledged} unacknowledged").format(
                    all=len(view.alarms), unacknowledged=unacknowledged
                ),
            ),
            (_("tickets"), _("{count} open").format(count=len(view.tickets))),
            (_("rounds"), _("{count} due").format(count=len(view.rounds))),
            (
                _("journal"),
                health.journal.blocked
                or _("record {seq}, {hash}…").format(seq=health.journal.seq, hash=health.journal.hash[:16]),
            ),
            (
                _("outbox"),
                ", ".join(f"{n} {_(state)}" for state, n in sorted(health.journal.outbox.items())) or _("empty"),
            ),
            *(
                (_("plugin"), _("{name} failed: {reason}").format(name=name, reason=plugin.reason))
                for name, plugin in health.plugins.items()
                if not plugin.ready
            ),
            *(
                (_("worker"), _("{name} down: {reason}").format(name=name, reason=worker.reason))
                for name, worker in health.workers.items()
                if not worker.running
            ),
            *((_("worker"), f"{name}: {pace_words(pace, situation)}") for name, pace in sorted(health.paces.items())),
            *((_("config"), words(problem)) for problems in health.config_problems.values() for problem in problems),
            *((_("note"), translated(message)) for message in health.messages),
        ],
        empty="",
    )


@cameras_app.callback()
def cameras(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the cameras."""
    context.obj = (site, url)
    if context.invoked_subcommand is not None:
        return
    from hub.tui import words as known

    view = run(lambda: _site(site, url))
    if json:
        as_json(view.cameras)
        return
    as_table(
        [
            *(_("camera"), _("camera name"), _("area"), _("domain"), _("state"), _("since"), _("signal"), _("picture")),
            _("recorded since"),
        ],
        (
            (
                camera.id,
                words(camera.name),
                camera.area,
                known.word(known.DOMAINS, camera.domain),
                known.listed(known.word(known.FINDINGS, each.kind) for each in camera.findings) or _condition(camera),
                when(min((finding.since_at for finding in camera.findings), default=None), view.timezone),
                known.word(known.SIGNALS, camera.signal),
                when(camera.last_picture_at, view.timezone),
                _recorded(camera, view.timezone),
            )
            for camera in view.cameras
        ),
        empty=_("No camera is in hub.toml."),
    )


@cameras_app.command("retry")
def cameras_retry(
    context: typer.Context,
    camera: str,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Try a camera again that refused the credentials."""
    from hub.core.cameras.commands import RetryCamera

    _carry_out(context, site, url, RetryCamera(camera=camera), done=_("Trying {camera} again.").format(camera=camera))


@cameras_app.command("home")
def cameras_home(
    context: typer.Context,
    camera: str,
    approve: Annotated[bool, typer.Option("--approve", help="Where it stands now shall be its home.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; with --approve it must be given.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Send a steered camera back to its home preset."""
    from hub.core.homes.commands import ApproveHome, ReturnHome

    if approve:
        done = _("{camera} is at home where it stands.").format(camera=camera)
        _carry_out(context, site, url, ApproveHome(camera=camera, reason=reason), done=done)
    else:
        done = _("{camera} is sent to its home preset.").format(camera=camera)
        _carry_out(context, site, url, ReturnHome(camera=camera, reason=reason), done=done)


@cameras_app.command("relearn")
def cameras_relearn(
    context: typer.Context,
    camera: str,
    reason: Annotated[str, typer.Option(help="Why the view is different now.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Learn a camera's reference view anew."""
    from hub.core.cameras.commands import RelearnCamera

    _carry_out(
        context,
        site,
        url,
        RelearnCamera(camera=camera, reason=reason),
        done=_("Learning the view of {camera}.").format(camera=camera),
    )


def events(
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what happens.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, max=5000, help="How many of the newest.")] = 50,
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only these, such as alarm.raised.")] = None,
) -> None:
    """Show the journal's newest records; with --follow, whatever happens next. With --json, one record a line."""

    zone = ""

    def show(records: list[Any]) -> None:
        for record in records:
            if type_ and record.type not in type_:
                continue
            if json:
                as_json_line(record)
            else:
                about = ", ".join(f"{key}={_short(value)}" for key, value in record.event.items() if key != "type")
                print(f"{record.seq:>8}  {when(record.seen_at, zone)}  {record.type:<22} {about}", flush=True)

    async def work() -> None:
        from hub.cli.connect import connected

        nonlocal zone
        async with connected(site, url) as hub:
            zone = (await hub.site()).timezone
            newest = await hub.events(limit=limit, types=type_ or ()) if limit else []
            show(newest)
            if follow:
                async for records in hub.follow(newest[-1].seq if newest and not type_ else None):
                    show(records)

    run(work)


def _recorded(camera: Any, zone: str) -> str:
    known = camera.recording
    if known is None:
        return _("not planned")
    return when(known.since_at, zone) if known.state != "missing" else _("nothing on disk")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _condition(camera: Any) -> str:
    from hub.tui import words as known

    return (
        _("not judged ({why})").format(why=known.word(known.NOT_JUDGED, camera.not_judged))
        if camera.not_judged
        else _(camera.condition)
    )
