"""Commands about recordings: list them, check how complete and how whole they are, look at them."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.clock import SystemClock
from hub.locale import N_, _

recordings_app = typer.Typer(no_args_is_help=True, help="List recordings, check them, look at them.")

# Words that come out of the data; named here so that they are collected for translation.
_CAUSES = (N_("camera"), N_("network"), N_("hub"), N_("storage"), N_("unknown"))

_PLAYERS = ("mpv", "vlc", "ffplay", "xdg-open")
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
        [_("camera"), _("stream"), _("from"), _("to"), _("size"), _("codec"), _("kept"), _("file")],
        (
            (
                one.camera,
                one.stream,
                when(one.begin_at, zone),
                when(one.end_at, zone),
                f"{one.bytes / 1e6:.1f} MB",
                one.codec,
                _("is being written") if one.open else _("yes") if one.protected else "",
                one.path,
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
    with telling_errors():
        bad = _compare(files, quiet=json) if hashes else []
    if json:
        checked = [{"path": path, "problem": problem} for path, problem in bad]
        as_json({"days": days, "checked": len(files) if hashes else None, "bad": checked})
    else:
        _print_days(days, zone)
        for path, problem in bad:
            print(f"{path}: {problem}")
        if hashes and not bad:
            print(_("{count} files are as they were recorded.").format(count=len(files)))
    if bad:
        raise SystemExit(int(Exit.DAMAGED))


@recordings_app.command("play")
def play(
    camera: Annotated[str, typer.Argument(help="Camera id.")],
    time: Annotated[str, typer.Argument(help="When: a day and a time in the site's zone, or a time of today.")],
    reason: Annotated[str, typer.Option(help="Why you look at it; it goes on record.")],
    minutes: Annotated[float, typer.Option(min=0.1, max=1440, help="For how long.")] = 5.0,
    show: Annotated[bool, typer.Option("--print", help="Print the files and open nothing.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Look at what a camera recorded. Who looked at what, and why, goes on record."""

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            zone = (await hub.site()).timezone
            begin = _moment(time, zone, SystemClock().now())
            end = begin + timedelta(minutes=minutes)
            return await hub.view_recording(camera=camera, from_at=begin, to_at=end, reason=reason)

    found = run(work)
    # The file that was being written may have been closed and put away since the hub named it.
    kept = [one for one in found if not one.open or os.path.isfile(one.path)]
    files = [one.path for one in kept or found]
    unreadable = [path for path in files if not _readable(Path(path))]
    player = next((name for name in _PLAYERS if shutil.which(name)), "")
    if unreadable and not show:
        say(_("These files lie on the hub's machine, and only the hub's user may read them:"))
    elif not player and not show:
        say(_("No player was found here ({players}); play these files:").format(players=", ".join(_PLAYERS)))
    if show or unreadable or not player:
        print("\n".join(files))
        return
    say(_("{count} files, with {player}.").format(count=len(files), player=player))
    # ffplay and xdg-open take one file at a time.
    several = player in ("mpv", "vlc")
    for command in [[player, *files]] if several else [[player, path] for path in files]:
        if subprocess.run(command, check=False).returncode:
            say(_("{player} did not play it; the files are:").format(player=player))
            print("\n".join(files))
            raise SystemExit(int(Exit.FAILURE))


def _period(from_: str, to: str, day: str, zone: str, *, hours: float) -> tuple[datetime, datetime]:
    """The period that the options name; without any, the last `hours`, or today for 0."""
    now = SystemClock().now()
    today = now.astimezone(ZoneInfo(zone)).date().isoformat()
    if day:
        begin = _moment(day, zone, now)
        return begin, _next_day(begin, zone)
    end = _moment(to, zone, now) if to else now + timedelta(seconds=1)
    if from_:
        return _moment(from_, zone, now), end
    return (end - timedelta(hours=hours) if hours else _moment(today, zone, now)), end


def _next_day(begin: datetime, zone: str) -> datetime:
    following = begin.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(following, datetime.min.time(), ZoneInfo(zone))


def _moment(text: str, zone: str, now: datetime) -> datetime:
    """A day, a day and a time, or a time of today. Raises `SiteError`, which is exit code 2."""
    from hub.errors import SiteError

    try:
        if len(text) <= 8 and ":" in text:
            text = f"{now.astimezone(ZoneInfo(zone)).date()}T{text}"
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise SiteError(
            _("{text} is no time.").format(text=repr(text)),
            hint=_("Write 2026-01-05, 2026-01-05T08:00 or 08:00."),
        ) from None


async def _all_files(hub: Any, camera: str, begin: datetime, end: datetime) -> list[Any]:
    """Every finished file of the period; asked for an hour at a time, so that no answer grows too long."""
    found: dict[str, Any] = {}
    while begin < end:
        until = min(end, begin + timedelta(hours=1))
        for one in await hub.recordings(camera=camera, from_at=begin, to_at=until, limit=10_000):
            if not one.open:
                found[one.path] = one
        begin = until
    return list(found.values())


def _compare(files: Sequence[Any], *, quiet: bool) -> list[tuple[str, str]]:
    """What is wrong with which file. Raises `SiteError` when the files cannot be read here at all."""
    from hub.errors import SiteError

    bad: list[tuple[str, str]] = []
    total = sum(one.bytes for one in files)
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
        [_("camera"), _("day"), _("planned"), _("recorded"), _("share"), _("gaps")],
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


def _readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
