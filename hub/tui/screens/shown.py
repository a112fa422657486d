"""What the app expects of every screen it keeps up to date."""

from hub.tui.situation import Situation


class Shown:
    """Told of every new situation, and asked to say everything again when the language was switched."""

    def show(self, situation: Situation) -> None:
        """`situation` is what is known now."""

    def relabel(self) -> None:
        """Everything again, in the language in force."""
