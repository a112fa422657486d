"""`hub alarms`: those that stand and those of the past, what is done about them, and their figures."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.names import names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, when
from hub.clock import SystemClock
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client import AlarmView
    from hub.core.alarms.figures import AlarmFigures, Frequent, Verdicts
    from hub.tui.names import Names

# Words that come out of the data; named here so that they are collected for translation.
_WORDS = (
    *(N_("unacknowledged"), N_("acknowledged"), N_("returned"), N_("cleared")),
    *(N_("shelved"), N_("suppressed"), N_("out_of_service"), N_("chattering"), N_("stale")),
    *(N_("real"), N_("false"), N_("nuisance")),
)
_LONGEST_DAYS = 400


class PriorityName(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class VerdictName(StrEnum):
    REAL = "real"
    FALSE = "false"
    NUISANCE = "nuisance"


alarms_app = typer.Typer(
    invoke_without_command=True,
    help="Show the standing alarms, deal with them; their history and figures.",
)

Alarms = Annotated[list[str], typer.Argument(metavar="ALARM...", help="Numbers, such as A-12.")]
Number = Annotated[str, typer.Argument(metavar="ALARM", help="Its number, such as A-12.")]


@alarms_app.callback()
def alarms(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the standing alarms."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json, aside=False)


@alarms_app.command("list")
def listed(
    context: typer.Context,
    aside: Annotated[bool, typer.Option(help="Only what is shelved, suppressed or out of service.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the standing alarms, or with --aside what is kept from disturbing anyone, and until when."""
    _list(context, site, url, json, aside=aside)


