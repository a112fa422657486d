"""What the hub refuses with when somebody looks at recordings or cameras."""

from hub.locale import N_

OF_VIEWING: tuple[str, ...] = (
    N_("This viewing is over, or is not yours."),
    N_("This link was used already, or is too old."),
    N_("Ask the hub for another one."),
    N_("Begin another one."),
    N_("Too many recordings and cameras are looked at already."),
    N_("Close a player first."),
    N_("This viewing has too many links already."),
    N_("Nothing of {what} is on disk from that time."),
    N_("See `hub recordings list`."),
    N_("There is no picture of that time."),
    N_("Nothing was recorded then, or it is damaged."),
    N_("This time lies outside of the period of the viewing."),
    N_("This lies outside of the period of the viewing."),
    N_("At most 24 hours are looked at at once."),
    N_("A link plays 4 hours at most."),
    N_("Ask for a shorter part."),
    N_("The index of recordings cannot be read: {problem}."),
    N_("See the log; it can be made anew."),
)
