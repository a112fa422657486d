"""What can be done on the rules panel."""

from hub.core.rules.commands import PauseRule, ResumeRule
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Rule"),
        help=N_("What the rule says, what it decided last, and what became of it in the last 24 hours"),
        where="rules",
    ),
    Action(
        name="rule_off",
        keys=("o",),
        label=N_("Turn off"),
        help=N_("Turn the rule off, for a stated reason and time"),
        where="rules",
        command=PauseRule,
    ),
    Action(
        name="rule_on",
        keys=("n",),
        label=N_("Turn on"),
        help=N_("Turn the rule on again"),
        where="rules",
        command=ResumeRule,
    ),
    Action(
        name="rule_cases",
        keys=("t",),
        label=N_("Cases"),
        help=N_("Run the cases in rules/cases that name the rule"),
        where="rules",
    ),
    Action(
        name="rule_files",
        keys=("c",),
        label=N_("Problems"),
        help=N_("Check the rule files as they are on disk now, and list every problem"),
        where="rules",
    ),
)
