"""`hub roster` and `hub rounds`: who watches which post when, what is left open, and what is looked at on rounds.

They read the site's files and need no running hub: a roster is looked at before it is put in force.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.config.beside_rules import Beside
    from hub.core.duty.coverage import Double, Gap, ShortRest
    from hub.core.duty.roster import Roster, Stint
    from hub.core.rounds.kinds import AnyItem, Checklist

roster_app = typer.Typer(no_args_is_help=True, help="Show who watches which post when, and what is left open.")
rounds_app = typer.Typer(no_args_is_help=True, help="Show what is looked at on rounds.")

_LONGEST_DAYS = 366

# Words that come out of the data; named here so that they are collected for translation.
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_ASSETS = (
    *(N_("camera"), N_("line"), N_("switch"), N_("encoder"), N_("server"), N_("recorder"), N_("disk"), N_("monitor")),
    *(N_("ups"), N_("room")),
)
_ANSWERS = (N_("yes-no"), N_("number"), N_("text"), N_("photo"), N_("measured"))
_MEASURES = (N_("picture"), N_("recording"), N_("signal"), N_("disk"), N_("temperature"))
_SIGNERS = (N_("maker"), N_("leader"))

DaysOption = Annotated[int, typer.Option(min=1, max=_LONGEST_DAYS, help="How many days, today included.")]


@roster_app.command("show")
def show(
    days: DaysOption = 7,
    post: Annotated[str, typer.Option(metavar="ID", help="Only this post.")] = "",
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Show who is rostered, by day and shift, from rules/roster.toml."""
    from hub.core.duty.roster import shifts_between

    roster, period, zone, worked = _roster(site, days)
    if post:
        _require_post(roster, post)
    stints = [stint for stint in shifts_between(roster, *period, zone, worked) if post in ("", stint.post)]
    if json:
        as_json(stints)
        return
    as_table(
        [_("date"), _("post"), _("shift"), _("begins"), _("ends"), _("team"), _("people")],
        _shift_rows(stints, roster, zone),
        empty=_("Nobody is rostered in this time."),
    )


