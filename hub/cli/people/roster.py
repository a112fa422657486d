"""`hub roster`: who watches which post when, and what is left open.

It reads the site's files and needs no running hub: a roster is looked at before it is put in force.
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
from hub.locale import N_, _, told
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.config.beside.files import Beside
    from hub.core.duty.coverage import Double, Gap, Papers, ShortRest
    from hub.core.duty.roster import Roster, Stint

roster_app = typer.Typer(no_args_is_help=True, help="Show who watches which post when, and what is left open.")

_LONGEST_DAYS = 366

# Words that come out of the data; named here so that they are collected for translation.
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

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
    papers = _papers_on_record(site) if roster.on_record else None
    found = coverage(roster, *period, zone, worked, papers)
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


# --- reading ------------------------------------------------------------------------------------------------------


def _beside(site: Path) -> "Beside":
    from hub.clock import SystemClock
    from hub.config.beside.files import load_beside
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


def _papers_on_record(site: Path) -> "Papers | None":
    """Whose papers the running hub has on record; None, and a word about it, where it cannot be asked."""
    import asyncio

    from hub.client.people import people
    from hub.core.people.model import qualified_until
    from hub.errors import HubError, NotAllowed

    async def ask() -> "Papers":
        from hub.cli.connect import connected

        async with connected(site, person=True) as hub:
            if not (await hub.site()).me.rights & {"lead", "administer"}:
                raise NotAllowed("They are shown to those who lead or administer.", hint="Sign in as one of them.")
            views = await people(hub)
            return {view.account.id: qualified_until(view.papers) for view in views if view.qualified}

    try:
        return asyncio.run(ask())
    except HubError as error:
        said = _("Training and confidentiality on record are not counted here: {error}")
        say(said.format(error=error))
        return None


def _require_post(roster: "Roster", post: str) -> None:
    from hub.config.problems import suggestion
    from hub.core.saying import saying
    from hub.errors import NotFound

    with telling_errors():
        if roster.post(post) is None:
            known = [each.id for each in roster.posts]
            hint = told(suggestion(post, known, of=saying("posts")))
            raise NotFound(f"There is no post {post[:63]} in the roster.", hint=hint)


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
            [_("post"), _("begins"), _("ends"), _("people"), _("reason"), _("what to do")],
            (
                (
                    _post_name(roster, gap.post),
                    _stamp(gap.from_at, zone),
                    _stamp(gap.to_at, zone),
                    f"{len(gap.people)}/{gap.need}",
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
