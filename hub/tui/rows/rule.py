"""One rule in whole: what it says, what it decided last, what became of it in a day; its cases, and the files."""

from collections.abc import Sequence

from hub.client import CaseView, RuleAccount, RuleDetail, RuleFiles
from hub.core.people.rights import may
from hub.core.rules.commands import PauseRule
from hub.locale import N_, _, ngettext, say
from hub.tui import moments, traces, words
from hub.tui.rows import rules
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation

_SHOWN = 10

OUTCOMES: dict[str, tuple[str, str]] = {
    "fired": (N_("acted"), "good"),
    "waiting": (N_("waits"), "fault"),
    "held": (N_("is held"), "fault"),
    "stopped": (N_("stopped"), "muted"),
    "not_matched": (N_("does not fit"), "muted"),
}
"""Word and tone for what a rule decided."""


def facts(detail: RuleDetail, account: RuleAccount | None, problem: str, situation: Situation) -> list[Fact]:
    """Everything about one rule. `account` None: it is still being worked out, or `problem` says why there is none."""
    rule, now, zone = detail.rule, situation.now, situation.zone
    off = [] if rule.paused is None else [Fact(_("Turned off"), rules.off_because(rule, situation), "fault")]
    coming = [moments.clock(at, zone, now=now) for at in detail.next_due_at]
    place = f"{rule.file}:{detail.line}" if detail.line else rule.file
    return [
        *off,
        Fact(_("Next due"), words.listed(coming) or _("whenever it happens")),
        Fact(_("Last fired"), moments.clock(rule.last_fired_at, zone, now=now) or _("not since the hub started")),
        Fact(_("Waiting"), rules.waiting(rule), "fault" if rule.held else ""),
        Fact(_("Clause"), rule.clause or "-"),
        Fact(_("File"), place),
        Fact(_("Id"), rule.id, "muted"),
        Fact("", ""),
        Fact("", _("What it says"), "strong"),
        *(Fact("", say(sentence)) for sentence in detail.says),
        Fact("", ""),
        Fact("", _("What it decided last"), "strong"),
        *(_decided(detail, situation) or [Fact("", _("Nothing yet since the hub started."), "muted")]),
        Fact("", ""),
        Fact("", _("The last 24 hours"), "strong"),
        *_day(account, problem, situation),
    ]


def _decided(detail: RuleDetail, situation: Situation) -> list[Fact]:
    found = []
    for trace in detail.traces[:_SHOWN]:
        said, tone = OUTCOMES[trace.outcome]
        at = moments.clock(trace.at, situation.zone, now=situation.now)
        found.append(Fact(at, words.about(f"{_(said)} ({trace.step})", traces.in_words(trace.detail)), tone))
    return found


def _day(account: RuleAccount | None, problem: str, situation: Situation) -> list[Fact]:
    if account is None:
        return [Fact("", problem or _("The journal is being read."), "fault" if problem else "muted")]
    counts = _("acted: {fired}, did not: {not_fired}; records in all: {records}")
    found = [
        Fact("", counts.format(fired=account.fired, not_fired=account.not_fired, records=account.records)),
        *(
            Fact(
                moments.clock(told.at, situation.zone, now=situation.now), situation.names.subject(told.subject), "good"
            )
            for told in account.firings[:_SHOWN]
        ),
    ]
    for reason in account.reasons:
        last = moments.clock(reason.newest.at, situation.zone, now=situation.now)
        often = ngettext("once at {step}, {when}", "{n} times at {step}, last {when}", reason.count).format(
            n=reason.count, step=reason.step, when=last
        )
        details = words.listed(_often(traces.in_words(each.detail), each.count) for each in reason.found[:3])
        found.append(Fact("", words.about(often, details), "muted"))
    for told in account.held[:_SHOWN]:
        since = moments.clock(told.at, situation.zone, now=situation.now)
        said = _("{what} is held since {when}").format(what=situation.names.subject(told.subject), when=since)
        found.append(Fact("", words.about(said, traces.in_words(told.detail)), "fault"))
    return found


def _often(detail: str, count: int) -> str:
    return _("{what} ({n} times)").format(what=detail, n=count) if count > 1 else detail


def case_facts(cases: Sequence[CaseView]) -> list[Fact]:
    """What became of the cases of a rule."""
    if not cases:
        return [Fact("", _("No case names this rule; cases are files in rules/cases."), "muted")]
    failed = sum(not case.ok for case in cases)
    summary = ngettext("1 case, {failed} failed", "{n} cases, {failed} failed", len(cases)).format(
        n=len(cases), failed=failed
    )
    found = [Fact("", summary, "fault" if failed else "good")]
    holds, fails = _("holds"), _("fails")
    for case in cases:
        mark = f"✓ {holds}" if case.ok else f"✗ {fails}"
        place = f"{case.file}:{case.line}"
        found.append(Fact(mark, words.about(case.name, place), "" if case.ok else "fault"))
        found += [Fact("", failure, "fault") for failure in case.failures]
    return found


def file_facts(files: RuleFiles) -> list[Fact]:
    """What is wrong with the rule files on disk."""
    counts = _("files: {files}, rules: {rules}, cases: {cases}").format(
        files=files.files, rules=files.rules, cases=files.cases
    )
    if not files.problems:
        return [Fact("", counts), Fact("", "✓ " + _("No problem was found."), "good")]
    broken = [_("{file} is broken: its last good version goes on.").format(file=file) for file in files.broken]
    return [
        Fact("", counts),
        *(Fact("", said, "fault") for said in broken),
        *(Fact("", say(problem), "fault") for problem in files.problems),
    ]


def may_turn(situation: Situation) -> bool:
    """Whether the person signed in may turn rules off and on; the hub decides again when it is asked."""
    return situation.site is not None and may(situation.site.me, PauseRule)


def keys(detail: RuleDetail | None, situation: Situation) -> list[str]:
    """The keys of the screen of a rule."""
    turn = []
    if detail is not None and may_turn(situation):
        turn = [_("O: turn off")] if detail.rule.paused is None else [_("N: turn on")]
    return [*turn, _("T: run its cases"), _("Up Down: more"), _("Esc: back")]