@roster_app.command("gaps")
def gaps(days: DaysOption = 30, site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Show what the roster leaves open, and people at two posts at once; exit code 1 when there is any of it.

    Rests that are shorter than the roster wants are warnings.
    """
    from hub.core.duty.coverage import coverage

    roster, period, zone, worked = _roster(site, days)
    found = coverage(roster, *period, zone, worked)
    if json:
        as_json(
            {
                "ok": not (found.gaps or found.doubles),
                "gaps": [_gap_data(gap, roster) for gap in found.gaps],
                "doubles": found.doubles,
                "short_rests": found.short_rests,
                "hours": {person: round(seconds / 3600, 2) for person, seconds in found.hours_s.items()},
            }
        )
    else:
        _print_gaps(found.gaps, found.doubles, found.short_rests, roster, zone)
    if found.gaps or found.doubles:
        raise SystemExit(int(Exit.FAILURE))


@rounds_app.command("list")
def list_(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Show the kinds of rounds and their checklists, from rules/rounds.toml."""
    from hub.automation.schedule import describe, duration

    beside = _beside(site)
    rounds = _sound(beside, "rules/rounds.toml", beside.rounds)
    every = {action.kind: rule.every for rule in rounds.rules for action in rule.do if rule.every is not None}
    if json:
        as_json([{"kind": kind, "every": every.get(kind.id)} for kind in rounds.kinds])
        return
    if not rounds.kinds:
        say(_("There are no rounds in rules/rounds.toml."))
    for number, kind in enumerate(rounds.kinds):
        when = every.get(kind.id)
        facts = [
            kind.id,
            *([_("clause {clause}").format(clause=kind.clause)] if kind.clause else []),
            *([_team(kind.team, beside.roster)] if kind.team else []),
            words(describe(when)) if when is not None else _("made due by rules"),
            *([_("time for it: {time}").format(time=words(duration(kind.due_in_s)))] if kind.due_in_s else []),
            _("signed by: {who}").format(who=_(kind.signed_by)),
        ]
        print(("\n" if number else "") + words(kind.name))
        print("  " + " · ".join(facts))
        as_table(
            [_("looked at"), _("question"), _("answer"), _("good"), _("must")],
            _item_rows(kind.checklists),
            empty="",
        )


# --- reading ------------------------------------------------------------------------------------------------------


def _beside(site: Path) -> "Beside":
    from hub.clock import SystemClock
    from hub.config.beside_rules import load_beside
    from hub.config.load import load_site

    with telling_errors():
        return load_beside(site, load_site(site), SystemClock().now().date())


def _sound(beside: "Beside", file: str, value: Any) -> Any:
    """`value`, or every problem of its file and the end."""
    for problem in beside.problems_of(file):
        say(str(problem))
    if value is None:
        raise SystemExit(int(Exit.BAD_INPUT))
    return value


def _roster(site: Path, days: int) -> tuple["Roster", tuple[datetime, datetime], ZoneInfo, Any]:
    """The roster, the period from now's midnight on, the site's zone and its days of work."""
    from functools import partial

    from hub.clock import SystemClock
    from hub.config.load import load_site
    from hub.core.calendar import Calendar, is_worked
    from hub.core.walltime import midnight

    beside = _beside(site)
    roster = _sound(beside, "rules/roster.toml", beside.roster)
    for problem in beside.problems_of("rules/calendar.toml"):
        say(str(problem))
    with telling_errors():
        zone = ZoneInfo(load_site(site).site.timezone)
    today = SystemClock().now().astimezone(zone).date()
    period = (midnight(today, zone), midnight(today + timedelta(days=days), zone))
    return roster, period, zone, partial(is_worked, beside.calendar or Calendar())


def _require_post(roster: "Roster", post: str) -> None:
    from hub.config.problems import suggestion
    from hub.errors import NotFound

    with telling_errors():
        if roster.post(post) is None:
            known = [each.id for each in roster.posts]
            raise NotFound(f"There is no post {post[:63]} in the roster.", hint=suggestion(post, known, of="posts"))


# --- showing ------------------------------------------------------------------------------------------------------


def _shift_rows(stints: Iterable["Stint"], roster: "Roster", zone: ZoneInfo) -> Iterable[Sequence[str]]:
    names = {shift.id: shift.name for shift in roster.shifts}
    shown = ""
    for stint in stints:
        day = _day(stint.on)
        team = roster.team(stint.team)
        yield (
            day if day != shown else "",
            _post_name(roster, stint.post),
            words(names[stint.shift]),
            _clock(stint.from_at, zone),
            _clock(stint.to_at, zone),
            words(team.name) if team is not None else "-",
            _listed(_place(roster, place) for place in stint.places) or "-",
        )
        shown = day


def _place(roster: "Roster", place: Any) -> str:
    name = _person(roster, place.person)
    if place.on_leave:
        name = _("{name} (on leave)").format(name=name)
    if place.instead_of:
        return _("{name} for {other}").format(name=name, other=_person(roster, place.instead_of))
    return name


def _print_gaps(
    gaps: Sequence["Gap"],
    doubles: Sequence["Double"],
    rests: Sequence["ShortRest"],
    roster: "Roster",
    zone: ZoneInfo,
) -> None:
    from hub.core.duty.words import way_out, why

    if gaps:
        as_table(
            [_("post"), _("begins"), _("ends"), _("reason"), _("what to do")],
            (
                (
                    _post_name(roster, gap.post),
                    _stamp(gap.from_at, zone),
                    _stamp(gap.to_at, zone),
                    words(why(gap, roster)),
                    words(way_out(gap)),
                )
                for gap in gaps
            ),
            empty="",
        )
    if doubles:
        as_table(
            [_("person"), _("begins"), _("ends"), _("at several posts at once")],
            (
                (
                    _person(roster, double.person),
                    _stamp(double.from_at, zone),
                    _stamp(double.to_at, zone),
                    _listed(_post_name(roster, post) for post in double.posts),
                )
                for double in doubles
            ),
            empty="",
        )
    if rests:
        as_table(
            [_("person"), _("shift ended"), _("next shift"), _("rest too short")],
            (
                (
                    _person(roster, rest.person),
                    _stamp(rest.from_at, zone),
                    _stamp(rest.to_at, zone),
                    f"{rest.rest_s / 3600:.1f} h",
                )
                for rest in rests
            ),
            empty="",
        )
    say(
        _("Gaps: {gaps}, people at two posts at once: {doubles}, short rests: {rests}.").format(
            gaps=len(gaps), doubles=len(doubles), rests=len(rests)
        )
    )


def _gap_data(gap: "Gap", roster: "Roster") -> dict[str, Any]:
    from hub.core.duty.words import way_out, why

    return {
        "post": gap.post,
        "from_at": gap.from_at,
        "to_at": gap.to_at,
        "need": gap.need,
        "people": gap.people,
        "why": why(gap, roster),
        "what_to_do": way_out(gap),
        "excuses": [excuse._asdict() for excuse in gap.excuses],
    }


def _item_rows(checklists: Sequence["Checklist"]) -> Iterable[Sequence[str]]:
    for checklist in checklists:
        scope = checklist.scope
        limits = [*scope.assets, *scope.areas, *scope.tags, *([scope.domain] if scope.domain else [])]
        of = _(checklist.of) + (f" ({', '.join(limits)})" if limits else "")
        for number, item in enumerate(checklist.items):
            yield (
                of if number == 0 else "",
                words(item.ask),
                _answer(item),
                _good(item),
                _("yes") if item.must else "-",
            )


def _answer(item: "AnyItem") -> str:
    from hub.core.rounds.kinds import Measured, Number

    kind = str(item.__struct_config__.tag)
    match item:
        case Number():
            return f"{_(kind)} {item.unit}".rstrip()
        case Measured():
            return f"{_(kind)}: {_(item.measure)}"
        case _:
            return _(kind)


def _good(item: "AnyItem") -> str:
    from hub.core.rounds.kinds import Measured, Number, YesNo

    match item:
        case YesNo():
            return _("yes") if item.good else _("no")
        case Number() | Measured() if item.at_least is not None and item.at_most is not None:
            return f"{item.at_least:g} – {item.at_most:g}"
        case Number() | Measured() if item.at_least is not None:
            return f"≥ {item.at_least:g}"
        case Number() | Measured() if item.at_most is not None:
            return f"≤ {item.at_most:g}"
        case Measured():
            return _("without a fault")
        case _:
            return "-"


def _team(team: str, roster: "Roster | None") -> str:
    known = roster.team(team) if roster is not None else None
    return words(known.name) if known is not None else team


def _post_name(roster: "Roster", post: str) -> str:
    known = roster.post(post)
    return words(known.name) if known is not None else post


def _person(roster: "Roster", person: str) -> str:
    known = roster.person(person)
    return words(known.name) if known is not None else person


def _listed(names: Iterable[str]) -> str:
    from hub.tui.words import listed

    return listed(names)


def _day(day: date) -> str:
    return f"{day} {_(_WEEKDAYS[day.weekday()])}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{_day(local.date())} {local:%H:%M}"
