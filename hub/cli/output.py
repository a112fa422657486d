"""How the command line prints: tables for people, JSON for programs, errors with the way out."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import msgspec

from hub.cli.exit_codes import Exit
from hub.errors import ConfigError, HubError, HubUnreachable, JournalDamaged, NotSignedIn, Refused, SiteError

_PIPE_WIDTH = 500


def as_json(value: Any) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def as_json_line(value: Any) -> None:
    """Print one JSON document on one line, at once."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def as_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print a table on stdout, or `empty` when there is nothing to list."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    # Nobody looks at a pipe: there, a line is a row, however long.
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    if table.row_count:
        console.print(table)
    else:
        console.print(empty, highlight=False)


def say(words: str) -> None:
    """Narrate on stderr."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


@contextmanager
def progress_bar(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on stderr: a function of (done, total), or None when it is to be quiet."""
    if quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def when(at: datetime | None, zone: str = "") -> str:
    """A time as people read it, in the site's zone (an IANA name), else in the machine's."""
    return at.astimezone(ZoneInfo(zone) if zone else None).strftime("%Y-%m-%d %H:%M:%S") if at is not None else "-"


def code_of(error: HubError) -> Exit:
    match error:
        case ConfigError() | SiteError():
            return Exit.BAD_INPUT
        case HubUnreachable():
            return Exit.UNREACHABLE
        case NotSignedIn() | Refused():
            return Exit.REFUSED
        case JournalDamaged():
            return Exit.DAMAGED
        case _:
            return Exit.FAILURE


def fail(error: HubError) -> NoReturn:
    from hub.tui.refusals import in_words  # when something went wrong only: a command that works does not wait for it

    say(in_words(error))
    raise SystemExit(int(code_of(error)))


@contextmanager
def telling_errors() -> Iterator[None]:
    """Turn the hub's own errors into words and an exit code."""
    try:
        yield
    except HubError as error:
        fail(error)
    except BrokenPipeError:
        # Whoever read us went away, as `head` does. Python would complain when it writes out the rest at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(int(Exit.OK)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def run(work: Callable[[], Any]) -> Any:
    """Run an asynchronous command to its end."""
    import asyncio

    with telling_errors():
        return asyncio.run(work())
