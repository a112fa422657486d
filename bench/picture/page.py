"""The tables of docs/operate/accuracy.md: those that follow from the code, and those that a run measured."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from bench.picture.classes import CLASSES, LIGHTS, Goal
from bench.picture.protocol import DAILY_STEP_S, LATER_STEP_S, PRE_ROLL_S, SLOW_STEP_S, STEP_S
from bench.picture.records import Outcome, Run
from bench.picture.score import (
    WITHIN_S,
    ClassScore,
    by_disturbance,
    check_goals,
    duration,
    false_scores,
    recall_of,
    score_classes,
)
from bench.picture.show import seconds, share
from bench.picture.watcher import LIMITS

PAGE = Path("docs/operate/accuracy.md")
_MEASURED = re.compile(r"<!-- measured: (?P<name>[\w ]+) -->\n(?P<text>.*?)<!-- /measured -->", re.DOTALL)


def defaults() -> str:
    """The thresholds with which everything was measured."""
    rows = [
        f"| `{field.name}` | {_plain(getattr(LIMITS, field.name))} |"
        for field in msgspec.structs.fields(LIMITS)
        if isinstance(getattr(LIMITS, field.name), int | float)
    ]
    return "\n".join(["| limit | default |", "|---|---|", *rows])


def classes() -> str:
    """What counts for each class, and its goal."""
    rows = ["| class | finding | also counts | because | goal |", "|---|---|---|---|---|"]
    for klass in CLASSES.values():
        right = ", ".join(f"`{kind}`" for kind in sorted(klass.right))
        also = ", ".join(f"`{kind}`" for kind in sorted(klass.neighbours)) or "—"
        rows.append(f"| {klass.name} | {right} | {also} | {klass.because or '—'} | {_goal(klass.goal)} |")
    return "\n".join(rows)


def protocol() -> str:
    """The times of the protocol."""
    return (
        f"A picture every {STEP_S:g} s. For the classes of the daily list every {DAILY_STEP_S:g} s in the first five "
        f"minutes and every {LATER_STEP_S:g} s after them; for those that may take a day every {SLOW_STEP_S:g} s after "
        f"the first hour. {PRE_ROLL_S:g} s undisturbed before each event."
    )


SECTIONS: Mapping[str, Callable[[], str]] = {
    "picture defaults": defaults,
    "picture classes": classes,
    "picture protocol": protocol,
}
"""What follows from the code, for `tests.guards.made_sections`."""


def _goal(goal: Goal | None) -> str:
    if goal is None:
        return "—"
    within = duration(goal.within_s)
    return (
        f"{goal.day:g} day, {goal.night:g} night within {within}"
        if goal.day != goal.night
        else f"{goal.day:g} within {within}"
    )


def _plain(value: float) -> str:
    return f"{value:g}"


def write_page(root: Path, run: Run, note: str = "") -> Path:
    """Write the measured sections of the page anew; `note` says what a reader must know of this run."""
    page = root / PAGE
    made = {
        "run": _run(run, note),
        "recall": _recall(run.outcomes),
        "delays": _delays(score_classes(run.outcomes)),
        "confusion": _confusion(score_classes(run.outcomes)),
        "disturbances": _disturbances(run),
        "false alarms": _false(run),
        "goals": _goals(run),
    }

    def anew(match: re.Match[str]) -> str:
        text = made.get(match["name"], match["text"].rstrip("\n"))
        return f"<!-- measured: {match['name']} -->\n{text}\n<!-- /measured -->"

    page.write_text(_MEASURED.sub(anew, page.read_text(encoding="utf-8")), encoding="utf-8")
    return page


def _run(run: Run, note: str) -> str:
    settings = "; ".join(f"{name} {_listed(value)}" for name, value in run.settings.items())
    return "\n".join(
        [
            f"Machine: {run.machine}.",
            f"Command: `{run.command}`, {run.took_s / 60:.0f} min, {run.judge_ms:.1f} ms of one core a judgement.",
            f"Settings: {settings}.",
            f"{len(run.outcomes)} events, {sum(day.days for day in run.days):g} undisturbed camera-days shown in "
            f"{sum(day.judged_h for day in run.days):.0f} h of pictures.",
            *([note] if note else []),
            *[f"Failed: {failure.splitlines()[0]}" for failure in run.failures],
        ]
    )


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{value}"


def _recall(outcomes: Sequence[Outcome]) -> str:
    head = ["class", "light", "n", "30 s", "60 s", "120 s", "180 s", "300 s", "in the goal's time", "bounds (95 %)"]
    rows = _head(head)
    for score in score_classes(outcomes):
        within_s = score.klass.goal.within_s if score.klass.goal else score.klass.horizon_s
        for light in LIGHTS:
            mine = [outcome for outcome in outcomes if outcome.klass == score.klass.name and outcome.light == light]
            if not mine:
                continue
            recall = recall_of(mine, within_s)
            cells = [score.klass.name, light, str(len(mine))]
            cells += [share(recall_of(mine, limit_s).share) for limit_s in WITHIN_S]
            cells += [f"{share(recall.share)} in {duration(within_s)}", f"{recall.low:.2f}–{recall.high:.2f}"]
            rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _delays(scores: Sequence[ClassScore]) -> str:
    rows = _head(
        ["class", "n", "delay", "p95", "clears", "p95", "within 60 s", "right first", "stood before", "judged"]
    )
    for score in scores:
        cells = [score.klass.name, str(score.total), seconds(score.delay_median_s), seconds(score.delay_p95_s)]
        cells += [seconds(score.clear_median_s), seconds(score.clear_p95_s), share(score.cleared)]
        cells += [share(score.right_first), str(score.standing), share(score.judged)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _head(names: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]


def _confusion(scores: Sequence[ClassScore]) -> str:
    kinds = list(dict.fromkeys(kind for score in scores for kind in score.first if kind != "nothing"))
    head = ["class", *[f"`{kind}`" for kind in sorted(kinds)], "nothing"]
    rows = _head(head)
    for score in scores:
        cells = [score.klass.name]
        for kind in sorted(kinds):
            count = score.first.get(kind, 0)
            cells.append("" if not count else f"**{count}**" if kind in score.klass.right else str(count))
        cells.append(str(score.first.get("nothing", "")))
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _disturbances(run: Run) -> str:
    rows = ["| disturbance | class | day | twilight | night | median delay |", "|---|---|---|---|---|---|"]
    for name, lights in by_disturbance(run.outcomes).items():
        mine = [outcome for light in LIGHTS for outcome in lights[light]]
        delays = sorted(outcome.delay_s for outcome in mine if outcome.delay_s is not None)
        found = [f"{sum(o.delay_s is not None for o in lights[light])} of {len(lights[light])}" for light in LIGHTS]
        middle = seconds(delays[len(delays) // 2]) if delays else ""
        rows.append(f"| {name} | {mine[0].klass} | {' | '.join(found)} | {middle} |")
    return "\n".join(rows)


def _false(run: Run) -> str:
    rows = [
        "| pictures of | cameras | days | found | a day | at most (95 %) | kinds | while |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for score in false_scores(run.days):
        kinds = ", ".join(f"`{kind}` {count}" for kind, count in score.kinds.items())
        active = ", ".join(f"{name} {count}" for name, count in score.active.items())
        figures = f"{score.cameras} | {score.days:g} | {score.total} | {score.rate:.2f} | {score.upper:.2f}"
        rows.append(f"| {score.label} | {figures} | {kinds or '—'} | {active or '—'} |")
    rows += ["", "| camera | references learned | not judged, share of the pictures |", "|---|---|---|"]
    for day in run.days:
        unknown = ", ".join(f"{name} {part:.1%}" for name, part in list(day.not_judged.items())[:6])
        rows.append(f"| {day.source} {day.camera}, seed {day.seed} | {', '.join(day.learned)} | {unknown or 'none'} |")
    return "\n".join(rows)


def _goals(run: Run) -> str:
    verdicts = check_goals(run.outcomes, run.days)
    missed = [verdict for verdict in verdicts if not verdict.met]
    rows = [f"{len(verdicts) - len(missed)} of {len(verdicts)} goals are met.", ""]
    rows += ["| goal | wanted | measured | |", "|---|---|---|---|"]
    rows += [f"| {v.name} | {v.goal} | {v.measured} | {'met' if v.met else '**missed**'} |" for v in verdicts]
    return "\n".join(rows)
