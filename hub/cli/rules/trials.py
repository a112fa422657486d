"""Trying rules out before they go live: their cases, what they did and did not do, and what a change comes to.

These read files and the journal; whether the hub runs makes no difference to them.
"""

import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.names import names_in_files
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, fail, progress_bar, say, telling_errors, when
from hub.locale import N_, _, ngettext
from hub.locale import say as words
from hub.locale import told as in_words

if TYPE_CHECKING:
    from hub.tui.names import Names

SinceOption = Annotated[str, typer.Option(help="How far back, such as 12h or 7d.")]
_WEEK = "7d"
_SHOWN = 10
_CHANGES = (N_("added"), N_("removed"), N_("changed"))


def try_cases(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|ID]…", help="Only these files of cases, or cases of these rules."),
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Also list the branches of rules that no case goes through.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show everything that happens in each case.")
    ] = False,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Run the cases in rules/cases: what is given, and what should come of it. Exit code 1 when a case fails."""
    from hub.automation.trials.branches import coverage as coverage_of
    from hub.automation.trials.cases import run
    from hub.clock import SystemClock
    from hub.config.problems import errors_of
    from hub.runtime.rules.site import load_rule_site

    with telling_errors():
        files = load_rule_site(_site(context, site), SystemClock().now().date())
        cases = files.cases()
    problems = [*(each for found in files.rules.problems.values() for each in errors_of(found)), *cases.problems]
    chosen = [case for case in cases.cases if _is_chosen(case, names or [])]
    index, around = files.index, files.around
    outcomes = [run(case, index, around) for case in chosen]
    failed = [outcome for outcome in outcomes if not outcome.holds]
    about = {rule.id for rule in files.rules.rules} & set(names or [])
    rules = [rule for rule in files.rules.rules if not about or rule.id in about]
    branches = coverage_of(rules, outcomes)
    if json:
        as_json(
            {
                "ok": not failed and not problems,
                "problems": [problem.as_data() for problem in problems],
                "cases": [_as_data(outcome) for outcome in outcomes],
                "coverage": branches,
            }
        )
    else:
        for problem in problems:
            print(problem)
        for outcome in outcomes:
            _print_outcome(outcome, verbose=verbose)
        if coverage:
            _print_coverage(branches)
        _sum_up(outcomes, branches)
    if problems:
        raise SystemExit(int(Exit.BAD_INPUT))
    if names and not chosen:
        say(_("No case is in these files, or about these rules: {names}.").format(names=", ".join(names)))
        raise SystemExit(int(Exit.BAD_INPUT))
    if failed:
        raise SystemExit(int(Exit.FAILURE))


def explain(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule, as it is in the files now.")],
    since: SinceOption = _WEEK,
    camera: Annotated[str, typer.Option(help="Only what is about this camera.")] = "",
    journal: Annotated[Path | None, typer.Option("--journal", help="A journal file instead of the site's own.")] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Replay the journal: each time the rule fired, and each time it did not and the first thing that kept it."""
    from hub.clock import SystemClock
    from hub.runtime.rules.replay import explain as account_of
    from hub.runtime.rules.site import load_rule_site

    folder = _site(context, site)
    now = SystemClock().now()
    with telling_errors():
        files = load_rule_site(folder, now.date())
        found = files.rule(rule)
        start = _start(since, now)
        _known_camera(files, camera)
        with closing(_records(folder, journal)) as records, _bar(_("Reading the journal"), json) as progress:
            account = account_of(
                records, files.index, found, since=start, until=now, told=_about(camera), progress=progress
            )
    if json:
        as_json(account)
        return
    _print_account(account, found, names_in_files(files.config), files.config.site.timezone)


