"""The figures of repairs as lines of text; each with what it is counted over."""

from collections.abc import Callable
from datetime import datetime

from hub.core.tickets.figures import TicketFigures
from hub.locale import _, ngettext
from hub.tui import moments, words
from hub.tui.names import Names
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation


def summary(found: TicketFigures, stamp: Callable[[datetime], str]) -> list[tuple[str, str, str]]:
    """Name, value and what it is counted over; `stamp` says a time."""
    seen = found.closed - found.signed
    lines = [
        (_("period"), f"{stamp(found.from_at)} - {stamp(found.to_at)}", ""),
        (_("faults"), str(found.opened), _("of these reopened: {n}").format(n=found.reopened)),
        (_("closed"), str(found.closed), _("seen good {seen}, signed {n}").format(seen=seen, n=found.signed)),
        (_("open at the end"), str(found.standing), ""),
        (_("cancelled"), str(found.cancelled), _("counted nowhere else")),
        (
            _("later than estimated"),
            _("{n} of {all}").format(n=found.late, all=found.estimated),
            _("closed, with an estimate; {n} of these changed it").format(n=found.moved),
        ),
    ]
    for phase in found.phases:
        name = _(words.TICKET_PHASES[phase.name])
        if phase.mean_s is None or phase.median_s is None or phase.p95_s is None:
            lines.append((name, "-", _("none on record")))
            continue
        value = _("mean {mean}, median {median}, 95 %: {most}").format(
            mean=moments.span(phase.mean_s), median=moments.span(phase.median_s), most=moments.span(phase.p95_s)
        )
        lines.append((name, value, _("{n} of {all} closed").format(n=phase.runs, all=found.closed)))
    return lines


def subjects(found: TicketFigures, names: Names) -> list[tuple[str, str, str, str, str]]:
    """What failed most: about, failures, time down, MTBF and MTTR."""
    return [
        (
            names.subject(each.subject),
            str(each.failures),
            moments.span(each.down_s),
            moments.span(each.mtbf_s) if each.mtbf_s is not None else "-",
            moments.span(each.mttr_s) if each.mttr_s is not None else "-",
        )
        for each in found.subjects
    ]


def facts(found: TicketFigures, situation: Situation) -> list[Fact]:
    """All of it, to scroll through."""
    lines = summary(found, lambda at: moments.stamp(at, situation.zone)[:16])
    shown = [Fact(name, f"{value}  ({of})" if of else value) for name, value, of in lines]
    shown.append(Fact("", _("What failed most, of {n}").format(n=found.failed), "strong"))
    for subject, failures, down, mtbf, mttr in subjects(found, situation.names):
        text = ngettext(
            "1 failure, down {down}, MTBF {mtbf}, MTTR {mttr}",
            "{n} failures, down {down}, MTBF {mtbf}, MTTR {mttr}",
            int(failures),
        ).format(n=failures, down=down, mtbf=mtbf, mttr=mttr)
        shown.append(Fact(subject, text))
    return shown
