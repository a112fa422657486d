"""`hub rules next` and `hub rules ledger`: what is due, and what became of what was due."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors
from hub.locale import N_, _
from hub.locale import say as words

_OUTCOMES = (N_("on time"), N_("late"), N_("skipped"), N_("missed"), N_("unaccounted"))
_LONGEST_DAYS = 366


def next_due(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=_LONGEST_DAYS, help="How many days ahead.")] = 30,
    rule: Annotated[str, typer.Option(metavar="ID", help="Only this rule.")] = "",
    ics: Annotated[Path | None, typer.Option(help="Also write an iCalendar file; - for standard output.")] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Show what is due when, from the rule files. A moment that nobody may foresee is shown as the time it lies in."""
    from hub.automation.schedules.agenda import agenda
    from hub.clock import SystemClock
    from hub.config.beside.calendar_file import load_calendar
    from hub.config.problems import errors_of
    from hub.runtime.rules.site import load_rule_site

    now = SystemClock().now()
    with telling_errors():
        files = load_rule_site(_site(context, site), now.date())
        _calendar, problems = load_calendar(files.folder, now.date())
        rules = [files.rule(rule)] if rule else files.rules.rules
    found = agenda(rules, files.zone, files.calendar, now, now + timedelta(days=days))
    # What is broken is not in the calendar: who reads it must know.
    broken = errors_of([*problems, *(each for file in files.rules.broken for each in files.rules.problems[file])])
    for problem in broken:
        say(str(problem))
    if ics is not None:
        _write_ics(found, ics, files.config.site.name.text().in_("en"), now)
    if json:
        as_json([_as_data(item, day, files.zone) for day in found for item in day.items])
    elif ics is None or str(ics) != "-":
        _print_agenda(found, files.zone)
    if broken:
        raise SystemExit(int(Exit.BAD_INPUT))


def ledger(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="[RULE]", help="Only this rule.")] = "",
    since: Annotated[str, typer.Option(help="How far back, such as 12h or 7d.")] = "7d",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show what became of everything that was due: on time, late, skipped or missed, and why. Exit code 1 when
    something has no entry."""
    found = run(lambda: _ledger(*_where(context, site, url), rule, since))
    book, zone, complete = found
    if json:
        as_json(book)
    else:
        _print_ledger(book, zone)
        if not complete:
            say(_("Without the site's files nobody can tell whether anything has no entry."))
    if book.count("unaccounted"):
        raise SystemExit(int(Exit.FAILURE))


async def _ledger(site: Path, url: str, rule: str, since: str) -> tuple[Any, ZoneInfo, bool]:
    """The ledger, the site's zone, and whether the rule files were there to compare it with."""
    from hub.automation.schedules import ledger as made
    from hub.cli.rules.ledger_records import records_of
    from hub.clock import SystemClock
    from hub.runtime.rules.site import load_rule_site

    now = SystemClock().now()
    start = now - timedelta(seconds=_span_s(since))
    complete = not url or (site / "hub.toml").is_file()
    files = load_rule_site(site, now.date()) if complete else None
    zone = files.zone if files is not None else await _zone_of(site, url)
    rules = [each for each in files.rules.rules if not rule or each.id == rule] if files is not None else []
    found = await records_of(site, url, start)
    account = made.Account(found.records, rules, zone, found.accounted_at)
    book = made.ledger(account, start, max(now, found.accounted_at))
    if rule:
        from msgspec.structs import replace

        entries = [entry for entry in book.entries if entry.rule == rule]
        if files is not None and not entries and not rules:
            files.rule(rule)  # raises, with the rule that may have been meant
        book = replace(book, entries=entries)
    return book, zone, complete


async def _zone_of(site: Path, url: str) -> ZoneInfo:
    from hub.cli.connect import connected

    async with connected(site, url) as hub:
        return ZoneInfo((await hub.site()).timezone)


def _print_agenda(days: list[Any], zone: ZoneInfo) -> None:
    rows = []
    for day in days:
        notes = "; ".join(words(note) for note in (day.special, day.clocks) if note)
        for number, item in enumerate(day.items):
            when = _moment(item.due_at, zone)
            if item.until_at > item.due_at:
                when += _(" to {time}").format(time=f"{item.until_at.astimezone(zone):%H:%M}")
            if item.times > 1:
                when += _(", {count} times").format(count=item.times)
            rows.append((when, "" if number else notes, item.rule, words(item.title), words(item.does)))
    as_table(
        [_("date and time"), _("remark"), _("rule"), _("title"), _("what")],
        rows,
        empty=_("No scheduled rule comes due in this time."),
    )


def _as_data(item: Any, day: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "title": item.title,
        "clause": item.clause,
        "does": item.does,
        "due_at": item.due_at,
        "until_at": item.until_at,
        "local": item.due_at.astimezone(zone).isoformat(),
        "times": item.times,
        "day": day.special,
        "clocks": day.clocks,
    }


def _write_ics(days: list[Any], target: Path, site: str, now: datetime) -> None:
    import sys

    from hub.cli.rules.ics import icalendar_of

    content = icalendar_of(days, site, now)
    if str(target) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        target.write_bytes(content)
    except OSError as error:
        say(_("{file} cannot be written: {why}.").format(file=target, why=error.strerror))
        raise SystemExit(int(Exit.BAD_INPUT)) from None
    say(_("wrote {path}").format(path=target))


def _print_ledger(book: Any, zone: ZoneInfo) -> None:
    as_table(
        [_("planned for"), _("rule"), _("outcome"), _("on record"), _("what it led to"), _("why")],
        (
            (
                _planned(entry, zone),
                entry.rule,
                _(entry.outcome),
                _moment(entry.at, zone) if entry.at is not None else "-",
                ", ".join(f"{name} {count}" for name, count in sorted(entry.results.items())) or "-",
                words(entry.why),
            )
            for entry in book.entries
        ),
        empty=_("Nothing was due in this time."),
    )
    counts = {outcome: book.count(outcome) for outcome in _OUTCOMES}
    say(", ".join(f"{_(outcome)} {count}" for outcome, count in counts.items()))


def _planned(entry: Any, zone: ZoneInfo) -> str:
    if entry.from_at is None:
        return _moment(entry.due_at, zone)
    return _("{first} to {last}").format(first=_moment(entry.from_at, zone), last=_moment(entry.due_at, zone))


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """A local time with its offset from UTC: where clocks go back, the same time comes twice."""
    local = at.astimezone(zone)
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M}{f':{local:%S}' if local.second else ''} {offset[:3]}:{offset[3:5]}"


def _span_s(since: str) -> float:
    from hub.core.durations import parse_duration
    from hub.errors import SiteError

    try:
        return parse_duration(since)
    except ValueError as error:
        raise SiteError(f"--since {since[:40]}: {error}.") from None


def _where(context: typer.Context, site: Path, url: str) -> tuple[Path, str]:
    """Options may stand before the sub-command or after it."""
    before_site, before_url = context.obj
    return (before_site if site == HERE else site), url or before_url


def _site(context: typer.Context, site: Path) -> Path:
    return _where(context, site, "")[0]
