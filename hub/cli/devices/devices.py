"""Recorders and cameras that the hub asks how they are: list, one of them, its clock, a restart, firmware."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, say, when
from hub.locale import _

devices_app = typer.Typer(
    invoke_without_command=True,
    help="Recorders and cameras that the hub asks how they are: clock, disks, firmware, what is wrong.",
)

DeviceArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the device, or of a camera that is one.")]


@devices_app.callback()
def devices(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the devices and how they are."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json, wrong=False)


@devices_app.command("list")
def list_(
    context: typer.Context,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only those with something wrong.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the devices and how they are."""
    _list(context, site, url, json, wrong=wrong)


@devices_app.command("show")
def show(
    context: typer.Context,
    device: DeviceArgument,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show everything that is known of one device, and what is not."""

    async def question(hub: Any) -> Any:
        from hub.client.devices import device as read

        return await read(hub, device), await hub.site()

    view, seen = ask(context, site, url, question)
    if json:
        as_json(view)
        return
    from hub.tui.rows.devices import facts
    from hub.tui.situation import Link, Situation, zone_of

    situation = Situation(now=seen.at, zone=zone_of(seen, UTC), link=Link(up=True), site=seen)
    as_table(["", ""], [(fact.label, fact.text) for fact in facts(view, situation)], empty="")


@devices_app.command("retry")
def retry(context: typer.Context, device: DeviceArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Ask a device again that refused the password, or whose plugin hung."""
    from hub.core.devices.commands import RetryDevice

    give(context, site, url, [RetryDevice(device=device)], _("{device} is asked again.").format(device=device))


@devices_app.command("clock")
def clock(
    context: typer.Context,
    device: DeviceArgument,
    set_: Annotated[bool, typer.Option("--set", help="Give it the hub's time; `allow` must have `clock`.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why it was wrong, if that is known.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show how far the clock of a device is off; with --set, give it the hub's time."""
    if set_:
        from hub.core.devices.commands import SetDeviceClock

        done = _("{device} is given the hub's time; `hub devices show` tells what came of it.").format(device=device)
        give(context, site, url, [SetDeviceClock(device=device, reason=reason)], done)
        return

    async def question(hub: Any) -> Any:
        from hub.client.devices import device as read

        return await read(hub, device)

    view = ask(context, site, url, question)
    if json:
        as_json(
            {
                "device": view.id,
                "reading": view.now.clock,
                "drift_s": view.now.drift_s,
                "within_s": view.now.within_s,
                "source": view.now.clock_source,
            }
        )
        return
    from hub.tui.rows.devices import clock_words

    say(f"{view.id}: {clock_words(view)}")


@devices_app.command("reboot")
def reboot(
    context: typer.Context,
    device: DeviceArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why it must be restarted.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Start a device anew; for a minute or two it records nothing. `allow` must have `reboot`."""
    from hub.core.devices.commands import RebootDevice

    done = _("{device} is told to start anew.").format(device=device)
    give(context, site, url, [RebootDevice(device=device, reason=reason)], done)


@devices_app.command("firmware")
def firmware(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show which firmware runs on which model."""
    from hub.client.devices import firmware as by_model

    lines = by_model(_read(context, site, url)[0])
    if json:
        as_json(lines)
        return
    as_table(
        [_("model"), _("firmware"), _("number"), _("devices")],
        [
            (
                f"{line.maker} {line.model}".strip(),
                line.firmware or "?",
                str(len(line.devices)),
                ", ".join(line.devices),
            )
            for line in lines
        ],
        empty=_("No device has said what it runs."),
    )


def _read(context: typer.Context, site: Any, url: str) -> Any:
    """The devices, and the zone of the site."""

    async def question(hub: Any) -> Any:
        from hub.client.devices import devices as read

        return await read(hub), (await hub.site()).timezone

    return ask(context, site, url, question)


def _list(context: typer.Context, site: Any, url: str, json: bool, *, wrong: bool) -> None:
    views, zone = _read(context, site, url)
    found = [view for view in views if view.faults or not wrong]
    if json:
        as_json(found)
        return
    from hub.tui import words_devices as said
    from hub.tui.rows.devices import clock as clock_of
    from hub.tui.rows.devices import device_name, disks

    as_table(
        [_("device"), _("state"), _("model"), _("firmware"), _("clock"), _("disks"), _("last asked"), _("faults")],
        [
            (
                device_name(view),
                _(said.CONTACTS[view.now.contact][1]),
                f"{view.maker} {view.model}".strip() or "?",
                view.firmware or "?",
                clock_of(view),
                disks(view),
                _asked(view.now.asked_at, zone),
                _faults(view, zone) or "-",
            )
            for view in found
        ],
        empty=_("Nothing is wrong with any device that has said so.") if wrong else _("hub.toml names no devices."),
    )


def _faults(view: Any, zone: str) -> str:
    from hub.tui.rows.devices import fault_words

    ends_at = view.now.certificate_ends_at
    ends = when(ends_at, zone)[:10] if ends_at is not None else ""
    return "; ".join(fault_words(fault, ends=ends) for fault in view.faults)


def _asked(at: datetime | None, zone: str) -> str:
    return when(at, zone)[11:] if at is not None else "-"
