"""What can be done on the reviews panel."""

from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    WithdrawReview,
)
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="switch_view",
        keys=("v",),
        label=N_("Other view"),
        help=N_("Reviews of people, or the figures of the control room"),
        where="reviews",
    ),
    Action(
        name="back",
        keys=("backspace",),
        label=N_("Back"),
        help=N_("From a record to the points, from these to the people, to the months; Enter goes the other way"),
        where="reviews",
    ),
    Action(
        name="so_far",
        keys=("s",),
        label=N_("So far"),
        help=N_("What the present month comes to up to now; nothing of it is on record"),
        where="reviews",
    ),
    Action(
        name="appeal",
        keys=("a",),
        label=N_("Appeal"),
        help=N_("Appeal against one of one's own points, once for each"),
        where="reviews",
        command=AppealPoint,
    ),
    Action(
        name="decide",
        keys=("d",),
        label=N_("Decide"),
        help=N_("Decide on somebody else's appeal"),
        where="reviews",
        command=DecideAppeal,
    ),
    Action(
        name="commend",
        keys=("b",),
        label=N_("Commend"),
        help=N_("Put somebody's good work on record"),
        where="reviews",
        command=CommendPerson,
    ),
    Action(
        name="close_review",
        keys=("c",),
        label=N_("Sign"),
        help=N_("Sign the review of a month when nobody can appeal any more"),
        where="reviews",
        command=CloseReview,
    ),
    Action(
        name="make",
        keys=("m",),
        label=N_("Review a month"),
        help=N_("Review everybody for a month that is over"),
        where="reviews",
        command=MakeReview,
        in_bar=False,
    ),
    Action(
        name="withdraw",
        keys=("w",),
        label=N_("Take back"),
        help=N_("Take back a review that is not signed; the month can be reviewed anew"),
        where="reviews",
        command=WithdrawReview,
        in_bar=False,
    ),
    Action(
        name="period",
        keys=("t",),
        label=N_("Other month"),
        help=N_("Figures of this month, or of one of the three before it"),
        where="reviews",
        in_bar=False,
    ),
    Action(
        name="group",
        keys=("y",),
        label=N_("Grouping"),
        help=N_("Figures of the site, or compared by domain, department or camera"),
        where="reviews",
        in_bar=False,
    ),
)
