"""Approving and rejecting reference views: what the close-up and the list of those that wait have in common."""

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from hub.tui.forms.cameras import approve_view, reject_view
from hub.tui.rows.references import Waiting, may_decide
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation

DECIDING: list[BindingType] = [
    Binding("a,A", "approve", show=False),
    Binding("b,B", "approve_beside", show=False),
    Binding("x,X", "reject", show=False),
]


class Deciding(Shown, ModalScreen[None]):
    """A screen with a view in sight. Every decision is asked for once more in a form."""

    _situation: Situation

    def in_sight(self) -> Waiting | None:
        """The view that a key is about; None while that is not sure."""
        raise NotImplementedError

    def action_approve(self) -> None:
        self._approve(beside=False)

    def action_approve_beside(self) -> None:
        self._approve(beside=True)

    def action_reject(self) -> None:
        found = self.in_sight()
        if found is not None and may_decide(self._situation):
            self.app.push_screen(FormScreen(lambda: reject_view(found.camera, found.view), self._situation))

    def _approve(self, *, beside: bool) -> None:
        found = self.in_sight()
        if found is not None and found.view.state == "proposed" and may_decide(self._situation):
            self.app.push_screen(
                FormScreen(lambda: approve_view(found.camera, found.view, beside=beside), self._situation)
            )
