"""The site as the core knows it: departments, areas, cameras. No addresses and no secrets."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.releases.policy import ReleasePolicy
from hub.core.text import Text
from hub.core.tickets.policy import TicketPolicy


class Department(msgspec.Struct, frozen=True):
    """A department of the plant."""

    id: Annotated[str, Meta(description="Department id, unique in the site.")]
    name: Annotated[Text, Meta(description="Name that staff use.")]


class Area(msgspec.Struct, frozen=True):
    """A part of the plant by which cameras are shown."""

    id: Annotated[str, Meta(description="Area id, unique in the site.")]
    name: Annotated[Text, Meta(description="Name that staff use.")]
    department: Annotated[str, Meta(description="Department id; empty when it belongs to none.")] = ""


class Camera(msgspec.Struct, frozen=True):
    """One camera as staff know it."""

    id: Annotated[str, Meta(description="Camera id, unique in the site.")]
    name: Annotated[Text, Meta(description="Name that staff use.")]
    area: Annotated[str, Meta(description="Area id.")]
    domain: Annotated[str, Meta(description="`production` (安全生产) or `security` (保卫).")]
    tags: Annotated[list[str], Meta(description="Free words for rules to match.")] = []
    home: Annotated[str, Meta(description="The preset at which it stands when nobody steers it; empty: none.")] = ""


class Site(msgspec.Struct, frozen=True):
    """The site as configured."""

    name: Text = Text(en="")
    departments: list[Department] = []
    areas: list[Area] = []
    cameras: list[Camera] = []
    tickets: TicketPolicy = TicketPolicy()
    releases: ReleasePolicy = ReleasePolicy()

    def camera(self, camera_id: str) -> Camera | None:
        return next((camera for camera in self.cameras if camera.id == camera_id), None)

    def area(self, area_id: str) -> Area | None:
        return next((area for area in self.areas if area.id == area_id), None)
