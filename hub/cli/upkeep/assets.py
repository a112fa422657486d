"""`hub assets`: the register of assets, its tables, commissioning, and how whole it is."""

from collections.abc import Sequence
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give, place_of
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, when
from hub.locale import N_, _, ngettext
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client import SiteView
    from hub.client.assets import ArchiveView, AssetView
    from hub.core.assets.table import Plan

# Words that come out of the data; named here so that they are collected for translation.
_WORDS = (
    *(N_("proposed"), N_("decided"), N_("ordered"), N_("fitted")),
    *(N_("camera"), N_("line"), N_("switch"), N_("encoder"), N_("server")),
    *(N_("recorder"), N_("disk"), N_("monitor"), N_("ups"), N_("room")),
    *(N_("planning"), N_("technical"), N_("using")),
)
_MOST_PROBLEMS = 100


class KindName(StrEnum):
    CAMERA = "camera"
    LINE = "line"
    SWITCH = "switch"
    ENCODER = "encoder"
    SERVER = "server"
    RECORDER = "recorder"
    DISK = "disk"
    MONITOR = "monitor"
    UPS = "ups"
    ROOM = "room"


class FileName(StrEnum):
    PHOTO = "photo"
    DOCUMENT = "document"


assets_app = typer.Typer(
    no_args_is_help=True, help="Keep the register of assets: archives, tables, commissioning, replacement."
)

Asset = Annotated[str, typer.Argument(metavar="ASSET", help="Its id, such as SW-3; of a camera, its id in hub.toml.")]
Values = Annotated[
    list[str],
    typer.Option("--set", metavar="FIELD=VALUE", help="What it says of a field; an empty value takes it away."),
]
ReasonOption = Annotated[str, typer.Option(help="Why; it goes on record.")]
NoteOption = Annotated[str, typer.Option(help="A note.")]


