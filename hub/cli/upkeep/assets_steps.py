"""`hub assets`: the steps of commissioning and of a replacement."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.names import names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, when
from hub.cli.upkeep.assets import Asset, NoteOption, ReasonOption, assets_app
from hub.locale import _
from hub.locale import say as words

__all__ = ["assets_app"]

Proposal = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Its number, such as X-4.")]


class PartyName(StrEnum):
    PLANNING = "planning"
    TECHNICAL = "technical"
    USING = "using"


@assets_app.command("commission")
def begin(context: typer.Context, asset: Asset, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Begin the commissioning and handover record of an asset; what the hub can see, it fills in."""
    from hub.core.assets.commands import BeginCommissioning

    said = _("The commissioning record of {asset} is begun.").format(asset=asset)
    give(context, site, url, [BeginCommissioning(asset=asset)], said)


@assets_app.command("record")
def show(
    context: typer.Context, asset: Asset, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False
) -> None:
    """Show the commissioning record: what was found at each check, and who signed."""

    async def question(hub: Any) -> Any:
        from hub.client.assets import archive

        return (await archive(hub, asset)).view.asset.commissioning, await hub.site()

    record, seen = ask(context, site, url, question)
    if json:
        as_json(record)
        return
    from hub.core.assets.checks import BY_ID
    from hub.tui.describe.record import actor

    zone, names = seen.timezone, names_in(seen)
    rows = []
    for check, answer in (record.checks if record is not None else {}).items():
        state = _("open") if answer is None else _("right") if answer.ok else _("wrong")
        note = "" if answer is None else answer.note or words(answer.detail)
        by = actor(answer.by, names) if answer is not None else "-"
        rows.append((check, words(BY_ID[check].ask), state, by, note))
    as_table(
        [_("check"), _("what"), _("state"), _("by"), _("note")],
        rows,
        empty=_("{asset} has no commissioning record.").format(asset=asset),
    )
    if record is not None:
        for name, signature in ((_("handed over"), record.handed_over), (_("taken over"), record.taken_over)):
            signed = f"{actor(signature.by, names)} {when(signature.at, zone)}" if signature is not None else "-"
            print(f"{name}: {signed}")


@assets_app.command("check")
def check(
    context: typer.Context,
    asset: Asset,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Which check, as `hub assets record` names it.")],
    wrong: Annotated[bool, typer.Option("--wrong", help="It was not found right.")] = False,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Answer one check of the commissioning record."""
    from hub.core.assets.commands import AnswerCheck

    command = AnswerCheck(asset=asset, check=check, ok=not wrong, note=note)
    give(context, site, url, [command], _("On record: {check} of {asset}.").format(check=check, asset=asset))


@assets_app.command("hand-over")
def hand_over(
    context: typer.Context, asset: Asset, note: NoteOption = "", site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Sign for the technical department: it is ready for use."""
    from hub.core.assets.commands import HandOverAsset

    said = _("{asset} is handed over; the using department signs next.").format(asset=asset)
    give(context, site, url, [HandOverAsset(asset=asset, note=note)], said)


@assets_app.command("take-over")
def take_over(
    context: typer.Context, asset: Asset, note: NoteOption = "", site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Sign for the using department: it is in use from now on."""
    from hub.core.assets.commands import TakeOverAsset

    give(context, site, url, [TakeOverAsset(asset=asset, note=note)], _("{asset} is in use.").format(asset=asset))


@assets_app.command("proposals")
def proposals(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the replacements that are proposed or under way, with who signed and what is late."""

    async def question(hub: Any) -> Any:
        from hub.client.assets import proposals

        return await proposals(hub), await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    from hub.tui.describe.record import actor

    zone, names = seen.timezone, names_in(seen)
    overdue = _("overdue")
    as_table(
        [_("proposal"), _("asset"), _("state"), _("points"), _("why"), _("signed"), _("due by")],
        (
            (
                each.id,
                each.asset,
                _(each.state),
                f"{each.score:g}",
                "; ".join([*([each.reason] if each.reason else []), *(words(ground.text) for ground in each.grounds)]),
                ", ".join(f"{_(party)} ({actor(sign.by, names)})" for party, sign in each.signatures.items()) or "-",
                when(each.due_at, zone) + (f" {overdue}" if each.overdue else ""),
            )
            for each in found
        ),
        empty=_("No replacement is proposed."),
    )


@assets_app.command("propose")
def propose(
    context: typer.Context, asset: Asset, reason: ReasonOption, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Propose that an asset be replaced."""
    from hub.core.assets.commands import ProposeReplacement

    said = _("The replacement of {asset} is proposed.").format(asset=asset)
    give(context, site, url, [ProposeReplacement(asset=asset, reason=reason)], said)


@assets_app.command("sign")
def sign(
    context: typer.Context,
    proposal: Proposal,
    party: Annotated[PartyName, typer.Argument(help="For which party you sign.")],
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign a replacement for one of the three parties. Three different persons sign."""
    from hub.core.assets.commands import SignReplacement

    command = SignReplacement(proposal=proposal, party=party.value, note=note)
    give(context, site, url, [command], _("{proposal} is signed.").format(proposal=proposal))


@assets_app.command("refuse")
def refuse(
    context: typer.Context, proposal: Proposal, reason: ReasonOption, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Refuse a replacement, or call one off."""
    from hub.core.assets.commands import RefuseReplacement

    command = RefuseReplacement(proposal=proposal, reason=reason)
    give(context, site, url, [command], _("{proposal} is refused.").format(proposal=proposal))


@assets_app.command("order")
def order(
    context: typer.Context, proposal: Proposal, note: NoteOption = "", site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Say that the new device was ordered."""
    from hub.core.assets.commands import OrderReplacement

    command = OrderReplacement(proposal=proposal, note=note)
    give(context, site, url, [command], _("{proposal} is ordered.").format(proposal=proposal))


@assets_app.command("fit")
def fit(
    context: typer.Context,
    proposal: Proposal,
    by_asset: Annotated[str, typer.Argument(help="The new device, which must be commissioned.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Name the new device, once it is commissioned; the old one is retired."""
    from hub.core.assets.commands import FitReplacement

    command = FitReplacement(proposal=proposal, by_asset=by_asset)
    said = _("{asset} is in place: {proposal} can be closed.").format(asset=by_asset, proposal=proposal)
    give(context, site, url, [command], said)


@assets_app.command("close")
def close(
    context: typer.Context, proposal: Proposal, note: NoteOption = "", site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Close a replacement whose new device is in use."""
    from hub.core.assets.commands import CloseReplacement

    command = CloseReplacement(proposal=proposal, note=note)
    give(context, site, url, [command], _("{proposal} is closed.").format(proposal=proposal))