@alarms_app.command("ack")
def ack(
    context: typer.Context,
    alarm: Alarms,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Acknowledge alarms."""
    from hub.core.alarms.commands import AcknowledgeAlarm

    commands = [AcknowledgeAlarm(alarm=each, note=note) for each in alarm]
    give(context, site, url, commands, _("{alarm} acknowledged.").format(alarm=", ".join(alarm)))


@alarms_app.command("done")
def done(
    context: typer.Context,
    alarm: Number,
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say that what an alarm asks for was done."""
    from hub.core.alarms.commands import ConfirmResponse

    said = _("On record: what {alarm} asks for was done.").format(alarm=alarm)
    give(context, site, url, [ConfirmResponse(alarm=alarm, note=note)], said)


@alarms_app.command("judge")
def judge(
    context: typer.Context,
    alarm: Number,
    verdict: Annotated[VerdictName, typer.Argument(help="Was it as the alarm said?")],
    cause: Annotated[str, typer.Option(help="What it was.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say whether an alarm was right: real, false (it was not so) or nuisance (so, and nobody needed to know)."""
    from hub.core.alarms.commands import JudgeAlarm

    said = _("{alarm} is judged: {verdict}.").format(alarm=alarm, verdict=_(verdict.value))
    give(context, site, url, [JudgeAlarm(alarm=alarm, verdict=verdict.value, cause=cause)], said)


@alarms_app.command("priority")
def priority(
    context: typer.Context,
    alarm: Number,
    priority: Annotated[PriorityName, typer.Argument(help="How urgent it is from now on.")],
    reason: Annotated[str, typer.Option(help="Why; it goes on record with who did it.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Change the priority of a standing alarm. Leaders may."""
    from hub.core.alarms.commands import PrioritiseAlarm

    command = PrioritiseAlarm(alarm=alarm, priority=priority.value, reason=reason)
    said = _("{alarm} has the priority {priority}.").format(alarm=alarm, priority=_(priority.value))
    give(context, site, url, [command], said)


@alarms_app.command("shelve")
def shelve(
    context: typer.Context,
    alarm: Number,
    reason: Annotated[str, typer.Option(help="Why it may be silent.")],
    minutes: Annotated[int, typer.Option(min=1, max=720, help="For how long.")] = 60,
    once: Annotated[bool, typer.Option(help="Until it returns to normal, for 12 hours at most.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Silence an alarm for a while."""
    from hub.core.alarms.commands import ShelveAlarm

    until_at = None if once else SystemClock().now() + timedelta(minutes=minutes)
    command = ShelveAlarm(alarm=alarm, reason=reason, until_at=until_at, once=once)
    said = _("{alarm} shelved until it returns to normal.") if once else _("{alarm} shelved until {when}.")
    give(context, site, url, [command], lambda zone: said.format(alarm=alarm, when=when(until_at, zone)))


@alarms_app.command("unshelve")
def unshelve(context: typer.Context, alarm: Number, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """End a shelving now."""
    from hub.core.alarms.commands import UnshelveAlarm

    said = _("{alarm} is back from the shelf.").format(alarm=alarm)
    give(context, site, url, [UnshelveAlarm(alarm=alarm)], said)


@alarms_app.command("out")
def out(
    context: typer.Context,
    alarm: Number,
    reason: Annotated[str, typer.Option(help="Why it is of no use for now.")],
    hours: Annotated[float, typer.Option(min=0.1, max=720, help="For how long.")] = 24.0,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take an alarm out of service for a time. Leaders may."""
    from hub.core.alarms.commands import TakeOutOfService

    until_at = SystemClock().now() + timedelta(hours=hours)
    command = TakeOutOfService(alarm=alarm, reason=reason, until_at=until_at)
    said = _("{alarm} is out of service until {when}.")
    give(context, site, url, [command], lambda zone: said.format(alarm=alarm, when=when(until_at, zone)))


@alarms_app.command("back")
def back(context: typer.Context, alarm: Number, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Put an alarm back in service now. Leaders may."""
    from hub.core.alarms.commands import ReturnToService

    said = _("{alarm} is in service again.").format(alarm=alarm)
    give(context, site, url, [ReturnToService(alarm=alarm)], said)


@alarms_app.command("history")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many of the newest.")] = 50,
    before: Annotated[str, typer.Option(help="Only those numbered below this alarm.")] = "",
    camera: Annotated[str, typer.Option(help="Only those about this camera.")] = "",
    kind: Annotated[str, typer.Option(help="Only alarms of this kind.")] = "",
    rule: Annotated[str, typer.Option(help="Only those of this rule.")] = "",
    verdict: Annotated[str, typer.Option(help="real, false, nuisance, or none for those without one.")] = "",
    cleared: Annotated[bool, typer.Option(help="Only those that are over.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show alarms of the past, newest first, with who took note, when it was over and what people said of it."""
    find = {"camera": camera, "kind": kind, "rule": rule, "verdict": verdict}

    async def question(hub: Any) -> Any:
        from hub.client.alarms import alarm_history

        found = await alarm_history(hub, limit=limit, before=before, find=find, cleared=cleared)
        return found, await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    as_table(
        [
            *(_("alarm"), _("priority"), _("raised"), _("times"), _("about"), _("what")),
            *(_("acknowledged"), _("over"), _("verdict"), _("cause")),
        ],
        (
            (
                past.life.alarm,
                _(past.life.priority),
                when(past.life.raised_at, zone),
                str(past.life.times),
                names.about(past.life.camera, past.life.subject),
                words(past.life.title),
                when(past.life.acknowledged_at, zone),
                when(past.life.cleared_at, zone),
                _(past.life.verdict) if past.life.verdict else "-",
                past.life.cause,
            )
            for past in found
        ),
        empty=_("There was no such alarm."),
    )


@alarms_app.command("figures")
def figures(
    context: typer.Context,
    hours: Annotated[float, typer.Option(min=1, max=_LONGEST_DAYS * 24, help="Of the last hours.")] = 24.0,
    days: Annotated[float, typer.Option(min=0, max=_LONGEST_DAYS, help="Of the last days, instead.")] = 0.0,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the figures of IEC 62682: alarms per operator and ten minutes, floods, the most frequent, verdicts."""
    span = timedelta(days=days) if days else timedelta(hours=hours)

    async def question(hub: Any) -> Any:
        from hub.client.alarms import alarm_figures

        view = await hub.site()
        return await alarm_figures(hub, from_at=view.at - span, to_at=view.at), view

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    _print_figures(found, names_in(seen), seen.timezone)


def _list(context: typer.Context, site: Any, url: str, json: bool, *, aside: bool) -> None:
    view = ask(context, site, url, lambda hub: hub.site())
    shown = [item for item in view.alarms if item.alarm.laid_aside or not aside]
    if json:
        as_json(shown)
        return
    names = names_in(view)
    as_table(
        [_("alarm"), _("priority"), _("state"), _("raised"), _("about"), _("what"), _("clause"), _("silent until")],
        (
            (
                item.alarm.id,
                _(item.alarm.priority),
                _state(item),
                when(item.alarm.raised_at, view.timezone),
                names.about(item.alarm.camera, item.alarm.subject),
                words(item.alarm.title),
                item.alarm.clause,
                _until(item, view.timezone),
            )
            for item in shown
        ),
        empty=_("Nothing is laid aside.") if aside else _("No alarm stands."),
    )


def _state(item: "AlarmView") -> str:
    marks = [name for name, holds in (("chattering", item.alarm.chattering), ("stale", item.alarm.stale)) if holds]
    return ", ".join(_(name) for name in (item.state, *marks))


def _until(item: "AlarmView", zone: str) -> str:
    alarm = item.alarm
    ends: list[datetime] = [each.until_at for each in (alarm.out, alarm.shelf) if each is not None]
    said = [when(max(ends), zone)] if ends else []
    said += [_("it returns")] if alarm.shelf is not None and alarm.shelf.once else []
    return ", ".join([*said, *alarm.suppressors])


def _print_figures(found: "AlarmFigures", names: "Names", zone: str) -> None:
    from hub.tui.rows.alarm_figures import summary

    as_table(
        [_("figure"), _("value"), _("should be")],
        summary(found, lambda at: when(at, zone)),
        empty="",
    )
    _print_frequent(_("most frequent"), found.top, names)
    _print_frequent(_("chattered"), found.chattered, names)
    for name, those in ((_("camera"), found.by_camera), (_("kind"), found.by_kind), (_("rule"), found.by_rule)):
        _print_verdicts(name, those)


def _print_frequent(name: str, those: "list[Frequent]", names: "Names") -> None:
    if those:
        print()
        as_table(
            [name, _("about"), _("times"), _("share")],
            (
                (each.rule, names.about(each.camera, each.subject), str(each.times), f"{each.share:.1%}")
                for each in those
            ),
            empty="",
        )


def _print_verdicts(name: str, those: "list[Verdicts]") -> None:
    if those:
        print()
        as_table(
            [name, _("judged"), _("real"), _("false"), _("nuisance"), _("false share")],
            (
                (
                    *(each.of, str(each.judged), str(each.real), str(each.false), str(each.nuisance)),
                    f"{each.false_share:.0%}" if each.false_share is not None else "-",
                )
                for each in those
            ),
            empty="",
        )
