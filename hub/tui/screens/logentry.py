"""One entry of the duty log with everything around it, and its pictures."""

from collections.abc import Sequence
from typing import ClassVar

from hub.client import HubClient, log
from hub.client.log import EntryDetail, EntryView
from hub.locale import _
from hub.tui.rows import dutylog as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.pictured import PicturedScreen, Shot, shots_of
from hub.tui.situation import Situation


class EntryScreen(PicturedScreen[EntryDetail]):
    """An entry, the pictures kept by the hub, then those handed over."""

    NAME: ClassVar[str] = "entry"

    def __init__(self, view: EntryView, situation: Situation) -> None:
        super().__init__(EntryDetail(view=view), situation)

    async def ask(self, client: HubClient) -> EntryDetail:
        return await log.entry(client, self._detail.view.entry.id)

    def title_of(self) -> str:
        return _("Duty log {id}").format(id=self._detail.view.entry.id)

    def facts(self, situation: Situation) -> list[Fact]:
        return rows.full(self._detail, situation)

    def shots(self) -> Sequence[Shot]:
        view = self._detail.view
        kept = [Shot(each.path, self._situation.camera_name(each.camera)) for each in view.pictures]
        return [*kept, *shots_of(view.attachments)]
