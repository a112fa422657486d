"""`hub rules`: the rules in force, turned off and on; and the author's tools, which work on files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, fail, run, say, when
from hub.cli.rules import files, trials
from hub.cli.rules.calendar import ledger, next_due
from hub.locale import _, told
from hub.locale import say as in_words

rules_app = typer.Typer(
    invoke_without_command=True,
    help="Show the rules in force; check, test and explain them; turn one off or on.",
)

rules_app.command("check")(files.check)
rules_app.command("new")(files.new)
rules_app.command("test")(trials.try_cases)
rules_app.command("explain")(trials.explain)
rules_app.command("diff")(trials.diff)
rules_app.command("next")(next_due)
rules_app.command("ledger")(ledger)


@rules_app.callback()
def rules(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the rules in force: when each is due next, when it fired last, and why."""
    context.obj = (site, url)
    if context.invoked_subcommand is not None:
        return
    from hub.tui.traces import in_words as traced

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            return await hub.rules(), (await hub.site()).timezone

    found, zone = run(work)
    if json:
        as_json(found)
        return
    as_table(
        [_("rule"), _("clause"), _("when"), _("state"), _("next due"), _("last fired"), _("why")],
        (
            (
                rule.id,
                rule.clause,
                rule.when,
                _state(rule.paused, zone),
                when(rule.next_due_at, zone),
                when(rule.last_fired_at, zone),
                traced(rule.why),
            )
            for rule in found
        ),
        empty=_("No rule is in force."),
    )


@rules_app.command("show")
def show(
    context: typer.Context, rule: str, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False
) -> None:
    """Show one rule: what it says in words, with what each of its events means, and when it fired last."""
    from hub.tui.rows.rules import waiting
    from hub.tui.traces import in_words as traced

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(*_where(context, site, url)) as hub:
            return await hub.rule(rule), (await hub.site()).timezone

    detail, zone = run(work)
    if json:
        as_json(detail)
        return
    view = detail.rule
    facts = [
        (_("state"), _state(view.paused, zone)),
        (_("clause"), view.clause),
        (_("file"), f"{view.file}:{detail.line}" if detail.line else view.file),
        (_("next due"), ", ".join(when(at, zone) for at in detail.next_due_at)),
        (_("last fired"), when(view.last_fired_at, zone)),
        (_("waiting"), waiting(view) if view.waiting or view.held else ""),
        (_("why"), traced(view.why)),
    ]
    as_table(
        [view.id, in_words(view.title)],
        [
            *((name, value) for name, value in facts if value),
            *((_("says") if not number else "", in_words(said)) for number, said in enumerate(detail.says)),
        ],
        empty="",
    )


@rules_app.command("off")
def off(
    context: typer.Context,
    rule: str,
    reason: Annotated[str, typer.Option(help="Why; it goes on record with who did it.")],
    for_: Annotated[str, typer.Option("--for", help="For how long, such as 2h.")] = "",
    until: Annotated[str, typer.Option(help="Until when, such as 14:30 or '2026-11-30 08:00'.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Turn a rule off, for a time or until somebody turns it on. Alarms that stand because of it stand on."""
    from hub.core.rules.commands import PauseRule
    from hub.errors import SiteError

    if for_ and until:
        fail(SiteError("--for and --until were both given.", hint="Give one of them, or neither."))

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(*_where(context, site, url), person=True) as hub:
            view = await hub.site()
            until_at = _end(for_ or until, view.at, view.timezone)
            return await hub.send(PauseRule(rule=rule, reason=reason, until_at=until_at)), until_at, view.timezone

    records, until_at, zone = run(work)
    if not records:
        say(_("Nothing to do: it is so already."))
    elif until_at is None:
        say(_("{rule} is off until somebody turns it on.").format(rule=rule))
    else:
        say(_("{rule} is off until {when}.").format(rule=rule, when=when(until_at, zone)))


@rules_app.command("on")
def on(context: typer.Context, rule: str, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Turn a rule on again."""
    from hub.core.rules.commands import ResumeRule

    _send(context, site, url, ResumeRule(rule=rule), done=_("{rule} is on.").format(rule=rule))


@rules_app.command("set")
def set_(context: typer.Context, name: str, value: str, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Give a variable of the rules another value."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.core.rules.commands import ChangeVariable

        async with connected(*_where(context, site, url), person=True) as hub:
            command = ChangeVariable(variable=name, value=_value(name, value, await hub.variables()))
            return await hub.send(command)

    done = _("{name} is {value} now.").format(name=name, value=value)
    say(done if run(work) else _("Nothing to do: it is so already."))


@rules_app.command("variables")
def variables(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the variables of the rules, and what each holds now."""

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(*_where(context, site, url)) as hub:
            return await hub.variables()

    found = run(work)
    if json:
        as_json(found)
        return
    as_table(
        [_("variable"), _("value"), _("at first")],
        ((each.name, _shown(each.value), _shown(each.declared)) for each in found),
        empty=_("The rules declare no variable."),
    )


def _where(context: typer.Context, site: Path, url: str) -> tuple[Path, str]:
    """Options may stand before the sub-command or after it."""
    before_site, before_url = context.obj
    return (before_site if site == HERE else site), url or before_url


def _send(context: typer.Context, site: Path, url: str, command: Any, *, done: str) -> None:
    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(*_where(context, site, url), person=True) as hub:
            return await hub.send(command)

    say(done if run(work) else _("Nothing to do: it is so already."))


def _end(text: str, now: datetime, zone: str) -> datetime | None:
    """When a pause ends. Raises `SiteError` for what is no time."""
    from zoneinfo import ZoneInfo

    from hub.errors import SiteError
    from hub.tui.forms.when import parse_when

    if not text:
        return None
    end = parse_when(text, now, ZoneInfo(zone or "UTC"))
    if end is None:
        raise SiteError(f"{text[:60]!r} is no time.", hint="Write 2h, 1h30m, 3d, 14:30 or 2026-11-30 08:00.")
    return end


def _value(name: str, text: str, known: list[Any]) -> bool | float | str:
    """`text` as the variable is declared. Raises `SiteError`."""
    from hub.config.problems import suggestion
    from hub.core.saying import saying
    from hub.errors import SiteError

    found = next((each for each in known if each.name == name), None)
    if found is None:
        hint = told(suggestion(name, [each.name for each in known], of=saying("variables")))
        raise SiteError(f"The rules declare no variable {name[:100]}.", hint=hint)
    if isinstance(found.declared, bool):
        spoken = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        if text.lower() not in spoken:
            raise SiteError(f"{name} is true or false, not {text[:60]!r}.")
        return spoken[text.lower()]
    if isinstance(found.declared, float | int):
        try:
            return float(text)
        except ValueError:
            raise SiteError(f"{name} is a number, not {text[:60]!r}.") from None
    return text


def _state(pause: Any, zone: str) -> str:
    if pause is None:
        return _("on")
    by = pause.by.removeprefix("person:")
    if pause.until_at is None:
        return _("off, by {who}").format(who=by)
    return _("off until {when}, by {who}").format(when=when(pause.until_at, zone), who=by)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
