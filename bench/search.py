"""Finding things in a duty log of 100,000 entries: how fast it is indexed, how large the file is, how long a question
takes, and how long a person waits from key to screen.

Questions run as the hub's API runs them: a file opened for each, 50 records, the newest first. A word that nobody wrote
is the dearest: all texts are read for it when it is shorter than three characters.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from bench.report import Row
from bench.search_screen import screen_rows
from bench.search_subjects import RARE_EN, RARE_ZH, entries, site
from hub.clock import SystemClock
from hub.journal.log import Journal
from hub.journal.projection import FILE, Projection
from hub.journal.search import Wanted, reading, words_of
from hub.ports import PluginContext

ENTRIES = 100_000
LIMIT = 50
TIMES = 15

_QUESTIONS = {
    "Chinese, 1 character, common (东)": "东",
    "Chinese, 1 character, nowhere (鲸)": "鲸",
    "Chinese, 2 characters, common (叉车)": "叉车",
    "Chinese, 2 characters, nowhere (鲸鱼)": "鲸鱼",
    "Chinese, 3 characters, common (配电室)": "配电室",
    "Chinese, 3 characters, nowhere (抹香鲸)": "抹香鲸",
    f"Chinese, 5 characters, rare ({RARE_ZH})": RARE_ZH,
    "English, common (forklift)": "forklift",
    f"English, rare ({RARE_EN})": RARE_EN,
    "two words (配电室 叉车)": "配电室 叉车",
    "English and a short Chinese word (forklift 东门)": "forklift 东门",
}


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        return asyncio.run(_measure(Path(scratch)))


async def _measure(folder: Path) -> list[Row]:
    clock = SystemClock()
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=clock, language="en")
    journal = Journal(SqliteStore(SqliteOptions(), context), clock)
    await journal.start()
    drafts = [site(), *entries(ENTRIES)]
    for first in range(0, len(drafts), 1000):
        await journal.append(drafts[first : first + 1000])
    projection = Projection(folder / FILE, journal.stored, lambda: journal.head, clock)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    projection.start()
    if not await asyncio.to_thread(projection.wait_for, journal.head.seq, 600.0):
        raise SystemExit(f"it was not indexed: {projection.fault}")
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    projection.stop()
    size, texts = (folder / FILE).stat().st_size, _bytes_of_texts(folder / FILE)
    what = f"search, {ENTRIES:,} duty log entries"
    rows = [
        Row(
            bench=what,
            subject="indexed",
            figure=f"{ENTRIES / wall_s:,.0f} entries/s",
            cpu=f"{cpu_s / ENTRIES * 1e6:.0f} µs an entry",
            note=f"half of the time it rests; the file has {size / 1e6:.0f} MB for {texts / 1e6:.1f} MB of texts",
        )
    ]
    for name, query in _QUESTIONS.items():
        rows.append(_question(what, name, lambda q=query: _ask(folder / FILE, Wanted(words=words_of(q)))))  # type: ignore[misc]
    seen = tuple(f"cam-{n:03}" for n in range(0, 500, 2))
    rows.append(
        _question(
            what, "for one domain (forklift)", lambda: _ask(folder / FILE, Wanted(words=("forklift",), seen=seen))
        )
    )
    rows.append(_question(what, "a page of the duty log", lambda: _page(folder / FILE, Wanted())))
    rows.append(_question(what, "a page of one camera", lambda: _page(folder / FILE, Wanted(camera="cam-123"))))
    rows.append(_question(what, "a page of visitors", lambda: _page(folder / FILE, Wanted(kinds=("visitor",)))))
    rows.append(_question(what, "a page 90,000 entries back", lambda: _page(folder / FILE, Wanted(before=10_000))))
    await journal.stop()
    return [*rows, *await screen_rows(folder / FILE)]


def _question(what: str, name: str, ask: Callable[[], int]) -> Row:
    took_s = []
    found = 0
    for _ in range(TIMES):
        began_s = time.perf_counter()
        found = ask()
        took_s.append(time.perf_counter() - began_s)
    return Row(
        bench=what,
        subject=name,
        figure=f"{statistics.median(took_s) * 1e3:.1f} ms",
        note=f"{found} found; longest of {TIMES}: {max(took_s) * 1e3:.1f} ms",
    )


def _ask(file: Path, wanted: Wanted) -> int:
    with reading(file, SystemClock()) as index:
        return len(index.find(wanted, LIMIT).found)


def _page(file: Path, wanted: Wanted) -> int:
    with reading(file, SystemClock()) as index:
        return len([index.line(entry) for entry in index.find_entries(wanted, 200)])


def _bytes_of_texts(file: Path) -> int:
    import sqlite3

    with sqlite3.connect(file) as db:
        total: int = db.execute("SELECT sum(length(CAST(text AS BLOB))) FROM entry").fetchone()[0]
        return total