@assets_app.command("list")
def listed(
    context: typer.Context,
    kind: Annotated[KindName | None, typer.Option(help="Only those of this kind.")] = None,
    area: Annotated[str, typer.Option(help="Only those in this area.")] = "",
    department: Annotated[str, typer.Option(help="Only those of this department.")] = "",
    text: Annotated[str, typer.Option("--find", help="Only those of which any field holds this.")] = "",
    retired: Annotated[bool, typer.Option(help="Those that are retired, too.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the assets, with how whole the archive of each is and what speaks for replacing it."""
    view = ask(context, site, url, _register)
    wanted = {"area": area, "department": department}

    def fits(each: "AssetView") -> bool:
        asset = each.asset
        return (
            (retired or asset.retired is None)
            and (kind is None or asset.kind == kind.value)
            and all(not value or asset.values.get(name, "") == value for name, value in wanted.items())
            and text.casefold() in " ".join((asset.id, *asset.values.values())).casefold()
        )

    shown = [each for each in view.assets if fits(each)]
    if json:
        as_json(shown)
        return
    from hub.tui.rows.asset_words import STATES, word

    down = {suspect.asset for suspect in view.suspects}
    as_table(
        [
            _("asset"),
            _("kind"),
            _("asset name"),
            _("state"),
            _("connected to"),
            _("missing"),
            _("availability"),
            _("points"),
        ],
        (
            (
                each.asset.id,
                _(each.asset.kind),
                each.asset.name,
                word(STATES, each.state) + (" " + _("(likely down)") if each.asset.id in down else ""),
                each.asset.parent,
                str(len(each.missing)) if each.missing else "-",
                f"{each.availability:.2%}" if each.availability is not None else "-",
                f"{each.points:g}{' ' + each.proposal if each.proposal else ''}",
            )
            for each in shown
        ),
        empty=_("There is no such asset."),
    )


@assets_app.command("show")
def show(
    context: typer.Context, asset: Asset, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False
) -> None:
    """Show the archive page of an asset, with its life."""

    async def question(hub: Any) -> Any:
        from hub.client.assets import archive

        return await archive(hub, asset), await hub.site()

    page, seen = ask(context, site, url, question)
    if json:
        as_json(page)
    else:
        _print_page(page, seen)


@assets_app.command("add")
def add(
    context: typer.Context,
    asset: Asset,
    kind: Annotated[KindName, typer.Argument(help="Which link of the chain it is.")],
    values: Values = [],  # noqa: B006
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Enter an asset in the register: `hub assets add SW-3 switch --set maker=Moxa --set parent=UPS-1`."""
    from hub.core.assets.commands import RegisterAsset

    command = RegisterAsset(asset=asset, kind=kind.value, values=_pairs(values))
    give(context, site, url, [command], _("{asset} is in the register.").format(asset=asset))


@assets_app.command("change")
def change(
    context: typer.Context,
    asset: Asset,
    values: Values,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Change what the register says of an asset; what was before stays on record."""
    from hub.core.assets.commands import ChangeAsset

    command = ChangeAsset(asset=asset, values=_pairs(values))
    give(context, site, url, [command], _("{asset} is changed.").format(asset=asset))


@assets_app.command("attach")
def attach(
    context: typer.Context,
    asset: Asset,
    file: Annotated[Path, typer.Argument(help="A JPEG or PNG picture, or a PDF.")],
    sort: Annotated[FileName, typer.Option("--as", help="What it is.")] = FileName.PHOTO,
    title: Annotated[str, typer.Option(help="What it shows.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Add a photo or a document to the archive of an asset."""
    site, url = place_of(context, site, url)

    async def work() -> None:
        from hub.cli.connect import connected
        from hub.client.attachments import read_attachment
        from hub.core.assets.commands import AddAssetFile

        data = read_attachment(file)
        async with connected(site, url, person=True) as hub:
            attachment = await hub.attach(file.name, data)
            await hub.send(AddAssetFile(asset=asset, attachment=attachment, sort=sort.value, title=title))

    run(work)
    say(_("{file} is in the archive of {asset}.").format(file=file.name, asset=asset))


@assets_app.command("retire")
def retire(
    context: typer.Context,
    asset: Asset,
    reason: ReasonOption,
    replaced_by: Annotated[str, typer.Option(help="The asset that takes its place.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take an asset out of use for good."""
    from hub.core.assets.commands import RetireAsset

    command = RetireAsset(asset=asset, reason=reason, replaced_by=replaced_by or None)
    give(context, site, url, [command], _("{asset} is retired.").format(asset=asset))


@assets_app.command("restore")
def restore(
    context: typer.Context, asset: Asset, reason: ReasonOption, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Put a retired asset back in use."""
    from hub.core.assets.commands import RestoreAsset

    give(
        context,
        site,
        url,
        [RestoreAsset(asset=asset, reason=reason)],
        _("{asset} is in use again.").format(asset=asset),
    )


@assets_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A table: .csv (UTF-8 or GB 18030) or .xlsx.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added and changed.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Enter and change many assets from a table: all of them, or none. Every problem is named by its place."""
    place, address = place_of(context, site, url)

    async def work() -> "Plan":
        from hub.cli.connect import connected
        from hub.client.assets import preview
        from hub.core.assets.commands import ImportAssets

        async with connected(place, address, person=not dry_run) as hub:
            plan = await preview(hub, file)
            if not dry_run and not plan.problems and (plan.added or plan.changed):
                await hub.send(ImportAssets(rows=plan.rows))
            return plan

    plan: Plan = run(work)
    if json:
        as_json(plan)
    else:
        _print_plan(plan, file.name, done=not dry_run)
    if plan.problems:
        from hub.cli.exit_codes import Exit

        raise SystemExit(int(Exit.BAD_INPUT))


@assets_app.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it: .csv or .xlsx.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the register to a table, which `hub assets import` reads again."""
    from hub.cli.output import telling_errors
    from hub.client.assets import write_table

    view = ask(context, site, url, _register)
    with telling_errors():
        write_table(file, view)
    say(
        ngettext("1 asset is in {file}.", "{n} assets are in {file}.", len(view.assets)).format(
            n=len(view.assets), file=file
        )
    )


@assets_app.command("score")
def score(
    context: typer.Context,
    missing: Annotated[bool, typer.Option("--missing", help="Name what each archive lacks.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show how whole the archives are, of the site and of each department (一机一档率)."""
    view = ask(context, site, url, _register)
    if json:
        lacking = {each.asset.id: each.missing for each in view.assets if each.missing}
        as_json({"site": view.completeness, "departments": view.departments, "missing": lacking})
        return
    as_table(
        [_("department"), _("assets"), _("whole"), _("fields filled"), _("of"), _("share")],
        (
            (
                name,
                *(str(found.assets), str(found.whole), str(found.filled), str(found.required)),
                f"{found.share:.1%}" if found.share is not None else "-",
            )
            for name, found in (
                (_("the site"), view.completeness),
                *((n or "-", f) for n, f in view.departments.items()),
            )
        ),
        empty="",
    )
    if missing:
        print()
        rows = [(each.asset.id, ", ".join(map(_label, each.missing))) for each in view.assets if each.missing]
        as_table([_("asset"), _("missing")], rows, empty=_("Nothing is missing."))


async def _register(hub: Any) -> Any:
    from hub.client.assets import register

    return await register(hub)


def _pairs(values: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        name, equals, said = value.partition("=")
        if not equals:
            raise typer.BadParameter(_("{value} is not FIELD=VALUE.").format(value=value), param_hint="--set")
        pairs[name.strip()] = said
    return pairs


def _label(field: str) -> str:
    from hub.core.assets.fields import BY_NAME

    return words(BY_NAME[field].label) if field in BY_NAME else _(field)


_MORE_FIELDS = (N_("photo"), N_("reference"))


def _print_page(page: "ArchiveView", site: "SiteView") -> None:
    from hub.tui.describe.record import actor, describe_view
    from hub.tui.names import names_of
    from hub.tui.rows.asset_words import STATES, word
    from hub.tui.situation import zone_of

    names = names_of(site, zone_of(site, UTC))
    asset = page.view.asset
    rows = [(_("asset"), asset.id), (_("kind"), _(asset.kind)), (_("state"), word(STATES, page.view.state))]
    rows += [(_label(name), value) for name, value in asset.values.items()]
    rows.append((_("chain"), " → ".join([asset.id, *(each.id for each in page.above)])))
    rows.append((_("missing"), ", ".join(map(_label, page.view.missing)) or "-"))
    if page.watched is not None and page.watched.availability is not None:
        rows.append((_("availability"), f"{page.watched.availability:.3%}"))
    rows += [(_("speaks for replacing it"), f"{each.points:g}: {words(each.text)}") for each in page.score.grounds]
    if page.proposal is not None:
        rows.append((_("proposal"), f"{page.proposal.id} {_(page.proposal.state)}"))
    as_table([_("field"), _("value")], rows, empty="")
    print()
    as_table(
        [_("at"), _("by"), _("what")],
        (
            (when(event.seen_at, site.timezone), actor(event.actor, names), describe_view(event, names))
            for event in page.history
        ),
        empty=_("Nothing is on record about it yet."),
    )


def _print_plan(plan: "Plan", file: str, *, done: bool) -> None:
    from hub.locale import language

    if plan.problems:
        for problem in plan.problems[:_MOST_PROBLEMS]:
            print(problem.said(file, language()))
        more = len(plan.problems) - _MOST_PROBLEMS
        if more > 0:
            print(_("… and {n} more.").format(n=more))
        say(
            ngettext(
                "Nothing was entered: 1 problem.", "Nothing was entered: {n} problems.", len(plan.problems)
            ).format(n=len(plan.problems))
        )
        return
    rows = [("+", event.asset, ", ".join(f"{k}={v}" for k, v in event.values.items())) for event in plan.added]
    for event in plan.changed:
        differences = (f"{name}: {event.before[name] or '-'} → {value or '-'}" for name, value in event.after.items())
        rows.append(("~", event.asset, ", ".join(differences)))
    as_table(["", _("asset"), _("what")], rows, empty=_("The register says all of this already."))
    said = (
        _("{added} added, {changed} changed, {same} as they were.")
        if done
        else _("Would add {added} and change {changed}; {same} are as they were. Nothing was entered.")
    )
    say(said.format(added=len(plan.added), changed=len(plan.changed), same=plan.same))
