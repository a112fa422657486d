"""What a table of assets would do, or what is wrong with it, line by line."""

from hub.core.assets.table import Plan
from hub.locale import _, language, ngettext
from hub.tui.rows import asset_words as words
from hub.tui.rows.row import Fact

MOST_LINES = 200


def facts(plan: Plan, file: str) -> list[Fact]:
    """Every problem by its place, or else what is added and changed."""
    if plan.problems:
        found = [
            Fact(
                "",
                ngettext(
                    "Nothing can be entered: 1 problem.", "Nothing can be entered: {n} problems.", len(plan.problems)
                ).format(n=len(plan.problems)),
                "lost",
            )
        ]
        found += [Fact("", problem.said(file, language()), "fault") for problem in plan.problems[:MOST_LINES]]
        return found + _more(len(plan.problems))
    said = _("{added} would be added, {changed} changed, {same} are as they were.")
    found = [Fact("", said.format(added=len(plan.added), changed=len(plan.changed), same=plan.same), "strong")]
    lines: list[Fact] = []
    for added in plan.added:
        values = ", ".join(f"{words.label(name)} {value}" for name, value in added.values.items())
        lines.append(Fact(f"+ {added.asset}", f"{words.word(words.KINDS, added.kind)} {values}", "good"))
    for changed in plan.changed:
        before = changed.before
        differences = ", ".join(
            f"{words.label(name)} {before.get(name) or '-'} → {value or '-'}" for name, value in changed.after.items()
        )
        lines.append(Fact(f"~ {changed.asset}", differences))
    return found + lines[:MOST_LINES] + _more(len(lines))


def _more(lines: int) -> list[Fact]:
    return [Fact("", _("… and {n} more.").format(n=lines - MOST_LINES), "muted")] if lines > MOST_LINES else []
