"""What can be done on the rounds panel."""

from hub.core.rounds.commands import (
    CancelRound,
    CompleteRound,
    CountersignRound,
    ReturnRound,
    SignRound,
    StartRound,
)
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="open_round",
        keys=("enter",),
        label=N_("Sheet"),
        help=N_("Open the sheet: every item with its answer, one key for yes and one for no"),
        where="rounds",
    ),
    Action(
        name="begin_round",
        keys=("b",),
        label=N_("Begin"),
        help=N_("Begin the round, or join those who make it, and open its sheet"),
        where="rounds",
        command=StartRound,
    ),
    Action(
        name="sign_round",
        keys=("s",),
        label=N_("Sign"),
        help=N_("Sign a round that you made, when everything on it is answered"),
        where="rounds",
        command=SignRound,
    ),
    Action(
        name="countersign_round",
        keys=("c",),
        label=N_("Countersign"),
        help=N_("Sign as a leader what others handed in"),
        where="rounds",
        command=CountersignRound,
    ),
    Action(
        name="return_round",
        keys=("v",),
        label=N_("Give back"),
        help=N_("Give a round that was handed in back to its makers, with a reason"),
        where="rounds",
        command=ReturnRound,
        in_bar=False,
    ),
    Action(
        name="complete_round",
        keys=("d",),
        label=N_("Round made"),
        help=N_("Report a round as made on which nothing has to be answered"),
        where="rounds",
        command=CompleteRound,
        in_bar=False,
    ),
    Action(
        name="cancel_round",
        keys=("x",),
        label=N_("Cancel"),
        help=N_("Decide that the round is not made, with a reason"),
        where="rounds",
        command=CancelRound,
        in_bar=False,
    ),
    Action(
        name="past_rounds",
        keys=("f",),
        label=N_("Past"),
        help=N_("Show the rounds of the past and how they were kept, or only those that are open"),
        where="rounds",
    ),
)
