"""The settings of devices on the command line: what differs from those approved, accepting it, putting it back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, say, telling_errors, when
from hub.errors import Refused
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.core.baselines.events import SettingChange

_STATES = {"proposed": N_("waits for approval"), "approved": N_("as approved"), "drifted": N_("was changed")}
_LONGEST = 60

settings_app = typer.Typer(
    invoke_without_command=True,
    help="Settings of cameras and recorders against those approved: see, accept, put back.",
)

DeviceArgument = Annotated[str, typer.Argument(metavar="DEVICE", help="Id of the device in hub.toml.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="SETTING", help="Only this setting; may be given several times.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")]


@settings_app.callback()
def settings(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show how the settings of the devices stand."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json)


@settings_app.command("list")
def list_(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show how the settings of the devices stand; those that differ first."""
    _list(context, site, url, json)


@settings_app.command("show")
def show(
    context: typer.Context,
    device: DeviceArgument,
    read: Annotated[bool, typer.Option("--read", help="Read the device now.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show every setting of a device that differs from the approved ones."""
    found, zone = _detail(context, site, url, device, fresh=read)
    if json:
        as_json(found)
        return
    view = found.view
    as_table(
        [_("settings of"), words(view.name)],
        [
            (_("state"), _(_STATES[view.state])),
            (_("since"), when(view.since_at, zone)),
            (_("settings"), str(view.entries) if view.entries else "-"),
            (_("approved on"), f"{when(view.approved_at, zone)} {view.approved_by.removeprefix('person:')}".strip()),
        ],
        empty="",
    )
    if found.problem:
        say(found.problem)
    _changes(found.changes, empty=_("Nothing differs."), approved=bool(view.approved))


@settings_app.command("approve")
def approve(
    context: typer.Context,
    device: DeviceArgument,
    reason: Why = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Approve the settings that a device has: those read first, or changed ones, with the reason."""
    from hub.core.baselines.commands import ApproveSettings

    found, _zone = _detail(context, site, url, device)
    _changes(found.changes, empty=_("Nothing differs."), approved=bool(found.view.approved))
    command = ApproveSettings(device=device, digest=found.view.digest, reason=reason)
    give(context, site, url, [command], _("Approved."))


@settings_app.command("restore")
def restore(
    context: typer.Context,
    device: DeviceArgument,
    reason: Why = "",
    only: Only = None,
    dry_run: DryRun = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Put the settings of a device back to the approved ones. The hub reads them again and says what it took."""
    _put_back(context, site, url, json, device, reason, only or [], dry_run, undo=False)


@settings_app.command("undo")
def undo(
    context: typer.Context,
    device: DeviceArgument,
    reason: Why = "",
    dry_run: DryRun = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Undo what was put back last: give the device the settings that it had before."""
    _put_back(context, site, url, json, device, reason, [], dry_run, undo=True)


def _put_back(
    context: typer.Context,
    site: Any,
    url: str,
    json: bool,
    device: str,
    reason: str,
    only: list[str],
    dry_run: bool,
    *,
    undo: bool,
) -> None:
    from hub.core.baselines.commands import RestoreSettings
    from hub.core.baselines.compare import back

    found, _zone = _detail(context, site, url, device, fresh=True)
    target = found.view.undo if undo else ""
    with telling_errors():
        if undo and not target:
            raise Refused(_("Nothing was put back at {device} that could be undone.").format(device=device))
        if not undo and not found.view.approved:
            raise Refused(
                _("No settings of {device} were approved yet.").format(device=device),
                hint=_("Look at them with `hub settings show {device}`.").format(device=device),
            )
    if undo:
        found, _zone = _detail(context, site, url, device, target=target)
    writing = back(found.changes, only)
    with telling_errors():
        _check_chosen(only, found.changes, device)
    if dry_run and json:
        as_json(writing)
        return
    chosen = [change for change in found.changes if not only or change.setting in only]
    if not json:
        _changes([change for change in chosen if change.setting in writing], empty=_("There is nothing to write."))
        if added := [change.setting for change in chosen if change.was is None]:
            say(_("Added since, to be removed by hand: {settings}").format(settings=", ".join(added[:20])))
    if dry_run:
        return
    with telling_errors():
        if not writing:
            raise Refused(_("There is nothing to write."), hint=_("What was added is removed by hand, or accepted."))
    command = RestoreSettings(
        device=device, found=found.view.digest, target=target or None, only=tuple(only), reason=reason
    )
    said = _("It is being put back; `hub settings show {device}` says what came of it.").format(device=device)
    give(context, site, url, [command], said)


def _check_chosen(only: list[str], changes: "list[SettingChange]", device: str) -> None:
    unknown = sorted(set(only) - {change.setting for change in changes})
    if unknown:
        raise Refused(
            _("This does not differ: {settings}").format(settings=", ".join(unknown)),
            hint=_("See `hub settings show {device}`.").format(device=device),
        )


def _list(context: typer.Context, site: Any, url: str, json: bool) -> None:
    async def question(hub: Any) -> Any:
        from hub.client.settings import settings as read

        return await read(hub), (await hub.site()).timezone

    found, zone = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    as_table(
        [_("device"), _("name"), _("state"), _("differ"), _("since"), _("approved on"), _("approved by")],
        (
            (
                view.device,
                words(view.name),
                _(_STATES[view.state]),
                str(view.count) if view.count else "-",
                when(view.since_at, zone),
                when(view.approved_at, zone),
                view.approved_by.removeprefix("person:") or "-",
            )
            for view in found
        ),
        empty=_("No device has told its settings yet."),
    )


def _detail(
    context: typer.Context, site: Any, url: str, device: str, *, fresh: bool = False, target: str = ""
) -> tuple[Any, str]:
    async def question(hub: Any) -> Any:
        from hub.client.settings import settings_of

        return await settings_of(hub, device, fresh=fresh, target=target), (await hub.site()).timezone

    found: tuple[Any, str] = ask(context, site, url, question)
    return found


def _changes(found: "list[SettingChange]", *, empty: str, approved: bool = True) -> None:
    if not approved:
        # Nobody decides on what they have not seen.
        as_table([_("setting"), _("value now")], ((each.setting, _value(each.now)) for each in found), empty=empty)
        return
    as_table(
        [_("setting"), _("approved value"), _("value now")],
        ((change.setting, _value(change.was), _value(change.now)) for change in found),
        empty=empty,
    )


def _value(value: str | None) -> str:
    if value is None:
        return _("(not there)")
    shown = "".join(each if each.isprintable() else "�" for each in value)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
