"""The one-line bars: heading, tabs, keys. Each is given cells and lays them out for its width."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.widgets import Static

from hub.tui.colours import tone
from hub.tui.rows.row import Cell, fit


class Bar(Static):
    """Cells from the left, others at the right end; what does not fit is cut from the left part."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, markup=False)
        self._left: tuple[Cell, ...] = ()
        self._right: tuple[Cell, ...] = ()

    def show(self, left: Sequence[Cell], right: Sequence[Cell] = ()) -> None:
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.update(laid_out(self._left, self._right, self.size.width))


class Link(msgspec.Struct, frozen=True):
    """A key, what it does, and the action to run when it is clicked. `shorter`: what may stand in the place of the
    label where there is little room, the longest first; a `spare` one is left out there. The chosen one stays whole."""

    key: str
    label: str
    action: str
    chosen: bool = False
    shorter: tuple[str, ...] = ()
    spare: bool = False


class LinkBar(Static):
    """Links from the left, others at the right end; those that do not fit are left out, the right ones never."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, markup=False)
        self._left: tuple[Link, ...] = ()
        self._right: tuple[Link, ...] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, left: Sequence[Link], right: Sequence[Link] = ()) -> None:
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    async def on_click(self, event: events.Click) -> None:
        for start, end, action in self._spans:
            if start <= event.x < end:
                await self.run_action(action)

    def _draw(self) -> None:
        width = self.size.width
        right = [(link, _link(link)) for link in self._right]
        end = width - sum(text.cell_len + 1 for _link, text in right)
        line = Text(no_wrap=True, end="")
        self._spans = []
        for link in squeezed(self._left, end):
            text = _link(link)
            if line.cell_len + text.cell_len > end:
                break
            self._append(line, text, link)
        line.append(" " * max(0, end - line.cell_len))
        for link, text in right:
            self._append(line, text, link)
        self.update(line)

    def _append(self, line: Text, text: Text, link: Link) -> None:
        start = line.cell_len
        line.append_text(text)
        self._spans.append((start, line.cell_len, link.action))
        line.append(" ")


def squeezed(links: Sequence[Link], width: int) -> Sequence[Link]:
    """The links as `width` cells allow: first the spare ones go, then labels get shorter, then the last ones go."""
    if _cells(links) <= width:
        return links
    shown = kept = [link for link in links if link.chosen or not link.spare]
    for step in range(max((len(link.shorter) for link in links), default=0) + 1):
        shown = [_shortened(link, step) for link in kept]
        if _cells(shown) <= width:
            return shown
    while _cells(shown) > width and any(not link.chosen for link in shown):
        last = max(index for index, link in enumerate(shown) if not link.chosen)
        shown = [*shown[:last], *shown[last + 1 :]]
    return shown


def _cells(links: Sequence[Link]) -> int:
    return sum(_link(link).cell_len + 1 for link in links)


def _shortened(link: Link, step: int) -> Link:
    if not step or link.chosen or not link.shorter:
        return link
    return replace(link, label=link.shorter[min(step, len(link.shorter)) - 1])


def laid_out(left: Sequence[Cell], right: Sequence[Cell], width: int) -> Text:
    """One line `width` cells wide; two spaces between cells, one where they are coloured boxes."""
    ending = Text("  ").join(Text(cell.text, style=tone(cell.tone)) for cell in right)
    room = width - ending.cell_len - (1 if right else 0)
    line = Text(no_wrap=True, end="")
    for cell in left:
        gap = 0 if not line.plain else 1 if line.plain.endswith(" ") else 2
        space = room - line.cell_len - gap
        if space <= 0:
            break
        line.append(" " * gap)
        line.append(fit(cell.text, space), style=tone(cell.tone))
    line.append(" " * max(0, width - line.cell_len - ending.cell_len))
    line.append_text(ending)
    return line


def _link(link: Link) -> Text:
    tones = ("marked", "marked") if link.chosen else ("key", "")
    label = f"{link.label} " if link.label else ""
    return Text.assemble((f" {link.key} ", tone(tones[0])), (label, tone(tones[1])), no_wrap=True, end="")
