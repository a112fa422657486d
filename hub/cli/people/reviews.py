"""Reviews of people on the command line: list, show, make, appeal, decide, close, commend."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.names import names_in, people_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.errors import Refused
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client.reviews import ReviewedPerson
    from hub.tui.names import Names

_APPEALS = {"waiting": N_("appeal waits"), "upheld": N_("stays"), "withdrawn": N_("taken back")}
_STATES = {"open": N_("not signed"), "closed": N_("signed"), "withdrawn": N_("taken back")}

reviews_app = typer.Typer(
    no_args_is_help=True, help="Monthly reviews of people: points from the record, appeals, signatures."
)

ReviewArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the review, such as V-3.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]


@reviews_app.command("list")
def list_(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the reviews, newest month first."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.reviews import reviews

        async with connected(site, url) as hub:
            return await reviews(hub), await hub.site()

    found, seen = run(work)
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    as_table(
        [
            _("review"),
            _("of month"),
            _("state"),
            _("made"),
            _("people"),
            _("appeals"),
            _("appeal until"),
            _("signed by"),
        ],
        (
            (
                line.id,
                line.month,
                _(_STATES[line.state]),
                when(line.made_at, zone)[:16],
                str(line.people) if line.state == "open" else "-",
                str(line.waiting) if line.waiting else "-",
                when(line.appeal_until_at, zone)[:16] if line.appeal_until_at is not None else "-",
                _signers(names, line.signers) or "-",
            )
            for line in found
        ),
        empty=_("No month was reviewed yet."),
    )


@reviews_app.command("show")
def show(
    review: ReviewArgument,
    person: Annotated[str, typer.Option("--person", help="Only this account, with every point and its records.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show a review: one's own points, and for leaders everybody's."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client import reviews

        async with connected(site, url, person=True) as hub:
            return await reviews.review(hub, review), await hub.site()

    found, seen = run(work)
    chosen = [each for each in found.people if not person or each.person == person]
    if json:
        as_json({**_told(found), "people": chosen})
        return
    line = found.line
    state = _(_STATES[line.state])
    if line.state == "closed":
        state = _("signed by {who}").format(who=_signers(names_in(seen), line.signers))
    say(" · ".join(filter(None, (line.id, line.month, state, found.note))))
    _print(chosen, seen.timezone)


@reviews_app.command("so-far")
def so_far(
    month: Annotated[str, typer.Argument(metavar="[MONTH]", help="Such as 2026-10; without it this month.")] = "",
    person: Annotated[str, typer.Option("--person", help="Only this account, with every point and its records.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show what a month comes to up to now, by the scheme in force. Nothing of it is on record."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client import reviews

        async with connected(site, url, person=True) as hub:
            return await reviews.so_far(hub, _month(month) if month else ""), (await hub.site()).timezone

    found, zone = run(work)
    chosen = [each for each in found.people if not person or each.person == person]
    if json:
        as_json({"month": found.month, "people": chosen})
        return
    _print(chosen, zone)


@reviews_app.command("make")
def make(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="A month that is over, such as 2026-10.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Review everybody for a month. The hub does so by itself some days after its end."""
    from hub.core.reviews.commands import MakeReview

    with telling_errors():
        wanted = _month(month)
    records = _send(site, url, MakeReview(month=wanted))
    say(
        _("{review}: {people} people are reviewed for {month}.").format(
            review=records[0].event["review"], people=records[0].event["people"], month=month
        )
    )


