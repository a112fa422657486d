"""A picture drawn in half-blocks, with a caption that says whether it is live."""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from hub.tui import halfblocks
from hub.tui.colours import tone
from hub.tui.halfblocks import Image
from hub.tui.rows.row import Fact, fit


class PictureView(Widget):
    """Draws one picture as large as fits, the caption under it. Without a picture it says why there is none."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._image: Image | None = None
        self._grey = False
        self._caption = Fact("", "")
        self._said = ""
        self._version = 0
        self._drawn: tuple[object, ...] = ()
        self._lines: list[list[Segment]] = []

    def show(self, image: Image | None, caption: Fact, *, grey: bool = False, said: str = "") -> None:
        """`grey` draws it as not live; `said` stands in the place of a picture that is missing."""
        if image is self._image and (caption, grey, said) == (self._caption, self._grey, self._said):
            return
        self._version += image is not self._image
        self._image, self._caption, self._grey, self._said = image, caption, grey, said
        self.refresh()

    @property
    def caption(self) -> str:
        return self._caption.text

    @property
    def said(self) -> str:
        return self._said

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    @property
    def drawn_grey(self) -> bool:
        return self._grey

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        lines = self._picture(self.size)
        if y == (len(lines) if lines else height - 1):
            return self._text(fit(self._caption.text, width), self._caption.tone)
        if not lines and y == (height - 1) // 2:
            return self._text(fit(self._said, width), "muted")
        if y >= len(lines):
            return Strip.blank(width, self.rich_style)
        strip = Strip(lines[y])
        left = (width - strip.cell_length) // 2
        return Strip([Segment(" " * left, self.rich_style), *strip]).adjust_cell_length(width, self.rich_style)

    def _picture(self, size: Size) -> list[list[Segment]]:
        wanted = (self._version, size, self._grey)
        if wanted != self._drawn:
            self._drawn = wanted
            image = self._image
            if image is not None and self._grey:
                image = halfblocks.greyed(image)
            self._lines = halfblocks.lines(image, size.width, size.height - 1) if image is not None else []
        return self._lines

    def _text(self, text: str, tone_name: str) -> Strip:
        style = self.rich_style + Style.parse(tone(tone_name))
        strip = Strip([Segment(text, style)])
        left = max(0, (self.size.width - strip.cell_length) // 2)
        return Strip([Segment(" " * left, self.rich_style), *strip]).adjust_cell_length(
            self.size.width, self.rich_style
        )
