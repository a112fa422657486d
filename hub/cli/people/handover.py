"""`hub duty handover`: the sheet of a post, and the two signatures under it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give, place_of
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.locale import _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client.duty_views import HandoverView
    from hub.core.posts.commands import RoomAnswer

handover_app = typer.Typer(help="Hand a post over, take it over, and read past handovers.")

HandoverArgument = Annotated[str, typer.Argument(metavar="ID", help="Such as H-3; see `hub duty handover`.")]
DigestOption = Annotated[str, typer.Option(help="The signature of the sheet that you read, or its first 8 characters.")]
NoteOption = Annotated[str, typer.Option(help="What you want to add.")]
_SHORT = 8


@handover_app.callback(invoke_without_command=True)
def handover(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the handovers that are not finished, each with its sheet as it is now."""
    site, url = place_of(context, site, url)
    context.obj = (site, url)
    if context.invoked_subcommand is not None:
        return
    found, zone = _open(context, site, url)
    if json:
        as_json(found)
        return
    if not found:
        print(_("No handover is under way."))
    for number, view in enumerate(found):
        if number:
            print()
        _print(view, zone)


@handover_app.command("begin")
def begin(
    context: typer.Context,
    post: Annotated[str, typer.Argument(metavar="POST", help="Id of the post; without it your own.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Begin to hand over the post at which you are signed on, and print its sheet."""
    from hub.client.duty import duty
    from hub.core.posts.commands import BeginHandover
    from hub.errors import NotFound

    site, url = place_of(context, site, url)

    async def work() -> None:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            where = post or (await duty(hub)).my_post
            if not where:
                raise NotFound("You are not signed on anywhere.", hint="`hub duty now` shows who is where.")
            await hub.send(BeginHandover(post=where))

    run(work)
    found, zone = _open(context, site, url)
    for view in found:
        if post in ("", view.post):
            _print(view, zone)


@handover_app.command("sign")
def sign(
    context: typer.Context,
    handover: HandoverArgument,
    digest: DigestOption,
    room: Annotated[
        list[str] | None, typer.Option(help="ITEM=ANSWER or ITEM=ANSWER:REMARK, for each question about the room.")
    ] = None,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign as the one who goes: that is the sheet you read, and so is the room."""
    from hub.core.posts.commands import SignHandover

    answers = [_answer(each) for each in room or []]
    whole = _digest(context, site, url, handover, digest)
    command = SignHandover(handover=handover.upper(), digest=whole, room=answers, note=note)
    give(context, site, url, [command], _("{handover} is signed; whoever comes signs now.").format(handover=handover))


@handover_app.command("take")
def take(
    context: typer.Context,
    handover: HandoverArgument,
    digest: DigestOption,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign as the one who comes, and sign on at the post by it."""
    from hub.core.posts.commands import TakeOver

    whole = _digest(context, site, url, handover, digest)
    command = TakeOver(handover=handover.upper(), digest=whole, note=note)
    give(context, site, url, [command], _("You took over, and are signed on."))


@handover_app.command("override")
def override(
    context: typer.Context,
    handover: HandoverArgument,
    reason: Annotated[str, typer.Option(help="Why it may be.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Allow a handover although critical alarms are not acknowledged; for leaders."""
    from hub.core.posts.commands import OverrideHandover

    command = OverrideHandover(handover=handover.upper(), reason=reason)
    give(context, site, url, [command], _("{handover} may be signed.").format(handover=handover))


@handover_app.command("abandon")
def abandon(
    context: typer.Context,
    handover: HandoverArgument,
    reason: Annotated[str, typer.Option(help="Why.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Give up a handover that was begun."""
    from hub.core.posts.commands import AbandonHandover

    command = AbandonHandover(handover=handover.upper(), reason=reason)
    give(context, site, url, [command], _("{handover} is given up.").format(handover=handover))


@handover_app.command("past")
def past(
    context: typer.Context,
    post: Annotated[str, typer.Option(metavar="ID", help="Only of this post.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="How many of the newest.")] = 20,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the handovers that were finished; with --json, their sheets as they were signed."""
    from hub.client.duty import past_handovers

    async def question(hub: Any) -> Any:
        return await past_handovers(hub, post=post, limit=limit), (await hub.site()).timezone

    found, zone = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    as_table(
        [_("handover"), _("when"), _("post"), _("who went"), _("who came"), _("lines"), _("changed after signing")],
        (
            (
                each.handover,
                when(each.at, zone)[:16],
                words(each.post_name),
                words(each.outgoing_name),
                words(each.incoming_name),
                str(sum(len(section.lines) for section in each.sheet.sections)),
                str(len(each.since_signed)),
            )
            for each in found
        ),
        empty=_("No post was handed over yet."),
    )


def _print(view: "HandoverView", zone: str) -> None:
    from hub.tui import words as known

    title = _("{handover}: {post}, handed over by {who}").format(
        handover=view.handover, post=words(view.post_name), who=words(view.begun_by_name)
    )
    print(f"{title} · {known.named(known.HANDOVER_STATES, view.state)}")
    changed = {(change.section, change.key): change for change in view.changes}
    for section in view.sheet.sections:
        print(f"  {words(section.title)}: {len(section.lines) or _('none')}")
        for line in section.lines:
            change = changed.get((section.id, line.key))
            mark = known.shape(known.CHANGES, change.how) if change is not None else " "
            print(f"  {mark} {line.key}  {words(line.text)}")
        for each in view.changes:
            if each.section == section.id and each.how == "gone":
                print(f"  {known.shape(known.CHANGES, 'gone')} {each.key}  {words(each.text)}")
    room, signature = _("The room"), _("Signature of this sheet")
    print(f"  {room}:")
    given = {answer.item: answer for answer in view.room}
    for item in view.items:
        answer = given.get(item.id)
        said = "-" if answer is None else answer.answer + (f" ({answer.remark})" if answer.remark else "")
        print(f"    {item.id}  {words(item.ask)}: {said}")
    if view.waiting:
        say(_("Nobody can sign: critical alarms are not acknowledged: {alarms}").format(alarms=", ".join(view.waiting)))
    if view.signed_at is not None and view.signed_by_name is not None:
        signed = _("Signed by {who}, {when}").format(who=words(view.signed_by_name), when=when(view.signed_at, zone))
        print(f"  {signed}")
    print(f"  {signature}: {view.digest}")


def _open(context: typer.Context, site: Path, url: str) -> tuple[list["HandoverView"], str]:
    from hub.client.duty import handovers

    async def question(hub: Any) -> tuple[list["HandoverView"], str]:
        return await handovers(hub), (await hub.site()).timezone

    return ask(context, site, url, question)


def _digest(context: typer.Context, site: Path, url: str, handover: str, digest: str) -> str:
    """The whole digest that `digest` is the beginning of. What is no longer so, the hub would refuse as well; here it
    is said before anything is sent."""
    from hub.errors import NotFound, WrongState

    found, _zone = _open(context, site, url)
    with telling_errors():
        view = next((each for each in found if each.handover == handover.upper()), None)
        if view is None:
            raise NotFound(f"No handover {handover.upper()} is open.", hint="`hub duty handover` shows those that are.")
        if len(digest) < _SHORT or not view.digest.startswith(digest.lower()):
            raise WrongState(
                f"That is not the signature of the sheet of {view.handover} as it is now.",
                hint="Read it again: `hub duty handover`. Eight characters are enough.",
            )
        return view.digest


def _answer(text: str) -> "RoomAnswer":
    from hub.core.posts.commands import RoomAnswer
    from hub.errors import Refused

    item, equals, rest = text.partition("=")
    answer, _colon, remark = rest.partition(":")
    with telling_errors():
        if not equals or not item or not answer:
            raise Refused(f"{text[:60]} answers nothing.", hint="Write it as clean=yes, or wet-cloths=yes:taken out.")
        return RoomAnswer(item=item.strip(), answer=answer.strip(), remark=remark.strip())
