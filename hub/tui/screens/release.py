"""One release of recordings with its whole course, its letter and its receipt."""

from collections.abc import Sequence
from typing import ClassVar

from hub.client import HubClient
from hub.client.releases import ReleaseDetail, ReleaseView, release
from hub.core.releases.model import Release
from hub.locale import _
from hub.tui.rows import releases as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.pictured import PicturedScreen, Shot, shots_of
from hub.tui.situation import Situation


class ReleaseScreen(PicturedScreen[ReleaseDetail]):
    """A release, its letter and its receipt."""

    NAME: ClassVar[str] = "release"

    def __init__(self, chosen: Release, situation: Situation) -> None:
        super().__init__(ReleaseDetail(view=ReleaseView(release=chosen)), situation)

    async def ask(self, client: HubClient) -> ReleaseDetail:
        return await release(client, self._detail.view.release.id)

    def title_of(self) -> str:
        return _("Release {release}").format(release=self._detail.view.release.id)

    def facts(self, situation: Situation) -> list[Fact]:
        return rows.full(self._detail, situation)

    def shots(self) -> Sequence[Shot]:
        return shots_of(self._detail.files)