@reviews_app.command("withdraw")
def withdraw(review: ReviewArgument, reason: Why, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Take back a review that is not closed; the month can be reviewed anew."""
    from hub.core.reviews.commands import WithdrawReview

    _send(site, url, WithdrawReview(review=review, reason=reason))
    say(_("{review} is withdrawn.").format(review=review))


@reviews_app.command("appeal")
def appeal(
    review: ReviewArgument,
    number: Annotated[int, typer.Argument(metavar="POINT", help="Number of your point, as `show` has it.")],
    reason: Why,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Appeal against one of your own points, once for each."""
    from hub.core.reviews.commands import AppealPoint

    _send(site, url, AppealPoint(review=review, number=number, reason=reason))
    say(_("Your appeal against point {number} of {review} waits for a decision.").format(number=number, review=review))


@reviews_app.command("decide")
def decide(
    review: ReviewArgument,
    person: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Whose appeal it is.")],
    number: Annotated[int, typer.Argument(metavar="POINT", help="Number of the point.")],
    reason: Why,
    uphold: Annotated[bool, typer.Option("--uphold", help="The point stays.")] = False,
    withdraw_: Annotated[bool, typer.Option("--withdraw", help="The point is taken back.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Decide on somebody else's appeal. A decision is final."""
    from hub.core.reviews.commands import DecideAppeal

    with telling_errors():
        if uphold == withdraw_:
            raise Refused("Say which: the point stays, or is taken back.", hint="Add --uphold or --withdraw.")
    command = DecideAppeal(
        review=review, person=person, number=number, decision="upheld" if uphold else "withdrawn", reason=reason
    )
    _send(site, url, command)
    done = _("Point {number} of {person} stays.") if uphold else _("Point {number} of {person} is taken back.")
    say(done.format(number=number, person=person))


@reviews_app.command("close")
def close(
    review: ReviewArgument,
    note: Annotated[str, typer.Option(help="What you add.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign a review when nobody can appeal any more."""
    from hub.core.reviews.commands import CloseReview

    written = _send(site, url, CloseReview(review=review, note=note))
    people = next((record.event["people"] for record in written if record.type == "review.signed"), None)
    if people is None:
        say(_("{review} is signed for everybody in it.").format(review=review))
    else:
        say(
            _("You have signed {review} for {n} in all; leaders of the others sign for theirs.").format(
                review=review, n=len(people)
            )
        )


@reviews_app.command("commend")
def commend(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Who did good work.")],
    reason: Why,
    points: Annotated[float, typer.Option(min=0.1, max=100.0, help="How many points it is worth.")] = 1.0,
    record: Annotated[
        list[int] | None, typer.Option("--record", min=1, help="Number of a record that it is about.")
    ] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Put somebody's good work on record; it counts in the review of this month."""
    from hub.core.reviews.commands import CommendPerson

    _send(site, url, CommendPerson(account=account, points=points, reason=reason, records=record or []))
    say(_("The good work of {account} is on record.").format(account=account))


def _signers(names: "Names", actors: "list[str]") -> str:
    return people_in(names, (who.removeprefix("person:") for who in actors))


def _print(people: "list[ReviewedPerson]", zone: str) -> None:
    """Everybody's total; of one person alone every point, with the records that it comes from."""
    if len(people) == 1:
        (one,) = people
        say(f"{one.person} {one.name}: {_signed(one.total)}")
        as_table(
            [_("point"), _("points"), _("time"), _("what"), _("why"), _("records"), _("appeal")],
            _points(one, zone),
            empty=_("No points, for or against."),
        )
        return
    as_table(
        [_("account"), _("name"), _("points"), _("for"), _("against"), _("appeals")],
        (_totals(each) for each in people),
        empty=_("Nobody is in it whom you may see."),
    )


def _totals(person: "ReviewedPerson") -> tuple[str, ...]:
    back = {appeal.number for appeal in person.appeals if appeal.state == "withdrawn"}
    counted = [point.points for point in person.points if point.number not in back]
    waiting = sum(appeal.state == "waiting" for appeal in person.appeals)
    return (
        person.person,
        person.name,
        _signed(person.total),
        _signed(round(sum(each for each in counted if each > 0), 2)),
        _signed(round(sum(each for each in counted if each < 0), 2)),
        _("{n} to decide").format(n=waiting) if waiting else str(len(person.appeals) or "-"),
    )


def _points(person: "ReviewedPerson", zone: str) -> Iterator[tuple[str, ...]]:
    for point in person.points:
        appeal = person.appeal(point.number)
        records = [str(number) for number in point.records]
        yield (
            str(point.number),
            _signed(point.points),
            when(point.at, zone)[:16],
            words(point.title),
            words(point.why),
            ", ".join(records[:3]) + (" …" if len(records) > 3 else ""),
            _(_APPEALS[appeal.state]) if appeal is not None else "-",
        )


def _signed(points: float) -> str:
    return f"{points:+g}" if points else "0"


def _told(found: Any) -> dict[str, Any]:
    import msgspec

    return {name: getattr(found, name) for name in msgspec.structs.asdict(found) if name != "people"}


def _month(text: str) -> str:
    """A month as it was typed. Raises `Refused`."""
    from hub.core.reviews.month import first_day

    try:
        first_day(text)
    except ValueError as error:
        raise Refused(f"{text[:20]!r} is no month.", hint="It looks like 2026-10.") from error
    return text


def _send(site: Path, url: str, command: Any) -> Any:
    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            return await hub.send(command)

    return run(work)
