"""Commands about recordings: list them, check how complete and how whole they are, look at them."""

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hub.cli.exit_codes import Exit
from hub.cli.footage.forecast import forecast
from hub.cli.footage.proof import proof
from hub.cli.footage.storages import storages
from hub.cli.footage.viewing import play
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, telling_errors, when
from hub.cli.typed_times import moment
from hub.clock import SystemClock
from hub.locale import N_, _, ngettext

recordings_app = typer.Typer(no_args_is_help=True, help="List recordings, check them, look at them.")

recordings_app.command("proof")(proof)
recordings_app.command("storages")(storages)
recordings_app.command("forecast")(forecast)

# Words that come out of the data; named here so that they are collected for translation.
_CAUSES = (N_("camera"), N_("network"), N_("hub"), N_("storage"), N_("unknown"))

_BLOCK = 1024 * 1024
_PAGE = 5000
_MOST_GAPS = 8

DayOption = Annotated[str, typer.Option("--day", help="Only this day, such as 2026-01-05.")]
FromOption = Annotated[str, typer.Option("--from", help="From when: a day, or a day and a time, in the site's zone.")]
ToOption = Annotated[str, typer.Option("--to", help="Until when; without it, until now.")]
CameraArgument = Annotated[str, typer.Argument(help="Camera id; without it, all cameras.")]


