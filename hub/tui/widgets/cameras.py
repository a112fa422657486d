"""Pictures that fetch themselves: a camera's newest, and one kept as evidence."""

from collections.abc import Sequence
from datetime import datetime

from hub.client import CameraView
from hub.core.findings import Picture
from hub.locale import _
from hub.tui import halfblocks
from hub.tui.halfblocks import Image
from hub.tui.messages import PictureCame, PictureWanted
from hub.tui.rows import wall
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation
from hub.tui.widgets.picture import PictureView

EVERY_S = 2.0
"""How often a live picture is fetched while it is in sight."""


class LivePicture(PictureView):
    """The newest picture of one camera with its age, never called live when it is not."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._camera = ""
        self._view: CameraView | None = None
        self._situation: Situation | None = None
        self._newest: Image | None = None
        self._digest = 0
        self._asked_at: datetime | None = None
        self._answered_at: datetime | None = None
        self._newer_than: datetime | None = None
        self._problem = ""

    def show_camera(self, view: CameraView | None, situation: Situation) -> None:
        """Show this camera from now on; to be called at least once a second while it is in sight."""
        self._situation = situation
        self._view = view
        if view is None:
            self._camera = ""
            self.show(None, Fact("", ""))
            return
        if view.id != self._camera:
            self._camera = view.id
            self._newest, self._digest, self._problem = None, 0, ""
            self._asked_at = self._answered_at = self._newer_than = None
        due = self._asked_at is None or (situation.now - self._asked_at).total_seconds() >= EVERY_S
        if due and situation.link.up:
            self._asked_at = situation.now
            self.app.post_message(PictureWanted(self, camera=view.id))
        self._draw()

    def on_picture_came(self, message: PictureCame) -> None:
        message.stop()
        if message.source != self._camera:
            return
        self._problem = message.problem
        if message.image is not None:
            if self._digest and message.digest != self._digest:
                self._newer_than = self._answered_at
            self._newest, self._digest, self._answered_at = message.image, message.digest, self._asked_at
        self._draw()

    def _draw(self) -> None:
        if self._view is None or self._situation is None:
            return
        caption, grey = wall.caption(self._view, self._situation, self._newer_than)
        if self._newest is None:
            caption = Fact("", "")
        said = self._problem or _("fetching the picture")
        self.show(self._newest, caption, grey=grey, said=said)


class EvidencePicture(PictureView):
    """A picture kept as evidence. It is what was, so it is drawn in colour and called by its name and time.

    The cells that a finding is about are marked on it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._path = ""
        self._label = Fact("", "")
        self._plain: Image | None = None
        self._cells: tuple[int, ...] = ()

    def show_evidence(
        self, picture: Picture | None, label: str, *, tone: str = "muted", cells: Sequence[int] = ()
    ) -> None:
        """`cells` are packed as in `hub.core.findings.Finding.cells`."""
        path = picture.path if picture is not None else ""
        self._label = Fact("", label, tone)
        if path == self._path:
            if tuple(cells) != self._cells:
                self._cells = tuple(cells)
                self._marked(self.said)
            else:
                self.show(self._image, self._label, said=self.said if path else _("no picture"))
            return
        self._path, self._plain, self._cells = path, None, tuple(cells)
        self.show(None, self._label, said=_("fetching the picture") if path else _("no picture"))
        if path:
            self.app.post_message(PictureWanted(self, evidence=path))

    def on_picture_came(self, message: PictureCame) -> None:
        message.stop()
        if message.source == self._path:
            self._plain = message.image
            self._marked(message.problem)

    def _marked(self, said: str) -> None:
        image = halfblocks.marked(self._plain, self._cells) if self._plain is not None else None
        self.show(image, self._label, said=said)
