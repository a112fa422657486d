"""Whose figures they are: the site, its domains, its departments or its cameras."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from hub.core.duty.roster import Roster
from hub.core.kpi.figures import By
from hub.core.site import Camera, Site
from hub.core.text import Text

DOMAINS: Mapping[str, Text] = MappingProxyType(
    {
        "production": Text(en="Production safety", zh="安全生产"),
        "security": Text(en="Security", zh="保卫"),
    }
)
NO_DEPARTMENT = Text(en="No department", zh="无部门")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Cameras that are counted together, with what else is theirs."""

    id: str
    name: Text
    by: By
    cameras: tuple[str, ...]
    desks: tuple[str, ...] = ()
    """The domains whose operators are counted with it."""
    posts: tuple[str, ...] | None = ()
    """The posts of the roster that are counted with it; None: all."""

    @property
    def names(self) -> tuple[str, ...]:
        """Under which names things are counted: those of the cameras, and the empty one for what is about none."""
        return (*self.cameras, "") if self.by == "site" else self.cameras


def groups_of(
    site: Site,
    roster: Roster,
    by: By,
    *,
    sees: Callable[[str | None], bool],
    domains: Sequence[str],
    counted: Iterable[str] = (),
) -> list[Group]:
    """The groups with the cameras that somebody may see; `domains` are that person's. Those without any are left out,
    but for the site, to which belongs whatever was `counted`: taking a dead camera out of hub.toml mends no figure.
    """
    seen = [camera for camera in site.cameras if sees(camera.id)]
    match by:
        case "site":
            known = {camera.id for camera in site.cameras}
            gone = [name for name in counted if name not in known and sees(name)]
            ids = (*(camera.id for camera in seen), *sorted(gone))
            return [Group(id="", name=site.name, by=by, cameras=ids, desks=tuple(domains), posts=None)]
        case "domain":
            found = _grouped(seen, lambda camera: camera.domain)
            return [
                Group(id=domain, name=DOMAINS.get(domain, Text(en=domain)), by=by, cameras=ids, desks=(domain,))
                for domain, ids in found.items()
            ]
        case "department":
            departments = {area.id: area.department for area in site.areas}
            names = {department.id: department.name for department in site.departments}
            found = _grouped(seen, lambda camera: departments.get(camera.area, ""))
            posts = {post.id: post.department for post in roster.posts}
            return [
                Group(
                    id=department,
                    name=names.get(department, NO_DEPARTMENT),
                    by=by,
                    cameras=ids,
                    posts=tuple(post for post, of in posts.items() if of == department),
                )
                for department, ids in found.items()
            ]
        case "camera":
            return [Group(id=camera.id, name=camera.name, by=by, cameras=(camera.id,)) for camera in seen]


def _grouped(cameras: Sequence[Camera], of: Callable[[Camera], str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for camera in cameras:
        found[of(camera)] = (*found.get(of(camera), ()), camera.id)
    return dict(sorted(found.items()))
