"""What can be done on the log panel, in its two views: the journal's records, and the duty log."""

from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="switch_view",
        keys=("d",),
        label=N_("Duty log/records"),
        help=N_("Switch between the duty log and the journal's records"),
        where="log",
    ),
    Action(
        name="write_entry",
        keys=("e",),
        label=N_("Write"),
        help=N_("Write an incident or a note into the duty log"),
        where="log",
        command=WriteEntry,
    ),
    Action(
        name="write_measure",
        keys=("m",),
        label=N_("Measure"),
        help=N_("Write down what was done about the incident under the cursor"),
        where="log",
        command=WriteEntry,
    ),
    Action(
        name="receive_visitor",
        keys=("v",),
        label=N_("Visitor"),
        help=N_("Write down that a visitor came"),
        where="log",
        command=ReceiveVisitor,
        in_bar=False,
    ),
    Action(
        name="see_off",
        keys=("b",),
        label=N_("Visitor went"),
        help=N_("Write down that a visitor went: the one under the cursor, or another who is inside"),
        where="log",
        command=SeeOffVisitor,
        in_bar=False,
    ),
    Action(
        name="correct_entry",
        keys=("c",),
        label=N_("Correct"),
        help=N_("Put another entry in the place of the one under the cursor; both stay"),
        where="log",
        command=CorrectEntry,
        in_bar=False,
    ),
    Action(
        name="keep_pictures",
        keys=("p",),
        label=N_("Picture"),
        help=N_("Keep what the cameras of the entry under the cursor show now"),
        where="log",
        command=WriteEntry,
        in_bar=False,
    ),
    Action(
        name="only_kind",
        keys=("f",),
        label=N_("Only one kind"),
        help=N_("Show only incidents, then only measures, visitors, notes, then all again"),
        where="log",
        in_bar=False,
    ),
    Action(
        name="find",
        keys=("slash",),
        label=N_("Find"),
        help=N_(
            "Show only what holds these words; in the duty log also a day, such as 2026-11-23; Esc shows all again"
        ),
        where="log",
    ),
    Action(
        name="older",
        keys=("o",),
        label=N_("Older"),
        help=N_("Fetch the page before the oldest record shown"),
        where="log",
    ),
    Action(
        name="live",
        keys=("end",),
        label=N_("Newest"),
        help=N_("Go to the newest record and follow what happens"),
        where="log",
    ),
    Action(
        name="enlarge",
        keys=("enter",),
        label=N_("Whole record"),
        help=N_("The record as the journal has it, with its hash; an entry of the duty log with its pictures"),
        where="log",
    ),
)
