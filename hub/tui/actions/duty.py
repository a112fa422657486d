"""What can be done on the duty panel."""

from hub.core.duty.commands import AskCover, AskSwap, WithdrawSwap
from hub.core.posts.commands import BeginHandover, CoverPost, EndPresence, SignOff, SignOn
from hub.locale import N_
from hub.tui.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        name="sign_on",
        keys=("o",),
        label=N_("Sign on"),
        help=N_("Sign on at your post, at once"),
        where="duty",
        command=SignOn,
    ),
    Action(
        name="sign_off",
        keys=("f",),
        label=N_("Sign off"),
        help=N_("Sign off at your post; before the end or without relief it asks for the reason"),
        where="duty",
        command=SignOff,
    ),
    Action(
        name="hand_over",
        keys=("h",),
        label=N_("Handover"),
        help=N_("The sheet of the post, the room, and the two signatures"),
        where="duty",
        command=BeginHandover,
    ),
    Action(
        name="days",
        keys=("v",),
        label=N_("14 days"),
        help=N_("Every shift of the next 14 days"),
        where="duty",
    ),
    Action(
        name="ask_swap",
        keys=("s",),
        label=N_("Swap"),
        help=N_("Ask somebody to exchange shifts"),
        where="duty",
        command=AskSwap,
    ),
    Action(
        name="ask_cover",
        keys=("t",),
        label=N_("Give shift"),
        help=N_("Ask somebody to take one of your shifts"),
        where="duty",
        command=AskCover,
        in_bar=False,
    ),
    Action(
        name="answer_yes",
        keys=("a",),
        label=N_("Agree"),
        help=N_("Agree to the change of shifts under the cursor, or approve it"),
        where="duty",
    ),
    Action(
        name="answer_no",
        keys=("x",),
        label=N_("Refuse"),
        help=N_("Decline the change of shifts under the cursor, or refuse it"),
        where="duty",
    ),
    Action(
        name="withdraw",
        keys=("w",),
        label=N_("Withdraw"),
        help=N_("Take back the change of shifts that you asked for"),
        where="duty",
        command=WithdrawSwap,
        in_bar=False,
    ),
    Action(
        name="cover",
        keys=("c",),
        label=N_("Cover"),
        help=N_("Let somebody else sign on at the post under the cursor"),
        where="duty",
        command=CoverPost,
    ),
    Action(
        name="end_presence",
        keys=("e",),
        label=N_("Sign somebody off"),
        help=N_("Sign off the person under the cursor, who did not do it"),
        where="duty",
        command=EndPresence,
        in_bar=False,
    ),
)
