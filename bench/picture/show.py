"""The tables on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.picture.classes import LIGHTS
from bench.picture.records import Outcome, Run, State
from bench.picture.score import ClassScore, Recall, by_disturbance, check_goals, false_scores, score_classes


def show_run(run: Run, console: Console, why: bool = False) -> None:
    """Print everything of a run; with `why`, also each missed event and false alarm with its readings."""
    scores = score_classes(run.outcomes)
    if scores:
        _show_classes(scores, console)
        _show_confusion(scores, console)
        _show_disturbances(run.outcomes, console)
    if run.days:
        _show_false(run, console)
    _show_goals(run, console)
    if why:
        show_why(run, console)
    for failure in run.failures:
        console.print(f"[red]failed[/red] {failure}", highlight=False)
    console.print(f"{run.machine}; judge {run.judge_ms:.2f} ms a picture; took {run.took_s / 60:.1f} min")


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f} s" if value < 600 else f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"


def cell(recall: Recall) -> str:
    return "" if recall.share is None else f"{recall.share:.2f} ({recall.total})"


def _show_classes(scores: Sequence[ClassScore], console: Console) -> None:
    table = Table(title="Recall by class", title_justify="left")
    limits = (30.0, 60.0, 120.0, 180.0, 300.0)
    names = ["class", "n", *[f"{limit:.0f} s" for limit in limits], "horizon", *LIGHTS]
    for name in [*names, "delay", "p95", "clear", "p95", "≤60 s", "right 1st", "judged"]:
        table.add_column(name, justify="left" if name == "class" else "right", no_wrap=name == "class")
    for score in scores:
        last = max(score.within)
        table.add_row(
            score.klass.name,
            str(score.total),
            *[share(score.within[limit].share) for limit in limits],
            share(score.within[last].share),
            *[cell(score.lights[light]) for light in LIGHTS],
            seconds(score.delay_median_s),
            seconds(score.delay_p95_s),
            seconds(score.clear_median_s),
            seconds(score.clear_p95_s),
            share(score.cleared),
            share(score.right_first),
            share(score.judged),
        )
    console.print(table)


def _show_confusion(scores: Sequence[ClassScore], console: Console) -> None:
    console.print("First finding of each event (bold: the class itself; underlined: accepted):")
    for score in scores:
        parts = []
        for kind, count in score.first.items():
            style = "bold" if kind in score.klass.right else "underline" if kind in score.klass.accepted else "red"
            parts.append(f"[{style}]{kind}[/] {count}")
        extra = f"; stood before {score.standing}" if score.standing else ""
        console.print(f"  {score.klass.name:22s} {', '.join(parts)}{extra}", highlight=False)


def _show_disturbances(outcomes: Sequence[Outcome], console: Console) -> None:
    table = Table(title="By disturbance: found within the horizon, of all; median delay", title_justify="left")
    for name in ("disturbance", *LIGHTS, "delay", "missed on"):
        table.add_column(name, justify="right" if name in LIGHTS else "left")
    for name, lights in by_disturbance(outcomes).items():
        mine = [outcome for light in LIGHTS for outcome in lights[light]]
        delays = sorted(outcome.delay_s for outcome in mine if outcome.delay_s is not None)
        missed = [f"{outcome.camera}@{outcome.hour:g}" for outcome in mine if outcome.delay_s is None]
        table.add_row(
            name,
            *[f"{sum(o.delay_s is not None for o in lights[light])}/{len(lights[light])}" for light in LIGHTS],
            seconds(delays[len(delays) // 2]) if delays else "",
            " ".join(missed[:8]) + (" …" if len(missed) > 8 else ""),
        )
    console.print(table)


def _show_false(run: Run, console: Console) -> None:
    table = Table(title="False findings in undisturbed pictures", title_justify="left")
    for name in ("pictures of", "cameras", "days", "found", "a day", "95 % bound", "kinds", "while active"):
        table.add_column(name)
    for score in false_scores(run.days):
        table.add_row(
            score.label,
            str(score.cameras),
            f"{score.days:g}",
            str(score.total),
            f"{score.rate:.2f}",
            f"{score.upper:.2f}",
            _counts(score.kinds),
            _counts(score.active),
        )
    console.print(table)
    for day in run.days:
        unknown = ", ".join(f"{name} {part:.1%}" for name, part in list(day.not_judged.items())[:8])
        alarms = sum(not alarm.merged for alarm in day.alarms)
        console.print(
            f"  {day.source} {day.camera} seed {day.seed}: {alarms} false in {day.judged_h:.1f} h of pictures; learned "
            f"{', '.join(day.learned) or 'nothing'}; not judged: {unknown or 'never'}",
            highlight=False,
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _show_goals(run: Run, console: Console) -> None:
    table = Table(title="Goals", title_justify="left")
    for name in ("goal", "wanted", "measured", ""):
        table.add_column(name)
    for verdict in check_goals(run.outcomes, run.days):
        mark = "[green]met[/green]" if verdict.met else "[red]missed[/red]"
        table.add_row(verdict.name, verdict.goal, verdict.measured, mark)
    console.print(table)


def show_why(run: Run, console: Console) -> None:
    """Each event that was missed and each false finding, with what the judge said."""
    for outcome in run.outcomes:
        if outcome.delay_s is None:
            console.print(
                f"[bold]missed[/bold] {outcome.klass}: {outcome.disturbance} on {outcome.source} {outcome.camera} seed "
                f"{outcome.seed} at {outcome.hour:g} h ({outcome.light}{', infra-red' if outcome.infrared else ''}); "
                f"stood before {outcome.pre or '-'}; rose {outcome.rose or '-'}; judged {outcome.judged:.2f}",
                highlight=False,
            )
            _print_change(outcome.before, outcome.last, console)
    for day in run.days:
        for alarm in day.alarms:
            console.print(
                f"[bold]false[/bold] {alarm.kind} on {alarm.source} {alarm.camera} seed {alarm.seed} "
                f"at {alarm.hour:g} h ({alarm.light}) during {alarm.active or '-'}{'; merged' if alarm.merged else ''}",
                highlight=False,
            )
            _print_state(alarm.state, console)


def _print_change(before: State, last: State, console: Console) -> None:
    names = [*before.measures, *[name for name in last.measures if name not in before.measures]]
    parts = [
        f"{name} {before.measures.get(name, float('nan')):g}→{last.measures.get(name, float('nan')):g}"
        for name in names
    ]
    console.print("    " + "  ".join(parts), highlight=False)
    _print_answers(last, console)


def _print_state(state: State, console: Console) -> None:
    console.print("    " + "  ".join(f"{name} {value:g}" for name, value in state.measures.items()), highlight=False)
    _print_answers(state, console)


def _print_answers(state: State, console: Console) -> None:
    if state.not_judged or state.undecided:
        console.print(f"    not judged: {state.not_judged or '-'}; undecided: {', '.join(state.undecided) or '-'}")
    for name, readings in state.answers.items():
        told = "  ".join(f"{key} {value:g} (limit {limit:g})" for key, (value, limit) in readings.items())
        console.print(f"    {name}{' SEEN' if name in state.suspected else ''}: {told}", highlight=False)
