"""The figures of alarms in words, each with its value and what the norms want."""

from collections.abc import Callable, Iterable
from datetime import datetime

from hub.core.alarms.figures import TARGETS, AlarmFigures, Frequent, Verdicts
from hub.locale import _, ngettext
from hub.tui import moments, words
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation


def summary(found: AlarmFigures, stamp: Callable[[datetime], str]) -> list[tuple[str, str, str]]:
    """Name, value and target of each figure; `stamp` says a time."""
    since = _("collecting: on record since {when}").format(when=stamp(found.counted_from_at))
    lines = [
        (_("period"), f"{stamp(found.from_at)} - {stamp(found.to_at)}", since if found.collecting else ""),
        (_("alarms"), _("{n}, and {quiet} that disturbed nobody").format(n=found.alarms, quiet=found.quiet), ""),
    ]
    for desk in found.desks:
        name = words.domains([desk.desk])
        peak = f"{desk.peak}" + (f" ({stamp(desk.peak_at)})" if desk.peak_at is not None else "")
        flooded = _("{share} ({n} of {all} periods of ten minutes)").format(
            share=_percent(desk.flood_share), n=desk.flooded, all=desk.slots
        )
        lines += [
            (
                words.about(name, _("alarms in ten minutes")),
                _so_far(found, f"{desk.average:.2f}"),
                _("at most {n}, {more} can be managed").format(
                    n=f"{TARGETS['average']:g}", more=f"{TARGETS['manageable']:g}"
                ),
            ),
            (words.about(name, _("most in ten minutes")), peak, _at_most(TARGETS["peak"])),
            (
                words.about(name, _("share of time in flood")),
                _so_far(found, flooded),
                _at_most_share(TARGETS["flood_share"]),
            ),
        ]
    lines += [
        (_("standing now"), _("{n}, and {aside} laid aside").format(n=found.standing, aside=found.laid_aside), ""),
        (_("stale now"), str(found.stale), _at_most(TARGETS["stale"])),
        (_("chattering now"), str(found.chattering), _at_most(TARGETS["chattering"])),
        (_("share of the ten most frequent"), _percent(found.top_share), _at_most_share(TARGETS["top_share"])),
    ]
    lines += [
        (
            words.about(_("priority"), _(words.PRIORITIES[each.priority][1])),
            _("{share} ({n} of {all})").format(share=_percent(each.share), n=each.alarms, all=found.alarms),
            _("about {share}").format(share=_percent(each.target)),
        )
        for each in found.priorities
    ]
    acknowledged = _("nothing was acknowledged")
    if found.acknowledge_median_s is not None and found.acknowledge_p95_s is not None:
        acknowledged = _("half within {median}, 95 % within {p95}, of {n}").format(
            median=moments.span(found.acknowledge_median_s),
            p95=moments.span(found.acknowledge_p95_s),
            n=found.acknowledged,
        )
    return [
        *lines,
        (_("time to acknowledge"), acknowledged, ""),
        (_("verdicts"), verdicts(found.verdicts), ""),
    ]


def verdicts(found: Verdicts) -> str:
    """`3 judged: 2 real, 1 false, 0 nuisance; 33 % false`."""
    if found.false_share is None:
        return _("no alarm was judged")
    return _("{n} judged: {real} real, {false} false, {nuisance} nuisance; {share} false").format(
        n=found.judged,
        real=found.real,
        false=found.false,
        nuisance=found.nuisance,
        share=_percent(found.false_share),
    )


def facts(found: AlarmFigures, situation: Situation) -> list[Fact]:
    """The figures as a page; what is over its target stands out by a word."""

    def stamp(at: datetime) -> str:
        return moments.stamp(at, situation.zone)[5:16]

    lines = [
        Fact("", words.about(name, f"{value}  [{target}]" if target else value), "strong" if index < 2 else "")
        for index, (name, value, target) in enumerate(summary(found, stamp))
    ]
    lines += _frequent(_("Most frequent"), found.top, situation)
    lines += _frequent(_("Chattered"), found.chattered, situation)
    lines += _of(_("By camera"), found.by_camera, situation.camera_name)
    lines += _of(_("By kind"), found.by_kind, str)
    return lines + _of(_("By rule"), found.by_rule, str)


def _frequent(name: str, those: Iterable[Frequent], situation: Situation) -> list[Fact]:
    lines = [
        ngettext(
            "once ({share}): {about}, rule {rule}", "{times} times ({share}): {about}, rule {rule}", each.times
        ).format(
            times=each.times,
            share=_percent(each.share),
            about=situation.names.about(each.camera or None, each.subject),
            rule=each.rule,
        )
        for each in those
    ]
    return _listed(name, lines)


def _of(name: str, those: Iterable[Verdicts], say_name: Callable[[str], str]) -> list[Fact]:
    return _listed(name, [words.about(say_name(each.of), verdicts(each)) for each in those])


def _listed(name: str, lines: list[str]) -> list[Fact]:
    return [Fact("", name, "group"), *(Fact("", f"  {line}") for line in lines)] if lines else []


def _so_far(found: AlarmFigures, value: str) -> str:
    return _("{value}, collecting").format(value=value) if found.collecting else value


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _at_most(value: float) -> str:
    return _("at most {n}").format(n=f"{value:g}") if value else _("none")


def _at_most_share(share: float) -> str:
    return _("at most {n}").format(n=_percent(share))