@recordings_app.command("list")
def list_(
    camera: CameraArgument = "",
    from_: FromOption = "",
    to: ToOption = "",
    day: DayOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the files of recordings; without a time, those of the last hour."""

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            zone = (await hub.site()).timezone
            begin, end = _period(from_, to, day, zone, hours=1)
            return await hub.recordings(camera=camera, from_at=begin, to_at=end, limit=_PAGE), zone

    found, zone = run(work)
    if json:
        as_json(found)
        return
    as_table(
        [_("camera"), _("stream"), _("from"), _("to"), _("size"), _("codec"), _("its clock"), _("kept"), _("file")],
        (
            (
                one.camera,
                one.stream,
                when(one.begin_at, zone),
                when(one.end_at, zone),
                f"{one.bytes / 1e6:.1f} MB",
                one.codec,
                f"{one.device_offset_s:+.1f} s" if one.device_offset_s is not None else "",
                _("is being written") if one.open else _("yes") if one.protected else "",
                f"{one.storage}: {one.name}" if one.storage else one.path or one.name,
            )
            for one in found
        ),
        empty=_("Nothing was recorded then."),
    )


@recordings_app.command("check")
def check(
    camera: CameraArgument = "",
    from_: FromOption = "",
    to: ToOption = "",
    day: DayOption = "",
    hashes: Annotated[bool, typer.Option("--hash", help="Also read every file and compare its hash.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Say for each camera and day how much was recorded and why the rest is missing; without a time, for today.

    Exit code 5 when a file is missing or was changed.
    """

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            zone = (await hub.site()).timezone
            begin, end = _period(from_, to, day, zone, hours=0)
            first, last = (at.astimezone(ZoneInfo(zone)).date() for at in (begin, end - timedelta(microseconds=1)))
            days = await hub.recording_days(camera=camera, first=first, last=last)
            files = await _all_files(hub, camera, begin, end) if hashes else []
            return days, files, zone

    days, files, zone = run(work)
    here = [one for one in files if not one.storage]
    with telling_errors():
        bad = _compare(here, quiet=json) if hashes else []
    if json:
        checked = [{"path": path, "problem": problem} for path, problem in bad]
        as_json({"days": days, "checked": len(here) if hashes else None, "bad": checked})
    else:
        _print_days(days, zone)
        for path, problem in bad:
            print(f"{path}: {problem}")
        if hashes and not bad:
            print(
                ngettext("1 file is as it was recorded.", "{count} files are as they were recorded.", len(here)).format(
                    count=len(here)
                )
            )
        if len(files) > len(here):
            away = len(files) - len(here)
            there = ngettext(
                "1 file lies in a storage and was not read; `hub verify --recordings` reads it, too.",
                "{count} files lie in storages and were not read; `hub verify --recordings` reads them, too.",
                away,
            )
            print(there.format(count=away))
    if bad:
        raise SystemExit(int(Exit.DAMAGED))


recordings_app.command("play")(play)


def _period(from_: str, to: str, day: str, zone: str, *, hours: float) -> tuple[datetime, datetime]:
    """The period that the options name; without any, the last `hours`, or today for 0."""
    now = SystemClock().now()
    today = now.astimezone(ZoneInfo(zone)).date().isoformat()
    if day:
        begin = moment(day, zone, now)
        return begin, _next_day(begin, zone)
    end = moment(to, zone, now) if to else now + timedelta(seconds=1)
    if from_:
        return moment(from_, zone, now), end
    return (end - timedelta(hours=hours) if hours else moment(today, zone, now)), end


def _next_day(begin: datetime, zone: str) -> datetime:
    following = begin.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(following, datetime.min.time(), ZoneInfo(zone))


async def _all_files(hub: Any, camera: str, begin: datetime, end: datetime) -> list[Any]:
    """Every finished file of the period; asked for an hour at a time, so that no answer grows too long."""
    found: dict[str, Any] = {}
    while begin < end:
        until = min(end, begin + timedelta(hours=1))
        for one in await hub.recordings(camera=camera, from_at=begin, to_at=until, limit=10_000):
            if not one.open:
                found[one.name] = one
        begin = until
    return list(found.values())


def _compare(files: Sequence[Any], *, quiet: bool) -> list[tuple[str, str]]:
    """What is wrong with which file. Raises `SiteError` when the files cannot be read here at all."""
    from hub.errors import SiteError

    bad: list[tuple[str, str]] = []
    total = sum(one.bytes for one in files)
    if any(not one.path for one in files):
        raise SiteError(
            _("Where files lie is told only to the user of the operating system that runs the hub."),
            hint=_("Run this on the hub's machine without HUB_ACCOUNT and HUB_TOKEN, and after `hub sign-out`."),
        )
    with _progress(total, quiet=quiet or not sys.stderr.isatty()) as advance:
        for one in files:
            try:
                digest = _digest(Path(one.path), advance)
            except FileNotFoundError:
                bad.append((one.path, _("is missing")))
            except PermissionError:
                raise SiteError(
                    _("You may not read {path}.").format(path=one.path),
                    hint=_("Use the account of the operating system that runs the hub, on its machine."),
                ) from None
            except OSError as error:
                bad.append((one.path, _("cannot be read: {why}").format(why=error.strerror)))
            else:
                if digest != one.sha256:
                    bad.append((one.path, _("was changed")))
    return bad


def _digest(path: Path, advance: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            advance(len(block))
    return digest.hexdigest()


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr that counts bytes."""
    if quiet:
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("Reading"), total=total)
        yield lambda count: progress.advance(task, count)


def _print_days(days: Sequence[Any], zone: str) -> None:
    as_table(
        [_("camera"), _("date"), _("planned"), _("recorded"), _("share"), _("gaps")],
        (
            (
                one.camera,
                _iso(one.day),
                _hours(one.planned_s),
                _hours(one.actual_s),
                f"{100 * one.actual_s / one.planned_s:.2f} %" if one.planned_s else "-",
                "; ".join(_gap(gap, zone) for gap in one.gaps[:_MOST_GAPS])
                + (f"; … ({len(one.gaps)})" if len(one.gaps) > _MOST_GAPS else ""),
            )
            for one in days
        ),
        empty=_("No recording was planned then."),
    )


def _gap(gap: Any, zone: str) -> str:
    seconds = (gap.to_at - gap.from_at).total_seconds()
    excused = f" ({gap.permit})" if gap.permit else ""
    return f"{when(gap.from_at, zone)[11:]} {seconds:.0f} s {_(gap.cause)}{excused}"


def _iso(day: date) -> str:
    return day.isoformat()


def _hours(seconds: float) -> str:
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02}:{int(seconds % 60):02}"