def diff(
    context: typer.Context,
    since: SinceOption = _WEEK,
    against: Annotated[
        Path | None, typer.Option(help="Compare with the rules of this folder instead of those in force.")
    ] = None,
    journal: Annotated[Path | None, typer.Option("--journal", help="A journal file instead of the site's own.")] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Say what the rules in the files would have done in that time that those in force did not, and the reverse."""
    from hub.clock import SystemClock
    from hub.config.problems import errors_of
    from hub.runtime.rules.replay import compare
    from hub.runtime.rules.site import IN_FORCE, load_rule_site, rules_of_folder, with_rules

    folder = _site(context, site)
    now = SystemClock().now()
    with telling_errors():
        files = load_rule_site(folder, now.date())
        before = against or files.data / IN_FORCE
        if against is None and not before.is_dir():
            from hub.errors import SiteError

            raise SiteError(
                "The hub has not kept the rules in force here yet.",
                hint="Run it once, or name a folder to compare with: --against FOLDER.",
            )
        then = with_rules(files, rules_of_folder(files, before))
        problems = [
            each for side in (files, then) for found in side.rules.problems.values() for each in errors_of(found)
        ]
        if problems:
            for problem in problems:
                say(str(problem))
            raise SystemExit(int(Exit.BAD_INPUT))
        start = _start(since, now)
        with closing(_records(folder, journal)) as records, _bar(_("Reading the journal"), json) as progress:
            found = compare(records, then.index, files.index, since=start, until=now, progress=progress)
    if json:
        as_json(found)
        return
    _print_difference(found, names_in_files(files.config), files.config.site.timezone)


# --- cases ----------------------------------------------------------------------------------------------------------


def _is_chosen(case: Any, names: list[str]) -> bool:
    if not names:
        return True
    file = case.file.rpartition("/")[2]
    return any(
        name in (case.file, file, file.removesuffix(".toml")) or name.endswith(f"/{file}") for name in names
    ) or any(name in case.rules for name in names)


def _as_data(outcome: Any) -> dict[str, Any]:
    case = outcome.case
    return {
        "name": case.name,
        "file": case.file,
        "line": case.line,
        "ok": outcome.holds,
        "failures": outcome.failures,
        "happened": [{"at": each.at, "says": each.told} for each in outcome.happenings],
    }


def _print_outcome(outcome: Any, *, verbose: bool) -> None:
    from rich.cells import cell_len

    from hub.automation.trials.cases import moment

    case = outcome.case
    sign = _("ok  ") if outcome.holds else _("FAIL")
    print(f"{sign} {case.file}:{case.line}: {case.name}")
    expected, did, because = _("expected"), _("happened"), _("why")
    for failure in outcome.failures:
        print(f"     {expected}  {failure.expected}  ({case.file}:{failure.line})")
        for number, happened in enumerate(failure.happened):
            print(f"     {did if not number else ' ' * cell_len(did)}  {happened}")
        for why in failure.why:
            print(f"     {because}  {why}")
    if verbose:
        for happening in outcome.happenings:
            print(f"       {moment(happening.at, case)} {happening.told}")


def _print_coverage(branches: list[Any]) -> None:
    as_table(
        [_("rule"), _("key"), _("no case goes here")],
        ((branch.rule, branch.step, branch.says) for branch in branches if not branch.cases),
        empty=_("Every branch of every rule has a case."),
    )


def _sum_up(outcomes: list[Any], branches: list[Any]) -> None:
    failed = sum(not outcome.holds for outcome in outcomes)
    touched = sum(branch.cases > 0 for branch in branches)
    rules = {branch.rule for branch in branches}
    with_case = {branch.rule for branch in branches if branch.cases}
    say(
        ngettext("1 case, {failed} failed.", "{all} cases, {failed} failed.", len(outcomes)).format(
            all=len(outcomes), failed=failed
        )
    )
    say(
        _("Rules with a case: {with_case} of {rules}; branches: {touched} of {branches}.").format(
            with_case=len(with_case), rules=len(rules), touched=touched, branches=len(branches)
        )
    )


# --- the journal ----------------------------------------------------------------------------------------------------


def _print_account(account: Any, rule: Any, names: "Names", zone: str) -> None:
    from hub.tui.traces import in_words as traced

    print(f"{rule.id}  {words(rule.title)}  ({rule.file})")
    span = _("from {since} to {until}, records: {count}")
    print(span.format(since=when(account.since_at, zone), until=when(account.until_at, zone), count=account.records))
    print()
    print(ngettext("Fired once", "Fired {count} times", account.fired).format(count=account.fired))
    for told in account.firings[:_SHOWN]:
        record = _("record {seq}").format(seq=told.seq)
        print(f"  {when(told.at, zone)}  {names.subject(told.subject):<24} {record}  {traced(told.detail)}")
    _more(account.fired - _SHOWN)
    print()
    print(
        ngettext("Once it did not fire", "Did not fire {count} times", account.not_fired).format(
            count=account.not_fired
        )
    )
    for reason in account.reasons:
        about = names.subject(reason.newest.subject)
        last = _("last {when} {subject}").format(when=when(reason.newest.at, zone), subject=about)
        print(f"  {reason.count:>7} x  {reason.step:<24} {last}")
        for found in reason.found[:5]:
            print(f"  {found.count:>15} x  {traced(found.detail)}")
        if len(reason.found) > 5:
            print(
                " " * 20
                + ngettext("and 1 other finding", "and {count} other findings", len(reason.found) - 5).format(
                    count=len(reason.found) - 5
                )
            )
    for stage in account.stages:
        print(_("  {step}: done: {done}, not needed: {ended}").format(**_fields(stage)))
    for told in account.waiting[:_SHOWN]:
        about = names.subject(told.subject)
        print(_("Waits about {subject} since {when}").format(subject=about, when=when(told.at, zone)))
    for told in account.held[:_SHOWN]:
        about, since = names.subject(told.subject), when(told.at, zone)
        print(_("Held about {subject} since {when}: {why}").format(subject=about, when=since, why=traced(told.detail)))


def _fields(stage: Any) -> dict[str, Any]:
    return {"step": stage.step, "done": stage.done, "ended": stage.ended}


def _print_difference(found: Any, names: "Names", zone: str) -> None:
    span = _("from {since} to {until}, records: {count}")
    print(span.format(since=when(found.since_at, zone), until=when(found.until_at, zone), count=found.records))
    if not found.rules:
        print(
            ngettext("The only rule says the same.", "All {count} rules say the same.", found.unchanged).format(
                count=found.unchanged
            )
        )
        return
    for rule in found.rules:
        print()
        print(f"{rule.rule} ({_(rule.change)})")
        counts = _("  only now {now}, only then {then}, in both {both}, in both but otherwise {otherwise}")
        print(counts.format(now=rule.only_now, then=rule.only_then, both=rule.both, otherwise=rule.otherwise))
        lists = (("+", rule.now_examples), ("-", rule.then_examples), ("~", rule.otherwise_examples))
        for sign, examples in lists:
            for each in examples:
                other = ""
                if each.other_at is not None and each.other_at != each.at:
                    other = _("; now {when}").format(when=when(each.other_at, zone))
                print(f"  {sign} {when(each.at, zone)}{other}  {each.says}  {names.subject(each.subject)}".rstrip())
    print()
    print(
        ngettext("1 rule says the same.", "{count} rules say the same.", found.unchanged).format(count=found.unchanged)
    )
    if found.cut:
        say(_("There were too many effects to compare them all; take a shorter time."))


def _more(count: int) -> None:
    if count > 0:
        print("  " + _("and {count} more").format(count=count))


def _records(folder: Path, file: Path | None) -> Any:
    from hub.cli.site.journal import open_store

    return open_store(folder, file)


def _bar(label: str, json: bool) -> Any:
    return progress_bar(label, quiet=json or not sys.stderr.isatty())


def _site(context: typer.Context, site: Path) -> Path:
    before_site, _url = context.obj
    folder: Path = before_site if site == HERE else site
    return folder


def _start(since: str, now: datetime) -> datetime:
    from hub.config.durations import parse_duration
    from hub.errors import SiteError

    try:
        return now - timedelta(seconds=parse_duration(since))
    except ValueError as error:
        raise SiteError(f"--since {since[:40]}: {error}.") from None


def _about(camera: str) -> Any:
    return lambda subject: not camera or subject == f"camera:{camera}"


def _known_camera(files: Any, camera: str) -> None:
    from hub.config.problems import suggestion
    from hub.core.saying import saying
    from hub.errors import SiteError

    known = [each.id for each in files.config.cameras]
    if camera and camera not in known:
        hint = in_words(suggestion(camera, known, of=saying("cameras")))
        fail(SiteError(f"There is no camera {camera[:63]} in hub.toml.", hint=hint))
