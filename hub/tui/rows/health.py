"""The hub's own health: journal, messages that wait, plugins, workers, files with problems."""

from hub.client import WorkerPace
from hub.locale import _, ngettext, say
from hub.tui import moments, words
from hub.tui.refusals import translated
from hub.tui.rows import proof, references, storage
from hub.tui.rows.row import Cell, Column, Row
from hub.tui.situation import Situation


def columns() -> list[Column]:
    return [
        Column("part", _("Part"), 20, flex=1),
        Column("state", _("State"), 16),
        Column("words", _("In words"), 20, flex=3),
    ]


def rows(situation: Situation) -> list[Row]:
    """Sections with a heading each; whatever is wrong is `✗` and says why."""
    site = situation.site
    if site is None:
        return []
    health = site.health
    found = [_heading("hub", _("Hub"))]
    uptime = _("version {version}, running for {age}").format(
        version=health.version, age=moments.since(health.started_at, situation.now)
    )
    found.append(_row("hub:hub", _("Hub"), True, _("running"), uptime, situation))
    found += [
        _row(f"hub:message:{index}", _("Note"), False, _("look at this"), translated(text), situation)
        for index, text in enumerate(health.messages)
    ]
    if health.backups is not None:
        copied = storage.backup(health.backups, situation)
        found.append(_row(f"hub:{copied.key}", *copied[1:], situation))
    found += [_heading("journal", _("Journal")), *_journal(situation)]
    kept = proof.parts(health.proof, situation) if health.proof is not None else []
    if kept := [*kept, *storage.volumes(health, situation)]:
        found.append(_heading("recordings", _("Recordings")))
        found += [_row(f"recordings:{one[0]}", *one[1:], situation) for one in kept]
    found.append(_heading("plugins", _("Plugins")))
    for name, plugin in sorted(health.plugins.items(), key=lambda item: (item[1].ready, item[0])):
        state = _("ready") if plugin.ready else _("failed")
        text = translated(plugin.reason) or plugin.version
        found.append(_row(f"plugin:{name}", name, plugin.ready, state, text, situation))
    found.append(_heading("workers", _("Watch workers")))
    for name, worker in sorted(health.workers.items()):
        pace = health.paces.get(name)
        if worker.running and pace is not None:
            text = pace_words(pace, situation)
        else:
            text = words.cameras(len(worker.cameras))
        text += (
            ngettext(", died once", ", died {n} times", worker.deaths).format(n=worker.deaths) if worker.deaths else ""
        )
        text = words.about(text, worker.reason) if worker.reason else text
        slow = worker.running and pace is not None and pace.slow_since_at is not None
        state = _("busy") if slow else _("running") if worker.running else _("down")
        found.append(_row(f"worker:{name}", name, worker.running and not slow, state, text, situation))
    found.append(_heading("references", _("Reference views")))
    count = len(references.waiting(site))
    said = _("{n} wait for approval: key v").format(n=count) if count else ""
    state = _("to be approved") if count else _("all decided")
    found.append(_row("references:waiting", _("Approval"), True, state, said, situation))
    found.append(_heading("files", _("Configuration")))
    if not health.config_problems:
        found.append(_row("files:none", _("hub.toml and rules"), True, _("no problems"), "", situation))
    for file, problems in sorted(health.config_problems.items()):
        for index, problem in enumerate(problems):
            state = _("the last good one goes on")
            found.append(_row(f"file:{file}:{index}", file, False, _("broken"), f"{say(problem)} ({state})", situation))
    return found


def wrong(situation: Situation) -> int:
    """How many parts of the hub are not well: the number beside the tab's name."""
    return sum(row.cells[1].text.startswith("✗") for row in rows(situation))


def pace_words(pace: WorkerPace, situation: Situation) -> str:
    """How a worker keeps up, in one line."""
    cameras = words.cameras(len(pace.cameras))
    if not pace.asked_every_s:
        return cameras
    late = _("{n:.2f} s late").format(n=pace.lag_s)
    if pace.slow_since_at is None:
        every = _("pictures looked at every {n:g} s").format(n=pace.picture_every_s)
        return ", ".join([cameras, every, late])
    slow = _("Pictures are looked at every {n:g} s instead of {asked:g} s because the machine is busy").format(
        n=pace.picture_every_s, asked=pace.asked_every_s
    )
    since = _("since {clock}").format(clock=moments.clock(pace.slow_since_at, situation.zone, now=situation.now))
    return ", ".join([slow, since, cameras, late])


def _journal(situation: Situation) -> list[Row]:
    assert situation.site is not None
    journal = situation.site.health.journal
    well = not journal.blocked
    head = _("record {seq}, head {hash}, store {store}").format(
        seq=journal.seq, hash=journal.hash[:12], store=journal.store
    )
    if not well:
        head = ngettext(
            "nothing can be written: {reason}; 1 record waits",
            "nothing can be written: {reason}; {n} records wait",
            journal.waiting,
        ).format(reason=journal.blocked, n=journal.waiting)
    state = _("writing") if well else _("blocked")
    failed = journal.outbox.get("failed", 0)
    outbox = words.listed(
        f"{words.word(words.OUTBOX, name)} {count}" for name, count in sorted(journal.outbox.items())
    ) or _("empty")
    outbox_state = _("given up on some") if failed else _("in order")
    return [
        _row("journal:head", _("Journal"), well, state, head, situation),
        _row("journal:outbox", _("Messages to send"), not failed, outbox_state, outbox, situation),
    ]


def _heading(key: str, name: str) -> Row:
    return Row(f"section:{key}", (Cell(name, "group"), Cell(""), Cell("")), group=True)


def _row(key: str, name: str, well: bool, state: str, text: str, situation: Situation) -> Row:
    stale = situation.stale
    shape = "?" if stale else ("✓" if well else "✗")
    tone = "stale" if stale else ("good" if well else "lost")
    return Row(
        key,
        (
            Cell(f"  {name}", "stale" if stale else ("" if well else "strong")),
            Cell(f"{shape} {state}", tone),
            Cell(text, "stale" if stale else ("muted" if well else "")),
        ),
    )
