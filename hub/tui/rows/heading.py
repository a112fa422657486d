"""The two lines at the top: who is where and what time it is; what is wrong and whether the hub answers."""

from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.refusals import translated
from hub.tui.rows import alarms
from hub.tui.rows.row import Cell
from hub.tui.situation import Situation


def identity(situation: Situation) -> list[Cell]:
    """Site and person; empty until the hub has answered once."""
    site = situation.site
    if site is None:
        return [Cell("Watchroom", "strong")]
    person = _("{name} ({role}; {domains})").format(
        name=site.me.name,
        role=words.word(words.ROLES, site.me.role),
        domains=words.domains(list(site.me.domains)),
    )
    return [Cell(say(site.name) or "Watchroom", "strong"), Cell(person, "muted")]


def time(situation: Situation) -> Cell:
    return Cell(f"{situation.now.astimezone(situation.zone):%m-%d %H:%M:%S}", "strong")


def link(situation: Situation) -> Cell:
    """Whether the hub answers; since when not is in the banner."""
    if situation.link.up:
        return Cell(_("✓ hub"), "good")
    if situation.site is None and not situation.link.reason:
        return Cell(_("? connecting"), "not_judged")
    return Cell(_("✗ no hub"), "lost")


def counts(situation: Situation) -> list[Cell]:
    """Unacknowledged alarms by priority, then cameras with faults and cameras not judged, never added together."""
    site = situation.site
    if site is None:
        return []
    waiting = alarms.counts(site.alarms)
    found = [
        Cell(
            f" {_(words.PRIORITIES[priority][1])} {count} ",
            "stale" if situation.stale else priority,
        )
        for priority, count in waiting.items()
    ] or [Cell(_("no unacknowledged alarms"), "stale" if situation.stale else "good")]
    bad = sum(camera.condition in ("fault", "lost") for camera in site.cameras)
    unknown = sum(camera.condition == "not_judged" for camera in site.cameras)
    found.append(Cell(_("! {n} faulty").format(n=bad), "stale" if situation.stale else ("fault" if bad else "muted")))
    found.append(
        Cell(
            _("? {n} not judged").format(n=unknown),
            "stale" if situation.stale else ("not_judged" if unknown else "muted"),
        )
    )
    return found


def banner(situation: Situation) -> str:
    """What to say across the screen while the hub does not answer, or cannot write; empty when all is well."""
    blocked = situation.site.health.journal.blocked if situation.site is not None else ""
    if situation.link.up and blocked:
        said = _("Nothing can be written to the journal: {reason}.").format(reason=blocked)
        return said + " " + _("The hub keeps what happens and writes it as soon as it can.")
    if situation.link.up or (situation.site is None and not situation.link.reason):
        return ""
    seen = moments.clock(situation.site.at, situation.zone, now=situation.now) if situation.site else ""
    said = _("The hub has not answered since {clock}.").format(
        clock=moments.clock(situation.link.since_at, situation.zone, now=situation.now)
    )
    held = _("What is shown was true at {clock} and may no longer be.").format(clock=seen) if seen else ""
    again = _("Trying again by itself.")
    return " ".join(part for part in (said, held, again, translated(situation.link.reason)) if part)
