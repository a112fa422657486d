"""What was typed into forms and not sent yet. It lives as long as the TUI does, for one person."""

from collections.abc import Mapping


class Drafts:
    """Values by form; nothing is lost until the hub took them."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, str]] = {}

    def of(self, form: str) -> dict[str, str]:
        """The draft of a form; empty when there is none."""
        return dict(self._kept.get(form, {}))

    def keep(self, form: str, values: Mapping[str, str]) -> None:
        self._kept[form] = dict(values)

    def drop(self, form: str) -> None:
        self._kept.pop(form, None)

    def clear(self) -> None:
        """Another person signed in."""
        self._kept.clear()
